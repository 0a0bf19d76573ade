"""A run in a thread of its own: watched event by event, or awaited from an event loop without blocking it.

Knows nothing of what a run does. Whoever stops listening (leaves the loop, is cancelled) stops the run. The thread
begins with the context variables of whoever started it.
"""

from __future__ import annotations

import asyncio
import contextvars
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import suppress

from agentkit.cancel import Cancel
from agentkit.events import AnyEvent
from agentkit.graph.session import Listener
from agentkit.types import Run

Watched = Callable[[Listener, Cancel], Run]
"""A run, given who listens and the flag that stops it."""


def streamed(work: Watched, cancel: Cancel | None) -> Iterator[AnyEvent]:
    """What a run tells, as it tells it; an error of the run is raised here, after its last event."""
    told: queue.SimpleQueue[AnyEvent | BaseException | None] = queue.SimpleQueue()
    stop = Cancel(parent=cancel)

    def drive() -> None:
        try:
            work(told.put, stop)
        except BaseException as error:
            told.put(error)
        else:
            told.put(None)

    thread = _started(drive)
    try:
        while (event := told.get()) is not None:
            if isinstance(event, BaseException):
                raise event
            yield event
    finally:
        stop.set()
        thread.join()


async def awaited(work: Callable[[Cancel], Run], cancel: Cancel | None) -> Run:
    """The run, once it ended; cancelling whoever awaits it stops the run and waits until it has stopped."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Run] = loop.create_future()
    stop = Cancel(parent=cancel)

    def tell(run: Run | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
            done.exception()  # counts as seen, also when nobody awaits it any more
        elif run is not None:
            done.set_result(run)

    def drive() -> None:
        run, fault = None, None
        try:
            run = work(stop)
        except BaseException as error:
            fault = error
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(tell, run, fault)

    _started(drive)
    try:
        await asyncio.wait([done])
    except asyncio.CancelledError:
        stop.set()
        await asyncio.wait([done])
        raise
    return done.result()


async def astreamed(work: Watched, cancel: Cancel | None) -> AsyncGenerator[AnyEvent]:
    """Like `streamed`, from an event loop; close it (`contextlib.aclosing`) to stop a run that is left early."""
    loop = asyncio.get_running_loop()
    told: asyncio.Queue[AnyEvent | None] = asyncio.Queue()

    def listen(event: AnyEvent) -> None:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(told.put_nowait, event)

    run = asyncio.ensure_future(awaited(lambda stop: work(listen, stop), cancel))
    run.add_done_callback(lambda _: told.put_nowait(None))
    try:
        while (event := await told.get()) is not None:
            yield event
        await run
    finally:
        run.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await run


def _started(drive: Callable[[], None]) -> threading.Thread:
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(drive,), name="agentkit-run", daemon=True)
    thread.start()
    return thread
