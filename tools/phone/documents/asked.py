"""What a request asks for: its words by weight, the values it holds, and whether something on screen agrees with it.

Values are what stands in quotes, after a colon or with a capital inside a sentence: names, not functions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from .words import COMMANDS, STOP, VERB_STEMS, VERBS, akin, stem, stems

_AKIN = 0.6
_VALUE = 0.3
_QUOTED = re.compile(r'["“]([^"”]+)["”]|: (.+)$')
_RUN = re.compile(r"(?<![\w-])[A-Z][\w-]*(?: (?:of (?=[A-Z]))?(?:[A-Z][\w-]*|\d\w*(?![\w:%]|\.\d)))*")
_PARTS = (
    re.compile(r'["“]([^"”]+)["”]'),
    re.compile(r": ([^\d\W][^A-Z,]*)$"),
    re.compile(r"[\w.+-]+@[\w.-]*\w"),
    re.compile(r"\+\d[\d ]{5,}\d"),
    re.compile(r"\b[\w-]+(?:\.[\w-]+)*\.(?:org|com|net|example|txt|pdf|jpg|zip|md)\b"),
)
_NUMBER = re.compile(r"(?<![\w.:])\d+(?:\.\d+)?(?![\w:])")
_PLAIN = re.compile(r"[a-z0-9+−×÷=]+")
_STATE = re.compile(r"(?<!take )\b(on|off|enabled?|disabled?|activate|deactivate)\b", re.IGNORECASE)
_OFF = frozenset({"off", "disable", "disabled", "deactivate"})
_GREETING = frozenset({"hey", "hi", "hello", "please", "ok", "okay", "thanks"})
ORDERS = frozenset(
    """answer respond reschedule cancel put call phone ring wake turn switch set enable disable activate tell read mail
    email message bin throw star like unlike pause join connect keep take film snap use count calculate work multiply
    subtract divide split plan store see say let join mute dial reply pass share enter place fix flag bring schedule
    unarchive unpin unfavourite save note compose go and sms today tomorrow choose pick select work convert
    book order reserve report invite transfer track look bring get use follow lock hide lend publish start stop tick
    """.split()  # noqa: SIM905
)
FIRST = STOP | _GREETING | ORDERS | VERBS | COMMANDS
"""Words with which a sentence begins that asks for something: no names, though they have a capital there."""
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
_MEANT = (
    (
        re.compile(
            r"\b(rid of|throw|(take|get) .*(out of|off)|no longer|not need|not want|any ?more|want to keep|cancel)\b",
            re.I,
        ),
        "delete remove",
    ),
    (re.compile(r"\bback to\b.*\b(new|default|defaults|factory)\b", re.I), "reset"),
    (re.compile(r"(number|address|company) (of|for) [A-Z]|'s (phone |e?-?mail )*(number|address|company)"), "contact"),
    (
        re.compile(r"\b[Ww](hich|hat) e-?mail .*\b(for|of) [A-Z]|\bwhere .*\b(mail|reach|call|write to) [A-Z]"),
        "contact",
    ),
    (re.compile(r"(number|address).* (have for|reach) [A-Z]|\bworks? (at|for)\b|here does [A-Z].* work"), "contact"),
    (
        re.compile(
            r"\d ?([-+*/x×÷−]|plus|minus|times|divided by|and|by|from|into|fit into|less) ?\d"
            r"|\btake \d+ (?:away |off )?from \d",
            re.I,
        ),
        "calculator",
    ),
    (re.compile(r"\b(what time (?:is it|it is)|how late (?:is it|it is)|time (in|of) [A-Z])"), "world clock"),
)
_QUESTION = re.compile(
    r"^\W*((hey|hi|hello|ok|now|quick|please|(can|could|would) you|do you know|(i want|i need|let me|i'd like) to know"
    r"|find out|check|see|say)\W+)*(what|when|where|who|whose|which|how|tell me|look up|read me|(at|in|on|by|from) wh)",
    re.I,
)
_ALSO = re.compile(
    r"(,| and| then| &) (\w+ )?(send|write|text|message|mail|email|note|add|put|make|keep|tell|set|start|turn|create)\b"
    r"|\? \w|me when \d",
    re.I,
)
_EXISTING = re.compile(
    r"\b(instead|change|move|rename|edit|update|correct|delete|remove|rid|throw|turn|switch|pin|unpin|archive|mute|mark"
    r"|when|what|which|who|how|tell me|look up|no longer|find|should be|should ring|call the)\b",
    re.I,
)
_FRESH = re.compile(
    r"\b(add|new|create|make|set an?|schedule|put|save|note|compose|start|send|text|message|write)\b", re.I
)
_DAYS = frozenset(stems("today tomorrow tonight"))
_DAY = re.compile(r"\b(\d{1,2}) ((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*)")
_DAY_LAST = re.compile(r"\b((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*) (\d{1,2})\b(?!:)")
_SHORT = 4
_TIME = re.compile(r"(?<!:)\b(\d{1,2}):(\d\d)(?!:\d)(?: ?([ap])\.?m)?", re.IGNORECASE)
_SPAN = re.compile(r"\b(\d{1,2}):(\d\d):(\d\d)\b")


@dataclass(frozen=True)
class Asked:
    """A request: `words` are stems by weight, `values` those of names and quotations, `times` as a 24-hour clock.

    `phrases` are its values as they stand there (names, quotations, addresses, times, days, numbers), `plain` is its
    text in bare words.
    """

    text: str
    words: Mapping[str, float]
    values: frozenset[str]
    times: tuple[str, ...]
    days: tuple[str, ...]
    numbers: frozenset[str]
    toggles: bool
    phrases: tuple[str, ...] = ()
    plain: str = ""

    @property
    def asks(self) -> bool:
        """Whether it is a question, and nothing else is to be done."""
        return _QUESTION.search(self.text) is not None and _ALSO.search(self.text) is None

    @property
    def existing(self) -> bool:
        """Whether it is about something that is there, not about something new."""
        return _EXISTING.search(self.text) is not None and _FRESH.search(self.text) is None

    def holds(self, label: str) -> bool:
        """Whether the request speaks of all words of a label."""
        own = stems(label)
        return bool(own) and all(self.words.get(word, 0.0) >= _AKIN for word in own)

    def state_of(self, label: str) -> str:
        """`on` or `off`, as the request says nearest to a label; empty where it says neither, or has no such label."""
        place = self.text.find(label.lower())
        found = list(_STATE.finditer(self.text)) if place >= 0 else []
        if not found:
            return ""

        def away(each: re.Match[str]) -> int:
            return max(place - each.end(), each.start() - place - len(label))

        return "off" if min(found, key=away).group().lower() in _OFF else "on"

    def day_of(self, phrase: str) -> str:
        """A day as screens write it (`05 nov`), empty for a phrase that is none."""
        found = _DAY.fullmatch(phrase)
        return f"{int(found.group(1)):02d} {found.group(2)[:3].lower()}" if found else ""

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
    request = _DAY_LAST.sub(r"\2 \1", request)
    said = " ".join(found for pair in _QUOTED.findall(request) for found in pair)
    rest = _QUOTED.sub(" ", request)
    values = frozenset(stems(f"{said} {' '.join(_CAPITAL.findall(rest))}"))
    words: dict[str, float] = {}
    for word in stems(rest):
        slight = word in values or word in _DAYS or word[0].isdigit()
        words[word] = _VALUE if slight else 1.0
    for pattern, hint in _HINTS:
        for word in stems(hint) if pattern.search(request) else ():
            words.setdefault(word, 0.5)
    for pattern, hint in _MEANT:
        for word in stems(hint) if pattern.search(request) else ():
            words[word] = max(1.0, words.get(word, 0.0))
    for word, weight in list(words.items()):
        for other in akin(word) if word not in values else ():
            words[other] = max(words.get(other, 0.0), weight * _AKIN)
    times = tuple(_times(request))
    numbers = {f"{int(n):02d}" for n in re.findall(r"\d+", request)} | {part for t in times for part in t.split(":")}
    toggles = re.search(r"\b(on|off|enable|disable|activate|deactivate)\b", rest, re.I) is not None
    days = tuple(f"{int(day):02d} {month[:3].lower()}" for day, month in _DAY.findall(request))
    for word in [w for w in words if w.startswith("un") and len(w) > _SHORT + 1]:
        words |= {word.removeprefix("un"): 1.0, "remov": 1.0}
    return Asked(
        request.lower(),
        words,
        values,
        times,
        days,
        frozenset(numbers),
        toggles,
        tuple(_phrases(request, times)),
        f" {' '.join(filter(None, map(plain, (request, *times))))} ",
    )


def plain(text: str) -> str:
    """A text in bare words: small letters, single spaces, nothing else."""
    return " ".join(_PLAIN.findall(text.lower()))


def _phrases(request: str, times: tuple[str, ...]) -> list[str]:
    """The values of a request: each in its own form, times as a 24-hour clock, nothing twice."""
    found, taken = list[str](), set[str]()
    rest = request
    for pattern in _PARTS:
        found += [match.group(match.lastindex or 0).rstrip(" .!?") for match in pattern.finditer(rest)]
        rest = pattern.sub(" ; ", rest)
    found += [*times, *(f"{day} {month}" for day, month in _DAY.findall(rest))]
    rest = _DAY.sub(" ; ", _TIME.sub(" ; ", _SPAN.sub(r" \1 \2 \3 ", rest)))
    for run in _RUN.finditer(rest):
        words = run.group().split()
        start = run.start() == 0 or rest[: run.start()].rstrip()[-1:] in {".", "?", "!", ",", ":", ";"}
        whole = len(words)
        while words and (start or words[0] == "I") and _said_first(words, alone=len(words) == whole):
            words.pop(0)
        if words:
            found.append(" ".join(words).removesuffix("'s"))
            taken |= set(words)
    found += [number for number in _NUMBER.findall(rest) if number not in taken]
    return list(dict.fromkeys(found))


def _said_first(words: list[str], *, alone: bool) -> bool:
    """Whether a capital only begins a sentence: a verb, a word that says nothing, or, where it may be, one alone."""
    first = words[0].lower()
    return (alone and (len(words) == 1 or words[1].isdecimal())) or first in FIRST or stem(first) in VERB_STEMS


def _times(request: str) -> list[str]:
    found: list[str] = []
    for hour, minute, half in _TIME.findall(request):
        plain = int(hour) % 24
        late = plain % 12 + (12 if half.lower() == "p" else 0) if half else plain
        found.append(f"{late:02d}:{minute}")
    return found
