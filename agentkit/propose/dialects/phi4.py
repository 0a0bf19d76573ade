"""Phi-4: a JSON list of calls between `<|tool_call|>` tokens; the tools stand in the system turn."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from agentkit.propose.dialects.base import Written
from agentkit.propose.dialects.chat import ChatDialect, defused
from agentkit.propose.grammar import SchemaGrammar
from agentkit.propose.tracking import JsonTracker, Tracker
from agentkit.types import ProposeRequest

_OPEN, _CLOSE = "<|tool_call|>", "<|/tool_call|>"


@dataclass(frozen=True)
class Phi4Dialect(ChatDialect):
    """`<|tool_call|>[{"name": …, "arguments": {…}}]<|/tool_call|>`."""

    @property
    def name(self) -> str:
        """`phi4`."""
        return "phi4"

    def call(self, grammar: SchemaGrammar, name: str, arguments: str) -> str:
        """One object of the list."""
        head = grammar.literal('{"name": ' + json.dumps(name, ensure_ascii=False) + ', "arguments": ')
        return f"{head} {arguments} {grammar.literal('}')}"

    def sequence(self, grammar: SchemaGrammar, calls: tuple[str, ...]) -> str:
        """The list between its tokens."""
        rest = ""
        for rule in reversed(calls[1:]):
            rest = f'(", " {rule} {rest})?'
        return f'{self.mark(grammar, _OPEN)} "[" {calls[0]} {rest} "]" {self.mark(grammar, _CLOSE)}'

    def calls(self, text: str) -> Iterable[Written]:
        """The objects of the list."""
        if text.startswith(_OPEN):
            found: list[Any] = json.loads(text.removeprefix(_OPEN).removesuffix(_CLOSE))
            for call in found:
                yield Written(call["name"], call["arguments"])

    def tracker(self) -> Tracker:
        """Follows the list."""
        return JsonTracker(openers=(_OPEN + "[",))

    def system(self, request: ProposeRequest, tools: list[dict[str, Any]]) -> dict[str, Any] | None:
        """The system turn; Microsoft's template reads the tools from it."""
        words = defused(request.system, self.special) or "You are a helpful assistant with some tools."
        return {"role": "system", "content": words, "tools": json.dumps([tool["function"] for tool in tools])}
