"""Recorded runs: a table of many, and one of them step by step with its decision points.

Knows nothing of where runs are stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agentkit.cli.view import wording
from agentkit.cli.view.layout import print_line
from agentkit.types import (
    Action,
    CheckStatus,
    DecisionPoint,
    Proposal,
    ProposeRequest,
    RemoteExchange,
    Run,
    Step,
    Verdict,
)

_STATUS = {"success": "green", "answered": "green", "failed": "red", "partial": "yellow", "cancelled": "yellow"}
_CHECK = {CheckStatus.PASS: ("✓", "green"), CheckStatus.FAIL: ("✗", "red"), CheckStatus.UNSURE: ("?", "yellow")}


def print_runs(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    """The rows of `v_runs`, one line each; on a terminal the task gives way."""
    heads = ("id", "started", "status", "steps", "time", "task")
    cells = [_run_cells(row) for row in rows]
    widths = [max(len(line[column]) for line in [heads, *cells]) for column in range(5)]
    room = max(20, console.width - sum(widths) - 10) if console.is_terminal else 1000
    for number, line in enumerate([heads, *cells]):
        parts = [
            text.rjust(width) if column in {3, 4} else text.ljust(width)
            for column, (text, width) in enumerate(zip(line[:5], widths, strict=True))
        ]
        text = Text("  ".join([*parts, wording.shortened(line[5], room)]), style="" if number else "dim")
        if number:
            start = widths[0] + widths[1] + 4
            text.stylize(_STATUS.get(line[2], ""), start, start + len(line[2]))
        print_line(console, text)


def _run_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        str(row["id"])[:12],
        str(row["started"])[5:16],
        str(row["status"] or "unfinished"),
        str(row["steps"]),
        wording.duration(row["ms"]) if row["ms"] is not None else "",
        " ".join(str(row["task"]).split()),
    )


def show_run(console: Console, run: Run, *, points: bool, requests: Mapping[int, ProposeRequest]) -> None:
    """Print a run: its task, each step, how it ended."""
    print_line(console, run.task, "bold")
    print_line(console, f"{run.id} · {wording.duration(run.ms)} · ${run.cost_usd:.4f}", "dim")
    for step in run.steps:
        console.print()
        if step.index in requests:
            _print_request(console, requests[step.index])
        _print_step(console, step, points=points)
    console.print()
    ending = Text(run.status, style=_STATUS.get(run.status, "yellow"))
    print_line(console, Text.assemble(ending, f": {run.reason}" if run.reason else ""))
    if run.answer:
        print_line(console, run.answer, "bold")
    if run.output is not None:
        print_line(console, f"output {wording.value_text(run.output, 2000)}")
    if run.question:
        print_line(console, f"waits for: {run.question}", "blue")


def _print_request(console: Console, request: ProposeRequest) -> None:
    print_line(console, f"tools      {', '.join(tool.name for tool in request.tools)}", "dim")
    for fact in request.facts:
        print_line(console, f"fact       {fact}", "dim")
    for message in request.messages:
        said = message.content or "; ".join(wording.call_text(call) for call in message.calls)
        print_line(console, f"{message.role:<11}{said}", "dim")


def _print_step(console: Console, step: Step, *, points: bool) -> None:
    print_line(console, f"step {step.index + 1} · {wording.details(step, step.ms)}", "dim")
    if step.hosted is not None:
        _print_exchange(console, step.hosted)
    for call in wording.calls_text(step.proposal):
        print_line(console, f"  {call}", "cyan")
    if points:
        _print_points(console, step.proposal)
    _print_checks(console, step.verdict)
    if step.decision.action is not Action.EXECUTE:
        print_line(console, f"  → {wording.decision_text(step.decision)}", "yellow")
    if step.exchange is not None:
        _print_exchange(console, step.exchange)
    for result in step.results:
        print_line(console, f"  → {result.name}: {wording.result_text(result)}", "" if result.ok else "yellow")


def _print_exchange(console: Console, exchange: RemoteExchange) -> None:
    how = f"{exchange.status}, {exchange.error}" if exchange.error else exchange.status
    print_line(console, f"  ↑ {exchange.model}: {how}, {exchange.bytes_out:,} bytes out", "magenta")


def _print_checks(console: Console, verdict: Verdict) -> None:
    """Those that passed on one line, each other one with its evidence."""
    passed = [check.name for check in verdict.checks if check.status is CheckStatus.PASS]
    if passed:
        mark, colour = _CHECK[CheckStatus.PASS]
        print_line(console, f"  {mark} {', '.join(passed)}", colour)
    for check in verdict.checks:
        if check.status is not CheckStatus.PASS:
            mark, colour = _CHECK[check.status]
            evidence = Text(f": {check.evidence}" if check.evidence else "", style="dim")
            print_line(console, Text.assemble((f"  {mark} {check.name}", colour), evidence))


def _print_points(console: Console, proposal: Proposal) -> None:
    """Where the model could have gone on otherwise, the least sure first to see."""
    if not proposal.points:
        console.print(Text("  no decision points: the engine gives no token probabilities", style="dim"))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("  decision point")
    table.add_column("chosen", overflow="fold")
    for name in ("p", "mass", "legal"):
        table.add_column(name, justify="right")
    table.add_column("next best", overflow="fold")
    for point in proposal.points:
        table.add_row(*_point_row(point))
    console.print(table)


def _point_row(point: DecisionPoint) -> tuple[Text, ...]:
    colour = "" if point.p >= 0.9 else "yellow" if point.p >= 0.5 else "red"
    near = [other for other in point.alternatives[:3] if other.p >= 0.005]
    return (
        Text(f"  {point.field}"),
        Text(wording.shortened(repr(point.text), 24)),
        Text(f"{point.p:.3f}", style=colour),
        Text(f"{point.mass:.3f}"),
        Text(f"{point.legal:,}"),
        Text(", ".join(f"{wording.shortened(repr(other.text), 24)} {other.p:.2f}" for other in near), style="dim"),
    )
