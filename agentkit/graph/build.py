"""From what an agent was given to the parts its runs share: engines, checks, policy, executor, trace.

Knows nothing of runs. What was passed in ready-made (an engine, a store) stays its owner's to close.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentkit.act import Executor, MemoryLedger
from agentkit.decide import Policy, Trust
from agentkit.errors import RunError
from agentkit.escalate import Budgets, Escalation, Escalator
from agentkit.graph.given import output_schema
from agentkit.graph.session import Facts, LoopKind, Options, Parts
from agentkit.graph.told import facts_of_deps
from agentkit.models import load_model
from agentkit.models.base import Model, on_device
from agentkit.registry import Context, Registry
from agentkit.registry.schema import adapter_of, schema_of
from agentkit.spec import EmbeddedConfig, GgufConfig, ModelConfig
from agentkit.trace import Lease, Store
from agentkit.types import Effect, JsonSchema
from agentkit.verify import Calibration, Cascade, calibration_for, default_verifiers

if TYPE_CHECKING:
    from agentkit.propose.dialects.base import Dialect
    from agentkit.verify import Verifier


@dataclass(frozen=True, kw_only=True)
class Given:
    """What an agent was given, before anything is opened."""

    model: str | Path | ModelConfig | Model
    policy: Policy
    output: Any = None
    remote: ModelConfig | Model | Escalator | None = None
    system: str = ""
    facts: Facts | Sequence[str] | None = None
    store: Store | str | Path | bool | None = None
    verifiers: Iterable[str | Verifier] | None = None
    loop: LoopKind | None = None
    options: Options = field(default_factory=Options)
    calibration: Calibration | None = None
    budgets: Budgets = field(default_factory=Budgets)
    escalation: Escalation = field(default_factory=Escalation)
    max_result_chars: int = 2000
    parallel: int = 4
    durable: bool = True
    offline: bool = False


def given_of(model: str | Path | ModelConfig | Model, output: Any, settings: Mapping[str, Any]) -> Given:
    """Settings that were checked, as one value; `offline` leaves the larger model out."""
    chosen = policy(settings.get("trust", "balanced"), settings.get("policy"), max_steps=settings.get("max_steps"))
    own = {name for name in Given.__dataclass_fields__ if name not in {"model", "output", "policy"}}
    taken = {name: value for name, value in settings.items() if name in own}
    if taken.get("offline"):
        taken["remote"] = None
    return Given(model=model, output=output, policy=chosen, **taken)


def parts(name: str, registry: Registry, given: Given) -> Parts:
    """Open everything; raises `WiringError`s for what cannot be opened, `TraceError` for the trace."""
    store = _store(given.store)
    model = _model(given.model)
    _hold_to_grammar(registry, model)
    remote = given.remote
    escalator = remote if isinstance(remote, Escalator) else _escalator(remote, given)
    output = None if given.output is None else output_schema(given.output)
    return Parts(
        name=name,
        registry=registry,
        model=model,
        cascade=Cascade(_verifiers(given.verifiers), calibration_for(model, given.calibration)),
        policy=given.policy,
        executor=_executor(registry, store, given),
        hosted=_hosted(model, given),
        escalator=escalator,
        store=store,
        system=given.system,
        output=output,
        suppliers=frozenset() if given.output is None else suppliers(registry, given.output),
        facts=_facts(given.facts),
        offline=given.offline,
        options=_options(given, model),
    )


def close(opened: Parts, given: Given) -> None:
    """Close what `parts` opened itself."""
    if opened.model is not given.model:
        opened.model.close()
    if opened.escalator is not None and not isinstance(given.remote, Escalator | Model):
        opened.escalator.close()
    if opened.store is not None and opened.store is not given.store:
        opened.store.close()


def policy(trust: Trust, given: Policy | None, *, max_steps: int | None) -> Policy:
    """The policy that was given, else the dial's, with the step limit where one is given."""
    chosen = given or Policy.from_trust(trust)
    return chosen if max_steps is None else chosen.model_copy(update={"max_steps": max_steps})


def type_name(output: Any) -> str:
    """A type's name as a person wrote it."""
    return getattr(output, "__name__", str(output))


def suppliers(registry: Registry, output: Any) -> frozenset[str]:
    """The tools that declare the output's type as theirs: what they return is the typed output."""
    wanted = _bare(schema_of(adapter_of(output), "serialization"))
    return frozenset(tool.name for tool in registry if tool.spec.returns and _bare(tool.spec.returns) == wanted)


def _bare(schema: JsonSchema) -> JsonSchema:
    return {key: value for key, value in schema.items() if key not in {"title", "description"}}


def _options(given: Given, model: Model) -> Options:
    """The options with the loop that was asked for, or the one the model's dialect is made for."""
    if given.loop is not None:
        return replace(given.options, loop=given.loop)
    single = getattr(_dialect(model), "single_turn", False)
    return replace(given.options, loop="single_turn") if single else given.options


def _dialect(model: Model) -> Dialect | None:
    """The notation a steered engine decodes in; remotes and doubles have none."""
    return getattr(model, "dialect", None)


def _hold_to_grammar(registry: Registry, model: Model) -> None:
    """Refuse here, not at run time, a tool that the engine's own grammar cannot express."""
    dialect = _dialect(model)
    if dialect is None:
        return
    from agentkit.propose.constraint import check_tool

    for tool in registry:
        check_tool(tool.spec, dialect)


def _store(given: Store | str | Path | bool | None) -> Store | None:
    if given is False:
        return None
    if isinstance(given, Store):
        return given
    return Store(None if given is True else given)


def _model(given: str | Path | ModelConfig | Model) -> Model:
    if given == "embedded":
        return load_model(EmbeddedConfig())
    if isinstance(given, str | Path):
        return load_model(GgufConfig(path=str(given)))
    return given if isinstance(given, Model) else load_model(given)


def _hosted(model: Model, given: Given) -> Escalator | None:
    """What asks the first model where it is not on this machine: with the placeholders and limits of the larger one."""
    if on_device(model):
        return None
    return Escalator.of(model, given.escalation, given.budgets, tier="hosted", offline=given.offline)


def _escalator(remote: ModelConfig | Model | None, given: Given) -> Escalator | None:
    if remote is None:
        return None
    model = remote if isinstance(remote, Model) else load_model(remote)
    return Escalator.of(model, given.escalation, given.budgets)


def _verifiers(given: Iterable[str | Verifier] | None) -> tuple[Verifier, ...]:
    if given is None:
        return default_verifiers()
    return tuple(made for one in given for made in (default_verifiers([one]) if isinstance(one, str) else (one,)))


def _executor(registry: Registry, store: Store | None, given: Given) -> Callable[[Lease | None], Executor]:
    repeatable = frozenset(tool.name for tool in registry if tool.effect is Effect.READ or tool.traits.idempotent)

    def make(lease: Lease | None) -> Executor:
        ledger = MemoryLedger() if store is None else store.ledger(lease, repeatable)
        return Executor(registry, ledger, max_result_chars=given.max_result_chars, max_parallel=given.parallel)

    return make


def _facts(given: Facts | Sequence[str] | None) -> Facts | None:
    """A source of facts; without one, dependencies that have a method `facts(ctx)` are asked."""
    if callable(given):
        return _guarded(given)
    if given is not None:
        lines = tuple(given)
        return lambda _ctx: lines
    return _guarded(facts_of_deps)


def _guarded(source: Facts) -> Facts:
    def facts(ctx: Context[Any]) -> Sequence[str]:
        try:
            return source(ctx)
        except Exception as error:
            raise RunError(f"the facts for the model could not be told: {type(error).__name__}: {error}") from error

    return facts
