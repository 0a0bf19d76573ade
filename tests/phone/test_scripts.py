"""Scripts: made of runs that succeeded, played with other values, left at the first step that does not fit."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from phone import ui
from phone.documents.guide import shipped
from phone.scripts.compile import compiled
from phone.scripts.library import Library
from phone.scripts.match import choose, values_of
from phone.scripts.measure import TWISTS, again, first
from phone.scripts.model import Form, Script, Slot, Step, Target
from phone.scripts.player import Player
from phone.scripts.proposer import Scripts
from phone.scripts.taken import Refused, Taken, Trail
from phone.scripts.target import Missing, locate
from phone.scripts.values import day_of, form, spans
from phone.session import Session
from phone.sim.seed import make_world
from phone.simulated import Simulated
from phone.tasks import TEMPLATES
from phone.tasks.oracle_model import OracleModel, as_call
from phone.tasks.trajectory import play

from agentkit import Agent, Registry
from agentkit.cancel import Cancel
from agentkit.decide import Policy
from agentkit.errors import WiringError
from agentkit.types import Effect, Proposal, ProposeRequest

SERVED = [
    "clock.minutes_timer",  # a number that is typed
    "clock.move_alarm",  # two times, one of them the name of a row
    "clock.turn_alarm_over",  # a row found by a part of its label
    "calendar.add_event",  # a day in a calendar that has to be turned to its month
    "calendar.ask_when",  # an answer read off a row
    "calculator.add",  # numbers spelt key by key, an answer read off the display
    "camera.photos",  # a count
    "settings.brightness",  # a level
    "contacts.add_whole",  # a form
    "messages.send_two",  # the same text twice
    "infeasible.no_contact",  # nothing there, and that is said
    "several.email_to_note",  # a value read in one app and typed in another
]


def trail(name: str, seed: int, wording: int = 0) -> Trail:
    task = TEMPLATES[name].task(seed, wording=wording)
    calls = [(step.seen, as_call(step.act, "1")) for step in play(task).steps]
    steps = tuple(Taken(seen, call.name, call.arguments) for seen, call in calls)
    return Trail(task.request, steps, task.world.now)


class Nobody:
    """A model that must not be asked."""

    name = "nobody"

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        raise AssertionError(f"the model was asked: {request.messages[-1]}")

    def close(self) -> None:
        """Nothing is held."""


@pytest.mark.parametrize("name", SERVED)
def test_a_run_with_other_values_needs_no_model(name: str, tmp_path: Path) -> None:
    template = TEMPLATES[name]
    why, _ = first(template.task(31, wording=0), tmp_path)
    assert why == ""
    found = again(template.task(77, wording=0), tmp_path, lambda _t, _s: Nobody(), why="", first_ms=0.0)
    assert found.judgement.success, found.judgement.reason
    assert found.model_calls == 0
    assert found.scripted > 1


@pytest.mark.parametrize("name", ["notes.ask", "dialer.ask_last", "dialer.keep_unknown"])
def test_what_comes_from_nowhere_that_can_be_named_makes_no_script(name: str) -> None:
    with pytest.raises(Refused):
        compiled(trail(name, 31))


def test_a_value_of_the_request_that_nothing_came_of_makes_no_script() -> None:
    given = trail("clock.minutes_timer", 31)
    with pytest.raises(Refused, match="nothing came of '45'"):
        compiled(Trail(f"{given.request} before 45", given.steps, given.now))


def test_a_script_is_what_was_compiled_and_reads_back() -> None:
    script = compiled(trail("clock.minutes_timer", 31))
    assert [step.tool for step in script.steps] == ["open_app", "tap", "type_text", "tap", "finish"]
    assert [slot.kind for slot in script.slots] == ["number"]
    assert script.steps[2].text == (Form(of=script.slots[0].name),)
    assert Script.model_validate_json(script.model_dump_json()) == script


def scripted(name: str, wording: int = 0) -> Script:
    return compiled(trail(name, 31, wording))


def test_only_requests_of_the_same_shape_match() -> None:
    script = scripted("clock.minutes_timer")
    number = script.slots[0].name
    base = script.request.replace(script.slots[0].example, "{}")
    assert values_of(script, base.format(7)) == {number: "7"}
    assert values_of(script, base.format(7).upper()) == {number: "7"}
    for other in (base.format("7:30"), base.format("a few"), f"{base.format(7)} and 5 seconds", base.format(7)[:-1]):
        assert values_of(script, other) is None


@pytest.mark.parametrize("name", [*SERVED, "notes.add_title", "contacts.delete", "messages.reply", "gallery.move"])
def test_conditions_negations_and_second_wishes_do_not_match(name: str) -> None:
    template = TEMPLATES[name]
    for wording in range(len(template.task(31).draft.wordings)):
        try:
            script = scripted(name, wording)
        except Refused:
            continue
        for seed in (31, 78, 79):
            request = template.task(seed, wording=wording).request
            assert not [t for t in TWISTS if choose([script], t.format(request.rstrip("."))) is not None]


def slot(name: str, example: str) -> Slot:
    return Slot(name=name, kind="name", example=example)


def test_names_are_names() -> None:
    script = Script(request="Call Ivo Brandt", shape=("Call ", slot("a", "Ivo Brandt")), steps=(Step(tool="finish"),))
    assert values_of(script, "Call Uri Gomes") == {"a": "Uri Gomes"}
    for other in ("Call my favourite Uri Gomes", "Call the police", "Call Uri Gomes, now", "Call 250"):
        assert values_of(script, other) is None


def test_of_two_the_one_that_says_more_is_right_and_else_none() -> None:
    plain = Script(request="Delete Bins", shape=("Delete ", slot("a", "Bins")), steps=(Step(tool="home"),))
    more = Script(request="", shape=("Delete ", slot("a", "Bins"), " for good"), steps=(Step(tool="back"),))
    other = Script(request="", shape=("Delete ", slot("a", "Bins")), steps=(Step(tool="back"),))
    assert choose([plain, more], "Delete Gym for good") is not None
    assert choose([plain, other], "Delete Gym") is None
    assert choose([plain, plain], "Delete Gym") == (plain, {"a": "Gym"})


def test_a_request_that_reads_two_ways_matches_nothing() -> None:
    script = Script(
        request="Move a to b", shape=("Move ", slot("a", "a"), " to ", slot("b", "b")), steps=(Step(tool="finish"),)
    )
    assert values_of(script, "Move hut to trips") == {"a": "hut", "b": "trips"}
    assert values_of(script, "Move hut to trips to bin") is None


def test_a_switch_that_stands_otherwise_is_not_turned() -> None:
    session = Session(Simulated(3))
    session.open_app("Settings")
    session.tap("Network and internet")
    element = session.look().find("Airplane mode")
    assert element is not None
    as_it_was = Target(kind="switch", label="Airplane mode", state="off" if "off" in element.state else "on")
    assert locate(as_it_was, session.look(), {}) is element
    turned = as_it_was.model_copy(update={"state": "on" if as_it_was.state == "off" else "off"})
    assert locate(turned, session.look(), {}) is Missing.STATE


def test_the_player_says_why_it_goes_no_further() -> None:
    script = scripted("contacts.delete")
    player = Player(script, {script.slots[0].name: "Nobody Atall"})
    session = Session(Simulated(3))
    call = player.next(session.look(), None)
    assert call is not None
    assert call.arguments == {"app": "Contacts"}
    assert player.next(session.look(), None) is None
    assert player.why == "step 2 expects another screen"


def test_the_model_takes_over_with_the_history_intact(tmp_path: Path) -> None:
    """A script of `Delete CONTACT` meets a request for somebody who is not there."""
    why, _ = first(TEMPLATES["contacts.add"].task(31, wording=0), tmp_path)
    assert why == ""
    library = Library(tmp_path)
    (script,) = library.scripts()
    broken = script.steps[3].model_copy(update={"target": Target(kind="field", label="No such field")})
    library.drop(script)
    library.keep(script.model_copy(update={"steps": (*script.steps[:3], broken, *script.steps[4:])}))
    task = TEMPLATES["contacts.add"].task(77, wording=0)
    found = again(task, tmp_path, OracleModel, why="", first_ms=0.0)
    assert found.judgement.success
    assert found.scripted == 3
    assert found.model_calls == 3
    assert found.why == "what to act on is not on the screen"


def test_what_needs_approval_needs_it_from_a_script_too(tmp_path: Path) -> None:
    assert first(TEMPLATES["clock.minutes_timer"].task(31, wording=0), tmp_path)[0] == ""
    task = TEMPLATES["clock.minutes_timer"].task(77, wording=0)
    policy = Policy.from_trust("balanced", approval=frozenset({Effect.WRITE}))
    phone = Session(Simulated(task.world))
    with Agent(Registry([ui]), model=Nobody(), policy=policy, loop="until_done", store=tmp_path / "trace.db") as agent:
        run = agent.run(task.request, {"phone": phone, "scripts": str(tmp_path)})
    assert run.status == "asked"
    assert [step.proposal.tier for step in run.steps] == ["script", "script", "script"]
    assert phone.touched == 2  # opening the app and a tab of it is no change; the first text waits for a person


def test_no_scripts_nothing_is_proposed(tmp_path: Path) -> None:
    found = again(TEMPLATES["camera.photo"].task(1, wording=0), tmp_path / "none", OracleModel, why="", first_ms=0.0)
    assert found.judgement.success
    assert found.scripted == 0
    assert found.why == "no script has its shape"


def test_a_permission_is_given_again_where_it_was_given(tmp_path: Path) -> None:
    template = TEMPLATES["camera.photo"]
    asking = [s for s in range(40) if not template.task(s, wording=0).world.permissions]
    holding = [s for s in range(40) if template.task(s, wording=0).world.permissions]
    assert first(template.task(asking[0], wording=0), tmp_path)[0] == ""
    assert all(script.allows for script in Library(tmp_path).scripts())
    for seed in (*asking[1:3], *holding[:2]):
        found = again(template.task(seed, wording=0), tmp_path, lambda _t, _s: Nobody(), why="", first_ms=0.0)
        assert found.judgement.success


def _keep(folder: str, number: int) -> None:
    library = Library(folder)
    for _ in range(20):
        library.keep(Script(request=f"{number}", shape=(f"task {number}",), steps=(Step(tool="home"),)))
        library.keep(Script(request="both", shape=("both",), steps=(Step(tool="home"),)))
        assert all(script.steps for script in library.scripts())


def test_two_processes_share_a_library(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=_keep, args=(str(tmp_path / "lib"), number)) for number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert sorted(script.request for script in Library(tmp_path / "lib").scripts()) == ["0", "1", "both"]
    assert not list((tmp_path / "lib").glob("*.part"))


def test_a_file_that_is_no_script_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(WiringError, match=r"x\.json is no script"):
        Library(tmp_path).scripts()


def test_a_dropped_script_is_gone(tmp_path: Path) -> None:
    library = Library(tmp_path)
    script = scripted("clock.minutes_timer")
    assert library.keep(script) == library.keep(script)
    library.drop(script)
    library.drop(script)
    assert library.scripts() == ()


def test_values_in_a_request() -> None:
    said = 'Mail ann@b.org "see you" at 5:45 pm on 6 October, call +44 700 900123 or 12.5 at a.example.org'
    assert {(said[a:b], kind) for a, b, kind in spans(said)} == {
        ("ann@b.org", "email"),
        ("see you", "quoted"),
        ("5:45 pm", "time"),
        ("6 October", "date"),
        ("+44 700 900123", "phone"),
        ("12.5", "number"),
        ("a.example.org", "url"),
    }


def test_values_in_the_forms_of_a_phone() -> None:
    now = make_world(3).now
    assert [form("5:05 pm", each, now) for each in ("clock", "hour", "minute")] == ["17:05", "17", "05"]
    assert form("12:30 am", "hour", now) == "00"
    assert form("noon", "hour", now) is None
    tomorrow = day_of("tomorrow", now)
    assert tomorrow is not None
    assert (tomorrow - now.date()).days == 1
    assert day_of("31 February", now) is None


def test_learning_says_why_not(tmp_path: Path) -> None:
    scripts = Scripts.of(tmp_path)
    assert "'stands neither'" not in scripts.learn(trail("clock.minutes_timer", 31))
    assert "stands neither in the request" in scripts.learn(trail("notes.ask", 31))
    assert len(scripts.library.scripts()) == 1


def test_pages_are_known_from_documents() -> None:
    session = Session(Simulated(3))
    session.open_app("Clock")
    assert "main" in shipped().apps["clock"].likely(session.look())
