"""Which requests one text is: how many calls it wants, and which words belong to which of them.

Of the ways to read it that `readings` finds, a small scorer fitted by `agentkit.nano.plan` tells the likeliest: first
by words and by one look at the arguments, then, of the few best, by filling every request that they give. Knows nothing
of engines and prompts.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np

from agentkit.errors import ModelLoadError
from agentkit.retrieve import parts
from agentkit.slots.filler import PLAN, Filler
from agentkit.slots.plan_signs import OF_FILLED, OF_WAY, Filling, Near, of_cut, of_cuts, of_filled, of_reading, of_run
from agentkit.slots.readings import Joint, Reading, Readings, Run
from agentkit.slots.said import Said
from agentkit.slots.signs import Array
from agentkit.types import ToolSpec

Nearest = Callable[[str], Near]
"""The tool that a text is nearest to."""

_EACH = 3
"""Ways kept of each part of a text."""
FILLED = 6
"""Ways of a whole text whose requests are filled."""
_SURE = 5.0
"""From these odds on, in nats, that a text is one request, nothing is filled."""


class Way(NamedTuple):
    """A way to read a whole text: where it is cut, and how each part is read."""

    cut: tuple[Joint, ...]
    parts: tuple[Reading, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The requests."""
        return tuple(text for part in self.parts for text in part.texts)


@dataclass(frozen=True, slots=True)
class Plan:
    """The requests of one text, and the probability that it is these."""

    texts: tuple[str, ...]
    p: float


class Looked:
    """One text, its ways and what can be seen of them."""

    def __init__(self, text: str, tools: Mapping[str, ToolSpec], filler: Filler, nearest: Nearest) -> None:
        self._tools, self._filler, self._nearest = tools, filler, cache(nearest)
        self._said = Said(text, whole=True)
        self._sight = Readings(self._said)
        self._known = frozenset(word for tool in tools.values() for word in _begins(tool))
        self._names = frozenset(word for name in tools for word in parts(name))
        self._fillings: dict[tuple[str, str], Filling] = {}
        self._within = cache(self._sight.within)
        self._of_run = cache(self._seen_run)
        self._of_reading = cache(self._seen_reading)

    @property
    def clipped(self) -> bool:
        """Whether the text is too long to be seen whole."""
        return self._said.clipped

    @property
    def single(self) -> bool:
        """Whether the text has no place to be cut at."""
        return not self._sight.joints

    def ways(self, most: int, weights: Array | None = None) -> list[Way]:
        """The ways to read the text, as one request first; the best by the weights of their signs, where given."""
        found: list[tuple[float, Way]] = []
        for cut in self._sight.cuts():
            parts = [self._ranked(bounds, weights, len(cut)) for bounds in self._sight.bounds(cut)]
            passed = 0.0 if weights is None else sum(float(weights @ self._cut(cut, at)) for at in range(len(cut)))
            found += [
                (passed + sum(s for s, _ in chosen), Way(cut, tuple(r for _, r in chosen)))
                for chosen in product(*parts)
            ]
        first = found[0][1]
        if weights is not None:
            found.sort(key=lambda one: -one[0])
        return [first, *(way for _, way in found if way is not first)][:most]

    def _ranked(self, bounds: tuple[int, int], weights: Array | None, cuts: int) -> list[tuple[float, Reading]]:
        readings = self._within(*bounds)
        if weights is None:
            return [(0.0, one) for one in (readings if not cuts else readings[: 1 + 4 // cuts])]
        scored = [(float(weights @ self._of_reading(one)), one) for one in readings]
        return sorted(scored, key=lambda one: -one[0])[: _EACH if cuts else None]

    def signs(self, way: Way) -> Array:
        """(OF_WAY,) sums over cuts and runs."""
        cuts = [self._cut(way.cut, at) for at in range(len(way.cut))]
        return np.sum([self._of_reading(part) for part in way.parts] + cuts, 0)

    def _cut(self, cut: tuple[Joint, ...], at: int) -> Array:
        """What can be seen of the cut at one of the joints."""
        (first, opened), (closing, last) = self._sight.bounds(cut)[at : at + 2]
        near = self._nearest(self._sight.text(first, opened)), self._nearest(self._sight.text(closing, last))
        numbers = of_cut(self._sight, self._said, cut[at], near, self._known)
        return np.array(of_cuts(numbers, cut[at]), np.float32)

    def _seen_reading(self, reading: Reading) -> Array:
        tool = self._nearest(reading.texts[0]).tool if reading.runs else ""
        return np.array(of_reading(reading, [self._of_run(run, tool) for run in reading.runs]), np.float32)

    def _seen_run(self, run: Run, tool: str) -> list[float]:
        shares = self._filled(self._said.text, Near(tool, 0.0)).shares
        return of_run(self._sight, self._said, run, shares, self._names)

    def filled(self, way: Way) -> Array:
        """(OF_FILLED,) what filling the requests of a way shows."""
        requests = [self._filled(text, self._nearest(text)) for text in way.texts]
        return np.array(of_filled(requests, self._nearest(self._said.text)), np.float32)

    def _filled(self, text: str, near: Near) -> Filling:
        found = self._fillings.get((text, near.tool))
        if found is None:
            said = self._said if text == self._said.text else Said(text, whole=True)
            shares = self._filler.shares(said, self._tools[near.tool])
            found = self._fillings[text, near.tool] = Filling(said, near, shares)
        return found


class Planner:
    """Tells the requests of texts; `weights` by name as `agentkit.nano.plan` fitted them."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        self._weights = weights

    def plan(self, text: str, tools: Mapping[str, ToolSpec], filler: Filler, nearest: Nearest) -> list[Plan]:
        """The likeliest ways to read a text, best first, with their probabilities among those that were looked at.

        None of a text that is too long to be seen whole, or whose lines may be requests.
        """
        looked = Looked(text, tools, filler, nearest)
        if looked.clipped or (looked.single and "\n" in text):
            return []
        if looked.single:
            return [Plan((text,), 1.0)]
        first = self._weights["first"]
        ways = looked.ways(FILLED, first)
        signs = np.stack([looked.signs(way) for way in ways])
        scores = signs @ first
        if len(ways) > 1 and scores[0] - _total(scores[1:]) < _SURE:
            signs = np.concatenate((signs, np.stack([looked.filled(way) for way in ways])), 1)
            scores = second(signs, self._weights)
        shares = np.exp(scores - _total(scores))
        found = [Plan(way.texts, float(share)) for way, share in zip(ways, shares, strict=True)]
        return sorted(found, key=lambda one: -one.p)


def load_planner(path: Path) -> Planner | None:
    """Read the planner in a slot filler's file that can be read; None where it has none.

    Raises `ModelLoadError` for one that was fitted to other signs.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            names = [name for name in stored.files if name.startswith(PLAN)]
            weights = {name.removeprefix(PLAN): stored[name].astype(np.float32) for name in names}
    except (OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile) as error:
        raise ModelLoadError(
            f"{path} holds no plans: {error}", hint="remove it, and arguments are filled by the model alone"
        ) from error
    if not weights:
        return None
    shapes = {name: weights[name].shape for name in ("first", "line_weight", "hidden_weight") if name in weights}
    wide = OF_WAY + OF_FILLED
    if [shape[-1] for shape in shapes.values()] != [OF_WAY, wide, wide] or not weights.keys() >= _REST:
        raise ModelLoadError(
            f"the plans of {path} were fitted to other signs than this version of agentkit sees",
            hint="fit them anew with `python -m agentkit.nano slots`, or remove the file",
        )
    return Planner(weights)


_REST = {"hidden_bias", "score_weight"}


def second(signs: Array, weights: Mapping[str, Array]) -> Array:
    """The scores of ways by all their signs: the network of `nano.plan`."""
    hidden = signs @ weights["hidden_weight"].T + weights["hidden_bias"]
    return (hidden / (1.0 + np.exp(-hidden))) @ weights["score_weight"][0] + signs @ weights["line_weight"][0]


def _total(scores: Array) -> float:
    top = float(scores.max())
    return top + float(np.log(np.exp(scores - top).sum()))


def _begins(tool: ToolSpec) -> Iterator[str]:
    """The first words of a tool's name and of what is told of it."""
    for text in (tool.name, tool.description):
        yield from parts(text)[:1]
