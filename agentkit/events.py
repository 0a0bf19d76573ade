"""What a run tells its listeners as it goes: the live view, `Agent.stream`, and the trace all consume these.

Knows nothing of who listens. One event per arrow of the step's path; `step` counts from 0 within a run.
"""

from __future__ import annotations

from typing import Literal

from agentkit.types import (
    Decision,
    Message,
    Proposal,
    ProposeRequest,
    RemoteExchange,
    Run,
    ToolCall,
    ToolResult,
    ToolSpec,
    Value,
    Verdict,
)


class Event(Value):
    """Base of all events."""

    run_id: str
    step: int = 0


class RunStarted(Event):
    """A run began, or went on after a pause or a crash (`resumed`)."""

    kind: Literal["run_started"] = "run_started"
    task: str
    agent: str = ""
    resumed: bool = False
    history: tuple[Message, ...] = ()


class Retrieved(Event):
    """The tools chosen for this step, in the order the model sees them."""

    kind: Literal["retrieved"] = "retrieved"
    tools: tuple[ToolSpec, ...]
    of: int
    ms: float = 0.0


class Proposed(Event):
    """A model proposed calls."""

    kind: Literal["proposed"] = "proposed"
    request: ProposeRequest
    proposal: Proposal


class Verified(Event):
    """The cascade spoke."""

    kind: Literal["verified"] = "verified"
    verdict: Verdict


class Decided(Event):
    """The policy decided."""

    kind: Literal["decided"] = "decided"
    decision: Decision


class Executing(Event):
    """A call is about to run."""

    kind: Literal["executing"] = "executing"
    call: ToolCall


class Executed(Event):
    """A call ended."""

    kind: Literal["executed"] = "executed"
    call: ToolCall
    result: ToolResult


class Exchanged(Event):
    """The first model was asked, and it is not on this machine; what was sent holds placeholders as in `Escalated`.

    `attempt` counts from 0 how often this step asked: a run that was cut off may ask again when it is resumed.
    """

    kind: Literal["exchanged"] = "exchanged"
    attempt: int = 0
    exchange: RemoteExchange


class Escalated(Event):
    """The remote model was asked; what was sent holds placeholders, never private values; see `Exchanged`."""

    kind: Literal["escalated"] = "escalated"
    attempt: int = 0
    exchange: RemoteExchange


class Asked(Event):
    """The run waits for a person."""

    kind: Literal["asked"] = "asked"
    question: str
    approval: bool = False
    calls: tuple[ToolCall, ...] = ()


class StepEnded(Event):
    """A step ended; `ms` is its wall-clock time without the time a person was waited for."""

    kind: Literal["step_ended"] = "step_ended"
    ms: float


class RunFinished(Event):
    """The run ended, or paused on a question."""

    kind: Literal["run_finished"] = "run_finished"
    run: Run


AnyEvent = (
    RunStarted
    | Retrieved
    | Proposed
    | Verified
    | Decided
    | Executing
    | Executed
    | Exchanged
    | Escalated
    | Asked
    | StepEnded
    | RunFinished
)
