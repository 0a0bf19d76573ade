"""What the chat families share: the model's own template, facts last, and controls as calls or as plain words.

A family says how a call is written; this says how a conversation is. Knows nothing of weights.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from agentkit.cache import Cache
from agentkit.errors import RunError
from agentkit.propose.dialects.base import CallRules, Prompt, Written
from agentkit.propose.dialects.template import ChatTemplate
from agentkit.propose.fingerprint import fingerprints
from agentkit.propose.grammar import SchemaGrammar
from agentkit.propose.notation import SPACED, Notation
from agentkit.propose.schema import control_tools, shown
from agentkit.propose.tracking import Tracker
from agentkit.types import Control, Message, ProposeRequest, ToolSpec

_SENTINEL = "\u2063first words\u2063"
_WORDS = r"/[^<{\[\s\x00-\x1f\x7f][^\x00-\x09\x0b-\x1f\x7f]{0,800}/"
_CACHED = 32


@dataclass(frozen=True)
class ChatDialect(ABC):
    """A chat family on a template. `special` are the texts that are single tokens of the model's vocabulary."""

    template: ChatTemplate = field(repr=False, compare=False)
    special: frozenset[str] = frozenset()
    _prefixes: Cache[str] = field(default_factory=lambda: Cache[str](_CACHED), repr=False, compare=False)
    _tools: Cache[list[dict[str, Any]]] = field(
        default_factory=lambda: Cache[list[dict[str, Any]]](_CACHED), repr=False, compare=False
    )

    @property
    @abstractmethod
    def name(self) -> str:
        """The family's name."""

    @property
    def notation(self) -> Notation:
        """JSON with spaces, as models write it."""
        return SPACED

    @property
    def speaks(self) -> bool:
        """Whether plain words are an answer (FINISH) in this family."""
        return True

    @property
    def reasoning(self) -> tuple[str, str] | None:
        """`<think>` where the template knows it."""
        return ("<think>\n", "\n</think>\n\n") if self.template.mentions("<think>", "</think>") else None

    @abstractmethod
    def call(self, grammar: SchemaGrammar, name: str, arguments: str) -> str:
        """The expression of one call."""

    @abstractmethod
    def sequence(self, grammar: SchemaGrammar, calls: tuple[str, ...]) -> str:
        """The expression of one or more calls, one rule per position."""

    @abstractmethod
    def calls(self, text: str) -> Iterable[Written]:
        """The calls in a complete answer; none when it is plain words."""

    @abstractmethod
    def tracker(self) -> Tracker:
        """A reader that follows an answer."""

    def control_specs(self, request: ProposeRequest) -> tuple[ToolSpec, ...]:
        """Controls are calls, but for an untyped FINISH in a family that speaks."""
        words = self.speaks and request.output is None
        return tuple(tool for tool in control_tools(request) if not (words and tool.name == Control.FINISH.value))

    def start(self, grammar: SchemaGrammar, rules: CallRules, request: ProposeRequest) -> str:
        """Calls, or one control alone, or words."""
        options = [self.sequence(grammar, rules.calls)] if rules.calls else []
        options += [self.sequence(grammar, (call,)) for call in rules.controls.values()]
        if self.speaks and Control.FINISH in request.controls and request.output is None:
            options.append(grammar.add(_WORDS))
        return " | ".join(options)

    def parse(self, text: str, request: ProposeRequest) -> tuple[Written, ...]:
        """The calls, or FINISH with the words."""
        found = tuple(self.calls(text))
        return found or (Written(Control.FINISH.value, {"answer": text.strip()}),)

    def mark(self, grammar: SchemaGrammar, text: str) -> str:
        """A marker of the format: its token where the vocabulary has one, else its text."""
        return text if text in self.special else grammar.literal(text)

    def declared(self, request: ProposeRequest) -> list[dict[str, Any]]:
        """The tools and the controls that are calls, as templates expect them."""
        specs = (*request.tools, *self.control_specs(request))
        key = fingerprints(specs)
        return self._tools.get(key) or self._tools.put(key, [_declared(tool, self.special) for tool in specs])

    def render(self, request: ProposeRequest) -> Prompt:
        """The conversation through the template. The prefix ends where the first user's words begin."""
        specs = (*request.tools, *self.control_specs(request))
        flags = {"enable_thinking": request.sampling.reasoning_tokens > 0}
        key = (request.system, fingerprints(specs), request.sampling.reasoning_tokens > 0)
        tools = self.declared(request)
        text = self._write(request, self._messages(request), tools, flags)
        prefix = self._prefixes.get(key)
        if prefix is None:
            first = {"role": "user", "content": _SENTINEL}
            prefix = self._prefixes.put(key, self._write(request, [first], tools, flags).partition(_SENTINEL)[0])
        shared = len(prefix) if text.startswith(prefix) else _alike(prefix, text)
        return Prompt(text[:shared], text[shared:])

    def _write(
        self,
        request: ProposeRequest,
        messages: list[dict[str, Any]],
        tools: list[dict[str, Any]],
        flags: dict[str, Any],
    ) -> str:
        system = self.system(request, tools)
        given = tools if self.declares else None
        if system is None:
            return self.template.render(messages, given, **flags)
        if self.takes_system:
            return self.template.render([system, *messages], given, **flags)
        first = messages[0] if messages and messages[0]["role"] == "user" else {"role": "user", "content": ""}
        first = {**first, "content": f"{system['content']}\n\n{first['content']}"}
        return self.template.render([first, *messages[1:]], given, **flags)

    @cached_property
    def takes_system(self) -> bool:
        """Whether the template writes a system turn first; some refuse it, some put it before the last words."""
        roles = ("system", "user", "assistant", "user")
        turns = [{"role": role, "content": f"{_SENTINEL}{index}"} for index, role in enumerate(roles)]
        try:
            text = self.template.render(turns, None)
        except RunError:
            return False
        return -1 < text.find(f"{_SENTINEL}0") < text.find(f"{_SENTINEL}1")

    @property
    def declares(self) -> bool:
        """Whether the template itself writes the tools."""
        return True

    def system(self, request: ProposeRequest, tools: list[dict[str, Any]]) -> dict[str, Any] | None:
        """The system turn, if there is one."""
        del tools
        return {"role": "system", "content": defused(request.system, self.special)} if request.system else None

    def _messages(self, request: ProposeRequest) -> list[dict[str, Any]]:
        turns = [turn for message in request.messages for turn in self.turns(message)]
        if request.facts:
            facts = "\n".join(defused(fact, self.special) for fact in request.facts)
            if not turns or turns[-1]["role"] == "assistant":
                turns.append({"role": "user", "content": ""})
            turns[-1] = {**turns[-1], "content": f"{turns[-1]['content']}\n\n{facts}".strip()}
        return turns

    def turns(self, message: Message) -> list[dict[str, Any]]:
        """A message as the template knows it; several calls may become several turns."""
        content = defused(message.content, self.special)
        if message.role == "assistant":
            control = message.calls[0].control if len(message.calls) == 1 else None
            if control is not None or not message.calls:
                said = [message.calls[0].arguments.get(key) for key in ("question", "answer")] if control else []
                words = next((str(word) for word in said if word), content or (control or ""))
                return [{"role": "assistant", "content": defused(words, self.special)}]
            return self.called(message, content)
        if message.role == "tool":
            return [{"role": "tool", "name": message.name, "tool_call_id": message.call_id, "content": content}]
        return [{"role": message.role, "content": content}]

    def called(self, message: Message, content: str) -> list[dict[str, Any]]:
        """An assistant's turn that called tools."""
        calls = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": _clean(call.arguments, self)},
            }
            for call in message.calls
        ]
        return [{"role": "assistant", "content": content, "tool_calls": calls}]


def _alike(left: str, right: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(left), len(right)))


def _clean(arguments: Any, dialect: ChatDialect) -> Any:
    return _each_text(arguments, dialect.special)


def _declared(tool: ToolSpec, special: frozenset[str]) -> dict[str, Any]:
    """A tool as OpenAI-style templates expect it."""
    function = {"name": tool.name, "description": tool.description, "parameters": shown(tool.parameters)}
    return {"type": "function", "function": _each_text(function, special)}


def _each_text(value: Any, special: frozenset[str]) -> Any:
    if isinstance(value, str):
        return defused(value, special)
    if isinstance(value, list):
        return [_each_text(item, special) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {key: _each_text(item, special) for key, item in cast("dict[str, Any]", value).items()}
    return value


def defused(text: str, special: frozenset[str]) -> str:
    """Text in which no special token can be read: nobody's words may open a role or a call."""
    if "<" not in text and "[" not in text and "|" not in text:
        return text
    marks = [mark for mark in special if len(mark) > 1 and mark in text]
    if not marks:
        return text
    marks.sort(key=len, reverse=True)
    return re.sub("|".join(map(re.escape, marks)), lambda found: f"{found[0][0]} {found[0][1:]}", text)
