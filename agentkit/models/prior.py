"""What retrieval knows of the first call's tool, beside what the model thinks of it.

A small model chooses well among tools that it has met and badly among others; a table of word meanings was made for
the others. Where the answer comes to the name of the first tool, the odds of the names are multiplied by what
retrieval gives them, as two independent opinions are; whether to call at all stays the model's choice. Knows nothing
of models or prompts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import cast

import numpy as np

from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.confidence import Ids, Logits
from agentkit.types import Near

_SHARPNESS = 15.0
"""Nats per unit of retrieval's score; measured on requests for tools that no model was trained on."""
_LEAST = 1e-9
_NAMED = re.compile(rb"[A-Za-z0-9_.-]")


class Prior:
    """Odds of the tools of one request; `opening` is the text before the name of the first tool."""

    def __init__(self, near: Sequence[Near], opening: bytes, vocabulary: Vocabulary) -> None:
        best = max(one.score for one in near)
        odds = [math.exp(_SHARPNESS * (one.score - best)) for one in near]
        self._calls = [(opening + one.tool.encode(), odd) for one, odd in zip(near, odds, strict=True)]
        self._vocabulary, self._opening = vocabulary, opening
        self._longest = max(len(call) for call, _ in self._calls)

    def weigh(self, logits: Logits, legal: Ids, text: bytes) -> Logits:
        """The logits after an answer of this text; unchanged where no tool's name is being chosen.

        `legal` are the ids that the grammar allows. The probability of all tools together stays what it was, and with
        it that of ids that lead to no tool.
        """
        if len(legal) < 2 or len(text) > self._longest or not _alike(text, self._opening):
            return logits
        left = [(call[len(text) :], odd) for call, odd in self._calls if call.startswith(text)]
        ids = cast("list[int]", legal.tolist())
        pieces = [self._vocabulary.pieces[token] for token in ids]
        whole = sum(odd for _, odd in left)
        gains = [self._gain(piece, left, whole) for piece in pieces]
        lead = np.array([one for one, gain in zip(ids, gains, strict=True) if gain is not None], np.intp)
        gained = np.array([gain for gain in gains if gain is not None], np.float32)
        if len(set(gained.tolist())) < 2:
            return logits
        weighed = logits.copy()
        weighed[lead] += gained
        weighed[lead] += _total(logits[lead]) - _total(weighed[lead])
        return weighed

    def _gain(self, piece: bytes, left: Sequence[tuple[bytes, float]], whole: float) -> float | None:
        """The logarithm of the share of the odds that a token goes on with; None for one that leads to no tool."""
        fits = [odd for rest, odd in left if rest.startswith(piece) or _ends(rest, piece)]
        return math.log(max(sum(fits) / whole, _LEAST)) if fits else None


def _alike(text: bytes, opening: bytes) -> bool:
    """Whether one is the beginning of the other."""
    return text.startswith(opening) or opening.startswith(text)


def _ends(rest: bytes, piece: bytes) -> bool:
    """Whether a token ends a name: after the rest of it stands what belongs to no name."""
    return piece.startswith(rest) and not _NAMED.match(piece[len(rest) :])


def _total(logits: Logits) -> float:
    """The logarithm of the summed odds."""
    top = float(logits.max())
    return top + math.log(float(np.exp(logits - top).sum()))
