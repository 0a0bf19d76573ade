"""The tables and views of the trace, as numbered migrations; the one file that imports sqlite_utils.

Knows nothing of events. `PRAGMA user_version` is the number of the last migration, so that a file that is up to date
opens without loading sqlite_utils; a file of a newer agentkit is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from agentkit.errors import TraceError
from agentkit.trace import tables
from agentkit.trace.database import Database
from agentkit.trace.views import VIEWS

if TYPE_CHECKING:
    import sqlite_utils

VERSION = 3


def migrate(database: Database) -> None:
    """Bring the file, or a copy where it is only looked at, to `VERSION`.

    Raises `TraceError` when a newer agentkit wrote it.
    """
    if _current(database):
        return
    database.detach()
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
    migrations(name="m002_history")(m002_history)
    migrations(name="m003_tiers")(m003_tiers)
    return migrations


def m001_trace(db: sqlite_utils.Database) -> None:
    """Runs, their steps and all that hangs on a step; contents by their hash; the ledger and the leases."""
    _run(db, tables.M001)


def m002_history(db: sqlite_utils.Database) -> None:
    """The turns that stood before the task, so that a run cut off before its first checkpoint begins with them."""
    _run(db, tables.M002)


def m003_tiers(db: sqlite_utils.Database) -> None:
    """Exchanges of either tier: a step may come from a model elsewhere, and be escalated to another."""
    for name in VIEWS:  # a view of the user's own stays
        db.conn.execute(f"DROP VIEW IF EXISTS {name}")
    _run(db, tables.M003)
    for name, sql in VIEWS.items():
        db.create_view(name, sql)


def _run(db: sqlite_utils.Database, statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            db.conn.execute(statement)
