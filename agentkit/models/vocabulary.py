"""A model's tokens as the decode loop and the grammar engine see them.

Knows nothing of llama.cpp: it is built from pieces, kinds and a function that tokenises.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from llguidance import LLTokenizer


@dataclass(frozen=True)
class Vocabulary:
    """`pieces[i]` is what token i adds to a text; `special` tokens open roles and may not come from anyone's words."""

    pieces: tuple[bytes, ...]
    special: frozenset[int]
    ends: frozenset[int]
    tokenizer: LLTokenizer

    @cached_property
    def special_texts(self) -> dict[str, int]:
        """The special tokens by their text."""
        return {self.pieces[token].decode("utf-8", "replace"): token for token in sorted(self.special)}

    def spell(self, token: int) -> str:
        """A token for people to read."""
        return self.pieces[token].decode("utf-8", "replace")
