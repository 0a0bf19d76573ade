"""How near the words of a screen are in meaning to those of a request, by the table of English words of retrieval.

`Silence` is near to `Mute notifications` although they share no word. The table lies beside the embedded weights; where
it is missing nothing is near. Knows nothing of candidates and of what was done.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from agentkit.meaning import Meaning, read_table, said_words
from agentkit.models import EMBEDDED

from .index import Index, Target
from .words import STOP

Array = npt.NDArray[np.float32]
_FAR = 0.25
"""Below this cosine words have nothing to do with one another."""
_KEPT = 4096
_NEAR, _BEGINS = 0.35, 5
"""From this nearness on, or with so many letters in common at the start, one word stands for another."""


@dataclass(frozen=True)
class Words:
    """The words of a text that the table has: unit vectors, (words, D), and how much each says when asked and told."""

    rows: Array
    asked: Array
    told: Array


@dataclass(frozen=True)
class _Targets:
    """An app's functions: the words of all of them, which of those speak for each and by how much, (targets, words)."""

    targets: tuple[Target, ...]
    words: Words
    place: npt.NDArray[np.intp]
    weight: Array
    own: Array


class Sense:
    """Nearness by a table of words."""

    def __init__(self, meaning: Meaning) -> None:
        self._meaning = meaning
        self.read = lru_cache(maxsize=_KEPT)(self._read)
        self._of_index = lru_cache(maxsize=64)(self._indexed)
        self.close = lru_cache(maxsize=_KEPT)(self._close)
        self.functions = lru_cache(maxsize=256)(self._functions)

    def _read(self, text: str) -> Words:
        """The words of a text, less those that say nothing."""
        every = said_words(text)
        return self._words([word for word in every if word not in STOP] or every)

    def _words(self, words: Sequence[str]) -> Words:
        ids, table = self._meaning.ids(words), self._meaning.table
        return Words(self._meaning.rows(ids), table.asked[ids], table.told[ids])

    def _close(self, one: str, other: str) -> float:
        """The nearest of the words of two texts."""
        a, b = self.read(one).rows, self.read(other).rows
        return float(near(a, b).max()) if len(a) and len(b) else 0.0

    def _functions(self, request: str, index: Index) -> tuple[tuple[Target, float, float], ...]:
        """Each function of an app, the share of the request that it answers, and that of its label that is said."""
        said, known = self.read(request), self._of_index(index)
        if not len(said.rows) or not known.targets:
            return ()
        close = np.pad(near(said.rows, known.words.rows), ((0, 0), (0, 1)))
        reached = (close[:, known.place] * known.weight).max(2)
        answers = said.asked @ reached / max(float(said.asked.sum()), 1e-9)
        held = close.max(0)[known.place] * known.own
        labels = held.sum(1) / np.maximum(known.own.sum(1), 1e-9)
        return tuple(zip(known.targets, answers.tolist(), labels.tolist(), strict=True))

    def _indexed(self, index: Index) -> _Targets:
        places: dict[str, int] = {}
        lines: list[list[tuple[int, float, float]]] = []
        for target in index.targets:
            line: dict[int, tuple[float, float]] = {}
            for at, (weight, text) in enumerate(target.texts):
                for word in said_words(text):
                    if len(self._meaning.ids([word])):
                        place = places.setdefault(word, len(places))
                        line.setdefault(place, (weight, float(not at)))
            lines.append([(place, *both) for place, both in line.items()])
        words = self._words(list(places))
        width = max((len(line) for line in lines), default=0) or 1
        place = np.full((len(lines), width), len(places), np.intp)
        weight, own = (np.zeros((len(lines), width), np.float32) for _ in range(2))
        for row, known in enumerate(lines):
            for column, (at, heavy, mine) in enumerate(known):
                place[row, column], weight[row, column] = at, heavy
                own[row, column] = mine * words.told[at]
        return _Targets(index.targets, words, place, weight, own)


def near(one: Array, other: Array) -> Array:
    """How near words are to other words, (n, m), from 0 for strangers to 1 for the same."""
    found: Array = np.clip((one @ other.T - np.float32(_FAR)) / np.float32(1.0 - _FAR), 0.0, 1.0)
    return found


@lru_cache(maxsize=1)
def shipped() -> Sense | None:
    """Nearness by the table that ships; None where it is missing or broken."""
    try:
        with EMBEDDED.with_suffix(".retrieval.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return Sense(Meaning(read_table(arrays)))
    except (OSError, EOFError, ValueError, KeyError, zlib.error, zipfile.BadZipFile):
        return None


def stands_for(label: str, request: str) -> bool:
    """Whether a word of a label is near in meaning to one of a request in small letters, or begins like it."""
    sense, said = shipped(), request.split()
    begun = any(word.startswith(own[:_BEGINS]) for own in label.lower().split() if len(own) >= _BEGINS for word in said)
    return begun or (sense is not None and sense.close(label, request) >= _NEAR)
