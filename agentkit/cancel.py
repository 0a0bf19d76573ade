"""The flag that stops a model or a tool in mid-work.

Knows nothing of who sets it or what stops; it only remembers that a stop was asked for, or that time is up.
"""

from __future__ import annotations

import threading
import time

from agentkit.errors import Cancelled

POLL_S = 0.05
"""How late a flag may notice that the flag above it was set, in seconds."""


class Cancel:
    """A flag that one thread sets and a model or tool polls; may carry a deadline (seconds from now).

    With a `parent` it counts as set also while that one is: the flag of one call under the flag of its run.
    """

    def __init__(self, deadline_s: float | None = None, *, parent: Cancel | None = None) -> None:
        self._set = False
        self._woken: threading.Event | None = None  # made where somebody sleeps: most flags are only looked at
        self._making = threading.Lock()
        self._parent = parent
        self._deadline = None if deadline_s is None else time.monotonic() + deadline_s

    def set(self) -> None:
        """Ask whoever polls to stop; a parent does not hear of it."""
        self._set = True
        if self._woken is not None:
            self._woken.set()

    @property
    def is_set(self) -> bool:
        """Whether a stop was asked for or the deadline has passed."""
        if self._set or (self._deadline is not None and time.monotonic() >= self._deadline):
            return True
        return self._parent is not None and self._parent.is_set

    def wait(self, seconds: float) -> bool:
        """Sleep up to `seconds`, less if cancelled or past the deadline; returns `is_set`."""
        if self._deadline is not None:
            seconds = min(seconds, max(0.0, self._deadline - time.monotonic()))
        woken = self._awake()
        if self._parent is None:
            woken.wait(seconds)
            return self.is_set
        until = time.monotonic() + seconds
        while not self.is_set and (left := until - time.monotonic()) > 0:
            woken.wait(min(left, POLL_S))
        return self.is_set

    def _awake(self) -> threading.Event:
        """What sleepers wait for; a `set` that did not see it is seen here."""
        with self._making:
            if self._woken is None:
                self._woken = threading.Event()
        if self._set:
            self._woken.set()
        return self._woken

    def check(self) -> None:
        """Raise `Cancelled` if a stop was asked for."""
        if self.is_set:
            raise Cancelled("the run was cancelled", hint="resume it with `agentkit run --resume RUN_ID`")
