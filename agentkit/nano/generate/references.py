"""Rows in which one call needs what another gives: `$ref` to an earlier call of the same answer, or of an earlier turn.

Tools come in small scenes: a producer whose result has a field, a consumer that wants it, and a few others.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass

from pydantic import JsonValue

from agentkit.nano.generate.kinds import Kinds
from agentkit.nano.generate.values import Values
from agentkit.nano.rows import Row, Shard, make_calls
from agentkit.nano.tables import table
from agentkit.types import JsonObject, Message

_GROUP = "scene"


@dataclass(frozen=True)
class Pair:
    """A producer and a consumer: names, what is looked up by which argument, the field, and the ways to ask."""

    producer: str
    told: str
    by: str
    by_kind: str
    field: str
    field_kind: str
    consumer: str
    does: str
    argument: str
    extra: str
    extra_kind: str
    requests: tuple[str, ...]


def read_pair(line: str) -> Pair:
    """A line of the table as a pair."""
    producer, by, field, consumer, argument, extra, requests = line.split(" | ")
    names = (
        *producer.split(": "),
        *by.split(":"),
        *field.split(":"),
        *consumer.split(": "),
        argument,
        *extra.split(":"),
    )
    return Pair(*names, requests=tuple(requests.split(" / ")))


_OTHERS = (
    ("list_items", "List every item"),
    ("get_status", "Tell the state of the system"),
    ("log_out", "End the session"),
    ("clear_history", "Delete the history"),
    ("sync_data", "Synchronise the data"),
    ("show_help", "Show the manual"),
)
_KIND_SCHEMA = {"int": "integer", "num": "number"}


def reference_shard(seed: int, scenes: int = 240, rows: int = 12) -> Shard:
    """`scenes` tool lists with `rows` conversations each."""
    shard, rng = Shard("made_references", "Apache-2.0 (made by agentkit)"), random.Random(f"references/{seed}")
    pairs = [read_pair(line) for line in table("references")]
    for number in range(scenes):
        pair = rng.choice(pairs)
        offered = _scene(shard, number, pair, rng)
        for _ in range(rows):
            shard.rows.append(_row(pair, number, offered, rng))
    return shard


def _scene(shard: Shard, number: int, pair: Pair, rng: random.Random) -> tuple[str, ...]:
    def key(name: str) -> str:
        return f"{number}/{name}"

    extra = {"type": _KIND_SCHEMA.get(pair.extra_kind, "string")}
    produced = f"{pair.told}; gives {pair.field}" if rng.random() < 0.5 else pair.told
    shard.tool(
        key(pair.producer),
        produced,
        {pair.by: {"type": "string"}},
        required=[pair.by],
        group=_GROUP,
        name=pair.producer,
    )
    properties = {pair.argument: {"type": "string"}, pair.extra: extra}
    shard.tool(key(pair.consumer), pair.does, properties, required=list(properties), group=_GROUP, name=pair.consumer)
    others = rng.sample(_OTHERS, rng.randint(0, 3))
    for name, description in others:
        shard.tool(key(name), description, {}, group=_GROUP, name=name)
    return (key(pair.producer), key(pair.consumer), *(key(name) for name, _ in others))


def _row(pair: Pair, number: int, offered: tuple[str, ...], rng: random.Random) -> Row:
    kinds = Kinds(rng)
    by, extra, found = kinds.draw(pair.by_kind), kinds.draw(pair.extra_kind), kinds.draw(pair.field_kind)
    producer, consumer = f"{number}/{pair.producer}", f"{number}/{pair.consumer}"
    request = rng.choice(pair.requests).format(by=by.text, extra=extra.text)
    first = (producer, {pair.by: by.value})
    reference: JsonValue = {"$ref": "1", "path": pair.field}
    kind = rng.random()
    if kind < 0.45:
        second: JsonObject = {pair.argument: reference, pair.extra: extra.value}
        return _made([Message(role="user", content=request)], [first, (consumer, second)], offered)
    if kind < 0.6:
        known = f"{pair.does.split(' ', 1)[0].lower()} it for {found.text}: {pair.extra} {extra.text}"
        return _made(
            [Message(role="user", content=known)],
            [(consumer, {pair.argument: found.value, pair.extra: extra.value})],
            offered,
        )
    if kind < 0.75 and len(offered) > 2:
        name = offered[-1]
        told = next(told for other, told in _OTHERS if name.endswith(f"/{other}"))
        return _made([Message(role="user", content=told.lower())], [(name, {})], offered)
    asked = make_calls([first])
    result: JsonObject = {pair.field: found.value, Values(rng).noun(): kinds.values.integer()}
    turns = [
        Message(role="user", content=request),
        Message(role="assistant", calls=asked),
        Message(role="tool", content=json.dumps(result), call_id="1"),
    ]
    return _made(turns, [(consumer, {pair.argument: found.value, pair.extra: extra.value})], offered)


def _made(messages: list[Message], calls: list[tuple[str, JsonObject]], offered: tuple[str, ...]) -> Row:
    return Row(messages=tuple(messages), calls=make_calls(calls), offered=offered, group=_GROUP)
