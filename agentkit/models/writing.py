"""How likely the ways are in which the arguments of one call can be written, by what slot filling thinks of each.

Pure; knows nothing of tokens and models.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate
from typing import NamedTuple

from agentkit.propose.notation import Notation
from agentkit.slots.filled import Filled
from agentkit.slots.said import Value

_NAMES, _VALUES = 2.0, 2.0
"""Powers of the filler's odds of names and of values, which knows tools that nothing was fitted to better than the
decoder does; measured on requests for such tools."""
_TAKEN = 0.1
"""What is left of the odds of a value that an argument before has got."""
LEAST = 1e-3
"""The least odds that anything possible has."""
_RARE = 1e-6
_MOST_VALUES = 48
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
_PLAIN = re.compile(rb"[^,}\]]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Field:
    """One argument: how its name is written, the share of it being given, and those of its values as written."""

    key: bytes
    given: float
    values: Mapping[bytes, float]
    other: float

    @cached_property
    def sorted(self) -> list[bytes]:
        """The values in order."""
        return sorted(self.values)

    @cached_property
    def sums(self) -> list[float]:
        """What the values before each one in order have together; one more for all."""
        return list(accumulate((self.values[value] for value in self.sorted), initial=0.0))


class Way(NamedTuple):
    """A text that an argument begins with, its odds, the field's number; -1 for the end of the arguments."""

    way: bytes
    odd: float
    field: int


class Form:
    """How likely the ways are in which the arguments of one call can be written."""

    def __init__(self, filled: Sequence[Filled], notation: Notation) -> None:
        self.fields = [_field(one, notation) for one in filled]
        self._head = f"{notation.comma}{notation.key('arguments')}{{".encode()
        self._ways = [self._next(first) for first in range(len(self.fields) + 1)]

    def likeliest(self, text: bytes) -> list[tuple[bytes, float]]:
        """How it likely goes on from `text` to the end of the arguments: pieces, and how likely each is after the last.

        Ends where nothing is known.
        """
        pieces: list[tuple[bytes, float]] = []
        at, first, taken = len(self._head), 0, frozenset[bytes]()
        while text.startswith(self._head) and (name := self._likely_name(text[at:], first)):
            pieces.append((name.way[len(text) - at :], name.odd))
            text, at, first = text + pieces[-1][0], at + len(name.way), name.field + 1
            if not first:
                break
            end = _end(text, at)
            if end is None:
                value, odd = _likely_value(self.fields[name.field], text[at:], taken)
                if not odd:
                    break
                pieces.append((value[len(text) - at :], odd))
                text, end = text + pieces[-1][0], at + len(value)
            taken, at = taken | {text[at:end]}, end
        return [piece for piece in pieces if piece[0]]

    def _likely_name(self, text: bytes, first: int) -> Way | None:
        """The likeliest way to go on from the field `first` on that begins with the text, or the one that it took."""
        possible = [one for one in self._ways[first] if one.way.startswith(text)]
        if not possible:
            return next((one._replace(odd=1.0) for one in self._ways[first] if text.startswith(one.way)), None)
        best = max(possible, key=lambda one: one.odd)
        return best._replace(odd=best.odd / sum(one.odd for one in possible))

    def reading(self, text: bytes) -> Callable[[bytes], float | None]:
        """Tells the shares of texts that begin so, as `share` does, but among those with the same arguments done."""
        if not text.startswith(self._head):
            return self.share
        at, index, taken, named = self._reached(text)
        if named:
            return partial(self._value, at=at, index=index, taken=taken)
        return partial(self._names, at=at, first=index, taken=taken)

    def rests(self, text: bytes) -> list[bytes]:
        """What is left to write of the values that may stand here and that begin as the text ends."""
        if not text.startswith(self._head):
            return []
        at, index, _, named = self._reached(text)
        if not named:
            return []
        begun, values = text[at:], self.fields[index].sorted
        first, last = bisect_left(values, begun), bisect_left(values, begun + b"\xff")
        return [value[len(begun) :] for value in values[first:last]]

    def _reached(self, text: bytes) -> tuple[int, int, frozenset[bytes], bool]:
        """Where what is under way begins, its field, the values that stand before, and whether it is a value."""
        at, first, taken = len(self._head), 0, frozenset[bytes]()
        while True:
            way = next((one for one in self._ways[first] if text.startswith(one.way, at)), None)
            if way is None or way.field < 0:
                return at, first, taken, False
            start = at + len(way.way)
            end = _end(text, start)
            if end is None:
                return start, way.field, taken, True
            taken, at, first = taken | {text[start:end]}, end, way.field + 1

    def share(self, text: bytes) -> float | None:
        """The share of all ways of writing a call's rest that begin so, from after its name; None for one not known."""
        if not text.startswith(self._head):
            return 1.0 if self._head.startswith(text) else None
        return self._names(text, len(self._head), 0, frozenset())

    def _names(self, text: bytes, at: int, first: int, taken: frozenset[bytes]) -> float | None:
        """From a place on where an argument's name may come, that of the field `first` or a later one, or the end."""
        rest = text[at:]
        possible = sum([one.odd for one in self._ways[first] if one.way.startswith(rest)])
        if possible:
            return possible
        for way, odd, index in self._ways[first]:
            if rest.startswith(way):
                following = 1.0 if index < 0 else self._value(text, at + len(way), index, taken)
                return None if following is None else odd * following
        return None

    def _value(self, text: bytes, at: int, index: int, taken: frozenset[bytes]) -> float | None:
        """From a place on where the value of a field begins."""
        field, end = self.fields[index], _end(text, at)
        if end is None:
            return _begun(field, text[at:], taken)
        value = text[at:end]
        following = self._names(text, end, index + 1, taken | {value})
        return None if following is None else _odds(field, value, taken) * following

    def _next(self, first: int) -> list[Way]:
        """How it may go on from the field `first` on."""
        ways: list[Way] = []
        comma, passed = b"," if first else b"", 1.0
        for index, field in enumerate(self.fields[first:], first):
            ways.append(Way(comma + field.key, passed * field.given, index))
            passed *= 1.0 - field.given
        ways.append(Way(b"}", passed, -1))
        return [way._replace(odd=max(way.odd, _RARE) ** _NAMES) for way in ways]


def _field(one: Filled, notation: Notation) -> Field:
    likely = sorted(one.values.items(), key=lambda pair: -pair[1])[:_MOST_VALUES]
    odds = {_literal(value, notation): odd**_VALUES for value, odd in likely}
    other = max(one.other, LEAST) ** _VALUES
    total = sum(odds.values()) + other
    values = {value: odd / total for value, odd in odds.items()}
    return Field(notation.key(one.name).encode(), 1.0 - one.none, values, other / total)


def _literal(value: Value, notation: Notation) -> bytes:
    return notation.literal(list(value) if isinstance(value, tuple) else value).encode()


def _begun(field: Field, text: bytes, taken: frozenset[bytes]) -> float:
    """The share of a field's values that begin so; of another value, if none of them does."""
    if not text:
        return 1.0
    first, last = bisect_left(field.sorted, text), bisect_left(field.sorted, text + b"\xff")
    if last <= first:
        return field.other
    share = field.sums[last] - field.sums[first]
    for value in taken:
        if value in field.values and value.startswith(text):
            share -= field.values[value] - _odds(field, value, taken)
    return share


def _likely_value(field: Field, text: bytes, taken: frozenset[bytes]) -> tuple[bytes, float]:
    """The likeliest of a field's values that begin so, and its share; the text and 0 where none does."""
    first, last = bisect_left(field.sorted, text), bisect_left(field.sorted, text + b"\xff")
    odds = {value: _odds(field, value, taken) for value in field.sorted[first:last]}
    best = max(odds, key=odds.__getitem__, default=text)
    among = sum(odds.values()) + (0.0 if text else field.other)
    return best, odds[best] / among if odds else 0.0


def _odds(field: Field, value: bytes, taken: frozenset[bytes]) -> float:
    odd = field.values.get(value, field.other)
    return odd * _TAKEN if value in taken and value not in (b"true", b"false") else odd


def _end(text: bytes, at: int) -> int | None:
    """Where the value that begins at a place ends; None while it may go on."""
    opens = text[at : at + 1]
    if opens == b'"':
        if text.find(b'"', at + 1) < 0:
            return None
        quoted = _STRING.match(text, at)
        return quoted.end() if quoted else None
    if opens in (b"[", b"{"):
        decoded = text[at:].decode("utf-8", "ignore")
        try:
            _, size = _DECODER.raw_decode(decoded)
        except ValueError:
            return None
        return at + len(decoded[:size].encode())
    match = _PLAIN.match(text, at)
    return match.end() if match and match.end() < len(text) else None
