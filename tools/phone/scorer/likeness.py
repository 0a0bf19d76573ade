"""One moment's request beside everything that can be chosen, by meaning: labels, what lies behind them, apps, fields.

What was tapped, typed or opened already speaks for the words near to it, and the others wait.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..documents.index import Index, Target
from ..documents.model import VARIES
from ..documents.sense import Array, Sense, Words, near

_HOP, _OWN = 0.06, 0.4


@dataclass(frozen=True, slots=True)
class Like:
    """A text beside the request, shares from 0 to 1.

    `best` is its nearest word, `label` how much of it is said, `answers` how much of the request it answers, `waiting`
    how much of what waits.
    """

    best: float
    label: float
    answers: float
    waiting: float


NOTHING = Like(0.0, 0.0, 0.0, 0.0)


class Likeness:
    """A request without its values beside texts; `done` are those that were tapped, typed or opened."""

    def __init__(self, sense: Sense, request: str, done: Sequence[str]) -> None:
        self.sense, self.request = sense, request
        self.said: Words = sense.read(request)
        self._done = tuple(done)
        self._of: dict[str, Like] = {}

    @cached_property
    def waiting(self) -> Array:
        """How much of each word of the request waits, (words,)."""
        rows = [words.rows for text in self._done if len((words := self.sense.read(text)).rows)]
        if not rows or not len(self.said.rows):
            return self.said.asked
        return self.said.asked * (1.0 - near(self.said.rows, np.concatenate(rows)).max(1))

    @cached_property
    def left(self) -> float:
        """The share of the request that waits."""
        return float(self.waiting.sum() / max(float(self.said.asked.sum()), 1e-9))

    def of(self, text: str) -> Like:
        """A text beside the request."""
        if text not in self._of:
            self._of[text] = self._like(self.sense.read(text))
        return self._of[text]

    def _like(self, words: Words) -> Like:
        if not len(words.rows) or not len(self.said.rows):
            return NOTHING
        close = near(self.said.rows, words.rows)
        reached, said = close.max(1), close.max(0)
        asked, waits = float(self.said.asked.sum()), float(self.waiting.sum())
        return Like(
            best=float(said.max()),
            label=float(said @ words.told / max(float(words.told.sum()), 1e-9)),
            answers=float(reached @ self.said.asked / max(asked, 1e-9)),
            waiting=float(reached @ self.waiting / max(waits, 1e-9)) if waits > 0.05 * asked else 0.0,
        )

    def functions(self, index: Index) -> list[tuple[Target, float]]:
        """How well each function of an app answers the request."""
        return [(t, answers + _OWN * (label - 1.0)) for t, answers, label in self.sense.functions(self.request, index)]

    def best(self, index: Index) -> float:
        """How well the best function of an app answers it."""
        return max((score - _HOP * target.depth for target, score in self.functions(index)), default=0.0)

    def behind(self, index: Index, page: str) -> Mapping[str, float]:
        """By the label of a part of a page: the best that lies behind it, less a bit for each tap."""
        ways, found = index.ways(page), dict[str, float]()
        for target, score in self.functions(index):
            if target.page not in ways or target.part.label == VARIES:
                continue
            way = (*ways[target.page], target.part)
            worth = score - _HOP * (len(way) - 1)
            found[way[0].label] = max(worth, found.get(way[0].label, -1.0))
        return found
