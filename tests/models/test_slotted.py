"""The slot filler's odds on the arguments of a call: names, values, ends, and what was given before."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pytest

from agentkit.models.slotted import Slotted
from agentkit.models.vocabulary import Vocabulary
from agentkit.models.writing import Form
from agentkit.propose.legal import Legal
from agentkit.propose.notation import LED
from agentkit.propose.tracking import JsonTracker
from agentkit.slots.filled import Filled

PIECES = (
    b" ", b"one", b'"a', b'"b', b"}}]",
    b' one"', b' two"', b' other"', b"4", b"16", b"0", b",", b'","', b'"}}]', b"true", b"false",
    b'{"', b"{}}]"
)  # fmt: skip
FILLED = (
    Filled("a", {"one": 0.6, "two": 0.2}, other=0.1, none=0.1),
    Filled("b", {4: 0.3, 16: 0.1}, other=0.0, none=0.6),
    Filled("c", {True: 0.2, False: 0.0}, other=0.0, none=0.8),
)


class _Pieces:
    pieces = PIECES

    @staticmethod
    def first(text: bytes) -> int:
        """The longest piece that a text begins with; -1 where none is one."""
        longest = max((piece for piece in PIECES if text.startswith(piece)), key=len, default=b"")
        return PIECES.index(longest) if longest else -1


@dataclass
class _Slots:
    """The same opinion of every call; `asked` keeps what came before each."""

    asked: list[Sequence[Mapping[str, object]]] = field(default_factory=list[Sequence[Mapping[str, object]]])

    def fill(self, name: str, earlier: Sequence[Mapping[str, object]]) -> Sequence[Filled]:
        """What is thought of the arguments."""
        self.asked.append(earlier)
        return FILLED if name == "f" else ()


def weighed(written: str, *legal: bytes) -> dict[bytes, float]:
    """The odds of the legal pieces after a call's text, all alike before."""
    tracker = JsonTracker()
    tracker.feed(f'[{{"name":"f","arguments":{written}'.encode())
    ids = np.array([PIECES.index(piece) for piece in legal])
    slotted = Slotted(_Slots(), LED, cast("Vocabulary", _Pieces()))
    logits = slotted.weigh(np.zeros(len(PIECES), np.float32), Legal.listed(ids), tracker)
    return {piece: math.exp(float(logits[PIECES.index(piece)])) for piece in legal}


def squared(*shares: float) -> list[float]:
    """The shares that count twice, as the filler's do, one to another: of 1 in all."""
    return [share**2 / sum(one**2 for one in shares) for share in shares]


def test_an_argument_that_is_likely_given_is_named() -> None:
    odds = weighed("{", b'"a', b'"b', b"}}]")
    a, b, _, end = squared(0.9, 0.1 * 0.4, 0.1 * 0.6 * 0.2, 0.1 * 0.6 * 0.8)
    assert [odds[b'"a'], odds[b'"b'], odds[b"}}]"]] == pytest.approx([a, b, end], rel=1e-3)


def test_a_token_that_holds_the_end_of_all_arguments_counts_like_its_parts() -> None:
    odds = weighed("", b'{"', b"{}}]")
    *given, end = squared(0.9, 0.1 * 0.4, 0.1 * 0.6 * 0.2, 0.1 * 0.6 * 0.8)
    assert odds[b"{}}]"] / odds[b'{"'] == pytest.approx(end / sum(given), rel=1e-3)


def test_values_get_their_odds_and_others_share_the_rest() -> None:
    odds = weighed('{"a":"', b' one"', b' two"', b' other"')
    assert odds[b' one"'] == pytest.approx(3**2 * odds[b' two"'])
    assert odds[b' other"'] < odds[b' two"']


def test_whether_another_argument_follows_is_weighed_at_the_end_of_a_value() -> None:
    odds = weighed('{"a":" one', b'","', b'"}}]')
    b, c, end = squared(0.4, 0.6 * 0.2, 0.6 * 0.8)
    assert odds[b'","'] / odds[b'"}}]'] == pytest.approx((b + c) / end, rel=1e-3)


def test_a_token_that_spells_a_value_as_it_never_is_read_is_hardly_possible() -> None:
    odds = weighed('{"a":"', b' one"', b" ")
    assert odds[b" "] < 0.01 * odds[b' one"']


def test_a_number_may_go_on() -> None:
    odds = weighed('{"b":', b"4", b"16", b"0")
    assert odds[b"4"] == pytest.approx(3**2 * odds[b"16"])
    assert odds[b"0"] < odds[b"16"]


def test_states_are_weighed() -> None:
    odds = weighed('{"c":', b"true", b"false")
    assert odds[b"true"] > 50 * odds[b"false"]


def test_a_value_that_an_argument_before_has_got_is_less_likely() -> None:
    twice = (Filled("a", {4: 0.9}, 0.0, 0.1), Filled("b", {4: 0.6, 16: 0.3}, 0.0, 0.1))
    form = Form(twice, LED)
    start = b',"arguments":{"a":4,"b":'
    four, other = form.share(start + b"4}"), form.share(start + b"16}")
    assert four and other and four < other


FIRST, ONE, FOUR = squared(0.9, 0.04, 0.012, 0.048)[0], squared(0.6, 0.2, 0.1)[0], squared(0.3, 0.1)[0]
END, LAST = squared(0.4, 0.12, 0.48)[-1], squared(0.2, 0.8)[-1]


@pytest.mark.parametrize(
    ("written", "follows"),
    [
        ("", [(b'"a":', FIRST), (b'" one"', ONE), (b"}", END)]),
        ('"a', [(b'":', 1.0), (b'" one"', ONE), (b"}", END)]),
        ('"a":" t', [(b'wo"', 1.0), (b"}", END)]),
        ('"a":" two","b":', [(b"4", FOUR), (b"}", LAST)]),
        ('"a":" two","b":1', [(b"6", 1.0), (b"}", LAST)]),
        ('"a":" three', []),
    ],
)
def test_the_likeliest_way_to_go_on_leads_to_the_end(written: str, follows: list[tuple[bytes, float]]) -> None:
    tracker = JsonTracker()
    tracker.feed(f'[{{"name":"f","arguments":{{{written}'.encode())
    pieces = Slotted(_Slots(), LED, cast("Vocabulary", _Pieces())).likeliest(tracker)
    assert [piece for piece, _ in pieces] == [piece for piece, _ in follows]
    assert [p for _, p in pieces] == pytest.approx([p for _, p in follows], rel=0.005)


def test_nothing_is_likely_outside_of_arguments() -> None:
    tracker = JsonTracker()
    tracker.feed(b'[{"name":"f')
    assert Slotted(_Slots(), LED, cast("Vocabulary", _Pieces())).likeliest(tracker) == []


def test_earlier_calls_are_told_to_the_filler() -> None:
    slots, tracker = _Slots(), JsonTracker()
    tracker.feed(b'[{"name":"g","arguments":{"x":" one","n":[1]}},{"name":"f","arguments":{')
    Slotted(slots, LED, cast("Vocabulary", _Pieces())).weigh(
        np.zeros(len(PIECES), np.float32), Legal.listed(np.array([0, 2])), tracker
    )
    assert slots.asked == [[{"x": "one", "n": [1]}]]


@pytest.mark.parametrize("name", ["g", "finish"])
def test_a_tool_of_which_nothing_is_known_stays_as_it_is(name: str) -> None:
    tracker = JsonTracker()
    tracker.feed(f'[{{"name":"{name}","arguments":{{'.encode())
    ids = np.array([0, 2])
    slotted = Slotted(_Slots(), LED, cast("Vocabulary", _Pieces()))
    logits = np.zeros(len(PIECES), np.float32)
    assert slotted.weigh(logits, Legal.listed(ids), tracker).tolist() == logits.tolist()
