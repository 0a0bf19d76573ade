"""The functions with whole sentences: every request holds what its call is given, and every value is told."""

import re

import jsonschema

from agentkit.nano.generate.asked import asked_shard
from agentkit.nano.generate.filled import read_table
from agentkit.nano.tables import table

LINES = [line.partition(" | ") for name in ("asked_science", "asked_life") for line in table(name)]


def test_every_request_names_known_parameters_and_all_that_are_required() -> None:
    for domain, _, rest in LINES:
        (entry,) = read_table([rest])
        assert re.fullmatch(r"[a-z]+", domain), rest
        for request in entry.requests:
            slots = set(re.findall(r"\{(\w+)\}", request))
            assert slots <= set(entry.kinds), request
            assert set(entry.required) <= slots, request


def test_names_are_unique_and_parameters_are_told() -> None:
    entries = read_table([rest for _, _, rest in LINES])
    assert len({entry.name for entry in entries}) == len(entries)
    assert all(set(entry.remarks) == set(entry.kinds) for entry in entries)


def test_every_call_of_the_shard_is_valid() -> None:
    shard = asked_shard(3, each=2)
    calls = [call for row in shard.rows for call in row.calls if not call.control]
    assert len(calls) > len(LINES)
    for call in calls:
        schema = shard.tools[call.name].spec.parameters
        jsonschema.validate(dict(call.arguments), schema)
