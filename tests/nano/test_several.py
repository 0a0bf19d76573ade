"""Requests for several calls: every call is valid, and the contrasts are single calls."""

from __future__ import annotations

from collections import Counter

import jsonschema
import pytest

from agentkit.nano.generate.several import several_shard
from agentkit.nano.pool import held_out
from agentkit.nano.rows import Shard


@pytest.fixture(scope="module")
def shard() -> Shard:
    """A few scenes."""
    return several_shard(3, scenes=120)


def test_every_call_is_valid_and_no_two_of_a_request_are_the_same(shard: Shard) -> None:
    for row in shard.rows:
        for call in row.calls:
            jsonschema.validate(dict(call.arguments), shard.tools[call.name].spec.parameters)
        assert len({call.model_dump_json(exclude={"id"}) for call in row.calls}) == len(row.calls), row


def test_one_tool_is_asked_for_up_to_four_times_and_other_requests_want_one_call(shard: Shard) -> None:
    same = Counter(len(row.calls) for row in shard.rows if len({call.name for call in row.calls}) == 1)
    assert {1, 2, 3, 4} <= same.keys()
    assert same[1] > 0.2 * len(shard.rows)
    singles = [row for row in shard.rows if len(row.calls) == 1]
    assert any(" and " in str(value) for row in singles for value in row.calls[0].arguments.values())
    assert any(isinstance(value, list) for row in singles for value in row.calls[0].arguments.values())


def test_the_tools_of_a_scene_are_all_held_out_or_none_is(shard: Shard) -> None:
    sides = {frozenset(held_out(shard.source, shard.tools[key]) for key in row.offered) for row in shard.rows}
    assert sides == {frozenset({True}), frozenset({False})}


def test_the_same_seed_gives_the_same_rows(shard: Shard) -> None:
    assert several_shard(3, scenes=20).rows == shard.rows[: len(several_shard(3, scenes=20).rows)]
