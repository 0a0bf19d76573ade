"""What a JSON Schema allows, in a few words: `whole number 1 to 16`, `list of text or keys`.

Knows nothing of specs.
"""

from __future__ import annotations

from collections.abc import Mapping

from agentkit.types import JsonSchema

_NAMES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true, false", "object": "keys"}


def in_words(schema: JsonSchema, definitions: Mapping[str, JsonSchema]) -> str:
    """A schema in a few words; alternatives are joined by "or"."""
    if "$ref" in schema:
        schema = definitions[str(schema["$ref"]).rsplit("/", 1)[-1]]
        return in_words(schema, definitions) if "enum" in schema else "keys"
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    alternatives = [*schema.get("anyOf", []), *schema.get("oneOf", [])]
    kinds = [in_words(each, definitions) for each in alternatives if each.get("type") != "null"]
    if kinds:
        return " or ".join(dict.fromkeys(kinds))
    if schema.get("type") == "array":
        return f"list of {in_words(schema.get('items', {}), definitions)}"
    return _NAMES.get(str(schema.get("type")), "any value") + _bounds(schema)


def _bounds(schema: JsonSchema) -> str:
    low, high = schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum")
    if low is not None and high is not None:
        return f" {low:g} to {high:g}"
    if "exclusiveMinimum" in schema:
        return f" above {low:g}"
    return "" if low is None else f" from {low:g}"
