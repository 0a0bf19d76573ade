"""What the checks found, what the policy decided, and the steps and the run that this makes.

Knows nothing of how it is found or decided.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import JsonValue

from agentkit.types.base import Value
from agentkit.types.proposal import Proposal
from agentkit.types.tools import ToolResult


class Action(StrEnum):
    """What the policy may decide about a proposal."""

    EXECUTE = "execute"
    REPAIR = "repair"
    ESCALATE = "escalate"
    ASK = "ask"
    STOP = "stop"


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

    `approval` asks for a yes or no to these calls; `final` says of STOP that the model ended the run (finish, abstain,
    nothing but what is done).
    """

    action: Action
    reason: str
    feedback: str | None = None
    question: str | None = None
    approval: bool = False
    final: bool = False
    threshold: float | None = None


ExchangeStatus = Literal["ok", "down", "timeout", "over_budget", "garbled", "refused", "offline", "absent", "cancelled"]


class RemoteExchange(Value):
    """One exchange with a model that is asked through an escalator, as it left the machine: placeholders in place of
    private values. One that is `cancelled` was cut off; what was sent of it may have left, and `bytes_out` and `tokens`
    are what was known by then.
    """

    model: str
    sent: str
    received: str = ""
    placeholders: tuple[str, ...] = ()
    bytes_out: int = 0
    bytes_in: int = 0
    tokens: int = 0
    attempts: int = 1
    status: ExchangeStatus = "ok"
    error: str = ""
    ms: float = 0.0
    cost_usd: float = 0.0


class Step(Value):
    """One pass through the loop: proposal, verdict, decision and, where calls ran, their results.

    `hosted` is the exchange that the proposal came from (or did not) where the first model is not on this machine,
    `exchange` the one with the larger model about this step.
    """

    index: int
    proposal: Proposal
    verdict: Verdict
    decision: Decision
    results: tuple[ToolResult, ...] = ()
    hosted: RemoteExchange | None = None
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
