"""The constraint on one answer: a grammar made from the request's tools, controls and earlier results.

Knows nothing of models. What the grammar lets through validates against the tools' schemas; a reference within an
answer is allowed once the calls it may point to have been named (`refine`).
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import cast

from llguidance import LLMatcher
from pydantic import JsonValue

from agentkit.cache import Cache
from agentkit.errors import ToolDefinitionError
from agentkit.propose import objects
from agentkit.propose.dialects.base import CallRules, Dialect, Written
from agentkit.propose.fingerprint import fingerprints
from agentkit.propose.grammar import Limits, SchemaGrammar
from agentkit.propose.references import first_call_id, fitting_paths, reference_sources
from agentkit.propose.schema import control_tools
from agentkit.propose.subschemas import Unsatisfiable, properties_of, required_of
from agentkit.types import Control, JsonSchema, ProposeRequest, ToolCall, ToolSpec

_CACHED = 256


@dataclass(frozen=True)
class Constraint:
    """What one answer may be. `lark` is the grammar, `grammar` the same as llguidance takes it."""

    lark: str
    grammar: str
    dialect: Dialect
    request: ProposeRequest
    limits: Limits
    named: tuple[str, ...] = ()

    def parse(self, text: str) -> tuple[ToolCall, ...]:
        """The calls of a complete answer, numbered on from the run's earlier calls."""
        written = [_unique(call, self.request) for call in self.dialect.parse(text, self.request)]
        first = first_call_id(self.request)
        return tuple(
            ToolCall(id=str(first + index), name=call.name, arguments=call.arguments)
            for index, call in enumerate(written)
        )

    def refine(self, named: tuple[str, ...]) -> Constraint:
        """The constraint once the first calls of the answer are known: later ones may refer to their results.

        Returns itself when that allows nothing more.
        """
        if named == self.named or len(named) >= self.request.max_calls:
            return self
        known = {tool.name: tool for tool in self.request.tools}
        if not any(name in known and known[name].returns for name in named):
            return self
        return _cached(self.request, self.dialect, self.limits, named)


def build_constraint(request: ProposeRequest, dialect: Dialect, limits: Limits | None = None) -> Constraint:
    """The constraint of a request in a dialect; equal tool sets share one grammar.

    Raises `ToolDefinitionError` naming the tool whose schema no grammar expresses.
    """
    return _cached(request, dialect, limits or Limits(), ())


def check_tool(tool: ToolSpec, dialect: Dialect) -> None:
    """Raise `ToolDefinitionError` when the tool's parameters cannot be made into a grammar; for use at registration."""
    _compile(ProposeRequest(tools=(tool,), messages=(), controls=()), dialect, Limits(), ())


_cache: Cache[tuple[str, str]] = Cache(_CACHED)


def _cached(request: ProposeRequest, dialect: Dialect, limits: Limits, named: tuple[str, ...]) -> Constraint:
    """Compile once for what the grammar depends on: tools, controls, references, dialect."""
    key = (
        repr(dialect),
        fingerprints(request.tools),
        tuple(sorted(request.controls)),
        json.dumps([request.output, request.results]),
        request.max_calls,
        any(message.role == "tool" for message in request.messages),
        first_call_id(request) if request.results or named else 0,
        named,
        limits,
    )
    found = _cache.get(key) or _cache.put(key, _compile(request, dialect, limits, named))
    return Constraint(found[0], found[1], dialect, request, limits, named)


def _compile(request: ProposeRequest, dialect: Dialect, limits: Limits, named: tuple[str, ...]) -> tuple[str, str]:
    grammar = SchemaGrammar(dialect.notation, limits)
    tools = {tool.name: tool for tool in request.tools}
    first = first_call_id(request)
    sources = reference_sources(request)
    positions: list[str] = []
    for index in range(request.max_calls if tools else 0):
        options = [_call(grammar, dialect, tool, sources) for tool in tools.values()]
        if index < len(named):
            options = [_call(grammar, dialect, tools[named[index]], sources)]
            returns = tools[named[index]].returns
            if returns:
                sources = {**sources, str(first + index): returns}
        positions.append(grammar.add(" | ".join(dict.fromkeys(options))))
    controls = {Control(tool.name): _call(grammar, dialect, tool, {}) for tool in dialect.control_specs(request)}
    if not positions and not control_tools(request):
        raise ToolDefinitionError("there is no tool and no control to answer with", hint="give the agent a tool")
    start = dialect.start(grammar, CallRules(tuple(positions), controls), request)
    lark = f"start: {start}\n{grammar.text()}\n"
    compiled = LLMatcher.grammar_from_lark(lark)
    _check(compiled, request, dialect)
    return lark, compiled


def _call(grammar: SchemaGrammar, dialect: Dialect, tool: ToolSpec, sources: dict[str, JsonSchema]) -> str:
    parameters = tool.parameters
    try:
        if sources and parameters.get("properties"):
            arguments = _with_references(grammar, tool, sources)
        else:
            arguments = grammar.root_value({"type": "object", "additionalProperties": False, **parameters})
    except (ToolDefinitionError, Unsatisfiable) as error:
        hint = error.hint if isinstance(error, ToolDefinitionError) else "loosen the schema so that a value exists"
        text = error.message if isinstance(error, ToolDefinitionError) else str(error)
        raise ToolDefinitionError(f"tool `{tool.name}`: {text}", hint=hint) from error
    return grammar.add(dialect.call(grammar, tool.name, arguments))


def _with_references(grammar: SchemaGrammar, tool: ToolSpec, sources: dict[str, JsonSchema]) -> str:
    """A tool's arguments, each also as a reference to an earlier result of its type."""
    grammar.root = tool.parameters
    required = required_of(tool.parameters)
    fields: list[tuple[str, str, bool]] = []
    for name, part in properties_of(tool.parameters).items():
        options: list[str] = []
        with contextlib.suppress(Unsatisfiable):
            options.append(grammar.value(part, ()))
        for call, paths in fitting_paths(sources, part, tool.parameters).items():
            options += [grammar.notation.reference(call, path) for path in paths]
        if options:
            fields.append((name, grammar.choice(options), name in required))
        elif name in required:
            raise Unsatisfiable(f"`{name}` can have no value")
    return objects.record(grammar, fields)


def _check(compiled: str, request: ProposeRequest, dialect: Dialect) -> None:
    """Have llguidance read the grammar; on an error find the tool that is to blame."""
    failed, messages = LLMatcher.validate_grammar_with_warnings(compiled)
    if not failed:
        return
    if len(request.tools) > 1:
        for tool in request.tools:
            check_tool(tool, dialect)
    name = request.tools[0].name if request.tools else "output"
    raise ToolDefinitionError(
        f"tool `{name}`: its schema cannot be made into a grammar: {' '.join(messages).splitlines()[0]}",
        hint="simplify the pattern or the nesting",
    )


def _unique(call: Written, request: ProposeRequest) -> Written:
    """Arguments with repeated items of `uniqueItems` arrays dropped; the grammar bounds their number only."""
    tool = next((tool for tool in request.tools if tool.name == call.name), None)
    parts = properties_of(tool.parameters) if tool else {}
    arguments: dict[str, JsonValue] = dict(call.arguments)
    for name, value in call.arguments.items():
        part = cast("JsonSchema", parts.get(name, {}))
        if isinstance(value, list) and part.get("uniqueItems"):
            arguments[name] = [item for index, item in enumerate(value) if item not in value[:index]]
    return Written(call.name, arguments)
