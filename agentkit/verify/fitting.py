"""Fits a calibration: four shapes compete on proposals that were judged, and some of those are kept out.

The shapes, simplest first: `temperature` and `platt` (a logistic curve over the raw score, without and with an offset),
`isotonic` (steps over the raw score) and `logistic` (all features, with weights that cannot be negative). All are
monotone: a proposal that is surer in every feature is never less probable. Knows nothing of models' inside or of files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from agentkit.errors import WiringError
from agentkit.models.base import Model
from agentkit.types import ToolSpec
from agentkit.verify.calibrate import RAW, Calibrator, Row, Shape, identity
from agentkit.verify.canonical import tool_ids
from agentkit.verify.curves import isotonic, logistic, logit
from agentkit.verify.quality import Quality, quality
from agentkit.verify.score import FEATURES

SHAPES: tuple[Shape, ...] = ("temperature", "platt", "isotonic", "logistic")
FEWEST = 20
RESAMPLES = 1000
_FEW = 10
NEAR = 0.005
"""Log losses that differ by less count as equal; the simpler shape is taken."""


def fit(
    rows: Sequence[Row],
    *,
    model: str | Model,
    tools: Iterable[ToolSpec] = (),
    about: str = "",
    shape: Shape | Literal["auto"] = "auto",
    held_out: float = 0.3,
    seed: int = 0,
) -> Calibrator:
    """Fit a calibration on judged proposals of one model; an engine binds it to its dialect too, a name does not.

    `tools` binds it to these, `about` says in words what was judged. "auto" picks the simplest shape whose
    cross-validated log loss is as good as the best one's. `held_out` is the share of the rows that is drawn (`seed`) to
    state its quality, with intervals. Features that are the same in all rows are left out. Raises `WiringError` with
    fewer than 20 rows, or when all rows have the same answer.
    """
    right = sum(row.correct for row in rows)
    if len(rows) < FEWEST or right in {0, len(rows)}:
        raise WiringError(
            f"{len(rows)} judged proposals, {right} of them right, are too few to calibrate",
            hint=f"collect at least {FEWEST}, with right and wrong ones among them",
        )
    fitted, kept = split(rows, held_out, seed)
    shapes = SHAPES if shape == "auto" else (shape,)
    correct = [row.correct for row in fitted]
    tried: dict[Shape, float] = {one: quality(_cross_validated(fitted, one), correct).log_loss for one in shapes}
    least = min(tried.values())
    made = _fitted(fitted, next(one for one in shapes if tried[one] <= least + NEAR))
    name, dialect = identity(model)
    return made.model_copy(
        update={
            "model": name,
            "dialect": dialect,
            "tools": tool_ids(tools),
            "about": about,
            "rows": len(fitted),
            "before": _quality([row.features.get(RAW, 1.0) for row in kept], kept),
            "after": _quality([made.of(row.features) for row in kept], kept),
            "compared": {str(one): found for one, found in tried.items()},
        }
    )


def split(rows: Sequence[Row], share: float = 0.3, seed: int = 0) -> tuple[list[Row], list[Row]]:
    """The rows to fit, and a share of them to keep out; rows of one group stay together.

    Groups that are mostly right are drawn in the same share as the others, and at least one of each is fitted.
    """
    import numpy as np

    if not 0.0 < share < 1.0:
        raise WiringError(f"a share of {share:g} cannot be kept out", hint="give `held_out` between 0 and 1")
    chance = np.random.default_rng(seed)
    fitted: list[Row] = []
    kept: list[Row] = []
    for groups in _groups(rows):
        order: list[int] = chance.permutation(len(groups)).tolist()
        count = min(len(groups) - 1, max(1, round(share * len(groups))))
        for place, at in enumerate(order):
            (kept if place < count else fitted).extend(rows[index] for index in groups[at])
    return fitted, kept


def _groups(rows: Sequence[Row]) -> tuple[list[list[int]], list[list[int]]]:
    """The places of the rows by group, those that are mostly right and the others; a row without a group is one.

    With fewer than `_FEW` groups every row is one: there is nothing to keep apart.
    """
    found: dict[str | int, list[int]] = {}
    for index, row in enumerate(rows):
        found.setdefault(row.group or index, []).append(index)
    if len(found) < _FEW:
        found = {index: [index] for index in range(len(rows))}
    right = [group for group in found.values() if 2 * sum(rows[index].correct for index in group) > len(group)]
    return right, [group for group in found.values() if 2 * sum(rows[index].correct for index in group) <= len(group)]


def _quality(probabilities: Sequence[float], kept: Sequence[Row]) -> Quality:
    return quality(probabilities, [row.correct for row in kept], resamples=RESAMPLES)


def _cross_validated(rows: Sequence[Row], shape: Shape, folds: int = 5) -> list[float]:
    """For each row the probability from a fit on the other folds; groups are dealt out evenly."""
    fold = [0] * len(rows)
    for groups in _groups(rows):
        for place, group in enumerate(groups):
            for index in group:
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

    names = _telling(rows) if shape == "logistic" else (RAW,)
    x = np.array([[row.features.get(name, 1.0) for name in names] for row in rows])
    y = np.array([row.correct for row in rows], dtype=float)
    if shape == "isotonic":
        return Calibrator(shape=shape, model="", names=names, knots=isotonic(x[:, 0], y))
    weights, bias = logistic(logit(x), y, offset=shape != "temperature")
    return Calibrator(shape=shape, model="", names=names, weights=tuple(map(float, weights)), bias=bias)


def _telling(rows: Sequence[Row]) -> tuple[str, ...]:
    """The features that differ among the rows: of one that never did, nothing is known where it does."""
    values = {name: {row.features.get(name, 1.0) for row in rows} for name in FEATURES}
    return tuple(name for name in FEATURES if len(values[name]) > 1) or (RAW,)
