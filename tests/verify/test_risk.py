"""Thresholds and risk-coverage: counts of what goes through, whatever the order of ties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentkit.verify.risk import Gate, gate, risk_coverage

PAIRS = st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.7, 0.9]), st.booleans()), min_size=1, max_size=40)


def test_a_gate_counts_what_reaches_it() -> None:
    found = gate([0.9, 0.8, 0.7, 0.2], [True, False, True, False], 0.7)
    assert found == Gate(threshold=0.7, rows=4, through=3, wrong=1)
    assert (found.held, found.risk) == (0.25, pytest.approx(1 / 3))
    assert gate([0.1], [True], 0.5).risk == 0.0
    assert gate([], [], 0.5).held == 0.0


def test_the_surest_are_wrong_less_often_where_the_score_tells() -> None:
    scores, correct = [0.9, 0.8, 0.6, 0.3, 0.1], [True, True, True, False, False]
    assert risk_coverage(scores, correct, (1.0, 0.6, 0.2)) == ((1.0, 0.4), (0.6, 0.0), (0.2, 0.0))
    assert risk_coverage([0.5] * 4, [True, False, True, False], (1.0, 0.5)) == ((1.0, 0.5), (0.5, 0.5))


@given(PAIRS, st.data())
def test_neither_depends_on_the_order_of_the_rows(pairs: list[tuple[float, bool]], data: st.DataObject) -> None:
    mixed = data.draw(st.permutations(pairs))
    (scores, correct), (others, same) = ([list(part) for part in zip(*rows, strict=True)] for rows in (pairs, mixed))
    found = dict(risk_coverage(scores, [bool(y) for y in correct]))
    assert found == pytest.approx(dict(risk_coverage(others, [bool(y) for y in same])))
    assert gate(scores, [bool(y) for y in correct], 0.5) == gate(others, [bool(y) for y in same], 0.5)
