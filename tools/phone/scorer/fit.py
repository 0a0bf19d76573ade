"""Fits the scorer on the oracle's steps, stops early on made-up phones that it was not fitted on, and writes it.

    python -m phone.scorer.fit --kept FOLDER --out better.npz       (in tools/; FOLDER keeps the steps for other fits)

Training templates teach what steps are like, made-up apps that labels and forms differ. It is fitted in rounds: each
but the first also learns from the own runs of the scorer of the round before, how to go on from where that strays. The
same file each time, from nothing else. Tasks of the development and test splits are not read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .net import WEIGHTS, Array, Net, save
from .rows import Marked, of_made, of_templates
from .steps import Names, Packed, Steps, kept, names_of, packed

TRAIN, MADE, HELD = 3_000_000, 77, 82
"""Where the seeds of tasks begin, and of phones; training rows of the model and the evaluation draw from others."""
_OTHERS = 1000
"""From this number on phones are for own runs."""
_BACKS = 0.2
"""Of the steps where only going back is right, the share that is learnt from: a run that strays less meets fewer."""
_CHUNK = 2000
_EACH = 10
Arrays = dict[str, Array]
Tell = Callable[[str], None]
_DECAY = 1e-4
_RATE = 3e-3
_BATCH = 64
_PATIENCE = 3
_UNSEEN = 0.1
"""Share of the features that a few steps are learnt from without, so that none is relied on alone."""


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
        own, moment = self._some_of(own), self._some_of(moment)
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

    def _some_of(self, rows: Array) -> Array:
        """The same without some of the features."""
        kept: Array = np.asarray(self.random.random(rows.shape[1]) >= _UNSEEN, np.float32)
        return np.asarray(rows * kept, np.float32)

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
    for low in range(0, part.steps, _CHUNK):
        own, moment, step, right = part.take(np.arange(low, min(low + _CHUNK, part.steps)))
        logits = net.together(own, moment, step)
        begin = ends[low : low + _CHUNK + 1] - ends[low]
        for start, end in zip(begin[:-1].tolist(), begin[1:].tolist(), strict=True):
            odds = np.exp(logits[start:end] - logits[start:end].max())
            loss -= float(np.log(max(odds[right[start:end]].sum() / odds.sum(), 1e-9)))
            order = np.argsort(-odds, kind="stable")[:3] + start
            first += bool(right[order[0]])
            three += bool(right[order].any())
    return Quality(loss / part.steps, first / part.steps, three / part.steps)


def net_of(own: Sequence[str], moment: Sequence[str], each: Sequence[Arrays]) -> Net:
    """Trained networks as one scorer."""
    stacked = {name: np.stack([one[name] for one in each]) for name in each[0]}
    return Net(tuple(own), tuple(moment), **stacked)


@dataclass(frozen=True)
class Settings:
    """What a fit is given: how many networks, how wide, how long; how many tasks of each template and pairs of phones.

    `own_tasks` and `own_phones` are those of the own runs of each round's scorer, others than the rest.
    """

    nets: int = 3
    hidden: int = 64
    epochs: int = 8
    tasks: int = 3
    phones: int = 24
    own_tasks: int = 6
    own_phones: int = 13
    held: int = 6
    rounds: int = 3


def fit(train: Sequence[Steps], held: Steps, settings: Settings, tell: Tell = print) -> Net:
    """A scorer fitted on steps, each of its networks as it was when it did best on `held`."""
    some = [_fewer_backs(part, seed) for seed, part in enumerate(train)]
    names = names_of(some)
    learnt, checked = packed(some, names), packed([held], names)
    tell(f"{learnt.steps} steps, {len(learnt.own)} candidates, {len(names[0])} + {len(names[1])} features")
    made: list[Arrays] = []
    for seed in range(settings.nets):
        learning = Learning(len(names[0]), len(names[1]), settings.hidden, seed)
        made.append(_fitted((learnt, checked), names, learning, settings, tell))
    return net_of(*names, made)


def _fewer_backs(part: Steps, seed: int) -> Steps:
    random = np.random.default_rng(seed).random(len(part.size))
    return part.where(~part.goes("to back") | (random < _BACKS))


def _fitted(parts: tuple[Packed, Packed], names: Names, learning: Learning, settings: Settings, tell: Tell) -> Arrays:
    """One network, as it was when it did best on the steps that are held out."""
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


def taken(settings: Settings, folder: Path | None = None) -> list[Steps]:
    """The steps of the oracle to fit on, of training templates and of made-up apps."""
    found = [kept(folder, f"train.{n}", partial(_trained, n)) for n in range(settings.tasks)]
    documents = _documents(folder)
    found += [kept(folder, f"made.{n}", partial(_made, 2 * n, documents=documents)) for n in range(settings.phones)]
    return found


def own_runs(settings: Settings, own: Net, number: int, folder: Path | None = None) -> list[Steps]:
    """The steps of a scorer's own runs, after round `number`, on other tasks and phones in each round."""
    first, documents = settings.tasks + number * settings.own_tasks, _documents(folder)
    tasks = range(first, first + settings.own_tasks)
    phones = range(number * settings.own_phones, (number + 1) * settings.own_phones)
    found = [kept(folder, f"own_train.{n}", partial(_trained, n, own=own)) for n in tasks]
    for n in phones:
        made = partial(_made, _OTHERS + 10 * n, own=own, documents=documents)
        found.append(kept(folder, f"own_made.{n}", made))
    return found


def in_rounds(settings: Settings, folder: Path | None = None, tell: Tell = print) -> Net:
    """A scorer fitted in rounds; all but the last fit one network."""
    steps, held = taken(settings, folder), held_out(settings, folder)
    for number in range(settings.rounds - 1):
        tell(f"round {number}")
        steps += own_runs(settings, fit(steps, held, replace(settings, nets=1), tell), number, folder)
    return fit(steps, held, settings, tell)


def held_out(settings: Settings, folder: Path | None = None) -> Steps:
    """The steps to stop by: of phones with made-up apps that no scorer is fitted on."""
    return kept(folder, "held", lambda: of_made(HELD, range(settings.held), 8, kept=_documents(folder)))


def _trained(number: int, own: Net | None = None) -> Iterator[Marked]:
    return of_templates("train", range(TRAIN + number, TRAIN + number + 1), own=own)


def _made(number: int, own: Net | None = None, documents: Path | None = None) -> Iterator[Marked]:
    return of_made(MADE, range(number, number + 2), _EACH, own=own, kept=documents)


def _documents(folder: Path | None) -> Path | None:
    """Where the documents of made-up apps are kept."""
    return folder / "documents" if folder is not None else None


def main() -> None:
    """Fit, say what it is worth on the steps that are held out, and write it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--out", type=Path, default=WEIGHTS)
    options.add_argument("--kept", type=Path, help="a folder where the steps are kept from one fit to the next")
    for name, value in asdict(Settings()).items():
        options.add_argument(f"--{name.replace('_', '-')}", type=int, default=value)
    given = vars(options.parse_args())
    out, folder = given.pop("out"), given.pop("kept")

    def tell(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    save(in_rounds(Settings(**given), folder, tell), out)
    tell(f"written to {out}")


if __name__ == "__main__":
    main()
