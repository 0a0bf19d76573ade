"""The network of the slot filler and its fit: a few layers of attention over a tool, its slots and a request's words.

`agentkit.slots.reader` computes the same in numpy. Knows nothing of where examples come from.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false
from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from agentkit.nano.reader_batch import Batch, Example, collate
from agentkit.slots.features import CALLED, NAMED, OF_CANDIDATE, OF_WORD, TOLD, Ints
from agentkit.slots.reader import HEADS, KINDS, REACH
from agentkit.slots.signs import OF_SLOT, Array


@dataclass(frozen=True)
class ReaderConfig:
    """The settings of a fit."""

    width: int = 96
    layers: int = 3
    table: int = 32
    """Width of the table of words."""
    hidden: int = 64
    batch: int = 48
    minutes: float = 45.0
    steps: int = 0
    rate: float = 1.5e-3
    forget: float = 0.3
    """Share of the words of the table that are hidden from it, so that it learns from meanings and signs too."""
    deafness: float = 0.1
    """Share of the words whose meaning is hidden."""
    dropout: float = 0.1
    decay: float = 0.05
    seed: int = 0


class Block(nn.Module):
    """Attention and a line up and down, each over what is normed before it."""

    def __init__(self, config: ReaderConfig) -> None:
        super().__init__()
        width = config.width
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.project, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 3 * width), nn.Linear(3 * width, width)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, read: Tensor, near: Tensor) -> Tensor:
        """(B, N, width) from (B, N, width) and (B, HEADS, N, N) of what positions are to each other."""
        count, length, width = read.shape
        projected = self.project(self.first(read)).view(count, length, 3, HEADS, width // HEADS)
        asked, keys, values = projected.permute(2, 0, 3, 1, 4)
        weights = (asked @ keys.transpose(-1, -2) / math.sqrt(width // HEADS) + near).softmax(-1)
        heard = (weights @ values).transpose(1, 2).reshape(count, length, width)
        read = read + self.dropout(self.out(heard))
        return read + self.dropout(self.down(F.silu(self.up(self.second(read)))))


class Network(nn.Module):
    """A score for each candidate, and for `another value` and `none` of each slot."""

    def __init__(self, words: int, meant: int, config: ReaderConfig) -> None:
        super().__init__()
        width, table, hidden = config.width, config.table, config.hidden
        self.heard, self.named = (nn.Embedding(words, table, padding_idx=0) for _ in range(2))
        for one in (self.heard, self.named):
            nn.init.normal_(one.weight, std=0.1)
            nn.init.zeros_(one.weight[0].detach())
        self.word_in = nn.Linear(meant + table + OF_WORD, width)
        self.slot_in = nn.Linear(2 * meant + 2 * table + OF_SLOT, width)
        self.tool_in = nn.Linear(2 * meant + table, width)
        self.kind = nn.Parameter(torch.zeros(KINDS, width))
        self.edge = nn.Embedding(3, width, padding_idx=0)
        self.near = nn.ParameterList(
            [nn.Parameter(torch.zeros(HEADS, 2 * REACH + 1 + KINDS * KINDS)) for _ in range(config.layers)]
        )
        self.blocks = nn.ModuleList([Block(config) for _ in range(config.layers)])
        self.norm = nn.LayerNorm(width)
        self.run, self.signs, self.slot = (nn.Linear(size, hidden) for size in (4 * width, OF_CANDIDATE, width))
        self.option = nn.Linear(meant, hidden, bias=False)
        self.cross_run = nn.Linear(4 * width, 48, bias=False)
        self.cross_slot = nn.Linear(width, 48, bias=False)
        self.cross_option = nn.Linear(meant, 48, bias=False)
        self.cross = nn.Linear(48, hidden, bias=False)
        self.second, self.score = nn.Linear(hidden, 32), nn.Linear(32, 1)
        self.rest, self.rests = nn.Linear(width + OF_SLOT, hidden), nn.Linear(hidden, 2)
        self.dropout = nn.Dropout(config.dropout)
        self.forget, self.deafness = config.forget, config.deafness

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Scores (K,) and (P, 2)."""
        read, most = self._read(batch), batch.named.shape[1]
        slots = read[:, 1 : 1 + most][batch.there]
        words = read[:, 1 + most :].reshape(-1, read.shape[2])
        first, last = batch.runs.T
        around = torch.cat((words[first - 1], words[first], words[last], words[last + 1]), 1)
        seen, crossed = (_with_none(line(around))[batch.which] for line in (self.run, self.cross_run))
        seen = seen.index_add(0, batch.listed, self.option(batch.options))
        crossed = crossed.index_add(0, batch.listed, self.cross_option(batch.options))
        seen = seen + self.signs(batch.signs) + self.slot(slots)[batch.owners]
        seen = seen + self.cross(crossed * self.cross_slot(slots)[batch.owners])
        scores = self.score(F.silu(self.second(self.dropout(F.silu(seen)))))[:, 0]
        about = torch.cat((slots, batch.about[batch.there]), 1)
        return scores, self.rests(self.dropout(F.silu(self.rest(about))))

    def _read(self, batch: Batch) -> Tensor:
        """(B, 1 + P + 2 + W, width)"""
        meant, heard, named = batch.meant, batch.heard, batch.named
        if self.training:
            meant = meant * (torch.rand(meant.shape[:2]) >= self.deafness)[..., None]
            heard, named = (words * (torch.rand(words.shape) >= self.forget) for words in (heard, named))
        name, told, called = self._means(named)
        words = self.word_in(torch.cat((meant, self.heard(heard), batch.written), -1)) + self.edge(batch.edges)
        slots = self.slot_in(torch.cat((batch.told, name, told, batch.about), -1))
        tool = self.tool_in(torch.cat((batch.tool, called[:, 0]), -1))[:, None]
        read = torch.cat((tool + self.kind[0], slots + self.kind[1], words + self.kind[2]), 1)
        for block, near in zip(self.blocks, self.near, strict=True):
            read = block(read, near[:, batch.apart] + batch.hidden)
        return self.norm(read)

    def _means(self, named: Tensor) -> list[Tensor]:
        """Means over the words of name, description and tool's name."""
        rows, there = self.named(named), (named > 0).float()[..., None]
        pieces: list[Tensor] = []
        at = 0
        for size in (NAMED, TOLD, CALLED):
            part, kept = rows[:, :, at : at + size], there[:, :, at : at + size]
            pieces.append((part * kept).sum(2) / kept.sum(2).clamp(min=1.0))
            at += size
        return pieces


def _with_none(rows: Tensor) -> Tensor:
    """The rows and one of zeros at their end."""
    return torch.cat((rows, rows.new_zeros(1, rows.shape[1])))


def loss_of(scores: Tensor, rests: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    """The mean negative log-probability of what is right, and which slots have their likeliest answer right."""
    slots = len(rests)
    every = torch.cat((scores, rests.flatten()))
    owners = torch.cat((batch.owners, torch.arange(slots).repeat_interleave(2)))
    top = torch.full((slots,), -1e9).scatter_reduce(0, owners, every.detach(), "amax")
    raised = (every - top[owners]).exp()
    whole = torch.zeros(slots).index_add(0, owners, raised)
    fitting = torch.zeros(slots).index_add(0, batch.mine, raised[batch.right])
    best = torch.zeros(slots).scatter_reduce(0, batch.mine, raised[batch.right].detach(), "amax")
    return -(fitting / whole).clamp(min=1e-9).log().mean(), best >= 1.0


def fit(examples: Sequence[Example], dev: Sequence[Example], words: int, config: ReaderConfig) -> Network:
    """The network fitted to examples, with its progress on others printed."""
    torch.manual_seed(config.seed)
    rng = np.random.default_rng(config.seed)
    model = Network(words, examples[0].meant.shape[1], config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=config.rate, weight_decay=config.decay, betas=(0.9, 0.98))
    lengths = np.array([one.length for one in examples])
    began, step, done, waiting = time.monotonic(), 0, 0.0, list[Ints]()
    while done < 1.0:
        for group in optimizer.param_groups:
            group["lr"] = config.rate * min(1.0, (step + 1) / 300) * max(0.02, 1.0 - done)
        if not waiting:
            waiting = _alike(lengths, config.batch, rng)
        batch = collate([examples[at] for at in waiting.pop()])
        scores, rests = model(batch)
        loss, _ = loss_of(scores, rests, batch)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        done = step / config.steps if config.steps else (time.monotonic() - began) / (config.minutes * 60)
        if step % 500 == 0:
            print(json.dumps({"step": step, "loss": round(loss.item(), 3), **measure(model, dev)}), flush=True)  # noqa: T201
    return model.eval()


def _alike(lengths: Ints, size: int, rng: np.random.Generator) -> list[Ints]:
    """Draws for several batches, each of examples of about one length, so that little is padded."""
    drawn = rng.integers(len(lengths), size=size * 24)
    drawn = drawn[np.argsort(lengths[drawn], kind="stable")]
    batches = [drawn[at : at + size] for at in range(0, len(drawn), size)]
    rng.shuffle(batches)
    return batches


@torch.no_grad()
def measure(model: Network, examples: Sequence[Example]) -> dict[str, float]:
    """On other examples: the loss, the share of slots and of calls that are right."""
    model.eval()
    losses: list[float] = []
    slots: list[bool] = []
    calls: list[bool] = []
    for first in range(0, len(examples), 64):
        part = examples[first : first + 64]
        batch = collate(part)
        scores, rests = model(batch)
        loss, right = loss_of(scores, rests, batch)
        losses.append(float(loss))
        found = right.tolist()
        slots += found
        for one in part:
            calls.append(all(found[: len(one.right)]))
            found = found[len(one.right) :]
    model.train()
    return {
        "dev_loss": round(float(np.mean(losses)), 3),
        "slots": round(float(np.mean(slots)), 3),
        "calls": round(float(np.mean(calls)), 3),
    }


def weights_of(model: Network) -> dict[str, Array]:
    """The arrays that `agentkit.slots.reader.Reader` reads."""
    return {name.replace(".", "_"): value.detach().numpy() for name, value in model.state_dict().items()}
