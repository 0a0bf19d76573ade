"""Tokens that may follow an answer, how likely they are, and how far it pays to read them along. Knows no requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agentkit.models.walk import Walk


@dataclass(frozen=True)
class Guess:
    """Tokens that may follow, after how many of them the model has to decide again, and where copies end in them."""

    tokens: list[int] = field(default_factory=list[int])
    rows: list[int] = field(default_factory=list[int])
    copies: list[int] = field(default_factory=list[int])


@dataclass(frozen=True)
class Option:
    """Tokens to try: how likely the first is, and each of the rest once those before it stand.

    `copied`: they are words of the request; `ends`: a value likely ends with them; `each` says how likely each is.
    """

    tokens: list[int] = field(default_factory=list[int])
    p: float = 1.0
    rest: float = 1.0
    copied: bool = False
    ends: bool = False
    each: tuple[float, ...] = ()

    @property
    def steps(self) -> list[tuple[int, float]]:
        """The tokens with how likely each is."""
        return list(zip(self.tokens, self.each or (self.p, *[self.rest] * (len(self.tokens) - 1)), strict=False))


NOTHING = Option()


def follow(walk: Walk, option: Option, chance: float, room: int, alone: float) -> tuple[list[list[int]], float]:
    """Take an option as far as it pays, each token with what the grammar dictates after it; how likely it all is.

    `alone`: reading so many tokens along costs as much as what a pass costs beside its tokens. Nothing is taken that
    would end the answer: nothing is decided after an end, so reading it would be for nothing.
    """
    steps, left = list[list[int]](), option.steps
    while left and not walk.stopped and walk.admits([left[0][0]]):
        (token, p), *left = left
        walk.take(token)
        forced = walk.forced()
        for one in forced:
            walk.take(one)
        step, p = [token, *forced], p * chance
        if walk.stopped or len(step) > room or not pays(p, alone, len(step)):
            break
        steps.append(step)
        chance, room = p, room - len(step)
        same = alike([token for token, _ in left], forced)
        left = left[same:] if same == len(forced) else []
    return steps, chance


def pays(p: float, alone: float, count: int) -> bool:
    """Whether reading so many tokens along, which stand with probability p, is likely to save more than it costs."""
    return p * alone >= (1.0 - p) * count


def alike(left: Sequence[int], right: Sequence[int]) -> int:
    """How many tokens two short sequences begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
