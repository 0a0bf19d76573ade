"""The arguments of `Agent` that a spec stands for; an error at a part of the spec names its line and column.

Knows nothing of runs. Relative paths start at the spec's folder.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from agentkit.decide import Policy
from agentkit.errors import WiringError
from agentkit.graph.session import Options
from agentkit.models import load_model
from agentkit.models.gguf import read_header
from agentkit.registry import Registry
from agentkit.registry.packs import result_of
from agentkit.spec import AgentSpec, InvalidSpecError, Problem, blame, is_path
from agentkit.spec.models import ModelConfig, on_device
from agentkit.verify import Calibrator, Judge, Verifier, default_verifiers, is_verifier, load_calibration, made_with


def arguments_of(spec: AgentSpec, *, given: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Every argument of `Agent`; those in `given` are replaced by the caller and are not made.

    What is wrong with packs, checks and the calibration is told at once, not one by one.
    """
    problems: list[Problem] = []
    registry = _registry(spec, problems)
    verifiers = _verifiers(spec, problems)
    calibration = _calibration(spec, problems)
    if problems:
        raise InvalidSpecError(problems)
    graph = spec.graph
    made: dict[str, Any] = {
        "tools": registry,
        "name": spec.name,
        "system": spec.system,
        "model": spec.local,
        "remote": spec.remote,
        "policy": _policy(spec),
        "loop": graph.loop,
        "options": Options(
            controls=graph.controls,
            max_calls=graph.max_calls,
            top_k=graph.retrieve.top_k,
            sampling=spec.sampling,
            clock=graph.clock,
        ),
        "verifiers": verifiers,
        "budgets": spec.budgets,
        "escalation": spec.escalation,
        "calibration": calibration,
        "durable": graph.durable,
        "guard": graph.guard,
        "max_result_chars": graph.max_result_chars,
        "parallel": graph.parallel,
    }
    if "deps" not in given:
        made["deps"] = _deps(spec, registry)
    return made


@contextmanager
def _noted(problems: list[Problem], spec: AgentSpec, *path: str | int) -> Generator[None]:
    """`blame` that goes on: what is wrong at a place of the file is noted."""
    try:
        with blame(spec, *path):
            yield
    except InvalidSpecError as error:
        problems += error.problems


def _registry(spec: AgentSpec, problems: list[Problem]) -> Registry:
    registry = Registry()
    for index, pack in enumerate(spec.tools):
        with _noted(problems, spec, "tools", index):
            registry.load_pack(spec.resolve(pack.path) if is_path(pack.path) else pack.path, pack.only or ())
    return registry


def _deps(spec: AgentSpec, registry: Registry) -> Any:
    """What the spec's `setup` gives; without one, what the packs' own give, with the spec's values on top."""
    if spec.setup is not None:
        with blame(spec, "setup"):
            return result_of(spec.setup, spec.folder)
    stated = {name: value for pack in spec.tools for name, value in pack.deps.items()}
    return {**registry.default_deps(), **stated}


def _calibration(spec: AgentSpec, problems: list[Problem]) -> Calibrator | None:
    """The calibration that the spec names; without one, that beside the weights is looked for later."""
    if spec.calibration is None:
        return None
    with _noted(problems, spec, "verify", "calibration"):
        return load_calibration(spec.calibration)
    return None


def _policy(spec: AgentSpec) -> Policy:
    graph = spec.graph
    limits = {
        "max_steps": graph.max_steps,
        "max_repairs": graph.max_repairs,
        "max_escalations": graph.max_escalations,
        "approval": None if spec.approval is None else frozenset(spec.approval),
    }
    thresholds = spec.thresholds.model_dump(mode="json", exclude_none=True)
    given = {name: value for name, value in limits.items() if value is not None}
    return Policy.from_trust(spec.trust, thresholds=thresholds, **given)


def _verifiers(spec: AgentSpec, problems: list[Problem]) -> list[Verifier] | None:
    if spec.verify.verifiers is None:
        return None
    made: list[Verifier] = []
    for index, use in enumerate(spec.verify.verifiers):
        with _noted(problems, spec, "verify", "verifiers", index):
            if ":" in use.use:
                made += _own(use.use, result_of(use.use, spec.folder, **use.options))
            elif use.use == "judge":
                made.append(_judge(spec, use.options))
            else:
                made += default_verifiers([use.use], {use.use: use.options})
    return made


def _own(reference: str, given: object) -> list[Verifier]:
    """What a function of the spec's author gave: a check, or a list of them."""
    each: list[object] = list(cast("list[object]", given)) if isinstance(given, list | tuple) else [given]
    made = [one for one in each if is_verifier(one)]
    if not made or len(made) < len(each):
        wrong: object = next((one for one in each if not is_verifier(one)), cast("object", given))
        raise WiringError(
            f"`{reference}` gives no check and no list of checks: {wrong!r:.60} is of type {type(wrong).__name__}",
            hint="name a function or a class that gives an object with `name`, `price_ms` and `check(scene)`",
        )
    return made


def _judge(spec: AgentSpec, options: dict[str, Any]) -> Verifier:
    """A judge on a model of its own, else on the remote one. It sees requests as they are, so it must run here."""
    rest = dict(options)
    config = _model_of_judge(spec, rest.pop("model")) if "model" in rest else spec.remote
    if config is None:
        raise WiringError("the verifier `judge` has no model", hint="write `- judge: {model: path/to/judge.gguf}`")
    if not on_device(config):
        where = getattr(config, "base_url", "the server that its cassette records")
        raise WiringError(
            f"the verifier `judge` would send requests with all that is private in them to {where}",
            hint="give it a model on this machine: `- judge: {model: path/to/judge.gguf}`",
        )
    return made_with("judge", partial(Judge, lambda: load_model(config)), rest)


def _model_of_judge(spec: AgentSpec, given: Any) -> ModelConfig:
    """The model that the judge's options name; a GGUF file is looked at, since it is loaded in the middle of a run."""
    try:
        config = spec.located(TypeAdapter[ModelConfig](ModelConfig).validate_python(given))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "".join(f".{part}" for part in first["loc"][1:])
        hint = "write `model: path/to/judge.gguf`, or what may stand under `models.local`"
        raise WiringError(f"the verifier `judge`: model{where}: {first['msg']}", hint=hint) from error
    if config.kind == "gguf":
        read_header(Path(config.path))
    return config
