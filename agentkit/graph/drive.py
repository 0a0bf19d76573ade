"""A run from its start, or from where it was left, to its end: the lease, the pauses, and how it breaks off.

Knows nothing of what the nodes do or how an agent was put together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from typing import Protocol

from agentkit.act.worker import check_not_loading
from agentkit.errors import AgentkitError, Cancelled, LeaseError, RunError, WiringError
from agentkit.events import RunFinished, RunStarted
from agentkit.graph import nodes, person
from agentkit.graph.exchanges import Exchanges
from agentkit.graph.journal import Journal, cost_usd
from agentkit.graph.session import Answer, Session
from agentkit.graph.state import Answered, Pause, State, start
from agentkit.offline import offline
from agentkit.trace import Store
from agentkit.types import Message, Run, Status

Work = Callable[[], State]
_ENDED = frozenset({"success", "answered", "partial", "abstained"})
"""How a run stands that came to its end; a failed one may also be one that an error broke off."""


class Loop(Protocol):
    """What drives the nodes: `plain.PlainLoop`, or `wiring.DurableLoop`, which keeps checkpoints."""

    def run(self, given: State | None, session: Session, *, answer: Answered | None = None) -> State:
        """Drive a run to its end or to a question; returns the last state."""
        ...

    def state(self, session: Session) -> tuple[State, bool] | None:
        """The state that was kept, and whether it waits for a person."""
        ...


def begin(loop: Loop, session: Session, task: str, history: Sequence[Message]) -> Run:
    """A new run."""

    def ready() -> Work:
        store = session.parts.store
        if store is not None and store.exists(session.run_id):
            raise WiringError(f"there is a run {session.run_id} already", hint="resume it, or choose another id")
        return lambda: _begin(loop, session, task, history)

    return _held(loop, session, task, ready)


def go_on(loop: Loop, session: Session, store: Store, answer: Answer | None) -> Run:
    """A run that was left by any process; one that ended, or still waits for an answer, is given back as it is."""
    task = store.run(session.run_id).task
    return _held(loop, session, task, lambda: _ready(loop, session, store, answer))


def _held(loop: Loop, session: Session, task: str, ready: Callable[[], Run | Work]) -> Run:
    """Do the work while holding the run; however it ends, the trace says how.

    What `ready` refuses, or gives back as it is, leaves no trace: the run was not touched.
    """
    check_not_loading()
    store = session.parts.store
    with ExitStack() as stack:
        if session.parts.offline:
            stack.enter_context(offline())
        if store is not None:
            session.lease = stack.enter_context(store.lease(session.run_id))
        work = ready()
        if isinstance(work, Run):
            return work
        try:
            last = work()
        except (KeyboardInterrupt, Cancelled):
            session.cancel.set()
            hint = f"go on with resume({session.run_id!r})" if store is not None else ""
            _break_off(session, task, "cancelled", "the run was cancelled")
            raise Cancelled(f"run {session.run_id} was cancelled", hint=hint) from None
        except LeaseError:  # the run is another process's now, and so is what is written of it
            raise
        except Pause as pause:
            return _wait(session, task, pause.question)
        except Exception as error:
            reason = error.message if isinstance(error, AgentkitError) else f"{type(error).__name__}: {error}"
            open_question = _open_question(loop, session)
            if open_question is None:
                _break_off(session, task, "failed", reason)
            else:
                with suppress(AgentkitError):
                    _wait(session, task, open_question)
            raise
        question = last.get("question")
        if last.get("end") is None and question is not None:
            return _wait(session, task, question["question"])
        if session.result is None:
            raise RunError(
                f"run {session.run_id} came to no end", hint="its checkpoint was changed; start the task anew"
            )
        return session.result


def _begin(loop: Loop, session: Session, task: str, history: Sequence[Message]) -> State:
    session.emit(RunStarted(run_id=session.run_id, task=task, agent=session.parts.name, history=tuple(history)))
    return loop.run(start(session.run_id, task, history), session)


def _ready(loop: Loop, session: Session, store: Store, answer: Answer | None) -> Run | Work:
    """What there is to do for a run that was left; raises `WiringError`s before anything of it changes."""
    if answer is not None:
        person.check_answer(answer, "the answer")
    stored = store.run(session.run_id)
    if store.status(session.run_id) in _ENDED:
        return stored
    session.journal, session.exchanges = Journal(stored.steps), Exchanges(store.exchanges(session.run_id))
    session.earlier_ms = max(stored.ms, sum(step.ms for step in stored.steps))
    found = loop.state(session)
    if found is None:
        return _restart(loop, session, store, answer)
    state, waits = found
    if state.get("end") is not None and stored.status == "failed":
        return stored
    if answer is not None and not waits and not _asking(state):
        raise WiringError(f"run {stored.id} does not wait for an answer", hint="resume it without one")
    person.check_tools(state, session)
    if waits and answer is None:
        try:
            answer = person.heard(person.asked(state, session), session)
        except KeyboardInterrupt:
            raise Cancelled(f"run {stored.id} still waits for an answer", hint="resume it with one") from None
        if answer is None:
            return stored if stored.status == "asked" else lambda: state
    return lambda: _go_on(loop, session, stored.task, answer)


def _go_on(loop: Loop, session: Session, task: str, answer: Answer | None) -> State:
    session.answering = answer is not None
    session.emit(RunStarted(run_id=session.run_id, task=task, agent=session.parts.name, resumed=True))
    last = loop.run(None, session, answer=None if answer is None else {"answer": answer})
    if last.get("end") is not None and session.result is None:  # cut off after the last checkpoint
        nodes.stop(last, session)
    return last


def _asking(state: State) -> bool:
    return state.get("route") == "ask" and state.get("end") is None and state.get("question") is not None


def _open_question(loop: Loop, session: Session) -> str | None:
    """The question that an error left open: the node that asks did not come to its end."""
    with suppress(AgentkitError):
        found = loop.state(session)
        question = found[0].get("question") if found is not None and _asking(found[0]) else None
        return None if question is None else question["question"]
    return None


def _restart(loop: Loop, session: Session, store: Store, answer: Answer | None) -> Work:
    """A run cut off before its first checkpoint has done nothing; one without checkpoints cannot be gone on with."""
    stored, history = store.run(session.run_id), store.history(session.run_id)
    if stored.steps:
        raise WiringError(f"run {stored.id} kept no checkpoints", hint="set `graph.durable: true` to resume runs")
    if answer is not None:
        raise WiringError(f"run {stored.id} does not wait for an answer", hint="resume it without one")
    session.journal = Journal()
    return lambda: _begin(loop, session, stored.task, history)


def _wait(session: Session, task: str, question: str) -> Run:
    return _break_off(session, task, "asked", "a person is asked", question)


def _break_off(session: Session, task: str, status: Status, reason: str, question: str | None = None) -> Run:
    """Write down a run that stops short of its end; a trace that cannot be written does not hide the reason."""
    steps = session.journal.steps
    run = Run(
        id=session.run_id,
        task=task,
        status=status,
        reason=reason,
        question=question,
        steps=steps,
        ms=session.ms,
        cost_usd=cost_usd(steps),
    )
    told = RunFinished(run_id=run.id, step=len(steps), run=run)
    with suppress(AgentkitError) if status != "asked" else ExitStack():
        session.emit(told)
    return run
