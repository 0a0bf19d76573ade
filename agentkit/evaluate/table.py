"""Scores with Wilson intervals, and the table that reports show."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pydantic import Field

from agentkit.types import Value
from agentkit.verify.calibrate import Row

_Z = 1.96


def wilson(right: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927); (0, 1) when nothing was counted."""
    if total == 0:
        return 0.0, 1.0
    share = right / total
    scale = 1 + _Z**2 / total
    middle = (share + _Z**2 / (2 * total)) / scale
    half = _Z * math.sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2)) / scale
    return max(0.0, middle - half), min(1.0, middle + half)


class Score(Value):
    """How many of how many were right, in one measure."""

    name: str
    right: int
    total: int

    @property
    def share(self) -> float:
        """Between 0 and 1; 0 when nothing was counted."""
        return self.right / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval of the share."""
        return wilson(self.right, self.total)


class Table(Value):
    """What one suite gave for one model; `refused` counts rows whose tools the engine would not compile.

    `decoding` is `grammar` or `free`. Times are per call, on a cold prefix and, where it was measured, on a warm one.
    `judged` are the proposals behind the scores, as rows for a calibration; they are no part of the JSON.
    """

    suite: str
    model: str
    rows: int
    scores: tuple[Score, ...]
    refused: int = 0
    ms_p50: float = 0.0
    ms_p95: float = 0.0
    warm_ms_p50: float | None = None
    warm_ms_p95: float | None = None
    decoding: str = "grammar"
    judged: tuple[Row, ...] = Field(default=(), exclude=True, repr=False)

    def score(self, name: str) -> Score:
        """The score of this name; raises KeyError."""
        for score in self.scores:
            if score.name == name:
                return score
        raise KeyError(name)

    def to_markdown(self) -> str:
        """The table as people read it: share in percent, its interval, the counts."""
        return beside([self])

    def note(self) -> str:
        """How many rows, and how long a call took."""
        refused = f", {self.refused} with tools that were refused" if self.refused else ""
        cold = f"cold prefix {self.ms_p50:.0f}, {self.ms_p95:.0f}" if self.ms_p50 else ""
        both = (self.warm_ms_p50, self.warm_ms_p95)
        warm = "" if None in both else "warm prefix {:.0f}, {:.0f}".format(*both)
        times = "; ".join(filter(None, (cold, warm))) or "not timed"
        return f"{self.model}, {self.decoding}: {self.rows} rows{refused}; ms a call (p50, p95): {times}."


def beside(tables: Sequence[Table]) -> str:
    """Tables of one suite as one: a pair of columns for each way of decoding, a note below for each."""
    several = len(tables) > 1
    heads = [f"{t.decoding} % | 95 % interval" if several else "share % | 95 % interval" for t in tables]
    lines = [f"| {tables[0].suite} | {' | '.join(heads)} | right of |", "|---" * (2 * len(tables) + 2) + "|"]
    for score in tables[0].scores:
        each = [next((s for s in table.scores if s.name == score.name), None) for table in tables]
        rights = ", ".join(str(s.right) if s else "–" for s in each)
        lines.append(f"| {score.name} | {' | '.join(map(_shown, each))} | {rights} of {score.total} |")
    return "\n".join([*lines, "", *(table.note() for table in tables)])


def _shown(score: Score | None) -> str:
    if score is None or not score.total:
        return "– | –"
    low, high = score.interval
    return f"{100 * score.share:.1f} | {100 * low:.1f}–{100 * high:.1f}"


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank); 0 of none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))]
