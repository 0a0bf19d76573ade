"""What a task is: a request in words, a world to start from, the world that is wanted, and a path that leads there.

A template draws a task from a seed; its wording, values and world differ each time. Knows nothing of models or tools.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from random import Random
from typing import Any

from ..sim.ops import Edit, same
from ..sim.seed import make_world
from ..sim.world import World
from .draw import Draw, Unfit

TEST_APPS = frozenset({"files", "maps"})
SPLITS = ("train", "dev", "test")
Args = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a path, by the labels an unperturbed phone shows: open, tap, write, back, say or cannot."""

    kind: str
    target: str = ""
    text: str = ""
    enter: bool = False


def launch(app: str) -> Move:
    """Open an app by its title."""
    return Move("open", app)


def tap(label: str) -> Move:
    """Tap what has this label."""
    return Move("tap", label)


def write(label: str, text: str, *, enter: bool = False) -> Move:
    """Put a text into a field."""
    return Move("write", label, text, enter)


def say(answer: str) -> Move:
    """End with an answer."""
    return Move("say", text=answer)


def cannot(why: str) -> Move:
    """End by saying that it cannot be done."""
    return Move("cannot", text=why)


def set_time(label: str, at: time) -> tuple[Move, ...]:
    """Through the time picker."""
    return (tap(label), write("Hour", f"{at:%H}"), write("Minute", f"{at:%M}"), tap("OK"))


def set_day(day: date, shown: date) -> tuple[Move, ...]:
    """Through the date picker, which opens at the month of `shown`."""
    months = (day.year - shown.year) * 12 + day.month - shown.month
    turn = tap("Next month" if months > 0 else "Previous month")
    return (tap("Date"), *(turn,) * abs(months), tap(str(day.day)))


@dataclass(frozen=True)
class Draft:
    """What a template draws: wordings with slots, the wanted change, the path, and what else counts.

    `answer` has to be part of what is said at the end. `reads` marks paths that open a screen only to read it.
    `intent` is the one call that does it without screens. `cuts` says after how many moves each of several wishes is
    done, where that is known.
    """

    wordings: tuple[str, ...]
    path: tuple[Move, ...]
    slots: Mapping[str, str] = field(default_factory=dict[str, str])
    want: Edit = field(default=same, compare=False)
    answer: str = ""
    feasible: bool = True
    reads: bool = False
    intent: tuple[str, Args] | None = None
    cuts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Task:
    """One drawn task. `request` is what the user says, `wanted` the world afterwards."""

    template: Template
    seed: int
    request: str
    world: World
    wanted: World
    draft: Draft

    @property
    def path(self) -> tuple[Move, ...]:
        """The shortest path, less the scrolling that a screen may need."""
        return self.draft.path

    @property
    def level(self) -> int:
        """1 for up to four steps, 2 for up to seven, 3 beyond."""
        return 1 if len(self.path) <= 4 else 2 if len(self.path) <= 7 else 3


@dataclass(frozen=True)
class Template:
    """A family of tasks: its name, the apps it needs, and the function that draws one."""

    name: str
    apps: tuple[str, ...]
    build: Callable[[Draw], Draft] = field(compare=False)

    @property
    def split(self) -> str:
        """`train`, `dev` or `test`, by the name; whatever touches a test-only app is `test`."""
        if TEST_APPS & set(self.apps):
            return "test"
        place = zlib.crc32(self.name.encode()) % 100
        return "train" if place < 66 else "dev" if place < 76 else "test"

    def task(self, seed: int, wording: int | None = None) -> Task:
        """The task of this seed; `wording` picks one of the phrasings, else the seed does."""
        for attempt in range(60):
            random = Random(f"{self.name} {seed} {attempt}")
            draw = Draw(make_world(seed + 10_007 * attempt), random)
            try:
                draft = self.build(draw)
            except Unfit:
                continue
            count = len(draft.wordings)
            said = draft.wordings[random.randrange(count) if wording is None else wording % count]
            return Task(self, seed, said.format(**draft.slots), draw.world, draft.want(draw.world), draft)
        raise AssertionError(f"no world near seed {seed} fits the template {self.name}")


TEMPLATES: dict[str, Template] = {}


def template(*apps: str) -> Callable[[Callable[[Draw], Draft]], Callable[[Draw], Draft]]:
    """Register a template under `<its module>.<its function>`."""

    def keep(build: Callable[[Draw], Draft]) -> Callable[[Draw], Draft]:
        name = f"{build.__module__.rsplit('.', 1)[-1]}.{build.__name__}"
        assert name not in TEMPLATES, f"two templates are called {name}"
        TEMPLATES[name] = Template(name, apps, build)
        return build

    return keep
