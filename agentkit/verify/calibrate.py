"""Calibration: from the features of a proposal to P(correct), fitted on traced proposals that were judged.

Three shapes compete by cross-validated log loss: `platt` (a logistic curve over the raw score), `isotonic` (steps over
the raw score) and `logistic` (all features, with weights that cannot be negative). All of them are monotone: a proposal
that is surer in every feature is never less probable. A share of the rows is kept out of the fit, and the quality that
a calibration states is that on those rows. It is bound to the model (its name holds the weights' digest), to the
dialect in which it was asked, and to tools where it names them; it says nothing of others. Knows nothing of traces or
of where files lie.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationError

from agentkit.errors import WiringError
from agentkit.models.base import Model
from agentkit.types import Check, Proposal, ToolSpec, Value
from agentkit.verify.canonical import tools_id
from agentkit.verify.curves import isotonic, logistic, logit, sigmoid
from agentkit.verify.quality import Quality, quality
from agentkit.verify.score import FEATURES, features

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Shape = Literal["platt", "isotonic", "logistic"]
RAW = "min_p"
FEWEST = 20
RESAMPLES = 1000


class Row(Value):
    """One judged proposal: its features by name (see `features`), and whether it was right."""

    features: dict[str, float]
    correct: bool

    @classmethod
    def of(cls, proposal: Proposal, checks: Iterable[Check], *, correct: bool) -> Row:
        """The row of a proposal, what the checks made of it, and whether its calls were the right ones."""
        return cls(features=features(proposal, checks), correct=correct)


class Calibrator(Value):
    """A fitted calibration; a plain value, saved as JSON.

    `dialect` and `tools` (their `tools_id`) are what it is bound to beside the model, empty where it holds for any.
    `names` are the features it uses, `weights` and `bias` those of a logistic fit, `knots` (score, probability) those
    of an isotonic one. `rows` were fitted; `before` is the quality of the raw score taken as a probability, `after`
    that of this calibration, both on rows that were kept out. `compared` is each shape's cross-validated log loss on
    the fitted rows.
    """

    version: Literal[1] = 1
    shape: Shape
    model: str
    dialect: str = ""
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

    @property
    def helps(self) -> bool:
        """Whether it was better than the raw score on the rows that were kept out, by Brier score."""
        return self.before is not None and self.after is not None and self.after.brier <= self.before.brier

    def mismatch(self, model: str | Model, tools: Iterable[ToolSpec] | None = None) -> str | None:
        """Why this calibration does not hold for a model and a set of tools, as a sentence; None when it holds.

        A name alone leaves the dialect open, and None the tools.
        """
        name, dialect = identity(model)
        if name != self.model:
            return f"the calibration was fitted for the model {self.model}, not for {name}"
        if dialect and self.dialect and dialect != self.dialect:
            return f"the calibration was fitted for the dialect {self.dialect}, not for {dialect}"
        if tools is not None and self.tools and tools_id(tools) != self.tools:
            return "the calibration was fitted for other tools, or for other versions of them"
        return None

    def save(self, path: str | Path) -> None:
        """Write it as JSON."""
        Path(path).write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")


def identity(model: str | Model) -> tuple[str, str]:
    """The name of a model, and of the dialect it is asked in, empty where it has none."""
    if isinstance(model, str):
        return model, ""
    return model.name, str(getattr(getattr(model, "dialect", None), "name", ""))


_MAKE_ONE = "fit one: `agentkit eval SUITE --fit-calibration FILE`, or `agentkit.verify.fit`"


def load_calibration(path: str | Path) -> Calibrator:
    """Read a saved calibration. Raises `WiringError` when the file is not there or is none."""
    try:
        return Calibrator.model_validate(json.loads(Path(path).read_text(encoding="utf-8")))
    except OSError as error:
        raise WiringError(f"{path}: {error.strerror}", hint=_MAKE_ONE) from error
    except (ValueError, ValidationError) as error:
        first = str(error).splitlines()[0]
        raise WiringError(f"{path}: not a calibration: {first}", hint=_MAKE_ONE) from error


def fit(
    rows: Sequence[Row],
    *,
    model: str | Model,
    tools: str = "",
    shape: Shape | Literal["auto"] = "auto",
    held_out: float = 0.3,
    seed: int = 0,
) -> Calibrator:
    """Fit a calibration on judged proposals of one model; an engine binds it to its dialect too, a name does not.

    `tools` is the `tools_id` of the tools. "auto" picks the shape with the least cross-validated log loss; ties go to
    the simpler one. `held_out` is the share of the rows that is drawn (`seed`) to state its quality, with intervals.
    Features that are the same in all rows are left out. Raises `WiringError` with fewer than 20 rows, or when all
    rows have the same answer.
    """
    right = sum(row.correct for row in rows)
    if len(rows) < FEWEST or right in {0, len(rows)}:
        raise WiringError(
            f"{len(rows)} judged proposals, {right} of them right, are too few to calibrate",
            hint=f"collect at least {FEWEST}, with right and wrong ones among them",
        )
    fitted, kept = _split(rows, held_out, seed)
    shapes: tuple[Shape, ...] = ("platt", "isotonic", "logistic") if shape == "auto" else (shape,)
    correct = [row.correct for row in fitted]
    tried: dict[Shape, float] = {one: quality(_cross_validated(fitted, one), correct).log_loss for one in shapes}
    best: Shape = min(shapes, key=lambda one: round(tried[one], 3))
    made = _fitted(fitted, best)
    name, dialect = identity(model)
    return made.model_copy(
        update={
            "model": name,
            "dialect": dialect,
            "tools": tools,
            "rows": len(fitted),
            "before": _quality([row.features.get(RAW, 1.0) for row in kept], kept),
            "after": _quality([made.of(row.features) for row in kept], kept),
            "compared": {str(one): found for one, found in tried.items()},
        }
    )


def _quality(probabilities: Sequence[float], kept: Sequence[Row]) -> Quality:
    return quality(probabilities, [row.correct for row in kept], resamples=RESAMPLES)


def _split(rows: Sequence[Row], share: float, seed: int) -> tuple[list[Row], list[Row]]:
    """The rows to fit and those to keep out, right and wrong ones in the same share; at least one of each is fitted."""
    import numpy as np

    if not 0.0 < share < 1.0:
        raise WiringError(f"a share of {share:g} cannot be kept out", hint="give `held_out` between 0 and 1")
    chance = np.random.default_rng(seed)
    fitted: list[Row] = []
    kept: list[Row] = []
    for kind in (True, False):
        of_kind = [row for row in rows if row.correct is kind]
        order: list[int] = chance.permutation(len(of_kind)).tolist()
        drawn = [of_kind[at] for at in order]
        count = min(len(drawn) - 1, max(1, round(share * len(drawn))))
        kept += drawn[:count]
        fitted += drawn[count:]
    return fitted, kept


def _cross_validated(rows: Sequence[Row], shape: Shape, folds: int = 5) -> list[float]:
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

    names = _telling(rows) if shape == "logistic" else (RAW,)
    x = np.array([[row.features.get(name, 1.0) for name in names] for row in rows])
    y = np.array([row.correct for row in rows], dtype=float)
    if shape == "isotonic":
        return Calibrator(shape=shape, model="", names=names, knots=isotonic(x[:, 0], y))
    weights, bias = logistic(logit(x), y)
    return Calibrator(shape=shape, model="", names=names, weights=tuple(map(float, weights)), bias=bias)


def _telling(rows: Sequence[Row]) -> tuple[str, ...]:
    """The features that differ among the rows: of one that never did, nothing is known where it does."""
    values = {name: {row.features.get(name, 1.0) for row in rows} for name in FEATURES}
    return tuple(name for name in FEATURES if len(values[name]) > 1) or (RAW,)


def _apply(made: Calibrator, x: Floats) -> Floats:
    import numpy as np

    if made.shape == "isotonic":
        scores, values = zip(*made.knots, strict=True)
        return np.interp(x[:, 0], scores, values)
    return sigmoid(logit(x) @ np.array(made.weights) + made.bias)
