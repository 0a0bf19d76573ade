"""A request taken apart: its words, and the texts and numbers in it that could be the value of an argument.

Knows nothing of tools or models.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from agentkit.words import NUMBER_WORDS, clauses, spoken_number

Value = str | int | float | bool | tuple[str | int | float, ...]
"""What an argument can be given from words: a text, a number, a state, a list of them."""

LONGEST = 6
"""Words of a text that may stand anywhere in a request; longer ones end where a sentence does, or stand in quotes."""
TAIL = 30
_MOST_WORDS = 64
_MOST_DIGITS = 40
_WORD = re.compile(r"[^\W_](?:[\w.:'’@/\\$%&+*-]*\w)?(?:'s\b)?|[#@/\\~.$€£-](?=\w)[\w./\\~:@-]*\w|[^\s\w]|_\w*")
_NUMBER = re.compile(r"(?<![\w.])-?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e-?\d+(?!\w))?|\.\d+)", re.IGNORECASE)
QUOTES = re.compile(r"(?<!\w)'([^']{1,200})'(?!\w)|\"([^\"]{1,200})\"|“([^”]{1,200})”|`([^`]{1,200})`|‘([^’]{1,200})’")
_BETWEEN = frozenset((",", "and", "or", "&", ";", "plus"))
_BRACKETS = frozenset("[]()")
_LISTED = 4
"""Words that an item of a list may have."""
_SENTENCE = re.compile(r"[.!?;](?=\s|$)|\n|$")


class Span(NamedTuple):
    """Words `first` to `last` of a request, the text they are, and the number that they say, if they say one."""

    first: int
    last: int
    text: str
    number: int | float | None = None
    quoted: bool = False


class Said:
    """The words of a request, in order, and its spans; `whole` says that it asks for one thing only.

    Of a long text only the last words are kept; then it is `clipped`.
    """

    def __init__(self, text: str, *, whole: bool = False) -> None:
        self.text, self._whole = text, whole
        every = list(_WORD.finditer(text))
        found = every[-_MOST_WORDS:]
        self.clipped = len(every) > _MOST_WORDS
        self.places = [(match.start(), match.end() - 2 * match.group().endswith("'s")) for match in found]
        self.words = [text[start:end] for start, end in self.places]
        self.lower = [word.lower() for word in self.words]

    @cached_property
    def parts(self) -> Sequence[tuple[int, int]]:
        """Where the parts of the text stand that may be requests of their own."""
        return [(0, len(self.text))] if self._whole else clauses(self.text)

    @cached_property
    def texts(self) -> Sequence[Span]:
        """Runs of whole words, quoted texts, and texts up to the end of a sentence."""
        spans = {(span.first, span.last): span for span in self._runs()}
        spans |= {(span.first, span.last): span for span in self._quoted()}
        return tuple(spans.values())

    @cached_property
    def numbers(self) -> Sequence[Span]:
        """Numbers in digits or, in English, in words."""
        found: list[Span] = []
        for match in _NUMBER.finditer(self.text):
            at = self._at(match.start(), match.end())
            if match.group() and at is not None and len(match.group()) <= _MOST_DIGITS:
                digits = match.group().replace(",", "")
                value = float(digits) if re.search(r"[.eE]", digits) else int(digits)
                found.append(Span(*at, match.group(), value))
        taken = {at for span in found for at in range(span.first, span.last + 1)}
        return (*found, *self._spelled(taken))

    @cached_property
    def number_lists(self) -> Sequence[tuple[Span, tuple[int | float, ...]]]:
        """Runs of numbers with nothing but commas and `and` between them; lone numbers too."""
        found: list[list[Span]] = []
        for span in sorted(self.numbers, key=lambda one: one.first):
            between = self.lower[found[-1][-1].last + 1 : span.first] if found else ["."]
            if found and all(word in _BETWEEN for word in between):
                found[-1].append(span)
            else:
                found.append([span])
        return tuple((self._span(run[0].first, run[-1].last), tuple(_numbers(run))) for run in found)

    @cached_property
    def text_lists(self) -> Sequence[tuple[Span, tuple[str, ...]]]:
        """Enumerations: texts of up to a few words, set apart by commas or `and`."""
        chunks: list[tuple[int, int]] = []
        first = 0
        for at, word in enumerate([*self.lower, ","]):
            if word in _BETWEEN or word in _BRACKETS:
                if first < at:
                    chunks.append((first, at - 1))
                first = at + 1
        found: list[tuple[Span, tuple[str, ...]]] = []
        for a in range(len(chunks)):
            for b in range(a + 1, min(len(chunks), a + 6)):
                found += self._listed(chunks[a : b + 1])
                if chunks[b][1] - chunks[b][0] >= _LISTED:
                    break
        return tuple(found)

    def _listed(self, chunks: Sequence[tuple[int, int]]) -> Iterator[tuple[Span, tuple[str, ...]]]:
        """The lists whose first item ends the first chunk, and whose last item begins the last one."""
        (first, opened), (closing, last) = chunks[0], chunks[-1]
        middle = [self._text(*chunk) for chunk in chunks[1:-1]]
        for start in range(max(first, opened - _LISTED + 1), opened + 1):
            for end in range(closing, min(last, closing + _LISTED - 1) + 1):
                yield self._span(start, end), (self._text(start, opened), *middle, self._text(closing, end))

    def _runs(self) -> Iterator[Span]:
        ends = {at for at, word in enumerate(self.words) if word[0].isalnum() or len(word) > 1}
        stops = {match.start() for match in _SENTENCE.finditer(self.text)}
        for first in sorted(ends):
            words = 0
            for last in range(first, min(len(self.words), first + TAIL)):
                words += last in ends
                final = self.places[last][1] in stops
                if last in ends and (words <= LONGEST or final):
                    yield self._span(first, last)
                if final and last > first + LONGEST:
                    break

    def _quoted(self) -> Iterator[Span]:
        for match in QUOTES.finditer(self.text):
            group = next(index for index, text in enumerate(match.groups(), 1) if text is not None)
            at = self._at(match.start(group), match.end(group))
            if at is not None and match.group(group).strip():
                yield Span(*at, match.group(group).strip(), quoted=True)

    def _spelled(self, taken: set[int]) -> Iterator[Span]:
        last = -1
        for first in range(len(self.words)):
            if first <= last or first in taken or NUMBER_WORDS.isdisjoint(self.lower[first].split("-")):
                continue
            for end in range(min(len(self.words), first + 5) - 1, first - 1, -1):
                value = (
                    None if taken & set(range(first, end + 1)) else spoken_number(" ".join(self.lower[first : end + 1]))
                )
                if value is not None:
                    last = end
                    yield Span(first, end, self._text(first, end), int(value) if value.is_integer() else value)
                    break

    def _span(self, first: int, last: int) -> Span:
        return Span(first, last, self._text(first, last))

    def _text(self, first: int, last: int) -> str:
        return self.text[self.places[first][0] : self.places[last][1]]

    def _at(self, start: int, end: int) -> tuple[int, int] | None:
        """The words that a stretch of the text touches."""
        touched = [at for at, (first, last) in enumerate(self.places) if first < end and last > start]
        return (touched[0], touched[-1]) if touched else None


def _numbers(spans: Sequence[Span]) -> Iterator[int | float]:
    yield from (span.number for span in spans if span.number is not None)
