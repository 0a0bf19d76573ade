"""Calibration: from the features of a proposal to P(correct), fitted on traced proposals that were judged.

Three shapes compete by cross-validated log loss: `platt` (a logistic curve over the raw score), `isotonic` (steps over
the raw score) and `logistic` (all features, with weights that cannot be negative). All of them are monotone: a proposal
that is surer in every feature is never less probable. A fit is bound to the model (weights and quantisation) and to the
tools it was made from, and says nothing of other models. Knows nothing of traces or files' places.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationError

from agentkit.errors import WiringError
from agentkit.types import Check, Proposal, ToolSpec, Value
from agentkit.verify.canonical import tools_id
from agentkit.verify.score import FEATURES, features

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Shape = Literal["platt", "isotonic", "logistic"]
RAW = "min_p"
FEWEST = 20


class Row(Value):
    """One judged proposal: its features by name (see `features`), and whether it was right."""

    features: dict[str, float]
    correct: bool


class Quality(Value):
    """How good probabilities are on rows that were not fitted: Brier score, expected calibration error, log loss, AUC.

    `auc` is the chance that a right proposal ranks above a wrong one; 0.5 when only one kind is there.
    """

    rows: int
    right: int
    brier: float
    ece: float
    log_loss: float
    auc: float


class Calibrator(Value):
    """A fitted calibration; a plain value, saved as JSON.

    `names` are the features it uses, `weights` and `bias` those of a logistic fit, `knots` (score, probability) those
    of an isotonic one. `before` is the quality of the raw score taken as a probability, `after` that of this
    calibration, both cross-validated.
    """

    version: Literal[1] = 1
    shape: Shape
    model: str
    tools: str = ""
    names: tuple[str, ...] = (RAW,)
    weights: tuple[float, ...] = ()
    bias: float = 0.0
    knots: tuple[tuple[float, float], ...] = ()
    rows: int = 0
    before: Quality | None = None
    after: Quality | None = None
    compared: dict[str, float] = Field(default_factory=dict)

    def probability(self, proposal: Proposal, checks: Iterable[Check]) -> float | None:
        """P(correct), or None for a proposal of another model or without token probabilities."""
        if proposal.model != self.model or not proposal.confidence_known:
            return None
        return self.of(features(proposal, checks))

    def of(self, given: Mapping[str, float]) -> float:
        """P(correct) of features by name; a feature that is missing counts as 1.0."""
        import numpy as np

        row = np.array([[given.get(name, 1.0) for name in self.names]])
        return float(_apply(self, row)[0])

    def mismatch(self, model: str, tools: Iterable[ToolSpec]) -> str | None:
        """Why this calibration does not hold for a model and a set of tools, as a sentence; None when it holds."""
        if model != self.model:
            return f"the calibration was fitted for the model {self.model}, not for {model}"
        if self.tools and tools_id(tools) != self.tools:
            return "the calibration was fitted for other tools, or for other versions of them"
        return None

    def save(self, path: str | Path) -> None:
        """Write it as JSON."""
        Path(path).write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")


def load_calibration(path: str | Path) -> Calibrator:
    """Read a saved calibration. Raises `WiringError` when the file is not there or is none."""
    try:
        return Calibrator.model_validate(json.loads(Path(path).read_text(encoding="utf-8")))
    except OSError as error:
        raise WiringError(f"{path}: {error.strerror}", hint="make one with `agentkit distill calibrate`") from error
    except (ValueError, ValidationError) as error:
        first = str(error).splitlines()[0]
        raise WiringError(
            f"{path}: not a calibration: {first}", hint="make one with `agentkit distill calibrate`"
        ) from error


def fit(rows: Sequence[Row], *, model: str, tools: str = "", shape: Shape | Literal["auto"] = "auto") -> Calibrator:
    """Fit a calibration on judged proposals of one model.

    `tools` is the `tools_id` of the tools. "auto" picks the shape with the least cross-validated log loss; ties go to
    the simpler one. Raises `WiringError` with fewer than 20 rows, or when all rows have the same answer.
    """
    right = sum(row.correct for row in rows)
    if len(rows) < FEWEST or right in {0, len(rows)}:
        raise WiringError(
            f"{len(rows)} judged proposals, {right} of them right, are too few to calibrate",
            hint=f"collect at least {FEWEST}, with right and wrong ones among them",
        )
    shapes: tuple[Shape, ...] = ("platt", "isotonic", "logistic") if shape == "auto" else (shape,)
    tried: dict[Shape, Quality] = {one: quality(_held_out(rows, one), [row.correct for row in rows]) for one in shapes}
    best: Shape = min(shapes, key=lambda one: round(tried[one].log_loss, 3))
    return _fitted(rows, best).model_copy(
        update={
            "model": model,
            "tools": tools,
            "rows": len(rows),
            "before": quality([row.features.get(RAW, 1.0) for row in rows], [row.correct for row in rows]),
            "after": tried[best],
            "compared": {str(one): found.log_loss for one, found in tried.items()},
        }
    )


def quality(probabilities: Sequence[float], correct: Sequence[bool]) -> Quality:
    """How good probabilities are, against what turned out to be right; 10 bins of equal count for the ECE."""
    import numpy as np

    p = np.clip(np.asarray(probabilities, dtype=float), 1e-6, 1 - 1e-6)
    y = np.asarray(correct, dtype=float)
    order = np.argsort(p, kind="stable")
    bins = np.array_split(order, min(10, len(p)))
    gaps = [abs(p[one].mean() - y[one].mean()) * len(one) for one in bins if len(one)]
    wins = (p[y == 1][:, None] > p[y == 0]).mean() if 0 < y.sum() < len(y) else 0.5
    ties = (p[y == 1][:, None] == p[y == 0]).mean() if 0 < y.sum() < len(y) else 0.0
    return Quality(
        rows=len(p),
        right=int(y.sum()),
        brier=float(((p - y) ** 2).mean()),
        ece=float(sum(gaps) / max(1, len(p))),
        log_loss=float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()),
        auc=float(wins + ties / 2),
    )


def _held_out(rows: Sequence[Row], shape: Shape, folds: int = 5) -> list[float]:
    """For each row the probability from a fit on the other folds; right and wrong rows are dealt out evenly."""
    fold = [0] * len(rows)
    for kind in (True, False):
        for place, index in enumerate(index for index, row in enumerate(rows) if row.correct is kind):
            fold[index] = place % folds
    held = [0.0] * len(rows)
    for one in range(folds):
        made = _fitted([row for index, row in enumerate(rows) if fold[index] != one], shape)
        for index, row in enumerate(rows):
            if fold[index] == one:
                held[index] = made.of(row.features)
    return held


def _fitted(rows: Sequence[Row], shape: Shape) -> Calibrator:
    import numpy as np

    names = FEATURES if shape == "logistic" else (RAW,)
    x = np.array([[row.features.get(name, 1.0) for name in names] for row in rows])
    y = np.array([row.correct for row in rows], dtype=float)
    if shape == "isotonic":
        return Calibrator(shape=shape, model="", names=names, knots=_isotonic(x[:, 0], y))
    weights, bias = _logistic(_logit(x), y)
    return Calibrator(shape=shape, model="", names=names, weights=tuple(map(float, weights)), bias=bias)


def _apply(made: Calibrator, x: Floats) -> Floats:
    import numpy as np

    if made.shape == "isotonic":
        scores, values = zip(*made.knots, strict=True)
        return np.interp(x[:, 0], scores, values)
    return _sigmoid(_logit(x) @ np.array(made.weights) + made.bias)


def _logit(x: Floats) -> Floats:
    """Scores on the scale on which they add up; clipped, so that a score of 1 is sure but not infinitely so."""
    import numpy as np

    clipped = np.clip(x, 1e-4, 1 - 1e-4)
    return np.log(clipped / (1 - clipped))


def _sigmoid(z: Floats) -> Floats:
    import numpy as np

    return 1.0 / (1.0 + np.exp(-np.clip(z, -30, 30)))


def _logistic(z: Floats, y: Floats, *, penalty: float = 1.0, rounds: int = 500) -> tuple[Floats, float]:
    """Penalised logistic regression with weights of at least zero, by projected gradient with Platt's targets.

    The targets are pulled from 0 and 1 by the number of rows of each kind (Platt 1999), so that separable rows do not
    give certainty. The step is the inverse of a bound on the curvature, with Nesterov's momentum.
    """
    import numpy as np

    right = float(y.sum())
    target: Floats = np.where(y == 1, (right + 1) / (right + 2), 1 / (len(y) - right + 2))
    design: Floats = np.column_stack([z, np.ones(len(z))])
    shrink: Floats = np.append(np.full(z.shape[1], penalty), 0.0)
    least: Floats = np.append(np.zeros(z.shape[1]), -np.inf)
    step = 1.0 / (0.25 * float(np.linalg.norm(design, 2)) ** 2 + penalty)

    def improved(at: Floats) -> Floats:
        gradient = design.T @ (_sigmoid(design @ at) - target) + shrink * at
        return np.maximum(at - step * gradient, least)

    theta = ahead = improved(shrink * 0.0)
    pace = 1.0
    for _ in range(rounds):
        following = improved(ahead)
        faster = (1.0 + math.sqrt(1.0 + 4.0 * pace * pace)) / 2.0
        ahead = np.maximum(following + (pace - 1.0) / faster * (following - theta), least)
        theta, pace = following, faster
    return theta[:-1], float(theta[-1])


def _isotonic(scores: Floats, y: Floats) -> tuple[tuple[float, float], ...]:
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
