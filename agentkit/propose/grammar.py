"""JSON Schema as lark rules for llguidance: closed objects in canonical order, every length bounded.

Knows nothing of tools, prompts or models. A grammar may allow less than its schema (bounds are added, objects are
closed, recursion is cut at a depth), never more; a schema of which this cannot be promised is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agentkit.errors import ToolDefinitionError
from agentkit.propose import arrays, objects, scalars
from agentkit.propose.rules import Limits, Rules
from agentkit.propose.subschemas import Unsatisfiable, alternatives, check_keywords, resolve
from agentkit.types import JsonSchema

__all__ = ["Limits", "SchemaGrammar"]


class SchemaGrammar(Rules):
    """Rules under construction; `value` adds those of one schema and names their start."""

    def root_value(self, schema: JsonSchema) -> str:
        """The expression of a schema that is a document of its own, with its own `$defs`."""
        self.root = schema
        return self.value(schema, ())

    def value(self, schema: JsonSchema | bool, seen: tuple[str, ...]) -> str:
        """The expression of a schema, from whatever kind of rules its keywords ask for."""
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
