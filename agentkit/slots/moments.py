"""Dates and clock times that a request means, as arguments of a stated form have them.

The scorer chooses among words of the request; a date said as `March 5th` is in no such words. Knows nothing of weights.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from agentkit.moments import Moments, moments
from agentkit.slots.fields import Form, Slot
from agentkit.slots.filled import Filled
from agentkit.slots.said import Value

_SURE = 0.9
"""The least weight of a reading, and what all readings together get of an argument that is given."""
_OWN = 0.8
"""What a reading gets that has the same place among the readings as the argument among those of its form."""


def with_moments(
    filled: Sequence[Filled],
    slots: Sequence[Slot],
    text: str,
    now: datetime | None,
    spent: frozenset[str] = frozenset(),
) -> tuple[Filled, ...]:
    """The same, with what the text can mean as the values of dates and times; `spent` are values of earlier calls."""
    if not any(slot.form for slot in slots):
        return tuple(filled)
    found = moments(text, now)
    told: dict[Form, list[str]] = {form: _readings(found, form, text, spent) for form in ("date", "time", "date-time")}
    return tuple(
        _told(one, told[slot.form], _place(slot, slots)) if slot.form and told[slot.form] else one
        for one, slot in zip(filled, slots, strict=True)
    )


def _told(one: Filled, readings: Sequence[str], place: tuple[int, int]) -> Filled:
    """Of what the argument gets when it is given, nearly all goes to the readings."""
    at, alike = place
    given, each = 1.0 - one.none, 1.0 / len(readings)
    shares = dict.fromkeys(readings, each)
    if 1 < len(readings) == alike:
        shares = dict.fromkeys(readings, (1.0 - _OWN) / (alike - 1)) | {readings[at]: _OWN}
    values: dict[Value, float] = {value: share * given * _SURE for value, share in shares.items()}
    return Filled(one.name, values, given * (1.0 - _SURE), one.none)


def _place(slot: Slot, slots: Sequence[Slot]) -> tuple[int, int]:
    """Which of the arguments of its form it is, and how many these are."""
    alike = [other.name for other in slots if other.form == slot.form]
    return alike.index(slot.name), len(alike)


def _readings(found: Moments, form: Form, text: str, spent: frozenset[str]) -> list[str]:
    """The sure readings in the order of the text, without those of earlier calls if others are left."""
    days = sorted(_likeliest(found.dates), key=lambda day: _stands(text, day))
    clocks = [f"{minute // 60:02d}:{minute % 60:02d}" for minute, weight in found.times.items() if weight >= _SURE]
    clocks.sort(key=lambda clock: _clock_stands(text, clock))
    match form:
        case "date":
            every = [day.isoformat() for day in days]
        case "time":
            every = clocks
        case _:
            every = [f"{days[0].isoformat()}T{clocks[0]}"] if len(days) == len(clocks) == 1 else []
    return [one for one in every if one not in spent] or every


def _likeliest(dates: Mapping[date, float]) -> list[date]:
    """The best reading of each day of the year that is sure."""
    best: dict[tuple[int, int], date] = {}
    for day in sorted(dates, key=lambda day: (-dates[day], day)):
        if dates[day] >= _SURE:
            best.setdefault((day.month, day.day), day)
    top = max((dates[day] for day in best.values()), default=0.0)
    return [day for day in best.values() if dates[day] == top]


def _stands(text: str, day: date) -> int:
    """Where a date stands: its number, or the number of its day; the end for one that is said in other words."""
    match = re.search(rf"{day.isoformat()}|(?<!\d){day.day}(?:st|nd|rd|th)?(?!\d)", text)
    return match.start() if match else len(text)


def _clock_stands(text: str, clock: str) -> int:
    hour, minute = map(int, clock.split(":"))
    hours = f"(?:{hour}|0{hour}|{hour % 12 or 12})"
    match = re.search(rf"(?<!\d){hours}(?:[:.]{minute:02d})?(?!\d)", text)
    return match.start() if match else len(text)
