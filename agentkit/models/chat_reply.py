"""The answer of a chat completion, put together from chunks and read as calls.

Pure: knows nothing of sockets. It trusts nothing: an answer that was cut off, is not JSON where JSON was due, or holds
a control that was not offered is a `RemoteError` of status `garbled`, never a proposal. A tool name that was not
offered is left to the verifiers, which can say so to the model.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NoReturn, cast

from agentkit.errors import RemoteError
from agentkit.models.callids import number_calls
from agentkit.models.chat_points import TokenChance
from agentkit.types import Control, JsonObject, ProposeRequest, ToolCall, Value

Json = dict[str, Any]


class Choice(Value):
    """One answer as the server gave it: text, reasoning, raw calls as (name, arguments text), token probabilities."""

    content: str = ""
    reasoning: str = ""
    refusal: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    finish_reason: str | None = None
    tokens: tuple[TokenChance, ...] = ()

    def text(self) -> str:
        """What the model said, calls included, for the record."""
        calls = [f'{{"name": {json.dumps(name)}, "arguments": {arguments or "{}"}}}' for name, arguments in self.calls]
        return "\n".join(filter(None, [self.content, *calls]))


class _Slot:
    """A call while its pieces arrive."""

    def __init__(self) -> None:
        self.id = ""
        self.name = ""
        self.arguments = ""


class _Building:
    """A choice while its pieces arrive."""

    def __init__(self) -> None:
        self.content = ""
        self.reasoning = ""
        self.refusal = ""
        self.finish_reason: str | None = None
        self.slots: list[_Slot] = []
        self.by_index: dict[int, _Slot] = {}
        self.tokens: list[TokenChance] = []

    def add_message(self, delta: Json) -> None:
        self.content += _content(delta.get("content"))
        self.reasoning += _text(delta.get("reasoning_content")) or _text(delta.get("reasoning"))
        self.refusal += _text(delta.get("refusal"))
        for position, call in enumerate(_objects(delta.get("tool_calls"))):
            self._add_call(call, position)

    def _add_call(self, call: Json, position: int) -> None:
        """Append a piece to its call: servers count by `index`; some leave it out, or repeat 0 with a new id."""
        given = call.get("index")
        index = given if isinstance(given, int) else position
        slot = self.by_index.get(index)
        new_id = _text(call.get("id"))
        if slot is None or (new_id and slot.id and new_id != slot.id):
            slot = self.by_index[index] = _Slot()
            self.slots.append(slot)
        slot.id = slot.id or new_id
        function = _object(call.get("function"))
        slot.name += _text(function.get("name"))
        arguments = function.get("arguments")
        slot.arguments += json.dumps(arguments) if isinstance(arguments, dict) else _text(arguments)

    def done(self) -> Choice:
        return Choice(
            content=self.content,
            reasoning=self.reasoning,
            refusal=self.refusal,
            calls=tuple((slot.name, slot.arguments) for slot in self.slots),
            finish_reason=self.finish_reason,
            tokens=tuple(self.tokens),
        )


class Assembly:
    """Puts an answer together, from the chunks of a stream or from one whole completion."""

    def __init__(self) -> None:
        self._choices: dict[int, _Building] = {}
        self.usage: Json = {}
        self.error = ""

    def add(self, data: object) -> None:
        """Add a chunk or a completion; what is not of the protocol's shape adds nothing."""
        event = _object(data)
        if event.get("error"):
            self.error = _text(_object(event["error"]).get("message")) or str(event["error"])[:200]
        self.usage = _object(event.get("usage")) or self.usage
        for position, choice in enumerate(_objects(event.get("choices"))):
            index = choice.get("index")
            building = self._choices.setdefault(index if isinstance(index, int) else position, _Building())
            building.add_message(_object(choice.get("delta")) or _object(choice.get("message")))
            building.finish_reason = _text(choice.get("finish_reason")) or building.finish_reason
            for token in _objects(_object(choice.get("logprobs")).get("content")):
                building.tokens.extend(TokenChance.read(token))

    def choices(self) -> tuple[Choice, ...]:
        """The choices by index."""
        return tuple(self._choices[index].done() for index in sorted(self._choices))

    def text(self) -> str:
        """All that was received, for the record of a failure."""
        return "\n".join(choice.text() for choice in self.choices())


def read_calls(choice: Choice, request: ProposeRequest, *, prose: bool = True) -> tuple[ToolCall, ...]:
    """The calls that a finished choice makes, numbered on from the request's.

    `prose` says whether text that is no JSON may be an answer, as it may where calls have a form of their own. Raises
    `RemoteError` (`refused` or `garbled`) when the choice is not a whole answer.
    """
    _check_finished(choice)
    if choice.calls:
        found = [ToolCall(id="", name=name, arguments=_arguments(name, text)) for name, text in choice.calls]
    else:
        found = _from_text(choice, request, prose)
    return number_calls(_legal(found, choice, request), request)


def _check_finished(choice: Choice) -> None:
    if choice.refusal or choice.finish_reason == "content_filter":
        raise RemoteError(
            f"the remote model declined: {choice.refusal[:200] or 'its content filter stopped the answer'}",
            status="refused",
            received=choice.text(),
        )
    if choice.finish_reason is None:
        _garbled("the answer was cut off: the stream ended without a finish_reason", choice)
    if choice.finish_reason == "length":
        _garbled("the answer was cut off at the token limit", choice, hint="raise `sampling.max_tokens`")


def _arguments(name: str, text: str) -> JsonObject:
    if not text.strip():
        return {}
    value = _strict_json(text)
    if isinstance(value, dict):
        return cast("JsonObject", value)
    raise RemoteError(
        f"the arguments of the call to `{name[:60]}` are not a JSON object: {text[:120]!r}",
        status="garbled",
        received=text,
    )


_FENCE = re.compile(r"^\s*```(?:json)?\s*\n(?P<body>.*?)\n?```\s*$", re.DOTALL)
_TAGGED = re.compile(r"<tool_call>\s*(?P<body>.*?)\s*</tool_call>", re.DOTALL)


def _from_text(choice: Choice, request: ProposeRequest, prose: bool) -> list[ToolCall]:
    """Calls written as text; prose is an answer where finishing is legal, else it is no whole answer."""
    text = choice.content.strip()
    written = _written_calls(text)
    if written is not None:
        return written or [ToolCall(id="", name=Control.ABSTAIN.value)]
    if not text:
        _garbled("the answer is empty: neither a call nor text", choice)
    if not prose:
        _garbled(f"the answer is not the JSON that was asked for: {text[:120]!r}", choice)
    if text.startswith(("{", "[", "```", "<tool_call>", "<")):
        _garbled(f"the answer is neither JSON nor prose: {text[:120]!r}", choice)
    if Control.FINISH in request.controls and request.output is None:
        return [ToolCall(id="", name=Control.FINISH.value, arguments={"answer": text})]
    return _garbled(f"the answer is prose where a call was due: {text[:120]!r}", choice)


def _written_calls(text: str) -> list[ToolCall] | None:
    """The calls of a JSON text (bare, fenced, or in `<tool_call>` tags); None when it is not one."""
    tagged = [match["body"] for match in _TAGGED.finditer(text)]
    fenced = _FENCE.match(text)
    values = [_strict_json(body) for body in tagged] or [_strict_json(fenced["body"] if fenced else text)]
    listed: list[Any] = []
    for value in values:
        inner = _object(value).get("calls", value)
        listed += cast("list[Any]", inner) if isinstance(inner, list) else [inner]
    calls = [_written_call(_object(one)) for one in listed]
    return None if None in calls else cast("list[ToolCall]", calls)


def _written_call(value: Json) -> ToolCall | None:
    name, arguments = value.get("name"), value.get("arguments", value.get("parameters", {}))
    if not isinstance(name, str) or not isinstance(arguments, dict):
        return None
    return ToolCall(id="", name=name, arguments=cast("JsonObject", arguments))


def _legal(calls: Sequence[ToolCall], choice: Choice, request: ProposeRequest) -> Sequence[ToolCall]:
    """The calls, held to the rules of a proposal: at most `max_calls`, and a control stands alone.

    A FINISH beside tool calls is dropped: it was written before their results were seen.
    """
    offered = {tool.name for tool in request.tools}
    controls = [call for call in calls if call.control is not None and call.name not in offered]
    for call in controls:
        if call.control not in request.controls:
            _garbled(f"the answer calls `{call.name}`, which was not offered", choice)
    tools = [call for call in calls if call not in controls]
    if tools and all(call.control is Control.FINISH for call in controls):
        controls = []
    if len(controls) > 1 or (controls and tools):
        _garbled("the answer mixes a control with other calls: " + ", ".join(call.name for call in calls), choice)
    kept = tools or controls
    if len(kept) > request.max_calls:
        _garbled(f"the answer makes {len(kept)} calls where at most {request.max_calls} are legal", choice)
    return kept


def _garbled(why: str, choice: Choice, hint: str = "") -> NoReturn:
    raise RemoteError(why, status="garbled", received=choice.text(), hint=hint)


def _strict_json(text: str) -> Any:
    """The value of a JSON text; None when it is not JSON (`NaN` and `Infinity` are not, nor is what nests too deep)."""

    def refuse(constant: str) -> NoReturn:
        raise ValueError(constant)

    try:
        return json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        return None


def _object(value: object) -> Json:
    return cast("Json", value) if isinstance(value, dict) else {}


def _objects(value: object) -> list[Json]:
    return [_object(one) for one in cast("list[object]", value)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _content(value: object) -> str:
    """The text of a `content`: a string, or a list of parts of which the text parts count."""
    if isinstance(value, list):
        return "".join(_text(part.get("text")) for part in _objects(cast("object", value)))
    return _text(value)
