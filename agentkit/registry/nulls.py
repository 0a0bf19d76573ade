"""Read a null for an optional key whose schema takes none as the key left out; models write both.

Knows nothing of tools. What the schema takes as null is left alone.
"""

from __future__ import annotations

from typing import cast

from pydantic import JsonValue

from agentkit.registry.arguments import fits
from agentkit.registry.satisfiable import matches
from agentkit.types import JsonObject, JsonSchema

_NESTED = (dict, list)


def without_nulls(value: JsonObject, schema: JsonSchema) -> JsonObject:
    """The arguments without such nulls, also in nested objects, lists, maps and unions."""
    return cast(JsonObject, _mended(value, schema)) if _holds_null(value) else value


def _holds_null(value: JsonValue) -> bool:
    if not isinstance(value, _NESTED):
        return value is None
    items = value.values() if isinstance(value, dict) else value
    return None in items or any(isinstance(item, _NESTED) and _holds_null(item) for item in items)


def _mended(value: JsonValue, schema: JsonSchema) -> JsonValue:
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            branches = ((branch, _mended(value, branch)) for branch in schema[keyword])
            return next((mended for branch, mended in branches if fits(branch, mended)), value)
    if isinstance(value, dict):
        return _object(value, schema)
    if isinstance(value, list):
        first = cast(list[JsonSchema], schema.get("prefixItems", []))
        rest = schema.get("items")
        each = cast(JsonSchema, rest) if isinstance(rest, dict) else {}
        return [_mended(item, first[index] if index < len(first) else each) for index, item in enumerate(value)]
    return value


def _object(value: JsonObject, schema: JsonSchema) -> JsonObject:
    properties = cast(dict[str, JsonSchema], schema.get("properties", {}))
    optional = properties.keys() - set(schema.get("required", ()))
    return {
        name: _mended(held, properties[name] if name in properties else _other(name, schema))
        for name, held in value.items()
        if held is not None or name not in optional or fits(properties[name], None)
    }


def _other(name: str, schema: JsonSchema) -> JsonSchema:
    """The schema of a key of a map."""
    for pattern, inner in cast(dict[str, JsonSchema], schema.get("patternProperties", {})).items():
        if matches(pattern, name):
            return inner
    more = schema.get("additionalProperties")
    return cast(JsonSchema, more) if isinstance(more, dict) else {}
