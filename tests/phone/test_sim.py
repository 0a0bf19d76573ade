"""The simulated phone under random use: always a screen, always the same by seed, always back home."""

from __future__ import annotations

from dataclasses import fields, replace
from random import Random

import pytest
from phone.compact import Compact, compact
from phone.screen import parse
from phone.sim import ops
from phone.sim.apps import APPS
from phone.sim.apps.calculator import calculate
from phone.sim.device import Phone, page_of
from phone.sim.diff import diff
from phone.sim.perturb import ROUGH, Perturb
from phone.sim.seed import make_world
from phone.simulated import Simulated

from agentkit.errors import Failed


def tap(phone: Phone, handle: str, found: Compact | None = None) -> None:
    element = (found or compact(parse(phone.dump()))).find(handle)
    assert element is not None, f"{handle!r} is not on:\n{compact(parse(phone.dump())).text()}"
    phone.tap(*element.box.centre)


def write(phone: Phone, handle: str, text: str) -> None:
    tap(phone, handle)
    phone.type(text)
    phone.escape()


def wander(phone: Phone, random: Random, steps: int) -> list[str]:
    seen: list[str] = []
    for _ in range(steps):
        seen.append(phone.dump())
        found = compact(parse(seen[-1]))
        draw = random.random()
        if draw < 0.08:
            phone.back()
        elif draw < 0.12:
            phone.home()
        elif draw < 0.2 and found.scroll:
            phone.scroll(random.choice(found.scroll))
        elif draw < 0.35 and found.fields:
            tap(phone, random.choice(found.fields), found)
            phone.type(random.choice(("a", "12", "x@y.zz", "two words")))
        elif found.taps:
            tap(phone, random.choice(found.taps), found)
    return seen


def test_there_are_sixteen_apps_with_the_launcher() -> None:
    assert len(APPS) + 1 == 16


def test_a_seed_gives_one_world_and_another_seed_another() -> None:
    assert make_world(3) == make_world(3)
    first, second = make_world(3), make_world(4)
    assert {c.phone for c in first.contacts}.isdisjoint(c.phone for c in second.contacts)


@pytest.mark.parametrize("seed", range(6))
def test_every_screen_reached_at_random_is_whole_and_repeatable(seed: int) -> None:
    first = wander(Phone(make_world(seed)), Random(seed), 60)
    assert first == wander(Phone(make_world(seed)), Random(seed), 60)
    for xml in first:
        screen = parse(xml)
        for node in screen.walk():
            assert node.box.clip(screen.box) == node.box, node
        handles = compact(screen).taps
        assert len(set(handles)) == len(handles)


@pytest.mark.parametrize("seed", range(4))
def test_a_perturbed_phone_is_repeatable_too(seed: int) -> None:
    rough = replace(ROUGH, seed=seed)
    assert wander(Phone(make_world(seed), rough), Random(seed), 50) == wander(
        Phone(make_world(seed), rough), Random(seed), 50
    )


def test_back_closes_the_keyboard_then_the_screen_then_the_app() -> None:
    phone = Phone(make_world(1))
    phone.launch("contacts")
    tap(phone, "Add contact")
    tap(phone, "Name")
    assert phone.state.focus == "name"
    phone.back()
    assert phone.state.focus == "" and phone.state.top.screen == "edit"
    phone.back()
    assert phone.state.top.screen == "main"
    phone.back()
    assert phone.state.app == "home"
    phone.back()
    assert phone.state.app == "home"


def test_the_keyboard_takes_room() -> None:
    phone = Phone(make_world(1))
    phone.launch("contacts")
    before = page_of(phone.state).height
    tap(phone, "Search contacts")
    assert page_of(phone.state).height < before


def test_a_list_scrolls_to_its_end_and_says_where_more_is() -> None:
    phone = Phone(make_world(1))
    phone.launch("contacts")
    assert compact(parse(phone.dump())).scroll == ("down",)
    seen = set(compact(parse(phone.dump())).taps)
    for _ in range(4):
        phone.scroll("down")
        seen |= set(compact(parse(phone.dump())).taps)
    assert compact(parse(phone.dump())).scroll == ("up",)
    assert {c.name for c in phone.world.contacts} <= seen


def test_search_filters_and_says_when_nothing_is_found() -> None:
    phone = Phone(make_world(1))
    phone.launch("contacts")
    write(phone, "Search contacts", "qqqq")
    assert "No contacts found" in compact(parse(phone.dump())).text()


def test_validation_refuses_and_says_why() -> None:
    phone = Phone(make_world(1))
    phone.launch("contacts")
    tap(phone, "Add contact")
    tap(phone, "Save")
    assert "Enter a name" in compact(parse(phone.dump())).text()
    write(phone, "Name", "Ada Lind")
    write(phone, "Phone", "none")
    tap(phone, "Save")
    assert "valid phone number" in compact(parse(phone.dump())).text()
    write(phone, "Phone", "0447 1")
    tap(phone, "Save")
    assert diff(phone.first, phone.world) == diff(phone.first, ops.add_contact("Ada Lind", "0447 1")(phone.first))


def test_a_disabled_button_does_nothing() -> None:
    phone = Phone(make_world(1))
    phone.launch("calendar")
    tap(phone, "Add event")
    assert "Save" not in compact(parse(phone.dump())).taps
    write(phone, "Title", "Lunch")
    assert "Save" in compact(parse(phone.dump())).taps


def test_nothing_is_deleted_without_a_yes() -> None:
    phone = Phone(make_world(1))
    phone.launch("notes")
    tap(phone, next(n.title for n in sorted(phone.world.notes, key=lambda n: n.title) if not n.archived))
    tap(phone, "Delete")
    tap(phone, "Cancel")
    assert not diff(phone.first, phone.world)
    tap(phone, "Delete")
    tap(phone, "Delete")
    assert len(phone.world.notes) == len(phone.first.notes) - 1


def test_a_permission_is_asked_for_once() -> None:
    phone = Phone(replace(make_world(1), permissions=frozenset()))
    phone.launch("camera")
    tap(phone, "Take photo")
    tap(phone, "Don't allow")
    assert phone.world.photos == phone.first.photos
    tap(phone, "Take photo")
    tap(phone, "Allow")
    tap(phone, "Take photo")
    tap(phone, "Take photo")
    assert len(phone.world.photos) == len(phone.first.photos) + 2


def test_a_dialog_is_the_only_window_and_back_dismisses_it() -> None:
    phone = Phone(make_world(1))
    phone.launch("calculator")
    phone.launch("dialer")
    tap(phone, "Recents")
    tap(phone, "Clear call history")
    assert compact(parse(phone.dump())).taps == ("Cancel", "Clear")
    phone.back()
    assert "Recents" in compact(parse(phone.dump())).taps


def test_accepting_a_pop_up_counts_as_damage_and_dismissing_does_not() -> None:
    phone = Phone(make_world(1), Perturb(popup=1.0, most=1, seed=5))
    phone.launch("notes")
    assert phone.state.top.screen == "popup"
    found = compact(parse(phone.dump()))
    phone.tap(*found.elements[-2].box.centre)
    assert phone.state.top.screen == "main" and not diff(phone.first, phone.world)


def test_a_slow_screen_shows_loading_until_time_passes() -> None:
    phone = Phone(make_world(1), Perturb(slow=1.0))
    phone.launch("notes")
    assert "Loading…" in compact(parse(phone.dump())).text() and not phone.settled
    phone.wait()
    assert "Add note" in compact(parse(phone.dump())).taps and phone.settled


def test_a_stale_screen_is_the_old_one_once() -> None:
    phone = Phone(make_world(1), Perturb(stale=1.0))
    old = phone.dump()
    phone.launch("notes")
    assert phone.dump() == old
    assert phone.dump() != old


def test_a_crash_loses_the_draft_but_not_the_world() -> None:
    phone = Phone(make_world(1), Perturb(crash=1.0))
    phone.launch("notes")
    assert phone.state.top.screen == "crash"
    tap(phone, "Open app again")
    assert phone.state.app == "notes" and not diff(phone.first, phone.world)


def test_relabelled_and_moved_elements_keep_their_meaning() -> None:
    phone = Phone(make_world(1), Perturb(relabelled=True, moved=True))
    phone.launch("clock")
    tap(phone, "New alarm")
    tap(phone, "Done")
    assert len(phone.world.alarms) == len(phone.first.alarms) + 1


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("2+3×4", "14"),
        ("10÷4", "2.5"),
        ("7−9", "-2"),
        ("1÷0", "Error"),
        ("3+", "Error"),
        ("8", "8"),
        ("0.1+0.2", "0.3"),
    ],
)
def test_the_calculator_calculates(expression: str, value: str) -> None:
    assert calculate(expression) == value


def test_every_field_of_the_world_is_part_of_the_comparison() -> None:
    world = make_world(2)
    assert not diff(world, world)
    for each in fields(world):
        value = getattr(world, each.name)
        if isinstance(value, tuple) and value:
            shorter = replace(world, **{each.name: value[1:]})
            assert diff(world, shorter, neutral=frozenset()), each.name


def test_the_driver_names_what_is_near() -> None:
    driver = Simulated(1)
    with pytest.raises(Failed, match="did you mean `Calendar`"):
        driver.open_app("Calender")
    with pytest.raises(Failed, match="the keys are back"):
        driver.press("volume")
