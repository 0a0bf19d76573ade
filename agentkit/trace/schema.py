"""The tables and views of the trace, as numbered migrations; the one file that imports sqlite_utils.

Knows nothing of events. `PRAGMA user_version` is the number of the last migration, so that a file that is up to date
opens without loading sqlite_utils; a file of a newer agentkit is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from agentkit.errors import TraceError
from agentkit.trace.database import Database
from agentkit.trace.views import VIEWS

if TYPE_CHECKING:
    import sqlite_utils

VERSION = 1

_RUN_STEP = ("run_id", "step")


def migrate(database: Database) -> None:
    """Bring the file to `VERSION`; raises `TraceError` when a newer agentkit wrote it."""
    if _current(database):
        return
    import sqlite_utils

    with database.write() as connection:
        if _current(database):  # another process was faster
            return
        opened = sqlite_utils.Database(connection, recursive_triggers=False, execute_plugins=False)
        _migrations().apply(opened)
        connection.execute(f"PRAGMA user_version={VERSION}")


def query(database: Database, sql: str, parameters: Sequence[Any] = ()) -> Iterator[dict[str, Any]]:
    """Rows of a reading statement as dictionaries."""
    import sqlite_utils

    with database.lock:
        opened: Any = sqlite_utils.Database(database.connection, recursive_triggers=False, execute_plugins=False)
        yield from opened.query(sql, list(parameters))


def _current(database: Database) -> bool:
    row = database.row("PRAGMA user_version")
    found = int(row[0]) if row else 0
    if found > VERSION:
        raise TraceError(
            f"the trace {database.path} has schema {found}; this agentkit knows schemas up to {VERSION}",
            hint="upgrade agentkit, or set AGENTKIT_HOME to another folder",
        )
    return found == VERSION


def _migrations() -> Any:
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("agentkit")
    migrations(name="m001_trace")(m001_trace)
    return migrations


def m001_trace(db: sqlite_utils.Database) -> None:
    """Runs, their steps and all that hangs on a step; contents by their hash; the ledger and the leases."""
    db.table("contents").create({"sha256": str, "kind": str, "body": str}, pk="sha256")
    words = dict.fromkeys(("id", "task", "agent", "status", "reason", "answer", "output", "question"), str)
    count = {"ms": float, "cost_usd": float, "resumed": int, "started_at": float, "updated_at": float}
    db.table("runs").create({**words, **count}, pk="id")
    db.table("runs").create_index(["started_at"])
    _m001_proposing(db)
    _m001_acting(db)
    for name, sql in VIEWS.items():
        db.create_view(name, sql)


def _m001_proposing(db: sqlite_utils.Database) -> None:
    at = {"run_id": str, "step": int}
    _create(
        db, "steps", {**at, "started_at": float, "ms": float, "verdict": str, "probability": float, "calibrated": int}
    )
    _create(db, "retrievals", {**at, "tools": str, "of": int, "ms": float})
    _create(db, "requests", {**at, "body": str})
    text = dict.fromkeys(("calls", "model", "tier", "text", "reasoning", "usage", "others"), str)
    count = dict.fromkeys(("prompt_tokens", "cached_tokens", "decoded_tokens", "forced_tokens", "forward_passes"), int)
    flags = {"confidence_known": int, "truncated": int}
    _create(db, "proposals", {**at, **text, **flags, **count, "ms": float, "cost_usd": float})
    number = dict.fromkeys(("p", "mass", "margin", "entropy"), float)
    point = {**at, "seq": int, "field": str, "text": str, **number, "legal": int, "alternatives": str}
    _create(db, "decision_points", point, key=(*_RUN_STEP, "seq"))
    check = {**at, "seq": int, "name": str, "status": str, "evidence": str, "score": float, "call": int, "path": str}
    _create(db, "checks", {**check, "ms": float, "repairable": int}, key=(*_RUN_STEP, "seq"))
    words = dict.fromkeys(("action", "reason", "feedback", "question"), str)
    _create(db, "decisions", {**at, **words, "approval": int, "threshold": float, "final": int})


def _m001_acting(db: sqlite_utils.Database) -> None:
    at = {"run_id": str, "step": int}
    call = {"run_id": str, "call_id": str, "step": int, "name": str, "arguments": str, "started_at": float}
    _create(db, "calls", call, key=("run_id", "call_id"))
    words = dict.fromkeys(("name", "status", "value", "text", "error", "origin"), str)
    result = {"run_id": str, "call_id": str, "step": int, **words, "ms": float, "truncated": int}
    _create(db, "results", result, key=("run_id", "call_id"))
    words = dict.fromkeys(("model", "sent", "received", "placeholders", "status", "error"), str)
    count = dict.fromkeys(("bytes_out", "bytes_in", "attempts"), int)
    _create(db, "exchanges", {**at, **words, **count, "ms": float, "cost_usd": float})
    ask = {**at, "question": str, "approval": int, "calls": str, "asked_at": float, "answer": str, "answered_at": float}
    _create(db, "asks", ask)
    words = dict.fromkeys(("key", "run_id", "call_id", "name", "arguments", "state", "result"), str)
    _create(db, "ledger", {**words, "intent_at": float, "outcome_at": float}, key=("key",))
    db.table("ledger").create_index(["run_id", "call_id"])
    lease = {"run_id": str, "owner": str, "host": str, "pid": int, "born": str, "expires_at": float}
    db.table("leases").create(lease, pk="run_id")


def _create(db: sqlite_utils.Database, name: str, columns: dict[str, Any], key: tuple[str, ...] = _RUN_STEP) -> None:
    db.table(name).create(columns, pk=key, foreign_keys=[("run_id", "runs", "id")])
