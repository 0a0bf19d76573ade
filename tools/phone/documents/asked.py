"""What a request asks for: its words by weight, the values it holds, and whether something on screen agrees with it.

Values are what stands in quotes, after a colon or with a capital inside a sentence: names, not functions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from .words import akin, stems

_AKIN = 0.6
_VALUE = 0.3
_QUOTED = re.compile(r'["“]([^"”]+)["”]|: (.+)$')
_CAPITAL = re.compile(r"(?<=[\w,;:)] )[A-Z][\w’'-]*")
_HINTS = (
    (re.compile(r"\b\d{1,2}:\d\d\b|\b\d{1,2} ?[ap]\.?m\b", re.IGNORECASE), "time hour minute"),
    (
        re.compile(r"\btomorrow\b|\b\d{1,2}(st|nd|rd|th)? (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.I),
        "date",
    ),
    (re.compile(r"\S@\S"), "email to"),
    (re.compile(r"\+\d[\d ]{5,}"), "phone number"),
    (re.compile(r"\w\.(org|com|net|example)\b(?<!@)", re.I), "web address"),
    (re.compile(r": \S"), "text"),
    (re.compile(r"\b(called|named|titled)\b", re.I), "title name label"),
)
_DAYS = frozenset(stems("today tomorrow tonight"))
_DAY = re.compile(r"\b(\d{1,2}) ((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*)")
_SHORT = 4
_TIME = re.compile(r"\b(\d{1,2}):(\d\d)(?: ?([ap])\.?m)?", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """A request: `words` are stems by weight, `values` those of names and quotations, `times` as a 24-hour clock."""

    text: str
    words: Mapping[str, float]
    values: frozenset[str]
    times: tuple[str, ...]
    days: tuple[str, ...]
    numbers: frozenset[str]
    toggles: bool

    def agrees(self, value: str, *, changed: bool = False) -> bool:
        """Whether a value on the screen is one that the request gives; when `changed`, the one it is to become."""
        value = value.strip().lower()
        if not value:
            return False
        if _TIME.fullmatch(value):
            return value in self.times[-1:]
        if any(day in value for day in self.days):
            return True
        if value.isdecimal() and len(value) <= 2:
            return f"{int(value):02d}" in self.numbers
        before, found, after = self.text.rpartition(value)
        if not found or (value.isalpha() and len(value) < _SHORT):
            return False
        return not changed or not before or not self.values & set(stems(after))  # what it is to become is said last


@lru_cache(maxsize=64)
def asked(request: str) -> Asked:
    """Read a request."""
    said = " ".join(found for pair in _QUOTED.findall(request) for found in pair)
    rest = _QUOTED.sub(" ", request)
    values = frozenset(stems(f"{said} {' '.join(_CAPITAL.findall(rest))}"))
    words: dict[str, float] = {}
    for word in stems(rest):
        slight = word in values or word in _DAYS or word[0].isdigit()
        words[word] = _VALUE if slight else 1.0
    hints = " ".join(hint for pattern, hint in _HINTS if pattern.search(request))
    for word in stems(hints):
        words.setdefault(word, 0.5)
    for word, weight in list(words.items()):
        for other in akin(word) if word not in values else ():
            words[other] = max(words.get(other, 0.0), weight * _AKIN)
    times = tuple(_times(request))
    numbers = {f"{int(n):02d}" for n in re.findall(r"\d+", request)} | {part for t in times for part in t.split(":")}
    toggles = re.search(r"\b(on|off|enable|disable|activate|deactivate)\b", rest, re.I) is not None
    days = tuple(f"{int(day):02d} {month.lower()}" for day, month in _DAY.findall(request))
    return Asked(request.lower(), words, values, times, days, frozenset(numbers), toggles)


def _times(request: str) -> list[str]:
    found: list[str] = []
    for hour, minute, half in _TIME.findall(request):
        plain = int(hour) % 24
        late = plain % 12 + (12 if half.lower() == "p" else 0) if half else plain
        found.append(f"{late:02d}:{minute}")
    return found
