"""Sets of legal tokens: what is read over many, without listing them, is what a list of them would give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentkit.propose.confidence import choose, read_point
from agentkit.propose.legal import Legal


@st.composite
def sets(draw: st.DrawFn) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Flags of which at least one is set."""
    flags = np.array(draw(st.lists(st.booleans(), min_size=1, max_size=40)), np.bool_)
    flags[draw(st.integers(0, len(flags) - 1))] = True
    return flags


@given(sets(), st.lists(st.integers(0, 39), unique=True))
def test_a_set_holds_what_its_flags_say(flags: np.ndarray[tuple[int], np.dtype[np.bool_]], some: list[int]) -> None:
    legal, wanted = Legal(flags), np.array(sorted(one for one in some if one < len(flags)), np.intp)
    assert legal.ids.tolist() == [token for token in range(len(flags)) if flags[token]]
    assert len(legal) == flags.sum()
    assert [token in legal for token in range(len(flags))] == flags.tolist()
    assert legal.among(wanted).tolist() == [token for token in wanted.tolist() if flags[token]]
    assert Legal.listed(legal.ids).among(wanted).tolist() == legal.among(wanted).tolist()
    if legal.many:
        assert sorted([*legal.ids.tolist(), *legal.others.tolist()]) == list(range(len(flags)))


@settings(max_examples=200)
@given(sets(), st.integers(0, 2**32 - 1), st.sampled_from((0.1, 1.0, 8.0, 40.0, 200.0)))
def test_many_and_listed_tokens_are_read_alike(
    flags: np.ndarray[tuple[int], np.dtype[np.bool_]], seed: int, spread: float
) -> None:
    random = np.random.default_rng(seed)
    logits = random.normal(0.0, spread, len(flags)).astype(np.float32)
    legal, listed = Legal(flags), Legal.listed(np.flatnonzero(flags))
    token = choose(logits, legal, 0.0, 1.0, 0.0)
    assert token == choose(logits, listed, 0.0, 1.0, 0.0)
    draw = float(random.random())
    assert choose(logits, legal, 2.0, 0.9, draw) == choose(logits, listed, 2.0, 0.9, draw)
    for chosen in (token, int(random.choice(listed.ids))):
        here, there = (read_point(logits, one, chosen, "tool", str) for one in (legal, listed))
        assert (here.text, here.legal) == (there.text, there.legal)
        for name in ("p", "mass", "margin", "entropy"):
            assert getattr(here, name) == pytest.approx(getattr(there, name), rel=1e-4, abs=1e-5), name
        assert len(here.alternatives) == len(there.alternatives)
        for one, other in zip(here.alternatives, there.alternatives, strict=True):
            assert one.p == pytest.approx(other.p, rel=1e-4, abs=1e-5)


def test_what_the_mask_takes_away_may_be_nearly_all() -> None:
    logits = np.zeros(100, np.float32)
    logits[:2], logits[7] = 60.0, 1.0
    legal = Legal(np.arange(100) > 1)
    assert legal.many and choose(logits, legal, 0.0, 1.0, 0.0) == 7
    point = read_point(logits, legal, 7, "tool", str)
    assert point.p == pytest.approx(np.e / (np.e + 97))
    assert 0.0 <= point.mass < 1e-20
