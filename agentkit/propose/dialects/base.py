"""What a dialect is: one model family's way of writing tools, turns, and the answer.

Knows nothing of weights or decoding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from agentkit.propose.grammar import SchemaGrammar
from agentkit.propose.notation import Notation
from agentkit.propose.tracking import Tracker
from agentkit.types import Control, JsonObject, ProposeRequest, ToolSpec


@dataclass(frozen=True)
class Prompt:
    """A prompt in two parts: `prefix` is byte-stable for a tool set and format, `rest` holds everything volatile."""

    prefix: str
    rest: str

    @property
    def text(self) -> str:
        """The whole prompt."""
        return self.prefix + self.rest


@dataclass(frozen=True)
class CallRules:
    """The lark expressions of one answer's parts, from which a dialect builds its `start` rule.

    `calls` has one entry per position in the list: the choice among all tools at that position.
    """

    calls: tuple[str, ...]
    controls: dict[Control, str]


@dataclass(frozen=True)
class Written:
    """One call as a dialect's text gives it: a name and arguments, before ids are given."""

    name: str
    arguments: JsonObject


@runtime_checkable
class Dialect(Protocol):
    """One family's format. Implementations are immutable and safe to share between threads."""

    @property
    def name(self) -> str:
        """A stable name that is part of snapshot keys and of traces."""
        ...

    @property
    def notation(self) -> Notation:
        """How values are written."""
        ...

    @property
    def reasoning(self) -> tuple[str, str] | None:
        """What opens and closes free reasoning, or None where the format has no place for it."""
        ...

    def render(self, request: ProposeRequest) -> Prompt:
        """The prompt, ending where the answer starts."""
        ...

    def control_specs(self, request: ProposeRequest) -> tuple[ToolSpec, ...]:
        """The legal controls that are written as calls; the others have a form of their own in `start`."""
        ...

    def call(self, grammar: SchemaGrammar, name: str, arguments: str) -> str:
        """The expression of one call, where `arguments` is the expression of its arguments."""
        ...

    def start(self, grammar: SchemaGrammar, rules: CallRules, request: ProposeRequest) -> str:
        """The body of the `start` rule."""
        ...

    def parse(self, text: str, request: ProposeRequest) -> tuple[Written, ...]:
        """The calls of a complete answer."""
        ...

    def tracker(self) -> Tracker:
        """A reader that follows an answer and knows to which field its end belongs."""
        ...
