"""Argument types as the nano format writes them: `str`, `int 0..100`, `date`, `a|b`, `[str]`, `{x*:num,y:str}`.

Knows nothing of prompts. Version 1 has the plain types only; what it cannot say becomes the nearest wider type.
"""

from __future__ import annotations

from typing import Any, cast

from agentkit.propose.subschemas import Unsatisfiable, alternatives, properties_of, required_of, resolve
from agentkit.types import JsonSchema

_PLAIN = {"string": "str", "integer": "int", "number": "num", "boolean": "bool", "null": "null"}
_FORMATS = {"date": "date", "time": "time", "date-time": "datetime", "datetime": "datetime"}
_DEPTH = 3


def type_name(schema: Any, root: JsonSchema, *, nested: bool = True, depth: int = 0) -> str:
    """The type of a schema; without `nested` (version 1) only plain types, enumerations and lists of plain types."""
    if not isinstance(schema, dict) or depth > _DEPTH:
        return "obj"
    try:
        whole, _ = resolve(cast("JsonSchema", schema), root, (), _DEPTH)
    except Unsatisfiable:
        return "obj"
    if "const" in whole or "enum" in whole:
        return "|".join(_word(value) for value in whole.get("enum", [whole.get("const")]))
    options = [option for option in alternatives(whole, root) if option.get("type") != "null"]
    if options:
        names = dict.fromkeys(type_name(option, root, nested=nested, depth=depth + 1) for option in options)
        return next(iter(names)) if len(names) == 1 or not nested else "|".join(names)
    return _composite(whole, root, nested, depth)


def _composite(schema: JsonSchema, root: JsonSchema, nested: bool, depth: int) -> str:
    kind = schema.get("type")
    if kind == "array":
        item = type_name(schema.get("items", True), root, nested=nested, depth=depth + 1)
        return f"[{item}]" if nested or item in {"str", "int", "num"} else "[str]" if "|" in item else "obj"
    if kind == "object":
        return _object(schema, root, depth) if nested else "obj"
    form = schema.get("x-type", schema.get("format"))
    if nested and form in _FORMATS:
        return _FORMATS[form]
    return _PLAIN.get(str(kind), "obj") + (_range(schema) if nested else "")


def _object(schema: JsonSchema, root: JsonSchema, depth: int) -> str:
    properties = properties_of(schema)
    if not properties:
        return "obj"
    required = required_of(schema)
    parts = [
        f"{name}{'*' if name in required else ''}:{type_name(part, root, depth=depth + 1)}"
        for name, part in properties.items()
    ]
    return "{" + ",".join(parts) + "}"


def _range(schema: JsonSchema) -> str:
    """The bounds of a number as ` low..high`, either side may be missing."""
    if schema.get("type") not in {"integer", "number"}:
        return ""
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if low is None and high is None:
        return ""
    return f" {'' if low is None else _word(low)}..{'' if high is None else _word(high)}"


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)
