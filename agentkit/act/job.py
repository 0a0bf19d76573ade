"""One call on its way through the executor: when it started, when it must end, and the flag it polls.

Knows nothing of ledgers or of other calls.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from agentkit.act.outcome import Outcome
from agentkit.act.runners import Running
from agentkit.cancel import Cancel
from agentkit.registry import Tool
from agentkit.types import Effect, ToolCall


@dataclass(eq=False)
class Job:
    """A call under way; `report` gets the job when its outcome is there, from whichever thread."""

    call: ToolCall
    tool: Tool[..., Any]
    key: str
    cancel: Cancel
    report: Callable[[Job], None] = field(repr=False)
    running: Running | None = None
    outcome: Outcome | None = None
    began: float = field(default_factory=time.monotonic)
    stopping: str = ""
    until: float = 0.0
    _listeners: list[Callable[[Outcome], None]] = field(default_factory=list[Callable[[Outcome], None]], repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self.until = self.began + self.tool.traits.timeout_s

    @property
    def effect(self) -> Effect:
        """What the tool does to the world."""
        return self.tool.effect

    @property
    def repeatable(self) -> bool:
        """Whether running the call once more does no harm."""
        return self.effect is Effect.READ or self.tool.traits.idempotent

    @property
    def ms(self) -> float:
        """How long the call has run so far."""
        return (time.monotonic() - self.began) * 1000.0

    def finish(self, outcome: Outcome) -> None:
        """Take the first outcome, and report; reporting twice is harmless, not reporting would hang the wave."""
        with self._lock:
            self.outcome = self.outcome or outcome
            listeners = self._listeners.copy()
            self._listeners.clear()
        self.report(self)
        for listener in listeners:
            listener(self.outcome)

    def then(self, listener: Callable[[Outcome], None]) -> None:
        """Tell `listener` the outcome, at once when it is there."""
        with self._lock:
            if self.outcome is None:
                self._listeners.append(listener)
                return
        listener(self.outcome)

    def stop(self, why: str, grace_s: float) -> None:
        """Ask the call to end within `grace_s` seconds."""
        if not self.stopping:
            self.stopping = why
            self.until = time.monotonic() + grace_s
            self.cancel.set()
            if self.running is not None:
                self.running.stop()
