"""A request and a tool as arrays for the reader: words with their meanings, slots, candidates and signs.

The same arrays are fitted to (`agentkit.nano.slots`) and scored (`agentkit.slots.filler`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agentkit.cache import Cache
from agentkit.retrieve import parts
from agentkit.slots.candidates import Candidate, Choices
from agentkit.slots.fields import Slot, slots_of
from agentkit.slots.said import Said
from agentkit.slots.signs import OF_BOTH, OF_OPTION, OF_SLOT, OF_SPAN, Arguments, Array, Signs, Vector
from agentkit.types import ToolSpec

Ints = npt.NDArray[np.intp]

OF_CANDIDATE = OF_SPAN + OF_OPTION + OF_BOTH
OF_WORD = 8
"""Numbers of how a word is written."""
NAMED, TOLD, CALLED = 4, 10, 4
"""Words looked up for a slot: of its name, of its description, of its tool's name."""
NUMBER, KNOWN = 2, 3
"""The row of the table of words for numbers, and the first row of a known word; 0: unknown."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a tool says of itself: P slots, the words of each, and what they mean, in vectors of D numbers."""

    slots: tuple[Slot, ...]
    named: Ints
    """(P, NAMED + TOLD + CALLED) words; 0 where there is none."""
    meant: Array
    """(P, 2 D): what a slot's name and its description mean."""
    tool: Array
    """(2 D,): what the tool's name and its description mean."""


_tools: Cache[tuple[ToolSpec, Mapping[str, int], Vector, Declared]] = Cache(256)


@dataclass(frozen=True, slots=True)
class Features:
    """K candidates of P slots in W words; a candidate of two slots stands twice."""

    declared: Declared
    about: Array
    """(P, OF_SLOT)."""
    heard: Ints
    """(W,) the words of the request in the table of words."""
    meant: Array
    """(W, D) what they mean; zeros of what is no word."""
    written: Array
    """(W, OF_WORD) how they are written."""
    candidates: tuple[Candidate, ...]
    owners: Ints
    """(K,) the slot of each candidate."""
    places: Ints
    """(K, 2) its first and last word; -1 of one that stands nowhere."""
    options: Array
    """(K, D) what a listed value means; zeros of others."""
    signs: Array
    """(K, OF_CANDIDATE)."""

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots."""
        return self.declared.slots


def read(
    said: Said, tool: ToolSpec, known: Mapping[str, int], vector: Vector, earlier: Sequence[Arguments] = ()
) -> Features:
    """Everything about filling a call of the tool from the request, after earlier calls of any tool.

    `known` numbers the words of the table.
    """
    declared, choices = _declared(tool, known, vector), Choices(said)
    slots = declared.slots
    about = " ".join((*parts(tool.name), tool.description.lower()))
    sight = Signs(said, slots, about, vector, earlier)
    mine = [choices.of(slot) for slot in slots]
    candidates = tuple(one for found in mine for one in found)
    owners = np.repeat(np.arange(len(slots)), [len(found) for found in mine])
    none = (-1, -1)
    places = np.array([none if c.span is None else (c.span.first, c.span.last) for c in candidates], np.intp)
    places = places.reshape(-1, 2)
    wide = declared.tool.shape[0] // 2
    return Features(
        declared,
        np.array([sight.of_slot(at) for at in range(len(slots))], np.float32).reshape(-1, OF_SLOT),
        np.array([_look(word, known) for word in said.lower], np.intp),
        np.array([_meant(word, vector, wide) for word in said.lower], np.float32).reshape(-1, wide),
        np.array([_written(word) for word in said.words], np.float32).reshape(-1, OF_WORD),
        candidates,
        owners,
        places,
        _options(candidates, vector, wide),
        _signs(sight, mine, owners, places),
    )


def _signs(sight: Signs, mine: Sequence[Sequence[Candidate]], owners: Ints, places: Ints) -> Array:
    """(K, OF_CANDIDATE)"""
    signs = np.zeros((len(owners), OF_CANDIDATE), np.float32)
    of_places = {id(found): sight.of_places(found) for found in mine}  # slots of one kind share theirs
    at = 0
    for index, found in enumerate(mine):
        signs[at : at + len(found), :OF_SPAN] = of_places[id(found)]
        sight.of_options(index, found, signs[at : at + len(found), OF_SPAN : OF_SPAN + OF_OPTION])
        at += len(found)
    placed = np.flatnonzero(places[:, 0] >= 0)
    if len(placed):
        spans = [one.span for found in mine for one in found if one.span is not None]
        first, last = places[placed].T
        signs[placed, OF_SPAN + OF_OPTION :] = sight.of_both(owners[placed], first, last, spans)
    return signs


def _declared(tool: ToolSpec, known: Mapping[str, int], vector: Vector) -> Declared:
    """The slots of a tool and their words; the same tools come with every request."""
    key = id(tool), id(known), id(vector)
    found = _tools.get(key)
    if found is None:  # all are held, so that no other takes their ids
        found = _tools.put(key, (tool, known, vector, _declare(tool, known, vector)))
    return found[-1]


def _declare(tool: ToolSpec, known: Mapping[str, int], vector: Vector) -> Declared:
    slots = slots_of(tool)
    named = np.array([_named(slot, tool, known) for slot in slots], np.intp).reshape(-1, NAMED + TOLD + CALLED)
    called = np.concatenate((vector(" ".join(parts(tool.name))), vector(tool.description.lower())))
    meant = [np.concatenate((vector(" ".join(slot.words)), vector(" ".join(slot.told)))) for slot in slots]
    return Declared(slots, named, np.array(meant, np.float32).reshape(-1, len(called)), called)


def _look(word: str, known: Mapping[str, int]) -> int:
    return NUMBER if word[:1].isdigit() else known.get(word, 0)


def _meant(word: str, vector: Vector, wide: int) -> Array:
    return vector(word) if word.isascii() and word.isalpha() else np.zeros(wide, np.float32)


def _written(word: str) -> list[float]:
    """OF_WORD truths, and how long the word is."""
    return [
        word[:1].isupper(), word.isupper() and len(word) > 1, word[:1].isdigit(), any(map(str.isdigit, word)),
        not word[0].isalnum(), len(word) > 2 and ("@" in word or "/" in word or "." in word[1:-1]), ":" in word,
        len(word) / 12,
    ]  # fmt: skip


def _options(candidates: Sequence[Candidate], vector: Vector, wide: int) -> Array:
    """(K, D); the states of a truth mean nothing by themselves."""
    meant = np.zeros((len(candidates), wide), np.float32)
    for at, one in enumerate(candidates):
        if one.option >= 0 and not isinstance(one.value, bool):
            meant[at] = vector(str(one.value).lower().replace("_", " "))
    return meant


def _named(slot: Slot, tool: ToolSpec, known: Mapping[str, int]) -> list[int]:
    wanted = ((slot.words[-NAMED:], NAMED), (slot.told[:TOLD], TOLD), (tuple(parts(tool.name))[:CALLED], CALLED))
    return [
        at for found, size in wanted for at in [*(_look(word, known) for word in found), *[0] * (size - len(found))]
    ]
