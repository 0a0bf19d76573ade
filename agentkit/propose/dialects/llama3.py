"""Llama 3: a call is a bare JSON object with `parameters`, several are set apart by `; `."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from agentkit.propose.dialects.base import Written
from agentkit.propose.dialects.chat import ChatDialect
from agentkit.propose.grammar import SchemaGrammar
from agentkit.propose.tracking import JsonTracker, Tracker
from agentkit.types import Message


@dataclass(frozen=True)
class Llama3Dialect(ChatDialect):
    """`{"name": …, "parameters": {…}}`."""

    @property
    def name(self) -> str:
        """`llama3`."""
        return "llama3"

    def call(self, grammar: SchemaGrammar, name: str, arguments: str) -> str:
        """One object."""
        head = grammar.literal('{"name": ' + json.dumps(name, ensure_ascii=False) + ', "parameters": ')
        return f"{head} {arguments} {grammar.literal('}')}"

    def sequence(self, grammar: SchemaGrammar, calls: tuple[str, ...]) -> str:
        """Objects set apart by `; `."""
        rest = ""
        for rule in reversed(calls[1:]):
            rest = f'("; " {rule} {rest})?'
        return f"{calls[0]} {rest}"

    def calls(self, text: str) -> Iterable[Written]:
        """The objects of the answer."""
        decoder, at = json.JSONDecoder(), 0
        while text.startswith("{", at):
            found: Any
            found, at = decoder.raw_decode(text, at)
            yield Written(found["name"], found["parameters"])
            at += len("; ")

    def tracker(self) -> Tracker:
        """Follows the objects."""
        return JsonTracker(arguments="parameters", openers=("{",))

    def turns(self, message: Message) -> list[dict[str, Any]]:
        """The template takes one call per turn."""
        if message.role != "assistant" or len(message.calls) < 2:
            return super().turns(message)
        return [
            turn
            for call in message.calls
            for turn in super(Llama3Dialect, self).turns(message.model_copy(update={"calls": (call,), "content": ""}))
        ]
