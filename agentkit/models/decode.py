"""The decode loop: candidates advance together, one forward pass at a time, each under its own constraint.

Knows nothing of llama.cpp; a `Runner` does the forward passes. Text that the constraint dictates is tokenised
canonically and rides in the next pass, so that a pass is spent only where the model has something to decide. So do
guesses, which stand only as far as the model decides the same.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np

from agentkit.models.base import Cancel
from agentkit.models.drafts import Drafts
from agentkit.models.guess import Guess, alike
from agentkit.models.steer import Steer
from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.confidence import Logits, choose, read_point
from agentkit.propose.constraint import Constraint
from agentkit.propose.legal import Legal
from agentkit.types import DecisionPoint, Sampling


class Runner(Protocol):
    """Forward passes over sequences that already hold the prompt."""

    def forward(self, feeds: Sequence[tuple[int, Sequence[int]]], rows: Sequence[Sequence[int]] = ()) -> list[Logits]:
        """Append tokens to sequences in one pass; the logits after the last token of each, valid until the next.

        `rows` says after how many of each one's tokens logits are wanted, in order; after all of them at least.
        """
        ...

    def drop(self, sequence: int, count: int) -> None:
        """Forget the last tokens of a sequence."""
        ...


@dataclass
class Clock:
    """Milliseconds spent per phase."""

    ms: dict[str, float] = field(default_factory=dict[str, float])

    def add(self, phase: str, start: float) -> float:
        """Count the time since `start` (of `time.perf_counter`) for a phase; returns the time now."""
        now = time.perf_counter()
        self.ms[phase] = self.ms.get(phase, 0.0) + (now - start) * 1000.0
        return now

    def move(self, phase: str, other: str, spent: float) -> None:
        """Count so many seconds of one phase for another one."""
        if spent:
            self.ms[phase] -= spent * 1000.0
            self.ms[other] = self.ms.get(other, 0.0) + spent * 1000.0


class Candidate:
    """One answer as it grows. `points` are the decisions taken, `forced` counts the tokens that were none.

    `guess` rides at the end of the next pass; `stale` of the last tokens did not stand and have to be forgotten.
    """

    def __init__(
        self,
        constraint: Constraint,
        vocabulary: Vocabulary,
        sampling: Sampling,
        *,
        index: int,
        room: int,
        clock: Clock,
        drafts: Drafts | None = None,
        steer: Steer | None = None,
    ) -> None:
        self._constraint = constraint
        self._vocabulary = vocabulary
        self._temperature = sampling.temperature
        if index and not sampling.temperature:
            self._temperature = 1.0
        self._top_p = sampling.top_p
        self._seed = sampling.seed, index
        self._room = room
        self._clock = clock
        self._drafts, self._steer = drafts, steer
        self._walk = vocabulary.walk(constraint.grammar)
        self._tracker = constraint.dialect.tracker()
        self.guess = Guess()
        self.stale = 0
        self.tokens: list[int] = []
        self.points: list[DecisionPoint] = []
        self.forced = 0
        self.truncated = False
        self.finished = False

    @cached_property
    def _random(self) -> np.random.Generator:
        """What draws come from; a greedy answer needs none, and the module that makes it takes a while to load."""
        return np.random.default_rng(self._seed)

    @property
    def text(self) -> str:
        """The answer so far."""
        return self._written.decode("utf-8", "replace")

    @property
    def _written(self) -> bytes:
        return b"".join([self._vocabulary.pieces[token] for token in self.tokens])

    @property
    def log_probability(self) -> float:
        """The summed log-probability of the decisions, each over its legal set."""
        return sum(math.log(max(point.p, 1e-12)) for point in self.points)

    def open(self) -> list[int]:
        """The tokens that every answer starts with, to be read together with the prompt; a guess may ride along."""
        start = time.perf_counter()
        taken = self._force()
        self._clock.add("mask", start)
        self._look_ahead()
        return taken

    def advance(self, *rows: Logits) -> list[int]:
        """Decide on the next tokens; returns what the next pass must read, nothing once the answer is complete.

        The next pass reads `guess` after it. `rows` are the logits after all that was certain, and those that the
        guess wanted.
        """
        guess, stood = self.guess, 0
        at = {0: rows[0], **dict(zip(guess.rows, rows[1:], strict=True))}
        fresh = self._decide(rows[0])
        while guess.tokens[stood:] and fresh:
            same = alike(guess.tokens[stood:], fresh)
            stood, fresh = stood + same, fresh[same:]
            if fresh:
                break
            if stood not in at:  # read, but not asked about: the grammar was refined meanwhile
                stood, fresh = stood - 1, guess.tokens[stood - 1 : stood]
                break
            fresh = self._decide(at[stood])
        self.stale = len(guess.tokens) - stood
        if self._drafts is not None and guess.tokens:
            self._drafts.learn(guess, stood)
        if fresh:
            self._look_ahead()
        return fresh

    def _look_ahead(self) -> None:
        """Guess what may follow, as far as the grammar and the room allow it."""
        start = time.perf_counter()
        if self._drafts is not None:
            self.guess = self._drafts.guess(self._walk, self.tokens, self._room - len(self.tokens))
        self._clock.add("draft", start)
        self._filled_in("draft")

    def _filled_in(self, phase: str) -> None:
        """Count the filling of slots by itself: it is done when it is first asked for."""
        if self._steer is not None:
            self._clock.move(phase, "slots", self._steer.spent())

    def _decide(self, logits: Logits) -> list[int]:
        """Decide on one token; returns it and what the grammar dictates after it, nothing at the end."""
        start = time.perf_counter()
        legal = self._walk.legal()
        ahead = self._walk.ahead()
        start = self._clock.add("mask", start)
        if self._steer is not None:
            logits, legal = self._steer.weigh(logits, legal, self._written, self._tracker)
        draw = self._random.random() if self._temperature else 0.0
        token = choose(logits, legal, self._temperature, self._top_p, draw)
        if is_decision(legal, token, ahead, self._vocabulary):
            name = self._tracker.ahead(ahead)
            self.points.append(read_point(logits, legal, token, name, self._vocabulary.spell))
        else:
            self.forced += 1
        start = self._clock.add("confidence", start)
        self._filled_in("confidence")
        if token in self._vocabulary.ends:
            self.finished = True
            return []
        self._take(token)
        following = self._force()
        self._clock.add("mask", start)
        self._close()
        return [] if self.finished else [token, *following]

    def _close(self) -> None:
        if self._walk.stopped:
            self.finished = True
        elif len(self.tokens) >= self._room:
            self.finished = self.truncated = True

    def _take(self, token: int) -> bool:
        """Read on by one token; True when the grammar was refined and what is forced has to be asked anew."""
        self._walk.take(token)
        self.tokens.append(token)
        started = self._tracker.started
        self._tracker.feed(self._vocabulary.pieces[token])
        if self._tracker.started == started or not started:
            return False
        refined = self._constraint.refine(tuple(self._tracker.names))
        if refined is self._constraint:
            return False
        self._constraint = refined
        self._walk = self._vocabulary.walk(refined.grammar)
        for one in self.tokens:
            self._walk.take(one)
        return True

    def _force(self) -> list[int]:
        """Read on through what the grammar dictates."""
        taken: list[int] = []
        again = True
        while again and not self._walk.stopped:
            again = False
            for token in self._walk.forced():
                taken.append(token)
                again = self._take(token)
                if again:
                    break
        self.forced += len(taken)
        return taken


def is_decision(legal: Legal, token: int, ahead: bytes, vocabulary: Vocabulary) -> bool:
    """Whether taking a token decided anything: there was a choice, and it says more than the text that must follow."""
    return len(legal) > 1 and (token in vocabulary.ends or len(vocabulary.pieces[token]) > len(ahead))


def run(
    candidates: Sequence[Candidate], first: Sequence[Logits], runner: Runner, clock: Clock, cancel: Cancel | None
) -> int:
    """Decode until every candidate is complete; `first` are the logits that reading the prompt and the guess gave.

    Candidate i lives in sequence i, and all begin alike; where there are several, nothing was guessed. Returns the
    number of forward passes.
    """
    live = [(index, candidate, candidate.advance(*first)) for index, candidate in enumerate(candidates)]
    for index, candidate, _ in live:
        if candidate.stale:
            runner.drop(index, candidate.stale)
    passes = 0
    while live := [one for one in live if one[2]]:
        if cancel is not None:
            cancel.check()
        start = time.perf_counter()
        feeds = [(index, fresh + candidate.guess.tokens) for index, candidate, fresh in live]
        wanted = [[len(fresh), *(len(fresh) + row for row in one.guess.rows)] for _, one, fresh in live]
        logits = iter(runner.forward(feeds, wanted))
        clock.add("decode", start)
        passes += 1
        following: list[tuple[int, Candidate, list[int]]] = []
        for (index, candidate, _), rows in zip(live, wanted, strict=True):
            following.append((index, candidate, candidate.advance(*itertools.islice(logits, len(rows)))))
            if candidate.stale:
                runner.drop(index, candidate.stale)
        live = following
    return passes
