"""Odds of texts divided over tokens: where an answer goes on with one of several texts, some likelier than others.

Two independent opinions are multiplied: the model's, and that of the odds. Knows nothing of where odds come from.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import NamedTuple, cast

import numpy as np

from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.confidence import Logits
from agentkit.propose.legal import Legal

_LEAST = 1e-9


class _Rest(NamedTuple):
    """What is left of a text to be written, its odds, and the token that it begins with."""

    text: bytes
    odd: float
    first: int


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
        left = [self._rest(option[len(text) :], odd) for option, odd in self._odds if option.startswith(text)]
        if not left:
            return logits
        ids = cast("list[int]", legal.ids.tolist())
        pieces = [self._vocabulary.pieces[token] for token in ids]
        whole = sum(one.odd for one in left)
        near = {start: [one for one in left if one.text[:1] in (start, b"")] for start in {p[:1] for p in pieces}}
        gains = [
            self._gain(token, piece, near[piece[:1]] if piece else left, whole)
            for token, piece in zip(ids, pieces, strict=True)
        ]
        lead = np.array([one for one, gain in zip(ids, gains, strict=True) if gain is not None], np.intp)
        gained = np.array([gain for gain in gains if gain is not None], np.float32)
        if len(set(gained.tolist())) < 2:
            return logits
        weighed = logits.copy()
        weighed[lead] += gained
        weighed[lead] += total(logits[lead]) - total(weighed[lead])
        return weighed

    def _rest(self, text: bytes, odd: float) -> _Rest:
        return _Rest(text, odd, self._vocabulary.first(text) if text else -1)

    def _gain(self, token: int, piece: bytes, left: list[_Rest], whole: float) -> float | None:
        """The logarithm of the share of the odds that a token goes on with; None for one that leads to no text.

        Next to nothing for one that would spell a text in other tokens than it always is read in.
        """
        leads = [rest for rest in left if rest.text.startswith(piece) or self._ends(rest.text, piece)]
        fits = [rest.odd for rest in leads if token == rest.first or len(piece) >= len(rest.text) or not piece]
        return math.log(max(sum(fits) / whole, _LEAST)) if leads else None

    def _ends(self, rest: bytes, piece: bytes) -> bool:
        """Whether a token ends a text: after the rest of it stands what does not belong to it."""
        return piece.startswith(rest) and not self._inside.match(piece, len(rest))


def total(logits: Logits) -> float:
    """The logarithm of the summed odds."""
    top = float(logits.max())
    return top + math.log(float(np.exp(logits - top).sum()))
