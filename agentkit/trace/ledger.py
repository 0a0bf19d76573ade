"""The record of side effects that outlives the process: intents and outcomes as rows of the trace.

Knows nothing of tools. With a lease it is also the fence: a process that lost the run (a laptop that slept while
another process went on) cannot start another call.
"""

from __future__ import annotations

import time

from agentkit.act.ledger import Entry
from agentkit.trace.database import Database
from agentkit.trace.lease import Lease
from agentkit.trace.rows import dumps
from agentkit.types import ToolCall, ToolResult


class SqliteLedger:
    """Intents are on the disk when `intent` returns, even against a power cut; outcomes outlive a killed process.

    Calls of the tools in `repeatable` (reads) may run twice, so their intents only outlive a killed process too.
    """

    def __init__(
        self, database: Database, lease: Lease | None = None, repeatable: frozenset[str] = frozenset()
    ) -> None:
        self._database = database
        self._lease = lease
        self._repeatable = repeatable
        self._run_of: dict[str, str] = {}

    def intent(self, run_id: str, call: ToolCall, key: str) -> Entry:
        """See `agentkit.act.Ledger`; raises `LeaseError` when another process has taken the run over."""
        return self._noted(run_id, call, key, None)

    def refuse(self, run_id: str, call: ToolCall, key: str, result: ToolResult) -> Entry:
        """See `agentkit.act.Ledger`; raises `LeaseError` when another process has taken the run over."""
        return self._noted(run_id, call, key, result)

    def _noted(self, run_id: str, call: ToolCall, key: str, result: ToolResult | None) -> Entry:
        self._run_of[key] = run_id
        with self._database.write(durable=call.name not in self._repeatable) as connection:
            if self._lease is not None:
                self._lease.check(connection)
            sql = "SELECT state, result FROM ledger WHERE run_id = ? AND call_id = ? AND key = ?"
            row = connection.execute(sql, (run_id, call.id, key)).fetchone()
            if row is None:
                now = time.time()
                ended = ("intent", None, None) if result is None else ("done", result.model_dump_json(), now)
                connection.execute(
                    "INSERT INTO ledger(key, run_id, call_id, name, arguments, intent_at, state, result, outcome_at)"
                    " VALUES (?,?,?,?,?,?,?,?,?)",
                    (key, run_id, call.id, call.name, dumps(call.arguments), now, *ended),
                )
                return Entry("new")
        if row["state"] == "done":
            return Entry("done", ToolResult.model_validate_json(row["result"]))
        return Entry("ambiguous")

    def outcome(self, key: str, result: ToolResult) -> None:
        """See `agentkit.act.Ledger`; the intent must have been written here."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE ledger SET state = 'done', result = ?, outcome_at = ?"
                " WHERE run_id = ? AND call_id = ? AND key = ? AND state = 'intent'",
                (result.model_dump_json(), time.time(), self._run_of[key], result.call_id, key),
            )

    def settle(self, run_id: str, result: ToolResult) -> None:
        """A person said that a call with an unknown outcome did happen: that is its outcome now."""
        with self._database.write(durable=True) as connection:
            connection.execute(
                "UPDATE ledger SET state = 'done', result = ?, outcome_at = ? WHERE run_id = ? AND call_id = ?",
                (result.model_dump_json(), time.time(), run_id, result.call_id),
            )

    def retract(self, run_id: str, call_id: str) -> None:
        """A person said that a call with an unknown outcome did not happen: it may run again."""
        with self._database.write(durable=True) as connection:
            connection.execute("DELETE FROM ledger WHERE run_id = ? AND call_id = ?", (run_id, call_id))
