"""`AgentSpec`: everything an agent is made of, as one frozen value.

Knows nothing of YAML, models, tools' functions or graphs. A value that is None is derived elsewhere: from the `trust`
dial, from the weights, or from what the spec says in other places.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BeforeValidator, Field, JsonValue, PrivateAttr, field_validator, model_validator

from agentkit.spec.document import Document
from agentkit.spec.expect import Expectation
from agentkit.spec.models import CassetteConfig, EmbeddedConfig, ModelConfig, RemoteConfig
from agentkit.spec.problems import BrokenRule, did_you_mean
from agentkit.spec.shapes import one_key
from agentkit.types import Control, Effect, Sampling, Value

VerifierName = Literal[
    "schema",
    "semantic",
    "grounding",
    "precondition",
    "repetition",
    "policy",
    "taint",
    "dry_run",
    "agreement",
    "judge",
]
VERIFIERS: tuple[str, ...] = get_args(VerifierName)
Trust = Literal["cautious", "balanced", "fast"]
Send = Literal["step", "disputed", "sketch"]
Unlocated = Literal["replace", "refuse"]
_IMPORT_PATH = re.compile(r"^[\w./\-]+:[A-Za-z_]\w*$")


class Tiers(Value):
    """The model that proposes first, and the larger one that is asked when in doubt."""

    local: ModelConfig = Field(default=EmbeddedConfig(), description="The model that proposes first.")
    remote: ModelConfig | None = Field(default=None, description="The model that is asked when in doubt.")

    @field_validator("remote")
    @classmethod
    def _redacted(cls, given: ModelConfig | None) -> ModelConfig | None:
        if isinstance(given, RemoteConfig) and given.on_device is not None:
            raise BrokenRule(
                "`on_device` is for the first model; the larger one is sent placeholders wherever it is",
                "remove `on_device`",
            )
        return given


class ToolPack(Value):
    """A tool pack: a Python file or folder, or the name of a pack that ships with agentkit."""

    path: str = Field(description="A file or folder, relative to the spec, or the name of a shipped pack.")
    only: tuple[str, ...] | None = Field(default=None, description="Offer these tools of the pack only.")
    deps: dict[str, JsonValue] = Field(default_factory=dict, description="Values for the pack's `setup`.")


class Retrieve(Value):
    """Which tools a step sees."""

    top_k: int | None = Field(default=None, ge=1, description="Show at most this many tools; all when not given.")


class Graph(Value):
    """How the loop goes round."""

    max_steps: int | None = Field(default=None, ge=1, description="A run stops after this many steps.")
    max_calls: int = Field(default=4, ge=1, le=16, description="Calls that one step may propose.")
    loop: Literal["until_done", "single_turn"] | None = Field(
        default=None,
        description="`single_turn` ends a run once one step's calls succeeded; by default as the model is made for.",
    )
    controls: tuple[Control, ...] | None = Field(
        default=None, description="Controls that are legal beside tools; those that apply when not given."
    )
    retrieve: Retrieve = Retrieve()
    parallel: int = Field(default=4, ge=1, le=64, description="Independent calls that run at the same time.")
    max_repairs: int | None = Field(default=None, ge=0, description="Repairs of one step, before it is escalated.")
    max_escalations: int | None = Field(default=None, ge=0, description="Times that one run may be escalated.")
    max_result_chars: int = Field(default=2000, ge=50, description="What a model sees of one tool's result.")
    clock: bool = Field(default=True, description="Put the date and time among the facts.")
    guard: bool = Field(default=True, description="Refuse requests that are out of bounds before any model runs.")
    durable: bool = Field(default=True, description="Checkpoint each step, so that a run can be resumed.")


def _verifier(given: Any) -> Any:
    return one_key(given, "use", "options")


class VerifierUse(Value):
    """One check of the cascade: a built-in name or an own one as `module:name`, with its options."""

    use: str = Field(json_schema_extra={"examples": list(VERIFIERS)})
    options: dict[str, JsonValue] = Field(default_factory=dict)

    @field_validator("use")
    @classmethod
    def _known(cls, given: str) -> str:
        if given not in VERIFIERS and not _IMPORT_PATH.match(given):
            ours = f"the verifiers are {', '.join(VERIFIERS)}; an own one is written `module:name`"
            raise BrokenRule(f"unknown verifier `{given}`", did_you_mean(given, VERIFIERS, otherwise=ours))
        return given


_VerifierInput = VerifierName | VerifierUse | dict[str, dict[str, JsonValue] | None] | str
AnyVerifier = Annotated[VerifierUse, BeforeValidator(_verifier, json_schema_input_type=_VerifierInput)]


class Verify(Value):
    """The checks a proposal passes before anything runs; they run in the order of their price."""

    verifiers: tuple[AnyVerifier, ...] | None = Field(default=None, description="The checks; a default set if absent.")
    calibration: str | None = Field(
        default=None, description="A fitted calibration, relative to the spec; else the one beside the weights, if any."
    )


class Threshold(Value):
    """Borders on the probability that a call is right, for one effect."""

    execute_at: float | None = Field(default=None, ge=0, le=1, description="Run the call from here on.")
    escalate_below: float | None = Field(default=None, ge=0, le=1, description="Ask the larger model below this.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        low, high = self.escalate_below, self.execute_at
        if low is not None and high is not None and low > high:
            raise BrokenRule(
                f"escalate_below ({low:g}) lies above execute_at ({high:g})",
                f"write an `escalate_below` of at most {high:g}, or raise `execute_at`",
            )
        return self


class Thresholds(Value):
    """Borders per effect; what is not given follows the `trust` dial."""

    read: Threshold | None = None
    write: Threshold | None = None
    external: Threshold | None = None
    irreversible: Threshold | None = None


class Budgets(Value):
    """What one run may spend on the remote model, and on a first one that is not on this machine; no limit where
    nothing is given.
    """

    usd: float | None = Field(default=None, ge=0, description="US dollars.")
    tokens: int | None = Field(default=None, ge=0, description="Prompt and answer tokens together.")
    calls: int | None = Field(default=None, ge=0, description="Requests.")
    seconds: float | None = Field(default=None, ge=0, description="Time spent waiting.")


class BreakerLimits(Value):
    """When a remote model that keeps failing is left alone."""

    failures: int = Field(default=3, ge=1, description="Faults in a row after which it is left alone.")
    open_s: float = Field(default=30.0, ge=0, description="For how many seconds, before one trial.")


class Escalation(Value):
    """How the remote model is asked, and a first one that is not on this machine; how much of a step leaves."""

    send: Send = Field(
        default="step",
        description="All of the step, the arguments in doubt, or the tools and the last turn; redacted each time.",
    )
    private: Unlocated = Field(
        default="replace",
        description="Where a private text's value is not known: replace all words that could be it, or do not ask.",
    )
    breaker: BreakerLimits = Field(default=BreakerLimits(), description="When to leave a failing remote model alone.")


class Task(Value):
    """A request to the agent, and what it is expected to do with it."""

    task: str = Field(min_length=1, description="What a person would say.")
    name: str = Field(default="", description="A short name for `--task`.")
    expect: Expectation | None = Field(default=None, description="What must hold at the end.")


def _pack(given: Any) -> Any:
    return {"path": given} if isinstance(given, str) else given


def _task(given: Any) -> Any:
    return {"task": given} if isinstance(given, str) else given


AnyPack = Annotated[ToolPack, BeforeValidator(_pack, json_schema_input_type=str | ToolPack)]
AnyTask = Annotated[Task, BeforeValidator(_task, json_schema_input_type=str | Task)]


class AgentSpec(Value):
    """An agent: tools, models, checks, policy, budgets, and tasks with expectations."""

    name: str = Field(default="agent", min_length=1, description="A short name, shown in traces.")
    description: str = Field(default="", description="What the agent is for; not shown to models.")
    system: str = Field(default="", description="Instructions that models see first.")
    models: Tiers = Field(default=Tiers(), description="The tiers.")
    tools: tuple[AnyPack, ...] = Field(description="Tool packs, at least one.", json_schema_extra={"minItems": 1})
    graph: Graph = Field(default=Graph(), description="The loop.")
    sampling: Sampling = Field(default=Sampling(), description="How the local model decodes.")
    verify: Verify = Field(default=Verify(), description="The checks.")
    trust: Trust = Field(default="balanced", description="The one dial; thresholds and limits derive from it.")
    thresholds: Thresholds = Field(default=Thresholds(), description="Borders per effect.")
    approval: tuple[Effect, ...] | None = Field(default=None, description="Effects that a person must confirm.")
    escalation: Escalation = Field(default=Escalation(), description="How the remote model is asked.")
    budgets: Budgets = Field(default=Budgets(), description="What may be spent on models elsewhere.")
    offline: bool = Field(default=False, description="Refuse every socket; no model elsewhere is asked.")
    setup: str | None = Field(default=None, description="`module:function` or `file.py:function` that gives the deps.")
    tasks: tuple[AnyTask, ...] = Field(default=(), description="What `agentkit run` does without `--task`.")

    _path: Path | None = PrivateAttr(default=None)
    _document: Document | None = PrivateAttr(default=None)

    @field_validator("tools")
    @classmethod
    def _some(cls, given: tuple[ToolPack, ...]) -> tuple[ToolPack, ...]:
        if not given:
            raise BrokenRule("is empty", "name at least one tool pack, e.g. `tools: [assistant]`")
        return given

    @field_validator("setup")
    @classmethod
    def _callable_path(cls, given: str | None) -> str | None:
        if given is not None and not _IMPORT_PATH.match(given):
            raise BrokenRule("should be `module:function` or `file.py:function`", "e.g. `setup: ./state.py:open_state`")
        return given

    @field_validator("tasks")
    @classmethod
    def _distinct(cls, given: tuple[Task, ...]) -> tuple[Task, ...]:
        names = [task.name for task in given if task.name]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise BrokenRule(f"two tasks are named `{twice}`", "give each task a name of its own")
        return given

    def bind(self, path: Path | None, document: Document) -> None:
        """Remember where this was loaded from, so that later errors can name line and column."""
        self._path, self._document = path, document

    @property
    def document(self) -> Document | None:
        """The text this was loaded from, with the place of each value; None when it was built in Python."""
        return self._document

    @property
    def path(self) -> Path | None:
        """The file this was loaded from; None when it was built in Python."""
        return self._path

    @property
    def folder(self) -> Path:
        """Where relative paths start."""
        return self._path.parent if self._path else Path()

    def resolve(self, written: str) -> Path:
        """A path as written in the spec -> a path from here."""
        path = Path(os.path.expanduser(written))  # noqa: PTH111 - leaves the home of nobody as it is
        return path if path.is_absolute() else self.folder / path

    @property
    def local(self) -> ModelConfig:
        """The local tier, with paths that hold from here."""
        return self.located(self.models.local)

    @property
    def remote(self) -> ModelConfig | None:
        """The remote tier, with paths that hold from here; None when there is none."""
        return self.located(self.models.remote) if self.models.remote else None

    @property
    def calibration(self) -> Path | None:
        """The calibration file, with a path that holds from here; None when none is named."""
        return self.resolve(self.verify.calibration) if self.verify.calibration else None

    def located(self, config: ModelConfig) -> ModelConfig:
        """A tier's configuration with the paths in it resolved against the spec's folder."""
        changes: dict[str, object] = {}
        path = getattr(config, "path", None)
        if path:
            changes["path"] = str(self.resolve(str(path)))
        if isinstance(config, CassetteConfig) and config.inner is not None:
            changes["inner"] = self.located(config.inner)
        return config.model_copy(update=changes)
