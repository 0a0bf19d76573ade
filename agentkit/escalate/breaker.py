"""Stops asking a remote that keeps failing: after some failures in a row it is left alone for a while.

Knows nothing of models. Safe to share between threads; the clock is given.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Breaker:
    """Opens after `failures` faults in a row, for `open_s` seconds; then one trial is let through.

    A trial that works closes it, one that fails opens it again. `clock` counts seconds.
    """

    def __init__(self, failures: int = 3, open_s: float = 30.0, *, clock: Callable[[], float] = time.monotonic) -> None:
        if failures < 1 or open_s < 0.0:
            raise ValueError(f"failures must be at least 1 and open_s at least 0, not {failures} and {open_s}")
        self._limit, self._open_s, self._clock = failures, open_s, clock
        self._lock = threading.Lock()
        self._failed = 0
        self._opened: float | None = None
        self._trying = False

    def refusal(self) -> str:
        """Why the remote is not to be asked now, or an empty text, which is leave to ask once."""
        with self._lock:
            if self._opened is None:
                return ""
            left = self._opened + self._open_s - self._clock()
            if left > 0.0:
                return f"it failed {self._failed} times in a row; the next try is in {left:.3g} s"
            if self._trying:
                return "it failed before, and a trial is under way"
            self._trying = True
            return ""

    def worked(self) -> None:
        """The remote answered."""
        with self._lock:
            self._failed, self._opened, self._trying = 0, None, False

    def failed(self) -> None:
        """The remote failed."""
        with self._lock:
            self._failed += 1
            self._trying = False
            if self._failed >= self._limit:
                self._opened = self._clock()

    def undecided(self) -> None:
        """The exchange ended without a word on the remote's health: cancelled, or refused by what was asked."""
        with self._lock:
            self._trying = False
