"""One SQLite connection shared by a process's threads; every sqlite3 fault becomes a `TraceError` naming the file.

Knows nothing of tables. Write-ahead logging lets readers and several processes work at once. `synchronous=NORMAL`
means that a commit outlives the death of the process (kill -9), and that a power cut may take the last commits with
it but never corrupts the file; a transaction opened with `durable=True` is on the disk when it returns.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agentkit.errors import TraceError

BUSY_MS = 10_000
MEMORY = Path(":memory:")
_SETTINGS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "wal_autocheckpoint=4000")


class Database:
    """A connection, a re-entrant lock, and transactions that begin by taking the write lock.

    With `looking`, nothing is written, not even what SQLite needs beside a file to read it: for a disk that is full or
    that cannot be written. What another process writes meanwhile is not seen.
    """

    def __init__(self, path: Path, *, looking: bool = False) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._depth = 0
        self._looking = looking
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._connection = self._look() if looking else self._open()

    def _open(self) -> sqlite3.Connection:
        with self._faults("open"):
            if self.path != MEMORY:
                self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))  # what people ask of agents is private
            connection = sqlite3.connect(
                self.path, isolation_level=None, check_same_thread=False, timeout=BUSY_MS / 1000, cached_statements=256
            )
            try:
                for setting in _SETTINGS:
                    connection.execute(f"PRAGMA {setting}")
            except BaseException:
                connection.close()
                raise
            connection.row_factory = sqlite3.Row
            return connection

    def detach(self) -> None:
        """Go on with a copy in a temporary folder, which can be written, where the file is only looked at."""
        with self._lock:
            if self._looking and self._copy is None:
                self._connection.close()
                self._connection = self._look(copied=True)

    def _look(self, *, copied: bool = False) -> sqlite3.Connection:
        with self._faults("open"):
            path, log = self.path, Path(f"{self.path}-wal")
            logged = log.is_file() and log.stat().st_size > 0
            if copied or logged:  # a reader must put the log's pages in their place: in a copy
                self._copy = tempfile.TemporaryDirectory()
                path = Path(shutil.copyfile(self.path, Path(self._copy.name, self.path.name)))
                if logged:
                    shutil.copyfile(log, f"{path}-wal")
            else:
                path.open("rb").close()
            query = "" if self._copy else "?mode=ro&immutable=1"
            connection = sqlite3.connect(
                f"{path.as_uri()}{query}", uri=True, isolation_level=None, check_same_thread=False
            )
            connection.row_factory = sqlite3.Row
            return connection

    @property
    def connection(self) -> sqlite3.Connection:
        """The raw connection, for the parts that must share it; hold `lock` while using it."""
        return self._connection

    @property
    def lock(self) -> threading.RLock:
        """Held by whoever uses the connection."""
        return self._lock

    @contextmanager
    def write(self, *, durable: bool = False) -> Generator[sqlite3.Connection]:
        """A transaction that holds the write lock from its first moment; nested ones join the outermost."""
        with self._lock, self._faults("write"):
            if self._depth:
                yield self._connection
                return
            if durable:
                self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._depth = 0
                if durable:
                    self._connection.execute("PRAGMA synchronous=NORMAL")

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._lock, self._faults("read"):
            return self._connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Row | None:
        """The first row of a query, if there is one."""
        with self._lock, self._faults("read"):
            found: sqlite3.Row | None = self._connection.execute(sql, parameters).fetchone()
            return found

    def close(self) -> None:
        """Close the connection; calling it twice is harmless."""
        with self._lock:
            self._connection.close()
            if self._copy is not None:
                self._copy.cleanup()
                self._copy = None

    @contextmanager
    def _faults(self, doing: str) -> Generator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise TraceError(f"cannot {doing} the trace {self.path}: {error}", hint=_hint(error)) from error


def _hint(error: Exception) -> str:
    text = str(error).lower()
    if "newer" in text:
        return "upgrade agentkit"
    if "full" in text or "no space" in text or "disk i/o error" in text:
        return "free some disk space; `agentkit trace ls` shows how far each run came, and `--resume` goes on with one"
    if "readonly" in text or "read-only" in text or "permission" in text or "unable to open" in text:
        return "set AGENTKIT_HOME to a folder that can be written (in Python, Agent(store=False) keeps no trace)"
    if "locked" in text:
        return "another process holds the trace; try again when it is done"
    if "not a database" in text or "malformed" in text:
        return "move the file away; agentkit then starts a new one"
    return "set AGENTKIT_HOME to another folder (in Python, Agent(store=False) keeps no trace)"
