"""Blocks as arrays: token ids, segments, positions and loss weights.

The tools are segment 0; each conversation is a segment of its own that sees the tools and itself only, with positions
that restart after the tools: what inference sees, at a third of the cost of one conversation for each sequence.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding, Tokenizer

from agentkit.nano.mix import Block
from agentkit.nano.tokenizer import CALL, PAD

_NAMES = re.compile(r'"name":"([^"]*)"')
_LEAST = 48
_PROMPT_STRIDE = 3


@dataclass(frozen=True)
class LossWeights:
    """What a token's loss counts: of a prompt, of an answer, and where a tool is chosen or the list goes on.

    Of a prompt only every third token counts, three times as much, which saves a quarter of the softmax.
    """

    prompt: float = 0.1
    answer: float = 1.0
    decision: float = 4.0


@dataclass
class Packed:
    """Arrays of shape (blocks, length); padding has segment -1 and weight 0."""

    ids: npt.NDArray[np.uint16]
    segments: npt.NDArray[np.int16]
    positions: npt.NDArray[np.int16]
    weights: npt.NDArray[np.float16]

    def __len__(self) -> int:
        return len(self.ids)


class Packer:
    """Encodes and packs blocks to a fixed length."""

    def __init__(self, tokenizer: Tokenizer, length: int, weights: LossWeights | None = None) -> None:
        self._tokenizer, self._length = tokenizer, length
        self._weights = weights or LossWeights()
        vocabulary = tokenizer.get_vocab(with_added_tokens=True)
        self._pad, self._call = vocabulary[PAD], vocabulary[CALL]

    def pack(self, blocks: Sequence[Block]) -> Packed:
        """One row for each block; blocks whose tools leave no room are dropped, so fewer may come back."""
        prefixes = self._tokenizer.encode_batch([block.prefix for block in blocks])
        texts = [text for block in blocks for text in block.conversations]
        encoded = iter(self._tokenizer.encode_batch(texts))
        rows = [
            row
            for block, prefix in zip(blocks, prefixes, strict=True)
            if (
                row := self._row(
                    prefix, list(zip(block.conversations, encoded, strict=False))[: len(block.conversations)]
                )
            )
        ]
        size = len(rows)
        packed = Packed(
            np.full((size, self._length), self._pad, np.uint16),
            np.full((size, self._length), -1, np.int16),
            np.zeros((size, self._length), np.int16),
            np.zeros((size, self._length), np.float16),
        )
        for index, (ids, segments, positions, weights) in enumerate(rows):
            packed.ids[index, : len(ids)] = ids
            packed.segments[index, : len(ids)] = segments
            packed.positions[index, : len(ids)] = positions
            packed.weights[index, : len(ids)] = weights
        return packed

    def _row(
        self, prefix: Encoding, conversations: list[tuple[str, Encoding]]
    ) -> tuple[list[int], list[int], list[int], list[float]] | None:
        start = len(prefix.ids)
        if start > self._length - _LEAST:
            return None
        ids, segments, positions = list(prefix.ids), [0] * start, list(range(start))
        weights = [0.0] * start
        number = 0
        for text, encoding in conversations:
            if len(ids) + len(encoding.ids) > self._length:
                continue
            number += 1
            ids += encoding.ids
            segments += [number] * len(encoding.ids)
            positions += range(start, start + len(encoding.ids))
            weights += self._loss(text, encoding)
        return (ids, segments, positions, weights) if number else None

    def _loss(self, text: str, encoding: Encoding) -> list[float]:
        """A weight for each token as a target: the answer in full, decisions more, prompts a little, the first not.

        Only the last answer is one: those before it were given on other facts, and some of them were wrong turns.
        """
        spans = list(_decisions(text))
        asked = len(encoding.ids) - 1 - encoding.ids[::-1].index(self._call)
        weights: list[float] = []
        for index, (token, (begin, end)) in enumerate(zip(encoding.ids, encoding.offsets, strict=True)):
            if index <= asked:
                counts = token != self._call and index % _PROMPT_STRIDE == 1
                weights.append(self._weights.prompt * _PROMPT_STRIDE if counts else 0.0)
                continue
            chosen = index == asked + 1 or any(begin < high and end > low for low, high in spans)
            weights.append(self._weights.decision if chosen else self._weights.answer)
        return weights


def _decisions(text: str) -> Iterator[tuple[int, int]]:
    """Where tools are named, and the character after each call, which says whether another follows."""
    for match in _NAMES.finditer(text):
        yield match.span(1)
    for match in re.finditer(r"\}\}[,\]]", text):
        yield match.start() + 2, match.end()
