# pyright: basic, reportMissingImports=false
"""Fitting the table of words and the ranker on a small made-up pool."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs the `train` extra")

import numpy as np

from agentkit.meaning import Meaning
from agentkit.nano import generate, ranker
from agentkit.nano.meaning import MeaningConfig, Vectors, compare, draw_pairs, fit, pairs_of, read_vectors, vocabulary
from agentkit.nano.pool import build_pool, for_ranker, held_out
from agentkit.ranker import Ranker

SHARD = generate.GENERATORS["made_everyday"](0)
POOL, UNSEEN = build_pool([SHARD]), build_pool([SHARD], dev=True)
SMALL = MeaningConfig(dimensions=16, batch=64, pairs=2000, common=50, seen=2, steps=150, rate=0.02)


def vectors() -> Vectors:
    """Random vectors of the words that are used, none of which means anything yet."""
    words = sorted({word for pair in pairs_of(POOL, SMALL) for field in (pair.said, *pair.told) for word in field})
    return Vectors(words, np.random.default_rng(0).normal(size=(len(words), 24)).astype(np.float32))


def test_a_fit_brings_requests_near_their_tools() -> None:
    pairs = pairs_of(POOL, SMALL)

    def recall(steps: int) -> dict[str, float]:
        meaning = Meaning(fit(pairs, vectors(), replace(SMALL, steps=steps)))
        close = Ranker(meaning, ranker.blank())
        return {name: first for name, _, first, _ in compare(POOL, UNSEEN, close, sizes=(20,), requests=80)}

    fitted = recall(150)
    assert fitted["meaning"] > recall(0)["meaning"] + 0.2
    assert set(fitted) == {"words", "meaning", "both", "ranker"}


def test_the_ranker_learns_which_tool_is_wanted_and_when_none_is() -> None:
    meaning = Meaning(fit(pairs_of(POOL, SMALL), vectors(), replace(SMALL, steps=60)))
    config = ranker.RankerConfig(blocks=60, suites=60, epochs=8, batch=64)
    found = ranker.examples(POOL, meaning, config)
    assert any(one.wanted < 0 for one in found)
    before, after = ranker.score(found, ranker.blank()), ranker.score(found, ranker.fit(found, config))
    assert after[0] > max(0.75, before[0] + 0.2)
    assert after[1] > 0.5


def test_pairs_are_requests_and_the_tools_they_want() -> None:
    pool = build_pool([generate.GENERATORS["made_functions"](0)])
    source = pool.sources["made_functions"]
    for said, tool in draw_pairs(pool, random.Random(0), 20):
        assert any(row.messages[0].content == said for row in source.by_tool[tool.key])


def test_the_ranker_has_tools_of_its_own() -> None:
    pool = build_pool([SHARD], keep=for_ranker)
    tools = pool.sources["made_everyday"].tools.values()
    assert tools
    assert not any(held_out("made_everyday", tool) for tool in tools)


def test_words_are_the_common_ones_and_those_of_the_texts() -> None:
    given = Vectors(["the", "sun", "rises", "it's"], np.ones((4, 2), np.float32))
    words, counts = vocabulary(pairs_of(POOL, SMALL), given, replace(SMALL, common=2))
    assert words == sorted(words)
    assert {"the", "sun", "0", "0000"} <= set(words)
    assert not {"rises", "it's"} & set(words)
    assert len(counts) == len(words)


def test_vectors_are_read_as_the_package_has_them_and_as_lines(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(
        json.dumps({"dimensions": 2, "words": ["sun", "moon", "x"], "vectors": {"moon": [1, 2, 9], "sun": [3, 4, 9]}})
    )
    (tmp_path / "a.txt").write_text("sun 3 4\nmoon 1 2\n")
    for name in ("a.json", "a.txt"):
        read = read_vectors(tmp_path / name)
        assert list(read.words) == ["sun", "moon"]
        assert read.values.tolist() == [[3, 4], [1, 2]]
