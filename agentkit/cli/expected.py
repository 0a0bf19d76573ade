"""Hold what the tasks of a spec expect to the tools that there are, before anything runs.

Knows nothing of runs: whether an expectation is met is `agentkit.spec.Expectation`'s to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentkit.registry import Registry
    from agentkit.spec import AgentSpec, ExpectedCall
    from agentkit.types import JsonSchema


def hold_to_tools(spec: AgentSpec, registry: Registry) -> None:
    """Raises `InvalidSpecError` for every tool and argument that a task expects and that does not exist."""
    from agentkit.spec import InvalidSpecError, Problem, problem_at

    known = {tool.spec.name: tool.spec.parameters.get("properties", {}) for tool in registry}
    found: list[Problem] = []
    for index, task in enumerate(spec.tasks):
        for at, call in enumerate((task.expect.calls if task.expect else None) or ()):
            for message, hint in _unknown(call, known):
                found.append(problem_at(spec, ("tasks", index, "expect", "calls", at), message, hint))
    if found:
        raise InvalidSpecError(found)


def _unknown(call: ExpectedCall, known: Mapping[str, JsonSchema]) -> Iterator[tuple[str, str]]:
    """What is wrong with the names in one expected call, and what was likely meant."""
    from agentkit.spec import did_you_mean

    if call.tool not in known:
        yield f"no pack has a tool `{call.tool}`", did_you_mean(call.tool, known, otherwise=_listed(known, "tools"))
        return
    arguments = known[call.tool]
    for name in call.arguments:
        if name not in arguments:
            hint = did_you_mean(name, arguments, otherwise=_listed(arguments, "arguments"))
            yield f"`{call.tool}` has no argument `{name}`", hint


def _listed(names: Mapping[str, object], what: str) -> str:
    return f"the {what} are {', '.join(names)}" if names else f"it takes no {what}"
