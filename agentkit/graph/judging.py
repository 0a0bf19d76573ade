"""Verify and decide, for the local model and for the larger one alike, and what each decision changes in the state.

Knows nothing of how a proposal came about.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from agentkit.decide import SEVERITY, LoopState, decide, done
from agentkit.graph.outcome import stopped
from agentkit.graph.session import Session
from agentkit.graph.state import Question, Route, State
from agentkit.registry import Context
from agentkit.types import Action, Decision, Effect, Proposal, ProposeRequest, RemoteExchange, Verdict
from agentkit.types.base import unchecked
from agentkit.verify import Scene

_NEXT: dict[Action, Route] = {
    Action.EXECUTE: "execute",
    Action.REPAIR: "repair",
    Action.ESCALATE: "escalate",
    Action.ASK: "ask",
    Action.STOP: "stop",
}
_loop_state = unchecked(LoopState)


@dataclass(frozen=True)
class Attempt:
    """A new proposal as step `index`, for `request`; `began` is when work on the step began (performance counter).

    `context` is the moment the request was made at: the checks read dates as the model was told them. `hosted` is the
    exchange that the proposal came from, where the first model is not on this machine.
    """

    context: Context[Any]
    request: ProposeRequest
    proposal: Proposal
    index: int
    began: float
    hosted: RemoteExchange | None = None


def judge(state: State, session: Session, attempt: Attempt) -> State:
    """Check a new proposal, decide, and route."""
    verdict = verify(session, attempt, str(state.get("task")))
    known = loop_state(state, session, attempt.proposal, attempt.index)
    decision = decide(attempt.proposal, verdict, session.parts.policy, known)
    return conclude(session, attempt, verdict, decision, state)


def verify(session: Session, attempt: Attempt, task: str) -> Verdict:
    """What the cascade says of a proposal; its calls, if they run, are held to the choices they are checked against."""
    session.moment = attempt.context
    return session.parts.cascade.run(
        Scene(
            request=attempt.request,
            proposal=attempt.proposal,
            registry=session.parts.registry,
            context=attempt.context,
            history=session.journal.before(attempt.index),
            task=task,
        )
    )


def conclude(session: Session, attempt: Attempt, verdict: Verdict, decision: Decision, state: State) -> State:
    """Tell what was proposed, found and decided in one go, and turn the decision into changes of the state."""
    ms = (time.perf_counter() - attempt.began) * 1000.0
    session.decided(attempt.index, attempt.request, attempt.proposal, verdict, decision, ms=ms, hosted=attempt.hosted)
    return route(state, session, attempt.proposal, decision, attempt.index)


def route(state: State, session: Session, proposal: Proposal, decision: Decision, index: int) -> State:
    """The changes of state that a decision brings."""
    changes: State = {
        "step": index,
        "calls": proposal.calls,
        "route": _NEXT[decision.action],
        "question": None,
    }
    if decision.action is Action.STOP:
        return {**changes, **stopped(proposal, decision, session.results(state).values())}
    if decision.action is Action.ASK:
        asked = decision.question or "What should I do?"
        changes["question"] = Question(kind="approval" if decision.approval else "question", question=asked, call="")
    return changes


def loop_state(
    state: State,
    session: Session,
    proposal: Proposal,
    index: int,
    *,
    approved: bool = False,
    missing: str = "",
    unanswered: str = "",
) -> LoopState:
    """What the policy needs to know of the run; `missing` says why the larger model, which was asked, did not help,
    `unanswered` the same of the first one.
    """
    registry, escalator = session.parts.registry, session.parts.escalator
    effects: dict[str, Effect] = {}
    for call in proposal.calls:
        if call.name in registry:
            effect = registry.get(call.name).effect_of(call.arguments, session.moment)
            effects[call.name] = max(effects.get(call.name, effect), effect, key=SEVERITY.index)
    tried = tuple(state.get("tried", ()))
    return _loop_state(
        effects=effects,
        repairs_used=state.get("repairs", 0),
        escalations_used=state.get("escalations", 0),
        steps_used=index,
        remote_available=not missing and escalator is not None and escalator.available,
        remote_missing=missing,
        attended=session.ask is not None,
        approved=approved,
        tried=tried,
        done=done(session.journal.before(index)) if tried else (),
        declined=tuple(state.get("declined", ())),
        unanswered=unanswered,
    )
