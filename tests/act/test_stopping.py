"""Timeouts and cancellation really stop what can be stopped, and say so where it cannot."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from agentkit.act import Entry, Executor, MemoryLedger
from agentkit.act.outcome import Outcome, Stopped
from agentkit.act.runners import InThread, Work
from agentkit.cancel import Cancel
from agentkit.registry import Context, Registry, tool
from agentkit.types import ToolCall, ToolResult

STATE: dict[str, Any] = {}


@tool(timeout_s=0.2)
def spin() -> None:
    """Work for ever."""
    STATE["spinning"] = True
    try:
        while True:
            STATE["beat"] = time.monotonic()
    finally:
        STATE["spinning"] = False


@tool(timeout_s=0.2, effect="write")
def stubborn() -> None:
    """Sit in one long wait that nothing interrupts."""
    STATE["release"].wait(20)


@tool(timeout_s=0.2)
def stubborn_read() -> None:
    """Read something that does not come."""
    STATE["release"].wait(20)


@tool(timeout_s=0.2, effect="write")
async def rest() -> None:
    """Rest without blocking."""
    try:
        await asyncio.sleep(30)
    finally:
        STATE["rested"] = True


@tool(timeout_s=0.2)
async def deaf() -> None:
    """Ignore every cancellation."""
    until = time.monotonic() + 2
    while time.monotonic() < until:
        try:
            await asyncio.sleep(2)
        except asyncio.CancelledError:
            continue


@tool(timeout_s=20, effect="write")
def polite(ctx: Context) -> str:
    """Work until asked to stop."""
    STATE["began"].set()
    while not ctx.cancel.wait(5):
        pass
    ctx.cancel.check()
    return "never"


@tool(timeout_s=0.2)
def finishes(ctx: Context) -> str:
    """Notice the end of its time and return what it has."""
    ctx.cancel.wait(20)
    return "what I have"


REGISTRY = Registry([spin, stubborn, stubborn_read, rest, deaf, polite, finishes])


@pytest.fixture(autouse=True)
def fresh() -> None:
    STATE.clear()
    STATE["began"] = threading.Event()
    STATE["release"] = threading.Event()


def run(name: str, cancel: Cancel | None = None, ledger: MemoryLedger | None = None) -> ToolResult:
    executor = Executor(REGISTRY, ledger, grace_s=0.3)
    return executor.run([ToolCall(id="1", name=name)], Context(run_id="r", cancel=cancel or Cancel()))[0]


def test_a_thread_that_runs_python_is_stopped() -> None:
    result = run("spin")
    assert (result.status, result.text) == ("timeout", "it took longer than 0.2 s and was stopped")
    assert STATE["spinning"] is False
    assert 150 < result.ms < 5000


def test_a_thread_that_cannot_be_stopped_is_reported_as_running() -> None:
    result = run("stubborn")
    assert result.status == "ambiguous"
    assert result.text == (
        "it took longer than 0.2 s and could not be stopped: it is still running, its outcome is not known"
    )
    STATE["release"].set()


def test_a_read_that_cannot_be_stopped_leaves_nothing_in_doubt() -> None:
    result = run("stubborn_read")
    assert result.status == "timeout"
    assert result.text == "it took longer than 0.2 s and could not be stopped: it is still running"
    STATE["release"].set()


def test_an_async_tool_is_cancelled() -> None:
    result = run("rest")
    assert result.status == "ambiguous"
    assert result.text == "it took longer than 0.2 s and was stopped; part of its work may be done"
    assert STATE["rested"] is True


def test_only_a_change_that_may_be_repeated_ends_as_a_plain_timeout() -> None:
    @tool(timeout_s=0.1, effect="write", idempotent=True)
    async def put() -> None:
        """Write the same thing however often."""
        await asyncio.sleep(30)

    (result,) = Executor(Registry([put]), grace_s=1).run([ToolCall(id="1", name="put")], Context(run_id="r"))
    assert result.status == "timeout"


def test_an_async_tool_that_ignores_it_is_reported_as_running() -> None:
    result = run("deaf")
    assert result.status == "timeout"
    assert result.text.endswith("could not be stopped: it is still running")


def test_a_tool_may_use_its_grace_to_return() -> None:
    result = run("finishes")
    assert result.text == "what I have" or result.status == "timeout"


def test_cancelling_stops_what_runs_and_skips_the_rest() -> None:
    cancel = Cancel()

    def later() -> None:
        STATE["began"].wait(10)
        cancel.set()

    threading.Thread(target=later, daemon=True).start()
    calls = [ToolCall(id="1", name="polite"), ToolCall(id="2", name="finishes")]
    results = Executor(REGISTRY, grace_s=2).run(calls, Context(run_id="r", cancel=cancel))
    assert [result.status for result in results] == ["ambiguous", "skipped"]
    assert results[0].text == "it was cancelled; what it had done by then is not known"


class Spy(MemoryLedger):
    """A ledger that remembers what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: dict[str, ToolResult | None] = {}

    def intent(self, run_id: str, call: ToolCall, key: str) -> Entry:
        entry = super().intent(run_id, call, key)
        self.written.setdefault(key, None)
        return entry

    def outcome(self, key: str, result: ToolResult) -> None:
        super().outcome(key, result)
        self.written[key] = result


@pytest.mark.parametrize(("name", "known"), [("polite", True), ("stubborn", False)])
def test_ctrl_c_leaves_the_ledger_truthful(name: str, known: bool) -> None:
    """A call that ended is written down as it ended; one that still runs keeps its intent without an outcome."""

    def interrupt() -> None:
        STATE["began"].wait(0.1)
        os.kill(os.getpid(), signal.SIGINT)

    ledger = Spy()
    threading.Thread(target=interrupt, daemon=True).start()
    slow = Executor(REGISTRY, ledger, grace_s=0.3)
    with pytest.raises(KeyboardInterrupt):
        slow.run([ToolCall(id="1", name=name)], Context(run_id="interrupted"))
    (outcome,) = ledger.written.values()
    assert (outcome is not None) is known
    if outcome is not None:
        assert outcome.status == "ambiguous"
    STATE["release"].set()


def test_a_tool_that_ends_just_when_its_time_is_up_is_never_lost() -> None:
    """Either its value or the timeout is reported, whichever way the race goes, and at once."""

    @tool(timeout_s=0.02, effect="write")
    def edge(ms: float) -> float:
        """Work for a while."""
        until = time.perf_counter() + ms / 1000
        while time.perf_counter() < until:
            pass
        return ms

    executor = Executor(Registry([edge]), grace_s=5.0)
    for index in range(60):
        ms = 18.0 + index % 20 * 0.2
        began = time.monotonic()
        (result,) = executor.run([ToolCall(id=str(index), name="edge", arguments={"ms": ms})], Context(run_id="r"))
        assert (result.status, result.value) in {("ok", ms), ("ambiguous", None)}
        assert time.monotonic() - began < 4


def run_one(function: Any, *, run_id: str = "r", ledger: MemoryLedger | None = None) -> ToolResult:
    executor = Executor(Registry([function]), ledger, grace_s=0.2)
    return executor.run([ToolCall(id="1", name=function.name)], Context(run_id=run_id))[0]


@tool(timeout_s=2)
async def healthy() -> str:
    """Answer."""
    return "ok"


def test_an_async_tool_that_ends_the_process_ends_only_itself() -> None:
    @tool
    async def leave() -> None:
        """Give up on everything."""
        sys.exit(3)

    @tool
    async def leave_later() -> str:
        """Give up in a task of its own."""

        async def out() -> None:
            sys.exit(4)

        STATE["task"] = asyncio.get_running_loop().create_task(out())
        await asyncio.sleep(0.05)
        return "still here"

    result = run_one(leave)
    assert (result.status, result.text) == ("failed", "SystemExit: 3")
    assert run_one(healthy).text == "ok"
    assert run_one(leave_later).text == "still here"
    assert run_one(healthy).text == "ok"


def test_an_async_tool_that_blocks_its_loop_does_not_starve_the_others() -> None:
    release = threading.Event()

    @tool(timeout_s=0.2)
    async def block() -> None:
        """Wait without giving way."""
        release.wait(20)

    waiting: list[ToolResult] = []
    other = threading.Thread(target=lambda: (time.sleep(0.1), waiting.append(run_one(healthy))))
    other.start()
    assert run_one(block).text.endswith("it is still running")
    assert run_one(healthy).text == "ok"
    other.join(5)
    assert [result.text for result in waiting] == ["ok"]
    release.set()


@pytest.mark.parametrize("late", [False, True])
def test_a_second_try_takes_the_result_of_a_first_that_still_runs(late: bool) -> None:
    release, began = threading.Event(), list[str]()

    @tool(timeout_s=0.3, effect="write")
    def pay() -> str:
        """Pay, deaf to being stopped."""
        began.append("began")
        while not release.is_set():
            try:
                release.wait(20)
            except BaseException:
                continue
        return "paid"

    run_id = f"second-{late}"
    assert run_one(pay, run_id=run_id).status == "ambiguous"
    if late:
        again = run_one(pay, run_id=run_id, ledger=MemoryLedger())
        assert again.status == "ambiguous"
        assert "still running" in again.text
    release.set()
    assert began == ["began"]
    taken = run_one(pay, run_id=run_id, ledger=MemoryLedger())
    assert (taken.status, taken.text, began) == ("ok", "paid", ["began"])
    assert run_one(pay, run_id=run_id, ledger=MemoryLedger()).text == "paid"
    assert began == ["began", "began"]


class Scheduled:
    """A pool whose threads come to their work when the test says so."""

    def __init__(self) -> None:
        self.work: list[Callable[[], None]] = []

    def take(self) -> Scheduled:
        """The one thread there is."""
        return self

    def give(self, work: Callable[[], None]) -> None:
        """Hold the work back."""
        self.work.append(work)

    def stop(self) -> None:
        """What is asked of a thread that runs."""
        raise AssertionError("nothing runs yet that could be stopped")


def in_thread(wanted: Any) -> tuple[InThread, list[Outcome]]:
    found: list[Outcome] = []
    return InThread(Work(wanted, {}, Context(run_id="r"), found.append)), found


def test_a_call_that_is_stopped_before_its_thread_comes_to_it_never_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    pool, ran = Scheduled(), list[bool]()
    monkeypatch.setattr("agentkit.act.runners.POOL", pool)

    @tool(effect="write")
    def write() -> None:
        """Write something."""
        ran.append(True)

    call, found = in_thread(write)
    call.stop()
    pool.work[0]()
    assert ([outcome.kind for outcome in found], ran) == (["stopped"], [])


def test_a_tool_is_not_run_again_when_the_stop_comes_while_its_error_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    pool, ran = Scheduled(), list[bool]()
    monkeypatch.setattr("agentkit.act.runners.POOL", pool)

    class LateError(Exception):
        """An error in the middle of whose text the stop arrives, as it may at any instruction."""

        def __str__(self) -> str:
            if len(ran) == 1:
                raise Stopped
            return "broken"

    @tool(effect="write")
    def write() -> None:
        """Write something."""
        ran.append(True)
        raise LateError

    _, found = in_thread(write)
    pool.work[0]()
    assert ([outcome.kind for outcome in found], ran) == (["stopped"], [True])
