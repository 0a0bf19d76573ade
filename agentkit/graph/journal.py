"""A run as it grows: folds events into steps, so that what is returned is what was told and what was traced.

Knows nothing of graphs or storage. An event that comes again (an interrupted node runs again) replaces what it said.
"""

from __future__ import annotations

from collections.abc import Iterable

from agentkit import events
from agentkit.types import Decision, Proposal, RemoteExchange, Step, ToolResult, Verdict


class Journal:
    """The steps of one run; may begin with the steps of an earlier process."""

    def __init__(self, steps: Iterable[Step] = ()) -> None:
        self._steps = {step.index: step for step in steps}
        self._proposal: Proposal | None = None
        self._verdict: Verdict | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that reached a decision, in order."""
        return tuple(self._steps.values())

    def step(self, index: int) -> Step | None:
        """One step, if it reached a decision."""
        return self._steps.get(index)

    def before(self, index: int) -> tuple[Step, ...]:
        """The steps before one."""
        return tuple(step for step in self._steps.values() if step.index < index)

    def apply(self, event: events.AnyEvent) -> None:
        """Fold one event in."""
        match event:
            case events.Proposed():
                self._proposal = event.proposal
            case events.Verified():
                self._verdict = event.verdict
            case events.Decided():
                self._decided(event.step, event.decision)
            case events.Executed():
                self._executed(event.step, event.result)
            case events.Escalated():
                self._update(event.step, exchange=event.exchange)
            case events.StepEnded():
                self._update(event.step, ms=event.ms)
            case _:
                pass

    def _decided(self, index: int, decision: Decision) -> None:
        known = self._steps.get(index)
        proposal = self._proposal or (known and known.proposal)
        verdict = self._verdict or (known and known.verdict)
        assert proposal is not None
        assert verdict is not None
        fresh = self._proposal is not None
        results = () if fresh or known is None else known.results
        ms = 0.0 if fresh or known is None else known.ms
        self._steps[index] = Step(
            index=index, proposal=proposal, verdict=verdict, decision=decision, results=results, ms=ms
        )
        self._proposal = self._verdict = None

    def _executed(self, index: int, result: ToolResult) -> None:
        step = self._steps[index]
        order = {call.id: position for position, call in enumerate(step.proposal.calls)}
        others = [one for one in step.results if one.call_id != result.call_id]
        results = sorted([*others, result], key=lambda one: order.get(one.call_id, len(order)))
        self._update(index, results=tuple(results))

    def _update(self, index: int, **changes: tuple[ToolResult, ...] | RemoteExchange | float) -> None:
        self._steps[index] = self._steps[index].model_copy(update=changes)


def cost_usd(steps: Iterable[Step]) -> float:
    """What the steps cost: the exchanges with the larger model, and what proposals cost by themselves."""
    total, escalated = 0.0, False
    for step in steps:
        total += 0.0 if escalated else step.proposal.usage.cost_usd
        total += step.exchange.cost_usd if step.exchange else 0.0
        escalated = step.exchange is not None
    return total
