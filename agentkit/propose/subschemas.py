"""Taking schemas apart: references, merged and alternative parts, and the keywords that a grammar can honour.

Knows nothing of grammars. A keyword that would be ignored silently is refused instead.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from agentkit.errors import ToolDefinitionError
from agentkit.types import JsonSchema

_NOTES = {
    "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$schema", "$id", "$comment",
    "$defs", "definitions", "discriminator", "contentEncoding", "contentMediaType", "nullable",
}  # fmt: skip
_HONOURED = {
    "type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref",
    "minLength", "maxLength", "pattern", "format",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "items", "prefixItems", "minItems", "maxItems", "uniqueItems",
    "properties", "required", "additionalProperties", "minProperties", "maxProperties", "propertyNames",
    "patternProperties",
}  # fmt: skip


class Unsatisfiable(Exception):  # noqa: N818 - a finding about a schema, turned into an error where it matters
    """No value fits the schema within the limits of a grammar."""


def properties_of(schema: JsonSchema) -> dict[str, Any]:
    """The properties of an object schema, by name."""
    return cast("dict[str, Any]", schema.get("properties", {}))


def required_of(schema: JsonSchema) -> list[str]:
    """The names of the properties that must be there."""
    return cast("list[str]", schema.get("required", []))


def or_nothing(part: JsonSchema) -> JsonSchema:
    """A schema that allows one kind of value or null, with that value's keywords beside its own; others as they are."""
    options = cast("list[JsonSchema | bool]", part.get("anyOf", ()))
    given = [one for one in options if isinstance(one, bool) or one.get("type") != "null"]
    only = given[0] if len(given) == 1 else True
    return part if isinstance(only, bool) else {**part, **only}


def check_keywords(schema: JsonSchema) -> None:
    """Raise `ToolDefinitionError` on a keyword whose meaning a grammar cannot keep."""
    for keyword in schema:
        if keyword not in _HONOURED and keyword not in _NOTES and not keyword.startswith("x-"):
            raise ToolDefinitionError(
                f"the schema keyword `{keyword}` cannot be expressed as a grammar",
                hint="say it in the description, and check it in the tool (raise `Retry`)",
            )


def resolve(
    schema: JsonSchema, root: JsonSchema, seen: tuple[str, ...], depth: int
) -> tuple[JsonSchema, tuple[str, ...]]:
    """The schema with its `$ref` and `allOf` merged in, and the references followed so far."""
    while "$ref" in schema or "allOf" in schema:
        if "$ref" in schema:
            reference = str(schema["$ref"])
            if seen.count(reference) >= depth:
                raise Unsatisfiable(f"`{reference}` nests deeper than {depth}")
            seen = (*seen, reference)
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            schema = merge(lookup(reference, root), rest)
        else:
            parts = cast("list[JsonSchema]", schema["allOf"])
            schema = {key: value for key, value in schema.items() if key != "allOf"}
            for part in parts:
                schema = merge(schema, part)
    return schema, seen


def lookup(reference: str, root: JsonSchema) -> JsonSchema:
    """The target of a local reference such as `#/$defs/Point`."""
    if not reference.startswith("#"):
        raise ToolDefinitionError(f"`{reference}` is outside the schema", hint="put it under `$defs`")
    target: Any = root
    for part in reference.lstrip("#").strip("/").split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if not key:
            continue
        if not isinstance(target, dict) or key not in target:
            raise ToolDefinitionError(f"`{reference}` points to nothing", hint="put its target under `$defs`")
        target = cast("JsonSchema", target)[key]
    return cast("JsonSchema", target)


def merge(left: JsonSchema, right: JsonSchema) -> JsonSchema:
    """Both schemas at once; `ToolDefinitionError` when the two say different things that no single keyword holds."""
    merged = dict(left)
    for key, value in right.items():
        if key in _NOTES or key not in merged or merged[key] == value:
            merged[key] = value
        elif key in {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}:
            merged[key] = max(merged[key], value)
        elif key in {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}:
            merged[key] = min(merged[key], value)
        elif key == "required":
            merged[key] = list(dict.fromkeys([*merged[key], *value]))
        elif key == "enum":
            merged[key] = [item for item in merged[key] if item in value]
        elif key == "properties":
            merged[key] = _merge_properties(merged[key], value)
        elif key == "allOf":
            merged[key] = [*merged[key], *value]
        else:
            raise ToolDefinitionError(
                f"two parts of a schema disagree on `{key}`", hint="write the combined schema out, without `allOf`"
            )
    return merged


def _merge_properties(left: JsonSchema, right: JsonSchema) -> JsonSchema:
    return left | {name: merge(left[name], part) if name in left else part for name, part in right.items()}


def alternatives(schema: JsonSchema, root: JsonSchema) -> list[JsonSchema]:
    """What the schema is a choice between, by `anyOf`, `oneOf`, several types or `nullable`; empty when it is none."""
    kind = schema.get("type")
    base = {key: value for key, value in schema.items() if key not in _NOTES}
    if "anyOf" in base or "oneOf" in base:
        key = "anyOf" if "anyOf" in base else "oneOf"
        options = cast("list[JsonSchema]", base.pop(key))
        if key == "oneOf":
            _check_disjoint([resolve(option, root, (), 4)[0] for option in options])
        found = [_within(option, base) for option in options]
    elif isinstance(kind, list):
        found = [{**base, "type": one} for one in cast("list[str]", kind)]
    elif schema.get("nullable"):
        found = [base]
    else:
        return []
    return [*found, {"type": "null"}] if schema.get("nullable") else found


def _within(option: JsonSchema, base: JsonSchema) -> JsonSchema:
    return {"allOf": [option, base]} if base else option


def _check_disjoint(options: list[JsonSchema]) -> None:
    for index, one in enumerate(options):
        for other in options[:index]:
            if not _disjoint(one, other):
                raise ToolDefinitionError(
                    "the alternatives of a `oneOf` may overlap, and a grammar cannot tell them apart",
                    hint="use `anyOf`, or give each alternative a `const` property of its own",
                )


def _disjoint(one: JsonSchema, other: JsonSchema) -> bool:
    kinds, others = _kinds(one), _kinds(other)
    if kinds and others and not kinds & others:
        return True
    fixed, fixed_other = _values(one), _values(other)
    if fixed is not None and fixed_other is not None:
        return not any(value in fixed_other for value in fixed)
    left, right = one.get("properties", {}), other.get("properties", {})
    for name in set(one.get("required", ())) & set(other.get("required", ())):
        mine, theirs = _values(left.get(name, {})), _values(right.get(name, {}))
        if mine is not None and theirs is not None and not any(value in theirs for value in mine):
            return True
    return False


def _kinds(schema: JsonSchema) -> set[str]:
    kind: Any = schema.get("type", [])
    kinds = {kind} if isinstance(kind, str) else set(cast("list[str]", kind))
    return kinds | {"number"} if "integer" in kinds else kinds


def _values(schema: JsonSchema) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def bounds(schema: JsonSchema, step: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """The least and greatest number allowed, where `step` is the distance between neighbours."""
    lows = [Decimal(str(schema["minimum"]))] if schema.get("minimum") is not None else []
    highs = [Decimal(str(schema["maximum"]))] if schema.get("maximum") is not None else []
    if schema.get("exclusiveMinimum") is not None:
        lows.append((Decimal(str(schema["exclusiveMinimum"])) / step).__floor__() * step + step)
    if schema.get("exclusiveMaximum") is not None:
        highs.append((Decimal(str(schema["exclusiveMaximum"])) / step).__ceil__() * step - step)
    return max(lows, default=None), min(highs, default=None)
