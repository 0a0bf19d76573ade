"""Examples for the slot filler's network, and batches of them. Knows nothing of the network."""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from agentkit.slots.features import Declared, Features, Ints
from agentkit.slots.reader import END, START, apart, runs_of

Numbers = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Example:
    """Features with what is right, in little space: for each slot the candidates, or K for another value and K + 1
    for none."""

    declared: Declared
    about: Numbers
    heard: Numbers
    meant: Numbers
    written: Numbers
    owners: Numbers
    places: Numbers
    listed: Numbers
    """The candidates that are listed values."""
    options: Numbers
    signs: Numbers
    right: tuple[tuple[int, ...], ...]

    @property
    def length(self) -> int:
        """Slots and words."""
        return len(self.about) + len(self.heard)


def example_of(features: Features, right: tuple[tuple[int, ...], ...]) -> Example:
    """The features in half precision; only listed values keep what they mean."""
    half, listed = np.float16, np.flatnonzero(features.options.any(1))
    return Example(
        features.declared,
        features.about.astype(half),
        features.heard.astype(np.int16),
        features.meant.astype(half),
        features.written.astype(half),
        features.owners.astype(np.int16),
        features.places.astype(np.int16),
        listed,
        features.options[listed].astype(half),
        features.signs.astype(half),
        right,
    )


@dataclass(frozen=True)
class Batch:
    """Examples side by side: B of them, P slots and W words at most, K candidates and U places of theirs in all."""

    meant: Tensor
    heard: Tensor
    written: Tensor
    edges: Tensor
    """(B, W + 2) and more: of the words between their start and their end."""
    told: Tensor
    named: Tensor
    about: Tensor
    there: Tensor
    """(B, P) and more: of the slots; `there` says which are."""
    tool: Tensor
    hidden: Tensor
    apart: Tensor
    """(B, 1, 1, N) far below 0 for what is not there; (N, N) what positions are to each other."""
    owners: Tensor
    signs: Tensor
    listed: Tensor
    options: Tensor
    runs: Tensor
    which: Tensor
    """(U, 2) the places of candidates among all words; (K,) which of them each has, U for none."""
    right: Tensor
    mine: Tensor
    """The right answers, among all candidates and then the two rests of each slot, and the slots that they are of."""


def collate(examples: Sequence[Example]) -> Batch:
    """One batch."""
    words, slots = max(len(one.heard) for one in examples), max(len(one.about) for one in examples)
    runs, which = _places(examples, words + 2)
    right, mine = _answers(examples)
    ends = np.cumsum([0, *(len(one.about) for one in examples)])
    first = np.cumsum([0, *(len(one.owners) for one in examples)])
    edges = np.zeros((len(examples), words + 2), np.int64)
    hidden = np.full((len(examples), 1, 1, 1 + slots + words + 2), -1e9, np.float32)
    for at, one in enumerate(examples):
        edges[at, [0, len(one.heard) + 1]] = START, END
        hidden[at, ..., : 1 + len(one.about)] = 0.0
        hidden[at, ..., 1 + slots : 1 + slots + len(one.heard) + 2] = 0.0
    return Batch(
        _padded([one.meant for one in examples], words, 1).float(),
        _padded([one.heard for one in examples], words, 1).long(),
        _padded([one.written for one in examples], words, 1).float(),
        torch.from_numpy(edges),
        _padded([one.declared.meant for one in examples], slots),
        _padded([one.declared.named for one in examples], slots),
        _padded([one.about for one in examples], slots).float(),
        _padded([np.ones(len(one.about), bool) for one in examples], slots),
        torch.from_numpy(np.stack([one.declared.tool for one in examples])),
        torch.from_numpy(hidden),
        torch.from_numpy(apart(slots, words + 2)),
        _joined([one.owners.astype(np.int64) + end for one, end in zip(examples, ends, strict=False)]),
        _joined([one.signs for one in examples]).float(),
        _joined([one.listed + before for one, before in zip(examples, first, strict=False)]),
        _joined([one.options for one in examples]).float(),
        torch.from_numpy(runs),
        torch.from_numpy(which),
        right,
        mine,
    )


def _places(examples: Sequence[Example], row: int) -> tuple[Ints, Ints]:
    """The places of all candidates in rows of so many words, and which each has."""
    runs, which = [np.zeros((0, 2), np.int64)], [np.zeros(0, np.int64)]
    count = 0
    for at, one in enumerate(examples):
        if not len(one.places):
            continue
        mine, taken = runs_of(one.places.astype(np.int64))
        runs.append(mine + at * row + 1)
        which.append(np.where(taken < 0, -1, taken + count))
        count += len(mine)
    every = np.concatenate(which)
    return np.concatenate(runs), np.where(every < 0, count, every)


def _answers(examples: Sequence[Example]) -> tuple[Tensor, Tensor]:
    """What is right, as `Batch` numbers it, and the slots that it is of."""
    total = sum(len(one.owners) for one in examples)
    right: list[int] = []
    mine: list[int] = []
    candidates = slots = 0
    for one in examples:
        count = len(one.owners)
        for at, fits in enumerate(one.right):
            rest = total + 2 * (slots + at) - count
            right += [candidates + fit if fit < count else rest + fit for fit in fits]
            mine += [slots + at] * len(fits)
        candidates += count
        slots += len(one.right)
    return torch.tensor(right), torch.tensor(mine)


def _padded(arrays: Sequence[Numbers], size: int, edge: int = 0) -> Tensor:
    """(B, size + 2 edges, …) with zeros behind what is there, and before and after all of it."""
    made = np.zeros((len(arrays), size + 2 * edge, *arrays[0].shape[1:]), arrays[0].dtype)
    for at, one in enumerate(arrays):
        made[at, edge : edge + len(one)] = one
    return torch.from_numpy(made)


def _joined(arrays: Sequence[Numbers]) -> Tensor:
    return torch.from_numpy(np.concatenate(arrays))
