"""Typed references: which paths into earlier results may stand where an argument's value is expected.

Knows nothing of grammars. A path fits when every value its return schema allows is of the argument's type, and of its
format and among its enumerated values where it has them; lengths and ranges are checked when the value is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from agentkit.propose.subschemas import Unsatisfiable, properties_of, required_of, resolve
from agentkit.types import JsonSchema, Message, ProposeRequest

_DEPTH = 4


def first_call_id(request: ProposeRequest) -> int:
    """The number the next call of the run gets: one more than the highest among the calls in the request."""
    return 1 + highest_call_id(request.messages, request.results)


def highest_call_id(messages: Iterable[Message], others: Iterable[str] = ()) -> int:
    """The highest number among the call ids of some turns and some other ids; 0 where there is none."""
    seen = [*others]
    for message in messages:
        seen += [call.id for call in message.calls]
        if message.call_id:
            seen.append(message.call_id)
    return max((int(text) for text in seen if text.isascii() and text.isdigit()), default=0)


def reference_sources(request: ProposeRequest) -> dict[str, JsonSchema]:
    """The return schemas of the earlier calls of the run, by call id."""
    return dict(request.results)


def fitting_paths(sources: dict[str, JsonSchema], wanted: Any, root: JsonSchema) -> dict[str, tuple[str, ...]]:
    """The paths of each source whose values an argument takes; sources without any are left out.

    `root` is the schema that holds the argument's `$defs`. The path of a whole result is the empty text.
    """
    if not isinstance(wanted, dict):
        return {}
    target, _ = resolve(cast("JsonSchema", wanted), root, (), _DEPTH)
    found = {
        call: tuple(path for path, part in _paths(schema, schema, "", 0) if _fits(part, target))
        for call, schema in sources.items()
    }
    return {call: paths for call, paths in found.items() if paths}


def _paths(schema: JsonSchema, root: JsonSchema, path: str, depth: int) -> Iterator[tuple[str, JsonSchema]]:
    """Every path that is always present, with its schema; optional properties are left out."""
    try:
        schema, _ = resolve(schema, root, (), _DEPTH)
    except Unsatisfiable:
        return
    yield path, schema
    if depth == _DEPTH or schema.get("type") != "object":
        return
    properties = properties_of(schema)
    for name in required_of(schema):
        part = properties.get(name)
        if isinstance(part, dict) and "." not in name:
            yield from _paths(cast("JsonSchema", part), root, f"{path}.{name}" if path else name, depth + 1)


def _fits(part: JsonSchema, wanted: JsonSchema) -> bool:
    """Whether a value of `part` is of the type `wanted` asks for."""
    options = [cast("JsonSchema", one) for one in wanted.get("anyOf", []) if isinstance(one, dict)]
    if options:
        return any(_fits(part, option) for option in options)
    if not _alike(part, wanted):
        return False
    kind = wanted.get("type")
    if kind == "array":
        items, other = wanted.get("items"), part.get("items")
        if not isinstance(items, dict):
            return True
        return isinstance(other, dict) and _fits(cast("JsonSchema", other), cast("JsonSchema", items))
    return kind != "object" or _covers(part, wanted)


def _alike(part: JsonSchema, wanted: JsonSchema) -> bool:
    """Whether type, enumerated values, format and pattern agree."""
    kind, given = wanted.get("type"), part.get("type")
    if not isinstance(given, str) or (kind != given and not (kind == "number" and given == "integer")):
        return False
    if "enum" in wanted or "const" in wanted:
        allowed = wanted.get("enum", [wanted.get("const")])
        values = part.get("enum", [part["const"]] if "const" in part else None)
        return values is not None and all(value in allowed for value in values)
    return all(wanted.get(key) in {None, part.get(key)} for key in ("format", "pattern"))


def _covers(part: JsonSchema, wanted: JsonSchema) -> bool:
    """Whether objects of `part` have what `wanted` requires, and nothing that it does not know."""
    needed, given = properties_of(wanted), properties_of(part)
    if not set(required_of(wanted)) <= set(required_of(part)) or not set(given) <= set(needed):
        return False
    return all(isinstance(needed[name], dict) and _fits(given[name], needed[name]) for name in given)
