"""Odds of tools and of values: where they count, and how they divide over tokens."""

from __future__ import annotations

import math
from typing import cast

import numpy as np
import pytest

from agentkit.models.prior import several, tool_prior, value_prior
from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.legal import Legal
from agentkit.propose.tracking import JsonTracker
from agentkit.types import Near, Odds, ProposeRequest, ValueOdds

OPENING = b'[{"name":"'
PIECES = (
    b"[]",
    b'[{"name":"',
    b"set",
    b"sing",
    b"_alarm",
    b'"',
    b"s",
    b"et_alarm",
    b'",',
    b"_",
    b"get",
    b" Sa",
    b" S",
    b"ve",
    b"nd",
    b"X",
)


class _Pieces:
    pieces = PIECES

    @staticmethod
    def first(text: bytes) -> int:
        """The longest piece that a text begins with; -1 where none is one."""
        longest = max((piece for piece in PIECES if text.startswith(piece)), key=len, default=b"")
        return PIECES.index(longest) if longest else -1


VOCABULARY = cast("Vocabulary", _Pieces())


def read(text: bytes) -> JsonTracker:
    """A tracker of an answer of this text."""
    tracker = JsonTracker()
    tracker.feed(text)
    return tracker


def nearness(**scores: float) -> tuple[Near, ...]:
    """The tools with these scores, best first."""
    best = sorted(scores.items(), key=lambda pair: -pair[1])
    return tuple(Near(tool=tool, closeness=score, score=score) for tool, score in best)


def weighed(
    text: bytes, *legal: bytes, scores: dict[str, float] | None = None, odds: Odds | None = None
) -> dict[bytes, float]:
    """The odds of the legal pieces after the weighing, all alike before."""
    near = tuple(Near(tool=tool, closeness=0.0, score=score) for tool, score in (scores or {}).items())
    prior = tool_prior(ProposeRequest(tools=(), messages=(), nearest=near, odds=odds), OPENING, VOCABULARY)
    assert prior is not None
    ids = np.array([PIECES.index(piece) for piece in legal])
    logits = np.zeros(len(PIECES), np.float32)
    gained = prior.weigh(logits, Legal.listed(ids), text, read(text))
    assert not logits.any()
    return {piece: math.exp(float(gained[PIECES.index(piece)])) for piece in legal}


def test_a_nearer_tool_gets_the_larger_share_and_the_shares_make_one() -> None:
    odds = weighed(OPENING, b"set", b"sing", scores={"set_alarm": 0.5, "sing": 0.2})
    assert odds[b"set"] > 2 * odds[b"sing"]
    assert sum(odds.values()) == pytest.approx(2.0)


def test_tools_that_suit_make_a_call_likelier_and_others_less_likely() -> None:
    def calling(*scores: float, parts: tuple[tuple[Near, ...], ...] = ()) -> float:
        near = nearness(**{f"tool_{number}": score for number, score in enumerate(scores)})
        request = ProposeRequest(tools=(), messages=(), nearest=near, parts=parts)
        prior = tool_prior(request, OPENING, VOCABULARY)
        assert prior is not None
        legal = np.array([PIECES.index(b"[]"), PIECES.index(OPENING)])
        gained = prior.weigh(np.zeros(len(PIECES), np.float32), Legal.listed(legal), b"", read(b""))
        return float(gained[legal[1]] - gained[legal[0]])

    assert calling(-6.0, -7.0) < 0 < calling(4.0, -3.0) < calling(4.0, 4.0)
    assert calling(-6.0, parts=(nearness(tool_0=-6.0), nearness(tool_0=4.0))) == calling(4.0)


def test_a_token_that_leads_to_no_tool_stays_as_it_is() -> None:
    odds = weighed(OPENING, b"set", b"sing", b"get", scores={"set_alarm": 0.5, "sing": 0.4})
    assert odds[b"get"] == 1.0
    assert odds[b"set"] + odds[b"sing"] == pytest.approx(2.0)


def test_a_token_that_several_names_begin_with_has_the_odds_of_them_all() -> None:
    scores = {"set": 0.5, "set_alarm": 0.5, "get": 0.5}
    odds = weighed(OPENING, b"set", b"get", scores=scores)
    assert odds[b"set"] == pytest.approx(2 * odds[b"get"])


def test_a_token_that_spells_a_name_as_it_never_is_read_is_hardly_possible() -> None:
    odds = weighed(OPENING, b"set", b"s", b"sing", scores={"set_alarm": 0.5, "sing": 0.5})
    assert odds[b"s"] < 1e-6 < odds[b"set"] == pytest.approx(odds[b"sing"])


def test_the_end_of_a_name_and_its_continuation_are_told_apart() -> None:
    odds = weighed(OPENING + b"set", b'"', b'",', b"_alarm", b"_", scores={"set": 0.5, "set_alarm": 0.4})
    assert odds[b'"'] == pytest.approx(odds[b'",'])
    assert odds[b"_"] < odds[b"_alarm"] < odds[b'"']


@pytest.mark.parametrize("text", [OPENING + b'set_alarm","arguments":{"', b"plain words", b'{"name":"'])
def test_nothing_changes_elsewhere(text: bytes) -> None:
    odds = weighed(text, b"set", b"sing", scores={"set_alarm": 0.9, "sing": 0.1})
    assert set(odds.values()) == {1.0}


def test_odds_that_come_with_the_request_stand_in_place_of_those_of_retrieval() -> None:
    scores = {"set_alarm": 0.1, "sing": 0.9}
    odds = weighed(OPENING, b"set", b"sing", scores=scores, odds=Odds(tools={"set_alarm": 3.0, "sing": 1.0}))
    assert odds[b"set"] == pytest.approx(3 * odds[b"sing"])
    alone = weighed(OPENING, b"set", b"sing", odds=Odds(tools={"set_alarm": 6.0, "sing": 2.0}))
    assert alone == pytest.approx(odds)


def test_odds_of_no_call_weigh_the_first_token() -> None:
    known = Odds(tools={"set_alarm": 3.0, "sing": 1.0}, none=8.0)
    odds = weighed(b"", b"[]", b'[{"name":"', odds=known)
    assert odds[b"[]"] == pytest.approx(2 * odds[b'[{"name":"'])
    same = weighed(b"", b"[]", b'[{"name":"', odds=known, scores={"set_alarm": 0.1, "sing": 0.2, "get": 0.9})
    assert same == pytest.approx(odds)


TWO_PARTS = (nearness(set_alarm=3.0, sing=-3.0), nearness(set_alarm=-3.0, sing=3.0))


@pytest.mark.parametrize(
    ("called", "likelier"),
    [("set_alarm", b"sing"), ("sing", b"set"), ("get", b"sing")],
    ids=["in order", "not", "none"],
)
def test_a_later_tool_is_the_one_of_a_part_that_has_no_call_yet(called: str, likelier: bytes) -> None:
    request = ProposeRequest(tools=(), messages=(), nearest=nearness(set_alarm=3.0, sing=2.9), parts=TWO_PARTS)
    prior = tool_prior(request, OPENING, VOCABULARY)
    assert prior is not None
    text = b'[{"name":"' + called.encode() + b'","arguments":{}},{"name":"'
    legal = [PIECES.index(b"set"), PIECES.index(b"sing")]
    gained = prior.weigh(np.zeros(len(PIECES), np.float32), Legal.listed(np.array(legal)), text, read(text))
    assert PIECES[max(legal, key=lambda at: float(gained[at]))] == likelier


def test_one_thing_said_in_two_parts_is_not_several() -> None:
    apart = several(nearness(set_alarm=3.0, sing=2.0), TWO_PARTS)
    one = several(nearness(set_alarm=4.0, sing=-4.0), (nearness(set_alarm=3.0, sing=-4.0), nearness(set_alarm=-3.0)))
    assert one < 0.2
    assert apart > 0.5


def valued(written: str, *legal: bytes, tool: str = "tap", field: str = "element") -> dict[bytes, float]:
    """The odds of pieces within a value, all alike before; `Save` is three times as likely as `Send`."""
    odds = Odds(values=(ValueOdds(tool="tap", argument="element", values={"Save": 3.0, "Send": 1.0}),))
    prior = value_prior(ProposeRequest(tools=(), messages=(), odds=odds), " ", VOCABULARY)
    assert prior is not None
    tracker = JsonTracker()
    tracker.feed(f'[{{"name":"{tool}","arguments":{{"{field}":{written}'.encode())
    ids = np.array([PIECES.index(piece) for piece in legal])
    gained = prior.weigh(np.zeros(len(PIECES), np.float32), Legal.listed(ids), tracker)
    return {piece: math.exp(float(gained[PIECES.index(piece)])) for piece in legal}


def test_values_are_weighed_where_they_part() -> None:
    odds = valued('" S', b"ve", b"nd")
    assert odds == {b"ve": 1.0, b"nd": 1.0}  # neither goes on with a value here: "Sve"
    odds = valued('"', b" Sa", b" S")
    assert odds[b" Sa"] == pytest.approx(3 * odds[b" S"])  # "Save" is never read as " S" and "ave"
    odds = valued('" S', b"X", b"nd")
    assert set(odds.values()) == {1.0}


@pytest.mark.parametrize(("tool", "field"), [("tap", "other"), ("hold", "element")])
def test_values_of_other_arguments_stay_as_they_are(tool: str, field: str) -> None:
    assert set(valued('"', b" Sa", b" S", tool=tool, field=field).values()) == {1.0}


def test_nothing_known_is_no_prior() -> None:
    empty = ProposeRequest(tools=(), messages=())
    assert tool_prior(empty, OPENING, VOCABULARY) is None
    assert value_prior(empty, " ", VOCABULARY) is None
