"""The network of the slot filler: a few layers of attention over a tool, its slots and the words of a request.

Every slot is read together with the words and with the other slots, so that one word is not taken for two arguments,
and what a word means depends on those around it. Fitted by `agentkit.nano.reader`, whose network this is in numpy.
Pure; knows nothing of requests and tools but their `Features`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from agentkit.products import product
from agentkit.slots.features import CALLED, NAMED, TOLD, Features, Ints
from agentkit.slots.signs import Array

HEADS = 4
REACH = 16
"""Words further apart than this are all as far from each other."""
KINDS = 3
"""Of positions: the tool, a slot, a word."""
START, END = 1, 2
_SMALL = 1e-5


class Reader:
    """The network with its weights, by the names that they have in `agentkit.nano.reader`."""

    def __init__(self, weights: Mapping[str, npt.NDArray[Any]]) -> None:
        self._weights = {
            name: np.ascontiguousarray(value.T if _is_line(name, value) else value, np.float32)
            for name, value in weights.items()
        }
        self._layers = sum(name.startswith("near_") for name in weights)

    def scores(self, features: Features) -> tuple[Array, Array]:
        """(K,) of the candidates, and (P, 2) of `another value` and `none` of each slot."""
        w, count = self._weights, len(features.slots)
        read = self._read(features)
        slots, words = read[1 : 1 + count], read[1 + count :]
        rest = _silu(self._line("rest", np.concatenate((slots, features.about), 1)))
        rests = self._line("rests", rest)
        if not len(features.candidates):
            return np.zeros(0, np.float32), rests
        runs, which = runs_of(features.places)
        first, last = runs[:, 0] + 1, runs[:, 1] + 1
        around = np.concatenate((words[first - 1], words[first], words[last], words[last + 1]), 1)
        seen, crossed = (_with_none(self._line(name, around))[which] for name in ("run", "cross_run"))
        if features.options.any():
            seen = seen + product(features.options, w["option_weight"])
            crossed = crossed + product(features.options, w["cross_option_weight"])
        crossed = crossed * self._line("cross_slot", slots)[features.owners]
        seen = seen + self._line("signs", features.signs) + self._line("slot", slots)[features.owners]
        found = _silu(self._line("second", _silu(seen + self._line("cross", crossed))))
        return self._line("score", found)[:, 0], rests

    def _read(self, features: Features) -> Array:
        """(1 + P + 2 + W, width): the tool, its slots, and the words between their start and their end."""
        w, declared = self._weights, features.declared
        name, told, called = _means(w["named_weight"][declared.named], declared.named > 0)
        slots = self._line("slot_in", np.concatenate((declared.meant, name, told, features.about), 1))
        tool = self._line("tool_in", np.concatenate((declared.tool, called[0]))[None])
        words = np.concatenate((features.meant, w["heard_weight"][features.heard], features.written), 1)
        words = self._line("word_in", np.pad(words, ((1, 1), (0, 0))))
        words[0] += w["edge_weight"][START]
        words[-1] += w["edge_weight"][END]
        kinds = w["kind"]
        read = np.concatenate((tool + kinds[0], slots + kinds[1], words + kinds[2]))
        between = apart(len(slots), len(words))
        for layer in range(self._layers):
            read = read + self._attention(f"blocks_{layer}", read, w[f"near_{layer}"][:, between])
            inner = _silu(self._line(f"blocks_{layer}_up", self._normed(f"blocks_{layer}_second", read)))
            read = read + self._line(f"blocks_{layer}_down", inner)
        return self._normed("norm", read)

    def _attention(self, block: str, read: Array, near: Array) -> Array:
        length, width = read.shape
        projected = self._line(f"{block}_project", self._normed(f"{block}_first", read))
        asked, keys, values = projected.reshape(length, 3, HEADS, width // HEADS).transpose(1, 2, 0, 3)
        heard = np.empty((length, HEADS, width // HEADS), np.float32)
        for head in range(HEADS):
            weights = product(asked[head], keys[head].T) * np.float32((width // HEADS) ** -0.5) + near[head]
            weights = np.exp(weights - weights.max(-1, keepdims=True))
            heard[:, head] = product(weights / weights.sum(-1, keepdims=True), values[head])
        return self._line(f"{block}_out", heard.reshape(length, width))

    def _line(self, name: str, x: Array) -> Array:
        bias = self._weights.get(f"{name}_bias")
        made = product(x, self._weights[f"{name}_weight"])
        return made if bias is None else made + bias

    def _normed(self, name: str, x: Array) -> Array:
        off = x - x.mean(-1, keepdims=True)
        off /= np.sqrt((off * off).mean(-1, keepdims=True) + np.float32(_SMALL))
        return off * self._weights[f"{name}_weight"] + self._weights[f"{name}_bias"]


def _is_line(name: str, value: npt.NDArray[Any]) -> bool:
    """Whether an array is what vectors are multiplied with, which is quickest from the right."""
    return value.ndim == 2 and name.endswith("_weight") and name.removesuffix("_weight") not in _TABLES


_TABLES = frozenset(("heard", "named", "edge"))
_LINES = ("word_in", "slot_in", "tool_in", "run", "signs", "slot", "second", "score", "rest", "rests", "norm")
_FACTORS = ("option", "cross_run", "cross_slot", "cross_option", "cross", *_TABLES)
_OF_BLOCK = ("first", "project", "out", "second", "up", "down")


def missing(names: Collection[str]) -> list[str]:
    """What the weights of these names lack to be a reader's."""
    blocks = [
        f"blocks_{name.removeprefix('near_')}_{part}" for name in names if name[:5] == "near_" for part in _OF_BLOCK
    ]
    lines = (*_LINES, *blocks)
    wanted = {"kind", "near_0", *(f"{one}_weight" for one in (*lines, *_FACTORS)), *(f"{one}_bias" for one in lines)}
    return sorted(wanted - set(names))


def _means(rows: Array, there: npt.NDArray[np.bool_]) -> tuple[Array, Array, Array]:
    """(P, width) of a slot's name, of its description and of its tool's name: the means over the words there are."""
    pieces: list[Array] = []
    at = 0
    for size in (NAMED, TOLD, CALLED):
        kept = there[:, at : at + size, None]
        pieces.append((rows[:, at : at + size] * kept).sum(1) / np.maximum(kept.sum(1), 1).astype(np.float32))
        at += size
    return pieces[0], pieces[1], pieces[2]


def runs_of(places: Ints) -> tuple[Ints, Ints]:
    """(U, 2) the places that candidates have, and for each candidate which it is; -1 of one that stands nowhere."""
    keys, which = np.unique(places[:, 0] * _MOST + places[:, 1], return_inverse=True)
    nowhere = int(keys[0] < 0)
    return np.stack((keys[nowhere:] // _MOST, keys[nowhere:] % _MOST), 1), which - nowhere


_MOST = 1000
"""More words than any request is read of."""


def _with_none(rows: Array) -> Array:
    """The rows and one of zeros at their end, which the number -1 takes."""
    return np.concatenate((rows, np.zeros_like(rows[:1], shape=(1, rows.shape[1]))))


@lru_cache(maxsize=256)
def apart(slots: int, words: int) -> Ints:
    """(N, N): how far words are apart, up to `REACH`, and else what two positions are to each other."""
    kinds = np.repeat(np.arange(KINDS), (1, slots, words))
    places = np.arange(len(kinds))
    far = np.clip(places[None, :] - places[:, None], -REACH, REACH) + REACH
    between = 2 * REACH + 1 + kinds[:, None] * KINDS + kinds[None, :]
    both = kinds == KINDS - 1
    return np.where(both[:, None] & both[None, :], far, between)


def _silu(x: Array) -> Array:
    return np.asarray(x / (1.0 + np.exp(-np.clip(x, -60.0, 60.0))), np.float32)
