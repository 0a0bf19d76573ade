"""Three ways to run one call so that it can be stopped: a thread, an event loop, a process of its own.

A runner starts a call and hands its outcome to `finish`, from whichever thread, exactly once unless it cannot be
stopped. Knows nothing of waves, ledgers or deadlines.
"""

from __future__ import annotations

import asyncio
import contextlib
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

    def abandon(self) -> None:
        """It did not end: see to it that later calls do not have to wait for it."""
        ...


class InThread:
    """A plain function in a daemon thread of the pool.

    Stopping raises `Stopped` inside the thread at its next Python instruction; a call that waits inside C code (a
    sleep, a socket without timeout) does not notice until that returns. A call that is stopped before its thread came
    to it does not run, and none runs twice.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._begun = self._over = False
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
        with self._lock:
            again, self._begun = self._begun or self._over, True
        if again:
            self._found = Outcome("stopped")
            return self._found
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
        """Raise `Stopped` in the thread unless the tool has returned, or has not begun: then it never does."""
        with self._lock:
            if self._begun and not self._over:
                self._thread.stop()
            self._over = True

    def abandon(self) -> None:
        """Nothing more: a thread that was told to stop takes no further calls."""


class EventLoop:
    """One event loop in a thread of its own, so that async tools run whether or not the caller is inside a loop.

    All executors of a process share one: what an async tool keeps between calls (a connection) stays on its loop. A
    loop that a tool blocks is left to that tool; calls that wait for it move to a new one.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._waiting: set[_OnLoop] = set()
        self._lock = threading.RLock()

    def start(self, work: Work) -> Running:
        """Run an async tool on the loop."""
        call = _OnLoop(work, self)
        with self._lock:
            self._waiting.add(call)
            call.launch_on(self._running())
        return call

    def launched(self, call: _OnLoop, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether a call that was waiting for this loop may begin on it; it may not once it has moved."""
        with self._lock:
            if call not in self._waiting or call.loop is not loop:
                return False
            self._waiting.discard(call)
            return True

    def leave(self, blocked: asyncio.AbstractEventLoop) -> None:
        """A tool blocks this loop: later calls, and those that still wait for it, run on a new one."""
        with self._lock:
            if self._loop is blocked:
                self._loop = None
            for call in self._waiting:
                if call.loop is blocked:
                    call.launch_on(self._running())

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None or self._thread is None or not self._thread.is_alive():
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=_serve, args=(self._loop,), name="tool-loop", daemon=True)
            self._thread.start()
        return self._loop


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    """Run a loop for ever, also when something that a tool left behind on it tries to end the process."""
    while True:
        with contextlib.suppress(BaseException):
            loop.run_forever()


TOOL_LOOP = EventLoop()


class _OnLoop:
    """An async call on the loop; stopping cancels its task."""

    def __init__(self, work: Work, home: EventLoop) -> None:
        self._work = work
        self._home = home
        self.loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Outcome] | None = None
        self._stopped = self._heard = False

    def launch_on(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wait for a turn on this loop."""
        self.loop = loop
        loop.call_soon_threadsafe(self._launch, loop)

    def _launch(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._home.launched(self, loop):
            return
        if self._stopped:
            self._work.finish(Outcome("stopped"))
            return
        self._task = loop.create_task(self._run())
        self._task.add_done_callback(self._done)

    async def _run(self) -> Outcome:
        try:
            value = await self._work.tool.invoke(self._work.arguments, self._work.context)
            return Outcome("value", value=self._work.tool.to_json(value))
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            return from_exception(error)

    def _done(self, task: asyncio.Task[Outcome]) -> None:
        self._work.finish(Outcome("stopped") if task.cancelled() else task.result())

    def stop(self) -> None:
        """Cancel the task."""
        self._stopped = True
        if self.loop is not None:
            self.loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        self._heard = True
        if self._task is not None:
            self._task.cancel()

    def abandon(self) -> None:
        """Leave the loop to this call when it was too busy to hear of the end."""
        if not self._heard and self.loop is not None:
            self._home.leave(self.loop)
