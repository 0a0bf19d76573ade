"""Asking a model for the rows of a suite, and counting what was right. Knows nothing of any suite's format."""

from __future__ import annotations

import time
from typing import Any

from agentkit.errors import ContextOverflowError, ToolDefinitionError
from agentkit.evaluate.table import Score, Table, percentile
from agentkit.models.base import Model
from agentkit.types import ProposeRequest

Called = list[tuple[str, dict[str, Any]]]


class Tally:
    """Counts by measure, in the order in which measures first appear."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, int]] = {}
        self.ms: list[float] = []
        self.refused = 0

    def count(self, name: str, *, right: bool) -> None:
        """Count one more of a measure."""
        was_right, total = self._counts.get(name, (0, 0))
        self._counts[name] = (was_right + right, total + 1)

    def table(self, suite: str, model: str, rows: int) -> Table:
        """The counts as a table."""
        return Table(
            suite=suite,
            model=model,
            rows=rows,
            scores=tuple(Score(name=name, right=right, total=total) for name, (right, total) in self._counts.items()),
            refused=self.refused,
            ms_p50=percentile(self.ms, 0.5),
            ms_p95=percentile(self.ms, 0.95),
        )


def propose(model: Model, request: ProposeRequest, tally: Tally) -> Called | None:
    """The calls that the model proposes, controls left out; None when its tools or its length are refused."""
    began = time.perf_counter()
    try:
        proposal = model.propose(request)
    except (ToolDefinitionError, ContextOverflowError):
        tally.refused += 1
        return None
    tally.ms.append(1000 * (time.perf_counter() - began))
    return [(call.name, dict(call.arguments)) for call in proposal.calls if call.control is None]
