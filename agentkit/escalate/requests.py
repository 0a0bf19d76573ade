"""What of a request is private, and the request as it may leave the machine.

Pure but for the placeholders it gives out. Knows nothing of models or budgets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol, cast, runtime_checkable

from pydantic import JsonValue

from agentkit.escalate.placeholders import PLACEHOLDER_PATTERN, Private
from agentkit.escalate.redact import Redaction
from agentkit.moments import MOMENT_FORMATS
from agentkit.types import JsonSchema, Message, ProposeRequest, ToolCall, ToolSpec

PLACEHOLDER_RULE = (
    "Values written like ⟦PHONE_1⟧ stand for private values. Use one wherever you would use the value, copied exactly "
    "with its brackets. ⟦PHONE_1~2⟧ is another spelling of ⟦PHONE_1⟧; prefer the one without ~."
)

_WORDS = frozenset({"enum", "const", "default", "examples", "description", "title"})
_CLOCK = re.compile(r"now: \w+ \d{4}-\d{2}-\d{2} \d{2}:\d{2}")
"""A fact that is nothing but the time; it is no value of any argument."""
_NUMBERS = ("integer", "number")
_TEXT_BOUNDS = frozenset({"pattern", "minLength", "maxLength", "format"})


@runtime_checkable
class HoldsPrivate(Protocol):
    """A program's deps that know which of their values may not leave, by kind."""

    def private_values(self) -> Private:
        """For instance `{"contact": [person.name for person in self.contacts]}`."""
        ...


def private_of(deps: object) -> Private:
    """What a program's deps declare private, or the values of a mapping of deps; nothing where none says anything."""
    held: list[object] = [deps]
    if isinstance(deps, Mapping):
        held += cast("Mapping[object, object]", deps).values()
    merged: dict[str, list[Any]] = {}
    for declared in (one.private_values() for one in held if isinstance(one, HoldsPrivate)):
        for kind, values in declared.items():
            merged.setdefault(kind, []).extend(values)
    return merged


def joined(*sources: Private) -> dict[str, list[JsonValue]]:
    """Several declarations of private values as one."""
    made: dict[str, list[JsonValue]] = {}
    for source in sources:
        for kind, values in source.items():
            made.setdefault(kind, []).extend(values)
    return made


def redacted_request(request: ProposeRequest, redaction: Redaction) -> ProposeRequest:
    """The request with placeholders, and with schemas that let them stand where a value stood.

    The newest turn is redacted first: what the step is about gets the lowest numbers.
    """
    messages = [redacted_message(message, redaction) for message in reversed(request.messages)][::-1]
    facts = tuple(redaction.text(fact) if _CLOCK.fullmatch(fact) else redaction.said(fact) for fact in request.facts)
    system = redaction.text(request.system)
    tools = [_redacted_tool(tool, redaction) for tool in request.tools]
    results = {call: _redacted_schema(schema, redaction) for call, schema in request.results.items()}
    output = None if request.output is None else _redacted_schema(request.output, redaction)
    if redaction.placeholders().names:
        broad = redaction.is_broad
        tools = [tool.model_copy(update={"parameters": _open_tool(tool, broad)}) for tool in tools]
        output = None if output is None else _open_schema(output, broad)
        system = "\n\n".join(filter(None, [system, PLACEHOLDER_RULE]))
    update = {
        "messages": tuple(messages),
        "facts": facts,
        "system": system,
        "tools": tuple(tools),
        "results": results,
        "output": output,
        "odds": None,  # they name values, and are for an engine in this process
    }
    return request.model_copy(update=update)


def redacted_message(message: Message, redaction: Redaction) -> Message:
    """A turn with placeholders in its text and in the arguments of its calls."""
    calls = tuple(redacted_call(call, redaction) for call in message.calls)
    return message.model_copy(update={"content": redaction.said(message.content), "calls": calls})


def redacted_call(call: ToolCall, redaction: Redaction) -> ToolCall:
    """A call with placeholders in its arguments; typed references stay as they are."""
    arguments = {key: _redacted_argument(value, redaction) for key, value in call.arguments.items()}
    return call.model_copy(update={"arguments": arguments})


def _redacted_argument(value: JsonValue, redaction: Redaction) -> JsonValue:
    if isinstance(value, dict) and value.keys() == {"$ref", "path"}:
        return value
    if isinstance(value, list):
        return [_redacted_argument(item, redaction) for item in value]
    if isinstance(value, dict):
        return {redaction.text(key): _redacted_argument(item, redaction) for key, item in value.items()}
    return redaction.said_value(value)


def _redacted_tool(tool: ToolSpec, redaction: Redaction) -> ToolSpec:
    update: dict[str, Any] = {
        "description": redaction.text(tool.description),
        "parameters": _redacted_schema(tool.parameters, redaction),
        "returns": None if tool.returns is None else _redacted_schema(tool.returns, redaction),
    }
    return tool.model_copy(update=update)


def _redacted_schema(schema: JsonSchema, redaction: Redaction) -> JsonSchema:
    """The schema with placeholders in what it says and in the values it lists; its structure stays."""
    return {key: _redacted_part(key, value, redaction) for key, value in schema.items()}


def _redacted_part(key: str, value: object, redaction: Redaction) -> object:
    if key in {"properties", "$defs", "definitions", "patternProperties"} and isinstance(value, dict):
        named = cast("dict[str, Any]", value)
        return {name: _redacted_part("", part, redaction) for name, part in named.items()}
    if key in _WORDS:
        return redaction.json(cast("JsonValue", value))
    if isinstance(value, dict):
        return _redacted_schema(cast("JsonSchema", value), redaction)
    if isinstance(value, list) and key != "required":
        return [_redacted_part("", item, redaction) for item in cast("list[object]", value)]
    return cast("object", value)


def _open_tool(tool: ToolSpec, broad: bool) -> JsonSchema:
    """The parameters with room for placeholders, also where a private argument is a number."""
    opened = _open_schema(tool.parameters, broad)
    properties = dict(cast("dict[str, JsonSchema]", opened.get("properties", {})))
    for name in tool.private:
        if properties.get(name, {}).get("type") in _NUMBERS:
            properties[name] = _or_placeholder(properties[name])
    return opened | ({"properties": properties} if properties else {})


def _open_schema(schema: JsonSchema, broad: bool) -> JsonSchema:
    """The schema without the bounds on texts that a placeholder would break; what comes back is checked in clear.

    `broad`: any number or moment of the request may be a placeholder now, whatever argument it belongs to.
    """
    opened: JsonSchema = {}
    moment = schema.get("format") in MOMENT_FORMATS
    bounded_text = schema.get("type") == "string" and not moment
    for key, value in schema.items():
        if bounded_text and key in _TEXT_BOUNDS:
            continue
        if key in _WORDS or key == "required":
            opened[key] = value
        elif isinstance(value, dict):
            opened[key] = _open_schema(cast("JsonSchema", value), broad)
        elif isinstance(value, list):
            opened[key] = [
                _open_schema(cast("JsonSchema", item), broad) if isinstance(item, dict) else item
                for item in cast("list[Any]", value)
            ]
        else:
            opened[key] = value
    return _or_placeholder(opened) if broad and (moment or opened.get("type") in _NUMBERS) else opened


def _or_placeholder(schema: JsonSchema) -> JsonSchema:
    return {"anyOf": [schema, {"type": "string", "pattern": PLACEHOLDER_PATTERN}]}
