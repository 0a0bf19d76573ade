"""Kinds of values as people say them and as a call holds them: times, dates, durations, amounts, lists, switches.

`Said` pairs the words of the request with the value of the argument. Dates are said relative to a stated "now".
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pydantic import JsonValue

from agentkit.nano.generate.daytime import bare_hour, with_part_of_day
from agentkit.nano.generate.values import Values
from agentkit.nano.tables import word_lists
from agentkit.types import JsonSchema

_LISTS = word_lists()
_DAYS, _MONTHS, _SMALL = _LISTS["days"], _LISTS["months"], _LISTS["small_numbers"]


@dataclass(frozen=True, slots=True)
class Said:
    """The words in the request, and the value in the call."""

    text: str
    value: JsonValue


class Kinds:
    """Draws values of every kind at one moment `now`."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.values = rng, Values(rng)
        self.now = datetime(2024, 1, 1) + timedelta(minutes=rng.randrange(4 * 365 * 24 * 60))

    def draw(self, kind: str) -> Said:
        """A value of a kind; `a|b` draws from an enumeration, `[kind]` makes a list, else a method or a noun's name."""
        if kind.startswith("["):
            return self._several(kind[1:-1])
        if "|" in kind:
            option = self.rng.choice(kind.split("|"))
            return Said(option.replace("_", " "), option)
        made: Callable[[], Said] | None = getattr(self, f"_{kind}", None)
        if made is not None:
            return made()
        text = str(getattr(self.values, kind)())
        return Said(text, text)

    def now_fact(self) -> str:
        """The moment as a fact line, in one of the usual ways."""
        form = self.rng.choice(
            ["now: %Y-%m-%dT%H:%M", "now: %Y-%m-%d %H:%M (%A)", "now: %A %Y-%m-%d %H:%M", "now: %A %Y-%m-%d %H:%M"]
        )
        return self.now.strftime(form)

    def _several(self, kind: str) -> Said:
        parts = [self.draw(kind) for _ in range(self.rng.choice([1, 2, 2, 3, 3, 4, 5]))]
        texts = [part.text for part in parts]
        if len(texts) == 1:
            shown = texts[0]
        elif isinstance(parts[0].value, str):
            shown = ", ".join(texts[:-1]) + self.rng.choice([" and ", ", and ", ", "]) + texts[-1]
        else:
            shown = self.rng.choice(
                [", ".join(texts), "[" + ", ".join(texts) + "]", ", ".join(texts[:-1]) + " and " + texts[-1]]
            )
        return Said(shown, [part.value for part in parts])

    def _int(self) -> Said:
        value = self.values.integer()
        if value < len(_SMALL) and self.rng.random() < 0.3:
            return Said(_SMALL[value], value)
        return Said(f"{value:,}" if value > 9999 and self.rng.random() < 0.3 else str(value), value)

    def _few(self) -> Said:
        value = self.rng.randint(2, 12)
        return Said(_SMALL[value] if self.rng.random() < 0.2 else str(value), value)

    def _percent(self) -> Said:
        value = self.rng.randint(0, 100)
        return Said(self.rng.choice([f"{value}%", f"{value} percent", str(value)]), value)

    def _num(self) -> Said:
        value = self.values.number()
        return Said(str(value), value)

    def _money(self) -> Said:
        value = self.values.number()
        text = str(value)
        return Said(self.rng.choice([f"${text}", f"{text} dollars", f"{text} euros", text]), value)

    def _switch(self) -> Said:
        value = self.rng.random() < 0.5
        return Said("on" if value else "off", value)

    def _wake(self) -> Said:
        return Said(*bare_hour(self.rng)) if self.rng.random() < 0.4 else self._time()

    def _time(self) -> Said:
        if self.rng.random() < 0.2:
            return Said(*with_part_of_day(self.rng))
        hour, minute = self.rng.randrange(24), self.rng.choice([0, 0, 0, 15, 30, 45, self.rng.randrange(60)])
        value = f"{hour:02d}:{minute:02d}"
        if hour == 12 and minute == 0 and self.rng.random() < 0.5:
            return Said("noon", value)
        if self.rng.random() < 0.35:
            return Said(self.rng.choice([value, f"{hour}:{minute:02d}"]), value)
        half, short = ("am" if hour < 12 else "pm"), hour % 12 or 12
        clock = str(short) if minute == 0 and self.rng.random() < 0.8 else f"{short}:{minute:02d}"
        return Said(
            clock + self.rng.choice(["", " "]) + self.rng.choice([half, half, half.upper(), f"{half[0]}.m."]), value
        )

    def _date(self) -> Said:
        today = self.now.date()
        kind = self.rng.random()
        if kind < 0.35:
            days, text = self.rng.choice(
                [(0, "today"), (1, "tomorrow"), (1, "tomorrow"), (2, "the day after tomorrow")]
            )
            return Said(text, str(today + timedelta(days=days)))
        if kind < 0.6:
            ahead = self.rng.randint(1, 6)
            day = today + timedelta(days=ahead)
            return Said(self.rng.choice(["{}", "on {}", "this {}"]).format(_DAYS[day.weekday()]), str(day))
        if kind < 0.7:
            days = self.rng.randint(2, 20)
            return Said(f"in {days} days", str(today + timedelta(days=days)))
        day = today + timedelta(days=self.rng.randint(1, 300))
        return Said(self._calendar_date(day, today), str(day))

    def _calendar_date(self, day: date, today: date) -> str:
        month = _MONTHS[day.month - 1]
        suffix = {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10 if day.day not in (11, 12, 13) else 0, "th")
        year = f", {day.year}" if day.year != today.year else ""
        forms = [
            f"{month} {day.day}{year}",
            f"{month} {day.day}{suffix}{year}",
            f"the {day.day}{suffix} of {month}{year}",
            str(day),
        ]
        return self.rng.choice(forms)

    def _datetime(self) -> Said:
        day, clock = self._date(), self._time()
        form = self.rng.choice(["{d} at {t}", "{t} {d}", "{d} {t}"] if " " not in clock.text else ["{d} at {t}"])
        return Said(form.format(d=day.text, t=clock.text), f"{day.value}T{clock.value}")

    def _minutes(self) -> Said:
        return self._duration(60)

    def _seconds(self) -> Said:
        return self._duration(1)

    def _duration(self, unit: int) -> Said:
        if unit == 60:
            options = [
                (30, "half an hour"),
                (60, "an hour"),
                (90, "an hour and a half"),
                (120, "two hours"),
                (15, "a quarter of an hour"),
            ]
            if self.rng.random() < 0.3:
                value, text = self.rng.choice(options)
                return Said(text, value)
            value = self.rng.choice([1, 2, 3, 5, 7, 8, 10, 12, 15, 20, 25, 30, 40, 45, 50, 60, 75, 90])
            return Said(
                self.rng.choice([f"{value} minutes", f"{value} min", f"{value}-minute"]) if value > 1 else "one minute",
                value,
            )
        value = self.rng.choice([5, 10, 15, 20, 30, 45, 60, 90, 120, 300, 600, 900, 1200])
        if value % 60 == 0 and self.rng.random() < 0.7:
            count = value // 60
            return Said("a minute" if count == 1 else f"{count} minutes", value)
        return Said(f"{value} seconds", value)


_INTEGERS = frozenset((
    "int", "few", "minutes", "seconds", "percent", "integer", "small", "five", "age", "year", "size", "large",
    "percentage", "tall", "port",
))  # fmt: skip
_NUMBERS = frozenset((
    "num", "money", "decimal", "signed", "decimals", "amount", "share", "celsius_degrees", "latitude", "longitude",
    "kilos", "rates",
))  # fmt: skip
_LIMITS: dict[str, JsonSchema] = {
    "percent": {"minimum": 0, "maximum": 100},
    "switch": {"type": "boolean"},
    "date": {"format": "date"},
    "day": {"format": "date"},
    "time": {"format": "time"},
    "clock": {"format": "time"},
    "wake": {"format": "time"},
    "datetime": {"format": "date-time"},
}


def kind_schema(kind: str) -> JsonSchema:
    """The JSON Schema of a kind's values."""
    if kind.startswith("["):
        return {"type": "array", "items": kind_schema(kind[1:-1])}
    if "|" in kind:
        return {"type": "string", "enum": kind.split("|")}
    if kind.startswith("!"):
        return {"type": "boolean"}
    if "~" in kind:
        return {"type": "number" if "." in kind else "integer"}
    plain = "integer" if kind in _INTEGERS else "number" if kind in _NUMBERS else "string"
    return {"type": plain, **_LIMITS.get(kind, {})}
