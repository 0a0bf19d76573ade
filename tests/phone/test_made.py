"""Made-up apps: the same seed invents the same, the oracle works them, they are explored like the phone's own."""

from __future__ import annotations

from random import Random

import pytest
from phone.made import phones as made_phones
from phone.made.invent import Inventor, plural_of
from phone.made.model import SETTINGS, MadeWorld
from phone.made.phones import MadePhone, installed
from phone.made.said import Said, together
from phone.made.shard import empty, rows
from phone.made.tasks import tasks
from phone.made.walk import Walk, joined
from phone.session import Session
from phone.sim.apps import APPS
from phone.sim.device import page_of, view_of
from phone.sim.seed import make_world
from phone.sim.state import State, launch
from phone.simulated import Simulated
from phone.tasks.oracle import NoWay
from phone.tasks.task import TEST_APPS, Task
from phone.tasks.trajectory import play

from agentkit.nano.generate import PLAYED
from agentkit.nano.pool import build_pool


@pytest.fixture(scope="module")
def phone() -> MadePhone:
    return made_phones.phone(5, 0)


@pytest.fixture(scope="module")
def drawn(phone: MadePhone) -> list[Task]:
    return tasks(phone, 3, 40)


def test_the_same_seed_invents_the_same_apps_and_no_title_twice() -> None:
    one, other = (Inventor(Random(4)) for _ in range(2))
    apps = [one.app() for _ in range(30)]
    assert apps == [other.app() for _ in range(30)]
    assert len({app.title for app in apps}) == 30
    assert {app.style for app in apps} == {"single", "tabs", "menu", "drawer"}


def test_test_apps_are_never_on_a_made_phone_and_the_table_of_apps_comes_back(phone: MadePhone) -> None:
    before = dict(APPS)
    assert not TEST_APPS & phone.apps.keys()
    with installed(phone.apps):
        assert phone.apps == APPS
    with pytest.raises(RuntimeError), installed(phone.apps):
        raise RuntimeError
    assert before == APPS and list(APPS) == list(before)


def test_every_screen_that_is_reached_by_taps_can_be_shown(phone: MadePhone) -> None:
    world = phone.world(11)
    with installed(phone.apps):
        for blueprint in phone.blueprints:
            seen: set[object] = set()
            queue = [launch(blueprint.name)(State(world))]
            while queue and len(seen) < 60:
                state = queue.pop(0)
                key = (state.top.app, state.top.screen, state.top.data)
                if key in seen:
                    continue
                seen.add(key)
                assert page_of(state).screen.nodes
                acts = [item.do for item in view_of(state).items() if item.do and item.enabled]
                queue += [act(state) for act in acts]
            assert len(seen) > 5, blueprint.title


def test_a_made_world_keeps_what_the_phone_had(phone: MadePhone) -> None:
    base = make_world(8)
    world = phone.world(8, base)
    assert isinstance(world, MadeWorld) and world.contacts == base.contacts
    titles = [thing.title for thing in world.things if thing.section != SETTINGS]
    assert len(set(titles)) == len(titles) and len({thing.id for thing in world.things}) == len(world.things)


def test_the_oracle_does_every_task_and_stops_only_when_all_is_done(phone: MadePhone, drawn: list[Task]) -> None:
    assert len(drawn) == 40
    assert len({task.template.name for task in drawn}) > 6
    several = 0
    with installed(phone.apps):
        for task in drawn:
            found = play(task, documents=phone.guide)
            assert found.judgement.success, (task.request, found.judgement.reason)
            several += len(found.steps) > 8
    assert several > 5


def test_ways_are_joined_by_going_back_where_that_is_shorter(phone: MadePhone) -> None:
    blueprint = next(b for b in phone.blueprints if b.settings and b.style != "tabs")
    drawer = (blueprint.drawer,) if blueprint.style == "drawer" else ()
    with installed(phone.apps):
        start = Walk(State(phone.world(2)))
        first = joined(start.state, blueprint.title, lambda walk: walk.tap(*drawer, blueprint.settings_title))
        assert [move.kind for move in first.moves] == ["open", *("tap" for _ in drawer), "tap"]
        again = joined(first.state, blueprint.title, lambda walk: walk.tap(*drawer, blueprint.settings_title))
        assert again.moves == []


def test_the_guide_of_explored_documents_speaks_of_made_apps(phone: MadePhone, drawn: list[Task]) -> None:
    lines: list[str] = []
    with installed(phone.apps):
        for task in drawn:
            session = Session(Simulated(task.world), documents=phone.guide)
            session.request = task.request
            lines += [line for line in session.lines() if line.startswith("guide: ")]
    titles = [blueprint.title for blueprint in phone.blueprints]
    told = [line for line in lines if any(line.startswith(f"guide: {title}") for title in titles)]
    assert len(told) * 2 > len(drawn)


def test_rows_are_the_right_steps_with_the_screens_own_choices(phone: MadePhone, drawn: list[Task]) -> None:
    made = empty()
    for task in drawn[:12]:
        got = rows(phone, task, tuple(made.tools))
        assert got == rows(phone, task, tuple(made.tools))
        made.rows += got
    assert len(made.rows) > 40
    for row in made.rows:
        call = row.calls[0] if row.calls else None
        if call is not None and call.name == "tap":
            said = str(call.arguments["element"]).split(" (")[0]
            assert any(said in fact for fact in row.facts), (said, row.facts)
        if call is not None and not call.control:
            assert call.name in row.offered
    ends = [row for row in made.rows if not row.calls or row.calls[0].control]
    assert 0 < len(ends) <= 12
    pool = build_pool([made])
    assert pool.sources["made_apps"].exact and len(pool.sources["made_apps"].whole) == len(made.rows)
    assert "made_apps" in PLAYED


def test_wishes_are_joined_without_losing_a_word() -> None:
    parts = [Said("Delete the plant Fern", True, False), Said('Set size to "two  words"', True, True)]
    for seed in range(40):
        text = together(Random(seed), [*parts, Said("Rename Bo to Ann", True, True)])
        assert text.lower().count("the plant fern") == 1
        assert 'size to "two  words"' in text and "ename Bo to Ann" in text


@pytest.mark.parametrize(
    ("noun", "plural"),
    [("recipe", "recipes"), ("knife", "knives"), ("box", "boxes"), ("hobby", "hobbies"), ("key", "keys")],
)
def test_plurals(noun: str, plural: str) -> None:
    assert plural_of(noun) == plural


def test_a_task_that_was_lost_gives_no_rows(
    phone: MadePhone, drawn: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object, **__: object) -> None:
        raise NoWay

    monkeypatch.setattr("phone.made.shard.play", lost)
    assert rows(phone, drawn[0], ("tap",)) == []
