"""Pictures, replays, recordings and whole runs through an agent."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from phone import intents, ui
from phone.checks import Stuck, Typed, hours
from phone.compact import compact
from phone.render import png, svg, text
from phone.replay import page
from phone.screen import parse
from phone.session import Session
from phone.sim.device import Phone
from phone.sim.perturb import Perturb
from phone.sim.seed import make_world
from phone.simulated import Simulated
from phone.tasks import TEMPLATES, Task
from phone.tasks.measure import run_task
from phone.tasks.oracle_model import OracleModel
from phone.tasks.report import summed_up

from agentkit import Agent, Context
from agentkit.errors import MissingExtraError
from agentkit.models.base import Model
from agentkit.models.scripted import ScriptedModel, call, finish
from agentkit.types import ToolCall

CHECKS = ("schema", "semantic", "precondition", "policy")


def make(model: Model, _: Session) -> Agent[Any]:
    verifiers = [*CHECKS, Typed(), Stuck()]
    return Agent([ui, intents], model=model, store=False, durable=False, verifiers=verifiers, max_steps=30)


def dumped(app: str) -> str:
    phone = Phone(make_world(1))
    phone.launch(app)
    return phone.dump()


@pytest.mark.parametrize("app", ["clock", "settings", "calculator", "gallery", "contacts"])
def test_a_screen_is_drawn_as_well_formed_svg_with_its_words(app: str) -> None:
    screen = parse(dumped(app))
    root = ElementTree.fromstring(svg(screen))
    assert root.tag.endswith("svg")
    words = "".join(root.itertext())
    assert all(element.label.split()[0] in words for element in compact(screen).elements if element.kind == "text")


def test_what_is_tapped_is_framed() -> None:
    screen = parse(dumped("clock"))
    target = compact(screen).find("Add alarm")
    assert target is not None
    assert f'x="{target.box.left}" y="{target.box.top}"' in svg(screen, mark=target.box)
    assert "#b3261e" not in svg(screen)


@pytest.mark.skipif(not shutil.which("rsvg-convert"), reason="no SVG converter is installed")
def test_a_screen_is_drawn_as_png() -> None:
    assert png(parse(dumped("clock"))).startswith(b"\x89PNG")


def test_without_a_converter_the_error_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(_name: str) -> None:
        return None

    monkeypatch.setattr(shutil, "which", nowhere)
    with pytest.raises(MissingExtraError, match="librsvg"):
        png(parse(dumped("clock")))


@pytest.mark.parametrize("app", ["contacts", "clock", "calculator", "messages"])
@pytest.mark.parametrize(("width", "height"), [(40, 24), (20, 8)])
def test_the_terminal_frame_is_even_and_marks_the_target(app: str, width: int, height: int) -> None:
    screen = parse(dumped(app))
    seen = compact(screen)
    lines = text(screen, seen, width=width, height=height, mark=seen.taps[1]).split("\n")
    assert {len(line) for line in lines} == {width} and len(lines) == height
    assert sum("▸" in line for line in lines) == 1


@pytest.mark.parametrize(
    "name",
    [
        "clock.add_named_alarm",
        "calculator.multiply",
        "contacts.ask_phone",
        "infeasible.no_note",
        "several.number_by_text",
    ],
)
def test_the_oracle_succeeds_through_the_whole_agent(name: str) -> None:
    outcome = run_task(TEMPLATES[name].task(5), OracleModel, make)
    assert outcome.judgement.success, outcome.judgement.reason
    assert outcome.right == outcome.proposals and outcome.steps == outcome.oracle_steps
    assert len(outcome.tokens) >= outcome.steps


def test_a_rough_phone_costs_steps_but_no_success() -> None:
    rough = Perturb(popup=0.4, slow=0.3, relabelled=True, moved=True, seed=3)
    outcome = run_task(TEMPLATES["calendar.add_event"].task(5), OracleModel, make, perturb=rough)
    assert outcome.judgement.success and outcome.steps > outcome.oracle_steps


def _scripted(*calls: ToolCall) -> Callable[[Task, Session], ScriptedModel]:
    def model(_task: Task, _session: Session) -> ScriptedModel:
        return ScriptedModel(list(calls))

    return model


def alarm_task() -> Task:
    return TEMPLATES["clock.add_alarm"].task(2, 0)


def test_an_intent_does_it_in_one_call() -> None:
    task = alarm_task()
    assert task.draft.intent is not None
    name, arguments = task.draft.intent
    outcome = run_task(task, _scripted(call(name, **arguments), finish()), make)
    assert outcome.judgement.success and outcome.steps == 2


def test_damage_and_a_false_done_are_counted() -> None:
    calls = (call("set_switch", setting="Dark theme", on=not alarm_task().world.settings.dark), finish())
    summary = summed_up([run_task(alarm_task(), _scripted(*calls), make)])
    assert summary is not None
    assert (summary.success, summary.damage, summary.false_done) == (0.0, 1.0, 1.0)
    assert summary.step_accuracy == 0.0 and summary.infeasible_recall is None
    assert summed_up([]) is None


def test_what_changes_nothing_is_refused_after_three_times() -> None:
    tries = [call("tap", element="Songs") for _ in range(4)]
    outcome = run_task(alarm_task(), _scripted(call("open_app", app="Music"), *tries, finish()), make)
    verdicts = [moment.verdict for moment in outcome.episode.moments]
    refused = [v for v in verdicts if v is not None and any(c.name == "stuck" for c in v.failures)]
    assert len(refused) == 1 and "3 times already" in refused[0].failures[0].evidence


def test_the_replay_shows_every_step_and_loads_nothing(tmp_path: Path) -> None:
    outcome = run_task(alarm_task(), OracleModel, make)
    html = page([outcome.episode])
    assert html.count('<div class="card">') == outcome.steps
    assert f"1 of 1 tasks done · {outcome.steps} steps · oracle" in html
    assert "tap(element=&quot;Add alarm&quot;)" in html and "Set an alarm for" in html
    outside = html.replace("http://www.w3.org/2000/svg", "")
    assert "http" not in outside and "<script" not in outside and "src=" not in outside
    (tmp_path / "replay.html").write_text(html)


def test_without_a_phone_the_stuck_check_says_so() -> None:
    session = Session(Simulated(1))
    session.open_app("Music")
    for _ in range(2):
        session.tap("Songs")
    assert session.idle('tap {"element": "Songs"}') == 2
    assert session.idle('tap {"element": "Liked"}') == 0


@pytest.mark.parametrize(
    ("request_", "found"),
    [
        ("alarm at 5:25 pm", {"17"}),
        ("at 5 am", {"5", "05"}),
        ("12:05 AM and 12 pm", {"0", "00", "12"}),
        ("at 17:25", set[str]()),
    ],
)
def test_hours_of_a_twelve_hour_clock_are_known(request_: str, found: set[str]) -> None:
    assert hours(request_) == found


def test_text_from_nowhere_is_refused() -> None:
    task = TEMPLATES["several.number_by_text"].task(3)
    to_chat = [call("open_app", app="Messages"), call("tap", element="Start chat")]
    invented = call("type_text", field="To", text="+99 111 222333")
    outcome = run_task(task, _scripted(*to_chat, invented, *[finish()] * 4), make)
    verdict = outcome.episode.moments[2].verdict
    assert verdict is not None and [check.name for check in verdict.failures] == ["typed"]


def test_the_screen_of_the_app_before_is_remembered_within_a_run() -> None:
    session = Session(Simulated(1))
    session.open_app("Contacts")
    name = session.look().taps[1]
    session.open_app("Messages")
    lines = session.facts(Context(run_id=""))
    assert any(line.startswith("earlier: ") and name in line for line in lines)
    assert not any(line.startswith("earlier: ") for line in session.facts(Context(run_id="another")))
