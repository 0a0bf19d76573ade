"""Fits the small network that weighs how well tools suit a request, and whether any does.

Listwise: among the tools on offer and "none of them" the wanted one must be the likeliest. The tools are ones that the
table of words was not fitted to, so that its vectors are no better here than they will be in use. Knows nothing of how
the scores are used.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false
from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from agentkit.meaning import Meaning
from agentkit.nano.augment import Dial
from agentkit.nano.mix import Mixer, Shares
from agentkit.nano.pool import SCREENS, Pool
from agentkit.nano.suite import FAMILIES, suite_rows
from agentkit.ranker import OF_ALL, OF_TOOL, RIVALS, Ranker, Weights
from agentkit.types import ToolSpec

_MOST = 11
"""Tools of an example that count."""
_SHARES = Shares(none=0.35, refused=0.0)


@dataclass(frozen=True)
class RankerConfig:
    """The settings of a fit: examples from blocks and from suites, passes over them."""

    blocks: int = 3000
    suites: int = 800
    epochs: int = 12
    hidden: int = 32
    none: int = 8
    batch: int = 512
    rate: float = 4e-3
    seed: int = 0


@dataclass(frozen=True)
class Example:
    """What is seen of the tools, (T, …), and of them all; which is wanted, -1 for none of them."""

    tools: npt.NDArray[np.float32]
    together: npt.NDArray[np.float32]
    wanted: int


def examples(pool: Pool, meaning: Meaning, config: RankerConfig) -> list[Example]:
    """Requests for one tool and for none, as the decoder's training shows them and as the suites do."""
    ranker = Ranker(meaning, _blank())
    return [
        Example(*ranker.signs(said, specs), wanted)
        for said, specs, wanted in (*_from_blocks(pool, config), *_from_suites(pool, config))
    ]


def _from_blocks(pool: Pool, config: RankerConfig) -> Iterator[tuple[str, Sequence[ToolSpec], int]]:
    mixer = Mixer(pool, config.seed, Dial(), _SHARES)
    for number in range(config.blocks):
        specs, rows = mixer.rows(number)
        names = [spec.name for spec in specs]
        for row in rows:
            called = {call.name for call in row.calls}
            if len(row.messages) == 1 and len(called) < 2 and called <= set(names):
                yield row.messages[0].content, specs, names.index(called.pop()) if called else -1


def _from_suites(pool: Pool, config: RankerConfig) -> Iterator[tuple[str, Sequence[ToolSpec], int]]:
    for seed, masked in ((1, False), (2, True)):
        for shown in suite_rows(pool, config.suites, seed, masked=masked):
            specs = [ToolSpec.model_construct(**tool) for tool in shown["tools"]]
            called = {call["name"] for call in shown["expected"]}
            if len(called) < 2:
                names = [spec.name for spec in specs]
                yield shown["messages"][0]["content"], specs, names.index(called.pop()) if called else -1
