"""How calls and their results become turns of the conversation, and where the loop goes when calls have run.

Knows nothing of LangGraph or of how calls are run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from agentkit.decide import describe
from agentkit.graph.outcome import ended
from agentkit.graph.session import Session
from agentkit.graph.state import Question, State
from agentkit.types import Message, Run, Step, ToolCall, ToolResult
from agentkit.types.base import unchecked

_message = unchecked(Message)


def step_under_way(state: State, session: Session) -> Step:
    """The step that the state points at; it is in the journal, since a step is told before the state moves on."""
    step = session.journal.step(state.get("step", 0))
    assert step is not None, "the trace lacks a step that the checkpoint names"
    return step


def call_turns(calls: Sequence[ToolCall], texts: Mapping[str, str], refused: Collection[str] = ()) -> list[Message]:
    """The assistant's turn and one tool turn per call; `refused` are the ids of calls that gave no result."""
    heard = [
        _message(role="tool", content=texts[call.id], call_id=call.id, name=call.name, refused=call.id in refused)
        for call in calls
    ]
    return [_message(role="assistant", calls=tuple(calls)), *heard]


def conversation(run: Run) -> tuple[Message, ...]:
    """The turns of a run, for the history of the next: the task, the calls that ran, their results, the answer."""
    turns = [Message(role="user", content=run.task)]
    for step in run.steps:
        known = {result.call_id: result for result in step.results}
        if step.proposal.calls and all(call.id in known for call in step.proposal.calls):
            turns += call_turns(step.proposal.calls, *_texts(known))
    if run.answer:
        turns.append(Message(role="assistant", content=run.answer))
    return tuple(turns)


def after_calls(state: State, session: Session, step: Step, results: Iterable[ToolResult]) -> State:
    """Results to turns; then ask about an unknown outcome, go on, or end."""
    known = {result.call_id: result for result in results}
    unclear = [call for call in step.proposal.calls if call.id in known and known[call.id].status == "ambiguous"]
    if unclear:
        return _unclear(session, unclear[0], known[unclear[0].id].error)
    changes: State = {
        "messages": call_turns(step.proposal.calls, *_texts(known)),
        "results": known,
        "step": step.index + 1,
        "calls": [],
        "question": None,
    }
    if session.parts.options.loop == "until_done":
        return {**changes, "repairs": 0, "tried": [], "route": "propose"}
    return {**changes, **_single_turn(state, session, known)}


def _single_turn(state: State, session: Session, known: Mapping[str, ToolResult]) -> State:
    """One proposal whose calls succeeded is the whole run; what the model can mend goes back to it."""
    bad = [result for result in known.values() if not result.ok]
    if not bad:
        return ended("success", "the calls ran")
    repairs = state.get("repairs", 0)
    if any(result.status == "retry" for result in bad) and repairs < session.parts.policy.max_repairs:
        return {"repairs": repairs + 1, "route": "propose"}
    status = "partial" if len(bad) < len(known) else "failed"
    return ended(status, "; ".join(f"`{result.name}`: {result.error or result.status}" for result in bad))


def _unclear(session: Session, call: ToolCall, why: str) -> State:
    """One call at a time, since one may have happened and another not."""
    shown = describe(call)
    question = f"It is not known whether this happened: {shown} ({why}). Did it happen?"
    if not session.parts.policy.can_ask:
        return ended("partial", f"{question} Nobody may be asked, and it is not repeated.")
    return {"question": Question(kind="ambiguous", question=question, call=call.id), "route": "ask"}


def _texts(known: Mapping[str, ToolResult]) -> tuple[dict[str, str], set[str]]:
    """What the calls say, and the ids of those that gave no result."""
    return {key: _text(result) for key, result in known.items()}, {key for key in known if not known[key].ok}


def _text(result: ToolResult) -> str:
    if result.ok:
        return result.text
    return f"{result.status}: {result.error or result.text}"
