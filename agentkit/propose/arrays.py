"""Lark expressions for arrays: bounded repetition, tuples, and sets of enumerated values.

Knows nothing of tools or prompts.
"""

from __future__ import annotations

from typing import Any, cast

from agentkit.errors import ToolDefinitionError
from agentkit.propose import scalars
from agentkit.propose.rules import Rules
from agentkit.propose.subschemas import Unsatisfiable, resolve
from agentkit.types import JsonSchema


def array(grammar: Rules, schema: JsonSchema, seen: tuple[str, ...]) -> str:
    """An array within its bounds; items beyond `prefixItems` follow `items`."""
    low = int(schema.get("minItems", 0))
    high = min(int(schema.get("maxItems", max(grammar.limits.items, low))), max(grammar.limits.items, low))
    if low > high:
        raise Unsatisfiable(f"no array has between {low} and {high} items")
    if schema.get("uniqueItems"):
        return _set(grammar, schema, low, high, seen)
    if schema.get("prefixItems"):
        return _tuple(grammar, schema, low, high, seen)
    try:
        item = grammar.value(schema.get("items", True), seen)
    except Unsatisfiable:
        if low:
            raise
        return '"[]"'
    return repeated(grammar, item, low, high)


def repeated(grammar: Rules, item: str, low: int, high: int) -> str:
    """`low` to `high` items between brackets."""
    if not high:
        return '"[]"'
    comma = grammar.literal(grammar.notation.comma)
    more = f"({comma} {item}){{{max(0, low - 1)},{high - 1}}}" if high > 1 else ""
    some = f'"[" {item} {more} "]"'
    return grammar.add(some if low else f'{some} | "[]"')


def _tuple(grammar: Rules, schema: JsonSchema, low: int, high: int, seen: tuple[str, ...]) -> str:
    heads = [grammar.value(part, seen) for part in cast("list[Any]", schema["prefixItems"])][:high]
    rest = schema.get("items", True)
    tail = "" if rest is False or high <= len(heads) or low <= len(heads) else grammar.value(rest, seen)
    if low > len(heads) and not tail:
        raise Unsatisfiable(f"a tuple of {len(heads)} cannot have {low} items")
    comma = grammar.literal(grammar.notation.comma)
    body = f"({comma} {tail}){{{low - len(heads)}}}" if tail else ""
    for index in range(len(heads) - 1, -1, -1):
        part = f"{comma if index else ''} {heads[index]} {body}".strip()
        body = part if index < low else f"({part})?"
    return grammar.add(f'"[" {body} "]"')


def _set(grammar: Rules, schema: JsonSchema, low: int, high: int, seen: tuple[str, ...]) -> str:
    """A set: enumerated values in canonical order, each at most once; of other values one at most."""
    item, _ = resolve(cast("JsonSchema", schema.get("items", {})), grammar.root, seen, grammar.limits.depth)
    if "enum" not in item and "const" not in item:
        if low > 1:
            raise ToolDefinitionError(
                "different items can be promised for enumerated values only",
                hint="drop `uniqueItems` or `minItems`, or give the items an `enum`",
            )
        return repeated(grammar, grammar.value(item, seen), low, min(high, 1))
    values = list(dict.fromkeys(scalars.literals(grammar, item, grammar.root)))
    if low > len(values):
        raise Unsatisfiable(f"there are {len(values)} different items, and {low} are asked for")
    return grammar.add(f'"[" {_subset(grammar, values, low, min(high, len(values)), first=True)} "]"')


def _subset(grammar: Rules, values: list[str], low: int, high: int, *, first: bool) -> str:
    """`low` to `high` of the values, in order."""
    if low > len(values):
        return ""
    if not values or not high:
        return '""'
    comma = "" if first else grammar.literal(grammar.notation.comma) + " "
    taken = _subset(grammar, values[1:], max(0, low - 1), high - 1, first=False)
    left = _subset(grammar, values[1:], low, high, first=first)
    options = [f"{comma}{values[0]} {taken}"] if taken else []
    options += [left] if left else []
    return grammar.add(" | ".join(options)) if options else ""
