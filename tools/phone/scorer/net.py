"""The fitted scorer: a small network over named features, read from a file beside this one.

Knows the names of the features that it was fitted on, and nothing of how they are made; a feature that it does not
know counts nothing.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from agentkit.errors import ModelLoadError

from .features import Features

WEIGHTS = Path(__file__).parent / "weights.npz"
Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Net:
    """Several networks of one hidden layer whose logits are averaged.

    `own` and `moment` name the features; `first` is (nets, own, hidden), `context` (nets, moment, hidden), `bias`
    (nets, hidden), `out` (nets, hidden), `skip` (nets, own), which leads past the hidden layer.
    """

    own: tuple[str, ...]
    moment: tuple[str, ...]
    first: Array
    context: Array
    bias: Array
    out: Array
    skip: Array

    def logits(self, moment: Features, each: Sequence[Features]) -> Array:
        """A logit for each candidate of a moment."""
        return self.through(rows(each, self.own), rows([moment], self.moment)[0])

    def through(self, own: Array, shared: Array) -> Array:
        """The logits from matrices: (candidates, own) and (moment,)."""
        return self.together(own, shared[None], np.zeros(len(own), np.intp))

    def together(self, own: Array, moments: Array, step: npt.NDArray[np.intp]) -> Array:
        """The logits of many moments at once; `step` says of each candidate to which moment it belongs."""
        found = np.zeros(len(own), np.float32)
        for first, context, bias, out, skip in zip(
            self.first, self.context, self.bias, self.out, self.skip, strict=True
        ):
            hidden: Array = np.maximum(own @ first + (moments @ context + bias)[step], 0.0)
            found += hidden @ out + own @ skip
        return found / np.float32(len(self.first))

    def odds(self, moment: Features, each: Sequence[Features]) -> Array:
        """The probability of each candidate; they add up to 1."""
        logits = self.logits(moment, each)
        odds: Array = np.exp(logits - logits.max())
        return odds / odds.sum()


def rows(each: Sequence[Features], names: Sequence[str]) -> Array:
    """Features as a matrix, shape (candidates, names)."""
    place = {name: at for at, name in enumerate(names)}
    found = np.zeros((len(each), len(names)), np.float32)
    for row, one in zip(found, each, strict=True):
        for name, value in one.items():
            at = place.get(name)
            if at is not None:
                row[at] = value
    return found


def save(net: Net, path: Path = WEIGHTS) -> None:
    """Write a scorer, its numbers in sixteen bits."""
    numbers = {name: getattr(net, name).astype(np.float16) for name in ("first", "context", "bias", "out", "skip")}
    with path.open("wb") as out:
        np.savez_compressed(out, own=np.array(net.own), moment=np.array(net.moment), **numbers)


def load(path: Path = WEIGHTS) -> Net:
    """Read a scorer; raises `ModelLoadError` for a file that is missing or none."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            own, moment = (tuple(map(str, stored[name])) for name in ("own", "moment"))
            first, context, bias, out, skip = (
                stored[name].astype(np.float32) for name in ("first", "context", "bias", "out", "skip")
            )
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ModelLoadError(
            f"{path} is no scorer of phone steps: {error}",
            hint="fit it with `python -m phone.scorer.fit` in tools/, or give the session `scored=False`",
        ) from error
    return Net(own, moment, first, context, bias, out, skip)


@lru_cache(maxsize=1)
def shipped() -> Net:
    """The scorer that ships with the pack."""
    return load()
