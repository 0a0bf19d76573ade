"""Where in a request the value of the next argument may begin, and where it ends; only a guess to try.

Knows nothing of models, and of languages only that short words in small letters seldom begin a value. The weights are
rounded from a fit to 2,858 values that public requests for calls give word for word; there, the first guess is where
the value begins for half of them.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from dataclasses import dataclass

_MOST = 96
_WORD = re.compile(rb"[^\s\"'.,;:!?()]+(?:['.:@,]+[^\s\"'.,;:!?()]+)*")
_PART = re.compile(rb"[0-9]+|[A-Za-z\x80-\xff]+")
_KEY = re.compile(rb"(\w+)\W*$")
_SHORT, _BACK, _PHRASE = 4, 3, 8
_NUMBER, _CAPITAL, _SMALL, _AFTER_SMALL, _FIRST, _QUOTED = 0.9, 0.6, -0.9, 0.7, -1.3, 1.0
_WRITTEN, _AFTER_WRITTEN, _AFTER_KEY, _NEXT, _BEFORE = -2.5, 0.4, 0.7, 0.6, -0.8


@dataclass(frozen=True)
class Phrase:
    """Words of a request that may be a value; how likely it begins there; whether it likely ends where they do."""

    text: bytes
    p: float
    ends: bool


class Said:
    """What the user said last."""

    def __init__(self, text: str) -> None:
        self._text = text.encode()
        self._spans = [found.span() for found in _WORD.finditer(self._text)][-_MOST:]
        self._ends = [end for _, end in self._spans]
        self._words = [self._text[start:end] for start, end in self._spans]
        self._parts = [_PART.findall(word.lower()) for word in self._words]
        self._small = [len(word) <= _SHORT and word.isalpha() and word.islower() for word in self._words]
        self._small[-1:] = [False] * len(self._small[-1:])  # a short word leads on to another one
        self._plain = [self._static(at) for at in range(len(self._words))]

    def value(self, answer: bytes) -> Phrase | None:
        """The likeliest value to go on with where an answer has come to the start of one; None where it is written."""
        if not self._words:
            return None
        key = _KEY.search(answer)
        names = _PART.findall(key.group(1).lower()) if key else []
        written = _PART.findall(answer[: key.start()].lower() if key else answer.lower())
        scores = self._scores(set(names), written)
        best = max(range(len(scores)), key=scores.__getitem__)
        carrying = next((at for at in range(best, len(scores)) if not self._small[at]), best)
        if set(written).issuperset(self._parts[carrying]):
            return None
        total = sum([math.exp(score - scores[best]) for score in scores])
        text, ends = self._phrase(best)
        return Phrase(text, 1.0 / total, ends)

    def rest(self, place: int) -> Phrase | None:
        """How a value goes on that has come to a place in the text, in bytes; None beyond its words."""
        at = bisect_left(self._ends, place)
        if at == len(self._words):
            return None
        if self._ends[at] == place:
            if self._over(at):
                return Phrase(b"", 1.0, ends=True)
            at += 1
        text, ends = self._phrase(at)
        return Phrase(text[max(0, place - self._spans[at][0]) :], 1.0, ends)

    def _scores(self, names: set[bytes], written: list[bytes]) -> list[float]:
        """How much speaks for each word as the beginning."""
        seen, scores, last = set(written), list(self._plain), self._last(written)
        for at, parts in enumerate(self._parts):
            if not seen.isdisjoint(parts):
                scores[at] += _WRITTEN
                if at + 1 < len(scores):
                    scores[at + 1] += _AFTER_WRITTEN
            if at + 1 < len(scores) and not names.isdisjoint(parts):
                scores[at + 1] += _AFTER_KEY
            if at <= last:
                scores[at] += _BEFORE
        following = next((at for at in range(last + 1, len(scores)) if not self._small[at]), -1)
        if last >= 0 and following >= 0:
            scores[following] += _NEXT
        return scores

    def _static(self, at: int) -> float:
        """What speaks for a word whatever the answer is."""
        word, start = self._words[at], self._spans[at][0]
        score = _SMALL * self._small[at] + _NUMBER * any(byte in b"0123456789@" for byte in word)
        score += _QUOTED * (self._text[start - 1 : start] in (b'"', b"'"))
        if at == 0:
            return score + _FIRST
        return score + _CAPITAL * word[:1].isupper() + _AFTER_SMALL * (self._small[at - 1] and not self._small[at])

    def _last(self, written: list[bytes]) -> int:
        """The word of the request that the answer has come to; -1 where it has none of its words lately."""
        for part in reversed(written[-_BACK:]):
            for at, parts in enumerate(self._parts):
                if part in parts:
                    return at
        return -1

    def _phrase(self, at: int) -> tuple[bytes, bool]:
        """The words from one on that may belong together, and whether they likely end there."""
        start, last = self._spans[at][0], min(at + _PHRASE, len(self._words)) - 1
        for here in range(at, last + 1):
            if self._over(here):
                return self._text[start : self._spans[here][1]], True
        return self._text[start : self._spans[last][1]], False

    def _over(self, at: int) -> bool:
        """Whether a value likely ends with a word: at the end, before a mark, after a name."""
        if at == len(self._words) - 1:
            return True
        word, following = self._words[at], self._words[at + 1]
        name = len(word) > 1 and (word[:1].isupper() or b"@" in word)
        between = self._text[self._spans[at][1] : self._spans[at + 1][0]]
        return between != b" " or (name and not following[:1].isupper())
