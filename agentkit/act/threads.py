"""Threads that wait for the next call, since starting one for each call costs more than many a call itself.

A thread that was told to stop ends after its call and is not used again. Knows nothing of tools.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import queue
import threading
from collections.abc import Callable

from agentkit.act.outcome import Stopped

IDLE_S = 10.0


class Thread:
    """A daemon thread that runs one piece of work after another."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._retired = False
        self._thread = threading.Thread(target=self._serve, name="tool", daemon=True)
        self._thread.start()

    def give(self, work: Callable[[], None]) -> None:
        """Run this next; it must not raise."""
        self._inbox.put(work)

    def stop(self) -> None:
        """Raise `Stopped` in what runs now."""
        self._retired = True
        if self._thread.ident is not None:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread.ident), ctypes.py_object(Stopped))

    def _serve(self) -> None:
        with contextlib.suppress(Stopped):  # one that came after the work was over
            while not self._retired:
                try:
                    work = self._inbox.get(timeout=IDLE_S)
                except queue.Empty:
                    if self._pool.forget(self):
                        return
                    continue  # it was just taken: the work is on its way
                work()
                del work
                if not self._retired:
                    self._pool.put_back(self)


class Pool:
    """Idle threads; the one that was used last is used first."""

    def __init__(self) -> None:
        self._idle: list[Thread] = []
        self._lock = threading.Lock()

    def take(self) -> Thread:
        """An idle thread, or a new one."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return Thread(self)

    def put_back(self, thread: Thread) -> None:
        """This thread is idle."""
        with self._lock:
            self._idle.append(thread)

    def forget(self, thread: Thread) -> bool:
        """Take this thread out of the idle ones; False when it is not among them."""
        with self._lock:
            if thread not in self._idle:
                return False
            self._idle.remove(thread)
            return True

    def reset(self) -> None:
        """Begin anew in a process that was forked: threads do not come along."""
        self._idle = []
        self._lock = threading.Lock()


POOL = Pool()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=POOL.reset)
