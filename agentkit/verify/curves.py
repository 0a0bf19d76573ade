"""The curves behind a calibration: logistic and isotonic regression, both monotone. Knows nothing of proposals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def logit(x: Floats) -> Floats:
    """Scores on the scale on which they add up; clipped, so that a score of 1 is sure but not infinitely so."""
    import numpy as np

    clipped = np.clip(x, 1e-4, 1 - 1e-4)
    return np.log(clipped / (1 - clipped))


def sigmoid(z: Floats) -> Floats:
    """Back from that scale to probabilities."""
    import numpy as np

    return 1.0 / (1.0 + np.exp(-np.clip(z, -30, 30)))


def logistic(
    z: Floats, y: Floats, *, offset: bool = True, penalty: float = 1.0, rounds: int = 500
) -> tuple[Floats, float]:
    """Penalised logistic regression with weights of at least zero, by projected gradient with Platt's targets.

    The targets are pulled from 0 and 1 by the number of rows of each kind (Platt 1999), so that separable rows do not
    give certainty. Without `offset` the bias stays 0. The step is the inverse of a bound on the curvature, with
    Nesterov's momentum.
    """
    import numpy as np

    right = float(y.sum())
    target: Floats = np.where(y == 1, (right + 1) / (right + 2), 1 / (len(y) - right + 2))
    design: Floats = np.column_stack([z, np.ones(len(z))])
    shrink: Floats = np.append(np.full(z.shape[1], penalty), 0.0)
    least: Floats = np.append(np.zeros(z.shape[1]), -np.inf if offset else 0.0)
    most: Floats = np.append(np.full(z.shape[1], np.inf), np.inf if offset else 0.0)
    step = 1.0 / (0.25 * float(np.linalg.norm(design, 2)) ** 2 + penalty)

    def improved(at: Floats) -> Floats:
        gradient = design.T @ (sigmoid(design @ at) - target) + shrink * at
        return np.clip(at - step * gradient, least, most)

    theta = ahead = improved(shrink * 0.0)
    pace = 1.0
    for _ in range(rounds):
        following = improved(ahead)
        faster = (1.0 + math.sqrt(1.0 + 4.0 * pace * pace)) / 2.0
        ahead = np.clip(following + (pace - 1.0) / faster * (following - theta), least, most)
        theta, pace = following, faster
    return theta[:-1], float(theta[-1])


def isotonic(scores: Floats, y: Floats) -> tuple[tuple[float, float], ...]:
    """Pool adjacent violators; one knot at each block's mean score, each block drawn to the base rate by one row."""
    import numpy as np

    base = float(y.mean())
    blocks: list[tuple[float, float, float]] = []
    for score in np.unique(scores):
        same = y[scores == score]
        blocks.append((float(score) * len(same), float(same.sum()), float(len(same))))
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            score_sum, total, count = blocks.pop()
            blocks[-1] = (blocks[-1][0] + score_sum, blocks[-1][1] + total, blocks[-1][2] + count)
    knots = [(total_score / count, (total + base) / (count + 1)) for total_score, total, count in blocks]
    rising = np.maximum.accumulate([value for _, value in knots])
    return tuple((score, float(value)) for (score, _), value in zip(knots, rising, strict=True))
