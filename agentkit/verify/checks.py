"""The cheap checks: schema, semantic, precondition, repetition, policy, dry run, and the shape of a final answer.

Each is a function from a scene and one call to findings. They know nothing of each other, so any order is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, cast

from agentkit.errors import Cancelled, Failed, Retry
from agentkit.registry.arguments import ArgumentError, problems
from agentkit.types import Check, CheckStatus, Control, Effect, ToolCall, ToolSpec
from agentkit.verify.canonical import same_call
from agentkit.verify.references import PathError, compatible, follow_schema, references, refers, type_name
from agentkit.verify.scene import Finding, Scene, summed_up

FAIL = CheckStatus.FAIL


class SchemaCheck:
    """Every call names an offered tool, its arguments fit the schema, and its references can be followed.

    Whatever a steered engine proposes passes; this check is for the larger model, for scripts and for engines that
    cannot be steered.
    """

    name = "schema"
    price_ms = 0.2

    def check(self, scene: Scene) -> Check:
        """The findings about all calls, and about the proposal as a whole."""
        return summed_up(self.name, self._findings(scene))

    def _findings(self, scene: Scene) -> Iterator[tuple[int | None, Finding]]:
        proposal = scene.proposal
        if proposal.truncated:
            yield None, Finding(FAIL, "The answer was cut off before it was complete.")
        if not proposal.calls:
            yield None, Finding(FAIL, "The answer holds no call.")
        if len(proposal.calls) > max(1, scene.request.max_calls):
            yield (
                None,
                Finding(FAIL, f"The answer holds {len(proposal.calls)} calls; {scene.request.max_calls} may be."),
            )
        for index, call in enumerate(proposal.calls):
            control = call.control
            if control is not None:
                found = _control_findings(scene, call, control)
            else:
                found = schema_findings(call, scene.specs.get(call.name), scene)
            for finding in found:
                yield index, finding


def schema_findings(call: ToolCall, spec: ToolSpec | None, scene: Scene) -> Iterator[Finding]:
    """What does not fit in one call."""
    if spec is None:
        names = ", ".join(scene.specs) or "none"
        yield Finding(FAIL, f"There is no tool `{call.name}`; the tools are {names}.")
        return
    wrong = list(problems(call.name, spec.parameters, call.arguments))
    if not refers(call.arguments):
        yield from (Finding(FAIL, _sentence(error.sentence), path=error.path or None) for error in wrong)
        return
    places = [reference.at for reference in references(cast("Any", call.arguments))]
    for error in wrong:
        above = " must be " in error.sentence and any(at.startswith(f"{error.path}.") for at in places)
        if error.path not in places and not above:
            yield Finding(FAIL, _sentence(error.sentence), path=error.path or None)
    yield from reference_findings(call, spec, scene)


def reference_findings(call: ToolCall, spec: ToolSpec, scene: Scene) -> Iterator[Finding]:
    """References that point nowhere, forward, at a failed call, or at a value of another type."""
    order = [other.id for other in scene.proposal.calls]
    for reference in references(cast("Any", call.arguments)):
        where = f"`{call.name}.{reference.at}`"
        known = scene.known.get(reference.call_id)
        own = reference.call_id in order and order.index(reference.call_id) >= order.index(call.id)
        if known is None or own:
            calls = ", ".join(key for key in scene.known if key not in order[order.index(call.id) :]) or "none yet"
            yield Finding(FAIL, f"{where} refers to call {reference.call_id}; the calls are {calls}.", reference.at)
        elif known.failed:
            yield Finding(FAIL, f"{where} refers to call {reference.call_id}, which failed.", reference.at)
        elif known.returns is not None:
            yield from _type_findings(where, reference.at, known.returns, reference.path, spec)


def _type_findings(where: str, at: str, returns: dict[str, Any], path: str, spec: ToolSpec) -> Iterator[Finding]:
    try:
        given = follow_schema(returns, path)
        wanted = follow_schema(spec.parameters, at)
    except PathError as error:
        yield Finding(FAIL, f"{where}: {error}.", at)
        return
    if not compatible(given, wanted):
        yield Finding(FAIL, f"{where} must be {type_name(wanted)}; the reference gives {type_name(given)}.", at)


def _control_findings(scene: Scene, call: ToolCall, control: Control) -> Iterator[Finding]:
    if len(scene.proposal.calls) > 1:
        yield Finding(FAIL, f"`{call.name}` must stand alone, without other calls.")
    if scene.proposal.tier != "remote" and control not in scene.request.controls:
        allowed = ", ".join(scene.request.controls) or "none"
        yield Finding(FAIL, f"`{call.name}` is not allowed here; allowed are {allowed}.")
    if control is Control.FINISH and scene.request.output is not None:
        output = cast("Any", call.arguments.get("output", cast("Any", call.arguments)))
        for error in problems("finish", scene.request.output, output):
            yield Finding(FAIL, _sentence(error.sentence), path=error.path or None)


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    text = text if len(text) <= 300 else text[:290] + "…"
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def semantic(scene: Scene, call: ToolCall, spec: ToolSpec | None) -> Iterator[Finding]:
    """The tool's own typed validation, beyond what the schema says; calls with references wait until they run."""
    if scene.registry is None or spec is None or call.name not in scene.registry:
        return
    if refers(call.arguments):
        return
    try:
        scene.registry.get(call.name).validate(call.arguments)
    except (Retry, Failed, ValueError, TypeError) as error:
        yield Finding(FAIL, f"`{call.name}`: {_sentence(str(error))}", path=getattr(error, "path", None) or None)


def precondition(scene: Scene, call: ToolCall, spec: ToolSpec | None) -> Iterator[Finding]:
    """What the tool says must hold before it runs; unknown while arguments are references."""
    why = _asked(scene, call, spec, "precondition")
    if why:
        yield Finding(FAIL, f"`{call.name}` cannot run now: {why.rstrip('.')}.")


def dry_run(scene: Scene, call: ToolCall, spec: ToolSpec | None) -> Iterator[Finding]:
    """Ask tools that offer a dry run whether the call would work."""
    why = _asked(scene, call, spec, "dry_run")
    if why:
        yield Finding(FAIL, f"`{call.name}` would not work: {why.rstrip('.')}.")


def _asked(
    scene: Scene, call: ToolCall, spec: ToolSpec | None, about: Literal["precondition", "dry_run"]
) -> str | None:
    """What a tool answers about a call; nothing where it cannot be asked: no context, references, wrong arguments."""
    if scene.registry is None or scene.context is None or spec is None or call.name not in scene.registry:
        return None
    tool = scene.registry.get(call.name)
    if getattr(tool.traits, about) is None or refers(call.arguments):
        return None
    try:
        return getattr(tool, about)(call.arguments, scene.context)
    except ArgumentError:
        return None
    except (Retry, Failed) as error:
        return str(error)
    except Cancelled:
        raise
    except Exception as error:  # what cannot be asked has not said yes
        return f"whether it can is not known: {type(error).__name__}: {error}"


_ENDED = frozenset({"ok", "failed", "ambiguous"})


def repetition(scene: Scene, call: ToolCall, spec: ToolSpec | None) -> Iterator[Finding]:
    """The same call again in one run: pointless when it succeeded, and harmful when it writes.

    A read may be repeated after a write, which may have changed what it reads. A call that may change something counts
    also when it ran out of time (it may have done its work) and when a person refused it. A tool that asked for other
    arguments is not asked the same again, unless another call succeeded since; one that may be called twice and ran out
    of time gets one more try.
    """
    ended = _ENDED if spec is not None and (_reads(spec) or spec.idempotent) else _ENDED | {"timeout", "denied"}
    timeouts = 0
    for position, status in _earlier(scene, call):
        timeouts += status == "timeout"
        refused = status == "retry" and not _succeeded_since(scene, position)
        if not (status in ended or refused or timeouts > 1) or (_reads(spec) and _wrote_since(scene, position)):
            continue
        outcome = {"ok": "it worked", "retry": "it asked for others"}.get(status, f"it ended as {status}")
        yield Finding(FAIL, f"`{call.name}` was already called with the same arguments, and {outcome}.")
        return
    calls = scene.proposal.calls
    twins = [other for other in calls if same_call(other, call)] if len(calls) > 1 else []
    if len(twins) > 1 and twins[0].id != call.id:
        yield Finding(FAIL, f"`{call.name}` stands twice in the answer with the same arguments.")


def _reads(spec: ToolSpec | None) -> bool:
    return spec is not None and spec.effect is Effect.READ


def _earlier(scene: Scene, call: ToolCall) -> Iterator[tuple[int, str]]:
    """The position and the result's status of each earlier call that was the same and ran."""
    for position, step in enumerate(scene.history):
        for earlier in step.proposal.calls:
            if same_call(earlier, call):
                yield from ((position, result.status) for result in step.results if result.call_id == earlier.id)


def _succeeded_since(scene: Scene, position: int) -> bool:
    return any(result.ok for step in scene.history[position:] for result in step.results)


def _wrote_since(scene: Scene, position: int) -> bool:
    later = [call for step in scene.history[position:] for call in step.proposal.calls if call.control is None]
    return any(not _reads(scene.specs.get(call.name)) for call in later)


class PolicyCheck:
    """Only effects that the agent may have; all may be had by default."""

    name = "policy"
    price_ms = 0.005

    def __init__(self, allowed: Iterable[Effect | str] = tuple(Effect)) -> None:
        self.allowed = frozenset(Effect(effect) for effect in allowed)

    def check(self, scene: Scene) -> Check:
        """Fails on a call whose effect is not allowed."""
        found: list[tuple[int | None, Finding]] = []
        for index, call, spec in scene.tool_calls:
            if spec is not None and spec.effect not in self.allowed:
                allowed = ", ".join(effect for effect in Effect if effect in self.allowed) or "none"
                text = f"`{call.name}` has the effect {spec.effect.value}; this agent may only have {allowed}."
                found.append((index, Finding(FAIL, text)))
        return summed_up(self.name, found)
