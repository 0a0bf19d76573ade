"""Fits the scorer on the oracle's steps, stops early on templates that it was not fitted on, and writes it.

    python -m phone.scorer.fit --own weights.npz --out better.npz       (in tools/; minutes on one core)

Training templates teach what steps are like, made-up apps that labels and forms differ, and the own runs of an earlier
scorer (`--own`) how to go on from where it strays. The same file each time from the same earlier scorer; without one,
there are no such runs. Tasks of the test split are not read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .net import WEIGHTS, Array, Net, load, rows, save
from .rows import Marked, of_made, of_templates

TRAIN, DEV, MADE = 3_000_000, 4_000_000, 77
"""Where the seeds of tasks begin; training rows of the model and the evaluation draw from others."""
_OTHERS = 50
"""From this number on phones are for own runs."""
_RARE = 3
Arrays = dict[str, Array]
Names = tuple[Sequence[str], Sequence[str]]
Tell = Callable[[str], None]
_DECAY = 1e-4
_RATE = 3e-3
_BATCH = 64
_PATIENCE = 4


@dataclass(frozen=True)
class Packed:
    """Steps as matrices: candidates of all steps one after another, `starts` of each step, which are right."""

    own: npt.NDArray[np.float16]
    moment: npt.NDArray[np.float16]
    starts: npt.NDArray[np.intp]
    right: npt.NDArray[np.bool_]

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return len(self.moment)

    def take(self, chosen: npt.NDArray[np.intp]) -> tuple[Array, Array, npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
        """Candidates, moments, the step that each candidate is of, and which are right, of some steps."""
        ends: list[int] = [*self.starts.tolist(), len(self.own)]
        steps: list[int] = chosen.tolist()
        lines = np.concatenate([np.arange(ends[one], ends[one + 1]) for one in steps])
        step = np.repeat(np.arange(len(steps)), [ends[one + 1] - ends[one] for one in steps])
        return self.own[lines].astype(np.float32), self.moment[chosen].astype(np.float32), step, self.right[lines]


def names_of(found: Iterable[Marked]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The features of candidates and of moments that occur at least a few times, in order."""
    own, moment = dict[str, int](), dict[str, int]()
    for one in found:
        for name in one.moment:
            moment[name] = moment.get(name, 0) + 1
        for name in {name for each in one.each for name in each}:
            own[name] = own.get(name, 0) + 1
    kept = (tuple(sorted(name for name, times in counts.items() if times >= _RARE)) for counts in (own, moment))
    return next(kept), next(kept)


def packed(found: Sequence[Marked], own: Sequence[str], moment: Sequence[str]) -> Packed:
    """Steps as matrices over these features."""
    sizes = [len(one.each) for one in found]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
    matrix = np.zeros((sum(sizes), len(own)), np.float16)
    for one, start in zip(found, starts, strict=True):
        matrix[start : start + len(one.each)] = rows(one.each, own)
    right = np.array([mark for one in found for mark in one.right])
    return Packed(matrix, rows([one.moment for one in found], moment).astype(np.float16), starts, right)


class Learning:
    """One network under training, by Adam on the logarithm of what it gives to the right candidates together."""

    def __init__(self, own: int, moment: int, hidden: int, seed: int) -> None:
        random = np.random.default_rng(seed)
        self.random = random
        scale = 1.0 / np.sqrt(30.0)
        self.now: Arrays = {
            "first": (random.normal(size=(own, hidden)) * scale).astype(np.float32),
            "context": (random.normal(size=(moment, hidden)) * scale).astype(np.float32),
            "bias": np.zeros(hidden, np.float32),
            "out": (random.normal(size=hidden) / np.sqrt(hidden)).astype(np.float32),
            "skip": np.zeros(own, np.float32),
        }
        self.mean = {name: np.zeros_like(value) for name, value in self.now.items()}
        self.square = {name: np.zeros_like(value) for name, value in self.now.items()}
        self.count = 0

    def logits(self, own: Array, moment: Array, step: npt.NDArray[np.intp]) -> tuple[Array, Array]:
        """Logits of all candidates, and the hidden layer."""
        now = self.now
        hidden: Array = np.maximum(own @ now["first"] + (moment @ now["context"] + now["bias"])[step], 0.0)
        return np.asarray(hidden @ now["out"] + own @ now["skip"], np.float32), hidden

    def learn(self, part: Packed, chosen: npt.NDArray[np.intp], rate: float) -> None:
        """One step of Adam on some steps of a run."""
        own, moment, step, right = part.take(chosen)
        logits, hidden = self.logits(own, moment, step)
        given = _shares(logits, step)
        mine = np.where(right, given, 0.0).astype(np.float32)
        total = np.maximum(np.bincount(step, mine, len(chosen)), 1e-9).astype(np.float32)
        slope: Array = ((given - mine / total[step]) / len(chosen)).astype(np.float32)
        below: Array = slope[:, None] * self.now["out"] * (hidden > 0)
        shared = np.zeros((len(chosen), below.shape[1]), np.float32)
        np.add.at(shared, step, below)
        slopes = {
            "first": own.T @ below,
            "context": moment.T @ shared,
            "bias": below.sum(0),
            "out": hidden.T @ slope,
            "skip": own.T @ slope,
        }
        self._apply(slopes, rate)

    def _apply(self, slopes: Arrays, rate: float) -> None:
        self.count += 1
        for name, slope in slopes.items():
            self.mean[name] = np.asarray(0.9 * self.mean[name] + 0.1 * slope, np.float32)
            self.square[name] = np.asarray(0.99 * self.square[name] + 0.01 * slope**2, np.float32)
            mean = self.mean[name] / (1 - 0.9**self.count)
            square = self.square[name] / (1 - 0.99**self.count)
            moved = self.now[name] * (1 - _DECAY * rate / _RATE) - rate * mean / (np.sqrt(square) + 1e-8)
            self.now[name] = moved.astype(np.float32)


def _shares(logits: Array, step: npt.NDArray[np.intp]) -> Array:
    """The probability of each candidate of each step."""
    starts = np.flatnonzero(np.diff(step, prepend=-1))
    odds = np.exp(logits - np.maximum.reduceat(logits, starts)[step])
    return (odds / np.add.reduceat(odds, starts)[step]).astype(np.float32)


@dataclass(frozen=True)
class Quality:
    """The mean loss, how often a right candidate comes first, and how often among the first three."""

    loss: float
    first: float
    three: float

    def __str__(self) -> str:
        return f"loss {self.loss:.3f}, first {100 * self.first:.1f} %, among three {100 * self.three:.1f} %"


def quality(net: Net, part: Packed) -> Quality:
    """What a scorer is worth on steps that were packed over its features."""
    ends = np.append(part.starts, len(part.own))
    loss, first, three = 0.0, 0, 0
    for at in range(part.steps):
        own = part.own[ends[at] : ends[at + 1]].astype(np.float32)
        logits = net.through(own, part.moment[at].astype(np.float32))
        right = part.right[ends[at] : ends[at + 1]]
        odds = np.exp(logits - logits.max())
        loss -= float(np.log(max(odds[right].sum() / odds.sum(), 1e-9)))
        order = np.argsort(-logits, kind="stable")
        first += bool(right[order[0]])
        three += bool(right[order[:3]].any())
    return Quality(loss / part.steps, first / part.steps, three / part.steps)


def net_of(own: Sequence[str], moment: Sequence[str], each: Sequence[Arrays]) -> Net:
    """Trained networks as one scorer."""
    stacked = {name: np.stack([one[name] for one in each]) for name in each[0]}
    return Net(tuple(own), tuple(moment), **stacked)


@dataclass(frozen=True)
class Settings:
    """What a fit is given: how many networks, how wide, how long; how many tasks of each template and phones.

    `own_tasks` and `own_phones` are those of an earlier scorer's own runs, others than the rest.
    """

    nets: int = 3
    hidden: int = 48
    epochs: int = 8
    tasks: int = 3
    phones: int = 20
    each: int = 16
    dev: int = 5
    own_tasks: int = 7
    own_phones: int = 20


def fit(train: Sequence[Marked], dev: Sequence[Marked], settings: Settings, tell: Callable[[str], None] = print) -> Net:
    """A scorer fitted on steps, each of its networks as it was when it did best on `dev`."""
    names = names_of(train)
    learnt, checked = packed(train, *names), packed(dev, *names)
    tell(f"{learnt.steps} steps, {len(learnt.own)} candidates, {len(names[0])} + {len(names[1])} features")
    made: list[Arrays] = []
    for seed in range(settings.nets):
        learning = Learning(len(names[0]), len(names[1]), settings.hidden, seed)
        made.append(_fitted((learnt, checked), names, learning, settings, tell))
    return net_of(*names, made)


def _fitted(parts: tuple[Packed, Packed], names: Names, learning: Learning, settings: Settings, tell: Tell) -> Arrays:
    """One network, as it was when it did best on `dev`."""
    (train, dev), best, kept, since = parts, float("inf"), learning.now, 0
    for epoch in range(settings.epochs):
        order = learning.random.permutation(train.steps)
        rate = _RATE * max(0.05, 1.0 - epoch / settings.epochs)
        for start in range(0, train.steps, _BATCH):
            learning.learn(train, order[start : start + _BATCH], rate)
        found = quality(net_of(*names, [learning.now]), dev)
        tell(f"  epoch {epoch}: {found}")
        since = since + 1 if found.loss >= best else 0
        if found.loss < best:
            best, kept = found.loss, dict(learning.now)
        if since >= _PATIENCE:
            break
    return kept


def taken(settings: Settings, own: Net | None = None) -> tuple[list[Marked], list[Marked]]:
    """The steps to fit on, of training templates and of made-up apps, and those of development templates to stop by."""
    train, first = list[Marked](), TRAIN + settings.tasks
    for number in range(TRAIN, first):
        train += of_templates("train", range(number, number + 1))
    train += of_made(MADE, range(settings.phones), settings.each)
    if own is not None:
        for number in range(first, first + settings.own_tasks):
            train += of_templates("train", range(number, number + 1), own=own)
        train += of_made(MADE, range(_OTHERS, _OTHERS + settings.own_phones), settings.each, own=own)
    return train, list(of_templates("dev", range(DEV, DEV + settings.dev), calm=True))


def main() -> None:
    """Fit, say what it is worth on the development templates, and write it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--out", type=Path, default=WEIGHTS)
    options.add_argument("--own", type=Path, help="an earlier scorer, whose own runs are learnt from as well")
    for name, value in asdict(Settings()).items():
        options.add_argument(f"--{name.replace('_', '-')}", type=int, default=value)
    given = vars(options.parse_args())
    out, earlier = given.pop("out"), given.pop("own")

    def tell(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    settings = Settings(**given)
    save(fit(*taken(settings, load(earlier) if earlier is not None else None), settings, tell), out)
    tell(f"written to {out}")


if __name__ == "__main__":
    main()
