"""Fits what tells how many requests one text is: examples are the training rows that have a place to cut.

A way to read a text is right if it gives as many requests as there are calls, and each has the values of its own call
and none that only others have. Knows nothing of how the scorer is used.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false
from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from agentkit.nano import pool
from agentkit.nano.mix import Mixer
from agentkit.nano.rows import Row, Shard
from agentkit.propose.nearest import asked
from agentkit.retrieve import Ranking
from agentkit.slots.filler import PLAN, Filler
from agentkit.slots.plan import FILLED, Looked, Way
from agentkit.slots.plan_signs import OF_FILLED, OF_WAY, nearness
from agentkit.slots.signs import Array
from agentkit.types import ToolCall, ToolSpec
from agentkit.words import digits

_SEED, _DEV_SEED = 31, 10_031
_MOST_WAYS = 90
Example = tuple[npt.NDArray[np.floating[Any]], npt.NDArray[np.bool_]]
"""The signs, or the scores, of one text's ways, and which of them are right."""
WEIGHTS = {
    **pool.WEIGHTS, **dict.fromkeys(pool.SCREENS, 0.0), "made_several": 120.0, "made_packs": 20.0, "made_phone": 5.0,
    "made_tools": 60.0,
}  # fmt: skip
"""How often each source is drawn from."""


@dataclass(frozen=True)
class PlanConfig:
    """The settings of a fit."""

    texts: int = 8_000
    """Texts with a place to cut that are fitted to."""
    filled: int = 5_500
    """Of these, those whose requests are filled."""
    hidden: int = 24
    steps: int = 5_000
    batch: int = 64
    rate: float = 2e-3
    decay: float = 0.02
    seed: int = 0


@dataclass(frozen=True)
class Seen:
    """One text, the signs of its ways and which of them are right."""

    text: str
    row: Row
    specs: Sequence[ToolSpec]
    signs: npt.NDArray[np.float16]
    right: npt.NDArray[np.bool_]


def texts_of(mixer: Mixer, filler: Filler, ranking: Ranking, count: int) -> Iterator[Seen]:
    """So many texts that have a place to cut and a call, with ways of which one at least is right."""
    made = number = 0
    while made < count:
        specs, rows = mixer.rows(number)
        number += 1
        for row in rows:
            if row.messages[-1].role != "user" or not row.calls or row.calls[0].control:
                continue
            text = asked(row.messages)
            looked = looked_at(text, specs, filler, ranking)
            if looked.single:
                continue
            ways = _some(looked.ways(400), text, row, random.Random(text))
            right = np.array(right_ways(ways, text, row.calls))
            if right.any() and not right.all():
                made += 1
                signs = np.stack([looked.signs(way) for way in ways]).astype(np.float16)
                yield Seen(text, row, specs, signs, right)


def _some(ways: Sequence[Way], text: str, row: Row, rng: random.Random) -> list[Way]:
    """The first ways, and some of the others."""
    if len(ways) <= _MOST_WAYS:
        return list(ways)
    right = right_ways(ways, text, row.calls)
    kept = [way for way, fits in zip(ways, right, strict=True) if fits][:10]
    return [ways[0], *kept, *rng.sample(ways[1:], _MOST_WAYS - len(kept))]


def looked_at(text: str, specs: Sequence[ToolSpec], filler: Filler, ranking: Ranking) -> Looked:
    """One text and the tools on offer."""
    return Looked(text, {spec.name: spec for spec in specs}, filler, nearness(specs, ranking))


class Scorer(nn.Module):
    """Scores of ways by all their signs: a line and a small network beside it."""

    def __init__(self, config: PlanConfig) -> None:
        super().__init__()
        self.line = nn.Linear(OF_WAY + OF_FILLED, 1, bias=False)
        self.hidden = nn.Linear(OF_WAY + OF_FILLED, config.hidden)
        self.score = nn.Linear(config.hidden, 1, bias=False)
        self.dropout = nn.Dropout(0.1)

    def forward(self, signs: Tensor) -> Tensor:
        """Scores (W,) of signs (W, OF_WAY + OF_FILLED)."""
        return (self.line(signs) + self.score(self.dropout(F.silu(self.hidden(signs)))))[:, 0]


def fit(shards: Sequence[Shard], filler: Filler, ranking: Ranking, config: PlanConfig) -> dict[str, Array]:
    """The weights that `agentkit.slots.plan.Planner` reads, with their worth on held-out tools printed."""
    torch.manual_seed(config.seed)
    mixers = [
        Mixer(pool.build_pool(shards, dev=dev, weights=WEIGHTS), seed)
        for dev, seed in ((False, _SEED), (True, _DEV_SEED))
    ]
    train = list(texts_of(mixers[0], filler, ranking, config.texts))
    dev = list(texts_of(mixers[1], filler, ranking, config.texts // 14))
    _tell("texts", {"fitted": len(train), "held out": len(dev), "one request": _share(train)})
    first = nn.Linear(OF_WAY, 1, bias=False)
    _train(first, [(one.signs, one.right) for one in train], config)
    line = first.weight.detach().numpy()[0]
    _tell("by words", measure([(one.signs @ line, one.right) for one in dev]))
    scorer = Scorer(config)
    _train(scorer, list(_filled(train[: config.filled], line, filler, ranking)), config)
    scorer.eval()
    weights = {name.replace(".", "_"): value.detach().numpy() for name, value in scorer.state_dict().items()}
    held = list(_filled(dev, line, filler, ranking))
    _tell("among the best", {"of all": round(len(held) / len(dev), 3)})
    with torch.no_grad():
        _tell("filled", measure([(scorer(torch.from_numpy(signs).float()).numpy(), right) for signs, right in held]))
    return {"first": line, **weights}


def _filled(seen: Sequence[Seen], line: Array, filler: Filler, ranking: Ranking) -> Iterator[Example]:
    """The signs of the best ways by words, with those of their requests filled, where one of them is right."""
    for one in seen:
        looked = looked_at(one.text, one.specs, filler, ranking)
        ways = looked.ways(FILLED, line)
        right = np.array(right_ways(ways, one.text, one.row.calls))
        signs = np.stack([np.concatenate((looked.signs(way), looked.filled(way))) for way in ways])
        if right.any():
            yield signs, right


def _train(model: nn.Module, examples: Sequence[Example], config: PlanConfig) -> None:
    """Fit the probability that the way taken is a right one."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=config.rate, weight_decay=config.decay)
    rng = np.random.default_rng(config.seed)
    for step in range(config.steps):
        for group in optimizer.param_groups:
            group["lr"] = config.rate * max(0.02, 1.0 - step / config.steps)
        chosen = [examples[at] for at in rng.integers(len(examples), size=config.batch)]
        owners = torch.from_numpy(np.repeat(np.arange(len(chosen)), [len(right) for _, right in chosen]))
        scores = model(torch.from_numpy(np.concatenate([signs for signs, _ in chosen])).float()).flatten()
        right = torch.from_numpy(np.concatenate([right for _, right in chosen]))
        top = torch.full((len(chosen),), -1e9).scatter_reduce(0, owners, scores.detach(), "amax")
        raised = (scores - top[owners]).exp()
        whole = torch.zeros(len(chosen)).index_add(0, owners, raised)
        fitting = torch.zeros(len(chosen)).index_add(0, owners, raised * right)
        loss = -(fitting / whole).clamp(min=1e-9).log().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def measure(scored: Sequence[Example]) -> dict[str, float]:
    """How often the likeliest way is right: of texts that are one request, and of those that are several."""
    found: dict[bool, list[bool]] = {True: [], False: []}
    for scores, right in scored:
        found[bool(right[0])].append(bool(right[int(scores.argmax())]))
    return {
        name: round(float(np.mean(found[kind])), 3) for name, kind in (("one", True), ("several", False)) if found[kind]
    }


def save(path: Path, filler: Path, weights: Mapping[str, Array]) -> Path:
    """Write a fitted filler's file with these weights beside its own, in half precision."""
    with np.load(filler, allow_pickle=False) as stored:
        kept = {name: stored[name] for name in stored.files if not name.startswith(PLAN)}
    kept |= {f"{PLAN}{name}": value.astype(np.float16) for name, value in weights.items()}
    with path.open("wb") as out:
        np.savez_compressed(out, **kept)
    return path


def _share(seen: Sequence[Seen]) -> float:
    return round(float(np.mean([one.right[0] for one in seen])), 3)


def _tell(what: str, numbers: Mapping[str, float]) -> None:
    print(json.dumps({what: numbers}), flush=True)  # noqa: T201


def right_ways(ways: Sequence[Way], text: str, calls: Sequence[ToolCall]) -> list[bool]:
    """Which of the ways to read a text these calls are the answer to."""
    if any("$ref" in str(call.arguments) for call in calls):  # what a call gives can only be told in one answer
        return [len(way.texts) == 1 for way in ways]
    heard = digits(text)
    values = [[value for value in _values(call.arguments) if _stands(value, heard)] for call in calls]
    fits = [len(way.texts) == len(calls) and _fits(way, values, calls) for way in ways]
    longest: dict[object, int] = {}
    for way, fit in zip(ways, fits, strict=True):
        if fit:
            longest[_places(way)] = max(longest.get(_places(way), 0), sum(map(len, way.texts)))
    return [fit and sum(map(len, way.texts)) >= longest[_places(way)] - 3 for way, fit in zip(ways, fits, strict=True)]


def _places(way: Way) -> object:
    return way.cut, tuple(tuple(run.joints for run in part.runs) for part in way.parts)


def _fits(way: Way, values: Sequence[Sequence[tuple[str, ...]]], calls: Sequence[ToolCall]) -> bool:
    at = 0
    for part in way.parts:  # items of one run are requests for one tool
        if len({call.name for call in calls[at : at + len(part.texts)]}) > 1:
            return False
        at += len(part.texts)
    every = {word for found in values for value in found for word in value}
    for text, mine in zip(way.texts, values, strict=True):
        said = digits(text)
        own = {word for value in mine for word in value}
        theirs = {value for found in values for value in found} - set(mine)
        if not all(_stands(value, said) for value in mine):
            return False
        if any(_stands(value, said) and not set(value) <= own for value in theirs) or _odd(said, own, every):
            return False
    return True


def _odd(said: Sequence[str], own: set[str], every: set[str]) -> bool:
    """Whether words of other calls' values stand here that look like values."""
    return any(word in every and word not in own and (len(word) > 3 or word[0].isdigit()) for word in said)


def _stands(value: tuple[str, ...], said: Sequence[str]) -> bool:
    return any(tuple(said[at : at + len(value)]) == value for at in range(len(said) - len(value) + 1))


def _values(value: Any) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _values(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner)
    elif not isinstance(value, bool) and value is not None:
        found = digits(str(value).replace("_", " "))
        if found:
            yield tuple(found)
