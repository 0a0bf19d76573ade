"""The JSON Schema of a spec, for editors, and the questions that error messages put to it.

Knows nothing of files. Walking follows what is written: where several shapes are legal, the `kind` that stands there
chooses among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from agentkit.spec.model import AgentSpec
from agentkit.spec.models import RemoteConfig
from agentkit.spec.shapes import child, is_mapping
from agentkit.types import JsonSchema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_WORDS = {
    "model": "models.local",
    "prompt": "system",
    "instructions": "system",
    "packs": "tools",
    "llm": "models.remote",
    "budget": "budgets",
    "expected": "expect",
    "expectations": "expect",
}


@cache
def spec_schema() -> JsonSchema:
    """The JSON Schema (2020-12) of a spec file."""
    schema = AgentSpec.model_json_schema(mode="validation")
    return {"$schema": DIALECT, **schema, "title": "agentkit agent spec"}


def keys_at(path: tuple[str | int, ...], data: object) -> dict[str, JsonSchema]:
    """The legal keys, with their schemas, of the mapping that stands at `path` in `data`."""
    found: dict[str, JsonSchema] = {}
    for shape in _shapes_at(path, data):
        found.update(cast("dict[str, JsonSchema]", shape.get("properties", {})))
    return found


def schemas_at(path: tuple[str | int, ...], data: object) -> list[JsonSchema]:
    """The schemas of the value that stands at `path` in `data`; the first may carry a description and a default."""
    declared = keys_at(path[:-1], data).get(path[-1]) if path and isinstance(path[-1], str) else None
    return [*([declared] if declared else []), *_shapes_at(path, data)]


@cache
def all_keys() -> dict[str, str]:
    """Every key of a spec's sections -> where it belongs, dotted; lists and their items are left out."""
    found = dict(_WORDS)
    for path in _dotted_keys(spec_schema(), ""):
        found.setdefault(path.rsplit(".", 1)[-1], path)
    return found


def _dotted_keys(schema: JsonSchema, above: str) -> Iterator[str]:
    for shape in _shapes(schema, {}):
        for name, inner in cast("dict[str, JsonSchema]", shape.get("properties", {})).items():
            of_server = shape.get("title") == RemoteConfig.__name__ and above == "models.local."
            remote = of_server and name != "on_device"
            path = f"models.remote.{name}" if remote else f"{above}{name}"
            yield path
            if above.count(".") < 2 and name != "inner":
                yield from _dotted_keys(inner, f"{path}.")


def _shapes_at(path: tuple[str | int, ...], data: object) -> list[JsonSchema]:
    shapes: list[JsonSchema] = list(_shapes(spec_schema(), data))
    for part in path:
        _, data = child(data, part)
        inner: list[JsonSchema] = []
        for shape in shapes:
            schema = shape.get("items") if isinstance(part, int) else shape.get("properties", {}).get(part)
            if isinstance(schema, dict):
                inner += _shapes(cast("JsonSchema", schema), data)
        shapes = inner
    return shapes


def _shapes(schema: JsonSchema, data: object) -> Iterator[JsonSchema]:
    """The alternatives of a schema, references followed, less those that `kind` rules out."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[-1]
        yield from _shapes(spec_schema()["$defs"][name], data)
        return
    alternatives = [*schema.get("anyOf", []), *schema.get("oneOf", [])]
    if not alternatives:
        kind = data.get("kind") if is_mapping(data) else None
        declared: Any = schema.get("properties", {}).get("kind", {}).get("const")
        if kind is None or declared is None or kind == declared:
            yield schema
        return
    for alternative in alternatives:
        yield from _shapes(alternative, data)
