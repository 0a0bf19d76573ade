"""A walk says what a fresh matcher says, whether it remembers the way or not."""

from __future__ import annotations

import numpy as np
import pytest
from llguidance import LLMatcher

from agentkit.errors import RunError
from agentkit.models import EMBEDDED, walk
from agentkit.models.llamacpp import Weights
from agentkit.models.vocabulary import Vocabulary
from agentkit.models.walk import Start, Walk
from agentkit.propose.constraint import build_constraint
from agentkit.propose.dialects.nano import NanoDialect
from agentkit.propose.legal import Legal
from agentkit.types import JsonSchema, ProposeRequest, ToolSpec

pytestmark = pytest.mark.model


def grammar() -> str:
    parts: dict[str, JsonSchema] = {
        "on": {"type": "boolean"},
        "level": {"type": "integer", "minimum": 0, "maximum": 120},
        "stream": {"enum": ["media", "ring", "alarm"]},
        "text": {"type": "string", "maxLength": 12},
    }
    schema = {"type": "object", "properties": parts, "required": ["on"], "additionalProperties": False}
    tools = (ToolSpec(name="set_sound", parameters=schema), ToolSpec(name="set_light", parameters=schema))
    return build_constraint(ProposeRequest(tools=tools, messages=(), max_calls=2), NanoDialect(2)).grammar


def vocabulary() -> Vocabulary:
    return Weights.load(EMBEDDED).vocabulary


def start(vocabulary: Vocabulary) -> Start:
    return Start(LLMatcher(vocabulary.tokenizer, grammar(), log_level=0), len(vocabulary.pieces))


@pytest.mark.parametrize("seed", range(6))
def test_a_remembered_way_says_what_a_fresh_matcher_says(seed: int) -> None:
    words, random = vocabulary(), np.random.default_rng(seed)
    shared = start(words)
    paths: list[list[int]] = []
    for turn in range(8):
        here, fresh = Walk(shared), LLMatcher(words.tokenizer, grammar(), log_level=0)
        replay = paths[turn // 2] if turn % 2 else None  # every second answer is one that was walked before
        path: list[int] = []
        while not here.stopped and len(path) < 60:
            assert here.ahead() == fresh.compute_ff_bytes()
            assert here.forced() == tuple(fresh.compute_ff_tokens())
            size, legal = len(words.pieces), here.legal().ids
            np.testing.assert_array_equal(legal, Legal.masked(walk.mask(fresh, size), size).ids)
            assert here.few() == (1 < len(legal) <= 64)
            token = replay[len(path)] if replay else int(random.choice(legal))
            if token in words.ends:
                break
            assert here.admits([token]) == 1
            here.take(token)
            assert fresh.consume_token(token)
            assert here.stopped == fresh.is_stopped()
            path.append(token)
        paths.append(path)
    assert shared.states > 0


def test_what_a_text_may_begin_with_is_remembered() -> None:
    words = vocabulary()
    shared, size = start(words), len(words.pieces)
    begun = words.tokenizer.tokenize_str('[{"name":"set_sound","arguments":{"on":true,"text":"')
    for _ in range(2):
        here, fresh = Walk(shared), LLMatcher(words.tokenizer, grammar(), log_level=0)
        for token in begun:
            here.legal()
            here.take(token)
        assert fresh.consume_tokens(begun)
        assert len(here.legal()) > 64
        np.testing.assert_array_equal(here.legal().ids, Legal.masked(walk.mask(fresh, size), size).ids)
        assert shared.wide == 1


def test_a_fork_leaves_the_way_alone() -> None:
    words = vocabulary()
    here = Walk(start(words))
    for token in here.forced():
        here.take(token)
    legal = here.legal().ids.tolist()
    for token in legal[:3]:
        other = here.fork()
        other.take(token)
        assert here.legal().ids.tolist() == legal


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "_STATES", 8)
    words = vocabulary()
    shared = start(words)
    for seed in range(5):
        here, random = Walk(shared), np.random.default_rng(seed)
        for _ in range(30):
            token = int(random.choice(here.legal().ids))
            if here.stopped or token in words.ends:
                break
            here.take(token)
        assert shared.states <= 8


def test_a_token_that_the_grammar_refuses_is_an_error() -> None:
    words = vocabulary()
    here = Walk(start(words))
    (refused,) = words.tokenizer.tokenize_str("x")[:1]
    assert refused not in here.legal()
    with pytest.raises(RunError, match="refused"):
        here.take(refused)
