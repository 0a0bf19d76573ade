"""Find contradictions in a JSON Schema: nodes that no value can satisfy, patterns that do not compile.

Knows only keywords that contradict each other by themselves; the grammar compiler finds the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from pydantic_core import SchemaError, SchemaValidator, core_schema

from agentkit.registry.fault import SchemaFault
from agentkit.registry.walk import argument_path, everywhere
from agentkit.types import JsonSchema

_PAIRS = (
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minimum", "maximum"),
)


def faults(schema: JsonSchema) -> Iterator[SchemaFault]:
    """Each contradiction, in the order of the arguments."""
    for path, node in everywhere(schema):
        for why, hint in _contradictions(node):
            yield SchemaFault(argument_path(path), why, hint)


def _contradictions(node: JsonSchema) -> Iterator[tuple[str, str]]:
    if node.get("enum") == []:
        yield "has an empty list of choices", "list at least one choice, or use OneOf(provider) for choices known later"
    if "pattern" in node and (error := pattern_error(str(node["pattern"]))):
        yield (
            f"has a pattern that does not compile: {error}",
            "use Rust regex syntax: no look-around, no back-references",
        )
    for low, high in _PAIRS:
        if low in node and high in node and node[low] > node[high]:
            yield (
                f"allows no value: {low} {node[low]} is above {high} {node[high]}",
                f"swap or correct {low} and {high}",
            )
    yield from _empty_range(node)
    properties = cast(JsonSchema, node.get("properties", {}))
    for name in node.get("required", ()):
        if name not in properties and node.get("additionalProperties") is False and "patternProperties" not in node:
            yield f"requires a key `{name}` that its properties do not have", f"add `{name}` to properties"


def _empty_range(node: JsonSchema) -> Iterator[tuple[str, str]]:
    low, high = node.get("exclusiveMinimum"), node.get("exclusiveMaximum")
    least, most = node.get("minimum", low), node.get("maximum", high)
    strict = low is not None or high is not None
    if strict and least is not None and most is not None and (least > most or least == most):
        yield f"allows no value: it must lie between {least} and {most}", "widen the bounds"


@cache
def _compiled(pattern: str) -> SchemaValidator | str:
    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))
    except SchemaError as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        return lines[-1].removeprefix("error: ")


def pattern_error(pattern: str) -> str | None:
    """Why a pattern is not a regular expression that both grammar and validator understand, or None."""
    compiled = _compiled(pattern)
    return compiled if isinstance(compiled, str) else None


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern is found in the text, in linear time; `$` is the end, never a last line break's front."""
    compiled = _compiled(pattern)
    return isinstance(compiled, SchemaValidator) and cast(Any, compiled).isinstance_python(text)
