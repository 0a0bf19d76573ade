"""What may be answered, as JSON Schema: the controls as tools, and one schema of the whole answer.

Knows nothing of grammars or prompts. Engines that are steered by a JSON Schema alone use `answer_schema`.
"""

from __future__ import annotations

from typing import Any, cast

from agentkit.propose.references import fitting_paths, reference_sources
from agentkit.propose.subschemas import lookup, properties_of
from agentkit.types import Control, Effect, JsonSchema, ProposeRequest, ToolSpec

_TEXT_LIMIT = 800

_ABOUT = {
    Control.ABSTAIN: "No tool fits the request.",
    Control.ASK: "Ask the user for something that is missing.",
    Control.FINISH: "The task is done: give the final answer.",
    Control.DEFER: "Hand this step to a more capable model.",
}


def control_tool(control: Control, output: JsonSchema | None = None) -> ToolSpec:
    """A control as a tool: `ask(question)`, `finish(answer)` or, for a typed answer, `finish(output)`, and the rest."""
    properties: dict[str, Any] = {}
    definitions: dict[str, Any] = {}
    if control is Control.ASK:
        properties = {"question": {"type": "string", "minLength": 1, "maxLength": _TEXT_LIMIT}}
    elif control is Control.FINISH and output is None:
        properties = {"answer": {"type": "string", "maxLength": _TEXT_LIMIT}}
    elif control is Control.FINISH and output is not None:
        definitions = {key: output[key] for key in ("$defs", "definitions") if key in output}
        properties = {"output": {key: value for key, value in output.items() if key not in definitions}}
    parameters = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        **definitions,
    }
    return ToolSpec(name=control.value, description=_ABOUT[control], parameters=parameters, effect=Effect.READ)


def control_tools(request: ProposeRequest) -> tuple[ToolSpec, ...]:
    """The legal controls of a request as tools, in the order of `Control`."""
    return tuple(control_tool(control, request.output) for control in Control if control in request.controls)


def answer_schema(request: ProposeRequest) -> JsonSchema:
    """One JSON Schema of the answer: an array of `{"name", "arguments"}`, or of one control alone.

    References to results of earlier steps are allowed where their type fits. References within one answer are not:
    what an earlier call of the same answer returns depends on its name, which a schema cannot follow.
    """
    sources = reference_sources(request)
    calls = [_call_schema(tool, sources) for tool in request.tools]
    controls = [_call_schema(tool, {}) for tool in control_tools(request)]
    options: list[JsonSchema] = []
    if calls:
        options.append({"type": "array", "items": {"anyOf": calls}, "minItems": 1, "maxItems": request.max_calls})
    options += [
        {"type": "array", "prefixItems": [one], "items": False, "minItems": 1, "maxItems": 1} for one in controls
    ]
    return {"anyOf": options}


def _call_schema(tool: ToolSpec, sources: dict[str, JsonSchema]) -> JsonSchema:
    parameters = dict(tool.parameters)
    if sources:
        parameters["properties"] = {
            name: _or_reference(part, fitting_paths(sources, part, tool.parameters))
            for name, part in properties_of(tool.parameters).items()
        }
    return {
        "type": "object",
        "properties": {"name": {"const": tool.name}, "arguments": inlined(parameters)},
        "required": ["name", "arguments"],
        "additionalProperties": False,
    }


def _or_reference(part: JsonSchema, paths: dict[str, tuple[str, ...]]) -> JsonSchema:
    if not paths:
        return part
    references = [
        {
            "type": "object",
            "properties": {"$ref": {"const": call}, "path": {"enum": list(names)}},
            "required": ["$ref", "path"],
            "additionalProperties": False,
        }
        for call, names in paths.items()
    ]
    return {"anyOf": [part, *references]}


_DEFINITIONS = {"$defs", "definitions"}
_LEVELS = 3


def shown(schema: JsonSchema) -> JsonSchema:
    """A schema as a model reads it: local times named by `format` instead of by a long pattern, no private keys."""
    local = schema.get("x-type")
    dropped = {key for key in schema if key.startswith("x-")} | ({"pattern"} if local else set[str]())
    kept = {key: _shown(value) for key, value in schema.items() if key not in dropped}
    return kept | ({"format": _LOCAL_FORMATS.get(local, local)} if local else {})


_LOCAL_FORMATS = {"datetime": "date-time"}


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return [_shown(item) for item in cast("list[Any]", value)]
    return shown(cast("JsonSchema", value)) if isinstance(value, dict) else value


def inlined(schema: JsonSchema) -> JsonSchema:
    """The schema with local references replaced by their targets, so that it can stand inside another one.

    Recursion is cut after three levels, where only what needs no deeper level remains.
    """
    return cast("JsonSchema", _inline(schema, schema, ()))


def _inline(node: Any, root: JsonSchema, seen: tuple[str, ...]) -> Any:
    if isinstance(node, list):
        return [_inline(item, root, seen) for item in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    whole = cast("JsonSchema", node)
    reference = whole.get("$ref")
    if not isinstance(reference, str):
        return {key: _inline(value, root, seen) for key, value in whole.items() if key not in _DEFINITIONS}
    if seen.count(reference) >= _LEVELS:
        return False
    target = _inline(lookup(reference, root), root, (*seen, reference))
    rest = {key: value for key, value in whole.items() if key != "$ref"}
    return {**target, **_inline(rest, root, seen)}
