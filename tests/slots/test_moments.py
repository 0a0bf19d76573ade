"""Dates and times as values: what a request means, in the order of its words."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from agentkit import tool
from agentkit.slots.fields import slots_of
from agentkit.slots.filled import Filled
from agentkit.slots.moments import Told, stated_now
from agentkit.types import JsonSchema, ToolSpec

NOW = datetime(2026, 3, 4, 15, 30)  # a Wednesday
DAY: JsonSchema = {"type": "string", "format": "date"}
TOLD: JsonSchema = {"type": "string", "description": "when it ends, in the format YYYY-MM-DD"}
CLOCK: JsonSchema = {"type": "string", "description": "as HH:MM"}


def values(text: str, *spent: str, now: datetime | None = NOW, **properties: JsonSchema) -> dict[str, str]:
    """The likeliest value of each argument that has got one."""
    parameters: JsonSchema = {"type": "object", "properties": properties}
    slots = slots_of(ToolSpec(name="book", parameters=parameters))
    before = [Filled(slot.name, {"as said": 0.3}, 0.5, 0.2) for slot in slots]
    after = Told(text, now).fill(before, slots, frozenset(spent))
    for one in after:
        assert sum(one.values.values()) + one.other + one.none == pytest.approx(1.0)
        assert one.none == 0.2
    return {
        one.name: str(max(one.values, key=lambda value: one.values[value]))
        for one in after
        if "as said" not in one.values
    }


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("from January 10, 2025 on", "2025-01-10"),
        ("on the 3rd of May 2027", "2027-05-03"),
        ("book it for tomorrow", "2026-03-05"),
        ("on Friday please", "2026-03-06"),
        ("in 10 days", "2026-03-14"),
        ("2026-12-24 it is", "2026-12-24"),
    ],
)
def test_a_day_is_worked_out(text: str, day: str) -> None:
    assert values(text, start=DAY) == {"start": day}


def test_several_days_go_to_the_arguments_in_order() -> None:
    found = values("from May 3rd 2027 to the 19th of May 2027", check_in=DAY, check_out=TOLD)
    assert found == {"check_in": "2027-05-03", "check_out": "2027-05-19"}


def test_a_range_may_end_in_the_next_year_and_a_year_said_once_holds_for_both() -> None:
    assert values("from March 9 to March 2", a=DAY, b=DAY) == {"a": "2026-03-09", "b": "2027-03-02"}
    assert values("from May 3 to May 10, 2027", a=DAY, b=DAY) == {"a": "2027-05-03", "b": "2027-05-10"}
    assert values("sales of 2025-05-03 and 2026-05-03", a=DAY, b=DAY) == {"a": "2025-05-03", "b": "2026-05-03"}


@pytest.mark.parametrize(
    "text",
    [
        "a hotel on the 3rd",
        "a room from 3:30",
        "move it from Friday to tomorrow",
        "only on May 3rd 2027",
        "the sun on my phone",
        "a forecast for 5 days",
        "3000 years from here",
    ],
)
def test_what_can_be_read_in_several_ways_is_left_to_the_model(text: str) -> None:
    assert values(text, a=DAY, b=DAY, at=CLOCK, until=CLOCK) == {}


def test_clock_ranges_and_dates_beside_a_time() -> None:
    assert values("on 2026-05-12 at 19:00", day=DAY, at=CLOCK) == {"day": "2026-05-12", "at": "19:00"}
    assert values("at 7 pm and at 9:15 pm", a=CLOCK, b=CLOCK) == {"a": "19:00", "b": "21:15"}


@pytest.mark.parametrize("text", ["3000 years ago", "in 10000 years", f"in {'9' * 400} months", "in 9000 years"])
def test_no_amount_of_time_is_too_large_to_be_read(text: str) -> None:
    assert values(text, day=DAY, other=DAY) == {}


def test_what_an_earlier_call_got_is_left_to_it() -> None:
    assert values("once on May 3rd 2027, once on May 4th 2027", "2027-05-03", day=DAY) == {"day": "2027-05-04"}
    assert values("twice on May 3rd 2027", "2027-05-03", day=DAY) == {"day": "2027-05-03"}
    two = values("from May 3rd 2027 to May 4th 2027", "2027-05-03", a=DAY, b=DAY)
    assert two == {"a": "2027-05-03", "b": "2027-05-04"}


@tool
def wake(at: time, when: datetime, day: date) -> str:
    """Wake somebody."""
    return f"{at} {when} {day}"


def test_the_forms_are_read_from_schemas_and_descriptions() -> None:
    assert [slot.form for slot in slots_of(wake.spec)] == ["time", "date-time", "date"]
    for told, form in (
        ("as YYYY-MM-DD", "date"), ("HH:MM, 24 hours", "time"), ("YYYY-MM-DDTHH:MM", "date-time"), ("HH:MM:SS", ""),
        ("YYYY-MM-DD HH:MM", ""), ("HH:MM AM", ""), ("MM/DD/YYYY", ""), ("YYYY-MM-DD or HH:MM", ""),
    ):  # fmt: skip
        part: JsonSchema = {"type": "string", "description": told}
        spec = ToolSpec(name="book", parameters={"type": "object", "properties": {"a": part}})
        assert slots_of(spec)[0].form == form, told


def test_clock_times_are_written_in_twenty_four_hours() -> None:
    assert values("wake me at 9:30 pm", at=CLOCK) == {"at": "21:30"}
    assert values("meet at 7 pm on May 3rd 2027", at={"type": "string", "format": "date-time"}) == {
        "at": "2027-05-03T19:00"
    }


def test_without_a_moment_or_a_stated_time_nothing_changes() -> None:
    assert values("a table for four", day=DAY) == {}
    assert values("tomorrow", now=None, day=DAY) == {}
    assert values("on May 3rd 2027", day={"type": "string", "format": "email"}) == {}
    assert values("on May 3rd 2027", day={"type": "string", "pattern": "[0-9]+", "description": "YYYY-MM-DD"}) == {}


@pytest.mark.parametrize(
    "fact", ["now: Wednesday 2026-03-04 15:30", "now: 2026-03-04T15:30", "now: 2026-03-04 15:30 (Wednesday)"]
)
def test_the_stated_time_is_read_in_every_form(fact: str) -> None:
    assert stated_now(["city: Rome", fact]) == NOW
    assert stated_now(["now: soon", "now: 2026-99-99"]) is None
