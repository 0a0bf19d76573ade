"""Typed references between calls: finding them, following them in a value, and following them in a schema.

An argument `{"$ref": "<call id>", "path": "a.0.b"}` stands for a part of an earlier call's result. Knows nothing of how
calls run. A schema that says little (`true`, no `type`) is compatible with everything: only a certain clash is a clash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic import JsonValue

from agentkit.types import JsonObject, JsonSchema, Proposal, Step, ToolCall, ToolSpec

_NESTED = (dict, list)
_NAMED_TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")


@dataclass(frozen=True)
class Reference:
    """A reference found at `at` (a dotted argument path): the id of the call, and the path into its result."""

    at: str
    call_id: str
    path: str = ""


@dataclass(frozen=True)
class Known:
    """What is known of a call that may be referred to: its return schema, if declared, and whether it failed."""

    name: str
    returns: JsonSchema | None = None
    failed: bool = False


class PathError(LookupError):
    """A path that the value or the schema does not have; the message says what there is instead."""


def as_reference(value: JsonValue, at: str = "") -> Reference | None:
    """The reference that a JSON value is, or None."""
    if isinstance(value, dict) and "$ref" in value and value.keys() <= {"$ref", "path"}:
        return Reference(at=at, call_id=str(value["$ref"]), path=str(value.get("path") or ""))
    return None


def references(value: JsonValue, at: str = "") -> Iterator[Reference]:
    """All references within a value, in order."""
    found = as_reference(value, at)
    if found:
        yield found
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from references(item, f"{at}.{key}" if at else key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from references(item, f"{at}.{index}" if at else str(index))


def refers(arguments: JsonObject) -> bool:
    """Whether the arguments of a call hold a reference; most are plain values, which are told without a search."""
    if "$ref" not in arguments and not any(isinstance(value, _NESTED) for value in arguments.values()):
        return False
    return any(True for _ in references(cast("JsonValue", arguments)))


def substitute(arguments: JsonObject, results: Mapping[str, JsonValue]) -> JsonObject:
    """The arguments with every reference replaced by the value it points at.

    Raises `PathError` when the call or the path is not there.
    """
    return cast("JsonObject", _substituted(arguments, results))


def _substituted(value: JsonValue, results: Mapping[str, JsonValue]) -> JsonValue:
    found = as_reference(value)
    if found:
        if found.call_id not in results:
            raise PathError(f"there is no result of call {found.call_id}")
        return follow(results[found.call_id], found.path)
    if isinstance(value, dict):
        return {key: _substituted(item, results) for key, item in value.items()}
    if isinstance(value, list):
        return [_substituted(item, results) for item in value]
    return value


def steps_of(path: str) -> list[str]:
    """The steps of a path: `items[0].id` and `items.0.id` are the same, a leading `$` or dot does not count."""
    return [step for step in re.split(r"[.\[\]]+", path.removeprefix("$")) if step]


def follow(value: JsonValue, path: str) -> JsonValue:
    """The part of `value` at `path`. Raises `PathError` naming the step that is missing and what is there."""
    for step in steps_of(path):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.lstrip("-").isdigit() and -len(value) <= int(step) < len(value):
            value = value[int(step)]
        else:
            raise PathError(f"the result has no `{path}`: {_contents(value)}, not `{step}`")
    return value


def follow_schema(schema: JsonSchema, path: str) -> JsonSchema:
    """The schema of the part at `path`; `{}` where nothing is known.

    Raises `PathError` when no value of the schema can have that path.
    """
    root = schema
    for step in steps_of(path):
        options = [_step_into(option, step, root) for option in options_of(schema, root)]
        reachable = [option for option in options if option is not None]
        if not reachable:
            raise PathError(f"the result has no `{path}`: {_declared(schema, root)}, not `{step}`")
        schema = reachable[0] if len(reachable) == 1 else {"anyOf": reachable}
    return {**schema, "$defs": root["$defs"]} if "$defs" in root and "$defs" not in schema else schema


def compatible(given: JsonSchema, wanted: JsonSchema) -> bool:
    """Whether some value of `given` can be a value of `wanted`, judged by types, enums and formats.

    That both may be null does not make them compatible, unless the given is nothing but null.
    """
    givens, wanteds = options_of(given, given), options_of(wanted, wanted)
    givens = [option for option in givens if _types(option) != ["null"]] or givens
    return any(_may_be(one, other) for one in givens for other in wanteds)


def type_name(schema: JsonSchema) -> str:
    """The types of a schema in words: `string`, `integer or null`, `anything`."""
    names = [name for option in options_of(schema, schema) for name in _types(option) or ["anything"]]
    return " or ".join(dict.fromkeys(names)) or "anything"


def known_results(
    declared: Mapping[str, JsonSchema], history: tuple[Step, ...], proposal: Proposal, specs: Mapping[str, ToolSpec]
) -> dict[str, Known]:
    """What each call id stands for: earlier calls of the run, then the proposal's own calls."""
    known = {call_id: Known(name=call_id, returns=schema) for call_id, schema in declared.items()}
    for step in history:
        ran = {result.call_id: result for result in step.results}
        for call in step.proposal.calls:
            if call.id in ran:
                known[call.id] = _known(call, specs, declared, failed=not ran[call.id].ok)
    known.update({call.id: _known(call, specs, declared) for call in proposal.calls if call.control is None})
    return known


def _known(
    call: ToolCall, specs: Mapping[str, ToolSpec], declared: Mapping[str, JsonSchema], *, failed: bool = False
) -> Known:
    spec = specs.get(call.name)
    return Known(name=call.name, returns=declared.get(call.id) or (spec.returns if spec else None), failed=failed)


def options_of(schema: JsonSchema, root: JsonSchema, depth: int = 0) -> list[JsonSchema]:
    """The schema with `$ref` into `$defs` resolved and unions flattened; bounded against recursive schemas."""
    if depth > 8:
        return [{}]
    target = schema.get("$ref")
    if isinstance(target, str):
        definitions: Mapping[str, Any] = root.get("$defs", {})
        return options_of(definitions.get(target.rsplit("/", maxsplit=1)[-1], {}), root, depth + 1)
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return [option for part in schema[union] for option in options_of(part, root, depth + 1)]
    if len(schema.get("allOf", ())) == 1:
        return options_of(schema["allOf"][0], root, depth + 1)
    return [schema]


def _step_into(schema: JsonSchema, step: str, root: JsonSchema) -> JsonSchema | None:
    """The schema one step down, `{}` if anything may be there, None if nothing can."""
    types = _types(schema)
    if types and not {"object", "array"} & set(types):
        return None
    properties: Mapping[str, Any] = schema.get("properties", {})
    if step in properties:
        return _single(properties[step], root)
    if step.lstrip("-").isdigit() and (not types or "array" in types):
        prefix = schema.get("prefixItems", [])
        index = int(step)
        item = prefix[index] if 0 <= index < len(prefix) else schema.get("items", {})
        return _single(item, root)
    if types == ["array"]:
        return None
    extra = schema.get("additionalProperties", {} if not properties else False)
    return None if extra is False else _single(extra, root)


def _single(schema: Any, root: JsonSchema) -> JsonSchema:
    options = options_of(cast("JsonSchema", schema), root) if isinstance(schema, dict) else [JsonSchema()]
    return options[0] if len(options) == 1 else {"anyOf": options}


def _types(schema: JsonSchema) -> list[str]:
    declared: Any = schema.get("type")
    if isinstance(declared, str):
        return [declared]
    if isinstance(declared, list):
        return [name for name in cast("list[Any]", declared) if name in _NAMED_TYPES]
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return list(dict.fromkeys(_type_of(value) for value in values))


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names = {str: "string", int: "integer", float: "number", list: "array"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), "object")


def _may_be(given: JsonSchema, wanted: JsonSchema) -> bool:
    mine, theirs = set(_types(given)), set(_types(wanted))
    if mine and theirs:
        shared = mine & theirs
        if "number" in theirs and "integer" in mine:
            shared.add("integer")
        if not (shared - {"null"} if len(mine) > 1 else shared):
            return False
    if "enum" in given and "enum" in wanted:
        return any(value in wanted["enum"] for value in given["enum"])
    formats = {given.get("format"), wanted.get("format")}
    return None in formats or len(formats) == 1


def _contents(value: JsonValue) -> str:
    if isinstance(value, dict):
        return f"it has {', '.join(f'`{key}`' for key in list(value)[:12]) or 'no fields'}"
    if isinstance(value, list):
        return f"it is a list of {len(value)}"
    return f"it is {'null' if value is None else f'a {_type_of(value)}'}"


def _declared(schema: JsonSchema, root: JsonSchema) -> str:
    names = [name for option in options_of(schema, root) for name in option.get("properties", {})]
    if names:
        return f"it has {', '.join(f'`{name}`' for name in dict.fromkeys(names))}"
    return f"it is {type_name(schema)}"
