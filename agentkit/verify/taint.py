"""Taint: text that came in through a tool must not steer what the agent does to the world.

A page, a message or a file may hold instructions (the product-visibility attack, arXiv 2404.07981). An argument of a
call that writes or leaves the machine, found only in untrusted results, fails the check: a person may overrule it, no
model can. In free text (a message body) the finding is only unsure, since quoting a result is often the task. Knows
nothing of what the text says.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentkit.types import CheckStatus, Effect, ToolCall, ToolSpec
from agentkit.verify.derivation import Argument
from agentkit.verify.grounding import arguments_of, find_origin, is_composed
from agentkit.verify.references import references
from agentkit.verify.scene import Finding, Scene
from agentkit.verify.sources import sources

GROUNDED = 0.5


def taint(scene: Scene, call: ToolCall, spec: ToolSpec | None) -> Iterator[Finding]:
    """A finding for each argument that only untrusted text explains."""
    if spec is None or spec.effect is Effect.READ:
        return
    untrusted = [source for source in sources(scene) if source.origin == "untrusted"]
    if not untrusted:
        return
    trusted = [source for source in sources(scene) if source.origin != "untrusted"]
    for argument in arguments_of(call, spec):
        if _carries_reference(argument, scene):
            yield _finding(argument, spec, "is a reference to an untrusted result")
        elif find_origin(argument, trusted).score < GROUNDED:
            source = find_origin(argument, untrusted)
            if source.score >= GROUNDED:
                yield _finding(argument, spec, f"comes only from {source.where}, which is untrusted")


def _carries_reference(argument: Argument, scene: Scene) -> bool:
    origins = {result.call_id: result.origin for step in scene.history for result in step.results}
    return any(origins.get(found.call_id) == "untrusted" for found in references(argument.value))


def _finding(argument: Argument, spec: ToolSpec, what: str) -> Finding:
    text = f"`{argument.tool}.{argument.path}` {what}, and `{spec.name}` is {_effect(spec.effect)}."
    free = isinstance(argument.value, str) and is_composed(argument, argument.value)
    status = CheckStatus.UNSURE if free else CheckStatus.FAIL
    return Finding(status, text, argument.path, score=0.3 if free else 0.0, repairable=False)


def _effect(effect: Effect) -> str:
    return {Effect.WRITE: "a write", Effect.EXTERNAL: "external"}.get(effect, "irreversible")
