"""Running calls: waves, timeouts that stop, and a ledger that no crash can make lie."""

from __future__ import annotations

from agentkit.act.executor import Executor
from agentkit.act.ledger import Entry, Ledger, MemoryLedger, idempotency_key
from agentkit.act.outcome import denied
from agentkit.act.waves import Parallel, waves

__all__ = ["Entry", "Executor", "Ledger", "MemoryLedger", "Parallel", "denied", "idempotency_key", "waves"]
