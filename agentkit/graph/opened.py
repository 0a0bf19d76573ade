"""What an agent opens when it first runs, and closes once: models, checks, trace, and the loop that drives its runs.

Safe to use from several threads. Knows nothing of runs.
"""

from __future__ import annotations

import threading

from agentkit.errors import WiringError
from agentkit.graph import build
from agentkit.graph.drive import Loop
from agentkit.graph.plain import PlainLoop
from agentkit.graph.session import Parts
from agentkit.registry import Registry


class Opened:
    """The parts of one agent, opened on first use."""

    def __init__(self, name: str, registry: Registry, given: build.Given) -> None:
        self._name = name
        self._registry = registry
        self._given = given
        self._lock = threading.RLock()
        self._parts: Parts | None = None
        self._loop: Loop | None = None
        self._closed = False

    @property
    def parts(self) -> Parts:
        """Models, checks, policy, executor, trace; raises `WiringError` once closed, and for what cannot be opened."""
        with self._lock:
            if self._closed:
                raise WiringError("this agent is closed", hint="run it inside its `with` block, or make another")
            if self._parts is None:
                self._parts = build.parts(self._name, self._registry, self._given)
            return self._parts

    @property
    def loop(self) -> Loop:
        """The loop with checkpoints where runs are kept, else the plain one."""
        with self._lock:
            if self._loop is None:
                self._loop = _loop(self.parts, durable=self._given.durable)
            return self._loop

    def close(self) -> None:
        """Close what was opened here; calling it twice is harmless."""
        with self._lock:
            if self._parts is not None and not self._closed:
                build.close(self._parts, self._given)
            self._closed = True


def _loop(parts: Parts, *, durable: bool) -> Loop:
    if parts.store is None or not durable:
        return PlainLoop()
    from agentkit.graph.wiring import DurableLoop

    return DurableLoop(parts.store.database)
