"""A GGUF's own chat template, run as what it is: a program from a stranger.

Jinja's immutable sandbox, a deadline, and bounds on what it may build. Knows nothing of tools or dialects.
"""

from __future__ import annotations

import ctypes
import json
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any, cast

from jinja2 import TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.nodes import Node
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from agentkit.errors import ModelLoadError, RunError

_LONGEST = 4_000_000
_HINT = "choose another `dialect`; `plain` needs no tool support in the template"


class _TooSlow(Exception):  # noqa: N818 - raised from outside into a template that does not end
    """Injected into a rendering thread at its deadline."""


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox, without operators that build huge values from small ones."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "%" and isinstance(left, str):
            raise TemplateError("`%` on a text is not allowed in a chat template")
        if operator == "**" or any(isinstance(side, str | list | tuple) for side in (left, right)):
            raise TemplateError(f"`{operator}` on these values is not allowed in a chat template")
        return super().call_binop(context, operator, left, right)


class _Generation(Extension):
    """`{% generation %}` marks what a trainer counts as the assistant's; for a prompt it changes nothing."""

    tags = {"generation"}  # noqa: RUF012 - Jinja's own attribute

    def parse(self, parser: Parser) -> list[Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _raise_exception(message: str) -> None:
    raise TemplateError(message)


def _strftime_now(layout: str) -> str:
    """Today at midnight: a template may write the date, and its text stays the same all day."""
    return datetime.combine(datetime.now().astimezone().date(), time()).strftime(layout)


def _to_json(value: Any, ensure_ascii: bool = False, indent: int | None = None, **_: Any) -> str:
    """JSON as chat templates expect it: no HTML escapes, keys in their order."""
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent)


class ChatTemplate:
    """A compiled template. Safe to share between threads.

    Raises `ModelLoadError` when the text is not a template.
    """

    def __init__(self, text: str, *, bos: str = "", eos: str = "", seconds: float = 2.0) -> None:
        self.text = text
        self._fixed = {"bos_token": bos, "eos_token": eos}
        self._seconds = seconds
        environment = _Environment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, _Generation])
        environment.filters["tojson"] = _to_json
        cast("dict[str, Any]", environment.globals).update(raise_exception=_raise_exception, strftime_now=_strftime_now)
        try:
            self._template = environment.from_string(text)
        except (TemplateError, SyntaxError, RecursionError) as error:
            raise ModelLoadError(f"the model's chat template cannot be used: {error}", hint=_HINT) from error

    def mentions(self, *words: str) -> bool:
        """Whether one of the words stands in the template's text."""
        return any(word in self.text for word in words)

    def render(
        self, messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]] | None, **flags: Any
    ) -> str:
        """The prompt, ending where the assistant's turn begins.

        Raises `RunError` when the template refuses the messages, takes too long or writes too much.
        """
        values = {"messages": list(messages), "tools": tools and list(tools), "add_generation_prompt": True}
        return self._in_time(self._fixed | values | flags)

    def _in_time(self, values: Mapping[str, Any]) -> str:
        """Render in a thread of its own, which is interrupted at the deadline."""
        outcome: list[str | BaseException] = []

        def work() -> None:
            try:
                outcome.append(self._write(values))
            except BaseException as error:
                outcome.append(error)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(self._seconds)
        if thread.is_alive() and thread.ident is not None:
            injected = ctypes.py_object(_TooSlow)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), injected)
            raise RunError(f"the model's chat template did not end within {self._seconds} s", hint=_HINT)
        found = outcome[0]
        if isinstance(found, str):
            return found
        if isinstance(found, RunError):
            raise found
        raise RunError(f"the model's chat template refused the conversation: {found}", hint=_HINT) from found

    def _write(self, values: Mapping[str, Any]) -> str:
        parts: list[str] = []
        length = 0
        for part in self._template.generate(values):
            parts.append(part)
            length += len(part)
            if length > _LONGEST:
                raise RunError(f"the model's chat template wrote more than {_LONGEST:,} characters", hint=_HINT)
        return "".join(parts)
