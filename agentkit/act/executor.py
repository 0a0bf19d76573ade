"""The executor: runs the calls of one step, in waves, each behind the ledger, each stoppable.

Knows nothing of models or policy; whether a call may run was decided before. Ledger and listener are only touched from
the thread that called `run`, so neither needs to be safe for more. Promised: every call gets exactly one result, no
exception of a tool comes through, and the ledger never claims more than is known, also after Ctrl-C. A tool that raises
`KeyboardInterrupt` sets the run's flag, as Ctrl-C does.
"""

from __future__ import annotations

import queue
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agentkit.act.job import Job
from agentkit.act.ledger import Ledger, MemoryLedger, idempotency_key
from agentkit.act.live import LIVE, Adopted
from agentkit.act.outcome import (
    Outcome,
    from_exception,
    skipped,
    still_running,
    timed_out,
    to_result,
    unknown_after_crash,
)
from agentkit.act.outcome import stopped as stopped_result
from agentkit.act.process import InProcess
from agentkit.act.runners import TOOL_LOOP, InThread, Running, Work
from agentkit.act.waves import Parallel, needs, waves
from agentkit.cancel import POLL_S, Cancel
from agentkit.registry import Context, Registry, Tool, UnknownToolError
from agentkit.types import Effect, ToolCall, ToolResult
from agentkit.verify.references import PathError, substitute

OnCall = Callable[[ToolCall, ToolResult | None], None]


class Executor:
    """Runs tool calls.

    `max_result_chars` is what the model sees of one result, `max_parallel` how many calls run at once, `grace_s` how
    long a call that was told to stop may take to do so before it counts as still running.
    """

    def __init__(
        self,
        registry: Registry,
        ledger: Ledger | None = None,
        *,
        max_result_chars: int = 4000,
        max_parallel: int = 8,
        parallel: Parallel = "reads",
        grace_s: float = 1.0,
    ) -> None:
        self._registry = registry
        self._ledger = ledger or MemoryLedger()
        self._limit = max_result_chars
        self._max_parallel = max(1, max_parallel)
        self._parallel: Parallel = parallel
        self._grace_s = grace_s

    def run(
        self,
        calls: Sequence[ToolCall],
        ctx: Context[Any],
        results_so_far: Mapping[str, ToolResult] | None = None,
        on_call: OnCall | None = None,
    ) -> tuple[ToolResult, ...]:
        """Run the calls and give their results in the same order.

        `results_so_far` are the results of earlier calls by id, for references. `on_call` hears of each call when it
        starts (without a result) and when it ends. When `ctx.cancel` is set, calls under way are stopped and the rest
        are skipped; the results say which is which. Raises only what the ledger or `on_call` raise, and
        `KeyboardInterrupt` once the calls under way are settled.
        """
        effects = {call.name: self._effect(call.name) for call in calls}
        known = dict(results_so_far or {})
        tell = on_call or _nobody
        for wave in waves(calls, effects, self._parallel):
            known.update(_Wave(self, ctx, known, tell).run(wave))
            if any(effects[call.name] is not Effect.READ for call in wave):
                ctx = ctx.later()  # what may be chosen can be another thing now
        return tuple(known[call.id] for call in calls)

    def _effect(self, name: str) -> Effect:
        return self._registry.get(name).effect if name in self._registry else Effect.IRREVERSIBLE

    def start(self, work: Work) -> Running:
        """Start one call in the way its tool asks for."""
        if work.tool.isolate:
            return InProcess(work)
        return TOOL_LOOP.start(work) if work.tool.is_async else InThread(work)

    @property
    def registry(self) -> Registry:
        """The tools."""
        return self._registry

    @property
    def ledger(self) -> Ledger:
        """Where intents and outcomes stand."""
        return self._ledger

    @property
    def limits(self) -> tuple[int, int, float]:
        """`max_result_chars`, `max_parallel` and `grace_s`."""
        return self._limit, self._max_parallel, self._grace_s


class _Wave:
    """One wave: starts its calls as places come free, and waits for all of them in the calling thread."""

    def __init__(self, executor: Executor, ctx: Context[Any], known: Mapping[str, ToolResult], tell: OnCall) -> None:
        self._executor = executor
        self._ledger = executor.ledger
        self._ctx = ctx
        self._known = known
        self._tell = tell
        self._limit, self._places, self._grace_s = executor.limits
        self._reports: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._running: set[Job] = set()
        self._results: dict[str, ToolResult] = {}

    def run(self, calls: Sequence[ToolCall]) -> dict[str, ToolResult]:
        pending = deque(calls)
        try:
            while pending or self._running:
                while pending and len(self._running) < self._places:
                    self._begin(pending.popleft())
                if self._running:
                    self._wait()
        except BaseException:
            self._abandon()
            raise
        return self._results

    def _begin(self, call: ToolCall) -> None:
        """Start a call, or settle it at once when there is nothing to run."""
        settled = self._before(call)
        if isinstance(settled, ToolResult):
            self._refuse(call, settled)
            return
        tool, arguments = settled
        key = idempotency_key(self._ctx.run_id, call)
        entry = self._ledger.intent(self._ctx.run_id, call, key)
        if entry.status == "done" and entry.result is not None:
            self._settle(call, entry.result)
            return
        self._tell(call, None)
        if entry.status == "ambiguous" and self._once(call) and LIVE.get(key) is None:
            self._end(call, key, unknown_after_crash(call))
            return
        self._launch(call, tool, arguments, key)

    def _refuse(self, call: ToolCall, why: ToolResult) -> None:
        """Settle a call that cannot start, for good: whoever was told that it did not run must stay right.

        What was skipped is not written down: it is skipped again where the results of other calls are the same, and a
        cancelled run that goes on runs it.
        """
        if why.status == "skipped" or self._ctx.cancel.is_set:
            self._settle(call, why)
            return
        key = idempotency_key(self._ctx.run_id, call)
        entry = self._ledger.refuse(self._ctx.run_id, call, key, why)
        if entry.status == "ambiguous":  # it was started before, and what speaks against it now may be what it did
            self._end(call, key, unknown_after_crash(call) if self._once(call) else why)
        else:
            self._settle(call, entry.result or why)

    def _once(self, call: ToolCall) -> bool:
        """Whether it does harm to run a call twice."""
        registry = self._executor.registry
        tool = registry.get(call.name) if call.name in registry else None
        return tool is None or (tool.effect is not Effect.READ and not tool.traits.idempotent)

    def _before(self, call: ToolCall) -> ToolResult | tuple[Tool[..., Any], dict[str, Any]]:
        """The tool and the arguments with references replaced, or why the call cannot start."""
        if self._ctx.cancel.is_set:
            return skipped(call, "the run was cancelled before this call started")
        needed = needs(call)
        for call_id in needed:
            earlier = self._known.get(call_id)
            if earlier is not None and not earlier.ok:
                return skipped(call, f"it needs the result of call {call_id} (`{earlier.name}`), which {_end(earlier)}")
        try:
            tool = self._executor.registry.get(call.name)
            if not needed:
                return tool, call.arguments
            values = {call_id: self._known[call_id].value for call_id in needed if call_id in self._known}
            arguments = substitute(call.arguments, values)
            why = tool.precondition(arguments, self._ctx)
        except (UnknownToolError, PathError) as error:
            why = getattr(error, "message", "") or str(error)
        except Exception as error:
            return to_result(call, from_exception(error), ms=0.0, effect=Effect.READ)
        else:
            if not why:
                return tool, arguments
        return to_result(call, Outcome("retry", error=why), ms=0.0, effect=Effect.READ)

    def _launch(self, call: ToolCall, tool: Tool[..., Any], arguments: dict[str, Any], key: str) -> None:
        cancel = Cancel(parent=self._ctx.cancel)
        context = self._ctx.of_call(call.id, key, cancel)
        job = Job(call=call, tool=tool, key=key, cancel=cancel, report=self._reports.put)
        self._running.add(job)
        if (earlier := LIVE.get(key)) is not None:
            job.running = Adopted()
            earlier.then(job.finish)
            return
        try:
            job.running = self._executor.start(Work(tool, arguments, context, job.finish))
        except (OSError, RuntimeError) as error:
            job.finish(Outcome("failed", error=f"it could not be started: {error}"))

    def _wait(self) -> None:
        """Take the next outcome, and see to calls that are out of time."""
        now = time.monotonic()
        nearest = min(job.until for job in self._running) - now
        try:
            job = self._reports.get(timeout=max(0.0, min(nearest, POLL_S)))
        except queue.Empty:
            self._enforce()
            return
        if job in self._running:
            self._running.discard(job)
            if isinstance(job.running, Adopted):
                LIVE.settled(job.key)
            job.running = None  # each holds the other
            if job.outcome is not None and job.outcome.kind == "interrupted":
                self._ctx.cancel.set()
            if _cancelled_read(job):
                self._settle(job.call, self._result(job))  # no outcome in the ledger: a resumed run reads again
            else:
                self._end(job.call, job.key, self._result(job))

    def _enforce(self) -> None:
        for job in list(self._running):
            late = time.monotonic() >= job.until
            if not job.stopping and (late or self._ctx.cancel.is_set):
                job.stop("timeout" if late else "cancel", self._grace_s)
            elif job.stopping and late:
                self._running.discard(job)
                self._give_up(job)
                why = _TOO_LONG.format(job.tool.traits.timeout_s) if job.stopping == "timeout" else "it was cancelled"
                self._end(job.call, job.key, still_running(job.call, why, ms=job.ms, effect=job.effect))

    @staticmethod
    def _give_up(job: Job) -> None:
        """Leave a call to itself: later calls must not wait behind it, and none may repeat it while it runs."""
        LIVE.keep(job)
        if job.running is not None:
            job.running.abandon()

    def _result(self, job: Job) -> ToolResult:
        assert job.outcome is not None
        if job.outcome.kind == "stopped" and job.stopping == "timeout":
            return timed_out(job.call, job.tool.traits.timeout_s, ms=job.ms, repeatable=job.repeatable)
        if job.outcome.kind == "stopped":
            return stopped_result(job.call, "it was cancelled", ms=job.ms, effect=job.effect)
        origin = job.tool.returns_origin
        return to_result(job.call, job.outcome, ms=job.ms, effect=job.effect, origin=origin, limit=self._limit)

    def _end(self, call: ToolCall, key: str, result: ToolResult) -> None:
        self._ledger.outcome(key, result)
        self._settle(call, result)

    def _settle(self, call: ToolCall, result: ToolResult) -> None:
        self._results[call.id] = result
        self._tell(call, result)

    def _abandon(self) -> None:
        """Stop what is under way and write down what is known; what stays unknown keeps its intent without outcome."""
        for job in self._running:
            job.stop("cancel", self._grace_s)
        until = time.monotonic() + self._grace_s
        while self._running and (left := until - time.monotonic()) > 0:
            try:
                job = self._reports.get(timeout=left)
            except queue.Empty:
                break
            if job in self._running:
                self._running.discard(job)
                if not _cancelled_read(job):
                    self._ledger.outcome(job.key, self._result(job))
        for job in self._running:
            self._give_up(job)


def _cancelled_read(job: Job) -> bool:
    """Whether a call that changes nothing was cut off because the run was cancelled."""
    kind = "" if job.outcome is None else job.outcome.kind
    cut_off = kind == "interrupted" or (kind == "stopped" and job.stopping == "cancel")
    return cut_off and job.effect is Effect.READ


def _nobody(call: ToolCall, result: ToolResult | None) -> None:
    """Nobody listens."""


_TOO_LONG = "it took longer than {:g} s"


def _end(result: ToolResult) -> str:
    ends = {
        "timeout": "took too long",
        "ambiguous": "has no known outcome",
        "skipped": "did not run",
        "denied": "was not approved",
    }
    return ends.get(result.status, "failed")
