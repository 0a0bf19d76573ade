"""Retrieval's odds on the first tool's name: where they count, and how they divide over tokens."""

from __future__ import annotations

import math
from typing import cast

import numpy as np
import pytest

from agentkit.models.prior import Prior
from agentkit.models.vocabulary import Vocabulary
from agentkit.types import Near

OPENING = b'[{"name":"'
PIECES = (b"[]", b'[{"name":"', b"set", b"sing", b"_alarm", b'"', b"s", b"et_alarm", b'",', b"_", b"get")


class _Pieces:
    pieces = PIECES


VOCABULARY = cast("Vocabulary", _Pieces())


def weighed(text: bytes, *legal: bytes, scores: dict[str, float]) -> dict[bytes, float]:
    """The odds of the legal pieces after the weighing, all alike before."""
    near = [Near(tool=tool, closeness=0.0, score=score) for tool, score in scores.items()]
    ids = np.array([PIECES.index(piece) for piece in legal])
    logits = np.zeros(len(PIECES), np.float32)
    gained = Prior(near, OPENING, VOCABULARY).weigh(logits, ids, text)
    assert not logits.any()
    return {piece: math.exp(float(gained[PIECES.index(piece)])) for piece in legal}


def test_a_nearer_tool_gets_the_larger_share_and_the_shares_make_one() -> None:
    odds = weighed(OPENING, b"set", b"sing", scores={"set_alarm": 0.5, "sing": 0.4})
    assert odds[b"set"] > 2 * odds[b"sing"]
    assert sum(odds.values()) == pytest.approx(2.0)


def test_whether_to_call_at_all_is_left_to_the_model() -> None:
    odds = weighed(b"", b"[]", b'[{"name":"', scores={"set_alarm": 0.9, "sing": -0.2})
    assert odds == {b"[]": 1.0, b'[{"name":"': 1.0}
    odds = weighed(OPENING, b"set", b"sing", b"get", scores={"set_alarm": 0.5, "sing": 0.4})
    assert odds[b"get"] == 1.0  # leads to no tool
    assert odds[b"set"] + odds[b"sing"] == pytest.approx(2.0)


def test_a_token_that_several_names_begin_with_has_the_odds_of_them_all() -> None:
    scores = {"set_alarm": 0.5, "sing": 0.5, "get": 0.5}
    odds = weighed(OPENING, b"s", b"get", scores=scores)
    assert odds[b"s"] == pytest.approx(2 * odds[b"get"])


def test_the_end_of_a_name_and_its_continuation_are_told_apart() -> None:
    odds = weighed(OPENING + b"set", b'"', b'",', b"_alarm", b"_", scores={"set": 0.5, "set_alarm": 0.4})
    assert odds[b'"'] == pytest.approx(odds[b'",'])
    assert odds[b"_alarm"] == odds[b"_"] < odds[b'"']


@pytest.mark.parametrize("text", [OPENING + b'set_alarm","arguments":{"', b"plain words", b'{"name":"'])
def test_nothing_changes_elsewhere(text: bytes) -> None:
    odds = weighed(text, b"set", b"sing", scores={"set_alarm": 0.9, "sing": 0.1})
    assert set(odds.values()) == {1.0}
