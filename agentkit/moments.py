"""The dates, clock times, durations and numbers that a text can mean, as sets to compare an argument with.

Every reading that is plausible is in the set with a weight in (0, 1]: `at 7` is 07:00 and 19:00 with less weight than
`7 pm` is 19:00. Reads English. Knows nothing of calls. Relative readings need `now`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from agentkit.words import digits, number

_Reading = TypeVar("_Reading")
_SECONDS = {
    "millisecond": 0.001, "ms": 0.001, "second": 1, "sec": 1, "s": 1, "minute": 60, "min": 60, "m": 60, "hour": 3600,
    "hr": 3600, "h": 3600, "day": 86400, "d": 86400, "week": 604800, "fortnight": 1209600, "month": 2592000,
    "year": 31536000,
}  # fmt: skip
_UNIT = rf"(?:{'|'.join(sorted(_SECONDS, key=len, reverse=True))})s?"
_N = r"-?\d+(?:\.\d+)?"
_PIECE = re.compile(rf"(?<= )({_N}|a|an|half an?|half|a quarter of an?|quarter|3 quarters of an?) ({_UNIT})(?= )")
_LONG = re.compile(
    rf"(?<= )(?<!half )(?<!of )((?:(?:{_N}|an?) {_UNIT}(?: and(?! a half))? )+)(?:(\d+) )?(and a half )?"
)
_FRACTIONS = {"half": 0.5, "a quarter of": 0.25, "quarter": 0.25, "3 quarters of": 0.75}
_FULL_MONTHS = {name.casefold(): index for index, name in enumerate(calendar.month_name) if name}
_MONTHS = {**{name[:3]: index for name, index in _FULL_MONTHS.items()}, **_FULL_MONTHS, "sept": 9}
_FULL_DAYS = {name.casefold(): index for index, name in enumerate(calendar.day_name)}
_DAYS = {**{name[:3]: index for name, index in _FULL_DAYS.items()}, **_FULL_DAYS, "tues": 1, "thur": 3, "thurs": 3}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = "|".join(sorted(_DAYS, key=len, reverse=True))
_TH = r"(?: (?:st|nd|rd|th))?"
_MONTH_DAY = re.compile(rf"(?<= )({_MONTH}) (?:the )?(\d{{1,2}}){_TH}(?: (\d{{4}}))?(?= )")
_DAY_MONTH = re.compile(rf"(?<= )(\d{{1,2}}){_TH} (?:of )?({_MONTH})(?: (\d{{4}}))?(?= )")
_CLOCK = re.compile(
    r"(?<= )(?:(at|by|from|to|until|till|before|after|around|between|and|for) )?"
    r"(\d{1,2})(?:[ .](\d{2})(?: \d{2}(?= ))?(?! \d))?(?: (am|pm|a m|p m|o'clock|uhr|h))?"
    rf"(?! (?:{_UNIT}|st|nd|rd|th|%) )(?= )"
)
_PAST = re.compile(
    r"(?<= )(?:(half|3 quarters|quarter|\d{1,2})(?: min(?:ute)?s?)? (past|after|to|before|till|of)|(half)) (\d{1,2})"
    r"(?: (am|pm|a m|p m))?(?= )"
)
_OFFSETS = {
    "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0, "now": 0, "tomorrow": 1,
    "tmrw": 1, "next day": 1, "day after tomorrow": 2, "day after tmrw": 2, "yesterday": -1, "last night": -1,
    "day before yesterday": -2,
}  # fmt: skip
_PARTS = {
    "morning": (4, 12), "noon": (11, 14), "lunch": (11, 14), "lunchtime": (11, 14), "afternoon": (12, 18),
    "evening": (16, 23), "dinner": (17, 21), "tonight": (17, 24), "night": (18, 24), "midnight": (0, 1),
}  # fmt: skip
_FIXED = {
    "christmas": (12, 25), "christmas eve": (12, 24), "new year": (1, 1), "new years day": (1, 1),
    "new year's day": (1, 1), "new year's eve": (12, 31), "halloween": (10, 31), "valentine's day": (2, 14),
}  # fmt: skip
MOMENT_FORMATS = frozenset({"date", "time", "date-time", "duration"})
"""The formats of JSON Schema that moments and durations have."""
MOMENT_WORDS = frozenset(
    {*_MONTHS, *_DAYS, *_OFFSETS, *_PARTS, *_FIXED, "midday", "weekend", "next week", "next month"}
)
"""Words and phrases that name a date or a time."""


@dataclass
class Moments:
    """Weighted readings: `times` in minutes of the day, `durations` in seconds."""

    dates: dict[date, float] = field(default_factory=dict[date, float])
    times: dict[int, float] = field(default_factory=dict[int, float])
    instants: dict[datetime, float] = field(default_factory=dict[datetime, float])
    durations: dict[float, float] = field(default_factory=dict[float, float])


def moments(text: str, now: datetime | None) -> Moments:
    """All readings of a text."""
    spaced = f" {' '.join(digits(text))} "
    now = now.replace(tzinfo=None) if now is not None else None
    found = Moments()
    for seconds, weight in _durations(spaced):
        _add(found.durations, seconds, weight)
    for minute, weight in _times(spaced):
        _add(found.times, minute, weight)
    for day, weight in _dates(text, spaced, now):
        _add(found.dates, day, weight)
    if now is not None:
        _relative(spaced, now, found)
    _between(found)
    return found


def _add(readings: dict[_Reading, float], reading: _Reading, weight: float) -> None:
    readings[reading] = max(weight, readings.get(reading, 0.0))


def _unit(word: str) -> float:
    return _SECONDS.get(word) or _SECONDS[word.removesuffix("s")]


def _amount(word: str) -> float:
    """`25`, `a`, `half an`, `a quarter of an` as a number."""
    bare = word.removesuffix(" an").removesuffix(" a")
    return _FRACTIONS.get(bare) or number(bare) or (1.0 if bare in {"a", "an"} else 0.0)


def _durations(text: str) -> Iterator[tuple[float, float]]:
    for match in _PIECE.finditer(text):
        yield _amount(match[1]) * _unit(match[2]), 1.0
    for match in re.finditer(rf"(?<= )(?:all|full|whole|entire) ({_UNIT})(?= )", text):
        yield _unit(match[1]), 0.9
    for match in _LONG.finditer(text):
        pieces = _PIECE.findall(f" {match[1]}")
        if not pieces:
            continue
        smallest = min(_unit(unit) for _, unit in pieces)
        total = sum(_amount(amount) * _unit(unit) for amount, unit in pieces)
        total += float(match[2]) * smallest / 60 if match[2] and smallest > 1 else 0.0
        yield total + (smallest / 2 if match[3] else 0.0), 1.0


def _times(text: str) -> Iterator[tuple[int, float]]:
    for match in _CLOCK.finditer(text):
        exact = 0.9 if match[3] or match[4] else 0.7 if match[1] else 0.4
        yield from _readings(int(match[2]), int(match[3] or 0), match[4] or "", exact)
    for match in _PAST.finditer(text):
        minutes = {"half": 30, "quarter": 15, "3 quarters": 45}.get(match[1] or "half") or int(match[1])
        after = match[2] in {"past", "after", None}
        base = int(match[4]) * 60 + (minutes if after else -minutes)
        yield from _readings(base // 60 % 12 or 12, base % 60, match[5] or "", 0.9)
    for word, (start, _) in _PARTS.items():
        if word in {"noon", "midnight"} and f" {word} " in text:
            yield (12 * 60 if word == "noon" else start), 1.0
    for match in re.finditer(r"(?<= )(\d{1,2})(\d{2}) (am|pm|a m|p m)(?= )", text):
        yield from _readings(int(match[1]), int(match[2]), match[3], 0.9)
    if " mid night " in text:
        yield 0, 1.0
    if " midday " in text:
        yield 720, 1.0


def _readings(hour: int, minute: int, marker: str, weight: float) -> Iterator[tuple[int, float]]:
    if hour > 24 or minute > 59:
        return
    half = marker.replace(" ", "")
    if half in {"am", "pm"} and 1 <= hour <= 12:
        yield (hour % 12 + (12 if half == "pm" else 0)) * 60 + minute, 1.0
        return
    yield hour % 24 * 60 + minute, 1.0 if hour > 12 and weight > 0.8 else weight
    if 1 <= hour <= 12:
        yield (hour + 12) % 24 * 60 + minute, weight


def parts_of_day(text: str) -> Iterator[tuple[str, int, int]]:
    """The parts of the day that a text names, with first and last minute."""
    spaced = f" {' '.join(digits(text))} "
    for word, (start, end) in _PARTS.items():
        if f" {word} " in spaced:
            yield word, start * 60, end * 60 - 1


def _dates(raw: str, text: str, now: datetime | None) -> Iterator[tuple[date, float]]:
    named_years = {int(year) for year in re.findall(r"(?<= )((?:19|20)\d{2})(?= )", text)}
    for match in re.finditer(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", raw):
        yield from _day(int(match[1]), int(match[2]), int(match[3]), 1.0)
    for match in re.finditer(r"(?<![\d/.-])(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?(?!\d)", raw):
        for year, weight in _years(match[3], now):
            yield from _day(year, int(match[1]), int(match[2]), 0.8 * weight)
            yield from _day(year, int(match[2]), int(match[1]), 0.8 * weight)
    named = [(match[1], match[2], match[3]) for match in _MONTH_DAY.finditer(text)]
    named += [(match[2], match[1], match[3]) for match in _DAY_MONTH.finditer(text)]
    for month_name, day_number, given_year in named:
        month, day = _MONTHS[month_name], int(day_number)
        for year, weight in _years(given_year, now):
            yield from _day(year, month, day, weight)
        for year in () if given_year else named_years:
            yield from _day(year, month, day, 0.9)
    for name, (month, day) in _FIXED.items():
        if f" {name} " in text:
            for year, weight in _years(None, now):
                yield from _day(year, month, day, weight)
    if now is not None:
        yield from _relative_dates(text, now.date())


def _day(year: int, month: int, day: int, weight: float) -> Iterator[tuple[date, float]]:
    try:
        yield date(year, month, day), weight
    except ValueError:
        return


def _years(given: str | None, now: datetime | None) -> Iterator[tuple[int, float]]:
    if given:
        yield int(given) + (2000 if len(given) == 2 else 0), 1.0
    elif now is not None:
        yield from ((now.year, 1.0), (now.year + 1, 0.9), (now.year - 1, 0.7))


def _relative_dates(text: str, today: date) -> Iterator[tuple[date, float]]:
    for phrase, offset in _OFFSETS.items():
        if f" {phrase} " in text:
            yield today + timedelta(days=offset), 1.0
    for match in re.finditer(rf"(?<= )(next |last |this |coming )?({_DAY})s?(?= )", text):
        ahead = (_DAYS[match[2]] - today.weekday()) % 7
        if (match[1] or "").strip() == "last":
            yield today - timedelta(days=7 - ahead if ahead else 7), 1.0
            continue
        yield today + timedelta(days=ahead), 1.0 if ahead else 0.8
        yield today + timedelta(days=ahead + 7), 0.9 if match[1] == "next " or not ahead else 0.5
    ordinal = rf"(?<= )(on (?:the )?|the )?(\d{{1,2}})( st| nd| rd| th)?(?= )(?! (?:{_UNIT}|%|am|pm|a m|p m|{_MONTH}) )"
    for match in re.finditer(ordinal, text):
        if match[1] or match[3]:
            for months in (-1, 0, 1):
                year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
                yield from _day(year, month + 1, int(match[2]), 0.9 if match[3] and months >= 0 else 0.6)
    if re.search(r" end of (the |this )?month ", text):
        yield today.replace(day=calendar.monthrange(today.year, today.month)[1]), 1.0
    if " weekend " in text:
        saturday = today + timedelta(days=(5 - today.weekday()) % 7)
        yield from ((saturday + timedelta(days=extra), 0.9) for extra in (0, 1, 7, 8))
    if " next week " in text:
        monday = today + timedelta(days=7 - today.weekday())
        yield from ((monday + timedelta(days=extra), 0.6) for extra in range(7))
        yield today + timedelta(days=7), 0.9
    if " next month " in text:
        yield _months_later(today, 1), 0.8


def _relative(text: str, now: datetime, found: Moments) -> None:
    """`in 20 minutes`, `3 days ago`, `two weeks from now`: an instant, its date and its time."""
    for match in re.finditer(rf"(?<= )({_N}|an?) (days?|weeks?|months?|years?) (ago)?", text):
        amount, sign = _amount(match[1]), -1 if match[3] else 1
        if abs(amount) >= 10_000:
            continue
        if match[2].startswith(("month", "year")):
            months = int(amount) * (12 if match[2].startswith("year") else 1)
            _add(found.dates, _months_later(now.date(), sign * months), 0.9)
        else:
            _add(found.dates, now.date() + timedelta(days=sign * amount * _unit(match[2]) / 86400), 0.9)
    if " now " in text or " as soon as possible " in text or " immediately " in text:
        _add(found.instants, now.replace(second=0, microsecond=0), 1.0)
    for seconds, weight in list(found.durations.items()):
        if 0 < seconds < 864_000:
            ago = " ago " in text
            moment = now + timedelta(seconds=-seconds if ago else seconds)
            _add(found.instants, moment.replace(second=0, microsecond=0), 0.9 * weight)


def _between(found: Moments) -> None:
    """From two clock times the duration between them; from a clock time and a duration the end."""
    clock = [(minute, weight) for minute, weight in found.times.items() if weight >= 0.7]
    if len(clock) > 24:
        return
    lengths = [(seconds, weight) for seconds, weight in found.durations.items() if 0 < seconds < 86400]
    for one, weight in clock:
        for other, other_weight in clock:
            if one < other and other - one != 720:
                _add(found.durations, (other - one) * 60.0, 0.7 * min(weight, other_weight))
        for seconds, other_weight in lengths:
            _add(found.times, int(one + seconds / 60) % 1440, 0.7 * min(weight, other_weight))


def _months_later(day: date, months: int) -> date:
    """The same day so many months on; the first or last year that there is at most."""
    year, month = divmod(max(12, min(day.year * 12 + day.month - 1 + months, 12 * 10_000 - 1)), 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


_ISO_DURATION = re.compile(
    r"^(-)?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$", re.IGNORECASE
)


def as_duration(text: str) -> float | None:
    """Seconds of an ISO 8601 duration without months and years, or None."""
    match = _ISO_DURATION.match(text.strip())
    if not match or not any(match.groups()[1:]):
        return None
    scales = (604800, 86400, 3600, 60, 1)
    total = sum(float(part) * scale for part, scale in zip(match.groups()[1:], scales, strict=True) if part)
    return -total if match[1] else total


def as_moment(text: str) -> date | time | datetime | None:
    """The date, time or date with time that a whole string is (`2026-03-01`, `19:30`, `7:30 pm`), or None."""
    text = text.strip()
    clock = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*([ap])\.?m\.?", text, re.IGNORECASE)
    if clock and 1 <= int(clock[1]) <= 12:
        return time(int(clock[1]) % 12 + (12 if clock[3] in "pP" else 0), int(clock[2] or 0))
    if not re.match(r"\d{4}-\d{2}-\d{2}|\d{1,2}:\d{2}", text):
        return None
    for kind in (date, datetime, time):
        try:
            return kind.fromisoformat(text if kind is not time else text.rjust(5, "0"))
        except ValueError:
            continue
    return None
