"""What slot filling thinks an answer goes on with, as tokens to guess. Knows nothing of models or of the grammar."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Protocol

from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.tracking import Tracker

_INSIDE = 0.98
"""How likely a token is where the pieces of text that it belongs to are certain."""


class Filling(Protocol):
    """What is thought of the arguments of the call that an answer has come to."""

    def likeliest(self, tracker: Tracker) -> Sequence[tuple[bytes, float]]:
        """How the call likely goes on: pieces of text, and how likely each is once those before it stand."""
        ...


class FillingReader:
    """Reads an answer, and what is guessed of it, to tell how it goes on."""

    def __init__(self, filling: Filling, tracker: Tracker, vocabulary: Vocabulary, text: bytes) -> None:
        self._filling, self._tracker, self._vocabulary = filling, tracker, vocabulary
        tracker.feed(text)

    def feed(self, data: bytes) -> None:
        """Read on."""
        self._tracker.feed(data)

    def following(self, most: int) -> list[tuple[int, float]]:
        """At most so many tokens, each with how likely it is once those before it stand; none if nothing is known."""
        pieces = self._filling.likeliest(self._tracker)
        tokens = self._vocabulary.tokens(b"".join([piece for piece, _ in pieces]))[:most] if pieces else ()
        places = accumulate([len(piece) for piece, _ in pieces], initial=0)
        odds = {at: p for at, (_, p) in zip(places, pieces, strict=False)}
        found, start = list[tuple[int, float]](), 0
        for token in tokens:
            end = start + len(self._vocabulary.pieces[token])
            found.append((token, _INSIDE * math.prod([odds[at] for at in range(start, end) if at in odds])))
            start = end
        return found
