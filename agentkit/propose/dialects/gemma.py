"""FunctionGemma: `<start_function_call>call:name{…}<end_function_call>`, with its own notation for values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from agentkit.propose.dialects.base import Written
from agentkit.propose.dialects.chat import ChatDialect, defused
from agentkit.propose.dialects.gemma_values import GemmaNotation, read_value
from agentkit.propose.grammar import SchemaGrammar
from agentkit.propose.notation import Notation, quoted
from agentkit.types import JsonObject, ProposeRequest

_OPEN, _CLOSE, _ESCAPE = "<start_function_call>", "<end_function_call>", "<escape>"
_TRIGGER = "You are a model that can do function calling with the following functions"


@dataclass(frozen=True)
class GemmaDialect(ChatDialect):
    """Calls one after the other, each between its tokens."""

    @property
    def name(self) -> str:
        """`gemma`."""
        return "gemma"

    @property
    def notation(self) -> Notation:
        """Bare keys and `<escape>` for quotes."""
        return GemmaNotation(escape=_ESCAPE if _ESCAPE in self.special else quoted(_ESCAPE))

    def call(self, grammar: SchemaGrammar, name: str, arguments: str) -> str:
        """One call between its tokens."""
        head = grammar.literal(f"call:{name}")
        return f"{self.mark(grammar, _OPEN)} {head} {arguments} {self.mark(grammar, _CLOSE)}"

    def sequence(self, grammar: SchemaGrammar, calls: tuple[str, ...]) -> str:
        """Calls without anything between them."""
        del grammar
        rest = ""
        for rule in reversed(calls[1:]):
            rest = f"({rule} {rest})?"
        return f"{calls[0]} {rest}"

    def calls(self, text: str) -> Iterable[Written]:
        """What stands between the tokens."""
        for part in text.split(_OPEN)[1:] if text.startswith(_OPEN) else ():
            name, brace, rest = part.removeprefix("call:").partition("{")
            arguments, _ = read_value(brace + rest, 0)
            yield Written(name, cast("JsonObject", arguments))

    def tracker(self) -> GemmaTracker:
        """Follows the calls."""
        return GemmaTracker()

    def system(self, request: ProposeRequest, tools: list[dict[str, Any]]) -> dict[str, Any] | None:
        """The developer turn that the model was trained to see."""
        del tools
        words = defused(request.system, self.special)
        return {"role": "developer", "content": f"{_TRIGGER}\n{words}" if words else _TRIGGER}


class GemmaTracker:
    """Follows `call:name{key:value,…}`; see `tracking` for what the fields are called."""

    def __init__(self, text: str = "") -> None:
        self._text = text

    naming: bytes | None = None
    quoting: bytes | None = None
    filling: bytes | None = None
    done: Sequence[bytes] = ()
    """Its texts and values are not followed."""

    def feed(self, data: bytes) -> None:
        """Read on."""
        self._text += data.decode("utf-8", "replace")

    def ahead(self, data: bytes) -> str:
        """The field after `data`, without reading it."""
        return GemmaTracker(self._text + data.decode("utf-8", "replace")).field

    @property
    def started(self) -> int:
        """How many calls the answer has begun."""
        return self._text.count(_OPEN)

    @property
    def names(self) -> list[str]:
        """The names of the calls whose name is known."""
        parts = [part for part in self._text.split(_OPEN)[1:] if "{" in part]
        return [part.removeprefix("call:").partition("{")[0] for part in parts]

    @property
    def field(self) -> str:
        """The field that the next byte belongs to."""
        if not self.started:
            plain = self._text and not _OPEN.startswith(self._text)
            return "0.answer" if plain else "tool"
        body = self._text.rpartition(_OPEN)[2]
        if _CLOSE in body:
            return "count"
        if "{" not in body:
            return "tool"
        path = _path(body.partition("{")[2])
        return ".".join([str(self.started - 1), *path])


def _path(text: str) -> list[str]:
    """The path at the end of the inside of an object."""
    stack: list[tuple[str, int | None]] = [("", None)]
    pieces = text.split(_ESCAPE)
    for index, piece in enumerate(pieces):
        if index % 2:
            continue
        for char in piece:
            key, at = stack[-1]
            if char in "{[":
                stack.append(("", None if char == "{" else 0))
            elif char in "}]":
                stack.pop()
            elif char == ",":
                stack[-1] = ("", None if at is None else at + 1)
            elif at is None and not key.endswith(":"):
                stack[-1] = (key + char, None)
            if not stack:
                return ["*"]
    return [str(at) if at is not None else key[:-1] if key.endswith(":") else "*" for key, at in stack]
