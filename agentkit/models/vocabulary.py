"""A model's tokens as the decode loop and the grammar engine see them.

Knows nothing of llama.cpp: it is built from pieces, kinds and a function that tokenises.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property

from llguidance import LLMatcher, LLTokenizer

from agentkit.cache import Cache
from agentkit.errors import RunError
from agentkit.models.walk import Start, Walk

_GRAMMARS, _TEXTS = 64, 4096
_WORD = re.compile(rb"\s?\S+(?=\s)")


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
    _starts: OrderedDict[str, Start] = field(default_factory=OrderedDict[str, Start], compare=False, repr=False)
    _tokens: Cache[list[int]] = field(default_factory=lambda: Cache(_TEXTS), compare=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)

    @cached_property
    def special_texts(self) -> dict[str, int]:
        """The special tokens by their text."""
        return {self.pieces[token].decode("utf-8", "replace"): token for token in sorted(self.special)}

    @cached_property
    def ids(self) -> dict[bytes, int]:
        """The tokens by what they add to a text, special ones left out."""
        return {piece: token for token, piece in enumerate(self.pieces) if token not in self.special}

    @cached_property
    def closing(self) -> frozenset[int]:
        """The tokens that begin with a quotation mark."""
        return frozenset(token for piece, token in self.ids.items() if piece.startswith(b'"'))

    def spell(self, token: int) -> str:
        """A token for people to read."""
        return self.pieces[token].decode("utf-8", "replace")

    def tokens(self, text: bytes) -> list[int]:
        """The tokens of a short text; special tokens are read as words."""
        return self._tokens.get(text) or self._tokens.put(text, list(self.tokenizer.tokenize_bytes(text)))

    def first(self, text: bytes) -> int:
        """The first token of a text that is not empty; what stands after its first word makes no difference."""
        word = _WORD.match(text)
        return self.tokens(word[0] if word else text)[0]

    def walk(self, grammar: str) -> Walk:
        """A walk from the start of a grammar. Those of one share what its automata and earlier walks have learned.

        Raises `RunError` when the grammar names tokens that this vocabulary does not have.
        """
        with self._lock:
            start = self._starts.get(grammar)
            if start is None:
                matcher = LLMatcher(self.tokenizer, grammar, log_level=0)
                if matcher.is_error():
                    raise RunError(f"the grammar does not fit the model's tokens: {matcher.get_error()}")
                start = self._starts[grammar] = Start(matcher, len(self.pieces))
                while len(self._starts) > _GRAMMARS:
                    self._starts.popitem(last=False)
            self._starts.move_to_end(grammar)
            return Walk(start)
