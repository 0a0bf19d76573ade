"""Lark rules under construction: what every part of a grammar is made with.

Knows nothing of JSON Schema but that a schema has an expression.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from agentkit.propose.notation import Notation, quoted
from agentkit.types import JsonSchema


@dataclass(frozen=True)
class Limits:
    """The bounds that are added where a schema has none."""

    string: int = 400
    key: int = 40
    items: int = 12
    entries: int = 8
    depth: int = 4
    open_depth: int = 2


class Rules(ABC):
    """Rules under construction, in one notation and within one set of limits."""

    def __init__(self, notation: Notation, limits: Limits | None = None) -> None:
        self.notation = notation
        self.limits = limits or Limits()
        self._rules: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self.root: JsonSchema = {}

    def text(self) -> str:
        """All rules so far, in the order they were made."""
        return "\n".join(f"{name}: {body}" for name, body in self._rules.items())

    def add(self, body: str, *, name: str = "") -> str:
        """A rule or, when the body is one regular expression, a terminal; equal bodies share one."""
        known = self._names.get(body)
        if known and not name:
            return known
        terminal = body.startswith("/")
        name = name or f"{'T' if terminal else 'r'}{len(self._rules)}"
        self._rules[name] = body
        self._names.setdefault(body, name)
        return name

    def string(self, body: str) -> str:
        """A rule for a string whose content is `body`, with what the notation puts around it."""
        name, around = self.add(body), self.notation.around
        return self.add(f"{around} {name} {around}") if around else name

    def literal(self, text: str) -> str:
        """A fixed text as a lark string."""
        return quoted(text)

    def choice(self, bodies: list[str]) -> str:
        """One of several expressions."""
        unique = list(dict.fromkeys(bodies))
        return unique[0] if len(unique) == 1 else "(" + " | ".join(unique) + ")"

    @abstractmethod
    def value(self, schema: JsonSchema | bool, seen: tuple[str, ...]) -> str:
        """The expression of a schema within the current document; `seen` are the references being followed.

        Raises `Unsatisfiable` when no value fits within the limits, and `ToolDefinitionError` when the schema cannot
        be expressed.
        """
