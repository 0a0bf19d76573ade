"""Fits the small network that weighs how well tools suit a request, and whether any does.

Listwise: among the tools on offer and "none of them" the wanted one must be the likeliest. The tools are ones that the
table of words was not fitted to, so that its vectors are no better here than they will be in use. Knows nothing of how
the scores are used.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false
from __future__ import annotations

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
from agentkit.nano.pool import Pool
from agentkit.nano.suite import suite_rows
from agentkit.ranker import OF_ALL, OF_TOOL, RIVALS, Ranker, Weights
from agentkit.types import ToolSpec

_MOST = 11
"""Tools of an example that count."""
_SHARES = Shares(none=0.35, refused=0.0)


@dataclass(frozen=True)
class RankerConfig:
    """The settings of a fit: examples from blocks and from suites, passes over them."""

    blocks: int = 2000
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
    ranker = Ranker(meaning, blank())
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


class Net(nn.Module):
    """A hidden layer for each tool, another one for no tool at all."""

    def __init__(self, config: RankerConfig) -> None:
        super().__init__()
        self.tool_in = nn.Linear(OF_TOOL + 2 * RIVALS, config.hidden)
        self.tool_out = nn.Linear(config.hidden, 1, bias=False)
        self.none_in = nn.Linear(OF_ALL, config.none)
        self.none_out = nn.Linear(config.none, 1, bias=False)

    def forward(self, tools: Tensor, absent: Tensor, together: Tensor) -> Tensor:
        """The logits (B, most + 1) of the tools that are there, and of no tool."""
        scores = self.tool_out(F.relu(self.tool_in(tools))).squeeze(-1)
        none = self.none_out(F.relu(self.none_in(together)))
        return torch.cat([scores.masked_fill(absent, -1e9), none], 1)

    @torch.no_grad()
    def weights(self) -> Weights:
        """What is stored."""
        return Weights(
            self.tool_in.weight.T.numpy().copy(),
            self.tool_in.bias.numpy(),
            self.tool_out.weight[0].numpy(),
            self.none_in.weight.T.numpy().copy(),
            self.none_in.bias.numpy(),
            self.none_out.weight[0].numpy(),
        )


def fit(found: Sequence[Example], config: RankerConfig) -> Weights:
    """The weights fitted to examples."""
    torch.manual_seed(config.seed)
    net = Net(config)
    optimizer = torch.optim.AdamW(net.parameters(), lr=config.rate, weight_decay=1e-2)
    tools, absent, together, wanted = _stacked(found)
    steps = config.epochs * -(-len(found) // config.batch)
    falling = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.02, 1.0 - step / steps))
    for _ in range(config.epochs):
        for some in torch.randperm(len(found)).split(config.batch):
            loss = F.cross_entropy(net(tools[some], absent[some], together[some]), wanted[some])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            falling.step()
    return net.weights()


def score(found: Sequence[Example], weights: Weights) -> tuple[float, float]:
    """How often the wanted tool has the best odds, and how often none is above even odds where none is wanted."""
    right: dict[bool, list[bool]] = {True: [], False: []}
    for one in found:
        odds = weights.odds(one.tools, one.together)
        right[one.wanted < 0].append(bool(odds.max() < 0) if one.wanted < 0 else int(odds.argmax()) == one.wanted)
    return float(np.mean(right[False])), float(np.mean(right[True]))


def _stacked(found: Sequence[Example]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    tools = np.zeros((len(found), _MOST, OF_TOOL + 2 * RIVALS), np.float32)
    absent = np.ones((len(found), _MOST), bool)
    wanted = np.full(len(found), _MOST, np.int64)
    for at, one in enumerate(found):
        count = min(_MOST, len(one.tools))
        tools[at, :count], absent[at, :count] = one.tools[:count], False
        if 0 <= one.wanted < _MOST:
            wanted[at] = one.wanted
    together = np.stack([one.together for one in found])
    return torch.from_numpy(tools), torch.from_numpy(absent), torch.from_numpy(together), torch.from_numpy(wanted)


def blank() -> Weights:
    """Weights that say nothing."""
    return Net(RankerConfig()).weights()
