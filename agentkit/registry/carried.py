"""What JSON cannot carry to a function, though pydantic writes a schema for it: found in pydantic's core schemas.

Knows nothing of JSON Schema or of tools.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from agentkit.registry.fault import SchemaFault

Known = Mapping[str, Mapping[str, Any]]
"""Core schemas by the name with which others refer to them."""

BYTES = ("is bytes, which JSON cannot carry", "pass them as base64 text, of type `str`")
COMPLEX = ("is a complex number, which JSON cannot carry", "pass two numbers, its real and its imaginary part")
_WRAPS = (
    "function-before",
    "function-after",
    "function-wrap",
    "nullable",
    "default",
    "lax-or-strict",
    "json-or-python",
)
_NO_HASH = frozenset({"list", "set", "dict", "typed-dict", "generator"})
_NO_KEYS = frozenset({"bytes", "complex", "none", "tuple", "frozenset", "model", "dataclass", *_NO_HASH})


def check_items(schema: Mapping[str, Any], known: Known) -> None:
    """Raises `SchemaFault` for a set of values that no set can hold."""
    if not _hashable(cast("Mapping[str, Any]", schema.get("items_schema", {})), known):
        raise SchemaFault("", "is a set of values that cannot be in a set (they have no hash)", "take `list[T]`")


def check_keys(schema: Mapping[str, Any], known: Known) -> None:
    """Raises `SchemaFault` for a map whose keys cannot be read from a text, which is what keys are in JSON."""
    if _inner(cast("Mapping[str, Any]", schema.get("keys_schema", {})), known).get("type") in _NO_KEYS:
        raise SchemaFault("", "is a map whose keys are no text", "use dict[str, T], or a list of objects")


def _hashable(schema: Mapping[str, Any], known: Known) -> bool:
    """Whether values of a type can be in a set, as far as the type says."""
    schema = _inner(schema, known)
    kind = schema.get("type")
    if kind == "union":
        choices = cast("list[Any]", schema["choices"])
        bare = (cast("tuple[Any, Any]", each)[0] if isinstance(each, tuple) else each for each in choices)
        return all(_hashable(choice, known) for choice in bare)
    if kind == "tuple":
        return all(_hashable(item, known) for item in schema["items_schema"])
    if kind in {"model", "dataclass"}:
        return schema["cls"].__hash__ is not None
    return kind not in _NO_HASH


def _inner(schema: Mapping[str, Any], known: Known) -> Mapping[str, Any]:
    """The schema of the value itself, behind references, validators, defaults and nulls."""
    while True:
        if schema.get("type") == "definition-ref":
            following = known.get(schema["schema_ref"])
        elif schema.get("type") in _WRAPS:
            following = next((schema[key] for key in ("schema", "python_schema", "lax_schema") if key in schema), None)
        else:
            return schema
        if following is None:
            return schema
        schema = following
