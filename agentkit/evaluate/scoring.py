"""Asking a model for the rows of a suite, and counting what was right. Knows nothing of any suite's format."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from agentkit.errors import ContextOverflowError, ToolDefinitionError
from agentkit.evaluate.table import Score, Table, percentile
from agentkit.models.base import Model
from agentkit.registry import Context
from agentkit.types import CheckStatus, Proposal, ProposeRequest, Verdict
from agentkit.verify import Cascade, Scene, default_verifiers
from agentkit.verify.calibrate import Row

Called = list[tuple[str, dict[str, Any]]]
CHECKS = ("schema", "grounding")
"""Checks that need no registry and no run; what fails them is never decided by how sure it is."""
_WARM = 60
"""Calls that are timed once more on a warm prefix."""


class Tally:
    """Counts by measure, in the order in which measures first appear; times of calls on a cold and on a warm prefix.

    A prefix is warm when at least half of the prompt was in the cache. `judged` holds the proposals whose whole call
    was counted, as rows for a calibration; those that a check fails are none, as their score decides nothing.
    """

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, int]] = {}
        self.cold_ms: list[float] = []
        self.warm_ms: list[float] = []
        self.refused = 0
        self.judged: list[Row] = []
        self._last: tuple[Proposal, Verdict] | None = None
        self._cascade = Cascade(default_verifiers(CHECKS))

    def count(self, name: str, *, right: bool) -> None:
        """Count one more of a measure."""
        was_right, total = self._counts.get(name, (0, 0))
        self._counts[name] = (was_right + right, total + 1)

    def judge(self, *, right: bool, group: str = "") -> None:
        """Say whether the last proposal was right as a whole, and what it has in common with others."""
        if self._last is None:
            return
        proposal, verdict = self._last
        if proposal.confidence_known and verdict.status is not CheckStatus.FAIL:
            self.judged.append(Row.of(proposal, verdict.checks, correct=right, group=group))

    def made(self, request: ProposeRequest, proposal: Proposal | None) -> None:
        """Take in what was proposed for a request, for its judgement; None where the request was refused."""
        self._last = proposal and (proposal, self._cascade.run(Scene(request, proposal, context=Context())))

    def took(self, proposal: Proposal, ms: float) -> None:
        """Count the time of a call."""
        usage = proposal.usage
        warm = usage.cached_tokens > 0 and 2 * usage.cached_tokens >= usage.prompt_tokens
        (self.warm_ms if warm else self.cold_ms).append(ms)

    def table(self, suite: str, model: str, rows: int) -> Table:
        """The counts as a table."""
        return Table(
            suite=suite,
            model=model,
            rows=rows,
            scores=tuple(Score(name=name, right=right, total=total) for name, (right, total) in self._counts.items()),
            refused=self.refused,
            ms_p50=percentile(self.cold_ms, 0.5),
            ms_p95=percentile(self.cold_ms, 0.95),
            warm_ms_p50=percentile(self.warm_ms, 0.5) if self.warm_ms else None,
            warm_ms_p95=percentile(self.warm_ms, 0.95) if self.warm_ms else None,
            judged=tuple(self.judged),
        )


def propose(model: Model, request: ProposeRequest, tally: Tally) -> Called | None:
    """The calls that the model proposes, controls left out; None when its tools or its length are refused."""
    began = time.perf_counter()
    try:
        proposal = model.propose(request)
    except (ToolDefinitionError, ContextOverflowError):
        tally.refused += 1
        tally.made(request, None)
        return None
    tally.took(proposal, 1000 * (time.perf_counter() - began))
    tally.made(request, proposal)
    return [(call.name, dict(call.arguments)) for call in proposal.calls if call.control is None]


def time_warm(model: Model, requests: Sequence[ProposeRequest], tally: Tally) -> None:
    """Time calls whose tools are in the cache and whose request is new: each with the words of the one after it."""
    chosen = requests[:: max(1, len(requests) // _WARM)][: _WARM + 1]
    for one, other in pairwise(chosen):
        try:
            model.propose(one)
            began = time.perf_counter()
            proposal = model.propose(one.model_copy(update={"messages": other.messages}))
        except (ToolDefinitionError, ContextOverflowError):
            continue
        tally.took(proposal, 1000 * (time.perf_counter() - began))
