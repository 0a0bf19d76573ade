"""How good probabilities are, against what turned out to be right, with intervals. Knows nothing of calibration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agentkit.types import Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Interval = tuple[float, float]


class Quality(Value):
    """How good probabilities are: Brier score, expected calibration error, log loss, AUC.

    `auc` is the chance that a right proposal ranks above a wrong one; 0.5 when only one kind is there. `brier_95` and
    `ece_95` are 95 % intervals from resampled rows (bootstrap, percentiles), where they were asked for. The ECE of few
    rows is biased upwards, and so are its resamples.
    """

    rows: int
    right: int
    brier: float
    ece: float
    log_loss: float
    auc: float
    brier_95: Interval | None = None
    ece_95: Interval | None = None


def quality(probabilities: Sequence[float], correct: Sequence[bool], *, resamples: int = 0) -> Quality:
    """How good probabilities are; 10 bins of equal count for the ECE. `resamples` (1000, say) adds the intervals."""
    import numpy as np

    p: Floats = np.clip(np.asarray(probabilities, dtype=float), 1e-6, 1 - 1e-6)
    y: Floats = np.asarray(correct, dtype=float)
    wins = (p[y == 1][:, None] > p[y == 0]).mean() if 0 < y.sum() < len(y) else 0.5
    ties = (p[y == 1][:, None] == p[y == 0]).mean() if 0 < y.sum() < len(y) else 0.0
    brier, ece = _intervals(p, y, resamples) if resamples else (None, None)
    return Quality(
        rows=len(p),
        right=int(y.sum()),
        brier=float(((p - y) ** 2).mean()),
        ece=_ece(p, y),
        log_loss=float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()),
        auc=float(wins + ties / 2),
        brier_95=brier,
        ece_95=ece,
    )


def _ece(p: Floats, y: Floats) -> float:
    return float(_eces(p[None, :], y[None, :])[0])


def _eces(p: Floats, y: Floats) -> Floats:
    """The calibration error of each row of samples, over bins of equal count."""
    import numpy as np

    count = p.shape[1]
    bins = min(10, count)
    size, larger = divmod(count, bins)  # the first bins take what is left over
    starts = [size * index + min(index, larger) for index in range(bins)]
    order = np.argsort(p, axis=1, kind="stable")
    gaps: Floats = np.take_along_axis(p - y, order, axis=1)
    return np.abs(np.add.reduceat(gaps, starts, axis=1)).sum(axis=1) / count


def _intervals(p: Floats, y: Floats, resamples: int) -> tuple[Interval, Interval]:
    import numpy as np

    drawn = np.random.default_rng(0).integers(0, len(p), (resamples, len(p)))
    briers = ((p[drawn] - y[drawn]) ** 2).mean(axis=1)
    return _middle(briers), _middle(_eces(p[drawn], y[drawn]))


def _middle(values: Floats) -> Interval:
    import numpy as np

    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
