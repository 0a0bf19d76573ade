"""Qwen and Hermes: each call as JSON between `<tool_call>` tags, plain words as the final answer."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from agentkit.propose.dialects.base import Written
from agentkit.propose.dialects.chat import ChatDialect
from agentkit.propose.grammar import SchemaGrammar
from agentkit.propose.tracking import JsonTracker, Tracker

_OPEN, _CLOSE = "<tool_call>", "</tool_call>"


@dataclass(frozen=True)
class HermesDialect(ChatDialect):
    """`<tool_call>\\n{"name": …, "arguments": {…}}\\n</tool_call>`, one after the other."""

    @property
    def name(self) -> str:
        """`hermes`."""
        return "hermes"

    def call(self, grammar: SchemaGrammar, name: str, arguments: str) -> str:
        """A call between its tags."""
        head = grammar.literal('\n{"name": ' + json.dumps(name, ensure_ascii=False) + ', "arguments": ')
        tail = f"{grammar.literal('}' + chr(10))} {self.mark(grammar, _CLOSE)}"
        return f"{self.mark(grammar, _OPEN)} {head} {arguments} {tail}"

    def sequence(self, grammar: SchemaGrammar, calls: tuple[str, ...]) -> str:
        """Calls on lines of their own."""
        rest = ""
        for rule in reversed(calls[1:]):
            rest = f"({grammar.literal(chr(10))} {rule} {rest})?"
        return f"{calls[0]} {rest}"

    def calls(self, text: str) -> Iterable[Written]:
        """What stands between the tags."""
        decoder = json.JSONDecoder()
        for part in text.split(_OPEN)[1:] if text.startswith(_OPEN) else ():
            found: Any = decoder.raw_decode(part.lstrip())[0]
            yield Written(found["name"], found["arguments"])

    def tracker(self) -> Tracker:
        """Follows the JSON between the tags."""
        return JsonTracker(openers=(_OPEN + "\n",))
