"""What a run needs besides its state: the parts of the agent, the listeners, the flag that stops it.

Knows nothing of the graph. `Parts` are shared by all runs of an agent; a `Session` is one run in one process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from agentkit.act import Executor
from agentkit.cancel import Cancel
from agentkit.decide import Policy
from agentkit.escalate import Escalator
from agentkit.events import (
    AnyEvent,
    Asked,
    Decided,
    Escalated,
    Exchanged,
    Executed,
    Executing,
    Proposed,
    RunFinished,
    RunStarted,
    StepEnded,
    Verified,
)
from agentkit.graph.exchanges import Exchanges
from agentkit.graph.journal import Journal
from agentkit.graph.state import State, loaded
from agentkit.models.base import Model
from agentkit.propose.references import highest_call_id
from agentkit.registry import Context, Registry
from agentkit.registry.context import local_now
from agentkit.trace import Lease, Store
from agentkit.types import (
    Control,
    Decision,
    Effect,
    JsonSchema,
    Message,
    Proposal,
    ProposeRequest,
    RemoteExchange,
    Run,
    Sampling,
    ToolCall,
    ToolResult,
    Verdict,
)
from agentkit.types.base import unchecked
from agentkit.verify import Cascade

_proposed, _verified, _decided = unchecked(Proposed), unchecked(Verified), unchecked(Decided)
_executing, _executed, _step_ended = unchecked(Executing), unchecked(Executed), unchecked(StepEnded)

Answer = bool | str
Facts = Callable[[Context[Any]], Sequence[str]]
LoopKind = Literal["until_done", "single_turn"]
Listener = Callable[[AnyEvent], None]


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the loop goes round; `controls` None stands for those that apply."""

    loop: LoopKind = "until_done"
    controls: tuple[Control, ...] | None = None
    max_calls: int = 4
    top_k: int | None = None
    sampling: Sampling = field(default_factory=Sampling)
    clock: bool = True


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What all runs of an agent share; `suppliers` are the tools whose result is the typed output,
    `offline` refuses every socket while a run is under way. `hosted` asks the model where it is not on this machine.
    """

    name: str
    registry: Registry
    model: Model
    cascade: Cascade
    policy: Policy
    executor: Callable[[Lease | None], Executor]
    hosted: Escalator | None = None
    escalator: Escalator | None = None
    store: Store | None = None
    system: str = ""
    output: JsonSchema | None = None
    suppliers: frozenset[str] = frozenset()
    facts: Facts | None = None
    offline: bool = False
    options: Options = field(default_factory=Options)


@dataclass(kw_only=True)
class Session:
    """One run in this process.

    `ask` puts a question to a person who is there now; None means nobody is. `answering` says that the run goes on with
    an answer to a question that was already put. `reached` is the state before the node under way, where no checkpoint
    holds it. `moment` is where the newest proposal was checked, until its calls run in it. `returns` holds the return
    schemas of the calls so far, as far as they succeeded and one is declared.
    """

    parts: Parts
    run_id: str
    deps: Any = None
    listeners: tuple[Listener, ...] = ()
    ask: Callable[[Asked], Answer | None] | None = None
    cancel: Cancel = field(default_factory=Cancel)
    journal: Journal = field(default_factory=Journal)
    exchanges: Exchanges = field(default_factory=Exchanges)
    lease: Lease | None = None
    now: Callable[[], datetime] = local_now
    earlier_ms: float = 0.0
    answering: bool = False
    task: str = ""
    result: Run | None = None
    reached: State | None = None
    moment: Context[Any] | None = None
    returns: dict[str, JsonSchema | None] = field(default_factory=dict[str, JsonSchema | None])
    began: float = field(default_factory=time.perf_counter)
    _turns: list[Message] = field(default_factory=list[Message])
    _next_id: int = 1
    _results: dict[str, ToolResult] = field(default_factory=dict[str, ToolResult])
    _unwritten: list[AnyEvent] = field(default_factory=list[AnyEvent])

    @property
    def is_heard(self) -> bool:
        """Whether events are kept or listened to; where not, none need to be made."""
        return self.parts.store is not None or bool(self.listeners)

    def emit(self, *events: AnyEvent, later: bool = False) -> None:
        """Tell the trace (in one transaction) and every listener.

        `later` leaves the trace to the next transaction, for what the ledger knows already.
        """
        for event in events:
            if isinstance(event, RunStarted):
                self.task = event.task
            if isinstance(event, RunFinished):
                self.result = event.run
        if self.parts.store is not None:
            self._unwritten += events
            if not later:
                self.parts.store.record(*self._unwritten, lease=self.lease)
                self._unwritten.clear()
        for listener in self.listeners:
            for event in events:
                listener(event)

    def decided(
        self,
        step: int,
        request: ProposeRequest,
        proposal: Proposal,
        verdict: Verdict,
        decision: Decision,
        *,
        ms: float,
        hosted: RemoteExchange | None = None,
    ) -> None:
        """A new proposal was checked and decided; `hosted` is the exchange that it came from."""
        self.journal.decided(step, proposal, verdict, decision, ms=ms, hosted=hosted)
        if self.is_heard:
            self.emit(
                _proposed(run_id=self.run_id, step=step, request=request, proposal=proposal),
                _verified(run_id=self.run_id, step=step, verdict=verdict),
                _decided(run_id=self.run_id, step=step, decision=decision),
                _step_ended(run_id=self.run_id, step=step, ms=ms),
            )

    def decided_again(self, step: int, verdict: Verdict, decision: Decision) -> None:
        """The same proposal was checked and decided once more, after a pause."""
        self.journal.decided_again(step, verdict, decision)
        self.emit(
            _verified(run_id=self.run_id, step=step, verdict=verdict),
            _decided(run_id=self.run_id, step=step, decision=decision),
        )

    def executed(self, step: int, *ended: tuple[ToolCall, ToolResult], later: bool = False) -> None:
        """Calls of a step ended."""
        for _, result in ended:
            self.journal.executed(step, result)
        if self.is_heard:
            told = [_executed(run_id=self.run_id, step=step, call=call, result=result) for call, result in ended]
            self.emit(*told, later=later)

    def exchanged(self, step: int, exchange: RemoteExchange) -> None:
        """The first model, which is not on this machine, was asked; told at once, since what was sent has left."""
        attempt = self.exchanges.note(step, "hosted", exchange)
        self.emit(Exchanged(run_id=self.run_id, step=step, attempt=attempt, exchange=exchange))

    def escalated(self, step: int, exchange: RemoteExchange) -> None:
        """The larger model was asked about a step."""
        self.journal.escalated(step, exchange)
        attempt = self.exchanges.note(step, "remote", exchange)
        self.emit(Escalated(run_id=self.run_id, step=step, attempt=attempt, exchange=exchange))

    def lasted(self, step: int, ms: float) -> None:
        """How long a step took."""
        self.journal.lasted(step, ms)
        if self.is_heard:
            self.emit(_step_ended(run_id=self.run_id, step=step, ms=ms))

    def teller(self, step: int) -> Callable[[ToolCall, ToolResult | None], None]:
        """What the executor tells the start (no result yet) and the end of each call to."""

        def tell(call: ToolCall, result: ToolResult | None) -> None:
            if result is not None:
                self.executed(step, (call, result), later=True)
            elif self.is_heard:
                self.emit(_executing(run_id=self.run_id, step=step, call=call))

        return tell

    def turns(self, state: State) -> tuple[Message, ...]:
        """The turns of the conversation as values; those of earlier steps are made once."""
        given = state.get("messages", [])
        fresh = tuple(loaded(Message, turn) for turn in given[len(self._turns) :])
        if fresh:
            self._turns += fresh
            self._next_id = max(self._next_id, 1 + highest_call_id(fresh))
        return tuple(self._turns)

    @property
    def next_call_id(self) -> int:
        """The number of the next call of the run: one more than the highest in the turns so far."""
        return self._next_id

    def results(self, state: State) -> dict[str, ToolResult]:
        """The results of the calls so far, by call id; those of earlier steps are made once."""
        held = state.get("results", {})
        if len(held) > len(self._results):
            new = {key: loaded(ToolResult, told) for key, told in held.items() if key not in self._results}
            self._results |= new
        return self._results

    def context(self) -> Context[Any]:
        """The surroundings of this moment, as tools see them."""
        return self._surroundings.at(self.now())

    @cached_property
    def _surroundings(self) -> Context[Any]:
        return Context(run_id=self.run_id, task=self.task, deps=self.deps, cancel=self.cancel)

    def acting(self) -> Context[Any]:
        """The surroundings in which calls run; the choices are those they were checked against, listed once a step."""
        context = self.context()
        if self.moment is not None:
            context.memo.update(self.moment.memo)
            self.moment = None
        return context

    @cached_property
    def executor(self) -> Executor:
        """What runs the calls, behind this run's lease."""
        return self.parts.executor(self.lease)

    def forget_reads(self, results: Iterable[ToolResult]) -> None:
        """After a cancellation: reads that were cut short run again when the run is resumed."""
        registry, store = self.parts.registry, self.parts.store
        for result in results:
            read = result.name in registry and registry.get(result.name).effect is Effect.READ
            if store is not None and read and not result.ok:
                store.ledger().retract(self.run_id, result.call_id)

    @property
    def ms(self) -> float:
        """How long the run has worked, in milliseconds, over all processes."""
        return self.earlier_ms + (time.perf_counter() - self.began) * 1000.0
