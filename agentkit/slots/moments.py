"""Dates and clock times that a request means, as arguments of a stated form have them.

The scorer chooses among words of the request; a date said as `March 5th` is in no such words. Only what can be read in
one way is told: as many readings as arguments of the form, each at a place of its own. Knows nothing of weights.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from agentkit.moments import moments
from agentkit.slots.fields import Form, Slot
from agentkit.slots.filled import Filled
from agentkit.slots.said import Value

_SURE = 0.9
"""The least weight of a reading that is told."""
_TOLD, _PLACED = 0.98, 0.8
"""The share of what an argument gets that goes to readings, and of that to the one in its own place."""
_NOW = re.compile(r"now:\D*([12]\d{3}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}))?")
_ISO = re.compile(r"(?<!\d)\d{4}-\d{1,2}-\d{1,2}(?!\d)")
_NO_DAY = re.compile(
    r"(?<!on )(?<!next )(?<!this )\b(?:sun|sat|mon|wed)\b|"
    r"(?<!in )\b\w+[ -](?:day|week|month|year)s?\b(?! (?:ago|from now|later|hence))",
    re.IGNORECASE,
)
"""Words that the reader takes for days though they need be none: `the sun`, `a forecast for 5 days`."""
_NAMED = ((re.compile(r"new year'?s? eve", re.IGNORECASE), "december 31"),
          (re.compile(r"valentine'?s? day", re.IGNORECASE), "february 14"))  # fmt: skip


class Told:
    """What one text says of moments, read once; `now` is when it was said."""

    def __init__(self, text: str, now: datetime | None) -> None:
        self._text, self._now = text, now
        self._known: dict[Form, list[tuple[int, str]]] = {}

    def fill(self, filled: Sequence[Filled], slots: Sequence[Slot], spent: frozenset[str]) -> tuple[Filled, ...]:
        """The same, with the text's moments as values of dates and times; `spent` are values of earlier calls."""
        forms: dict[Form, list[str]] = {slot.form: [] for slot in slots if slot.form}
        for slot in slots:
            if slot.form:
                forms[slot.form].append(slot.name)
        told = {form: self._dealt(form, len(names), spent) for form, names in forms.items()}
        return tuple(
            _told(one, told[slot.form], forms[slot.form].index(slot.name)) if slot.form and told[slot.form] else one
            for one, slot in zip(filled, slots, strict=True)
        )

    def _dealt(self, form: Form, count: int, spent: frozenset[str]) -> list[str]:
        """A reading for each of so many arguments, in the order of the text; nothing where that is not clear."""
        found = self._readings(form)
        left = [one for one in found if one[1] not in spent]
        found = left if len(left) >= count else found
        apart = len({place for place, _ in found}) == len(found) and all(place >= 0 for place, _ in found)
        return [value for _, value in sorted(found)] if len(found) == count and (count == 1 or apart) else []

    def _readings(self, form: Form) -> list[tuple[int, str]]:
        known = self._known.get(form)
        if known is None:
            known = self._known[form] = self._read(form)
        return known

    def _read(self, form: Form) -> list[tuple[int, str]]:
        """The sure readings with their places, -1 for one whose place is not known."""
        if form == "date":
            days = [(_place(self._text, day), day.isoformat()) for day in self._days()]
            named = [one for one in days if one[0] >= 0]  # beside `May 3rd`, `3rd` alone is no other day
            return named or days
        if form == "time":
            return self._clocks()
        days, clocks = self._readings("date"), self._readings("time")
        return [(days[0][0], f"{days[0][1]}T{clocks[0][1]}")] if len(days) == len(clocks) == 1 else []

    def _days(self) -> list[date]:
        text = _NO_DAY.sub(" - ", self._text)
        for pattern, day in _NAMED:
            text = pattern.sub(day, text)
        years: dict[tuple[int, int], list[date]] = {}
        for day, weight in moments(text, self._now).dates.items():
            if weight >= _SURE:
                years.setdefault((day.month, day.day), []).append(day)
        return [day for found in years.values() for day in self._meant(sorted(found))]

    def _meant(self, days: Sequence[date]) -> Sequence[date]:
        """Of one day in several years: those whose year is said, else the next."""
        said = [day for day in days if str(day.year) in self._text]
        if said or len(days) == 1 or self._now is None:
            return said or days
        today = self._now.date()
        return [next((day for day in days if day >= today), days[-1])]

    def _clocks(self) -> list[tuple[int, str]]:
        text = _ISO.sub(lambda match: " " * len(match.group()), self._text)
        found = moments(text, self._now).times
        sure = [f"{minute // 60:02d}:{minute % 60:02d}" for minute, weight in found.items() if weight >= _SURE]
        return [(_clock_place(text, clock), clock) for clock in sure]


def stated_now(facts: Iterable[str]) -> datetime | None:
    """The time that a fact `now: …` states; None where none does."""
    for fact in facts:
        match = _NOW.match(fact)
        if match:
            try:
                return datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}")
            except ValueError:
                continue
    return None


def _told(one: Filled, readings: Sequence[str], at: int) -> Filled:
    """Of what the argument gets when it is given, nearly all goes to the readings."""
    given, others = 1.0 - one.none, len(readings) - 1
    values: dict[Value, float] = {
        value: given * _TOLD * (1.0 if not others else _PLACED if place == at else (1.0 - _PLACED) / others)
        for place, value in enumerate(readings)
    }
    return Filled(one.name, values, given * (1.0 - _TOLD), one.none)


def _place(text: str, day: date) -> int:
    """Where a date stands: as ISO 8601 writes it, or the number of its day beside a month; -1 in other words."""
    month = f"(?:{day:%b}|{day:%B})[a-z]*"
    near = rf"{month}\.? (?:the )?{day.day}(?!\d)|(?<!\d){day.day}(?:st|nd|rd|th)?,? (?:of )?{month}"
    match = re.search(rf"{day.isoformat()}|(?:{near}),? {day.year}", text, re.IGNORECASE) or re.search(
        near, text, re.IGNORECASE
    )
    return match.start() if match else -1


def _clock_place(text: str, clock: str) -> int:
    hour, minute = map(int, clock.split(":"))
    hours = f"(?:{hour}|0{hour}|{hour % 12 or 12})"
    match = re.search(rf"(?<![\d:.]){hours}(?:[:.]{minute:02d})(?!\d)", text) if minute else None
    match = match or re.search(rf"(?<![\d:.]){hours}(?:[:.]00)?(?![\d:.])", text)
    return match.start() if match else -1
