"""The format of the project's own small models: one special token per role, tools as short signatures.

Version 1 has tools, one request and one answer. Version 2 adds facts, results, questions, spoken answers and
deferring. Version 3 adds, after a request, the tools that retrieval finds nearest to it. None has a system turn: a
system text is written as a fact; version 1 leaves it and the facts out, because its models never saw any. Knows
nothing of weights.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import cast

from agentkit.cache import Cache
from agentkit.errors import ToolDefinitionError
from agentkit.propose.dialects.base import CallRules, Prompt, Written
from agentkit.propose.dialects.nano_types import type_name
from agentkit.propose.fingerprint import fingerprints
from agentkit.propose.grammar import SchemaGrammar
from agentkit.propose.nearest import named
from agentkit.propose.notation import LED, Notation
from agentkit.propose.schema import control_tool
from agentkit.propose.subschemas import properties_of, required_of
from agentkit.propose.tracking import JsonTracker, Tracker
from agentkit.types import Control, JsonObject, JsonSchema, Message, ProposeRequest, ToolCall, ToolSpec

_TEXT = r"/ [^\x00-\x09\x0b-\x1f\x7f]{1,600}/"
_prefixes: Cache[str] = Cache(64)
_MARKS = {"<|ask|>": "0.question", "<|say|>": "0.answer"}


@dataclass(frozen=True)
class NanoDialect:
    """Renders and reads version 1, 2 or 3; which one a GGUF speaks is found by `detect`.

    From version 2 on, choices that are known only at the moment (`ToolSpec.dynamic`) are written as `str`: listed, they
    would make the prefix another one at each step. The grammar holds the answer to them all the same, and facts can
    tell them.
    """

    version: int = 2

    @property
    def single_turn(self) -> bool:
        """Whether a run is over once the calls of one answer ran: version 1 was never shown a result."""
        return self.version == 1

    @property
    def name(self) -> str:
        """`nano.1`, `nano.2` or `nano.3`."""
        return f"nano.{self.version}"

    @property
    def reads_nearest(self) -> bool:
        """Whether its models were taught to read which tools are nearest."""
        return self.version >= 3

    @property
    def copies(self) -> bool:
        """Whether its models only ever copy free texts: they are too small to word any."""
        return self.version >= 3

    @property
    def notation(self) -> Notation:
        """Compact JSON, string values led by one space: a copied word keeps the token it has in the request."""
        return LED

    @property
    def reasoning(self) -> tuple[str, str] | None:
        """There is no room for reasoning."""
        return None

    def render(self, request: ProposeRequest) -> Prompt:
        """Tools, then facts, then turns."""
        tools = (*request.tools, *self.control_specs(request))
        key = (self.version, fingerprints(tools))
        prefix = _prefixes.get(key) or _prefixes.put(key, "".join(map(self._tool, tools)))
        if self.version == 1:
            return Prompt(prefix, "".join(map(self._turn_1, request.messages)) + "<|call|>")
        if request.system:
            prefix += f"<|fact|> {_plain(request.system)}"
        facts = "".join(f"<|fact|> {_plain(fact)}" for fact in request.facts)
        near = self._nearest(request) if self.reads_nearest else ""
        return Prompt(prefix, facts + "".join(map(self._turn, request.messages)) + near + "<|call|>")

    def control_specs(self, request: ProposeRequest) -> tuple[ToolSpec, ...]:
        """A typed final answer is an ordinary tool; the other controls have forms of their own."""
        typed = request.output is not None and Control.FINISH in request.controls
        return (control_tool(Control.FINISH, request.output),) if typed else ()

    def call(self, grammar: SchemaGrammar, name: str, arguments: str) -> str:
        """`{"name":"…","arguments":{…}}`."""
        head = grammar.literal('{"name":' + json.dumps(name, ensure_ascii=False) + ',"arguments":')
        return f"{head} {arguments} {grammar.literal('}')}"

    def start(self, grammar: SchemaGrammar, rules: CallRules, request: ProposeRequest) -> str:
        """A list of calls, `[]`, or one of the controls."""
        options: list[str] = []
        if rules.calls:
            rest = ""
            for rule in reversed(rules.calls[1:]):
                rest = f'("," {rule} {rest})?'
            options.append(f'"[" {rules.calls[0]} {rest} "]"')
        options += [f'"[" {call} "]"' for call in rules.controls.values()]
        if self._empty(request):
            options.append('"[]"')
        if self.version > 1:
            text = grammar.add(_TEXT)
            if Control.ASK in request.controls:
                options.append(f"<|ask|> {text}")
            if Control.FINISH in request.controls and request.output is None:
                options.append(f"<|say|> {text}")
            if Control.DEFER in request.controls:
                options.append("<|defer|>")
        if not options:
            raise ToolDefinitionError(
                f"{self.name} has no form for {', '.join(request.controls)}", hint="give a tool, or allow `abstain`"
            )
        return " | ".join(options)

    def parse(self, text: str, request: ProposeRequest) -> tuple[Written, ...]:
        """The calls; an empty list is FINISH after results and ABSTAIN before any."""
        for mark, control, key in (("<|ask|>", Control.ASK, "question"), ("<|say|>", Control.FINISH, "answer")):
            if text.startswith(mark):
                return (Written(control.value, {key: text.removeprefix(mark).strip()}),)
        if text.startswith("<|defer|>"):
            return (Written(Control.DEFER.value, {}),)
        calls = cast("list[JsonObject]", json.loads(text))
        if not calls:
            control = self._empty(request) or Control.ABSTAIN
            return (Written(control.value, {"answer": ""} if control is Control.FINISH else {}),)
        return tuple(
            Written(cast("str", call["name"]), cast("JsonObject", self.notation.content(call["arguments"])))
            for call in calls
        )

    def tracker(self) -> Tracker:
        """Follows the list of calls, or the text after a mark."""
        return JsonTracker(marks=_MARKS)

    def _empty(self, request: ProposeRequest) -> Control | None:
        """What `[]` stands for, if it is legal."""
        called = any(message.role == "tool" for message in request.messages)
        if called and Control.FINISH in request.controls and request.output is None:
            return Control.FINISH
        return Control.ABSTAIN if Control.ABSTAIN in request.controls else None

    def _tool(self, tool: ToolSpec) -> str:
        text = f"<|tool|>{_plain(tool.name)}" + (f": {_plain(tool.description)}" if tool.description else "")
        required = required_of(tool.parameters)
        for name, part in properties_of(tool.parameters).items():
            about = str(cast("JsonSchema", part).get("description", "")) if isinstance(part, dict) else ""
            fleeting = self.version > 1 and name in tool.dynamic
            kind = "str" if fleeting else _plain(type_name(part, tool.parameters, nested=self.version > 1))
            text += f"<|p|>{_plain(name)}{'*' if name in required else ''}:{kind}" + (
                f" {_plain(about)}" if about else ""
            )
        return text

    def _nearest(self, request: ProposeRequest) -> str:
        """The nearest tools, each after its closeness in tenths, one digit."""
        near = named(request)
        said = ", ".join(f"{max(0, min(9, int(10 * one.closeness)))} {_plain(one.tool)}" for one in near)
        return f"<|fact|> near: {said}" if said else ""

    def _turn(self, message: Message) -> str:
        if message.role == "user":
            return f"<|user|> {_plain(message.content)}"
        if message.role == "tool":
            return f"<|result|> {_plain(message.content)}"
        if message.role == "system":
            return f"<|fact|> {_plain(message.content)}"
        return f"<|call|>{self._answer(message)}<|end|>"

    def _turn_1(self, message: Message) -> str:
        if message.role == "assistant":
            return f"<|call|>{self._answer(message)}<|end|>"
        return "" if message.role == "system" else f"<|user|> {_plain(message.content)}"

    def _answer(self, message: Message) -> str:
        """An assistant's turn as the model would have written it."""
        control = message.calls[0].control if len(message.calls) == 1 else None
        if control is None and message.calls:
            return "[" + ",".join(map(self._call_text, message.calls)) + "]"
        arguments = message.calls[0].arguments if message.calls else {}
        said = arguments.get("question") or arguments.get("answer") or message.content
        if "output" in arguments:
            return f"[{self._call_text(message.calls[0])}]"
        if control is Control.DEFER and self.version > 1:
            return "<|defer|>"
        if self.version == 1 or control is Control.ABSTAIN or not said:
            return "[]"
        return ("<|ask|> " if control is Control.ASK else "<|say|> ") + _plain(str(said))

    def _call_text(self, call: ToolCall) -> str:
        arguments = "{" + ",".join(self._argument(name, value) for name, value in call.arguments.items()) + "}"
        return _plain(f'{{"name":{json.dumps(call.name, ensure_ascii=False)},"arguments":{arguments}}}')

    def _argument(self, name: str, value: object) -> str:
        if isinstance(value, dict) and "$ref" in value:
            return self.notation.key(name) + json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        return self.notation.key(name) + self.notation.literal(cast("JsonObject", value))


def _plain(text: str) -> str:
    """Text that cannot be read as a special token: nobody's words may open a role."""
    return re.sub(r"<\|(\w+)\|>", r"<| \1 |>", text.strip())
