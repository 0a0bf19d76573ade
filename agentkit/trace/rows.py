"""Events to rows: what each kind of event writes, so that writing it twice leaves the same rows as writing it once.

A node of the graph that was interrupted runs again from its start, so every event may come again with the same run
and step. A new proposal for a step replaces what hung on the old one, except for exchanges: what left a machine and was
paid for stays, each attempt a row. Knows nothing of transactions.
"""

from __future__ import annotations

import sqlite3
import time
from functools import lru_cache
from typing import Any

from agentkit import events
from agentkit.trace.contents import Contents, dumps
from agentkit.types import Proposal, Run, ToolCall

Connection = sqlite3.Connection


def write(connection: Connection, contents: Contents, event: events.AnyEvent) -> None:
    """Write one event's rows."""
    match event:
        case events.RunStarted():
            _run_started(connection, event)
        case events.Retrieved():
            tools = dumps([contents.put(connection, "schema", tool) for tool in event.tools])
            _replace(connection, "retrievals", event, tools=tools, of=event.of, ms=event.ms)
        case events.Proposed():
            _proposed(connection, contents, event)
        case events.Verified():
            _verified(connection, event)
        case events.Decided():
            decision = event.decision.model_dump(mode="json")
            _replace(connection, "decisions", event, **decision)
        case events.Executing():
            _executing(connection, event.run_id, event.step, event.call)
        case events.Executed():
            _executed(connection, event)
        case events.Exchanged() | events.Escalated():
            exchange = event.exchange.model_dump(mode="json")
            exchange["placeholders"] = dumps(exchange["placeholders"])
            tier = "hosted" if isinstance(event, events.Exchanged) else "remote"
            _replace(connection, "exchanges", event, tier=tier, attempt=event.attempt, **exchange)
        case events.Asked():
            asked = {"question": event.question, "approval": event.approval, "calls": _calls(event.calls)}
            _replace(connection, "asks", event, **asked, asked_at=time.time())
        case events.StepEnded():
            sql = "UPDATE steps SET ms = ? WHERE run_id = ? AND step = ?"
            connection.execute(sql, (event.ms, event.run_id, event.step))
        case events.RunFinished():
            _run_finished(connection, event.run)


def _replace(connection: Connection, table: str, event: events.Event, **columns: Any) -> None:
    insert(connection, table, run_id=event.run_id, step=event.step, **columns)


def insert(connection: Connection, table: str, **columns: Any) -> None:
    """Insert a row, in place of the one with the same key."""
    connection.execute(_insertion(table, tuple(columns)), tuple(columns.values()))


@lru_cache(maxsize=64)
def _insertion(table: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT OR REPLACE INTO {table}({names}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608


def _run_started(connection: Connection, event: events.RunStarted) -> None:
    now = time.time()
    history = dumps([message.model_dump(mode="json") for message in event.history])
    connection.execute(
        "INSERT INTO runs(id, task, agent, status, reason, answer, output, ms, cost_usd, resumed, started_at,"
        " updated_at, history) VALUES (?,?,?,'running','','','null',0,0,0,?,?,?)"
        " ON CONFLICT(id) DO UPDATE SET status='running', question=NULL, resumed=resumed+?, updated_at=?",
        (event.run_id, event.task, event.agent, now, now, history, int(event.resumed), now),
    )


def _proposed(connection: Connection, contents: Contents, event: events.Proposed) -> None:
    key = (event.run_id, event.step)
    if connection.execute("SELECT 1 FROM steps WHERE run_id = ? AND step = ?", key).fetchone():
        for table in ("decision_points", "checks", "decisions", "proposals", "asks"):
            connection.execute(f"DELETE FROM {table} WHERE run_id = ? AND step = ?", key)  # noqa: S608
    _replace(connection, "steps", event, started_at=time.time(), ms=0.0)
    _replace(connection, "requests", event, body=contents.put_request(connection, event.request))
    _replace(connection, "proposals", event, **_proposal(event.proposal))
    connection.executemany(
        "INSERT INTO decision_points(run_id, step, seq, field, text, p, mass, margin, entropy, legal, alternatives)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        [
            (*key, seq, at.field, at.text, at.p, at.mass, at.margin, at.entropy, at.legal, _alternatives(at))
            for seq, at in enumerate(event.proposal.points)
        ],
    )


def _proposal(proposal: Proposal) -> dict[str, Any]:
    usage = proposal.usage
    counts = ("prompt_tokens", "cached_tokens", "decoded_tokens", "forced_tokens", "forward_passes", "cost_usd")
    return {
        **{name: getattr(proposal, name) for name in ("model", "tier", "text", "reasoning", "truncated")},
        **{name: getattr(usage, name) for name in counts},
        "confidence_known": proposal.confidence_known,
        "calls": _calls(proposal.calls),
        "usage": usage.model_dump_json(),
        "others": dumps([other.model_dump(mode="json") for other in proposal.others]),
        "ms": usage.total_ms(),
    }


def _alternatives(point: Any) -> str:
    return dumps([[one.text, one.p] for one in point.alternatives]) if point.alternatives else "[]"


def _calls(calls: tuple[ToolCall, ...]) -> str:
    return dumps([{"id": call.id, "name": call.name, "arguments": call.arguments} for call in calls])


def _verified(connection: Connection, event: events.Verified) -> None:
    key = (event.run_id, event.step)
    verdict = event.verdict
    connection.execute(
        "UPDATE steps SET verdict = ?, probability = ?, calibrated = ? WHERE run_id = ? AND step = ?",
        (verdict.status.value, verdict.probability, verdict.calibrated, *key),
    )
    connection.execute("DELETE FROM checks WHERE run_id = ? AND step = ?", key)
    connection.executemany(
        "INSERT INTO checks(run_id, step, seq, name, status, evidence, score, call, path, ms, repairable)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        [
            (*key, seq, c.name, c.status.value, c.evidence, c.score, c.call, c.path, c.ms, c.repairable)
            for seq, c in enumerate(verdict.checks)
        ],
    )


def _executing(connection: Connection, run_id: str, step: int, call: ToolCall) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO calls(run_id, call_id, step, name, arguments, started_at) VALUES (?,?,?,?,?,?)",
        (run_id, call.id, step, call.name, dumps(call.arguments), time.time()),
    )


def _executed(connection: Connection, event: events.Executed) -> None:
    _executing(connection, event.run_id, event.step, event.call)  # a call that was refused never began
    result = event.result.model_dump(mode="json")
    result["value"] = dumps(result["value"])
    _replace(connection, "results", event, **result)


def _run_finished(connection: Connection, run: Run) -> None:
    connection.execute(
        "UPDATE runs SET status=?, reason=?, answer=?, output=?, question=?, ms=?, cost_usd=?, updated_at=? WHERE id=?",
        (
            *(run.status, run.reason, run.answer, dumps(run.output), run.question),
            *(run.ms, run.cost_usd, time.time(), run.id),
        ),
    )
