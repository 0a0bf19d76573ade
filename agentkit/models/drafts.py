"""Guesses at what an answer goes on with, from the request's own words and from what the grammar leaves open.

Knows nothing of models. Arguments are often copied from the request, and a choice among few is often named in it. A
guess rides in a forward pass that is due anyway, and stands only where the model, asked after the mask, decides the
same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import cast

from agentkit.models.vocabulary import Vocabulary
from agentkit.models.walk import Walk

_FIRST, _MOST = 2, 8
_ALL = 24
_WORDS = 96
_CONTEXT = 32
_BREAK = b"\x00"
_LAST_WORD = re.compile(rb"[\w\x80-\xff]+$")
_NAME = re.compile(rb"[\w\x80-\xff]*")
_WORD = re.compile(rb"[0-9]+|[A-Za-z\x80-\xff]+")


@dataclass(frozen=True)
class Guess:
    """Tokens that may follow, after how many of them the model has to decide again, and how many were copied."""

    tokens: list[int] = field(default_factory=list[int])
    rows: list[int] = field(default_factory=list[int])
    copied: int = 0


class Drafts:
    """Guesses for one answer from the tokens of one prompt.

    `usual` are the tokens that a call begins with, `tool` is the one that the request seems to name. Copies are longer
    while they stand, and `first` tokens long at the start and after a miss.
    """

    def __init__(
        self,
        ids: Sequence[int],
        vocabulary: Vocabulary,
        *,
        usual: Sequence[int] = (),
        tool: str | None = None,
        first: int = _FIRST,
    ) -> None:
        self._ids, self._vocabulary, self._usual = ids, vocabulary, list(usual)
        self._tool = [tool.encode()] if tool else []
        self._most = self._first = first
        pieces, skipped = vocabulary.pieces, vocabulary.special | vocabulary.ends
        texts = [_BREAK if token in skipped else pieces[token] for token in ids]
        self._text = b"".join(texts)
        self._token_at = {end: at for at, end in enumerate(accumulate(map(len, texts), initial=0))}

    def learn(self, guess: Guess, stood: int) -> None:
        """How many tokens of a guess stood; copies become longer, or short again."""
        if guess.copied:
            self._most = min(_MOST, 2 * self._most) if stood == len(guess.tokens) else self._first

    def guess(self, walk: Walk, tokens: Sequence[int], room: int) -> Guess:
        """What may follow an answer of these tokens at this point of the grammar; at most `room` tokens."""
        walk, pieces = walk.fork(), self._vocabulary.pieces
        text = b"".join([pieces[token] for token in tokens])
        found, rows, copied = list[int](), list[int](), 0
        most = min(room, _ALL)
        while len(found) < most and not copied:
            steps: list[list[int]] = []
            # Inside a text a copy is likelier than a name, and cheaper to look for.
            for copying in (False, True) if walk.structure else (True, False):
                steps = self._follow(walk, self._copied(text) if copying else self._next(walk, [*tokens, *found], text))
                if steps:
                    copied = copying * sum(map(len, steps))
                    break
            if not steps:
                break
            for step in steps:
                found += step
                rows.append(len(found))
                text += b"".join([pieces[token] for token in step])
        while rows and rows[-1] > room:
            rows.pop()
        return Guess(found[: rows[-1]] if rows else [], rows, copied)

    def _follow(self, walk: Walk, left: list[int]) -> list[list[int]]:
        """Take a guess, each token with what the grammar dictates after it; nothing that would end the answer.

        Nothing is decided after an end, so reading it would be for nothing.
        """
        steps: list[list[int]] = []
        while left and not walk.stopped and walk.admits(left[:1]):
            token, *left = left
            walk.take(token)
            forced = walk.forced()
            for one in forced:
                walk.take(one)
            if walk.stopped:
                break
            steps.append([token, *forced])
            same = alike(left, forced)
            left = left[same:] if same == len(forced) else []
        return steps

    def _next(self, walk: Walk, tokens: list[int], text: bytes) -> list[int]:
        """What the structure of a call suggests."""
        if len(tokens) < len(self._usual) and tokens == self._usual[: len(tokens)]:
            return self._usual[len(tokens) :]
        named = self._named(walk, text)
        ahead = walk.ahead().rstrip(b" ")
        if named or not ahead or _LAST_WORD.search(ahead):
            return named
        return self._vocabulary.tokens(ahead)

    def _copied(self, text: bytes) -> list[int]:
        """What follows in the prompt where it reads like the end of the answer, from the start of a word on."""
        place = max(self._places(text), key=lambda at: self._context(text, at), default=-1)
        if place < 0:
            return []
        start = place
        while start not in self._token_at and start < len(self._text):
            start += 1
        at = self._token_at[start]
        guess = self._vocabulary.tokens(self._text[place:start]) if start > place else []
        for token in self._ids[at : at + self._most]:
            if token in self._vocabulary.special or token in self._vocabulary.ends:
                break
            guess.append(token)
        return guess[: self._most]

    def _places(self, text: bytes) -> Iterator[int]:
        """Where in the prompt a word ends, or goes on, that the answer ends with."""
        word = _LAST_WORD.search(text)
        end = word.group() if word else text[-3:]
        at = self._text.find(end) if word or len(end) == 3 else -1
        while at >= 0:
            if not word or not at or not _LAST_WORD.match(self._text[at - 1 : at]):
                yield at + len(end)
            at = self._text.find(end, at + 1)

    def _context(self, text: bytes, place: int) -> int:
        """How many bytes before a place in the prompt are those that the answer ends with."""
        most = min(_CONTEXT, place, len(text))
        return next((n for n in range(most) if text[-1 - n] != self._text[place - 1 - n]), most)

    def _named(self, walk: Walk, text: bytes) -> list[int]:
        """Where few tokens are legal: a word of the request that is legal as a whole and not in the answer yet."""
        lead = walk.ahead()
        after = self._after(walk, self._vocabulary.tokens(lead.rstrip(b" "))) if lead.rstrip(b" ") else walk
        if after is None or not after.few():
            return []
        inner, starts = after.ahead(), self._starts(after)
        for word in (*self._tool, *self._words):
            if word not in text and any(map((inner + word).startswith, starts)):
                tokens = self._vocabulary.tokens(lead + word)
                if word in self._tool or self._ends(self._after(walk, tokens)):
                    return tokens
        return []

    def _after(self, walk: Walk, tokens: list[int]) -> Walk | None:
        """Where the tokens lead; None where they are not legal."""
        if walk.admits(tokens) < len(tokens):
            return None
        walk = walk.fork()
        for token in tokens:
            walk.take(token)
        return walk

    def _ends(self, walk: Walk | None) -> bool:
        """Whether a word can end here; of a name that goes on, the rest must be in the request too."""
        if walk is None or walk.stopped:
            return walk is not None
        ahead = walk.ahead()
        if ahead[:1].isalnum():
            return False
        if ahead:
            return all(word in self._words for word in _WORD.findall(_NAME.findall(ahead)[0]))
        return not walk.few() or not all(piece[:1].isalnum() for piece in self._starts(walk))

    def _starts(self, walk: Walk) -> list[bytes]:
        """What the next token may read like."""
        legal = cast("list[int]", walk.legal().tolist())
        return [piece for piece in map(self._vocabulary.pieces.__getitem__, legal) if piece]

    @cached_property
    def _words(self) -> list[bytes]:
        """The last words of the prompt, in order, also as they read without capitals."""
        found = _WORD.findall(self._text)[-_WORDS:]
        return list(dict.fromkeys(one for word in found for one in (word, word.lower())))


def alike(left: Sequence[int], right: Sequence[int]) -> int:
    """How many tokens two short sequences begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
