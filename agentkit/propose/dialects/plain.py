"""Every other model: the tools as JSON Schema in the prompt, the answer a JSON list of calls.

Used when a template knows nothing of tools, and for models without a template.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from agentkit.propose.dialects.base import Written
from agentkit.propose.dialects.chat import ChatDialect, defused
from agentkit.propose.grammar import SchemaGrammar
from agentkit.propose.tracking import JsonTracker, Tracker
from agentkit.types import Message, ProposeRequest

BARE_TEMPLATE = (
    "{% for message in messages %}{% if message.role == 'system' %}{{ message.content }}\n\n"
    "{% elif message.role == 'user' %}User: {{ message.content }}\n"
    "{% else %}Answer: {{ message.content }}\n{% endif %}{% endfor %}Answer: "
)
"""For weights that carry no chat template."""

_TASK = (
    "You act by calling tools. Each line is one tool: its name, what it does, and a JSON Schema of its arguments.\n"
    "{tools}\n"
    'Answer with a JSON list of calls and nothing else: [{{"name": "...", "arguments": {{...}}}}]'
)


@dataclass(frozen=True)
class PlainDialect(ChatDialect):
    """`[{"name": …, "arguments": {…}}]`; all controls are calls."""

    @property
    def name(self) -> str:
        """`plain`."""
        return "plain"

    @property
    def speaks(self) -> bool:
        """Words are no answer here: FINISH is a call."""
        return False

    @property
    def reasoning(self) -> tuple[str, str] | None:
        """As the template has it, else a line of thoughts before the answer."""
        return super().reasoning or ("Thoughts: ", "\nAnswer: ")

    @property
    def declares(self) -> bool:
        """The tools stand in the system turn."""
        return False

    def call(self, grammar: SchemaGrammar, name: str, arguments: str) -> str:
        """One object of the list."""
        head = grammar.literal('{"name": ' + json.dumps(name, ensure_ascii=False) + ', "arguments": ')
        return f"{head} {arguments} {grammar.literal('}')}"

    def sequence(self, grammar: SchemaGrammar, calls: tuple[str, ...]) -> str:
        """The list."""
        rest = ""
        for rule in reversed(calls[1:]):
            rest = f'(", " {rule} {rest})?'
        return f'"[" {calls[0]} {rest} "]"'

    def calls(self, text: str) -> Iterable[Written]:
        """The objects of the list."""
        found: list[Any] = json.loads(text)
        return [Written(call["name"], call["arguments"]) for call in found]

    def tracker(self) -> Tracker:
        """Follows the list."""
        return JsonTracker(openers=("[",))

    def system(self, request: ProposeRequest, tools: list[dict[str, Any]]) -> dict[str, Any] | None:
        """The task and the tools, after the agent's own words."""
        lines = "\n".join(json.dumps(tool["function"], ensure_ascii=False) for tool in tools)
        task = _TASK.format(tools=lines)
        words = defused(request.system, self.special)
        return {"role": "system", "content": f"{words}\n\n{task}" if words else task}

    def conversation(self, request: ProposeRequest) -> list[dict[str, Any]]:
        """The turns as a chat server takes them, which puts them through a template of its own."""
        system = self.system(request, self.declared(request))
        return [*([] if system is None else [system]), *self._messages(request)]

    def turns(self, message: Message) -> list[dict[str, Any]]:
        """Results are told as a user's words: such templates know no other role."""
        if message.role != "tool":
            return super().turns(message)
        content = defused(message.content, self.special)
        return [{"role": "user", "content": f"Result of {message.name or 'the call'}: {content}"}]

    def called(self, message: Message, content: str) -> list[dict[str, Any]]:
        """Calls as the model would write them."""
        del content
        calls = [{"name": call.name, "arguments": call.arguments} for call in message.calls]
        return [{"role": "assistant", "content": defused(json.dumps(calls, ensure_ascii=False), self.special)}]

    def _messages(self, request: ProposeRequest) -> list[dict[str, Any]]:
        """Turns of one role in a row become one: many templates insist that roles alternate."""
        turns: list[dict[str, Any]] = []
        for turn in super()._messages(request):
            if turns and turns[-1]["role"] == turn["role"]:
                turns[-1] = {**turns[-1], "content": f"{turns[-1]['content']}\n{turn['content']}"}
            else:
                turns.append(turn)
        return turns
