"""What of a request stands on the screen in front, and what of it nobody has touched or shown since the start.

Two lines for the prompt, made from the request, the screen and what was done; they need no documents. Names are found
from both sides: a label that the request holds, and a value of the request that a label or its detail holds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..compact import Compact, Element
from .asked import Asked, asked, plain
from .words import stems

_MOST = 4
_CUT = 70
_LONG = 3
_MOSTLY = 0.6
_STATES = frozenset({"on", "off"})
_LAST = re.compile(r"\b(last|latest|newest|most recent)\b", re.IGNORECASE)
_TOMORROW = re.compile(r"(?<=[\dm] )tomorrow\b|\btomorrow\b(?!\W*$)", re.IGNORECASE)
_SAYS = re.compile(r"[:\"“]|\b(text|messag|say|tell|that|repl|respond|answer)", re.IGNORECASE)
_UNTIL = re.compile(
    r"(?<=\bto )tomorrow\b|(?<=\bfor )tomorrow\b|(?<=\bon )tomorrow\b|(?<=\buntil )tomorrow\b", re.IGNORECASE
)
_KEY = re.compile(r"([A-Z][\w ]*?)(?::| \S)")


@dataclass(frozen=True, slots=True)
class Past:
    """What happened since the start: labels that were tapped, texts that were typed, and texts that were shown.

    `fresh` says that the page in front looks as it did when it was first opened, `opened` holds the titles of apps,
    `labels` those of all elements that were in sight and could be tapped, `rows` the lines of what was tapped,
    `listed` the labels of what of it stood in a list, `typed` what was entered.
    """

    touched: tuple[str, ...] = ()
    shown: frozenset[str] = frozenset()
    fresh: bool = False
    opened: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    rows: tuple[str, ...] = ()
    listed: frozenset[str] = frozenset()
    typed: frozenset[str] = frozenset()

    @property
    def keys(self) -> str:
        """The single characters that were tapped, in a row: what a pad of keys got."""
        return "".join(each for each in self.touched if len(each) == 1)


def dated(request: str, now: datetime | None) -> str:
    """The request with the date in place of `tomorrow`, where it is known."""
    if now is None:
        return request
    after = now + timedelta(days=1)
    day = f"{after.day} {after:%B}"
    return _TOMORROW.sub(day, request) if _SAYS.search(request) else _UNTIL.sub(day, _TOMORROW.sub(day, request))


def lines(request: str, shown: Compact, past: Past) -> tuple[str, ...]:
    """`named: …`, the lines of the screen that the request is about; `left: …`, its values that are still to come."""
    wanted = asked(request)
    found = " | ".join(element.line()[:_CUT] for element in named(wanted, shown))
    missing = left(wanted, shown, past)
    open_values = (f"left: {', '.join(missing) or 'nothing'}",) if wanted.phrases else ()
    return (*((f"named: {found}",) if found else ()), *open_values)


def named(wanted: Asked, shown: Compact) -> list[Element]:
    """The elements that the request names, those that it names most clearly first, at most four."""
    scored = [(score, -place, e) for place, e in enumerate(shown.elements) if (score := _fits(wanted, e)) > 0]
    best = [element for _, _, element in sorted(scored, key=lambda each: each[:2], reverse=True)]
    kept: list[Element] = []
    for element in best:
        if not any(plain(element.label) in plain(other.label) and element.kind == "text" for other in kept):
            kept.append(element)
    if not any(e.listed for e in kept) and _LAST.search(wanted.text):
        kept += [e for e in shown.elements if e.listed and e.handle and e.kind == "button"][:1]
    return kept[:_MOST]


def _fits(wanted: Asked, element: Element) -> float:
    label = plain(element.label)
    score = 0.0
    if element.label.isdecimal():
        return 1.0 if any(day.startswith(f"{int(element.label):02d} ") for day in wanted.days) else 0.0
    if len(label) > 1 and (stems(label) or label in _STATES) and f" {label} " in wanted.plain:
        score = 1.0 + len(label) / 100.0
    about = f" {plain(element.line())} "
    score += sum(1.0 for phrase in wanted.phrases if f" {plain(phrase)} " in about)
    if element.kind == "text" and not element.listed and (key := _KEY.match(element.label)):
        score += 1.0 if wanted.holds(key.group(1)) else 0.0
    return score


def left(wanted: Asked, shown: Compact, past: Past) -> tuple[str, ...]:
    """The values of the request that were neither tapped, typed nor shown."""
    here = [text for e in shown.elements for text in _said(e)]
    touched = tuple(f" {plain(each)} " for each in past.touched)
    seen = frozenset(f" {plain(each)} " for each in (*past.shown, *here))
    return tuple(p for p in wanted.phrases if not _reached(p, wanted, touched, seen, past.keys))


def _said(element: Element) -> Iterable[str]:
    """What an element says by itself: a text, what a field holds, what a row is set to."""
    if element.kind == "text":
        yield element.label
    elif element.kind == "field":
        yield element.value or ""
    elif not element.listed:
        yield element.detail


def texts(shown: Compact) -> frozenset[str]:
    """The texts and values on a screen, for `Past.shown`."""
    return frozenset(text for element in shown.elements for text in _said(element) if text)


def _reached(phrase: str, wanted: Asked, touched: Collection[str], seen: Collection[str], keys: str) -> bool:
    forms = [f" {form} " for form in (plain(phrase), _later(phrase, wanted)) if form]
    form = forms[0]
    if any(one in each for one in forms for each in (*touched, *seen)):
        return True
    if phrase.replace(".", "").isdecimal():
        often = max(Counter(touched).values(), default=0)
        return (
            phrase in keys
            or float(phrase) <= min(often, 9)
            or any(f" {int(float(phrase))} " == each for each in touched)
        )
    if phrase in wanted.times:
        return all(any(each.strip() in {part, part.lstrip("0")} for each in touched) for part in phrase.split(":"))
    words = form.split()
    if len(words) > _LONG and sum(f" {word} " in f"{' '.join(touched)} " for word in words) >= _MOSTLY * len(words):
        return True
    day = wanted.day_of(phrase)
    return bool(day) and any(f" {day} " in each for each in seen)


def _later(phrase: str, wanted: Asked) -> str:
    """A value less its first word, an unknown verb it may be or what it is (`Wi-Fi Harbour Free`); else empty."""
    _, _, rest = phrase.partition(" ")
    return plain(rest) if rest[:1].isupper() and (" " in rest or wanted.text.startswith(phrase.lower())) else ""


def named_at(request: str, app: str) -> int:
    """Where an app's title stands in a request, -1 where it does not; alone at the start it may be another word."""
    found = re.search(rf"(?<![\w-]){re.escape(app)}(?![\w-])", request)
    return -1 if found is None or (not found.start() and " " not in app) else found.start()
