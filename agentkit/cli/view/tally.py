"""The numbers of several runs: how many went as expected, where steps ran, how long they took, what they cost.

Pure: events and runs in, numbers out. Knows nothing of how they are shown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from pydantic import JsonValue

from agentkit.events import AnyEvent, Escalated, Exchanged, Proposed, RunStarted, StepEnded
from agentkit.types import Proposal, Run


@dataclass(frozen=True)
class Outcome:
    """A run beside what was expected of it; `differences` is None when nothing was, and nobody can tell.

    `model_calls` counts proposals of any model (a script's are none), `best_steps` is the fewest steps that do it.
    """

    run: Run
    differences: tuple[str, ...] | None
    name: str = ""
    model_calls: int = 0
    escalations: int = 0
    best_steps: int | None = None

    @property
    def holds(self) -> bool:
        """As expected; without expectations, ended by itself."""
        if self.differences is None:
            return self.run.status in {"success", "answered", "abstained"}
        return not self.differences


@dataclass
class Tally:
    """Sums over runs; feed it every event, and the outcome of every run."""

    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    steps: dict[tuple[str, int], float] = field(default_factory=dict[tuple[str, int], float])
    tiers: dict[str, int] = field(default_factory=dict[str, int])
    exchanges: int = 0
    escalations: int = 0
    remote_faults: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    answer_tokens: int = 0
    forced_tokens: int = 0
    forward_passes: int = 0
    bytes_out: int = 0
    cost_usd: float = 0.0
    _last: Proposal | None = None
    _calls: int = 0
    _asked: int = 0

    def feed(self, event: AnyEvent) -> None:
        """Count what an event says."""
        if isinstance(event, Proposed):
            if event.proposal == self._last:
                return  # told again, after an escalation that gave no answer
            self._last = event.proposal
            usage, tier = event.proposal.usage, event.proposal.tier
            self.tiers[tier] = self.tiers.get(tier, 0) + 1
            self._calls += tier != "script"
            self.prompt_tokens += usage.prompt_tokens
            self.cached_tokens += usage.cached_tokens
            self.answer_tokens += usage.decoded_tokens
            self.forced_tokens += usage.forced_tokens
            self.forward_passes += usage.forward_passes
        elif isinstance(event, RunStarted):
            self._calls = self._asked = 0
        elif isinstance(event, Exchanged | Escalated):
            escalated = isinstance(event, Escalated)
            self.exchanges += 1
            self.escalations += escalated
            self._asked += escalated
            self.remote_faults += event.exchange.status not in {"ok", "cancelled"}
            self.bytes_out += event.exchange.bytes_out
        elif isinstance(event, StepEnded):
            self.steps[event.run_id, event.step] = event.ms  # told once more after its calls ran

    def finish(
        self, run: Run, differences: tuple[str, ...] | None, *, name: str = "", best_steps: int | None = None
    ) -> Outcome:
        """Count a run that ended."""
        outcome = Outcome(run, differences, name, self._calls, self._asked, best_steps)
        self.outcomes.append(outcome)
        self.cost_usd += run.cost_usd
        return outcome

    @property
    def local_share(self) -> float | None:
        """The share of proposals that needed no model elsewhere; None before the first."""
        total = sum(self.tiers.values())
        return (total - sum(self.tiers.get(tier, 0) for tier in ("hosted", "remote"))) / total if total else None

    @property
    def all_hold(self) -> bool:
        """Whether every run went as expected."""
        return all(outcome.holds for outcome in self.outcomes)

    def percentile(self, share: float) -> float | None:
        """The step time in ms that `share` of the steps do not exceed (nearest rank)."""
        if not self.steps:
            return None
        ranked = sorted(self.steps.values())
        return ranked[max(0, math.ceil(share * len(ranked)) - 1)]

    def as_json(self) -> dict[str, JsonValue]:
        """For `--json`."""
        judged = [outcome for outcome in self.outcomes if outcome.differences is not None]
        return {
            "runs": len(self.outcomes),
            "judged": len(judged),
            "as_expected": sum(outcome.holds for outcome in judged),
            "all_hold": self.all_hold,
            "steps": len(self.steps),
            "local_share": self.local_share,
            "exchanges": self.exchanges,
            "escalations": self.escalations,
            "remote_faults": self.remote_faults,
            "step_ms": {"p50": self.percentile(0.5), "p95": self.percentile(0.95)},
            "tokens": {
                "prompt": self.prompt_tokens,
                "cached": self.cached_tokens,
                "answer": self.answer_tokens,
                "forced": self.forced_tokens,
            },
            "forward_passes": self.forward_passes,
            "bytes_out": self.bytes_out,
            "cost_usd": self.cost_usd,
        }
