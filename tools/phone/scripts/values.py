"""Values in a request: where they stand, what kind they are, and the forms in which a phone wants them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from .model import As, Kind, Slot


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_MONTHS = _listed("January February March April May June July August September October November December")
PATTERNS: dict[Kind, str] = {
    "quoted": r'(?<=")[^"]+(?=")',
    "email": r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    "url": r"\b[\w-]+(?:\.[\w-]+)+\.[a-z]{2,}\b",
    "time": r"\b\d{1,2}:\d\d(?: ?[ap]\.?m\b\.?)?",
    "date": rf"\b\d{{1,2}} (?:{'|'.join(_MONTHS)})\b|\btomorrow\b",
    "phone": r"\+\d[\d ]{5,}\d",
    "number": r"(?<![\w.:])\d+(?:\.\d+)?(?![\w:]|\.\d)",
}
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?: ?([ap])\.?m)?", re.IGNORECASE)
_CONDITIONS = frozenset(
    _listed(
        """also and but don't don’t except if instead neither never no nor not only or otherwise than then unless until
        when while without"""
    )
)
_LONGEST = 40


def spans(request: str) -> Iterator[tuple[int, int, Kind]]:
    """The typed values of a request, from left to right; none lies in another."""
    whole = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in PATTERNS.items()), re.IGNORECASE)
    for found in whole.finditer(request):
        if found.lastgroup == "quoted" and request[: found.start()].count('"') % 2 == 0:
            continue  # between two quotations
        kind: Kind = found.lastgroup  # pyright: ignore[reportAssignmentType]
        yield found.start(), found.end(), kind


def form(value: str, wanted: As, now: datetime | None) -> str | None:
    """A value in a form; None where it has none such."""
    if wanted == "text":
        return value.strip()
    if wanted == "day":
        day = day_of(value, now)
        return None if day is None else str(day.day)
    at = time_of(value)
    if at is None:
        return None
    return {"clock": f"{at:%H:%M}", "hour": f"{at:%H}", "minute": f"{at:%M}"}[wanted]


def time_of(value: str) -> time | None:
    """The time of day that a value holds."""
    found = _TIME.search(value)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2]), found[3]
    if half:
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def day_of(value: str, now: datetime | None) -> date | None:
    """The next day that a value names, from `now` on."""
    if now is None:
        return None
    if value.lower() == "tomorrow":
        return now.date() + timedelta(days=1)
    number, _, month = value.partition(" ")
    if not number.isdecimal() or month.capitalize() not in _MONTHS:
        return None
    try:
        found = date(now.year, _MONTHS.index(month.capitalize()) + 1, int(number))
        return found if found >= now.date() else found.replace(year=now.year + 1)
    except ValueError:
        return None


def month_of(title: str) -> tuple[int, int] | None:
    """Year and month of a calendar's title such as `October 2026`."""
    month, _, year = title.partition(" ")
    return (int(year), _MONTHS.index(month) + 1) if month in _MONTHS and year.isdecimal() else None


def plain(value: str, slot: Slot) -> bool:
    """Whether free words are a value like the slot's example, and not a condition or a second wish besides."""
    words, known, example = value.split(), slot.example.split(), slot.example
    if not words or len(words) > _LONGEST or len(words) > 3 * len(known) + 5:
        return False
    said, had = ({word.lower().strip(",.;:!?") for word in each} for each in (words, known))
    if (said - had) & _CONDITIONS:
        return False
    if any(mark in value and mark not in example for mark in ',;:"?!()\n'):
        return False
    if slot.kind != "name":
        return True
    if words[0][:1].isupper() != known[0][:1].isupper():
        return False
    named = len(known) > 1 and all(word[:1].isupper() for word in known)
    return not named or (len(words) <= 3 and all(word[:1].isupper() for word in words))
