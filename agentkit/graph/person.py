"""A person's answer: to a question of the model, to a request for approval, or about a call whose outcome is unknown.

Knows nothing of how the answer came (a terminal, another process, days later). After a pause the world may have moved
on, so an approved step passes the checks again before it runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from agentkit import events
from agentkit.act import denied
from agentkit.decide import decide
from agentkit.errors import WiringError
from agentkit.graph.asking import build_request
from agentkit.graph.judging import Attempt, loop_state, route, verify
from agentkit.graph.outcome import ended
from agentkit.graph.session import Answer, Session
from agentkit.graph.state import Question, State, load_calls
from agentkit.graph.turns import after_calls, call_turns, step_under_way
from agentkit.types import CheckStatus, Control, Message, ToolResult
from agentkit.verify.canonical import calls_key

_YES = frozenset({"y", "yes", "ok", "okay", "true", "1", "do it", "approve", "approved"})
_NO = frozenset({"n", "no", "false", "0", "stop", "deny", "denied", "cancel"})


def ask(state: State, session: Session, pause: Callable[[str], Answer]) -> State:
    """Ask whoever is there; else `pause` with the question, which comes back with an answer or not at all."""
    question = asked(state, session)
    if not session.answering:
        session.emit(question)
    answer = None if session.answering else heard(question, session)
    session.answering = False
    return answered(state, session, pause(question.question) if answer is None else answer)


def heard(question: events.Asked, session: Session) -> Answer | None:
    """What the person who is there says; None when nobody is there or nothing is said."""
    if session.ask is None:
        return None
    answer = session.ask(question)
    return None if answer is None else check_answer(answer, "what `ask` returned")


def check_answer(answer: object, what: str) -> Answer:
    """The answer, if it is one; raises `WiringError` for any other value."""
    if isinstance(answer, bool | str):
        return answer
    hint = "answer with True, False or a text; None says nothing yet"
    raise WiringError(f"{what} is no answer but {answer!r} ({type(answer).__name__})", hint=hint)


def check_tools(state: State, session: Session) -> None:
    """Raises `UnknownToolError` when the run cannot go on with this agent's tools."""
    question, route = state.get("question"), state.get("route")
    if state.get("end") is not None or (question is not None and question["kind"] == "question"):
        return
    names = [] if route == "retrieve" else list(state.get("tools", ()))
    if question is not None or route == "execute":
        names += [call.name for call in load_calls(state)]
    for name in names:
        session.parts.registry.get(name)


def asked(state: State, session: Session) -> events.Asked:
    """What the person is asked."""
    question = state.get("question")
    assert question is not None
    kind = question["kind"]
    calls = [call for call in load_calls(state) if kind == "approval" or call.id == question["call"]]
    return events.Asked(
        run_id=session.run_id,
        step=state.get("step", 0),
        question=question["question"],
        approval=kind != "question",
        calls=tuple(calls),
    )


def answered(state: State, session: Session, answer: Answer) -> State:
    """What an answer changes."""
    question = state.get("question")
    assert question is not None
    if session.parts.store is not None:
        session.parts.store.answered(session.run_id, str(answer), time.time())
    yes = _yes_or_no(answer)
    if question["kind"] == "question":
        return _told(state, session, answer)
    if question["kind"] == "ambiguous":
        return _settled(state, session, question, yes)
    if yes:
        return _approved(state, session)
    return _declined(state, session, None if yes is False else str(answer))


def _yes_or_no(answer: Answer) -> bool | None:
    """True, False, or None when the answer is neither."""
    if isinstance(answer, bool):
        return answer
    word = answer.strip().strip(".!").lower()
    return True if word in _YES else False if word in _NO else None


def _told(state: State, session: Session, answer: Answer) -> State:
    """The answer is the user's next turn; what the model asked stands before it.

    What the policy asked does not: it quotes a call that failed its checks, and would ground the call when it comes
    again. A no to such a question leaves nothing to go on with.
    """
    step = step_under_way(state, session)
    question = state.get("question")
    own = step.proposal.control is Control.ASK and step.verdict.status is not CheckStatus.FAIL
    if not own and _yes_or_no(answer) is False:
        return {"question": None, "calls": [], **ended("partial", "a person declined to go on")}
    said = [Message(role="assistant", content=question["question"])] if own and question else []
    words = answer if isinstance(answer, str) else "yes" if answer else "no"
    return {
        "messages": [*said, Message(role="user", content=words)],
        "step": step.index + 1,
        "question": None,
        "calls": [],
        "repairs": 0,
        "tried": [],
        "declined": [],
        "route": "retrieve",
    }


def _approved(state: State, session: Session) -> State:
    step = step_under_way(state, session)
    context = session.context()
    attempt = Attempt(context, build_request(state, session, context), step.proposal, step.index, time.perf_counter())
    verdict = verify(session, attempt, str(state.get("task")))
    known = loop_state(state, session, step.proposal, step.index, approved=True)
    decision = decide(step.proposal, verdict, session.parts.policy, known)
    session.decided_again(step.index, verdict, decision)
    return route(state, session, step.proposal, decision, step.index)


def _declined(state: State, session: Session, instead: str | None) -> State:
    """The calls are not run; words other than yes and no are the user's next turn."""
    step = step_under_way(state, session)
    reason = "the user declined"
    session.executed(step.index, *((call, denied(call, reason)) for call in step.proposal.calls))
    told = {call.id: f"denied: {reason}" for call in step.proposal.calls}
    turns = call_turns(step.proposal.calls, told, told)
    said = [] if instead is None else [Message(role="user", content=instead)]
    changes: State = {"messages": [*turns, *said], "step": step.index + 1, "question": None, "calls": []}
    if said:
        return {**changes, "repairs": 0, "tried": [], "declined": [], "route": "retrieve"}
    if session.parts.options.loop == "single_turn":
        return {**changes, **ended("partial", "a person declined the calls")}
    declined = [*state.get("declined", ()), calls_key(step.proposal.calls)]
    return {**changes, "repairs": 0, "tried": [], "declined": declined, "route": "propose"}


def _settled(state: State, session: Session, question: Question, happened: bool | None) -> State:
    """Yes: the call counts as done, its result unknown. No: it runs again. Anything else: ask again."""
    if happened is None:
        return {"question": question, "route": "ask"}
    store, call_id = session.parts.store, question["call"]
    if not happened:
        if store is not None:
            store.ledger().retract(session.run_id, call_id)
        return {"question": None, "route": "execute"}
    call = next(call for call in load_calls(state) if call.id == call_id)
    result = ToolResult(call_id=call.id, name=call.name, status="ok", text="It was done; its result is not known.")
    if store is not None:
        store.ledger().settle(session.run_id, result)
    session.executed(state.get("step", 0), (call, result))
    step = step_under_way(state, session)
    return after_calls(state, session, step, step.results)
