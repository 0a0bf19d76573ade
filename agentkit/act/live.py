"""Calls that were given up on and may still be running: a second try of one waits for it, never runs beside it.

Kept for the whole process, by idempotency key. Knows nothing of ledgers; a new process knows no such calls.
"""

from __future__ import annotations

import threading

from agentkit.act.job import Job

_MOST = 256


class Live:
    """Changes that outlived their deadline; what ended in the meantime keeps its outcome until it is asked for."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    def keep(self, job: Job) -> None:
        """Remember a call that could not be stopped, unless it may be repeated or an earlier try of it is known."""
        if job.repeatable:
            return
        with self._lock:
            over = [key for key, one in self._jobs.items() if one.outcome is not None]
            for key in over[: max(0, len(self._jobs) - _MOST)]:
                del self._jobs[key]
            self._jobs.setdefault(job.key, job)

    def get(self, key: str) -> Job | None:
        """The earlier try of a call, running or over."""
        with self._lock:
            return self._jobs.get(key)

    def settled(self, key: str) -> None:
        """The outcome of the earlier try was taken."""
        with self._lock:
            self._jobs.pop(key, None)


class Adopted:
    """An earlier try in the place of a new one; it was told to stop before, so there is nothing more to do."""

    def stop(self) -> None:
        """Nothing: the earlier try was told already."""

    def abandon(self) -> None:
        """Nothing: the earlier try was given up on already."""


LIVE = Live()
