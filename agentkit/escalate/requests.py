"""What of a request is private, and the request as it may leave the machine.

Pure but for the placeholders it gives out. Knows nothing of models or budgets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, cast, runtime_checkable

from pydantic import JsonValue

from agentkit.escalate.placeholders import PLACEHOLDER_PATTERN, Private
from agentkit.escalate.redact import Redaction
from agentkit.types import JsonSchema, Message, Proposal, ProposeRequest, ToolCall, ToolSpec

PLACEHOLDER_RULE = (
    "Values written like ⟦PHONE_1⟧ stand for private values. Use one wherever you would use the value, copied exactly "
    "with its brackets. ⟦PHONE_1~2⟧ is another spelling of ⟦PHONE_1⟧; prefer the one without ~."
)

_WORDS = frozenset({"enum", "const", "default", "examples", "description", "title"})
_MOMENTS = frozenset({"date", "time", "date-time", "duration"})
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


def private_values(
    request: ProposeRequest, local: Proposal | None = None, tools: Iterable[ToolSpec] = ()
) -> dict[str, list[JsonValue]]:
    """What tools label private: values of such arguments in calls made or proposed, by argument.

    The values that a dynamic enum of a private argument may take are private too. `tools` adds the labels of tools
    that were called before but are not offered in this request.
    """
    found: dict[str, list[JsonValue]] = {}
    calls = [call for message in request.messages for call in message.calls]
    if local is not None:
        calls += [call for proposal in (local, *local.others) for call in proposal.calls]
    for tool in (*request.tools, *tools):
        properties = cast("dict[str, Any]", tool.parameters.get("properties", {}))
        for name in tool.private:
            values = found.setdefault(name, [])
            for call in calls:
                if call.name == tool.name and name in call.arguments:
                    values.extend(_leaves(call.arguments[name]))
            if name in tool.dynamic:
                values.extend(_enums(properties.get(name)))
    return found


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
    facts = tuple(redaction.text(fact) for fact in request.facts)
    system = redaction.text(request.system)
    tools = [_redacted_tool(tool, redaction) for tool in request.tools]
    results = {call: _redacted_schema(schema, redaction) for call, schema in request.results.items()}
    output = None if request.output is None else _redacted_schema(request.output, redaction)
    if redaction.placeholders().names:
        tools = [tool.model_copy(update={"parameters": _open_tool(tool)}) for tool in tools]
        output = None if output is None else _open_schema(output)
        system = "\n\n".join(filter(None, [system, PLACEHOLDER_RULE]))
    update = {
        "messages": tuple(messages),
        "facts": facts,
        "system": system,
        "tools": tuple(tools),
        "results": results,
        "output": output,
    }
    return request.model_copy(update=update)


def redacted_message(message: Message, redaction: Redaction) -> Message:
    """A turn with placeholders in its text and in the arguments of its calls."""
    calls = tuple(redacted_call(call, redaction) for call in message.calls)
    return message.model_copy(update={"content": redaction.text(message.content), "calls": calls})


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
    return redaction.json(value)


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


def _open_tool(tool: ToolSpec) -> JsonSchema:
    """The parameters with room for placeholders, also where a private argument is a number."""
    opened = _open_schema(tool.parameters)
    properties = dict(cast("dict[str, JsonSchema]", opened.get("properties", {})))
    for name in tool.private:
        if properties.get(name, {}).get("type") in {"integer", "number"}:
            properties[name] = {"anyOf": [properties[name], {"type": "string", "pattern": PLACEHOLDER_PATTERN}]}
    return opened | ({"properties": properties} if properties else {})


def _open_schema(schema: JsonSchema) -> JsonSchema:
    """The schema without the bounds on texts that a placeholder would break; what comes back is checked in clear."""
    opened: JsonSchema = {}
    bounded_text = schema.get("type") == "string" and schema.get("format") not in _MOMENTS
    for key, value in schema.items():
        if bounded_text and key in _TEXT_BOUNDS:
            continue
        if key in _WORDS or key == "required":
            opened[key] = value
        elif isinstance(value, dict):
            opened[key] = _open_schema(cast("JsonSchema", value))
        elif isinstance(value, list):
            opened[key] = [
                _open_schema(cast("JsonSchema", item)) if isinstance(item, dict) else item
                for item in cast("list[Any]", value)
            ]
        else:
            opened[key] = value
    return opened


def _leaves(value: JsonValue) -> Iterator[JsonValue]:
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, dict):
        if value.keys() != {"$ref", "path"}:
            yield from _leaves(list(value.values()))
    else:
        yield value


def _enums(schema: object) -> Iterable[JsonValue]:
    if isinstance(schema, list):
        for item in cast("list[object]", schema):
            yield from _enums(item)
    elif isinstance(schema, dict):
        for key, part in cast("dict[str, Any]", schema).items():
            if key == "enum":
                yield from cast("list[JsonValue]", part)
            elif key == "const":
                yield part
            else:
                yield from _enums(part)
