"""What speaks against a tap, a text and an end: on the simulated phone, and never against the oracle."""

from __future__ import annotations

from dataclasses import replace

import pytest
from phone.checks import hours
from phone.compact import Compact, Element
from phone.documents.named import Past, dated
from phone.doubts import unasked, unsupported
from phone.ends import unfinished
from phone.parts import parts
from phone.screen import Box
from phone.session import Session
from phone.simulated import Simulated
from phone.tasks import TEMPLATES
from phone.tasks.oracle import Act, Oracle
from phone.tasks.trajectory import perform


def at(request: str, *steps: tuple[str, ...], seed: int = 3) -> Session:
    """A phone on which these steps were made for a request: an app to open, labels to tap, (field, text) to type."""
    session = Session(Simulated(seed))
    session.request = request
    for step in steps:
        session.look()
        if step[0] == "open":
            session.open_app(step[1])
        elif len(step) == 2:
            session.type_text(*step)
        else:
            session.tap(step[0])
    session.look()
    return session


def tapping(session: Session, label: str) -> str:
    assert session.look().find(label) is not None, session.look().text()
    return unsupported(session.request, session.look(), session.past, label)


def ending(session: Session, answer: str = "") -> str:
    return unfinished(session.request, session.look(), session.past, answer)


def against(session: Session, act: Act) -> str:
    request = dated(session.request, session.driver.now())
    text = act.arguments.get("text", "")
    if act.name == "type_text":
        return "" if text in hours(request) else unasked(request, text, session.earlier)
    if act.name == "finish":
        return unfinished(request, session.look(), session.past, act.arguments.get("answer") or "")
    taps = act.name == "tap"
    return unsupported(request, session.look(), session.past, act.arguments["element"]) if taps else ""


@pytest.mark.parametrize("name", [t.name for t in TEMPLATES.values() if t.split in {"train", "dev"}][::3])
def test_nothing_speaks_against_what_the_oracle_does(name: str) -> None:
    task = TEMPLATES[name].task(10**9)
    driver = Simulated(task.world)
    session, oracle = Session(driver), Oracle(task)
    session.request = task.request
    for _ in range(60):
        act = oracle.next(driver.phone, session.look())
        assert not against(session, act), (task.request, act)
        if act.name in {"finish", "cannot"}:
            return
        perform(session, act)
    pytest.fail("no end")


@pytest.mark.parametrize(
    ("request_", "found"),
    [
        ("Flash off and snap a photo", ("Flash off", "snap a photo")),
        ("I want Bluetooth off and Do Not Disturb on", ("I want Bluetooth off", "Do Not Disturb on")),
        ("Add milk and bread to the list", ("Add milk and bread to the list",)),
        (
            'Note "wash and iron, then fold". Then delete the alarm',
            ('Note "wash and iron, then fold"', "delete the alarm"),
        ),
        ("Text Bo: eat and sleep and call me", ("Text Bo: eat and sleep and call me",)),
    ],
)
def test_a_request_is_cut_where_something_else_is_asked_for(request_: str, found: tuple[str, ...]) -> None:
    assert parts(request_) == found


def test_a_form_that_was_not_changed_is_not_to_be_kept() -> None:
    session = at("Make a note Plan", ("open", "Notes"), ("Add note",))
    session.type_text("Title", "Plan")
    assert not tapping(session, "Save")
    session.tap("Save")
    session.tap("Plan")
    session.tap("Edit")
    assert "Nothing was changed" in tapping(session, "Save")


def test_one_part_done_is_not_all_done() -> None:
    session = at("Turn on airplane mode and start the stopwatch", ("open", "Settings"), ("Network and internet",))
    session.tap("Airplane mode")
    assert "start the stopwatch" in ending(session)
    flash = at("Flash off and snap a photo", ("open", "Camera"), ("Flash",), ("Off",))
    assert "snap a photo" in ending(flash)


def test_what_is_to_be_deleted_must_have_been_deleted() -> None:
    session = at("Remove the note", ("open", "Notes"))
    assert "Remove the note" in ending(session)


def test_volumes_and_switches_of_other_things_are_left_alone() -> None:
    sound = at("I want Bluetooth off", ("open", "Settings"), ("Sound and vibration",))
    assert "does not ask" in tapping(sound, "Increase ring volume")
    network = at("Use the Wi-Fi network Fjellro", ("open", "Settings"), ("Network and internet",))
    assert "does not speak of" in tapping(network, "Wi-Fi hotspot")


@pytest.mark.parametrize(
    "request_",
    ["Unpause the podcast", "Turn on the radio", "Turn the radio on", "Skip to the next track and unpause"],
)
def test_words_for_what_plays_ask_for_play(request_: str) -> None:
    shown = Compact("Music", (Element("button", "Play", Box(0, 0, 1, 1), handle="Play"),))
    assert not unsupported(request_, shown, Past(), "Play")
    assert "does not ask" in unsupported("Turn off the alarm", shown, Past(), "Play")


def test_a_question_changes_nothing_and_gets_an_answer_of_its_kind() -> None:
    session = at("What is the mail address of Bo?", ("open", "Contacts"))
    assert "only asks" in tapping(session, "Add contact")
    assert "not what the request asks for" in ending(session, "+83 578 433171")
    assert "say what it is" in ending(session)


def test_texts_come_from_the_request_or_from_another_app() -> None:
    assert not unasked("Text Bo: see you at nine", "see you at nine", ())
    assert "`20`" in unasked("Put the first line of the page into a note", "20", ())
    assert not unasked("Put the first line of the page into a note", "Opens at 09:45", ("earlier: Opens at 09:45",))
    assert unasked("Mute Bo", "`", ())


def test_what_was_deleted_once_is_not_followed_by_something_else_to_delete() -> None:
    session = at("Delete the note Plan", ("open", "Notes"), ("Add note",), ("Title", "Plan"), ("Save",))
    session.tap("Plan")
    session.past = replace(session.past, touched=(*session.past.touched, "Delete message"))
    label = next(tap for tap in session.look().taps if tap.startswith("Delete"))
    assert "tapped already" in tapping(session, label)
