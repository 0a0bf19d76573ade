"""The frozen values that travel between the rooms of agentkit.

Knows nothing of input and output: no model, no file, no clock. Every value is JSON-able, so a stored value and the
value in memory are the same thing (`Value.model_dump(mode="json")` and `Value.model_validate` are inverses).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

JsonObject = dict[str, JsonValue]
JsonSchema = dict[str, Any]


class Value(BaseModel):
    """Base of every value: frozen, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some fields replaced, unchecked; what a frozen value holds is shared, so this costs little."""
        if deep or self.__pydantic_private__:
            return super().model_copy(update=update, deep=deep)
        changes = dict(update or {})
        made = type(self).__new__(type(self))
        object.__setattr__(made, "__dict__", {**self.__dict__, **changes})
        object.__setattr__(made, "__pydantic_fields_set__", self.__pydantic_fields_set__ | changes.keys())
        object.__setattr__(made, "__pydantic_extra__", None)
        object.__setattr__(made, "__pydantic_private__", None)
        return made


class Effect(StrEnum):
    """What running a tool does to the world; thresholds, approval and retries follow it."""

    READ = "read"
    WRITE = "write"
    EXTERNAL = "external"
    IRREVERSIBLE = "irreversible"


class Action(StrEnum):
    """What the policy may decide about a proposal."""

    EXECUTE = "execute"
    REPAIR = "repair"
    ESCALATE = "escalate"
    ASK = "ask"
    STOP = "stop"


class Control(StrEnum):
    """Calls that are legal beside the tools, and scored by the same distribution.

    ABSTAIN says that no tool fits, ASK puts a question to the user, FINISH ends the run with an answer, DEFER hands
    the step to the larger model.
    """

    ABSTAIN = "abstain"
    ASK = "ask"
    FINISH = "finish"
    DEFER = "defer"


_CONTROLS = {control.value: control for control in Control}


class ToolSpec(Value):
    """What a model is told about a tool, and what policy and executor need to know; the function stays in the registry.

    `parameters` is a closed JSON Schema object (`additionalProperties: false`); `returns` is the schema of the result
    where one is declared. `private` names the arguments whose values never leave the machine in clear. In a spec
    resolved for one moment, dynamic enums stand in `parameters` as plain `enum`s and `dynamic` names those arguments.
    """

    name: str
    description: str = ""
    parameters: JsonSchema = Field(
        default_factory=lambda: {"type": "object", "properties": {}, "additionalProperties": False}
    )
    returns: JsonSchema | None = None
    effect: Effect = Effect.READ
    idempotent: bool = False
    timeout_s: float = 30.0
    private: tuple[str, ...] = ()
    dynamic: tuple[str, ...] = ()
    pack: str = ""


class ToolCall(Value):
    """One call: a tool's name (or a control's) and its arguments.

    An argument may be a typed reference to an earlier call of the same run: `{"$ref": "<call id>", "path": "a.b"}`.
    """

    id: str
    name: str
    arguments: JsonObject = Field(default_factory=dict)

    @property
    def control(self) -> Control | None:
        """The control this call stands for, if its name is a control's."""
        return _CONTROLS.get(self.name)


class Message(Value):
    """One turn of the conversation; `calls` on assistant turns, `call_id` and `name` on tool turns."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str = ""
    calls: tuple[ToolCall, ...] = ()
    call_id: str | None = None
    name: str | None = None


class Alternative(Value):
    """A legal continuation that was not the most likely, with its renormalised probability."""

    text: str
    p: float


class DecisionPoint(Value):
    """A position of the answer where the grammar allowed more than one continuation.

    `field` is `tool` for the choice of the call, `count` for whether another call follows, else
    `<call index>.<argument path>`. `p` is the chosen token's probability renormalised over the legal set, `mass` the
    raw probability on the legal set before the mask ("grammar pressure" is 1 - mass), `margin` the distance in
    probability to the runner-up, `entropy` in nats over the legal set, `legal` the number of legal tokens.
    """

    field: str
    text: str
    p: float
    mass: float
    margin: float
    entropy: float
    legal: int
    alternatives: tuple[Alternative, ...] = ()


class Usage(Value):
    """What a proposal cost: tokens, forward passes, ms per phase (`render`, `prefill`, `mask`, `decode`), money.

    A remote adds the requests it took (`attempts`) and the bytes of their bodies; an engine in process sends none.
    """

    prompt_tokens: int = 0
    cached_tokens: int = 0
    decoded_tokens: int = 0
    forced_tokens: int = 0
    forward_passes: int = 0
    ms: dict[str, float] = Field(default_factory=dict)
    cost_usd: float = 0.0
    bytes_out: int = 0
    bytes_in: int = 0
    attempts: int = 1

    def total_ms(self) -> float:
        """Sum over the phases, in milliseconds."""
        return sum(self.ms.values())


class Proposal(Value):
    """What a model wants to do next: calls, or one control call, with the decision points behind them.

    `confidence_known` is False for engines that give no token probabilities; `points` is empty then. `others` are the
    remaining candidates when several were asked for, most likely first.
    """

    calls: tuple[ToolCall, ...]
    points: tuple[DecisionPoint, ...] = ()
    confidence_known: bool = True
    model: str
    tier: Literal["local", "remote", "script"] = "local"
    text: str = ""
    reasoning: str = ""
    truncated: bool = False
    usage: Usage = Usage()
    others: tuple[Proposal, ...] = ()

    @property
    def control(self) -> Control | None:
        """The control this proposal consists of, if it is one; a call list holds at most one control, alone."""
        return self.calls[0].control if len(self.calls) == 1 else None


class Sampling(Value):
    """How to decode: temperature 0 is greedy; `candidates` answers share one prefix; budgets are in tokens."""

    temperature: float = Field(default=0.0, ge=0.0, le=5.0)
    top_p: float = Field(default=1.0, gt=0.0, le=1.0)
    seed: int = 0
    candidates: int = Field(default=1, ge=1, le=64)
    max_tokens: int = Field(default=512, ge=1)
    reasoning_tokens: int = Field(default=0, ge=0)


class ProposeRequest(Value):
    """Everything a model sees for one step.

    `tools` are resolved specs in a stable order; `controls` the control calls that are legal; `facts` are volatile
    lines (the time, the screen) that a renderer puts last so that the prefix stays byte-stable; `results` are the
    return schemas of earlier calls by call id, for typed references; `output` is the schema of a typed final answer.
    """

    tools: tuple[ToolSpec, ...]
    messages: tuple[Message, ...]
    controls: tuple[Control, ...] = (Control.ABSTAIN,)
    system: str = ""
    facts: tuple[str, ...] = ()
    results: dict[str, JsonSchema] = Field(default_factory=dict)
    output: JsonSchema | None = None
    max_calls: int = Field(default=4, ge=1, le=16)
    sampling: Sampling = Sampling()


class CheckStatus(StrEnum):
    """Outcome of one check: decisive for, decisive against, or neither."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    UNSURE = "unsure"


class Check(Value):
    """One verifier's finding; `evidence` is a sentence that the model and a person can read, `ms` what it cost."""

    name: str
    status: CheckStatus
    evidence: str = ""
    score: float | None = None
    call: int | None = None
    path: str | None = None
    ms: float = 0.0
    repairable: bool = True


class Verdict(Value):
    """What the cascade says of a proposal.

    `probability` estimates P(correct). It is a calibrated probability only when `calibrated` is True; else it is the
    raw score of the decision points and is shown as "uncalibrated". None when nothing is known.
    """

    status: CheckStatus
    checks: tuple[Check, ...] = ()
    probability: float | None = None
    calibrated: bool = False

    @property
    def failures(self) -> tuple[Check, ...]:
        """The checks that failed, in the order they ran."""
        return tuple(check for check in self.checks if check.status is CheckStatus.FAIL)


class Decision(Value):
    """The policy's answer to a verdict; `reason` for people, `feedback` for the model on REPAIR, `question` on ASK.

    `approval` asks for a yes or no to these calls; `final` says of STOP that the model ended the run (finish, abstain).
    """

    action: Action
    reason: str
    feedback: str | None = None
    question: str | None = None
    approval: bool = False
    final: bool = False
    threshold: float | None = None


class ToolResult(Value):
    """What running one call gave; `text` is what the model sees (shortened when `truncated`), `value` the typed value.

    `ambiguous` means that the call was started and its outcome is not known (a crash or a timeout that could not be
    stopped); it is never repeated silently unless the tool is idempotent.
    """

    call_id: str
    name: str
    status: Literal["ok", "failed", "retry", "timeout", "denied", "ambiguous", "skipped"]
    value: JsonValue = None
    text: str = ""
    error: str = ""
    ms: float = 0.0
    truncated: bool = False
    origin: Literal["trusted", "untrusted"] = "trusted"

    @property
    def ok(self) -> bool:
        """Whether the call did what was asked."""
        return self.status == "ok"


class RemoteExchange(Value):
    """One exchange with the remote model, as it left the machine: placeholders in place of private values."""

    model: str
    sent: str
    received: str = ""
    placeholders: tuple[str, ...] = ()
    bytes_out: int = 0
    bytes_in: int = 0
    attempts: int = 1
    status: Literal["ok", "down", "timeout", "over_budget", "garbled", "refused", "offline", "absent"] = "ok"
    error: str = ""
    ms: float = 0.0
    cost_usd: float = 0.0


class Step(Value):
    """One pass through the loop: proposal, verdict, decision and, where calls ran, their results."""

    index: int
    proposal: Proposal
    verdict: Verdict
    decision: Decision
    results: tuple[ToolResult, ...] = ()
    exchange: RemoteExchange | None = None
    ms: float = 0.0


Status = Literal["success", "answered", "abstained", "asked", "partial", "failed", "cancelled"]


class Run(Value):
    """A whole run.

    `success`: the calls that the task needed ran; `answered`: a FINISH with an answer; `asked`: it waits for a person
    (resume it with its id); `partial`: it ended early, `reason` says why and `steps` hold what was done.
    """

    id: str
    task: str
    status: Status
    reason: str = ""
    answer: str = ""
    output: JsonValue = None
    question: str | None = None
    steps: tuple[Step, ...] = ()
    ms: float = 0.0
    cost_usd: float = 0.0
