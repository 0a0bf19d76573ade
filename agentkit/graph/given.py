"""What an agent may be given: wrong arguments are named where they are passed, with what was likely meant.

Pure. Knows nothing of what the arguments are for.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, cast, get_args

from agentkit.cancel import Cancel
from agentkit.decide import Policy, Trust
from agentkit.errors import WiringError
from agentkit.escalate import Budgets, Escalation, Escalator
from agentkit.events import Asked
from agentkit.graph.session import Answer, Facts, Listener, LoopKind, Options
from agentkit.models.base import Model
from agentkit.registry import Registry, Tool
from agentkit.registry.fault import SchemaFault
from agentkit.registry.schema import adapter_of, schema_of
from agentkit.spec import (
    AgentSpec,
    CassetteConfig,
    EmbeddedConfig,
    GgufConfig,
    ModelConfig,
    OutlinesConfig,
    RemoteConfig,
    ScriptedConfig,
)
from agentkit.trace import Store
from agentkit.types import JsonSchema, Message
from agentkit.verify import is_verifier

if TYPE_CHECKING:
    from agentkit.verify import Calibration, Verifier

AskPerson = Callable[[Asked], "Answer | None"]


class Settings(TypedDict, total=False):
    """What an agent may be given by name, beside tools, model and output; `Agent` says what each is."""

    name: str
    system: str
    remote: ModelConfig | Model | Escalator | None
    trust: Trust
    policy: Policy | None
    deps: Any
    facts: Facts | Sequence[str] | None
    store: Store | str | Path | bool | None
    durable: bool
    verifiers: Iterable[str | Verifier] | None
    ask: AskPerson | None
    max_steps: int | None
    loop: LoopKind | None
    options: Options | None
    offline: bool
    calibration: Calibration | None
    budgets: Budgets | None
    escalation: Escalation | None
    max_result_chars: int
    parallel: int
    guard: bool


def checked(model: object, output: Any, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that are not None, iterables as tuples; raises `WiringError` for one that no agent can work with."""
    for name in settings:
        if name not in _RULES:
            near = get_close_matches(name, (*_RULES, "tools", "model", "output"), n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"the others are {', '.join(_RULES)}"
            raise WiringError(f"an agent takes no argument `{name}`", hint=hint)
    _check_model(model)
    if output is not None:
        output_schema(output)
    made = {name: value for name, value in settings.items() if value is not None}
    for name in ("verifiers", "facts"):
        if isinstance(made.get(name), Iterable) and not isinstance(made[name], str | bytes):
            made[name] = tuple(made[name])
    for name, value in made.items():
        fits, wanted, hint = _RULES[name]
        if not fits(value):
            raise _wrong(name, value, wanted, hint)
    if "policy" in made and "trust" in made:
        hint = 'leave one out; for an agent from a spec, override the spec: `overrides=["trust=fast"]`'
        raise WiringError("`trust` and `policy` are both given, and the policy sets all that the trust does", hint=hint)
    return made


def tools(given: Any) -> Registry:
    """The registry of the tools that were given: several, or one alone."""
    if isinstance(given, Registry):
        made = given
    else:
        if isinstance(given, Tool | str | Path) or (callable(given) and not isinstance(given, Iterable)):
            given = [given]
        if not isinstance(given, Iterable):
            raise WiringError(f"tools is {_shown(given)}, not a list of tools", hint="Agent(tools=[my_function])")
        made = Registry(cast("Iterable[Any]", given))
    if not len(made):
        raise WiringError("an agent needs at least one tool", hint="Agent(tools=[my_function])")
    return made


def output_schema(output: Any) -> JsonSchema:
    """The schema under which a typed final answer is decoded; raises `WiringError` for what is no type or has none."""
    if isinstance(output, str):
        raise WiringError(f"output is the text {output!r}, not a type", hint="pass the type itself: `output=MyModel`")
    try:
        return schema_of(adapter_of(output))
    except SchemaFault as fault:
        place = f"`{fault.path}`" if fault.path else "it"
        name = getattr(output, "__name__", None) or _shown(output)
        raise WiringError(f"output is {name}, no type of answers: {place} {fault.why}", hint=fault.hint) from fault


def task(given: object) -> str:
    """The task, if it is a text."""
    if not isinstance(given, str):
        raise WiringError(f"the task is {_shown(given)}, not a text", hint='agent.run("what to do")')
    return given


def history(given: object) -> tuple[Message, ...]:
    """The turns of an earlier conversation, if they are that."""
    hint = "pass `Agent.conversation(run)`, or `Message`s from agentkit.types"
    if not isinstance(given, Iterable) or isinstance(given, str | bytes):
        raise WiringError(f"history is {_shown(cast('object', given))}, not a list of messages", hint=hint)
    turns = tuple(cast("Iterable[object]", given))
    for index, turn in enumerate(turns):
        if not isinstance(turn, Message):
            raise WiringError(f"history[{index}] is {_shown(turn)}, not a `Message`", hint=hint)
    return cast("tuple[Message, ...]", turns)


def run_id(given: object) -> str:
    """The id of a run, if it is a text with something in it."""
    if not isinstance(given, str) or not given.strip():
        raise WiringError(
            f"run_id is {_shown(given)}, not an id", hint="`run.id`, or a text of your own that no run has"
        )
    return given


def listener(given: object) -> Listener | None:
    """Who listens, if it is a plain function."""
    if given is not None and not _plain_function(given):
        raise _wrong("listen", given, "a function of an event", "it is called in the run's thread, so it is not async")
    return cast("Listener | None", given)


def flag(given: object) -> Cancel | None:
    """The flag that stops a run, if it is one."""
    if given is not None and not isinstance(given, Cancel):
        raise _wrong("cancel", given, "a `Cancel`", "from agentkit.cancel import Cancel; Cancel().set() stops the run")
    return given


def check_spec(spec: object, overrides: object) -> None:
    """Raises `WiringError` for what is neither a spec nor the path of one, and for overrides that are no list."""
    if not isinstance(spec, str | Path | AgentSpec):
        raise _wrong("spec", spec, "a spec", 'the path of a YAML file, as in `Agent.from_spec("agent.yaml")`')
    if isinstance(overrides, str | bytes) or not isinstance(overrides, Iterable):
        raise _wrong("overrides", cast("object", overrides), "a list", 'as in `overrides=["graph.max_steps=3"]`')


def _check_model(model: object) -> None:
    if isinstance(model, str | Path):
        if str(model) != "embedded" and not str(model).endswith(".gguf") and not Path(model).exists():
            near = get_close_matches(str(model), ["embedded"])
            hint = "did you mean 'embedded'?" if near else "pass 'embedded', the path of a GGUF file or an engine"
            raise WiringError(f"there is no model {str(model)!r}", hint=hint)
    elif not _is_model(model):
        raise _wrong("model", model, "a model", "pass 'embedded', the path of a GGUF file or an engine")


_CONFIGS = (EmbeddedConfig, GgufConfig, OutlinesConfig, RemoteConfig, ScriptedConfig, CassetteConfig)
_Rule = tuple[Callable[[Any], bool], str, str]


def _is_model(given: object) -> bool:
    return isinstance(given, _CONFIGS) or (isinstance(given, Model) and not isinstance(given, type))


def _plain_function(given: object) -> bool:
    call = getattr(given, "__call__", None)  # noqa: B004 - an instance with an async __call__
    return callable(given) and not any(map(inspect.iscoroutinefunction, (given, call)))


def _texts(given: object) -> bool:
    return isinstance(given, tuple) and all(isinstance(one, str) for one in cast("tuple[object, ...]", given))


def _checks(given: object) -> bool:
    """Whether these are names of verifiers, and verifiers."""
    if not isinstance(given, tuple):
        return False
    each = cast("tuple[object, ...]", given)
    return all(isinstance(one, str) or is_verifier(one) for one in each)


def _instance(kind: type[Any] | tuple[type[Any], ...], wanted: str, hint: str) -> _Rule:
    return lambda given: isinstance(given, kind), wanted, hint


def _whole(low: int, high: int | None, hint: str) -> _Rule:
    def fits(given: object) -> bool:
        if not isinstance(given, int) or isinstance(given, bool):
            return False
        return low <= given and (high is None or given <= high)

    return fits, f"a whole number from {low}{'' if high is None else f' to {high}'}", hint


def _choice(kind: Any) -> _Rule:
    known = get_args(kind)
    return lambda given: given in known, f"one of {', '.join(map(repr, known))}", ""


def _flag(name: str) -> _Rule:
    return _instance(bool, "True or False", f"`{name}=True` or `{name}=False`")


_RULES: dict[str, _Rule] = {
    "name": (lambda given: isinstance(given, str) and bool(given), "a text", "a short name, shown in traces"),
    "system": _instance(str, "a text", "instructions that the model sees first"),
    "remote": (
        lambda given: isinstance(given, Escalator) or _is_model(given),
        "a model",
        "name server and model: `remote=RemoteConfig(model=…, base_url=…)`, from agentkit.spec",
    ),
    "trust": _choice(Trust),
    "policy": _instance(Policy, "a `Policy`", "`Policy.from_trust(…)`, from agentkit.decide"),
    "deps": (lambda _: True, "", ""),
    "facts": (
        lambda given: _plain_function(given) or _texts(given),
        "a list of texts, or a function of the context that gives one",
        'as in `facts=["the user is Ada"]`',
    ),
    "store": _instance((Store, str, Path, bool), "a `Store` or a path", "None is the user's own trace, False is none"),
    "durable": _flag("durable"),
    "verifiers": (_checks, "a list of checks", 'their names, as in `verifiers=["schema", "grounding"]`, or own ones'),
    "ask": (_plain_function, "a function of the question", "it is called in the run's thread, so it is not async"),
    "max_steps": _whole(1, None, "a run needs at least one step, as in `max_steps=12`"),
    "loop": _choice(LoopKind),
    "options": _instance(Options, "`Options`", "from agentkit.graph.session import Options"),
    "offline": _flag("offline"),
    "calibration": (
        lambda given: callable(getattr(given, "probability", None)),
        "a calibration",
        "`load_calibration(path)`, from agentkit.verify",
    ),
    "budgets": _instance(Budgets, "`Budgets`", "as in `budgets=Budgets(usd=0.01)`, from agentkit.escalate"),
    "escalation": _instance(Escalation, "an `Escalation`", "from agentkit.escalate import Escalation"),
    "max_result_chars": _whole(50, None, "what the model sees of one tool's result, in characters"),
    "parallel": _whole(1, 64, "calls that run at the same time"),
    "guard": _flag("guard"),
}


def _wrong(name: str, given: object, wanted: str, hint: str) -> WiringError:
    """The error for an argument; a value close to one of several choices is taken for a slip."""
    known = [one.strip("'") for one in wanted.removeprefix("one of ").split(", ")] if wanted[:6] == "one of" else []
    near = get_close_matches(str(given), known, n=1)
    return WiringError(f"{name} is {_shown(given)}, not {wanted}", hint=f"did you mean {near[0]!r}?" if near else hint)


def _shown(given: object) -> str:
    text = " ".join(repr(given).split())
    return text if len(text) <= 80 else f"{text[:79]}…"
