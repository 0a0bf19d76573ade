"""One spelling for each call, so that two calls that mean the same compare equal.

Knows nothing of tools: defaults are not filled in, and strings are compared exactly. The id of a call does not count.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from pydantic import JsonValue

from agentkit.types import JsonSchema, ToolCall, ToolSpec

_spelled = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical(value: JsonValue) -> str:
    """JSON text of a value with sorted keys and no spaces; 2.0 and 2 are spelled the same."""
    return _spelled(_plain(value))


def call_key(call: ToolCall) -> str:
    """What makes two calls the same call: the tool's name and the arguments; spelled once for each call."""
    known = _KEYS.get(id(call))
    if known is not None and known[0] is call:
        return known[1]
    if len(_KEYS) >= _REMEMBERED:
        _KEYS.clear()
    key = f"{call.name}({canonical(call.arguments)})"
    _KEYS[id(call)] = (call, key)
    return key


def same_call(one: ToolCall, other: ToolCall) -> bool:
    """Whether two calls have the same key; most that do not can be told apart without spelling it."""
    return one.name == other.name and one.arguments == other.arguments and call_key(one) == call_key(other)


_REMEMBERED = 1024
_KEYS: dict[int, tuple[ToolCall, str]] = {}
"""Keys by identity: the steps of a run are compared with each other again and again. The call is held with its key."""


def calls_key(calls: Iterable[ToolCall]) -> str:
    """What makes two proposals the same: their calls, in order."""
    return ";".join(call_key(call) for call in calls)


def tool_ids(specs: Iterable[ToolSpec]) -> tuple[str, ...]:
    """A short name for each tool, sorted: of its name, description and schema; dynamic enums excluded."""
    texts = (canonical([spec.name, spec.description, _static(spec)]) for spec in specs)
    return tuple(sorted({hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts}))


def _static(spec: ToolSpec) -> JsonSchema:
    """The parameters without the values that are only known for a moment."""
    parameters = dict(spec.parameters)
    properties: JsonSchema = dict(parameters.get("properties", {}))
    for path in spec.dynamic:
        properties.pop(path.split(".", maxsplit=1)[0], None)
    return {**parameters, "properties": properties, "dynamic": sorted(spec.dynamic)}


def _plain(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
