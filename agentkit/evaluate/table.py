"""Scores with Wilson intervals, and the table that reports show."""

from __future__ import annotations

import math

from agentkit.types import Value

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
    """What one suite gave for one model; `refused` counts rows whose tools the engine would not compile."""

    suite: str
    model: str
    rows: int
    scores: tuple[Score, ...]
    refused: int = 0
    ms_p50: float = 0.0
    ms_p95: float = 0.0

    def score(self, name: str) -> Score:
        """The score of this name; raises KeyError."""
        for score in self.scores:
            if score.name == name:
                return score
        raise KeyError(name)

    def to_markdown(self) -> str:
        """The table as people read it: share in percent, its interval, the counts."""
        lines = [f"| {self.suite} | share % | 95 % interval | right of |", "|---|---|---|---|"]
        for score in self.scores:
            low, high = score.interval
            shown = f"{100 * score.share:.1f} | {100 * low:.1f}–{100 * high:.1f}" if score.total else "– | –"
            lines.append(f"| {score.name} | {shown} | {score.right} of {score.total} |")
        note = f", {self.refused} with tools that were refused" if self.refused else ""
        lines.append(
            f"\n{self.model}: {self.rows} rows{note}; {self.ms_p50:.0f} ms a row (p50), {self.ms_p95:.0f} (p95)."
        )
        return "\n".join(lines)


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank); 0 of none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))]
