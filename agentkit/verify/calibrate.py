"""Calibration: from the features of a proposal to P(correct), as a value that was fitted on judged proposals.

It is bound to the model (its name holds the weights' digest), to the dialect in which it was asked, and to tools where
it names them; it says nothing of others. Knows nothing of how it is fitted, of traces or of where files lie.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationError

from agentkit.errors import WiringError
from agentkit.models.base import Model
from agentkit.types import Check, Proposal, ToolSpec, Value
from agentkit.verify.canonical import tool_ids
from agentkit.verify.curves import logit, sigmoid
from agentkit.verify.quality import Quality
from agentkit.verify.score import features

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Shape = Literal["temperature", "platt", "isotonic", "logistic"]
RAW = "min_p"


class Row(Value):
    """One judged proposal: its features by name (see `features`), and whether it was right.

    `group` names what it has in common with others (the tool, the task), so that they are kept out of a fit together.
    """

    features: dict[str, float]
    correct: bool
    group: str = ""

    @classmethod
    def of(cls, proposal: Proposal, checks: Iterable[Check], *, correct: bool, group: str = "") -> Row:
        """The row of a proposal, what the checks made of it, and whether its calls were the right ones."""
        return cls(features=features(proposal, checks), correct=correct, group=group)


class Calibrator(Value):
    """A fitted calibration; a plain value, saved as JSON.

    `dialect` and `tools` (their `tool_ids`) are what it is bound to beside the model, empty where it holds for any; it
    holds for agents that have these tools or some of them. `special` are fits for tools of their own, which go before
    it; `about` says in words what was judged. `names` are the features it uses, `weights` and `bias` those of a
    logistic fit, `knots` (score, probability) those of an isotonic one. `rows` were fitted; `before` is the quality of
    the raw score taken as a probability, `after` that of this calibration, both on rows that were kept out. `compared`
    is each shape's cross-validated log loss on the fitted rows.
    """

    version: Literal[2] = 2
    shape: Shape
    model: str
    dialect: str = ""
    tools: tuple[str, ...] = ()
    about: str = ""
    names: tuple[str, ...] = (RAW,)
    weights: tuple[float, ...] = ()
    bias: float = 0.0
    knots: tuple[tuple[float, float], ...] = ()
    rows: int = 0
    before: Quality | None = None
    after: Quality | None = None
    compared: dict[str, float] = Field(default_factory=dict)
    special: tuple[Calibrator, ...] = ()

    def for_tools(self, specs: Iterable[ToolSpec]) -> Calibrator | None:
        """The fit that holds for an agent with these tools: the first special one that knows all of them, else this
        one, unless it is bound to others.
        """
        ids = frozenset(tool_ids(specs)) if self.tools or self.special else frozenset[str]()
        found = (one for one in self.special if ids and ids.issubset(one.tools))
        return next(found, self if not self.tools or ids.issubset(self.tools) else None)

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
        if tools is not None and self.for_tools(tools) is None:
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


def _apply(made: Calibrator, x: Floats) -> Floats:
    import numpy as np

    if made.shape == "isotonic":
        scores, values = zip(*made.knots, strict=True)
        return np.interp(x[:, 0], scores, values)
    return sigmoid(logit(x) @ np.array(made.weights) + made.bias)
