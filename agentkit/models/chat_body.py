"""A request as the body of an OpenAI-compatible chat completion: messages, tools, sampling.

Pure: knows nothing of sockets, of retries, or of how the answer is read. What a server may not understand is a
`Features` value, so that falling back to less is a decision about values and not about the network.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from agentkit.propose.schema import answer_schema, control_tools
from agentkit.types import Message, ProposeRequest, ToolCall, Value

OutputMode = Literal["tools", "json_schema", "json_object", "text"]

_TEXT_RULES = """Answer with JSON only, no other text: {"calls": [{"name": ..., "arguments": {...}}]}
Each call is one of the functions below with arguments that fit its schema.
"""


class Features(Value):
    """What is asked of the server beyond the bare protocol; `relax` takes away what it refused."""

    mode: OutputMode = "tools"
    fallback: bool = True
    required: bool = True
    parallel: bool = True
    stream: bool = True
    stream_usage: bool = True
    logprobs: bool = True
    seed: bool = True
    temperature: bool = True
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"


def functions(request: ProposeRequest) -> list[dict[str, Any]]:
    """The tools and the legal controls as function declarations, in the request's order."""
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
        }
        for tool in (*request.tools, *control_tools(request))
    ]


def body(request: ProposeRequest, *, model: str, features: Features, options: dict[str, Any]) -> dict[str, Any]:
    """The JSON body of one attempt; `options` of the user come last and win."""
    sampling = request.sampling
    made: dict[str, Any] = {"model": model, "messages": messages(request, features.mode)}
    if features.mode == "tools":
        made["tools"] = functions(request)
        made["tool_choice"] = "required" if features.required else "auto"
        if features.parallel and request.max_calls == 1:
            made["parallel_tool_calls"] = False
    elif features.mode == "json_schema":
        made["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": wrapped_schema(request)},
        }
    elif features.mode == "json_object":
        made["response_format"] = {"type": "json_object", "schema": wrapped_schema(request)}
    made[features.limit] = sampling.max_tokens + sampling.reasoning_tokens
    if features.temperature:
        made["temperature"] = sampling.temperature
        if sampling.top_p < 1.0:
            made["top_p"] = sampling.top_p
    if features.seed and sampling.temperature > 0.0:
        made["seed"] = sampling.seed
    if sampling.candidates > 1:
        made["n"] = sampling.candidates
    if features.logprobs:
        made |= {"logprobs": True, "top_logprobs": 5}
    if features.stream:
        made["stream"] = True
        if features.stream_usage:
            made["stream_options"] = {"include_usage": True}
    return made | options


def wrapped_schema(request: ProposeRequest) -> dict[str, Any]:
    """The schema of an answer as an object, which is what servers accept at the root."""
    return {
        "type": "object",
        "properties": {"calls": answer_schema(request)},
        "required": ["calls"],
        "additionalProperties": False,
    }


def messages(request: ProposeRequest, mode: OutputMode) -> list[dict[str, Any]]:
    """The conversation in the protocol's form: system first, volatile facts last.

    An assistant turn keeps its calls as tool calls only where a result answers each; servers refuse a call that was
    never answered, so a rejected proposal or a control is written out as text.
    """
    made: list[dict[str, Any]] = []
    system = "\n\n".join(part for part in (request.system, _written_functions(request, mode)) if part)
    if system:
        made.append({"role": "system", "content": system})
    answered = {message.call_id or "" for message in request.messages if message.role == "tool" and mode == "tools"}
    open_ids: set[str] = set()
    for message in request.messages:
        made.append(_message(message, answered, open_ids))
    if request.facts:
        _append_user(made, "Known at this moment:\n" + "\n".join(f"- {fact}" for fact in request.facts))
    return made


def _message(message: Message, answered: set[str], open_ids: set[str]) -> dict[str, Any]:
    if message.role == "assistant" and message.calls:
        if all(call.id in answered and call.control is None for call in message.calls):
            open_ids.update(call.id for call in message.calls)
            calls = [_tool_call(call) for call in message.calls]
            return {"role": "assistant", "content": message.content or None, "tool_calls": calls}
        return {
            "role": "assistant",
            "content": "\n".join(filter(None, [message.content, written_calls(message.calls)])),
        }
    if message.role == "tool":
        if message.call_id in open_ids:
            return {"role": "tool", "tool_call_id": wire_id(message.call_id or ""), "content": message.content}
        return {"role": "user", "content": f"Result of {message.name or 'the call'}: {message.content}"}
    return {"role": message.role, "content": message.content}


def _tool_call(call: ToolCall) -> dict[str, Any]:
    arguments = json.dumps(call.arguments, ensure_ascii=False)
    return {"id": wire_id(call.id), "type": "function", "function": {"name": call.name, "arguments": arguments}}


def wire_id(call_id: str) -> str:
    """A call's id on the wire: nine alphanumerics for a numbered call, which the strictest server asks for."""
    return f"call{int(call_id):05d}" if call_id.isascii() and call_id.isdigit() else call_id


def written_calls(calls: tuple[ToolCall, ...]) -> str:
    """Calls as the JSON text that a model without tool calls answers with."""
    return json.dumps(
        {"calls": [{"name": call.name, "arguments": call.arguments} for call in calls]}, ensure_ascii=False
    )


def _written_functions(request: ProposeRequest, mode: OutputMode) -> str:
    if mode == "tools":
        return ""
    lines = [json.dumps(one["function"], ensure_ascii=False) for one in functions(request)]
    return _TEXT_RULES + "\n".join(lines)


def _append_user(made: list[dict[str, Any]], text: str) -> None:
    """Add to the last user turn, or open one: two user turns in a row are refused by strict chat templates."""
    if made and made[-1]["role"] == "user":
        made[-1]["content"] += f"\n\n{text}"
    else:
        made.append({"role": "user", "content": text})


_NEXT_MODE: dict[OutputMode, OutputMode] = {
    "tools": "json_schema",
    "json_schema": "json_object",
    "json_object": "text",
}


def relax(features: Features, message: str) -> Features | None:
    """What to ask for after the server refused a body with `message`; None when nothing is left to take away.

    What the message names goes first; when it names nothing, the next weaker way of asking for calls is tried.
    `json_object` with a schema is how older servers take a `json_schema`, so it is tried for one that was asked for.
    """
    said = message.lower()
    named: list[tuple[str, bool, dict[str, Any]]] = [
        ("logprob", features.logprobs, {"logprobs": False}),
        ("stream_options", features.stream and features.stream_usage, {"stream_usage": False}),
        ("parallel_tool_calls", features.parallel, {"parallel": False}),
        ("tool_choice", features.mode == "tools" and features.required, {"required": False}),
        ("max_tokens", features.limit == "max_tokens", {"limit": "max_completion_tokens"}),
        ("temperature", features.temperature, {"temperature": False}),
        ("seed", features.seed, {"seed": False}),
        ("stream", features.stream, {"stream": False}),
    ]
    for word, present, less in named:
        if word in said and present:
            return features.model_copy(update=less)
    if features.mode not in _NEXT_MODE or not (features.fallback or features.mode == "json_schema"):
        return None
    return features.model_copy(update={"mode": _NEXT_MODE[features.mode]})
