"""Guesses at what an answer goes on with: what followed the same words in the request.

Knows nothing of models. Arguments are often copied from the request; a guess rides in a forward pass that is due
anyway, and stands only where the model, asked after the mask, decides the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from agentkit.models.vocabulary import Vocabulary

_FIRST, _MOST = 2, 8
_CONTEXT = 4


class Drafts:
    """Guesses for one answer from the tokens of one prompt; longer ones while they stand, short ones after a miss."""

    def __init__(self, ids: Sequence[int], vocabulary: Vocabulary) -> None:
        self._ids, self._vocabulary = ids, vocabulary
        self._most = _FIRST
        self._after: dict[bytes, list[int]] = {}
        for at, token in enumerate(ids):
            self._after.setdefault(self._word(token), []).append(at + 1)

    def learn(self, guessed: int, stood: int) -> None:
        """Whether the last guesses were any good."""
        self._most = min(_MOST, 2 * self._most) if stood == guessed else _FIRST

    def after(self, tokens: Sequence[int]) -> list[int]:
        """What may follow an answer that ends with `tokens`; empty where its last token is not in the prompt."""
        places = self._after.get(self._word(tokens[-1]), ())
        at = max(places, key=lambda place: self._alike(tokens, place), default=len(self._ids))
        guess: list[int] = []
        for token in self._ids[at : at + self._most]:
            if token in self._vocabulary.special or token in self._vocabulary.ends:
                break
            guess.append(token)
        return guess

    def _word(self, token: int) -> bytes:
        """A token as it reads at the start of a value, where the space before it is gone."""
        return self._vocabulary.pieces[token].lstrip(b" ")

    def _alike(self, tokens: Sequence[int], place: int) -> int:
        """How many tokens before a place in the prompt are those that the answer ends with."""
        for count in range(1, min(_CONTEXT, place, len(tokens)) + 1):
            if self._word(self._ids[place - count]) != self._word(tokens[-count]):
                return count - 1
        return min(_CONTEXT, place, len(tokens))
