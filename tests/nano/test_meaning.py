# pyright: basic, reportMissingImports=false
"""Fitting the retrieval table on a small made-up pool."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="training needs the `train` extra")
pytest.importorskip("tokenizers", reason="training needs the `train` extra")

import torch

from agentkit.meaning import Meaning
from agentkit.nano import generate
from agentkit.nano.meaning import MeaningConfig, compare, draw_pairs, fit
from agentkit.nano.pool import build_pool
from agentkit.nano.tokenizer import train_tokenizer


def test_a_fit_brings_requests_near_their_tools() -> None:
    shard = generate.GENERATORS["made_everyday"](0)
    pool, unseen = build_pool([shard]), build_pool([shard], dev=True)
    tokenizer = train_tokenizer((row.messages[0].content for row in shard.rows), 700)
    torch.manual_seed(0)
    embedding = torch.randn(tokenizer.get_vocab_size(), 32)

    def recall(steps: int) -> dict[tuple[str, int], float]:
        table = fit(
            pool, tokenizer, embedding, MeaningConfig(dimensions=16, batch=64, minutes=0, steps=steps, rate=0.02)
        )
        meaning = Meaning(table, lambda text: tokenizer.encode(text).ids)
        return {
            (name, size): first for name, size, first, _ in compare(pool, unseen, meaning, sizes=(20,), requests=80)
        }

    fitted = recall(120)
    assert fitted["meaning", 20] > recall(0)["meaning", 20] + 0.2
    assert set(fitted) == {("words", 20), ("meaning", 20), ("both", 20)}


def test_pairs_are_requests_and_the_tools_they_want() -> None:
    import random

    pool = build_pool([generate.GENERATORS["made_functions"](0)])
    source = pool.sources["made_functions"]
    for said, tool in draw_pairs(pool, random.Random(0), 20):
        assert any(row.messages[0].content == said for row in source.by_tool[tool.key])
