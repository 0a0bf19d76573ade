"""What a tap does: it leads somewhere, or it may change something; and which intent fits a request."""

from __future__ import annotations

import pytest
from phone import ui
from phone.effects import leads, searches
from phone.fitting import fitting
from phone.session import Session
from phone.simulated import Simulated

from agentkit import Context
from agentkit.registry import Registry
from agentkit.types import Effect


def opened(app: str, *taps: str) -> Session:
    session = Session(Simulated(0))
    session.open_app(app)
    for tap in taps:
        session.tap(tap)
    return session


def led(session: Session, handle: str) -> bool:
    found = session.look().find(handle)
    assert found is not None, handle
    return leads(found, session.look(), session.guide)


def test_opening_a_page_or_a_tab_leads_and_what_keeps_or_switches_does_not() -> None:
    clock = opened("Clock")
    assert led(clock, "Add alarm") and led(clock, "Timer")
    clock.tap("Add alarm")
    assert led(clock, "Time") and led(clock, "Cancel") and not led(clock, "Save")
    camera = opened("Camera")
    assert not led(camera, "Take photo") and led(camera, "Flash")
    camera.tap("Flash")
    assert not led(camera, "On")


def test_what_no_document_knows_counts_as_a_change() -> None:
    session = Session(Simulated(0), documents=False)
    session.open_app("Clock")
    assert not led(session, "Add alarm")


def test_a_tap_that_only_leads_is_decided_on_as_a_read() -> None:
    session, tools = opened("Clock", "Add alarm"), Registry([ui])
    context = Context(deps=session)
    effects = {tap: tools.get("tap").effect_of({"element": tap}, context) for tap in ("Time", "Save")}
    assert effects == {"Time": Effect.READ, "Save": Effect.WRITE}


def test_a_text_that_only_looks_for_something_changes_nothing() -> None:
    fields = [e for e in opened("Notes").look().elements if e.kind == "field"]
    assert [searches(field) for field in fields] == [True]
    assert not any(searches(e) for e in opened("Notes", "Add note").look().elements if e.kind == "field")


@pytest.mark.parametrize(
    ("request_", "intent"),
    [
        ("set an alarm for 6:45", "set_alarm"),
        ("Turn on airplane mode", "set_switch"),
        ("Take a picture", "take_photo"),
        ("Change the 6:45 alarm to 7:15", ""),
        ("What time is my alarm?", ""),
        ("Take a photo with a timer of 3 seconds", ""),
        ("Set an alarm for 6:45 and turn on airplane mode", ""),
        ("Open the clock", ""),
    ],
)
def test_an_intent_fits_where_the_request_gives_all_that_it_needs_and_nothing_else(request_: str, intent: str) -> None:
    session = Session(Simulated(0))
    assert fitting(session, Context(deps=session, task=request_, run_id="1")) == intent


def test_an_intent_that_fits_has_the_best_odds_of_the_first_call_alone() -> None:
    session = Session(Simulated(0))
    context = Context(deps=session, task="set an alarm for 6:45", run_id="1")
    session.facts(context)
    odds = session.odds(context)
    tools = odds.tools if odds is not None else {}
    assert max(tools, key=lambda name: tools[name]) == "set_alarm"
    session.open_app("Clock")
    odds = session.odds(context)
    assert odds is not None and "set_alarm" not in odds.tools
