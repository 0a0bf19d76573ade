"""Two schemas that both hold as one: what stands beside a `$ref`, and the branches of an `allOf`.

JSON Schema (2020-12) applies both; letting one replace the other would allow what the schema forbids. What cannot be
put together is refused. Knows nothing of tools.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from agentkit.registry.fault import SchemaFault
from agentkit.types import JsonSchema

_ANNOTATIONS = frozenset(
    {"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment"}
)
_BOUNDS: dict[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
}


def conjoined(one: JsonSchema, other: JsonSchema) -> JsonSchema:
    """The schema of what satisfies both; what `other` says of itself (a description, a default) counts.

    Raises `SchemaFault` for keywords that no single one can stand for.
    """
    made = dict(one)
    if one.get("properties", {}) != other.get("properties", {}) and _is_closed(one, other):
        raise _twice("additionalProperties")
    for key, value in other.items():
        if key not in made or made[key] == value or key in _ANNOTATIONS or key.startswith("x-"):
            made[key] = value
        elif key in _BOUNDS:
            made[key] = _BOUNDS[key](made[key], value)
        elif key == "required":
            made[key] = list(dict.fromkeys([*made[key], *value]))
        elif key == "type":
            made[key] = _types(made[key], value)
        elif key == "enum":
            made[key] = [choice for choice in made[key] if choice in value]
        elif key in {"properties", "$defs", "definitions"}:
            made[key] = _merged(cast(JsonSchema, made[key]), cast(JsonSchema, value))
        else:
            raise _twice(key)
    return made


def _is_closed(one: JsonSchema, other: JsonSchema) -> bool:
    return "properties" in one and "properties" in other and False in (
        one.get("additionalProperties"), other.get("additionalProperties")
    )  # fmt: skip


def _merged(one: JsonSchema, other: JsonSchema) -> JsonSchema:
    shared = {name: conjoined(one[name], other[name]) for name in one.keys() & other.keys()}
    return {**one, **other, **shared}


def _types(one: str | list[str], other: str | list[str]) -> str | list[str]:
    """The types that both name; a whole number is a number."""
    mine, theirs = ({one} if isinstance(one, str) else {*one}, {other} if isinstance(other, str) else {*other})
    both = mine & theirs
    if ("number" in mine and "integer" in theirs) or ("integer" in mine and "number" in theirs):
        both.add("integer")
    if not both:
        raise SchemaFault("", f"must be of the types {one} and {other} at once", "correct one of them")
    return both.pop() if len(both) == 1 else sorted(both)


def _twice(key: str) -> SchemaFault:
    return SchemaFault("", f"says `{key}` in two ways, beside a `$ref` or in an `allOf`", "write it once, in one place")
