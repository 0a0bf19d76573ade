"""Rows for the packs that ship: every tool is asked for, as declared, with calls that its schema allows."""

from __future__ import annotations

import jsonschema
import pytest

from agentkit.nano.generate.packs import pack_shard
from agentkit.nano.rows import Shard
from agentkit.registry import Registry

PACKS = ("assistant", "calc", "clock", "contacts", "files", "messages", "notes")


@pytest.fixture(scope="module")
def made() -> Shard:
    return pack_shard(0, scenes=150)


@pytest.mark.parametrize("pack", PACKS)
def test_every_tool_stands_as_declared_and_is_asked_for(made: Shard, pack: str) -> None:
    called = {call.name for row in made.rows for call in row.calls}
    for spec in Registry([pack]).specs:
        key = f"{pack}/{spec.name}"
        stored = made.tools[key].spec
        assert (stored.name, stored.description) == (spec.name, spec.description)
        assert stored.parameters["properties"] == spec.parameters["properties"]
        assert key in called


def test_calls_are_what_the_schemas_allow(made: Shard) -> None:
    for row in made.rows:
        for call in row.calls:
            jsonschema.validate(dict(call.arguments), dict(made.tools[call.name].spec.parameters))
            assert call.name in row.offered


def test_the_order_is_the_registrys_and_no_name_stands_twice(made: Shard) -> None:
    order = list(made.tools)
    for row in made.rows:
        assert list(row.offered) == sorted(row.offered, key=order.index)
        names = [made.tools[key].spec.name for key in row.offered]
        assert len(set(names)) == len(names)


def test_some_requests_fit_no_tool_that_is_shown(made: Shard) -> None:
    share = sum(not row.calls and len(row.messages) == 1 for row in made.rows) / len(made.rows)
    assert 0.08 < share < 0.25
