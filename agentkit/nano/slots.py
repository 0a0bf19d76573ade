"""Fits the slot filler: what words of a request are the value of which argument, and which arguments stay open.

Examples are the training rows as the model sees them, renamed and reworded; each argument of a called tool is one
choice among its candidates, another value, and none. Knows nothing of how the filler is used.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false
from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from agentkit.nano import pool
from agentkit.nano.mix import Mixer
from agentkit.nano.rows import Shard
from agentkit.propose.nearest import asked
from agentkit.retrieve import parts
from agentkit.slots.candidates import Candidate
from agentkit.slots.features import AROUND, CALLED, KNOWN, NAMED, OF_CANDIDATE, TOLD, Features, read
from agentkit.slots.said import Said
from agentkit.slots.signs import OF_SLOT, Array, Vector
from agentkit.types import JsonObject, ToolSpec

_DEV_BLOCKS, _DEV_SEED = 150, 10_001
_MOST_CALLS = 4


@dataclass(frozen=True)
class SlotsConfig:
    """The settings of a fit."""

    blocks: int = 5_500
    """Blocks of training text that the examples are taken from."""
    words: int = 3000
    width: int = 16
    hidden: int = 64
    batch: int = 64
    minutes: float = 10.0
    steps: int = 0
    rate: float = 2e-3
    forget: float = 0.3
    """Share of the words that are hidden from it, so that it learns from signs too."""
    dropout: float = 0.2
    decay: float = 0.05
    seed: int = 0


@dataclass(frozen=True)
class Example:
    """Features with what is right: for each slot the candidates, or K for another value and K + 1 for none."""

    features: Features
    right: tuple[tuple[int, ...], ...]


WEIGHTS = {**pool.WEIGHTS, **dict.fromkeys(pool.SCREENS, 0.0), "made_packs": 10.0, "made_phone": 5.0}
"""How often each source is drawn from: steps on screens are not filled from a request."""


def prepare(
    shards: Sequence[Shard], config: SlotsConfig, vector: Vector
) -> tuple[list[str], list[Example], list[Example]]:
    """The words of the table, examples to fit to, and examples of tools that are held out."""
    train, held = pool.build_pool(shards, weights=WEIGHTS), pool.build_pool(shards, dev=True, weights=WEIGHTS)
    calls = list(calls_of(Mixer(train, config.seed), 0, config.blocks))
    words = common_words(calls, config.words)
    known = {word: at for at, word in enumerate(words, KNOWN)}
    others = calls_of(Mixer(held, _DEV_SEED), 0, _DEV_BLOCKS)
    return (
        words,
        [example(made, known, vector) for made in calls],
        [example(made, known, vector) for made in others],
    )


@dataclass(frozen=True)
class Made:
    """What was said, a tool that it calls, the arguments, and those of the calls before."""

    said: str
    tool: ToolSpec
    arguments: JsonObject
    earlier: tuple[JsonObject, ...]


def calls_of(mixer: Mixer, first: int, count: int) -> Iterator[Made]:
    """The calls that the mixer's blocks ask for."""
    for number in range(first, first + count):
        specs, rows = mixer.rows(number)
        by_name = {spec.name: spec for spec in specs if spec.parameters.get("properties")}
        for row in rows:
            if row.messages[-1].role != "user":
                continue
            given = [call.arguments for call in row.calls]
            for at, call in enumerate(row.calls[:_MOST_CALLS]):
                if call.name in by_name:
                    yield Made(asked(row.messages), by_name[call.name], call.arguments, tuple(given[:at]))


def example(made: Made, known: Mapping[str, int], vector: Vector) -> Example:
    """Features and answers of one call."""
    features = read(Said(made.said), made.tool, known, vector, made.earlier)
    features = replace(features, signs=features.signs.astype(np.float16), around=features.around.astype(np.int16))
    count = len(features.candidates)
    right: list[tuple[int, ...]] = []
    for at, slot in enumerate(features.slots):
        if slot.name not in made.arguments:
            right.append((count + 1,))
            continue
        value = made.arguments[slot.name]
        fits = [k for k in np.flatnonzero(features.owners == at).tolist() if _same(features.candidates[k], value)]
        right.append(tuple(fits) or (count,))
    return Example(features, tuple(right))


def _same(one: Candidate, value: object) -> bool:
    if isinstance(one.value, tuple) or isinstance(value, list):
        return isinstance(value, list) and isinstance(one.value, tuple) and _plain(one.value) == _plain(value)
    if isinstance(value, bool) or isinstance(one.value, bool):
        return one.value is value
    if isinstance(one.value, int | float) and isinstance(value, int | float):
        return float(one.value) == float(value)
    return str(one.value).strip().casefold() == str(value).strip().casefold()


def _plain(items: Sequence[object]) -> list[object]:
    return [float(one) if isinstance(one, int | float) else str(one).strip().casefold() for one in items]


def common_words(calls: Sequence[Made], count: int) -> list[str]:
    """The words that requests and schemas use most."""
    found: Counter[str] = Counter()
    for made in calls:
        tool = made.tool
        found.update(word for word in Said(made.said).lower if word.isalpha() or not word[0].isalnum())
        found.update(parts(tool.name))
        for name, part in tool.parameters["properties"].items():
            found.update(parts(name))
            found.update(parts(str(part.get("description", "")))[:TOLD])
    return [word for word, _ in found.most_common(count)]


class Scorer(nn.Module):
    """A score for each candidate, and for `another value` and `none` of each slot."""

    def __init__(self, words: int, config: SlotsConfig) -> None:
        super().__init__()
        width, hidden = config.width, config.hidden
        self.heard = nn.Embedding(words, width)
        self.named = nn.Embedding(words, width, padding_idx=0)
        for table in (self.heard, self.named):
            nn.init.normal_(table.weight, std=0.3)
        around, about = AROUND * width, 4 * width + OF_SLOT
        self.candidate = nn.Linear(around + OF_CANDIDATE, hidden)
        self.slot = nn.Linear(about, hidden, bias=False)
        self.cross_candidate = nn.Linear(around, 32, bias=False)
        self.cross_slot = nn.Linear(about, 32, bias=False)
        self.cross = nn.Linear(32, hidden, bias=False)
        self.second = nn.Linear(hidden, 32)
        self.score = nn.Linear(32, 1)
        self.rest = nn.Linear(about, hidden)
        self.rests = nn.Linear(hidden, 2)
        self.forget = config.forget
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Scores (K,) and (P, 2)."""
        around = self.heard(self._some(batch.around)).flatten(1)
        about = torch.cat((self._names(batch.named), batch.about), 1)
        cross = self.cross_candidate(around) * self.cross_slot(about)[batch.owners]
        first = self.candidate(torch.cat((around, batch.signs), 1)) + self.slot(about)[batch.owners] + self.cross(cross)
        scores = self.score(F.silu(self.second(self.dropout(F.silu(first)))))[:, 0]
        return scores, self.rests(self.dropout(F.silu(self.rest(about))))

    def _some(self, words: Tensor) -> Tensor:
        """The words, in training some of them unknown."""
        return words * (torch.rand(words.shape) >= self.forget) if self.training else words

    def _names(self, named: Tensor) -> Tensor:
        """Means over name, description and tool's name, and the last word of the name."""
        named = self._some(named)
        rows, there = self.named(named), (named > 0).float()[..., None]
        pieces: list[Tensor] = []
        at = 0
        for size in (NAMED, TOLD, CALLED):
            part, kept = rows[:, at : at + size], there[:, at : at + size]
            pieces.append((part * kept).sum(1) / kept.sum(1).clamp(min=1.0))
            at += size
        return torch.cat((*pieces, rows[:, 0]), 1)


@dataclass(frozen=True)
class Batch:
    """Examples laid end to end; `mine` are the slots that the right answers belong to."""

    owners: Tensor
    around: Tensor
    signs: Tensor
    named: Tensor
    about: Tensor
    right: Tensor
    mine: Tensor


def collate(examples: Sequence[Example]) -> Batch:
    """One batch; a right answer is a candidate's number, or K + 2P-ish offsets for the rest of its slot."""
    owners: list[np.ndarray] = []
    right: list[int] = []
    mine: list[int] = []
    total = sum(len(one.features.candidates) for one in examples)
    candidates = slots = 0
    for one in examples:
        count = len(one.features.candidates)
        owners.append(one.features.owners + slots)
        for at, fits in enumerate(one.right):
            for fit in fits:
                rest = total + 2 * (slots + at) + (fit - count)
                right.append(candidates + fit if fit < count else rest)
                mine.append(slots + at)
        candidates += count
        slots += len(one.features.slots)

    def stacked(arrays: list[np.ndarray]) -> Tensor:
        return torch.from_numpy(np.concatenate(arrays))

    return Batch(
        stacked(owners),
        stacked([one.features.around for one in examples]).long(),
        stacked([one.features.signs for one in examples]).float(),
        stacked([one.features.named for one in examples]),
        stacked([one.features.about for one in examples]),
        torch.tensor(right),
        torch.tensor(mine),
    )


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


def fit(examples: Sequence[Example], dev: Sequence[Example], words: int, config: SlotsConfig) -> Scorer:
    """The scorer fitted to examples, with its progress on others printed."""
    torch.manual_seed(config.seed)
    rng = np.random.default_rng(config.seed)
    model = Scorer(words + KNOWN, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=config.rate, weight_decay=config.decay)
    began, step, done = time.monotonic(), 0, 0.0
    while done < 1.0:
        for group in optimizer.param_groups:
            group["lr"] = config.rate * max(0.02, 1.0 - done)
        batch = collate([examples[at] for at in rng.integers(len(examples), size=config.batch)])
        scores, rests = model(batch)
        loss, _ = loss_of(scores, rests, batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
        done = step / config.steps if config.steps else (time.monotonic() - began) / (config.minutes * 60)
        if step % 500 == 0:
            print(json.dumps({"step": step, "loss": round(loss.item(), 3), **measure(model, dev)}), flush=True)  # noqa: T201
    return model.eval()


@torch.no_grad()
def measure(model: Scorer, examples: Sequence[Example]) -> dict[str, float]:
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
            size = len(one.features.slots)
            calls.append(all(found[:size]))
            found = found[size:]
    model.train()
    return {
        "dev_loss": round(float(np.mean(losses)), 3),
        "slots": round(float(np.mean(slots)), 3),
        "calls": round(float(np.mean(calls)), 3),
    }


def weights_of(model: Scorer) -> dict[str, Array]:
    """The arrays that `agentkit.slots.filler.Filler` reads."""
    return {name.replace(".", "_"): value.detach().numpy() for name, value in model.state_dict().items()}


def save(path: Path, weights: Mapping[str, Array], words: Sequence[str], table: str) -> Path:
    """Write the weights in half precision; `table` is the key of the table of meanings."""
    stored: dict[str, Any] = {"words": np.array("\n".join(words)), "table": np.array(table)}
    stored |= {name: value.astype(np.float16) for name, value in weights.items()}
    with path.open("wb") as out:
        np.savez_compressed(out, **stored)
    return path
