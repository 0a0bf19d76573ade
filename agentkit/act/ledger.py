"""The ledger of intents and outcomes: what makes a crash unable to repeat a write in silence.

Before a call runs its intent is written, after it its outcome; of a call that is refused, the refusal at once. On the
next try of the same step, a call with an outcome gives that outcome; a call with an intent but no outcome is
*ambiguous*: it may or may not have happened. Knows nothing of tools; the executor decides what an ambiguous call means
for each effect.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from typing import Literal, Protocol

from agentkit.types import ToolCall, ToolResult
from agentkit.verify.canonical import call_key


@dataclass(frozen=True)
class Entry:
    """What the ledger knew of a call when it was about to run; `result` stands where the status is "done"."""

    status: Literal["new", "done", "ambiguous"]
    result: ToolResult | None = None


class Ledger(Protocol):
    """Where intents and outcomes stand. Implementations are safe to call from several threads."""

    def intent(self, run_id: str, call: ToolCall, key: str) -> Entry:
        """Write down that the call of this key is about to run, unless it stands there; return what stood there.

        The intent must be durable when this returns. Looking and writing are one atomic act.
        """
        ...

    def refuse(self, run_id: str, call: ToolCall, key: str, result: ToolResult) -> Entry:
        """Write down that the call of this key ends so without a start, unless it stands there; return what stood."""
        ...

    def outcome(self, key: str, result: ToolResult) -> None:
        """Write down how the call of this key ended; the first outcome of a key stands."""
        ...


class MemoryLedger:
    """A ledger that lasts as long as the process."""

    def __init__(self) -> None:
        self._entries: dict[str, ToolResult | None] = {}
        self._lock = threading.Lock()

    def intent(self, run_id: str, call: ToolCall, key: str) -> Entry:
        """See `Ledger.intent`."""
        return self._noted(key, None)

    def refuse(self, run_id: str, call: ToolCall, key: str, result: ToolResult) -> Entry:
        """See `Ledger.refuse`."""
        return self._noted(key, result)

    def _noted(self, key: str, result: ToolResult | None) -> Entry:
        with self._lock:
            if key not in self._entries:
                self._entries[key] = result
                return Entry("new")
            stood = self._entries[key]
            return Entry("ambiguous") if stood is None else Entry("done", stood)

    def outcome(self, key: str, result: ToolResult) -> None:
        """See `Ledger.outcome`."""
        with self._lock:
            if self._entries.get(key) is None:
                self._entries[key] = result


def idempotency_key(run_id: str, call: ToolCall) -> str:
    """The name of one call of one run: the same whenever the call is tried again.

    Call ids count over the run, so the id stands for the step and the place in it; the arguments count as proposed,
    before references are replaced.
    """
    return hashlib.sha256(f"{run_id}\n{call.id}\n{call_key(call)}".encode()).hexdigest()[:32]
