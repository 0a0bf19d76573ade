"""The bounds that decoding needs and an author need not write: every string, list, map and integer ends.

Knows nothing of prompts. `ToolSpec.parameters` holds what the author declared, and values are held to that; an engine
that is steered by a JSON Schema gets it through `bounded`.
"""

from __future__ import annotations

from typing import cast

from agentkit.registry.schema import TIME
from agentkit.registry.walk import rebuild
from agentkit.types import JsonSchema

MAX_LENGTH = 512
MAX_ITEMS = 16
MAX_KEYS = 16
MAX_KEY_LENGTH = 64
MAX_INTEGER = 9_007_199_254_740_991
"""Defaults put before a grammar: characters of a string, items of a list, keys of a map, magnitude of an integer."""

_LEAP = r"([12][0-9](0[48]|[2468][048]|[13579][26])|(1[26]|2[048])00)-02-29"
_LONG, _SHORT = r"(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])", r"(0[469]|11)-(0[1-9]|[12][0-9]|30)"
_DAY = rf"[12][0-9]{{3}}-({_LONG}|{_SHORT}|02-(0[1-9]|1[0-9]|2[0-8]))"
CALENDAR_DAY = f"({_DAY}|{_LEAP})"
DURATION = (
    r"P([0-9]{1,4}D|([0-9]{1,3}D)?T([0-9]{1,4}H([0-9]{1,4}M)?([0-9]{1,5}S)?|[0-9]{1,4}M([0-9]{1,5}S)?|[0-9]{1,5}S))"
)
_TIMES = {
    "date": f"^{CALENDAR_DAY}$",
    "datetime": f"^{CALENDAR_DAY}T{TIME}$",
    "duration": f"^{DURATION}$",
}
_LENGTH_GIVEN = frozenset({"date", "time", "date-time", "duration", "uuid", "ipv4", "ipv6"})


def bounded(schema: JsonSchema) -> JsonSchema:
    """A schema whose every value is finite in length and whose dates exist; applying it twice changes nothing."""
    node = rebuild(schema, bounded)
    if "enum" in node or "const" in node:
        return node
    kinds = _kinds(node)
    if "integer" in kinds:
        _limit(node)
    if "array" in kinds:
        node.setdefault("maxItems", max(MAX_ITEMS, node.get("minItems", 0)))
    if "object" in kinds:
        _keys(node)
    return _string(node) if "string" in kinds else node


def _kinds(node: JsonSchema) -> frozenset[str]:
    kind = node.get("type", ())
    return frozenset({kind} if isinstance(kind, str) else cast(list[str], kind))


def _limit(node: JsonSchema) -> None:
    if "exclusiveMinimum" not in node:
        node.setdefault("minimum", min(-MAX_INTEGER, node.get("maximum", 0)))
    if "exclusiveMaximum" not in node:
        node.setdefault("maximum", max(MAX_INTEGER, node.get("minimum", 0)))


def _string(node: JsonSchema) -> JsonSchema:
    form = node.get("x-type", node.get("format"))
    if form in _TIMES and ("x-type" in node or "pattern" not in node):
        rest = {key: value for key, value in node.items() if key != "format"}
        return rest | {"pattern": _TIMES[form], "x-type": form}
    if form not in _LENGTH_GIVEN:
        node.setdefault("maxLength", max(MAX_LENGTH, node.get("minLength", 0)))
    return node


def _keys(node: JsonSchema) -> None:
    """Keys of a map are bounded through a pattern, since grammars know no bound on other keys."""
    values = node.get("additionalProperties")
    if isinstance(values, dict) and "properties" not in node:
        node["patternProperties"] = {f"^.{{1,{MAX_KEY_LENGTH}}}$": values}
        node["additionalProperties"] = False
    if "patternProperties" in node:
        node.setdefault("maxProperties", max(MAX_KEYS, node.get("minProperties", 0)))
