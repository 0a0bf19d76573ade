"""Declared transformations: how a number, a date, a time or a duration may follow from what a text says.

The sets of readings come from `moments` and `words`; here they are compared with one argument. Knows nothing of other
arguments of the call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import combinations
from typing import NamedTuple

from pydantic import JsonValue

from agentkit.moments import as_duration, as_moment, parts_of_day
from agentkit.types import CheckStatus, JsonSchema
from agentkit.verify.sources import Source
from agentkit.words import number, words

_UNITS = (
    (re.compile(r"milli|(?<![a-z])ms(?![a-z])"), 0.001),
    (re.compile(r"second|(?<![a-z])secs?(?![a-z])|_s(?![a-z])"), 1.0),
    (re.compile(r"minute|(?<![a-z])mins?(?![a-z])"), 60.0),
    (re.compile(r"hour|(?<![a-z])hrs?(?![a-z])"), 3600.0),
    (re.compile(r"(?<![a-z])days?(?![a-z])"), 86400.0),
    (re.compile(r"(?<![a-z])weeks?(?![a-z])"), 604800.0),
)
_CLOCK = re.compile(r"(?<![\d:.])(\d{1,2}):([0-5]\d)(?![\d:])")
_ANYTHING: JsonSchema = {}
_PARTS = ("hour", "minute", "year", "month", "day")
_TOP = re.compile(r" (?:max|maximum|full|fully|highest|loudest|brightest|all the way up|top|most|always|complete\w*) ")
_BOTTOM = re.compile(
    r" (?:min|minimum|mute\w*|silen\w+|off|lowest|quietest|dimmest|all the way down|least|never|zero|no) "
)


class Argument(NamedTuple):
    """One argument value; `hint` is what its name and description say, which may name a unit."""

    tool: str
    path: str
    value: JsonValue
    schema: JsonSchema = _ANYTHING
    hint: str = ""


class Origin(NamedTuple):
    """Where a value comes from; `where` completes "comes from ..." when the status is PASS, else the sentence."""

    score: float = 0.0
    where: str = ""
    status: CheckStatus = CheckStatus.FAIL


def number_origin(argument: Argument, listed: Sequence[Source]) -> Origin:
    """The origin of a number: said in digits or words, a duration in some unit, a part of a date or time, a bound."""
    value = argument.value
    if not isinstance(value, int | float):
        return Origin()
    best = Origin()
    for source in listed:
        for score, how in _number_readings(float(value), argument.hint.casefold(), source):
            if score > best.score:
                best = Origin(score, f"{source.label}{how}")
        if best.score >= 0.9:
            return best
    return best if best.score >= 0.5 else max(best, _unsaid(argument, float(value), listed), key=lambda one: one.score)


def _number_readings(value: float, hint: str, source: Source) -> Iterator[tuple[float, str]]:
    if any(abs(value - said) <= 1e-9 * max(1.0, abs(value)) for said in source.numbers):
        yield 1.0, ""
    if value == 1 and (" a " in source.spaced or " an " in source.spaced):
        yield 0.6, ' ("a")'
    seconds = source.moments.durations
    units = [scale for pattern, scale in _UNITS if pattern.search(hint)]
    for scale in units or [scale for _, scale in _UNITS]:
        for duration, weight in seconds.items():
            if abs(duration / scale - value) < 1e-6 and value:
                yield (0.95 if units else 0.75) * weight, " (a duration)"
    if "hour" in hint or "minute" in hint or "time" in hint:
        for minute, weight in source.moments.times.items():
            if value in {minute // 60, minute % 60} and ("hour" in hint) == (value == minute // 60):
                yield 0.9 * weight + 0.1, " (a time of day)"
    if re.search(r"year|month|day|date", hint):
        for day, weight in source.moments.dates.items():
            if value in {day.year, day.month, day.day, day.isoweekday()}:
                yield 0.9 * weight, " (a date)"


def is_part(argument: Argument, listed: Sequence[Source]) -> bool:
    """Whether a number is that part of a date or a time which its argument's name asks for."""
    value, name = argument.value, _own_name(argument)
    asked = [part for part in _PARTS if part in name]
    if not asked or not isinstance(value, int) or isinstance(value, bool):
        return False
    for moments in (source.moments for source in listed):
        days = [*moments.dates, *(instant.date() for instant in moments.instants)]
        clocks = [*moments.times, *(_minute(instant.time()) for instant in moments.instants)]
        parts = {
            "hour": {minute // 60 for minute in clocks} | {minute // 60 % 12 for minute in clocks},
            "minute": {minute % 60 for minute in clocks},
            "year": {day.year for day in days},
            "month": {day.month for day in days},
            "day": {day.day for day in days} | {day.isoweekday() for day in days},
        }
        if any(value in parts[part] for part in asked):
            return True
    return False


def _own_name(argument: Argument) -> str:
    return argument.path.rsplit(".", maxsplit=1)[-1].casefold()


def wrong_part(argument: Argument, listed: Sequence[Source]) -> Origin | None:
    """Why a minute is not the hour of a clock time (`6:30` holds no minute 6), nor an hour its minutes."""
    value, name = argument.value, _own_name(argument)
    part = 2 if name in {"minute", "minutes"} else 1 if name in {"hour", "hours"} else 0
    if not part or not isinstance(value, int) or isinstance(value, bool) or is_part(argument, listed):
        return None
    clocks = [found for source in listed for found in _CLOCK.finditer(source.text)]
    rest = (number(word) for source in listed for word in words(_CLOCK.sub(" ", source.text)))
    clock = next((clock for clock in clocks if value == int(clock[3 - part])), None)
    if clock is None or value in rest:
        return None
    return Origin(0.0, f"is the {'hour' if part == 2 else 'minutes'} of {clock[0]}", CheckStatus.FAIL)


def suggestion(argument: Argument, listed: Sequence[Source]) -> float | None:
    """The number that the request holds for an argument: read in the argument's unit, else the nearest in digits."""
    value = argument.value
    if not isinstance(value, int | float) or not listed:
        return None
    readings, hint = listed[0].moments, argument.hint.casefold()
    durations = [seconds for seconds, weight in readings.durations.items() if weight >= 0.9]
    for pattern, scale in _UNITS:
        if pattern.search(hint) and durations:
            return round(max(durations) / scale, 6)
    clock = next((minute for minute, weight in readings.times.items() if weight >= 0.9), None)
    if clock is not None and ("hour" in hint or "minute" in hint):
        return float(clock // 60 if "hour" in hint else clock % 60)
    digits = [found for found in map(number, listed[0].spaced.split()) if found is not None]
    return min(digits, key=lambda found: abs(found - value), default=None)


def _unsaid(argument: Argument, value: float, listed: Sequence[Source]) -> Origin:
    """A number that nobody said: a bound of the schema, a sum, or nothing."""
    first = listed[0].spaced if listed else " "
    for bound, pattern in (("maximum", _TOP), ("minimum", _BOTTOM)):
        if argument.schema.get(bound) == value:
            if pattern.search(first):
                return Origin(0.85, f"the request, as the {bound}")
            return Origin(0.4, f"is the {bound}, which the request does not name", CheckStatus.UNSURE)
    if value in {0.0, 1.0}:
        small = Origin(0.4, "is a small number that the request does not name", CheckStatus.UNSURE)
        return Origin(0.8, "the request, as nothing") if value == 0 and _BOTTOM.search(first) else small
    return _worked_out(value, listed)


def _worked_out(value: float, listed: Sequence[Source]) -> Origin:
    """A number that follows from one or two that were said."""
    numbers = sorted({said for source in listed for said in source.numbers})
    if -value in numbers:
        return Origin(0.45, f"is {-value:g} of the request with the sign turned", CheckStatus.UNSURE)
    for one, other in combinations(numbers[:40], 2):
        if value in {one + other, other - one, one * other} or (one and value == other / one):
            return Origin(0.45, f"may be worked out from {one:g} and {other:g}", CheckStatus.UNSURE)
    return Origin()


def moment_origin(argument: Argument, listed: Sequence[Source]) -> Origin:
    """The origin of a string that is a date, a time, both, or an ISO duration."""
    if not isinstance(argument.value, str) or not any(char.isdigit() for char in argument.value):
        return Origin()
    seconds = as_duration(argument.value)
    moment = as_moment(argument.value)
    best = Origin()
    for source in listed:
        if seconds is not None:
            best = _better(best, source.moments.durations.get(seconds, 0.0), f"{source.label} (a duration)")
        if moment is not None:
            score, how = _moment_score(moment, source, listed)
            best = _better(best, score, f"{source.label} ({how})")
    if best.score >= 0.5 or moment is None:
        return best
    weak = Origin(best.score, f"is a weak reading of {best.where}", CheckStatus.UNSURE) if best.score else best
    return _by_part_of_day(moment, listed) or weak


def is_moment(text: str) -> bool:
    """Whether a text is a date, a time, both, or an ISO duration: then its words alone ground nothing."""
    return as_moment(text) is not None or as_duration(text) is not None


def _better(best: Origin, score: float, where: str) -> Origin:
    return Origin(score, where) if score > best.score else best


def _moment_score(moment: date | time | datetime, source: Source, listed: Sequence[Source]) -> tuple[float, str]:
    readings = source.moments
    if isinstance(moment, datetime):
        bare = moment.replace(tzinfo=None, second=0, microsecond=0)
        if bare in readings.instants:
            return readings.instants[bare], "counted from now"
        day = max((_date_score(bare.date(), one, bare.time()) for one in listed), default=0.0)
        clock = max((_time_score(bare.time(), one, listed) for one in listed), default=0.0)
        return min(day, clock), "a date and a time"
    if isinstance(moment, date):
        return _date_score(moment, source, None), "a date"
    instants = {instant.time(): weight for instant, weight in readings.instants.items()}
    plain = moment.replace(second=0, microsecond=0, tzinfo=None)
    return max(readings.times.get(_minute(moment), 0.0), instants.get(plain, 0.0)), "a time"


def _date_score(day: date, source: Source, clock: time | None) -> float:
    """How well a date is said; with a clock time, today and tomorrow need not be said."""
    said = source.moments.dates.get(day, 0.0)
    for instant, weight in source.moments.instants.items():
        if instant.date() == day:
            said = max(said, weight)
    if clock is None or source.now is None or source.moments.dates:
        return said
    ahead = datetime.combine(day, clock) - source.now.replace(tzinfo=None)
    return max(said, 0.8) if timedelta(0) <= ahead <= timedelta(days=1) else said


def _time_score(clock: time, source: Source, listed: Sequence[Source]) -> float:
    said = source.moments.times.get(_minute(clock), 0.0)
    if not said and clock in {time(0), time(0, 0, 0), time(9)} and not any(one.moments.times for one in listed[:1]):
        return 0.6
    return said


def _by_part_of_day(moment: date | time | datetime, listed: Sequence[Source]) -> Origin | None:
    """A clock time that was chosen within `the evening`."""
    if isinstance(moment, datetime):
        if max((_date_score(moment.date(), one, moment.time()) for one in listed), default=0.0) < 0.5:
            return None
        moment = moment.time()
    if isinstance(moment, time):
        for source in listed:
            for word, start, end in parts_of_day(source.text):
                if start <= _minute(moment) <= end:
                    return Origin(0.45, f'was chosen within "{word}"', CheckStatus.UNSURE)
    return None


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute
