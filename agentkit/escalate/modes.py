"""What is sent of a step: all of it, only the field in doubt, or a sketch of tools and request.

Pure: requests in, requests out, nothing redacted yet. The disputed form goes back to R2R and Big Little Decoder (a
small share of tokens needs the larger model), the hint to SuperICL and SlimPLM, the sketch to CoGenesis.
"""

from __future__ import annotations

import json
from typing import Any, cast

from pydantic import JsonValue

from agentkit.moments import MOMENT_FORMATS
from agentkit.spec.model import Send
from agentkit.types import (
    DecisionPoint,
    JsonObject,
    JsonSchema,
    Message,
    Proposal,
    ProposeRequest,
    ToolCall,
    ToolSpec,
    Value,
    Verdict,
)

__all__ = ["FILL", "Dispute", "Send", "disputed", "field_names", "find_dispute", "merged", "narrowed", "sketch", "step"]

FILL = "fill_in"


class Dispute(Value):
    """One call of a local proposal, and the argument paths of it that are in doubt."""

    call: int
    paths: tuple[str, ...]


def step(request: ProposeRequest, local: Proposal | None, verdict: Verdict | None) -> ProposeRequest:
    """The whole step, with what the smaller model proposed and why it was doubted as the last facts."""
    return request.model_copy(update={"facts": (*request.facts, *hints(local, verdict))})


def sketch(request: ProposeRequest) -> ProposeRequest:
    """Tool names, schemas and the user's last turn; no system text, no history, no facts, no dynamic enums' values."""
    said = [message for message in request.messages if message.role == "user"][-1:]
    tools = tuple(
        tool.model_copy(update={"parameters": _without_values(tool), "returns": None}) for tool in request.tools
    )
    return request.model_copy(
        update={
            "tools": tools,
            "messages": tuple(said),
            "system": "",
            "facts": (),
            "results": {},
        }
    )


def find_dispute(local: Proposal | None, verdict: Verdict | None) -> Dispute | None:
    """The arguments in doubt: those that failed a check, else the least certain; None when it is not about arguments.

    All are of one call. A doubt about the choice of the tool or the number of calls is about the whole step.
    """
    if local is None or local.control is not None:
        return None
    failures = verdict.failures if verdict is not None else ()
    failed = [(check.call, check.path) for check in failures]
    if failed:
        calls = {call for call, _ in failed}
        paths = tuple(dict.fromkeys(path for _, path in failed if path))
        call = calls.pop()
        whole = calls or call is None or len(paths) == 0 or any(path is None for _, path in failed)
        return None if whole or call is None else Dispute(call=call, paths=paths)
    point = min(local.points, key=lambda one: one.p, default=None)
    if point is None:
        return None
    index, _, path = point.field.partition(".")
    return Dispute(call=int(index), paths=(path,)) if index.isdigit() and path else None


def narrowed(request: ProposeRequest, local: Proposal | None, verdict: Verdict | None) -> ProposeRequest | None:
    """The step with only the tools the smaller model hesitated between, when its doubt is about the tool."""
    if local is None or (verdict is not None and verdict.failures):
        return None
    point = min(local.points, key=lambda one: one.p, default=None)
    if point is None or point.field != "tool" or not point.alternatives:
        return None
    heads = [point.text.strip(), *(one.text.strip() for one in point.alternatives)]
    kept = tuple(tool for tool in request.tools if any(head and tool.name.startswith(head) for head in heads))
    if not 2 <= len(kept) < len(request.tools):
        return None
    return step(request.model_copy(update={"tools": kept}), local, verdict)


def disputed(request: ProposeRequest, local: Proposal, dispute: Dispute) -> ProposeRequest | None:
    """A request for the disputed values alone; None where the call or a path is not in the tools' schemas."""
    if dispute.call >= len(local.calls):
        return None
    call = local.calls[dispute.call]
    tool = next((tool for tool in request.tools if tool.name == call.name), None)
    if tool is None:
        return None
    schemas = [_schema_at(tool.parameters, path) for path in dispute.paths]
    if None in schemas:
        return None
    properties = dict(zip(field_names(dispute), cast("list[JsonSchema]", schemas), strict=True))
    fill = ToolSpec(
        name=FILL,
        description=f"Give the values in doubt of a call to {tool.name}: {tool.description}",
        parameters={
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
            **{key: tool.parameters[key] for key in ("$defs", "definitions") if key in tool.parameters},
        },
        private=tuple(
            name for name, path in zip(properties, dispute.paths, strict=True) if path.partition(".")[0] in tool.private
        ),
    )
    timed = any(schema.get("format") in MOMENT_FORMATS for schema in properties.values())
    update: dict[str, Any] = {
        "tools": (fill,),
        "controls": (),
        "max_calls": 1,
        "system": "",
        "facts": request.facts if timed else (),
        "messages": (_question(request, call, tool, dispute, local),),
        "results": {},
        "output": None,
    }
    return request.model_copy(update=update)


def merged(local: Proposal, answer: Proposal, dispute: Dispute) -> Proposal:
    """The local proposal with the answered values in place; the remote's points replace those of the fields."""
    given = answer.calls[0].arguments
    call = local.calls[dispute.call]
    arguments = call.arguments
    fields = {f"{dispute.call}.{path}" for path in dispute.paths}
    for name, path in zip(field_names(dispute), dispute.paths, strict=True):
        arguments = _put(arguments, path.split("."), given[name])
    calls = list(local.calls)
    calls[dispute.call] = call.model_copy(update={"arguments": arguments})
    renamed = {
        f"0.{name}": f"{dispute.call}.{path}" for name, path in zip(field_names(dispute), dispute.paths, strict=True)
    }
    points = [point for point in local.points if point.field not in fields]
    points += [
        point.model_copy(update={"field": renamed[point.field]}) for point in answer.points if point.field in renamed
    ]
    return answer.model_copy(update={"calls": tuple(calls), "points": tuple(points), "confidence_known": bool(points)})


def field_names(dispute: Dispute) -> list[str]:
    """The names under which the disputed paths are asked for."""
    return [path.replace(".", "__") for path in dispute.paths]


def hints(local: Proposal | None, verdict: Verdict | None) -> tuple[str, ...]:
    """What the smaller model proposed, how sure it was, and what the checks found, a sentence each."""
    made: list[str] = []
    if local is not None and local.calls:
        written = json.dumps(
            [{"name": call.name, "arguments": call.arguments} for call in local.calls], ensure_ascii=False
        )
        made.append(f"A smaller model proposed {written}{_certainty(local.points)}.")
    if verdict is not None:
        made += [f"A check found: {check.evidence}" for check in verdict.failures if check.evidence]
    return tuple(made)


def _certainty(points: tuple[DecisionPoint, ...]) -> str:
    lowest = min(points, key=lambda point: point.p, default=None)
    return "" if lowest is None else f" (least sure of {lowest.field}: probability {lowest.p:.2f})"


def _question(request: ProposeRequest, call: ToolCall, tool: ToolSpec, dispute: Dispute, local: Proposal) -> Message:
    said = next((message.content for message in reversed(request.messages) if message.role == "user"), "")
    lines = [
        f"A user said: {said}",
        f"The call {json.dumps(call.arguments, ensure_ascii=False)} of {call.name} is doubted.",
    ]
    for name, path in zip(field_names(dispute), dispute.paths, strict=True):
        hidden = path.partition(".")[0] in tool.private
        points = [point for point in local.points if point.field == f"{dispute.call}.{path}"]
        lines.append(f"Give {name}.{'' if hidden else _candidates(points)}")
    return Message(role="user", content="\n".join(lines))


def _candidates(points: list[DecisionPoint]) -> str:
    """What the smaller model wavered between, where one decision settled the value."""
    if len(points) != 1:
        return ""
    point = points[0]
    listed = [(point.text, point.p), *((one.text, one.p) for one in point.alternatives)]
    return " A smaller model wavered between " + ", ".join(f"{text.strip()} ({p:.2f})" for text, p in listed) + "."


def _schema_at(schema: JsonSchema, path: str) -> JsonSchema | None:
    node: Any = schema
    for key in path.split("."):
        inner = cast("JsonSchema", node) if isinstance(node, dict) else {}
        node = cast("JsonSchema", inner.get("properties", {})).get(key)
    return cast("JsonSchema", node) if isinstance(node, dict) else None


def _put(arguments: JsonObject, path: list[str], value: JsonValue) -> JsonObject:
    head, *rest = path
    inner = arguments.get(head)
    deeper: JsonValue = _put(inner if isinstance(inner, dict) else {}, rest, value) if rest else value
    return {**arguments, head: deeper}


def _without_values(tool: ToolSpec) -> JsonSchema:
    """The parameters with every dynamic enum as the plain type of its values."""
    properties = dict(cast("dict[str, JsonSchema]", tool.parameters.get("properties", {})))
    for name in tool.dynamic:
        if name in properties:
            properties[name] = cast("JsonSchema", _drop_enums(properties[name]))
    return tool.parameters | ({"properties": properties} if properties else {})


def _drop_enums(node: Any) -> Any:
    if isinstance(node, list):
        return [_drop_enums(item) for item in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    part = cast("JsonSchema", node)
    kept = {
        key: _drop_enums(value) for key, value in part.items() if key not in {"enum", "const", "default", "examples"}
    }
    return {"type": "string", **kept} if "enum" in part or "const" in part else kept
