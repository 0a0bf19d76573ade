"""Lark expressions for objects: closed, their properties in the schema's order, and bounded maps.

Knows nothing of tools or prompts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentkit.errors import ToolDefinitionError
from agentkit.propose.subschemas import Unsatisfiable, properties_of, required_of
from agentkit.types import JsonSchema

if TYPE_CHECKING:
    from agentkit.propose.grammar import SchemaGrammar


def obj(grammar: SchemaGrammar, schema: JsonSchema, seen: tuple[str, ...]) -> str:
    """An object: its properties where it has some, else a map of whatever `additionalProperties` allows."""
    required = required_of(schema)
    properties: dict[str, Any] = properties_of(schema)
    extra: Any = schema.get("additionalProperties", True)
    unnamed = [name for name in required if name not in properties]
    if unnamed and (extra is False or "propertyNames" in schema):
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


def record(grammar: SchemaGrammar, fields: list[tuple[str, str, bool]], *, least: int = 0) -> str:
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


def _map(grammar: SchemaGrammar, schema: JsonSchema, extra: Any, seen: tuple[str, ...]) -> str:
    low, high = int(schema.get("minProperties", 0)), int(schema.get("maxProperties", grammar.limits.entries))
    if extra is False or not high:
        if low:
            raise Unsatisfiable("an object without properties cannot have any")
        return grammar.literal("{}")
    if low > 1:
        raise ToolDefinitionError("different keys cannot be promised", hint="drop `minProperties`, or name the keys")
    if "propertyNames" in schema:
        raise ToolDefinitionError("`propertyNames` cannot be expressed as a grammar", hint="name the `properties`")
    return mapping(grammar, grammar.value(extra, seen), low, min(high, grammar.limits.entries))


def mapping(grammar: SchemaGrammar, item: str, low: int, high: int) -> str:
    """An object of up to `high` free keys; a key that is repeated counts once, the last value stands."""
    key = grammar.add(grammar.notation.free_key(grammar.limits.key))
    comma, colon = grammar.literal(grammar.notation.comma), grammar.literal(grammar.notation.colon)
    pair = grammar.add(f"{key} {colon} {item}")
    some = f"{grammar.literal('{')} {pair} ({comma} {pair}){{0,{high - 1}}} {grammar.literal('}')}"
    return grammar.add(some if low else f"{some} | {grammar.literal('{}')}")
