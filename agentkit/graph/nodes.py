"""What each node of the loop does: a function from the state and the session to changes of the state.

Knows nothing of LangGraph. A node that was interrupted runs again from its start, so all a node tells (events) may be
told twice, and side effects happen only behind the ledger of `execute`. The model and the tools sit in different nodes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from agentkit import events
from agentkit.decide import decide
from agentkit.escalate import EscalationResult, Escalator, private_of
from agentkit.graph.asking import build_request, renumber
from agentkit.graph.judging import Attempt, conclude, judge, loop_state
from agentkit.graph.outcome import ended, finished
from agentkit.graph.ready import ready_made
from agentkit.graph.session import Session
from agentkit.graph.state import Route, State
from agentkit.graph.turns import after_calls, call_turns, step_under_way
from agentkit.models.base import Ranks
from agentkit.retrieve import retrieve as choose
from agentkit.types import CheckStatus, Proposal, ProposeRequest, RemoteExchange, Step, Usage, Verdict
from agentkit.verify.canonical import calls_key


def retrieve(state: State, session: Session) -> State:
    """Choose the tools worth showing, from all the user has said."""
    began = time.perf_counter()
    said = " ".join(turn.content for turn in session.turns(state) if turn.role == "user")
    tools = session.parts.registry.specs
    model, top_k = session.parts.model, session.parts.options.top_k or max(1, len(tools))
    ranking = model.ranking if len(tools) > top_k and isinstance(model, Ranks) else None
    chosen = choose(said, tools, top_k=top_k, ranking=ranking)
    ms = (time.perf_counter() - began) * 1000.0
    step = state.get("step", 0)
    session.emit(events.Retrieved(run_id=session.run_id, step=step, tools=chosen, of=len(tools), ms=ms))
    return {"tools": [tool.name for tool in chosen], "route": "propose"}


def propose(state: State, session: Session) -> State:
    """Take what is ready without a model, or ask the first model; check what is proposed, decide."""
    began = time.perf_counter()
    session.cancel.check()
    index = state.get("step", 0)
    limit = session.parts.policy.max_steps
    if index >= limit:
        return ended("partial", f"the limit of {limit} steps is reached")
    context = session.context()
    request = build_request(state, session, context)
    found = ready_made(context, request)
    hosted = session.parts.hosted if found is None else None
    if hosted is not None:
        return _propose_elsewhere(state, session, hosted, Attempt(context, request, _nothing(session), index, began))
    proposal = renumber(found or session.parts.model.propose(request, cancel=session.cancel), session.next_call_id)
    return judge(state, session, Attempt(context, request, proposal, index, began))


def _propose_elsewhere(state: State, session: Session, hosted: Escalator, attempt: Attempt) -> State:
    """Ask the first model through its escalator, since it is not on this machine; `attempt` has no proposal yet."""
    asked = _ask(session, hosted, attempt.request, partial(session.exchanged, attempt.index))
    if asked.proposal is not None:
        proposal = renumber(asked.proposal, session.next_call_id)
        return judge(state, session, replace(attempt, proposal=proposal, hosted=asked.exchange))
    verdict, why = Verdict(status=CheckStatus.UNSURE), _unanswered(asked.exchange)
    known = loop_state(state, session, attempt.proposal, attempt.index, unanswered=why)
    decision = decide(attempt.proposal, verdict, session.parts.policy, known)
    return conclude(session, replace(attempt, hosted=asked.exchange), verdict, decision, state)


def _nothing(session: Session) -> Proposal:
    """No proposal at all, of a first model that is not on this machine."""
    return Proposal(
        calls=(), confidence_known=False, model=session.parts.model.name, tier="hosted", usage=Usage(attempts=0)
    )


def _unanswered(exchange: RemoteExchange | None) -> str:
    """Why the first model gave no proposal in this exchange; empty where it did, or is on this machine."""
    if exchange is None or exchange.status == "ok":
        return ""
    return f"the first model ({exchange.model}) gave no answer: {exchange.error or exchange.status}"


def _ask(
    session: Session,
    escalator: Escalator,
    request: ProposeRequest,
    told: Callable[[RemoteExchange], None],
    doubted: Step | None = None,
) -> EscalationResult:
    """Ask about this step; `doubted` is what was proposed for it before. One budget holds for all that a run asks."""
    return escalator.ask(
        request,
        None if doubted is None else doubted.proposal,
        None if doubted is None else doubted.verdict,
        private=private_of(session.deps),
        tools=[tool.spec for tool in session.parts.registry],
        spent=session.exchanges.spent,
        cancel=session.cancel,
        told=told,
    )


def repair(state: State, session: Session) -> State:
    """Send the evidence back to the model as the result of its calls."""
    step = step_under_way(state, session)
    feedback = step.decision.feedback or step.decision.reason
    told = {call.id: feedback for call in step.proposal.calls}
    return {
        "messages": call_turns(step.proposal.calls, told, told),
        "repairs": state.get("repairs", 0) + 1,
        "tried": [*state.get("tried", ()), calls_key(step.proposal.calls)],
        "step": step.index + 1,
        "route": "propose",
    }


def escalate(state: State, session: Session) -> State:
    """Ask the larger model; its answer passes the same checks. Without an answer the first one's is decided again."""
    began = time.perf_counter()
    session.cancel.check()
    step = step_under_way(state, session)
    escalator = session.parts.escalator
    assert escalator is not None
    context = session.context()
    request = build_request(state, session, context)
    asked = _ask(session, escalator, request, partial(session.escalated, step.index), step)
    used: State = {"escalations": state.get("escalations", 0) + 1}
    now: State = {**state, **used}
    index = step.index + 1
    if asked.proposal is None:
        again = Attempt(context, request, step.proposal, index, began)
        missing = asked.exchange.error or f"the larger model is {asked.exchange.status}"
        return {**used, **_without_remote(now, session, again, step, missing)}
    proposal = renumber(asked.proposal, session.next_call_id)
    return {**used, **judge(now, session, Attempt(context, request, proposal, index, began))}


def _without_remote(state: State, session: Session, attempt: Attempt, before: Step, missing: str) -> State:
    """Decide on the local proposal once more, as a step of its own, with no larger model to turn to."""
    unanswered = _unanswered(before.hosted)
    known = loop_state(state, session, attempt.proposal, attempt.index, missing=missing, unanswered=unanswered)
    decision = decide(attempt.proposal, before.verdict, session.parts.policy, known)
    if missing not in decision.reason:
        decision = decision.model_copy(update={"reason": f"{decision.reason} ({missing})"})
    return conclude(session, attempt, before.verdict, decision, state)


def execute(state: State, session: Session) -> State:
    """Run the calls of the step behind the ledger; their results are the next turns."""
    began = time.perf_counter()
    session.cancel.check()
    index, calls = state.get("step", 0), step_under_way(state, session).proposal.calls
    results = session.executor.run(calls, session.acting(), session.results(state), session.teller(index))
    if session.cancel.is_set:
        session.forget_reads(results)
        session.cancel.check()
    step = step_under_way(state, session)
    session.lasted(index, step.ms + (time.perf_counter() - began) * 1000.0)
    return after_calls(state, session, step, results)


def stop(state: State, session: Session) -> State:
    """Write down how the run ended."""
    end = state.get("end")
    assert end is not None
    run = finished(session, str(state.get("task")), end)
    session.emit(events.RunFinished(run_id=session.run_id, step=state.get("step", 0), run=run))
    return {}


FIRST: Route = "retrieve"
NODES: dict[Route, Callable[[State, Session], State]] = {
    "retrieve": retrieve,
    "propose": propose,
    "execute": execute,
    "repair": repair,
    "escalate": escalate,
    "stop": stop,
}
"""The nodes that need nobody; `ask` is wired by each loop, since each pauses in its own way."""

TARGETS: dict[str, tuple[Route, ...]] = {
    "retrieve": ("propose",),
    "propose": ("execute", "repair", "ask", "escalate", "stop"),
    "execute": ("propose", "ask", "stop"),
    "repair": ("propose",),
    "escalate": ("execute", "repair", "ask", "stop"),
    "ask": ("retrieve", "propose", "execute", "repair", "ask", "escalate", "stop"),
}
"""Where each node may lead."""
