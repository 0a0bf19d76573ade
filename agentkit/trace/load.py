"""Rows back to values: the `Run` that a trace holds equals the one that was returned.

Knows nothing of events. Steps that were interrupted before a decision are not part of a run.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from typing import Any

from agentkit.trace.database import Database
from agentkit.types import Proposal, RemoteExchange, Run, Step, ToolResult

Row = sqlite3.Row

_POINT = ("field", "text", "p", "mass", "margin", "entropy", "legal")
_CHECK = ("name", "status", "evidence", "score", "call", "path", "ms", "repairable")
_RESULT = ("call_id", "name", "status", "value", "text", "error", "ms", "truncated", "origin")
_EXCHANGE = (
    *("model", "sent", "received", "bytes_out", "bytes_in", "tokens"),
    *("attempts", "status", "error", "ms", "cost_usd"),
)
_DECISION = ("action", "reason", "feedback", "question", "approval", "final", "threshold")


def load_run(database: Database, run_id: str) -> Run | None:
    """The run with this id; one that never ended (a crash) is `partial`."""
    row = database.row("SELECT * FROM runs WHERE id = ?", (run_id,))
    if row is None:
        return None
    unfinished = row["status"] == "running"
    return Run(
        id=row["id"],
        task=row["task"],
        status="partial" if unfinished else row["status"],
        reason="the run did not end; resume it with its id" if unfinished else row["reason"],
        answer=row["answer"],
        output=json.loads(row["output"]),
        question=row["question"],
        steps=load_steps(database, run_id),
        ms=row["ms"],
        cost_usd=row["cost_usd"],
    )


def load_steps(database: Database, run_id: str) -> tuple[Step, ...]:
    """The steps of a run that reached a decision, in order."""
    points = _by_step(database, "decision_points", run_id)
    checks = _by_step(database, "checks", run_id)
    results = _by_step(database, "results", run_id, "call_id")
    exchanges = _by_step(database, "exchanges", run_id, "step, tier, attempt")
    rows = database.rows(
        "SELECT s.*, p.*, d.*, s.ms AS step_ms, p.text AS answer_text FROM steps s"
        " JOIN proposals p USING (run_id, step) JOIN decisions d USING (run_id, step) WHERE run_id = ? ORDER BY step",
        (run_id,),
    )
    steps: list[Step] = []
    for row in rows:
        index: int = row["step"]
        proposal = _proposal(row, points[index])
        steps.append(
            Step.model_validate(
                {
                    "index": index,
                    "proposal": proposal,
                    "verdict": _verdict(row, checks[index]),
                    "decision": {
                        **_pick(row, _DECISION),
                        "approval": bool(row["approval"]),
                        "final": bool(row["final"]),
                    },
                    "results": _results(proposal, results[index]),
                    "hosted": _exchange(exchanges[index], "hosted"),
                    "exchange": _exchange(exchanges[index], "remote"),
                    "ms": row["step_ms"],
                }
            )
        )
    return tuple(steps)


def load_exchanges(database: Database, run_id: str) -> tuple[tuple[int, str, RemoteExchange], ...]:
    """All exchanges of a run, also those whose answer was lost in a crash: the step, the tier, the exchange."""
    rows = database.rows("SELECT * FROM exchanges WHERE run_id = ? ORDER BY step, tier, attempt", (run_id,))
    return tuple((row["step"], row["tier"], RemoteExchange.model_validate(_told(row))) for row in rows)


def _by_step(database: Database, table: str, run_id: str, order: str = "seq") -> defaultdict[int, list[Row]]:
    grouped: defaultdict[int, list[Row]] = defaultdict(list)
    sql = f"SELECT * FROM {table} WHERE run_id = ? ORDER BY {order}"  # noqa: S608
    for row in database.rows(sql, (run_id,)):
        grouped[row["step"]].append(row)
    return grouped


def _pick(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _proposal(row: Row, points: list[Row]) -> Proposal:
    return Proposal.model_validate(
        {
            **_pick(row, ("model", "tier", "reasoning")),
            "text": row["answer_text"],
            "calls": json.loads(row["calls"]),
            "points": [{**_pick(at, _POINT), "alternatives": _alternatives(at["alternatives"])} for at in points],
            "confidence_known": bool(row["confidence_known"]),
            "truncated": bool(row["truncated"]),
            "usage": json.loads(row["usage"]),
            "others": json.loads(row["others"]),
        }
    )


def _alternatives(text: str) -> list[dict[str, Any]]:
    return [{"text": text, "p": p} for text, p in json.loads(text)]


def _verdict(row: Row, checks: list[Row]) -> dict[str, Any]:
    return {
        "status": row["verdict"],
        "probability": row["probability"],
        "calibrated": bool(row["calibrated"]),
        "checks": [{**_pick(check, _CHECK), "repairable": bool(check["repairable"])} for check in checks],
    }


def _results(proposal: Proposal, rows: list[Row]) -> list[ToolResult]:
    order = {call.id: position for position, call in enumerate(proposal.calls)}
    results = [
        ToolResult.model_validate(
            {**_pick(row, _RESULT), "value": json.loads(row["value"]), "truncated": bool(row["truncated"])}
        )
        for row in rows
    ]
    return sorted(results, key=lambda result: order.get(result.call_id, len(order)))


def _exchange(rows: list[Row], tier: str) -> dict[str, Any] | None:
    """The newest of a tier."""
    row = next((row for row in reversed(rows) if row["tier"] == tier), None)
    return None if row is None else _told(row)


def _told(row: Row) -> dict[str, Any]:
    return {**_pick(row, _EXCHANGE), "placeholders": json.loads(row["placeholders"])}
