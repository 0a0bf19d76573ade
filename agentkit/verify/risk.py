"""What a score is worth for deciding: how often the surest are wrong, and what a threshold lets through.

Knows nothing of where scores come from, or of what is done with what is held back.
"""

from __future__ import annotations

from collections.abc import Sequence

from agentkit.types import Value

COVERAGES = (1.0, 0.8, 0.6, 0.4, 0.2)


class Gate(Value):
    """What a threshold does: of `rows`, so many reach it (`through`), and so many of these are wrong."""

    threshold: float
    rows: int
    through: int
    wrong: int

    @property
    def held(self) -> float:
        """The share that does not reach it."""
        return 1.0 - self.through / self.rows if self.rows else 0.0

    @property
    def risk(self) -> float:
        """The share of wrong ones among those that reach it; 0 where none does."""
        return self.wrong / self.through if self.through else 0.0


def gate(scores: Sequence[float], correct: Sequence[bool], threshold: float) -> Gate:
    """What happens where everything that scores `threshold` or more goes through."""
    through = [right for score, right in zip(scores, correct, strict=True) if score >= threshold]
    return Gate(threshold=threshold, rows=len(scores), through=len(through), wrong=through.count(False))


def risk_coverage(
    scores: Sequence[float], correct: Sequence[bool], coverages: Sequence[float] = COVERAGES
) -> tuple[tuple[float, float], ...]:
    """For each coverage, the share of wrong ones among so many of the surest (El-Yaniv and Wiener 2010).

    Rows of one score count as wrong as they are on average, so that their order does not matter.
    """
    found: list[tuple[float, float]] = []
    errors = _sorted_errors(scores, correct)
    for coverage in coverages:
        count = max(1, round(coverage * len(errors)))
        found.append((coverage, sum(errors[:count]) / count if errors else 0.0))
    return tuple(found)


def _sorted_errors(scores: Sequence[float], correct: Sequence[bool]) -> list[float]:
    """How wrong each row is, surest first; of rows that tie, each has their mean."""
    ties: dict[float, list[bool]] = {}
    for score, right in zip(scores, correct, strict=True):
        ties.setdefault(score, []).append(right)
    return [same.count(False) / len(same) for _, same in sorted(ties.items(), reverse=True) for _ in same]
