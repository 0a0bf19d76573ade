"""Three ways to run one call so that it can be stopped: a thread, an event loop, a process of its own.

A runner starts a call and hands its outcome to `finish`, from whichever thread, exactly once unless it cannot be
stopped. Knows nothing of waves, ledgers or deadlines.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from agentkit.act.outcome import Outcome, Stopped, from_exception
from agentkit.act.threads import POOL
from agentkit.registry import Context, Tool
from agentkit.types import JsonObject

Finish = Callable[[Outcome], None]


@dataclass
class Work:
    """One call to run: the tool, its arguments with references replaced, and its context."""

    tool: Tool[..., Any]
    arguments: JsonObject
    context: Context[Any]
    finish: Finish = field(repr=False)


class Running(Protocol):
    """A call under way."""

    def stop(self) -> None:
        """Ask for its end; it ends soon if it can be stopped, and then `finish` is called."""
        ...


class InThread:
    """A plain function in a daemon thread of the pool.

    Stopping raises `Stopped` inside the thread at its next Python instruction; a call that waits inside C code (a
    sleep, a socket without timeout) does not notice until that returns.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._over = False
        self._found: Outcome | None = None
        self._thread = POOL.take()
        self._thread.give(partial(contextvars.copy_context().run, self._run))

    def _run(self) -> None:
        """Report the outcome, also when a stop arrives only after the tool has returned."""
        while True:
            try:
                self._work.finish(self._found or self._outcome())
            except Stopped:
                continue
            return

    def _outcome(self) -> Outcome:
        try:
            value = self._work.tool.invoke(self._work.arguments, self._work.context)
            if asyncio.iscoroutine(value):
                value = asyncio.run(value)
            self._found = Outcome("value", value=self._work.tool.to_json(value))
        except BaseException as error:
            self._found = from_exception(error)
        with self._lock:
            self._over = True
        return self._found

    def stop(self) -> None:
        """Raise `Stopped` in the thread unless the tool has returned."""
        with self._lock:
            if not self._over:
                self._thread.stop()


class EventLoop:
    """One event loop in a thread of its own, so that async tools run whether or not the caller is inside a loop.

    All executors of a process share one: what an async tool keeps between calls (a connection) stays on its loop.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def start(self, work: Work) -> Running:
        """Run an async tool on the loop."""
        return _OnLoop(work, self._running())

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="tool-loop", daemon=True).start()
            return self._loop


TOOL_LOOP = EventLoop()


class _OnLoop:
    """An async call on the loop; stopping cancels its task."""

    def __init__(self, work: Work, loop: asyncio.AbstractEventLoop) -> None:
        self._work = work
        self._loop = loop
        self._task: asyncio.Task[Outcome] | None = None
        loop.call_soon_threadsafe(self._launch)

    def _launch(self) -> None:
        self._task = self._loop.create_task(self._run())
        self._task.add_done_callback(self._done)

    async def _run(self) -> Outcome:
        try:
            value = await self._work.tool.invoke(self._work.arguments, self._work.context)
            return Outcome("value", value=self._work.tool.to_json(value))
        except Exception as error:
            return from_exception(error)

    def _done(self, task: asyncio.Task[Outcome]) -> None:
        self._work.finish(Outcome("stopped") if task.cancelled() else task.result())

    def stop(self) -> None:
        """Cancel the task."""
        self._loop.call_soon_threadsafe(lambda: self._task.cancel() if self._task else None)
