"""Steps to fit a scorer on as sparse arrays, which can be kept on disk between fits, and as matrices.

Knows nothing of phones: a step is a set of candidates with named numbers, some of which are right.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .features import Features
from .net import Array
from .rows import Marked

_RARE = 3
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Names = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Table:
    """Named numbers of many lines, mostly 0: `count` of each line, then `name` and `value` one after another."""

    names: tuple[str, ...]
    count: Ints
    name: npt.NDArray[np.uint16]
    value: npt.NDArray[np.float16]

    @classmethod
    def of(cls, lines: Sequence[Features]) -> Table:
        """From features by name."""
        place = dict[str, int]()
        name = [place.setdefault(key, len(place)) for line in lines for key in line]
        value = [number for line in lines for number in line.values()]
        count = np.array([len(line) for line in lines], np.int64)
        return cls(tuple(place), count, np.array(name, np.uint16), np.array(value, np.float16))

    def where(self, kept: Bools) -> Table:
        """Some of the lines."""
        every = np.repeat(kept, self.count)
        return Table(self.names, self.count[kept], self.name[every], self.value[every])

    def times(self, step: Ints) -> dict[str, int]:
        """In how many steps each name occurs, where `step` is that of each line."""
        pairs = np.unique(np.repeat(step, self.count) * 65536 + self.name)
        found, counts = np.unique(pairs % 65536, return_counts=True)
        return {self.names[int(at)]: int(often) for at, often in zip(found, counts, strict=True)}

    def matrix(self, names: Sequence[str]) -> npt.NDArray[np.float16]:
        """As a matrix, shape (lines, names); other names are left out."""
        place = {name: at for at, name in enumerate(names)}
        column = np.array([place.get(name, -1) for name in self.names], np.int64)[self.name]
        line = np.repeat(np.arange(len(self.count)), self.count)
        found = np.zeros((len(self.count), len(names)), np.float16)
        found[line[column >= 0], column[column >= 0]] = self.value[column >= 0]
        return found


@dataclass(frozen=True)
class Steps:
    """Steps: candidates one after another, moments, how many candidates each has, which are right, what it is of."""

    own: Table
    moment: Table
    size: Ints
    right: Bools
    group: tuple[str, ...]

    @classmethod
    def of(cls, found: Iterable[Marked]) -> Steps:
        """From marked steps."""
        every = list(found)
        return cls(
            Table.of([each for one in every for each in one.each]),
            Table.of([one.moment for one in every]),
            np.array([len(one.each) for one in every], np.int64),
            np.array([mark for one in every for mark in one.right], np.bool_),
            tuple(one.group for one in every),
        )

    def where(self, kept: Bools) -> Steps:
        """Some of the steps."""
        every = np.repeat(kept, self.size)
        group = tuple(name for name, keep in zip(self.group, kept, strict=True) if keep)
        return Steps(self.own.where(every), self.moment.where(kept), self.size[kept], self.right[every], group)

    def of_groups(self, names: Collection[str], *, inside: bool) -> Steps:
        """The steps of these groups, or of all others."""
        return self.where(np.array([(name in names) == inside for name in self.group], np.bool_))

    def goes(self, feature: str) -> Bools:
        """Of each step, whether a candidate with this feature is right."""
        if feature not in self.own.names:
            return np.zeros(len(self.size), np.bool_)
        line = np.repeat(np.arange(len(self.own.count)), self.own.count)
        has = np.zeros(len(self.right), np.bool_)
        has[line[self.own.name == self.own.names.index(feature)]] = True
        step = np.repeat(np.arange(len(self.size)), self.size)
        return np.bincount(step, has & self.right, len(self.size)) > 0

    def save(self, path: Path) -> None:
        """Write them."""
        tables = {
            f"{key}_{part}": getattr(table, part)
            for key, table in (("own", self.own), ("moment", self.moment))
            for part in ("names", "count", "name", "value")
        }
        with path.open("wb") as out:
            np.savez_compressed(out, size=self.size, right=self.right, group=np.array(self.group), **tables)


def load(path: Path) -> Steps:
    """Read steps."""
    with np.load(path, allow_pickle=False) as kept:

        def table(key: str) -> Table:
            names, count, name, value = (kept[f"{key}_{part}"] for part in ("names", "count", "name", "value"))
            return Table(tuple(map(str, names)), count, name, value)

        return Steps(table("own"), table("moment"), kept["size"], kept["right"], tuple(map(str, kept["group"])))


def kept(folder: Path | None, name: str, make: Callable[[], Iterable[Marked]]) -> Steps:
    """Steps from a file of this name in the folder, made and written if there is none."""
    if folder is None:
        return Steps.of(make())
    path = folder / f"{name}.npz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        Steps.of(make()).save(path)
    return load(path)


def names_of(parts: Sequence[Steps]) -> Names:
    """The features of candidates and of moments that occur in at least a few steps, in order."""
    own, moment = dict[str, int](), dict[str, int]()
    for part in parts:
        step = np.arange(len(part.size))
        for counts, table, steps in ((own, part.own, np.repeat(step, part.size)), (moment, part.moment, step)):
            for name, often in table.times(steps).items():
                counts[name] = counts.get(name, 0) + often
    return tuple(sorted(n for n, t in own.items() if t >= _RARE)), tuple(
        sorted(n for n, t in moment.items() if t >= _RARE)
    )


@dataclass(frozen=True)
class Packed:
    """Steps as matrices: candidates of all steps one after another, `starts` of each step, which are right."""

    own: npt.NDArray[np.float16]
    moment: npt.NDArray[np.float16]
    starts: npt.NDArray[np.intp]
    right: Bools

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return len(self.moment)

    def take(self, chosen: npt.NDArray[np.intp]) -> tuple[Array, Array, npt.NDArray[np.intp], Bools]:
        """Candidates, moments, the step that each candidate is of, and which are right, of some steps."""
        ends: list[int] = [*self.starts.tolist(), len(self.own)]
        steps: list[int] = chosen.tolist()
        lines = np.concatenate([np.arange(ends[one], ends[one + 1]) for one in steps])
        step = np.repeat(np.arange(len(steps)), [ends[one + 1] - ends[one] for one in steps])
        return self.own[lines].astype(np.float32), self.moment[chosen].astype(np.float32), step, self.right[lines]


def packed(parts: Sequence[Steps], names: Names) -> Packed:
    """Steps as matrices over these features."""
    size = np.concatenate([part.size for part in parts])
    return Packed(
        np.concatenate([part.own.matrix(names[0]) for part in parts]),
        np.concatenate([part.moment.matrix(names[1]) for part in parts]),
        np.concatenate([[0], np.cumsum(size)[:-1]]).astype(np.intp),
        np.concatenate([part.right for part in parts]),
    )
