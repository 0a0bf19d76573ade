"""JSON Schema as lark rules for llguidance: closed objects in canonical order, every length bounded.

Knows nothing of tools, prompts or models. A grammar may allow less than its schema (bounds are added, objects are
closed, recursion is cut at a depth), never more; a schema of which this cannot be promised is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agentkit.errors import ToolDefinitionError
from agentkit.propose import arrays, objects, scalars
from agentkit.propose.notation import Notation, quoted
from agentkit.propose.subschemas import Unsatisfiable, alternatives, check_keywords, resolve
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


class SchemaGrammar:
    """Rules under construction; `value` adds those of one schema and names their start."""

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

    def root_value(self, schema: JsonSchema) -> str:
        """The expression of a schema that is a document of its own, with its own `$defs`."""
        self.root = schema
        return self.value(schema, ())

    def value(self, schema: JsonSchema | bool, seen: tuple[str, ...]) -> str:
        """The expression of a schema within the current document; `seen` are the references being followed.

        Raises `Unsatisfiable` when no value fits within the limits, and `ToolDefinitionError` when the schema cannot
        be expressed.
        """
        if isinstance(schema, bool):
            if not schema:
                raise Unsatisfiable("`false` allows no value")
            return self.anything(self.limits.open_depth)
        schema, seen = resolve(schema, self.root, seen, self.limits.depth)
        check_keywords(schema)
        if "const" in schema or "enum" in schema:
            return self.choice(scalars.literals(self, schema, self.root))
        options = alternatives(schema, self.root)
        if options:
            return self._any_of(options, seen)
        kind = schema.get("type")
        if kind is None:
            return self.anything(self.limits.open_depth)
        makers: dict[str, Callable[[], str]] = {
            "string": lambda: scalars.string(self, schema),
            "integer": lambda: scalars.integer(self, schema),
            "number": lambda: scalars.number(self, schema),
            "boolean": lambda: '("true" | "false")',
            "null": lambda: '"null"',
            "array": lambda: arrays.array(self, schema, seen),
            "object": lambda: objects.obj(self, schema, seen),
        }
        if kind not in makers:
            raise ToolDefinitionError(f"`{kind}` is not a JSON Schema type", hint="use one of " + ", ".join(makers))
        return makers[kind]()

    def anything(self, depth: int) -> str:
        """Any value, nested at most `depth` deep."""
        options = [self.string(self.notation.free_string(0, self.limits.string)), scalars.number(self, {})]
        options += ['"true"', '"false"', '"null"']
        if depth > 0:
            inner = self.anything(depth - 1)
            options.append(arrays.repeated(self, inner, 0, self.limits.items))
            key = self.add(self.notation.free_key(1, self.limits.key))
            options.append(objects.mapping(self, [(key, inner)], 0, self.limits.entries))
        return self.add(" | ".join(options))

    def _any_of(self, options: list[Any], seen: tuple[str, ...]) -> str:
        bodies: list[str] = []
        reason = "no alternative"
        for option in options:
            try:
                bodies.append(self.value(option, seen))
            except Unsatisfiable as error:
                reason = str(error)
        if not bodies:
            raise Unsatisfiable(reason)
        return self.choice(bodies)
