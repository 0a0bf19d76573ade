"""How a run ends: its status, its answer, its typed output.

Pure. Knows nothing of graphs, models or storage.
"""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import JsonValue

from agentkit.decide import ending
from agentkit.graph.journal import cost_usd
from agentkit.graph.session import Session
from agentkit.graph.state import End, State
from agentkit.types import Control, Decision, Proposal, Run, Status, Step, ToolResult


def ended(status: Status, reason: str, answer: str = "", output: JsonValue = None) -> State:
    """The change of state that ends a run."""
    return {"end": End(status=status, reason=reason, answer=answer, output=output), "route": "stop"}


def stopped(proposal: Proposal, decision: Decision, results: Iterable[ToolResult]) -> State:
    """The end that a decision to stop brings, with the answer of a FINISH."""
    ran = any(result.ok for result in results)
    status = ending(proposal, decision, ran=ran)
    answer, output = "", None
    if proposal.control is Control.FINISH and decision.final:
        arguments = proposal.calls[0].arguments
        answer, output = str(arguments.get("answer") or ""), arguments.get("output")
    return ended(status, decision.reason, answer, output)


def finished(session: Session, task: str, end: End) -> Run:
    """The run as it is returned; a typed output that no FINISH gave comes from the tool that supplies it."""
    parts = session.parts
    steps = session.journal.steps
    status, reason, output = end["status"], end["reason"], end["output"]
    if output is None and parts.suppliers:
        output = supplied(steps, parts.suppliers)
    if parts.output is not None and output is None and status in {"success", "answered"}:
        status, reason = "partial", f"{reason}, but nothing gave the typed output"
    return Run(
        id=session.run_id,
        task=task,
        status=status,
        reason=reason,
        answer=end["answer"],
        output=output,
        steps=steps,
        ms=session.ms,
        cost_usd=cost_usd(steps),
    )


def supplied(steps: Iterable[Step], names: frozenset[str]) -> JsonValue:
    """The typed output that a tool supplied: the last result of a tool in `names`, whose type is the output's."""
    values = [result.value for step in steps for result in step.results if result.ok and result.name in names]
    return values[-1] if values else None
