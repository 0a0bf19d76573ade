"""Where a text could hold a value of a type: all numbers, all moments, all that fits a pattern, all but known words.

Pure: text in, spans out, in the form of `patterns.Detector`. Broader than the forms there: these look only when an
argument of that type is private and its value is not known, and rather take too much than too little. Number words and
names of days are read in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from agentkit.escalate.patterns import Found
from agentkit.moments import MOMENT_WORDS
from agentkit.registry.satisfiable import matches
from agentkit.words import NUMBER_WORDS, stem, words

_LONGEST = 64
_PIECE = re.compile(r"\w+|[^\w\s]")
_TOKEN = re.compile(r"[^\s.,;:!?()\[\]{}<>\"“”„«»…⟦⟧]+")
_PLAIN = re.compile(r"(?:[^\W\d_]|['’\-])+")


class Finder(Protocol):
    """What finds private values in a text."""

    def find(self, text: str) -> Iterator[Found]:
        """The values, in any order; they may overlap."""
        ...


def _alternatives(listed: frozenset[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(listed, key=len, reverse=True))


_DIGITS = r"(?<!\w)\w*\d\w*(?:[.,:/'’\-]\d\w*)*"
_SPOKEN = rf"(?<!\w)(?:{_alternatives(NUMBER_WORDS)})+(?!\w)"
_NUMBER = re.compile(
    rf"(?:{_DIGITS}|{_SPOKEN})(?:[\s\-]+(?:and[\s\-]+|point[\s\-]+)?(?:{_DIGITS}|{_SPOKEN}))*", re.IGNORECASE
)
_MOMENT = re.compile(rf"(?<!\w)(?:{_alternatives(MOMENT_WORDS)})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Numbers:
    """Every number, in digits or in words, and every word that holds a digit."""

    kind: str

    def find(self, text: str) -> Iterator[Found]:
        """The numbers of a text; those beside each other as one."""
        yield from (Found(self.kind, *match.span()) for match in _NUMBER.finditer(text))


@dataclass(frozen=True)
class Moments:
    """Every number, and every word for a day, a month, a part of the day or a feast."""

    kind: str

    def find(self, text: str) -> Iterator[Found]:
        """What a date, a time or a duration could be made of."""
        for pattern in (_NUMBER, _MOMENT):
            yield from (Found(self.kind, *match.span()) for match in pattern.finditer(text))


@dataclass(frozen=True)
class Shaped:
    """All that fits a pattern of a schema, as it stands, in the other case, or with spaces and hyphens in between."""

    kind: str
    pattern: str

    def find(self, text: str) -> Iterator[Found]:
        """The longest fitting piece from each place on."""
        pieces = [match.span() for match in _PIECE.finditer(text)]
        for at, (start, _) in enumerate(pieces):
            ends = [end for _, end in pieces[at:] if end - start <= _LONGEST]
            end = next((end for end in reversed(ends) if self._fits(text[start:end])), None)
            if end is not None:
                yield Found(self.kind, start, end)

    def _fits(self, piece: str) -> bool:
        spellings = {piece, re.sub(r"[\s\-]+", "", piece), re.sub(r"\s+", "-", piece)}
        return any(matches(self.pattern, form) for one in spellings for form in (one, one.upper(), one.lower()) if form)


@dataclass(frozen=True)
class Sharing:
    """The words that a value is made of, in any inflection: what a reworded text was worked out from."""

    kind: str
    stems: frozenset[str]

    def find(self, text: str) -> Iterator[Found]:
        """Each word that the value shares."""
        for match in _TOKEN.finditer(text):
            if any(stem(word) in self.stems for word in words(match[0])):
                yield Found(self.kind, *match.span())


@dataclass(frozen=True)
class AllBut:
    """Every word but the known ones: what may be said of a text that could be private as a whole.

    `public` holds stems. A word with a digit, a sign or another script's letters in it is never known. Words beside
    each other are one find.
    """

    kind: str
    public: frozenset[str] = field(repr=False)

    def find(self, text: str) -> Iterator[Found]:
        """The runs of words that are not known."""
        run: tuple[int, int] | None = None
        for match in _TOKEN.finditer(text):
            if self._is_public(match[0]):
                continue
            start, end = match.span()
            if run is not None and text[run[1] : start].isspace():
                run = (run[0], end)
                continue
            if run is not None:
                yield Found(self.kind, *run)
            run = (start, end)
        if run is not None:
            yield Found(self.kind, *run)

    def _is_public(self, token: str) -> bool:
        return _PLAIN.fullmatch(token) is not None and all(stem(word) in self.public for word in words(token))
