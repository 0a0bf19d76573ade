"""The trace: every event of every run as rows of one SQLite file, and the runs read back as values.

Knows nothing of models or of the graph. Safe to use from several threads and several processes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from agentkit.errors import TraceError, WiringError
from agentkit.events import AnyEvent, RunFinished
from agentkit.home import trace_path
from agentkit.trace import schema
from agentkit.trace.contents import Contents, get_request
from agentkit.trace.database import MEMORY, Database
from agentkit.trace.lease import TTL_S, Lease
from agentkit.trace.ledger import SqliteLedger
from agentkit.trace.load import load_exchanges, load_run
from agentkit.trace.rows import write
from agentkit.trace.views import VIEWS
from agentkit.types import Message, ProposeRequest, RemoteExchange, Run


class Store:
    """Opens (and, where needed, makes or migrates) a trace file; None means the user's own.

    Raises `TraceError` when the file cannot be opened or written, or when a newer agentkit wrote it. With `looking`,
    the file is read as it stands and nothing is written, so that it opens on a disk that is full or read-only.
    """

    def __init__(self, path: str | Path | None = None, *, looking: bool = False) -> None:
        self.path = MEMORY if str(path) == ":memory:" else Path(path or trace_path()).expanduser().absolute()
        self.database = Database(self.path, looking=looking)
        self._contents = Contents()
        try:
            schema.migrate(self.database)
        except BaseException:
            self.database.close()
            raise

    def record(self, *events: AnyEvent, lease: Lease | None = None) -> None:
        """Write events in one transaction; writing an event again changes nothing.

        With a lease, raises `LeaseError` and writes nothing when another process has taken the run over.
        """
        try:
            with self.database.write() as connection:
                if lease is not None:
                    lease.check(connection)
                for event in events:
                    write(connection, self._contents, event)
                    if isinstance(event, RunFinished):
                        self._contents.forget()
        except BaseException:
            self._contents.forget()
            raise

    def run(self, run_id: str) -> Run:
        """The run with this id, or the only one whose id begins so; raises `WiringError` when there is none."""
        full = self.resolve(run_id)
        run = load_run(self.database, full)
        assert run is not None
        return run

    def resolve(self, run_id: str) -> str:
        """The full id behind an id or the beginning of one; raises `WiringError` when none or several match."""
        if self.database.row("SELECT 1 FROM runs WHERE id = ?", (run_id,)):
            return run_id
        pattern = "".join("\\" + c if c in "%_\\" else c for c in run_id) + "%"
        found = self.database.rows("SELECT id FROM runs WHERE id LIKE ? ESCAPE '\\' LIMIT 3", (pattern,))
        if run_id and len(found) == 1:
            return found[0]["id"]
        what = f"several runs whose id begins with {run_id!r}" if run_id and found else f"no run {run_id!r}"
        raise WiringError(f"{what} in {self.path}", hint="`agentkit trace ls` lists the runs")

    def exists(self, run_id: str) -> bool:
        """Whether a run with exactly this id was recorded."""
        return self.database.row("SELECT 1 FROM runs WHERE id = ?", (run_id,)) is not None

    def status(self, run_id: str) -> str:
        """How a run stands: a status of `Run`, or `running` while it runs or when it was cut off."""
        row = self.database.row("SELECT status FROM runs WHERE id = ?", (run_id,))
        return "" if row is None else row["status"]

    def history(self, run_id: str) -> tuple[Message, ...]:
        """The turns of an earlier conversation with which a run began."""
        row = self.database.row("SELECT history FROM runs WHERE id = ?", (run_id,))
        return () if row is None else tuple(Message.model_validate(turn) for turn in json.loads(row["history"]))

    def exchanges(self, run_id: str) -> tuple[tuple[int, str, RemoteExchange], ...]:
        """All exchanges of a run with models elsewhere, each with its step and its tier (`hosted` or `remote`)."""
        return load_exchanges(self.database, run_id)

    def runs(self, *, limit: int = -1, status: str | None = None) -> list[dict[str, Any]]:
        """The newest runs first, as rows of the view `v_runs`."""
        where, parameters = (" WHERE status = ?", [status]) if status else ("", [])
        return list(schema.query(self.database, f"SELECT * FROM v_runs{where} LIMIT ?", [*parameters, limit]))  # noqa: S608

    def view(self, name: str, run_id: str | None = None) -> list[dict[str, Any]]:
        """The rows of one of the views, of one run or of all."""
        if name not in VIEWS:
            raise WiringError(f"no view {name!r}", hint=f"the views are {', '.join(VIEWS)}")
        where, parameters = (" WHERE run_id = ?", [run_id]) if run_id else ("", [])
        return list(schema.query(self.database, f"SELECT * FROM {name}{where}", parameters))  # noqa: S608

    def request(self, run_id: str, step: int) -> ProposeRequest:
        """What the model saw at a step; raises `WiringError` when that step is not recorded."""
        row = self.database.row("SELECT body FROM requests WHERE run_id = ? AND step = ?", (run_id, step))
        if row is None:
            hint = f"`agentkit trace show {run_id[:12]}` shows its steps"
            raise WiringError(f"run {run_id} has no step {step} in {self.path}", hint=hint)
        return get_request(row["body"], self._content)

    def export(self, run_id: str | None = None) -> Iterator[Mapping[str, Any]]:
        """One JSON-able line per run: the run, and the request of each of its steps."""
        ids = [self.resolve(run_id)] if run_id else [row["id"] for row in self.runs()]
        for one in ids:
            run = self.run(one)
            requests = [self.request(one, step.index).model_dump(mode="json") for step in run.steps]
            yield {**run.model_dump(mode="json"), "requests": requests}

    def ledger(self, lease: Lease | None = None, repeatable: frozenset[str] = frozenset()) -> SqliteLedger:
        """The record of side effects; with a lease, no intent is written once the lease is lost.

        `repeatable` names the tools whose calls do no harm when they run twice; their intents need not survive a power
        cut.
        """
        return SqliteLedger(self.database, lease, repeatable)

    def lease(self, run_id: str, *, ttl_s: float = TTL_S) -> Lease:
        """A context manager that holds a run; entering raises `LeaseError` while another holder is alive."""
        return Lease(self.database, run_id, ttl_s=ttl_s)

    def answered(self, run_id: str, answer: str, at: float) -> None:
        """Note what a person answered to the run's last question."""
        with self.database.write() as connection:
            connection.execute(
                "UPDATE asks SET answer = ?, answered_at = ? WHERE run_id = ? AND step ="
                " (SELECT max(step) FROM asks WHERE run_id = ?)",
                (answer, at, run_id, run_id),
            )

    def close(self) -> None:
        """Close the file; calling it twice is harmless."""
        self.database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _content(self, digest: str) -> str:
        row = self.database.row("SELECT body FROM contents WHERE sha256 = ?", (digest,))
        if row is None:
            raise TraceError(f"the trace {self.path} lacks the content {digest}", hint="the file was changed by hand")
        return row["body"]
