"""The arguments of a tool as slots to be filled: their kind, their options, what is told of them.

Knows nothing of requests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, cast

from agentkit.propose.forms import has_form, quoted_texts
from agentkit.propose.subschemas import or_nothing, properties_of, required_of
from agentkit.retrieve import parts
from agentkit.slots.said import Value
from agentkit.types import JsonSchema, ToolSpec

Kind = Literal["text", "formed", "options", "state", "whole", "number", "numbers", "texts", "other"]
KINDS: tuple[Kind, ...] = ("text", "formed", "options", "state", "whole", "number", "numbers", "texts", "other")
"""`formed`: text of a stated form; `options`: listed values; `state`: true or false; `numbers`, `texts`: lists."""

Form = Literal["", "date", "time", "date-time"]
"""What a text of a stated form is, where it is a moment as ISO 8601 writes it."""

_MOMENT = re.compile(r"[YMDHS][YMDHST:/. -]*[YMDHS](?: ?[AaPp][Mm])?")
_TOLD_FORMS: dict[str, Form] = {"YYYY-MM-DD": "date", "HH:MM": "time", "YYYY-MM-DDTHH:MM": "date-time"}
_PLAIN: dict[str, Kind] = {"boolean": "state", "integer": "whole", "number": "number"}
_MOST_OPTIONS = 40


@dataclass(frozen=True, slots=True)
class Slot:
    """One argument: its name, the words of name and description, what values it takes."""

    name: str
    kind: Kind
    required: bool
    words: tuple[str, ...]
    told: tuple[str, ...]
    options: tuple[Value, ...] = ()
    default: object = None
    form: Form = ""


def slots_of(tool: ToolSpec) -> tuple[Slot, ...]:
    """The slots of a tool's arguments, in the schema's order."""
    required = set(required_of(tool.parameters))
    return tuple(
        _slot(name, cast("JsonSchema", part), name in required, name in tool.dynamic)
        for name, part in properties_of(tool.parameters).items()
        if isinstance(part, dict)
    )


def _slot(name: str, part: JsonSchema, required: bool, fleeting: bool) -> Slot:
    told = str(part.get("description", ""))
    part = or_nothing(part)
    options = tuple(one for one in cast("list[Any]", part.get("enum", ())) if isinstance(one, str | int | float))
    if "const" in part and isinstance(part["const"], str | int | float):
        options = (part["const"],)
    kind: Kind = "other" if fleeting or "$ref" in part or "allOf" in part else _kind(part, options, told)
    quoted = quoted_texts(told) if kind == "text" else ()
    return Slot(
        name,
        kind,
        required,
        tuple(parts(name)),
        tuple(parts(told)[:16]),
        options[:_MOST_OPTIONS] if kind == "options" else quoted[:6],
        part.get("default"),
        _form(part, told) if kind == "formed" else "",
    )


def _form(part: JsonSchema, told: str) -> Form:
    stated = part.get("x-type", part.get("format"))
    if stated in ("date", "time", "date-time", "datetime"):
        return "date-time" if stated == "datetime" else cast("Form", stated)
    if stated is not None or "pattern" in part:
        return ""
    forms = set(_MOMENT.findall(told))
    return _TOLD_FORMS.get(forms.pop(), "") if len(forms) == 1 else ""


def _kind(part: JsonSchema, options: tuple[Value, ...], told: str) -> Kind:
    if options:
        return "options"
    kind = part.get("type")
    if kind == "string":
        return "formed" if has_form(part, told) else "text"
    if kind == "array":
        items = part.get("items")
        return _listed(cast("JsonSchema", items)) if isinstance(items, dict) else "other"
    return _PLAIN.get(str(kind), "other")


def _listed(items: JsonSchema) -> Kind:
    match items.get("type"):
        case "integer" | "number":
            return "numbers"
        case "string" if not (has_form(items) or "enum" in items or "const" in items):
            return "texts"
        case _:
            return "other"
