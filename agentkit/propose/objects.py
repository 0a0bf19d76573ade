"""Lark expressions for objects: closed, their properties in the schema's order, and bounded maps.

Knows nothing of tools or prompts.
"""

from __future__ import annotations

import json
from typing import Any, cast

from agentkit.errors import ToolDefinitionError
from agentkit.propose import texts
from agentkit.propose.rules import Rules
from agentkit.propose.subschemas import Unsatisfiable, properties_of, required_of
from agentkit.types import JsonSchema


def obj(grammar: Rules, schema: JsonSchema, seen: tuple[str, ...]) -> str:
    """An object: its properties where it has some, else a map of whatever `additionalProperties` allows."""
    required = required_of(schema)
    properties: dict[str, Any] = properties_of(schema)
    extra: Any = schema.get("additionalProperties", True)
    unnamed = [name for name in required if name not in properties]
    if unnamed and (extra is False or "propertyNames" in schema or "patternProperties" in schema):
        raise Unsatisfiable(f"`{unnamed[0]}` is required and not allowed")
    if not properties and not required:
        return _map(grammar, schema, extra, seen)
    properties = {**properties, **dict.fromkeys(unnamed, extra)}
    _check_counts(schema, len(properties), len(required))
    fields: list[tuple[str, str, bool]] = []
    for name, part in properties.items():
        try:
            fields.append((name, grammar.value(part, seen), name in required))
        except Unsatisfiable as error:
            if name in required:
                raise Unsatisfiable(f"`{name}`: {error}") from error
    return record(grammar, fields, least=int(schema.get("minProperties", 0)))


def record(grammar: Rules, fields: list[tuple[str, str, bool]], *, least: int = 0) -> str:
    """An object of (name, value expression, whether required) in this order; at least one where `least` says so."""
    notation = grammar.notation
    pairs = [f"{grammar.literal(notation.key(name))} {value}" for name, value, _ in fields]
    comma = grammar.literal(notation.comma)
    rests = ['""']
    for pair, (_, _, required) in zip(reversed(pairs), reversed(fields), strict=True):
        part = f"{comma} {pair}" if required else f"({comma} {pair})?"
        rests.insert(0, grammar.add(f"{part} {rests[0]}") if rests[0] != '""' else grammar.add(part))
    options: list[str] = []
    for index, (_, _, required) in enumerate(fields):
        options.append(f"{pairs[index]} {rests[index + 1]}")
        if required:
            break
    else:
        if not least:
            options.append('""')
    return grammar.add(f"{grammar.literal('{')} {grammar.choice(options)} {grammar.literal('}')}")


def _check_counts(schema: JsonSchema, known: int, required: int) -> None:
    low, high = int(schema.get("minProperties", 0)), int(schema.get("maxProperties", known))
    if low > max(1, required) or high < known:
        raise ToolDefinitionError(
            "`minProperties` and `maxProperties` cannot be expressed for optional properties",
            hint="make the properties required, or check their number in the tool",
        )


def _map(grammar: Rules, schema: JsonSchema, extra: Any, seen: tuple[str, ...]) -> str:
    """A map: keys by `patternProperties` and `propertyNames`, values by those and `additionalProperties`."""
    low, high = int(schema.get("minProperties", 0)), int(schema.get("maxProperties", grammar.limits.entries))
    pairs = [
        (_key(grammar, {"pattern": pattern}), grammar.value(part, seen))
        for pattern, part in cast("dict[str, Any]", schema.get("patternProperties", {})).items()
    ]
    if not pairs and extra is not False:
        names = cast("JsonSchema", schema.get("propertyNames", {}))
        pairs = [(_key(grammar, names), grammar.value(extra, seen))]
    if not pairs or not high:
        if low:
            raise Unsatisfiable("an object without properties cannot have any")
        return grammar.literal("{}")
    if low > 1:
        raise ToolDefinitionError("different keys cannot be promised", hint="drop `minProperties`, or name the keys")
    return mapping(grammar, pairs, low, min(high, grammar.limits.entries))


def _key(grammar: Rules, names: JsonSchema) -> str:
    """The expression of a key that fits a schema for names."""
    most = min(int(names.get("maxLength", grammar.limits.key)), max(grammar.limits.key, int(names.get("minLength", 0))))
    if "enum" in names:
        return grammar.choice([grammar.literal(json.dumps(name, ensure_ascii=False)) for name in names["enum"]])
    low = int(names.get("minLength", 1))
    content = texts.full_match(str(names["pattern"]), most) if "pattern" in names else ""
    return grammar.add(grammar.notation.free_key(low, most, content))


def mapping(grammar: Rules, pairs: list[tuple[str, str]], low: int, high: int) -> str:
    """An object of up to `high` of the (key, value) pairs; of a key that is repeated the last value stands."""
    comma, colon = grammar.literal(grammar.notation.comma), grammar.literal(grammar.notation.colon)
    pair = grammar.add(" | ".join(f"{key} {colon} {value}" for key, value in pairs))
    more = f"({comma} {pair}){{0,{high - 1}}}" if high > 1 else ""
    some = f"{grammar.literal('{')} {pair} {more} {grammar.literal('}')}"
    return grammar.add(some if low else f"{some} | {grammar.literal('{}')}")
