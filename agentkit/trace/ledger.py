"""The record of side effects: before a call its intent is on the disk, after it its outcome.

Knows nothing of tools. An intent without an outcome means that the call may or may not have happened.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

from agentkit.trace.database import Database
from agentkit.trace.lease import Lease
from agentkit.trace.rows import dumps
from agentkit.types import ToolCall, ToolResult


@dataclass(frozen=True)
class Intent:
    """What the ledger knew of a call when it was about to run."""

    status: Literal["new", "done", "ambiguous"]
    result: ToolResult | None = None


class SqliteLedger:
    """Intents and outcomes by run and idempotency key; with a lease, refuses intents once the lease is lost."""

    def __init__(self, database: Database, lease: Lease | None = None) -> None:
        self._database = database
        self._lease = lease

    def intent(self, run_id: str, call: ToolCall, key: str) -> Intent:
        """Note that a call is about to run, durably even against a power cut; says what was known of it before."""
        with self._database.write(durable=True) as connection:
            if self._lease is not None:
                self._lease.check(connection)
            row = connection.execute(
                "SELECT state, result FROM ledger WHERE run_id = ? AND key = ?", (run_id, key)
            ).fetchone()
            if row is None:
                connection.execute(
                    "INSERT INTO ledger(run_id, key, call_id, name, arguments, state, intent_at)"
                    " VALUES (?,?,?,?,?,'intent',?)",
                    (run_id, key, call.id, call.name, dumps(call.arguments), time.time()),
                )
                return Intent("new")
        if row["state"] == "done":
            return Intent("done", ToolResult.model_validate_json(row["result"]))
        return Intent("ambiguous")

    def outcome(self, run_id: str, key: str, result: ToolResult) -> None:
        """Note how a call ended."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE ledger SET state = 'done', result = ?, outcome_at = ? WHERE run_id = ? AND key = ?",
                (result.model_dump_json(), time.time(), run_id, key),
            )
