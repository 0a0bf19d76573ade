"""What can be seen of a slot, of a candidate, and of the two together, as numbers between about -1 and 1.

Knows nothing of weights; the order of the numbers is what a scorer was fitted to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import cast

import numpy as np
import numpy.typing as npt

from agentkit.retrieve import words
from agentkit.slots.candidates import Candidate
from agentkit.slots.fields import KINDS, Slot
from agentkit.slots.said import LONGEST, TAIL, Said, Span
from agentkit.words import STOPWORDS

Array = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]
Vector = Callable[[str], Array]
"""The meaning of a text as a unit vector."""

Arguments = Mapping[str, object]
"""The arguments of one call."""

OF_SPAN, OF_OPTION, OF_BOTH, OF_SLOT = 34, 13, 18, 32
"""Numbers of a candidate's place, of a listed value, of a place and a slot, of a slot."""
_TIME = re.compile(r"\d{1,2}:\d\d|\d\s?[ap]m\b", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d|\d{1,2}/\d{1,2}")
_MONEY = frozenset("$€£%")
_JOINING = frozenset(("and", "also", "then", "plus", "&", "both", "each", "respectively"))


@lru_cache(maxsize=8192)
def _stems(text: str) -> frozenset[str]:
    return frozenset(words(text))


class Signs:
    """The signs of one request and one tool's slots."""

    def __init__(
        self, said: Said, slots: Sequence[Slot], about: str, vector: Vector, earlier: Sequence[Arguments] = ()
    ) -> None:
        self._said, self._slots, self._vector, self._calls = said, slots, vector, len(earlier)
        self._spent = frozenset(_texts(earlier))
        self._reached = _reached(said, earlier)
        self._joined = float(bool(_JOINING.intersection(said.lower)))
        self._count = len(said.words)
        self._stems = [_stems(word) for word in said.words]
        self._all = frozenset[str]().union(*self._stems)
        self._heard = np.stack([vector(word) for word in said.lower]) if self._count else None
        self._ranks = {id(span): at for at, span in enumerate(said.numbers)}
        self._spans: dict[int, list[float]] = {}
        self._stops = [word in STOPWORDS for word in said.lower]
        self._raised = [word[:1].isupper() for word in said.words]
        self._lines = [self._line(slot) for slot in slots]
        self._parts = said.parts
        self._in_part = self._placed(about)

    def _placed(self, about: str) -> list[list[float]]:
        """Of each word's part of the request: how well it suits the tool, and which it is; zeros for a whole one."""
        if len(self._parts) < 2:
            return [[0.0] * 5] * self._count
        tool, text, calls = self._vector(about), self._said.text, self._calls
        near = [float(self._vector(text[start:end].lower()) @ tool) for start, end in self._parts]
        best = near.index(max(near))
        rows = [
            [1.0, 4 * (one - near[best]), float(at == best), (at - calls) / 4, float(at == calls)]
            for at, one in enumerate(near)
        ]
        return [rows[sum(start >= end for _, end in self._parts[:-1])] for start, _ in self._said.places]

    def _line(self, slot: Slot) -> Array:
        """(4, words): how near each word is to the slot's name and to what is told of it, and whether it is in them."""
        if self._heard is None:
            return np.zeros((4, 1), np.float32)
        name, told = " ".join(slot.words), " ".join(slot.told)
        near = self._heard @ self._vector(name)
        names, about = _stems(name), _stems(told)
        return np.stack(
            (
                near,
                self._heard @ self._vector(told) if told else near,
                np.array([bool(names & stems) for stems in self._stems], np.float32),
                np.array([bool(about & stems) for stems in self._stems], np.float32),
            )
        )

    def of_slot(self, at: int) -> list[float]:
        """OF_SLOT numbers."""
        slot, count, line = self._slots[at], len(self._slots), self._lines[at]
        numbers, alike = len(self._said.numbers), len(self._alike(slot))
        return [
            *[float(slot.kind == kind) for kind in KINDS],
            float(slot.required),
            float(slot.default is not None),
            count / 8,
            at / 8,
            alike / 4,
            len(slot.options) / 10,
            float(len(slot.options) == 1),
            self._count / 32,
            numbers / 4,
            float(numbers == alike),
            float(numbers > alike),
            _share(_stems(" ".join(slot.words)), self._all),
            float(line[0].max()),
            _share(_stems(" ".join(slot.told)), self._all),
            float(line[1].max()),
            float(bool(slot.told)),
            float(len(slot.words) == 1),
            float(any(char in self._said.text for char in "'\"“‘`")),
            self._calls / 4,
            self._joined,
            min(self._said.lower.count(","), 5) / 5,
            self._reached / max(1, self._count),
            len(self._parts) / 4,
        ]

    def of_places(self, found: Sequence[Candidate]) -> Array:
        """(K, OF_SPAN): what can be seen of where the candidates stand; zeros for one that stands nowhere."""
        rows = [[0.0] * OF_SPAN if one.span is None else self._of_span(one.span) for one in found]
        return np.array(rows, np.float32).reshape(-1, OF_SPAN)

    def of_options(self, at: int, found: Sequence[Candidate], signs: Array) -> None:
        """Fill (K, OF_OPTION) zeros: what can be seen of listed values, and of defaults."""
        default = self._slots[at].default
        if default is None and not (found and found[0].option >= 0):  # the candidates of a slot are of one kind
            return
        for row, one in enumerate(found):
            if one.option >= 0:
                signs[row] = self._of_option(at, one)
            elif default is not None and one.value == default:
                signs[row, 4] = 1.0

    def of_both(self, owners: Places, first: Places, last: Places, spans: Sequence[Span]) -> Array:
        """(K, OF_BOTH): what can be seen of the slots around the places of candidates.

        `owners` are their slots, `first` and `last` the words of their spans.
        """
        count = len(self._slots)
        padded = np.full((count, 4, self._count + TAIL + 5), -0.3, np.float32)
        padded[:, :, 3 : 3 + self._count] = self._lines
        running = np.maximum.accumulate(np.lib.stride_tricks.sliding_window_view(padded, TAIL, axis=2), axis=3)
        near = running[owners, :, first, 2].T  # the three words before; word i stands at i + 3
        right = running[owners, :, last + 4, 1].T
        inside = running[owners, :, first + 3, np.minimum(last - first, TAIL - 1)].T
        rank = np.array([self._ranks.get(id(span), -1) for span in spans], np.float32)
        mine = np.array([self._alike(slot).index(slot) for slot in self._slots], np.float32)[owners]
        return np.stack(
            (
                near[0], padded[owners, 0, first + 2], right[0], inside[0], padded[owners, 0, last + 3],
                near[1], right[1], inside[1],
                padded[owners, 2, first + 2], running[owners, 2, first, 1], right[2], inside[2],
                near[3], right[3], inside[3],
                (rank == mine).astype(np.float32),
                np.where(rank >= 0, (rank - mine) / 4, 0.0).astype(np.float32),
                (first / max(1, self._count) - owners / max(1, count)).astype(np.float32),
            ),
            axis=1,
        )  # fmt: skip

    def _of_span(self, span: Span) -> list[float]:
        known = self._spans.get(id(span))
        if known is None:
            known = self._spans[id(span)] = self._seen(span)
        return known

    def _seen(self, span: Span) -> list[float]:
        """OF_SPAN numbers and truths."""
        text, first, last, count = span.text, span.first, span.last, self._count
        words, size, rank, reached = self._said.words, last + 1 - first, self._ranks.get(id(span), -1), self._reached
        before = words[first - 1] if first else ""
        after = words[last + 1] if last + 1 < count else ""
        stops, raised = self._stops[first : last + 1], self._raised[first : last + 1]
        digits = any(map(str.isdigit, text))
        return [
            size / LONGEST,
            size == 1,
            False not in raised,
            True in raised,
            raised[0] and first > 0,
            span.quoted,
            span.number is not None,
            isinstance(span.number, float),
            digits,
            "@" in text,
            "/" in text or "\\" in text,
            ":" in text and _TIME.search(text) is not None,
            digits and _DATE.search(text) is not None,
            stops[0],
            stops[-1],
            True in stops[1:-1],
            first == 0,
            not after,
            before in _MONEY or after in _MONEY,
            rank / 4 if rank > 0 else 0.0,
            size > LONGEST,
            bool(before) and not before[0].isalnum(),
            bool(after) and not after[0].isalnum(),
            raised[-1] and after[:1].isupper(),
            raised[0] and before[:1].isupper() and first > 1,
            "," in text,
            first >= reached > 0,
            text.lower() in self._spent if self._spent else False,
            min(max(first - reached, -8), 8) / 8 if reached else 0.0,
            *self._in_part[first],
        ]

    def _of_option(self, at: int, one: Candidate) -> list[float]:
        """How a listed value is spoken of, though maybe not in its own words."""
        slot, line = self._slots[at], self._lines[at]
        state = isinstance(one.value, bool)
        stems = _stems(" ".join(slot.words)) if state else _stems(str(one.value))
        near = (
            line[0]
            if state or self._heard is None
            else self._heard @ self._vector(str(one.value).lower().replace("_", " "))
        )
        return [
            1.0,
            float(one.span is None),
            float(one.value is True),
            float(one.value is False),
            float(slot.default is not None and one.value == slot.default),
            float(len(slot.options) == 1),
            float(one.option == 0),
            _share(stems, self._all),
            float(bool(stems) and stems <= self._all),
            float(near.max()),
            float(one.span is not None),
            _share(_stems(" ".join(slot.told)), self._all) if state else 0.0,
            float(line[1].max()) if state else 0.0,
        ]

    def _alike(self, slot: Slot) -> list[Slot]:
        """The slots of the tool that take the same kind of value, in order."""
        return [other for other in self._slots if _family(other) == _family(slot)]


def _texts(calls: Sequence[Arguments]) -> Iterator[str]:
    """The values that calls were given, as texts in lower case."""
    for call in calls:
        for value in call.values():
            if isinstance(value, list):
                yield from (str(item).lower() for item in cast("list[object]", value))
            elif not isinstance(value, bool | dict):
                yield str(value).lower()


def _reached(said: Said, earlier: Sequence[Arguments]) -> int:
    """The first word after all that earlier calls were given, 0 before any; values follow each other in a request."""
    reached = 0
    if not earlier:
        return reached
    places: dict[str, list[Span]] = {}
    for span in (*said.texts, *said.numbers):
        for text in {span.text.lower(), str(span.number)}:
            places.setdefault(text, []).append(span)
    for call in earlier:
        ends = [_end(places.get(text, ()), reached) for text in _texts([call])]
        reached = max(reached, *ends) if ends else reached
    return reached


def _end(spans: Sequence[Span], reached: int) -> int:
    """The word after the first of the spans that begins after a place, or else after the first of all; 0 of none."""
    ends = [span.last + 1 for span in spans if span.first >= reached] or [span.last + 1 for span in spans]
    return min(ends, default=0)


def _family(slot: Slot) -> str:
    return "number" if slot.kind in ("whole", "number") else slot.kind


def _share(stems: frozenset[str], among: frozenset[str]) -> float:
    return len(stems & among) / len(stems) if stems else 0.0
