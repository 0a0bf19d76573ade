"""A request and a tool as arrays for the scorer: words that are looked up, and signs.

The same arrays are fitted to (`agentkit.nano.slots`) and scored (`agentkit.slots.filler`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agentkit.propose.fingerprint import Cache
from agentkit.retrieve import parts
from agentkit.slots.candidates import Candidate, Choices
from agentkit.slots.fields import Slot, slots_of
from agentkit.slots.said import Said
from agentkit.slots.signs import OF_BOTH, OF_OPTION, OF_SLOT, OF_SPAN, Arguments, Array, Signs, Vector
from agentkit.types import ToolSpec

Ints = npt.NDArray[np.intp]

OF_CANDIDATE = OF_SPAN + OF_OPTION + OF_BOTH
AROUND = 7
"""Words looked up for a candidate: three before it, two after it, its first and its last."""
NAMED, TOLD, CALLED = 4, 10, 4
"""Words looked up for a slot: of its name, of its description, of its tool's name."""
EDGE, NUMBER, KNOWN = 1, 2, 3
"""Rows of the table of words for the edge of a text and for numbers, and the first row of a known word; 0: unknown."""
_tools: Cache[tuple[ToolSpec, Mapping[str, int], tuple[Slot, ...], Ints]] = Cache(256)


@dataclass(frozen=True, slots=True)
class Features:
    """K candidates of P slots; a candidate of two slots stands twice."""

    slots: tuple[Slot, ...]
    candidates: tuple[Candidate, ...]
    owners: Ints
    """(K,) the slot of each candidate."""
    around: Ints
    """(K, AROUND) words."""
    signs: Array
    """(K, OF_CANDIDATE)."""
    named: Ints
    """(P, NAMED + TOLD + CALLED) words; 0 where there is none."""
    about: Array
    """(P, OF_SLOT)."""


def read(
    said: Said, tool: ToolSpec, known: Mapping[str, int], vector: Vector, earlier: Sequence[Arguments] = ()
) -> Features:
    """Everything about filling a call of the tool from the request, after earlier calls of any tool.

    `known` numbers the words of the table.
    """
    (slots, named), choices = _declared(tool, known), Choices(said)
    about = " ".join((*parts(tool.name), tool.description.lower()))
    sight = Signs(said, slots, about, vector, earlier)
    heard = [EDGE] * 3 + [_look(word, known) for word in said.lower] + [EDGE] * 2
    mine = [choices.of(slot) for slot in slots]
    candidates = tuple(one for found in mine for one in found)
    owners = np.repeat(np.arange(len(slots)), [len(found) for found in mine])
    spans = [(at, one.span) for at, one in enumerate(candidates) if one.span is not None]
    placed = np.array([at for at, _ in spans], np.intp)
    first = np.array([span.first for _, span in spans], np.intp)
    last = np.array([span.last for _, span in spans], np.intp)
    signs = np.zeros((len(candidates), OF_CANDIDATE), np.float32)
    places = {id(found): sight.of_places(found) for found in mine}
    at = 0
    for index, found in enumerate(mine):
        signs[at : at + len(found), :OF_SPAN] = places[id(found)]
        sight.of_options(index, found, signs[at : at + len(found), OF_SPAN : OF_SPAN + OF_OPTION])
        at += len(found)
    if spans:
        signs[placed, OF_SPAN + OF_OPTION :] = sight.of_both(owners[placed], first, last, [span for _, span in spans])
    return Features(
        slots,
        candidates,
        owners,
        _around(len(candidates), placed, first, last, heard),
        signs,
        named,
        np.array([sight.of_slot(at) for at in range(len(slots))], np.float32).reshape(-1, OF_SLOT),
    )


def _declared(tool: ToolSpec, known: Mapping[str, int]) -> tuple[tuple[Slot, ...], Ints]:
    """The slots of a tool and their words; the same tools come with every request."""
    key = id(tool), id(known)
    found = _tools.get(key)
    if found is None:
        slots = slots_of(tool)
        named = np.array([_named(slot, tool, known) for slot in slots], np.intp).reshape(-1, NAMED + TOLD + CALLED)
        found = _tools.put(key, (tool, known, slots, named))  # both are held, so that no other takes their ids
    return found[2:]


def _look(word: str, known: Mapping[str, int]) -> int:
    return NUMBER if word[:1].isdigit() else known.get(word, 0)


def _around(count: int, placed: Ints, first: Ints, last: Ints, heard: Sequence[int]) -> Ints:
    """(count, AROUND) words; zeros for a candidate that stands nowhere."""
    words = np.array(heard, np.intp)
    around = np.zeros((count, AROUND), np.intp)
    first, last = first + 3, last + 3
    around[placed] = words[np.stack((first - 1, first - 2, first - 3, last + 1, last + 2, first, last), 1)]
    return around


def _named(slot: Slot, tool: ToolSpec, known: Mapping[str, int]) -> list[int]:
    wanted = ((slot.words[-NAMED:], NAMED), (slot.told[:TOLD], TOLD), (tuple(parts(tool.name))[:CALLED], CALLED))
    return [
        at for found, size in wanted for at in [*(_look(word, known) for word in found), *[0] * (size - len(found))]
    ]
