"""Odds of texts divided over tokens: where an answer goes on with one of several texts, some likelier than others.

Two independent opinions are multiplied: the model's, and that of the odds. Knows nothing of where odds come from.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import cast

import numpy as np

from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.confidence import Logits
from agentkit.propose.legal import Legal

_LEAST = 1e-9


class Options:
    """Texts with their odds; `inside` are the bytes that would go on with a text rather than end it."""

    def __init__(self, odds: Mapping[bytes, float], inside: re.Pattern[bytes], vocabulary: Vocabulary) -> None:
        self._odds, self._inside, self._vocabulary = list(odds.items()), inside, vocabulary
        self._longest = max(map(len, odds), default=0)

    def weigh(self, logits: Logits, legal: Legal, text: bytes) -> Logits:
        """The logits where this much of one of the texts stands; unchanged where that leaves nothing to choose.

        `legal` are the ids that the grammar allows. The probability of all texts together stays what it was, and with
        it that of ids that lead to none of them.
        """
        if len(legal) < 2 or len(text) > self._longest:
            return logits
        left = [(option[len(text) :], odd) for option, odd in self._odds if option.startswith(text)]
        if not left:
            return logits
        ids = cast("list[int]", legal.ids.tolist())
        pieces = [self._vocabulary.pieces[token] for token in ids]
        whole = sum(odd for _, odd in left)
        near = {start: [one for one in left if one[0][:1] in (start, b"")] for start in {piece[:1] for piece in pieces}}
        gains = [self._gain(piece, near[piece[:1]] if piece else left, whole) for piece in pieces]
        lead = np.array([one for one, gain in zip(ids, gains, strict=True) if gain is not None], np.intp)
        gained = np.array([gain for gain in gains if gain is not None], np.float32)
        if len(set(gained.tolist())) < 2:
            return logits
        weighed = logits.copy()
        weighed[lead] += gained
        weighed[lead] += total(logits[lead]) - total(weighed[lead])
        return weighed

    def _gain(self, piece: bytes, left: list[tuple[bytes, float]], whole: float) -> float | None:
        """The logarithm of the share of the odds that a token goes on with; None for one that leads to no text."""
        fits = [odd for rest, odd in left if rest.startswith(piece) or self._ends(rest, piece)]
        return math.log(max(sum(fits) / whole, _LEAST)) if fits else None

    def _ends(self, rest: bytes, piece: bytes) -> bool:
        """Whether a token ends a text: after the rest of it stands what does not belong to it."""
        return piece.startswith(rest) and not self._inside.match(piece, len(rest))


def total(logits: Logits) -> float:
    """The logarithm of the summed odds."""
    top = float(logits.max())
    return top + math.log(float(np.exp(logits - top).sum()))
