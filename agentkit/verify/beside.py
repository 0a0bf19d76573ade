"""The calibration that lies beside a model's weights: `nano.calibration.json` beside `nano.gguf`.

It is used where it was fitted for these very weights and this dialect; else it is left alone, and `found` says so in a
sentence for whoever asks. Knows nothing of how calibrations are fitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from agentkit.errors import WiringError
from agentkit.models.base import Model
from agentkit.verify.calibrate import Calibrator, load_calibration
from agentkit.verify.cascade import Calibration

ENDING = ".calibration.json"


@dataclass(frozen=True)
class Found:
    """What lies beside some weights: a calibration that holds for them, or None; `note` says which, `ignored` that
    there is a file which was left alone.
    """

    calibration: Calibrator | None
    note: str
    ignored: bool = False


def beside(weights: Path) -> Path:
    """Where the calibration of a weights file belongs."""
    return weights.with_suffix(ENDING)


def find(model: Model) -> Found:
    """The calibration beside a model's weights, if it was fitted for them; never raises for what the file holds."""
    weights = weights_of(model)
    if weights is None:
        return Found(None, f"uncalibrated: {model.name} has no weights here that a calibration could lie beside")
    path = beside(weights)
    if not path.is_file():
        return Found(None, f"uncalibrated: there is no {path.name} beside {weights.name}")
    try:
        made = load_calibration(path)
    except WiringError as error:
        return Found(None, f"uncalibrated: {error.message}; it is ignored", ignored=True)
    why = made.mismatch(model)
    if why is not None:
        return Found(None, f"uncalibrated: {path.name} is ignored: {why}", ignored=True)
    return Found(made, f"calibrated by {path.name}: {_told(made)}")


def calibration_for(model: Model, given: Calibration | None = None) -> Calibration | None:
    """The calibration to use with a model: the one that was given, else the one beside its weights, else None.

    Raises `WiringError` for a given one that was fitted for another model or dialect.
    """
    if given is None:
        return find(model).calibration
    if isinstance(given, Calibrator) and (why := given.mismatch(model)):
        raise WiringError(why, hint="fit it again for this model, or leave the calibration out")
    return given


def write_beside(made: Calibrator, model: Model) -> Path:
    """Write a calibration beside the weights of the model that it was fitted for; returns the path.

    Raises `WiringError` where it does not hold for the model, did worse than the raw score on the rows that were kept
    out, or the model has no weights on disk.
    """
    weights = weights_of(model)
    if weights is None:
        raise WiringError(f"{model.name} has no weights on this disk", hint="save the calibration by `.save(path)`")
    if why := made.mismatch(model):
        raise WiringError(why, hint="fit it on proposals of this model")
    if not made.helps:
        raise WiringError(f"the calibration does not help: {_told(made)}", hint="collect more judged proposals")
    made.save(beside(weights))
    return beside(weights)


def weights_of(model: Model) -> Path | None:
    """The file of a model's weights, or None for remotes and doubles."""
    header = getattr(getattr(model, "weights", None), "header", None)
    path = getattr(header, "path", None)
    return path if isinstance(path, Path) else None


def _told(made: Calibrator) -> str:
    others = "".join(f"; {_told(one)}" for one in made.special)
    about = f"{made.about}, " if made.about else ""
    before, after = made.before, made.after
    if before is None or after is None:
        return f"{about}{made.rows} proposals, quality not stated{others}"
    return (
        f"{about}{made.rows} proposals; on {after.rows} others Brier {before.brier:.3f} -> {after.brier:.3f}, "
        f"ECE {before.ece:.3f} -> {after.ece:.3f}{others}"
    )
