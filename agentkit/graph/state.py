"""What the graph carries from node to node: values, which a checkpoint holds as JSON and gives back as JSON.

Knows nothing of nodes. What is large or only of interest later (decision points, checks, prompts) is in the trace.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict, TypeVar

from agentkit.types import JsonObject, Message, Status, ToolCall, ToolResult, Value

V = TypeVar("V", bound=Value)

Route = Literal["retrieve", "propose", "execute", "repair", "ask", "escalate", "stop"]
Waiting = Literal["approval", "question", "ambiguous"]


class Pause(Exception):  # noqa: N818 - not an error: the run waits
    """The run waits for a person and there is no checkpoint to wait in."""

    def __init__(self, question: str) -> None:
        super().__init__(question)
        self.question = question


class Answered(TypedDict):
    """A person's answer, as it is handed to a paused run."""

    answer: bool | str


class End(TypedDict):
    """The mark of a run that ended; a graph with nothing left to do may also be one that was killed in mid-write."""

    status: Status
    reason: str
    answer: str
    output: Any


class Question(TypedDict):
    """What a person is asked; `call` is the id of the call whose outcome is unknown, else empty."""

    kind: Waiting
    question: str
    call: str


class State(TypedDict, total=False):
    """One run. `step` is the index of the step under way; `calls` are its calls; `route` says which node is next."""

    run_id: str
    task: str
    messages: Sequence[Message | JsonObject]
    results: Mapping[str, ToolResult | JsonObject]
    tools: list[str]
    step: int
    calls: Sequence[ToolCall | JsonObject]
    question: Question | None
    feedback: str
    route: Route
    repairs: int
    tried: list[str]
    declined: list[str]
    escalations: int
    end: End | None


def start(run_id: str, task: str, history: Sequence[Message] = ()) -> State:
    """The state in which a run begins; `history` holds the turns of an earlier conversation."""
    asked = Message(role="user", content=task)
    return {
        "run_id": run_id,
        "task": task,
        "messages": [*history, asked],
        "results": {},
        "tools": [],
        "step": 0,
        "calls": [],
        "question": None,
        "feedback": "",
        "route": "retrieve",
        "repairs": 0,
        "tried": [],
        "declined": [],
        "escalations": 0,
        "end": None,
    }


def stored(state: State) -> State:
    """The state as a checkpoint holds it: JSON alone."""
    kept = state.copy()
    if "messages" in state:
        kept["messages"] = [_dumped(turn) for turn in state["messages"]]
    if "results" in state:
        kept["results"] = {key: _dumped(result) for key, result in state["results"].items()}
    if "calls" in state:
        kept["calls"] = [_dumped(call) for call in state["calls"]]
    return kept


def loaded(kind: type[V], held: V | JsonObject) -> V:
    """A value of the state, whether it was made in this process or comes from a checkpoint."""
    return held if isinstance(held, kind) else kind.model_validate(held)


def _dumped(held: Value | JsonObject) -> JsonObject:
    return held.model_dump(mode="json") if isinstance(held, Value) else held


def advance(old: State, new: State) -> State:
    """The state after a node: turns are added at the end, results join those there are, the rest is replaced."""
    state: State = {**old, **new}
    if "messages" in old and "messages" in new:
        state["messages"] = [*old["messages"], *new["messages"]]
    if "results" in old and "results" in new:
        state["results"] = {**old["results"], **new["results"]}
    return state


def load_calls(state: State) -> tuple[ToolCall, ...]:
    """The calls of the step under way."""
    return tuple(loaded(ToolCall, call) for call in state.get("calls", ()))
