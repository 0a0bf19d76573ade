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
from typing import Protocol

import numpy as np

from agentkit.errors import RunError
from agentkit.models.base import Cancel
from agentkit.models.drafts import Drafts
from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.confidence import Ids, Logits, choose, read_point
from agentkit.propose.constraint import Constraint
from agentkit.types import DecisionPoint, Sampling


class Runner(Protocol):
    """Forward passes over sequences that already hold the prompt."""

    def forward(self, feeds: Sequence[tuple[int, Sequence[int]]], tails: Sequence[int] = ()) -> list[Logits]:
        """Append tokens to sequences in one pass; the logits after the last token of each, valid until the next.

        `tails` says after how many of each one's last tokens logits are wanted, in order.
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


class Candidate:
    """One answer as it grows. `points` are the decisions taken, `forced` counts the tokens that were none.

    `guesses` ride at the end of the next pass; `stale` of the last ones did not stand and have to be forgotten.
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
    ) -> None:
        self._constraint = constraint
        self._vocabulary = vocabulary
        self._temperature = sampling.temperature
        if index and not sampling.temperature:
            self._temperature = 1.0
        self._top_p = sampling.top_p
        self._random = np.random.default_rng([sampling.seed, index])
        self._room = room
        self._clock = clock
        self._drafts = drafts
        self.guesses: list[int] = []
        self.stale = 0
        self._matcher = vocabulary.matcher(constraint.grammar)
        self._tracker = constraint.dialect.tracker()
        self._bits = np.zeros((len(vocabulary.pieces) + 31) // 32, dtype=np.int32)
        self.tokens: list[int] = []
        self.points: list[DecisionPoint] = []
        self.forced = 0
        self.truncated = False
        self.finished = False

    @property
    def text(self) -> str:
        """The answer so far."""
        return b"".join(self._vocabulary.pieces[token] for token in self.tokens).decode("utf-8", "replace")

    @property
    def log_probability(self) -> float:
        """The summed log-probability of the decisions, each over its legal set."""
        return sum(math.log(max(point.p, 1e-12)) for point in self.points)

    def open(self) -> list[int]:
        """The tokens that every answer starts with, to be read together with the prompt."""
        return self._force()

    def advance(self, *rows: Logits) -> list[int]:
        """Decide on the next tokens; returns what the next pass must read, nothing once the answer is complete.

        `rows` are the logits after all that was certain, and after each guess that was read with it.
        """
        stood = 0
        fresh = self._decide(rows[0])
        while self.guesses[stood:] and fresh:
            same = _alike(self.guesses[stood:], fresh)
            stood += same
            fresh = fresh[same:]
            if fresh:
                break
            fresh = self._decide(rows[stood])
        self.stale = len(self.guesses) - stood
        if self._drafts is not None and self.guesses:
            self._drafts.learn(len(self.guesses), stood)
        self.guesses = self._guess() if len(fresh) == 1 else []
        return fresh + self.guesses

    def _guess(self) -> list[int]:
        """What may follow the last token, as far as the grammar and the room allow it."""
        if self._drafts is None:
            return []
        guess = self._drafts.after(self.tokens)[: max(0, self._room - len(self.tokens))]
        return guess[: self._matcher.validate_tokens(guess)] if guess else guess

    def _decide(self, logits: Logits) -> list[int]:
        """Decide on one token; returns it and what the grammar dictates after it, nothing at the end."""
        start = time.perf_counter()
        ahead = self._matcher.compute_ff_bytes()
        legal = self._legal()
        start = self._clock.add("mask", start)
        token = choose(logits, legal, self._temperature, self._top_p, self._random.random())
        piece = self._vocabulary.pieces[token]
        if len(legal) > 1 and (token in self._vocabulary.ends or len(piece) > len(ahead)):
            name = self._tracker.ahead(ahead)
            self.points.append(read_point(logits, legal, token, name, self._vocabulary.spell))
        else:
            self.forced += 1
        start = self._clock.add("confidence", start)
        if token in self._vocabulary.ends:
            self.finished = True
            return []
        self._take(token)
        following = self._force()
        self._clock.add("mask", start)
        self._close()
        return [] if self.finished else [token, *following]

    def _legal(self) -> Ids:
        self._matcher.unsafe_compute_mask_ptr(self._bits.ctypes.data, self._bits.nbytes)
        if self._matcher.is_error():
            raise RunError(f"the grammar gave up: {self._matcher.get_error()}", hint="simplify the tools' schemas")
        return self._vocabulary.legal(self._bits)

    def _close(self) -> None:
        if self._matcher.is_stopped():
            self.finished = True
        elif len(self.tokens) >= self._room:
            self.finished = self.truncated = True

    def _take(self, token: int) -> bool:
        """Read on by one token; True when the grammar was refined and what is forced has to be asked anew."""
        if not self._matcher.consume_token(token):
            raise RunError(f"the grammar refused its own token: {self._matcher.get_error()}")
        self.tokens.append(token)
        started = self._tracker.started
        self._tracker.feed(self._vocabulary.pieces[token])
        if self._tracker.started == started or not started:
            return False
        refined = self._constraint.refine(tuple(self._tracker.names))
        if refined is self._constraint:
            return False
        self._constraint = refined
        self._matcher = self._vocabulary.matcher(refined.grammar)
        if not self._matcher.consume_tokens(self.tokens):
            raise RunError(f"the refined grammar refused the answer so far: {self._matcher.get_error()}")
        return True

    def _force(self) -> list[int]:
        """Read on through what the grammar dictates."""
        taken: list[int] = []
        again = True
        while again and not self._matcher.is_stopped():
            again = False
            for token in self._matcher.compute_ff_tokens():
                taken.append(token)
                again = self._take(token)
                if again:
                    break
        self.forced += len(taken)
        return taken


def _alike(left: Sequence[int], right: Sequence[int]) -> int:
    """How many tokens two short sequences begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))


def run(candidates: Sequence[Candidate], first: Logits, runner: Runner, clock: Clock, cancel: Cancel | None) -> int:
    """Decode until every candidate is complete; `first` are the logits after the prompt, shared by all.

    Candidate i lives in sequence i. Returns the number of forward passes.
    """
    live = [(index, candidate, candidate.advance(first)) for index, candidate in enumerate(candidates)]
    passes = 0
    while live := [one for one in live if one[2]]:
        if cancel is not None:
            cancel.check()
        start = time.perf_counter()
        tails = [1 + len(candidate.guesses) for _, candidate, _ in live]
        rows = iter(runner.forward([(index, tokens) for index, _, tokens in live], tails))
        clock.add("decode", start)
        passes += 1
        following: list[tuple[int, Candidate, list[int]]] = []
        for (index, candidate, _), tail in zip(live, tails, strict=True):
            following.append((index, candidate, candidate.advance(*itertools.islice(rows, tail))))
            if candidate.stale:
                runner.drop(index, candidate.stale)
        live = following
    return passes
