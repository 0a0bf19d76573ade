"""A model's tokens as the decode loop and the grammar engine see them.

Knows nothing of llama.cpp: it is built from pieces, kinds and a function that tokenises.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from llguidance import LLMatcher, LLTokenizer
from numpy.typing import NDArray

from agentkit.errors import RunError
from agentkit.propose.confidence import Ids
from agentkit.propose.fingerprint import Cache

_MATCHERS = 64
_MASKS = 24


@dataclass(frozen=True)
class Vocabulary:
    """`pieces[i]` is what token i adds to a text; `special` tokens open roles and may not come from anyone's words.

    `owner` is what must stay alive for as long as the tokenizer is used.
    """

    pieces: tuple[bytes, ...] = field(repr=False)
    special: frozenset[int]
    ends: frozenset[int]
    tokenizer: LLTokenizer
    owner: object = field(default=None, repr=False)
    _matchers: OrderedDict[str, LLMatcher] = field(
        default_factory=OrderedDict[str, LLMatcher], compare=False, repr=False
    )
    _legal: Cache[Ids] = field(default_factory=lambda: Cache(_MASKS), compare=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)

    @cached_property
    def special_texts(self) -> dict[str, int]:
        """The special tokens by their text."""
        return {self.pieces[token].decode("utf-8", "replace"): token for token in sorted(self.special)}

    def spell(self, token: int) -> str:
        """A token for people to read."""
        return self.pieces[token].decode("utf-8", "replace")

    def legal(self, bits: NDArray[np.int32]) -> Ids:
        """The tokens of a mask, in order, as a read-only array: inside a text the same mask comes again and again."""
        key = bits.tobytes()
        found = self._legal.get(key)
        if found is None:
            flags = np.unpackbits(bits.view(np.uint8), bitorder="little").view(np.bool_)
            found = np.flatnonzero(flags[: len(self.pieces)])
            found.flags.writeable = False
            self._legal.put(key, found)
        return found

    def matcher(self, grammar: str) -> LLMatcher:
        """A matcher at the start of a grammar. Copies of one share what its automata have learned.

        Raises `RunError` when the grammar names tokens that this vocabulary does not have.
        """
        with self._lock:
            made = self._matchers.get(grammar)
            if made is None:
                made = LLMatcher(self.tokenizer, grammar, log_level=0)
                if made.is_error():
                    raise RunError(f"the grammar does not fit the model's tokens: {made.get_error()}")
                self._matchers[grammar] = made
                while len(self._matchers) > _MATCHERS:
                    self._matchers.popitem(last=False)
            self._matchers.move_to_end(grammar)
            return made.deep_copy()
