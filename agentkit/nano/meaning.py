"""Fits the retrieval table: a trained model's token embeddings, weighed and projected so that requests lie near tools.

Contrastive: a request must lie nearer to its tool than to the other tools of the batch. Only the projection and a
weight for each token are learnt, so minutes on one core are enough. Knows nothing of how the table is used.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false
from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from agentkit.meaning import Meaning, request_text, tool_text
from agentkit.nano.augment import Dial, ask_for, vary_tool
from agentkit.nano.mix import DOCUMENTED
from agentkit.nano.pool import SCREENS, Pool, Source
from agentkit.nano.rows import PoolTool
from agentkit.retrieve import rank, together

_LONGEST = 64
_SHARPNESS = 2.7
"""Logarithm of the factor on cosines at the start."""
_DIAL = Dial(opaque=0.0, bare=0.05)
_WEIGHTS = {"made_packs": 6.0}
_BESIDE = 0.5


@dataclass(frozen=True)
class MeaningConfig:
    """The settings of a fit; `steps` end it, or else `minutes`."""

    dimensions: int = 96
    batch: int = 384
    minutes: float = 4.0
    steps: int = 0
    rate: float = 3e-3
    seed: int = 0


class Projection(nn.Module):
    """Token embeddings (V, D), frozen; a weight for each and a projection to `dimensions` are learnt."""

    embedding: Tensor

    def __init__(self, embedding: Tensor, dimensions: int) -> None:
        super().__init__()
        self.register_buffer("embedding", embedding / embedding.std())
        self.weights = nn.Parameter(torch.zeros(len(embedding)))
        self.project = nn.Linear(embedding.shape[1], dimensions, bias=False)
        self.sharpness = nn.Parameter(torch.tensor(_SHARPNESS))
        nn.init.orthogonal_(self.project.weight)

    def forward(self, ids: Tensor, starts: Tensor) -> Tensor:
        """Unit vectors (B, dimensions) of texts laid end to end in `ids`, each from its start on."""
        weights = self.weights[ids].exp()
        return F.normalize(
            self.project(F.embedding_bag(ids, self.embedding, starts, per_sample_weights=weights, mode="sum")), dim=-1
        )

    @torch.no_grad()
    def table(self) -> npt.NDArray[np.float32]:
        """The vectors of all tokens, shape (V, dimensions)."""
        return (self.project(self.embedding) * self.weights.exp()[:, None]).numpy()


def fit(pool: Pool, tokenizer: Tokenizer, embedding: Tensor, config: MeaningConfig) -> npt.NDArray[np.float32]:
    """The table fitted to the pool's requests and tools."""
    torch.manual_seed(config.seed)
    rng = random.Random(config.seed)
    model = Projection(embedding.float(), config.dimensions)
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=config.rate)
    began, step = time.monotonic(), 0
    while (done := _done(step, time.monotonic() - began, config)) < 1.0:
        for group in optimizer.param_groups:
            group["lr"] = config.rate * max(0.03, 1.0 - done)
        loss = _loss(model, tokenizer, draw_pairs(pool, rng, config.batch), rng)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
    return model.table()


def _done(step: int, seconds: float, config: MeaningConfig) -> float:
    if config.steps or not config.minutes:
        return step / config.steps if config.steps else 1.0
    return seconds / (config.minutes * 60)


def _loss(model: Projection, tokenizer: Tokenizer, pairs: Sequence[tuple[str, PoolTool]], rng: random.Random) -> Tensor:
    texts = [request_text(said) for said, _ in pairs]
    tools = [tool_text(vary_tool(tool, (), _DIAL, rng, {said}).spec) for said, tool in pairs]
    scores = model(*_bag(tokenizer, texts)) @ model(*_bag(tokenizer, tools)).T * model.sharpness.exp()
    kinds = torch.tensor([id(tool) for _, tool in pairs])
    twins = (kinds[:, None] == kinds[None]) & ~torch.eye(len(pairs), dtype=torch.bool)
    scores = scores.masked_fill(twins, float("-inf"))
    wanted = torch.arange(len(pairs))
    return (F.cross_entropy(scores, wanted) + F.cross_entropy(scores.T, wanted)) / 2


def _bag(tokenizer: Tokenizer, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
    ids = [encoding.ids[:_LONGEST] or [0] for encoding in tokenizer.encode_batch(list(texts))]
    starts = np.cumsum([0, *(len(each) for each in ids[:-1])])
    return torch.tensor([one for each in ids for one in each]), torch.from_numpy(starts)


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
    pool: Pool, others: Pool, meaning: Meaning, *, sizes: Sequence[int] = (10, 100, 1000), requests: int = 600
) -> list[tuple[str, int, float, float]]:
    """Recall of the wanted tool among the first 1 and the first 5, for words, meaning, and both.

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
                "meaning": meaning.closeness(said, candidates),
            }
            scores["both"] = together(scores["words"], scores["meaning"])
            for name, values in scores.items():
                place = sum(value > values[0] for value in values[1:]) + sum(v == values[0] for v in values[1:]) // 2
                places.setdefault((name, size), []).append(place)
    return [
        (name, size, float(np.mean(np.array(found) < 1)), float(np.mean(np.array(found) < 5)))
        for (name, size), found in places.items()
    ]
