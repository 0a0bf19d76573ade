"""The flag that stops a model or a tool in mid-work.

Knows nothing of who sets it or what stops; it only remembers that a stop was asked for, or that time is up.
"""

from __future__ import annotations

import threading
import time

from agentkit.errors import Cancelled


class Cancel:
    """A flag that one thread sets and a model or tool polls; may carry a deadline (seconds from now)."""

    def __init__(self, deadline_s: float | None = None) -> None:
        self._event = threading.Event()
        self._deadline = None if deadline_s is None else time.monotonic() + deadline_s

    def set(self) -> None:
        """Ask whoever polls to stop."""
        self._event.set()

    @property
    def is_set(self) -> bool:
        """Whether a stop was asked for or the deadline has passed."""
        return self._event.is_set() or (self._deadline is not None and time.monotonic() >= self._deadline)

    def wait(self, seconds: float) -> bool:
        """Sleep up to `seconds`, less if cancelled or past the deadline; returns `is_set`."""
        if self._deadline is not None:
            seconds = min(seconds, max(0.0, self._deadline - time.monotonic()))
        self._event.wait(seconds)
        return self.is_set

    def check(self) -> None:
        """Raise `Cancelled` if a stop was asked for."""
        if self.is_set:
            raise Cancelled("the run was cancelled", hint="resume it with `agentkit run --resume RUN_ID`")
