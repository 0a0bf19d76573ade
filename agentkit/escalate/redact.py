"""Replaces private values by placeholders in texts and in JSON, and says what each placeholder stands for.

Private is what was declared so (`Private`) and what shows by its form (`patterns`). Knows nothing of requests or of
models. Values found by neither way, such as a name nobody declared, stay: this is a filter, not a guarantee.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from pydantic import JsonValue

from agentkit.escalate.patterns import DETECTORS, Detector, Found, find
from agentkit.escalate.placeholders import LITERAL, OPEN, Placeholders, Private, Vault, kind_of
from agentkit.escalate.typed import Finder

_ANYWHERE = 4
"""From this length on a declared value is replaced inside longer words too; shorter ones stand alone."""
_IN_TEXT = 2
"""Below this length a declared value is replaced only where it is the whole text."""
_NUMERIC = re.compile(r"[A-Za-z]{0,2}[\d+()./ \-]{7,}")


class Redactor:
    """Redacts texts and JSON values; holds no state between exchanges and is safe to share.

    `detectors` say which forms are private; add your own with `Redactor((*DETECTORS, mine))`.
    """

    def __init__(self, detectors: Sequence[Detector] = DETECTORS) -> None:
        self.detectors = tuple(detectors)

    def exchange(self, private: Private | None = None, finders: Sequence[Finder] = ()) -> Redaction:
        """Begin an exchange in which equal values get equal placeholders; `finders` look at what was said as well."""
        return Redaction(self.detectors, private or {}, finders)

    def redact_text(self, text: str, private: Private | None = None) -> tuple[str, Placeholders]:
        """A single text, and what its placeholders stand for."""
        redaction = self.exchange(private)
        return redaction.text(text), redaction.placeholders()

    def redact_json(self, value: JsonValue, private: Private | None = None) -> tuple[JsonValue, Placeholders]:
        """A single JSON value, and what its placeholders stand for."""
        redaction = self.exchange(private)
        return redaction.json(value), redaction.placeholders()


class Redaction:
    """The redaction of one exchange, text by text."""

    def __init__(self, detectors: Sequence[Detector], private: Private, finders: Sequence[Finder] = ()) -> None:
        self._detectors = detectors
        self._finders = tuple(finders)
        self._vault = Vault()
        self._declared = _declared_forms(private)
        self._numbers = {
            value: kind_of(kind)
            for kind, values in private.items()
            for value in values
            if isinstance(value, int | float) and not isinstance(value, bool)
        }
        self._pattern = _alternatives(self._declared)

    def placeholders(self) -> Placeholders:
        """What the placeholders given out so far stand for."""
        return self._vault.placeholders()

    @property
    def is_broad(self) -> bool:
        """Whether more is replaced in what was said than values that are known or show by their form."""
        return bool(self._finders)

    def text(self, text: str) -> str:
        """The text with every private value replaced."""
        return self._replaced(text, self._found(text))

    def said(self, text: str) -> str:
        """Like `text`, for what people, tools and the state of the world say: the finders look at it too."""
        more = (found for finder in self._finders for found in finder.find(text))
        return self._replaced(text, chain(self._found(text), more))

    def said_value(self, value: JsonValue) -> JsonValue:
        """A single value (no list or object) that was said: a number too may be what a finder looks for."""
        if isinstance(value, str):
            return self.said(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and value not in self._numbers:
            kind = next((found.kind for finder in self._finders for found in finder.find(str(value))), None)
            return value if kind is None else self._vault.name(kind, value, str(value))
        return self.json(value)

    def _replaced(self, text: str, found: Iterable[Found]) -> str:
        parts: list[str] = []
        position = 0
        for one in _joined([*found]):
            parts += [text[position : one.start], self._name(one.kind, text[one.start : one.end])]
            position = one.end
        return "".join([*parts, text[position:]])

    def json(self, value: JsonValue) -> JsonValue:
        """The value with every string redacted, keys included, and every declared number replaced."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.json(item) for item in value]
        if isinstance(value, dict):
            return {self.text(key): self.json(item) for key, item in value.items()}
        if isinstance(value, int | float) and not isinstance(value, bool) and value in self._numbers:
            return self._vault.name(self._numbers[value], value, str(value))
        return value

    def _found(self, text: str) -> Iterator[Found]:
        yield from (Found(LITERAL, at, at + 1) for at, char in enumerate(text) if char == OPEN)
        declared = self._declared.get(_plain(text))
        if declared is not None:
            yield Found(declared.kind, 0, len(text))
        if self._pattern is not None:
            for match in self._pattern.finditer(text):
                declared = self._declared.get(_plain(match[0]))
                yield Found(declared.kind if declared else "PRIVATE", *match.span())
        yield from find(text, self._detectors)

    def _name(self, kind: str, spelling: str) -> str:
        declared = self._declared.get(_plain(spelling))
        if declared is not None:
            return self._vault.name(declared.kind, spelling, declared.same, canonical=spelling == declared.value)
        return self._vault.name(kind, spelling, _same(spelling))


class _Form(NamedTuple):
    """A way to write a declared value: the value, its kind, and what all its spellings share."""

    value: str
    kind: str
    same: str


def _declared_forms(private: Private) -> dict[str, _Form]:
    """Every form of every declared value; a part of a name that several values share belongs to none of them."""
    whole = {
        _plain(str(value)): _Form(str(value), kind_of(kind), _same(str(value)))
        for kind, values in private.items()
        for value in values
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    }
    others: dict[str, _Form] = {}
    for form in whole.values():
        for spelling in _other_spellings(form.value):
            plain = _plain(spelling)
            known = others.get(plain)
            shared = known is not None and known.same != form.same
            others[plain] = _Form(spelling, form.kind, plain) if shared else form
    return {plain: form for plain, form in (others | whole).items() if any(char.isalnum() for char in plain)}


def _other_spellings(value: str) -> Iterator[str]:
    """A value escaped as in JSON, and the words of what looks like a name."""
    words = value.split()
    if 2 <= len(words) <= 4 and all(word[0].isupper() for word in words):
        yield from (word for word in words if len(word) > 2)
    yield from {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]} - {value}


def _same(spelling: str) -> str:
    """What the spellings of one thing share: the letters and digits of a number, else the text without its case."""
    if _NUMERIC.fullmatch(spelling):
        return "".join(char for char in spelling.casefold() if char.isalnum())
    return _plain(spelling)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _alternatives(forms: Iterable[str]) -> re.Pattern[str] | None:
    """One pattern for all declared forms, longest first; white space is flexible and case is ignored."""
    patterns: list[str] = []
    for form in sorted((form for form in forms if len(form) >= _IN_TEXT), key=len, reverse=True):
        body = r"\s+".join(re.escape(word) for word in form.split(" "))
        patterns.append(body if len(form) >= _ANYWHERE else rf"(?<!\w){body}(?!\w)")
    return re.compile("|".join(patterns), re.IGNORECASE) if patterns else None


def _joined(found: list[Found]) -> list[Found]:
    """The finds in order, overlapping ones as one find of the kind of the longest, so that no remainder is left."""
    joined: list[Found] = []
    longest = 0
    for one in sorted(found, key=lambda each: (each.start, -each.end)):
        if one.start == one.end:
            continue
        if joined and one.start < joined[-1].end:
            last = joined[-1]
            kind = one.kind if one.end - one.start > longest else last.kind
            longest = max(longest, one.end - one.start)
            joined[-1] = Found(kind, last.start, max(last.end, one.end))
        else:
            joined.append(one)
            longest = one.end - one.start
    return joined
