"""A lease per run, so that two processes never go on with the same run at once.

Knows nothing of what a run does. A lease is a row with an owner and an expiry; a thread of the holder moves the expiry
on while it lives. A lease whose holder was killed on this machine is taken over at once, one on another machine when
it expires. `check` is the fence: whoever lost its lease (a laptop that slept) must not start another side effect.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from agentkit.errors import LeaseError
from agentkit.trace.database import Database

TTL_S = 30.0


class Lease:
    """Holds one run from `__enter__` to `__exit__`; raises `LeaseError` when another holder is alive."""

    def __init__(self, database: Database, run_id: str, *, ttl_s: float = TTL_S) -> None:
        self.run_id = run_id
        self.owner = uuid.uuid4().hex
        self._database = database
        self._ttl_s = ttl_s
        self._released = threading.Event()

    def __enter__(self) -> Lease:
        try:
            _HEARTBEAT.add(self)
            self._take()
        except BaseException:  # an interrupt between the two would leave the run held for as long as the process lives
            self._release()
            raise
        return self

    def _take(self) -> None:
        pid = os.getpid()
        with self._database.write() as connection:
            held = connection.execute("SELECT * FROM leases WHERE run_id = ?", (self.run_id,)).fetchone()
            if held is not None and _alive(held):
                raise LeaseError(
                    f"run {self.run_id} is held by process {held['pid']} on {held['host']}",
                    hint="wait until it is done, or end that process",
                )
            connection.execute(
                "INSERT OR REPLACE INTO leases(run_id, owner, host, pid, born, expires_at) VALUES (?,?,?,?,?,?)",
                (self.run_id, self.owner, socket.gethostname(), pid, _born(pid), time.time() + self._ttl_s),
            )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._release()

    def _release(self) -> None:
        _HEARTBEAT.discard(self)
        with self._database.write() as connection:
            connection.execute("DELETE FROM leases WHERE run_id = ? AND owner = ?", (self.run_id, self.owner))

    def check(self, connection: sqlite3.Connection) -> None:
        """Raise `LeaseError` unless this holder still holds the run; call it inside a writing transaction."""
        row = connection.execute("SELECT owner FROM leases WHERE run_id = ?", (self.run_id,)).fetchone()
        if row is None or row["owner"] != self.owner:
            raise LeaseError(f"run {self.run_id} was taken over by another process", hint="nothing more is done here")

    def renew(self) -> None:
        """Move the expiry on."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE leases SET expires_at = ? WHERE run_id = ? AND owner = ?",
                (time.time() + self._ttl_s, self.run_id, self.owner),
            )

    @property
    def ttl_s(self) -> float:
        """How long the lease outlives its last renewal, in seconds."""
        return self._ttl_s


class _Heartbeat:
    """One thread renews all leases of the process; it ends when there is none left."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin anew; in a forked process too, since threads and leases stay with the parent."""
        self._leases: set[Lease] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def add(self, lease: Lease) -> None:
        with self._changed:
            self._leases.add(lease)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._beat, name="agentkit-leases", daemon=True)
                self._thread.start()

    def holds(self, owner: str) -> bool:
        """Whether this process still holds, or is just taking, the lease of this owner."""
        with self._changed:
            return any(lease.owner == owner for lease in self._leases)

    def discard(self, lease: Lease) -> None:
        with self._changed:
            self._leases.discard(lease)
            self._changed.notify()

    def _beat(self) -> None:
        while True:
            with self._changed:
                if not self._leases:
                    self._thread = None
                    return
                self._changed.wait(min(lease.ttl_s for lease in self._leases) / 3)
                due = list(self._leases)
            for lease in due:
                self._renew(lease)

    def _renew(self, lease: Lease) -> None:
        with suppress(Exception):  # a missed beat is tried again, and the fence decides
            lease.renew()


_HEARTBEAT = _Heartbeat()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_HEARTBEAT.reset)


def _alive(row: sqlite3.Row) -> bool:
    """Whether the holder may still be at work."""
    if row["expires_at"] <= time.time():
        return False
    if row["host"] != socket.gethostname() or os.name != "posix":
        return True
    if row["pid"] == os.getpid() and not _HEARTBEAT.holds(row["owner"]):
        return False  # let go of here, and the disk was too full to write it down
    return _exists(row["pid"]) and _born(row["pid"]) == row["born"]


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _born(pid: int) -> str:
    """When a process started, as the kernel counts; empty where that cannot be read. Tells a reused pid apart."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    zombie = fields[0] == "Z"
    return "" if zombie else fields[19]
