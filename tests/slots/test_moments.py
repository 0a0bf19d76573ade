"""Dates and times as values: what a request means, in the order of its words."""

from __future__ import annotations

from datetime import datetime

import pytest

from agentkit.moments import stated_now
from agentkit.slots.fields import slots_of
from agentkit.slots.filled import Filled
from agentkit.slots.moments import with_moments
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
    after = with_moments(before, slots, text, now, frozenset(spent))
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


def test_what_an_earlier_call_got_is_left_to_it() -> None:
    assert values("once on May 3rd 2027, once on May 4th 2027", "2027-05-03", day=DAY) == {"day": "2027-05-04"}
    assert values("twice on May 3rd 2027", "2027-05-03", day=DAY) == {"day": "2027-05-03"}


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
