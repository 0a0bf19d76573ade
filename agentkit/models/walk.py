"""The way of one answer through a grammar, and what earlier answers found out on the same way.

Knows nothing of logits or forward passes. Where few tokens are legal, what the grammar says is remembered by the
tokens that led there: the structure of an answer comes again and again. So is what a free text may begin with; inside
one nothing is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from llguidance import LLMatcher

from agentkit.errors import RunError
from agentkit.propose.legal import Bits, Legal

_FEW = 64
_STATES, _WIDE = 4096, 64


class _State:
    """What the grammar says after some tokens, as far as it has been asked; `after` are the states one token on."""

    __slots__ = ("after", "ahead", "bits", "few", "forced", "kept", "legal", "stopped")

    def __init__(self, *, stopped: bool = False, kept: bool = True) -> None:
        self.stopped, self.kept = stopped, kept
        self.ahead: bytes | None = None
        self.forced: tuple[int, ...] | None = None
        self.few: bool | None = None
        self.legal: Legal | None = None
        self.bits: Bits | None = None  # of many legal tokens: a fortieth of their size
        self.after: dict[int, _State] = {}


@dataclass
class Start:
    """The start of a grammar over `size` tokens: a matcher that is only copied, and the states that were passed.

    Threads share it: a state that two fill in at once gets the same values twice.
    """

    matcher: LLMatcher
    size: int
    root: _State = field(default_factory=_State)
    states: int = 0
    wide: int = 0


class Walk:
    """A position in a grammar. Raises `RunError` when the grammar refuses a token or gives up."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._state = start.root
        self._matcher: LLMatcher | None = None
        self._unread: list[int] = []

    def fork(self) -> Walk:
        """Another walk from here."""
        other = Walk(self._start)
        other._state = self._state
        other._matcher = None if self._matcher is None else self._matcher.deep_copy()
        other._unread = list(self._unread)
        return other

    @property
    def stopped(self) -> bool:
        """Whether nothing can follow."""
        return self._state.stopped

    @property
    def structure(self) -> bool:
        """Whether every token up to here was dictated or one of few; not so inside and after a free text."""
        return self._state.kept

    def ahead(self) -> bytes:
        """The bytes that must follow, whatever their tokens."""
        state = self._state
        if state.ahead is None:
            state.ahead = b"" if state.stopped else self._read().compute_ff_bytes()
        return state.ahead

    def forced(self) -> tuple[int, ...]:
        """The tokens that must follow, without a last one that might yet become part of a longer one."""
        state = self._state
        if state.forced is None:
            state.forced = tuple(self._read().compute_ff_tokens()) if self.ahead() else ()
        return state.forced

    def few(self) -> bool:
        """Whether there is a choice among few tokens."""
        state = self._state
        if state.few is None:
            state.few = not state.stopped and 1 < len(self.legal()) <= _FEW
        return state.few

    def legal(self) -> Legal:
        """The tokens that may follow."""
        state = self._state
        if state.legal is not None:
            return state.legal
        start = self._start
        if state.bits is not None:
            return Legal.masked(state.bits, start.size)
        bits = mask(self._read(), start.size)
        found = Legal.masked(bits, start.size)
        if len(found) <= _FEW or not state.kept:
            state.legal = found
        elif start.wide < _WIDE:
            state.bits, start.wide = bits, start.wide + 1
        return found

    def admits(self, tokens: Sequence[int]) -> int:
        """How many of the tokens may follow, one after the other."""
        state, known = self._state, 0
        for token in tokens:
            after = state.after.get(token)
            if after is None:
                return self._read().validate_tokens(list(tokens))
            state, known = after, known + 1
        return known

    def take(self, token: int) -> None:
        """Go on by one token."""
        state = self._state
        known = state.after.get(token)
        if known is not None:
            self._unread.append(token)
            self._state = known
            return
        matcher = self._read()
        if not matcher.consume_token(token):
            raise RunError(f"the grammar refused its own token: {matcher.get_error()}")
        self._state = self._next(state, token, matcher.is_stopped())

    def _next(self, state: _State, token: int, stopped: bool) -> _State:
        """The state after a token; remembered where few tokens were legal, else only for as long as this walk."""
        start = self._start
        structure = bool(state.forced) or (state.legal is not None and len(state.legal) <= _FEW)
        made = _State(stopped=stopped, kept=state.kept and structure)
        if state.forced and state.forced[0] == token and len(state.forced) > 1:
            made.forced = state.forced[1:]
        if made.kept:
            if start.states >= _STATES:
                start.root, start.states, start.wide = _State(), 0, 0
            start.states += 1
        if made.kept or not state.kept:
            state.after[token] = made
        return made

    def _read(self) -> LLMatcher:
        """The matcher, having read all that was taken."""
        if self._matcher is None:
            self._matcher = self._start.matcher.deep_copy()
        if self._unread:
            if not self._matcher.consume_tokens(self._unread):
                raise RunError(f"the grammar refused its own tokens: {self._matcher.get_error()}")
            self._unread = []
        return self._matcher


def mask(matcher: LLMatcher, size: int) -> Bits:
    """A bit for each of `size` tokens, set where it may come next."""
    bits = np.empty((size + 31) // 32, dtype=np.int32)
    matcher.unsafe_compute_mask_ptr(bits.ctypes.data, bits.nbytes)
    if matcher.is_error():
        raise RunError(f"the grammar gave up: {matcher.get_error()}", hint="simplify the tools' schemas")
    return bits
