"""A run as it grows: its steps, as they are decided, carried out and sent on.

Knows nothing of graphs, events or storage. What is said again of a step (an interrupted node runs again) replaces what
was said.
"""

from __future__ import annotations

from collections.abc import Iterable

from agentkit.types import Decision, Proposal, RemoteExchange, Step, ToolResult, Verdict
from agentkit.types.base import replaced, unchecked

_step = unchecked(Step)


class Journal:
    """The steps of one run; may begin with the steps of an earlier process."""

    def __init__(self, steps: Iterable[Step] = ()) -> None:
        self._steps = {step.index: step for step in steps}

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that reached a decision, in order."""
        return tuple(self._steps.values())

    def step(self, index: int) -> Step | None:
        """One step, if it reached a decision."""
        return self._steps.get(index)

    def before(self, index: int) -> tuple[Step, ...]:
        """The steps before one."""
        steps = self.steps
        return tuple(step for step in steps if step.index < index) if steps and steps[-1].index >= index else steps

    def decided(
        self,
        index: int,
        proposal: Proposal,
        verdict: Verdict,
        decision: Decision,
        *,
        ms: float,
        hosted: RemoteExchange | None = None,
    ) -> None:
        """A new proposal was checked and decided."""
        made = _step(index=index, proposal=proposal, verdict=verdict, decision=decision, ms=ms)
        self._steps[index] = made if hosted is None else replaced(made, "hosted", hosted)

    def decided_again(self, index: int, verdict: Verdict, decision: Decision) -> None:
        """The same proposal was checked and decided once more."""
        self._steps[index] = self._steps[index].model_copy(update={"verdict": verdict, "decision": decision})

    def executed(self, index: int, result: ToolResult) -> None:
        """A call of a step ended; results stand in the order of the calls."""
        step = self._steps[index]
        results = [*(one for one in step.results if one.call_id != result.call_id), result]
        if len(results) > 1:
            order = {call.id: position for position, call in enumerate(step.proposal.calls)}
            results.sort(key=lambda one: order.get(one.call_id, len(order)))
        self._steps[index] = replaced(step, "results", tuple(results))

    def escalated(self, index: int, exchange: RemoteExchange) -> None:
        """The larger model was asked about a step."""
        self._steps[index] = replaced(self._steps[index], "exchange", exchange)

    def lasted(self, index: int, ms: float) -> None:
        """How long a step took so far."""
        self._steps[index] = replaced(self._steps[index], "ms", ms)


def cost_usd(steps: Iterable[Step]) -> float:
    """What the steps cost: the exchanges, and what proposals cost that came from none."""
    total, escalated = 0.0, False
    for step in steps:
        own = step.proposal.usage if step.hosted is None else step.hosted
        total += 0.0 if escalated else own.cost_usd
        total += step.exchange.cost_usd if step.exchange else 0.0
        escalated = step.exchange is not None
    return total
