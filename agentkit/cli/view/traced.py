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
from agentkit.types import Action, CheckStatus, DecisionPoint, Proposal, ProposeRequest, Run, Step

_STATUS = {"success": "green", "answered": "green", "failed": "red", "partial": "yellow", "cancelled": "yellow"}
_CHECK = {CheckStatus.PASS: ("✓", "green"), CheckStatus.FAIL: ("✗", "red"), CheckStatus.UNSURE: ("?", "yellow")}


def runs_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """The rows of `v_runs`, one line each; the task gives way when the screen is narrow."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("id", "started", "status"):
        table.add_column(name, no_wrap=True)
    table.add_column("steps", justify="right")
    table.add_column("time", justify="right", no_wrap=True)
    table.add_column("task", no_wrap=True, overflow="ellipsis", ratio=1)
    for row in rows:
        status = str(row["status"] or "unfinished")
        table.add_row(
            Text(str(row["id"])[:12]),
            Text(str(row["started"])[5:16]),
            Text(status, style=_STATUS.get(status, "")),
            Text(str(row["steps"])),
            Text(wording.duration(row["ms"]) if row["ms"] is not None else ""),
            Text(str(row["task"])),
        )
    return table


def show_run(console: Console, run: Run, *, points: bool, requests: Mapping[int, ProposeRequest]) -> None:
    """Print a run: its task, each step, how it ended."""
    console.print(Text(run.task, style="bold"))
    console.print(Text(f"{run.id} · {wording.duration(run.ms)} · ${run.cost_usd:.4f}", style="dim"))
    for step in run.steps:
        console.print()
        if step.index in requests:
            _print_request(console, requests[step.index])
        _print_step(console, step, points=points)
    console.print()
    ending = Text(run.status, style=_STATUS.get(run.status, "yellow"))
    console.print(Text.assemble(ending, f" {run.reason}" if run.reason else ""))
    if run.answer:
        console.print(Text(run.answer, style="bold"))
    if run.output is not None:
        console.print(Text(f"output {wording.value_text(run.output, 2000)}"))
    if run.question:
        console.print(Text(f"waits for: {run.question}", style="blue"))


def _print_request(console: Console, request: ProposeRequest) -> None:
    console.print(Text(f"tools  {', '.join(tool.name for tool in request.tools)}", style="dim"))
    for fact in request.facts:
        console.print(Text(f"fact   {fact}", style="dim"))
    for message in request.messages:
        said = message.content or "; ".join(wording.call_text(call) for call in message.calls)
        console.print(Text(f"{message.role:<10}{said}", style="dim"))


def _print_step(console: Console, step: Step, *, points: bool) -> None:
    console.print(Text(f"step {step.index + 1} · {wording.details(step, step.ms)}", style="dim"))
    for call in wording.calls_text(step.proposal):
        console.print(Text(f"  {call}", style="cyan"))
    if points:
        _print_points(console, step.proposal)
    for check in step.verdict.checks:
        mark, colour = _CHECK[check.status]
        evidence = f" {check.evidence}" if check.evidence else ""
        console.print(Text(f"  {mark} {check.name}", style=colour), Text(evidence, style="dim"), sep="")
    if step.decision.action is not Action.EXECUTE:
        console.print(Text(f"  → {wording.decision_text(step.decision)}", style="yellow"))
    if step.exchange is not None:
        exchange = step.exchange
        console.print(
            Text(f"  ↑ {exchange.model}: {exchange.status}, {exchange.bytes_out:,} bytes out", style="magenta")
        )
    for result in step.results:
        console.print(Text(f"  → {result.name}: {wording.result_text(result)}", style="" if result.ok else "yellow"))


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
