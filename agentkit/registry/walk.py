"""Walk a JSON Schema: the subschemas of a node, by place.

Knows which keywords hold schemas and nothing of what they mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

from agentkit.types import JsonSchema

Path = tuple[str | int, ...]

_MAPS = ("properties", "patternProperties", "dependentSchemas")
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_SINGLE = (
    "items",
    "additionalProperties",
    "not",
    "contains",
    "if",
    "then",
    "else",
    "propertyNames",
    "unevaluatedItems",
)


def children(node: JsonSchema) -> Iterator[tuple[Path, Any]]:
    """Each direct subschema of a node (a dict, or a bool) with its path from the node."""
    for keyword in _MAPS:
        held = node.get(keyword)
        if isinstance(held, dict):
            yield from (((keyword, name), child) for name, child in cast(JsonSchema, held).items())
    for keyword in _LISTS:
        held = node.get(keyword)
        if isinstance(held, list):
            yield from (((keyword, index), child) for index, child in enumerate(cast(list[Any], held)))
    for keyword in _SINGLE:
        if isinstance(node.get(keyword), dict | bool):
            yield (keyword,), node[keyword]


def rebuild(node: JsonSchema, change: Callable[[JsonSchema], JsonSchema]) -> JsonSchema:
    """A copy of a node in which `change` was applied to each direct subschema that is a dict."""
    new = {
        key: dict(cast(JsonSchema, value)) if isinstance(value, dict) else list(cast(list[Any], value))
        if isinstance(value, list) else value
        for key, value in node.items()
    }  # fmt: skip
    for path, child in children(node):
        if isinstance(child, dict):
            changed = change(cast(JsonSchema, child))
            if len(path) == 1:
                new[str(path[0])] = changed
            else:
                cast(Any, new[str(path[0])])[path[1]] = changed
    return new


def everywhere(node: JsonSchema, path: Path = ()) -> Iterator[tuple[Path, JsonSchema]]:
    """The node and all subschemas below it that are dicts, parents first, each with its path from the root."""
    yield path, node
    for step, child in children(node):
        if isinstance(child, dict):
            yield from everywhere(cast(JsonSchema, child), path + step)


def at(node: JsonSchema, path: Path) -> JsonSchema:
    """The subschema at a path that `everywhere` gave."""
    found: Any = node
    for step in path:
        found = found[step]
    return found


def argument_path(path: Path) -> str:
    """A schema path as the argument path it describes: `("properties", "a", "items")` is `a.*`."""
    names: list[str] = []
    steps = iter(path)
    for step in steps:
        if step == "properties":
            names.append(str(next(steps)))
        elif step in {"items", "additionalProperties"}:
            names.append("*")
        elif step in {"patternProperties", *_LISTS}:
            following = next(steps)
            if step == "prefixItems":
                names.append(str(following))
            elif step == "patternProperties":
                names.append("*")
    return ".".join(names)
