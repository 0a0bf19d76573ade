"""What a wish is, and what draws its parts from a world: an item, a setting, other values, and the words for them.

What an app has no part for raises `Unfit`. Knows nothing of the kinds of wishes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from ..sim import ops
from ..sim.ops import Edit, same
from ..sim.world import World
from ..tasks.draw import Unfit
from .invent import Filler
from .model import OFF, ON, SETTINGS, Blueprint, Field, MadeWorld, Section, Thing
from .said import Said, say, thing_said, value_said
from .walk import Go

T = TypeVar("T")


@dataclass(frozen=True)
class Wish:
    """One thing that is asked of one app. `missing` says why it cannot be done; `reads` that it is only looked at.

    `named` says that the words name the app already, `noun` what kind of item they speak of,
    `about` which values of which things, by id and field.
    """

    kind: str
    app: str
    said: Said
    go: Go = field(compare=False)
    edit: Edit = field(default=same, compare=False)
    answer: str = ""
    missing: str = ""
    reads: bool = False
    named: bool = False
    noun: str = ""
    about: frozenset[tuple[int, str]] = frozenset()


class Wisher:
    """Draws wishes for the apps of one world; `imperative` leaves questions out, since more will follow."""

    def __init__(self, random: Random, world: MadeWorld, *, imperative: bool = False) -> None:
        self.random, self.world, self.imperative = random, world, imperative
        self.filler = Filler(random, world.now.date().isoformat())
        self.filler.titles.update(thing.title.lower() for thing in world.things if thing.title)

    def one(self, items: Sequence[T]) -> T:
        """One of these; raises `Unfit` when there is none."""
        if not items:
            raise Unfit
        return self.random.choice(items)

    def words(self, forms: Sequence[str], *, tail: bool = False, **slots: str) -> Said:
        """A wish in words."""
        return say(self.random, forms, tail=tail, imperative=self.imperative, **slots)

    def settings(self, app: Blueprint, *kinds: str) -> tuple[Thing, Field]:
        """The settings of an app and one of these kinds."""
        each = self.one([each for each in app.settings if each.kind in kinds])
        return next(t for t in self.world.things if (t.app, t.section) == (app.name, SETTINGS)), each

    def item(self, app: Blueprint, wanted: Callable[[Section, Thing], bool]) -> tuple[Section, Thing]:
        """An item of an app whose section has what is needed."""
        every = [(app.section(t.section), t) for t in self.world.things if t.app == app.name and t.section != SETTINGS]
        return self.one([(section, thing) for section, thing in every if wanted(section, thing)])

    def named(self, section: Section, thing: Thing) -> str:
        """An item in words, with its folder where it lies in one."""
        said = thing_said(self.random, section.noun, thing.title)
        if not section.grouped:
            return said
        return f"{said} {self.random.choice(('in', 'from', 'in the folder', 'under'))} {thing.get(section.grouped)}"

    def told(self, each: Field, value: str) -> str:
        """A value in words."""
        return value_said(self.random, each, value, self.world.now.date())

    def other(self, each: Field, old: str) -> str:
        """A value that differs from the present one."""
        for _ in range(20):
            value = self.filler.value(each)
            if value != old and value.lower() != old.lower():
                return value
        raise Unfit

    def changed(self, thing: Thing, each: Field) -> str:
        """Another value of a thing."""
        old = thing.get(each.name)
        return (OFF if old == ON else ON) if each.kind == "switch" else self.other(each, old)


def with_values(thing: Thing, *given: tuple[Field, str]) -> Edit:
    """Set these values of a thing and leave its others as they are by then."""

    def run(world: World) -> World:
        now: Thing = ops.row(world, "things", thing.id)
        known = {each.name: value for each, value in given}
        values = tuple((name, known.get(name, old)) for name, old in now.values)
        return ops.edit("things", thing.id, values=values)(world)

    return run


def about(thing: Thing, *fields: Field) -> frozenset[tuple[int, str]]:
    """These values of a thing."""
    return frozenset((thing.id, each.name) for each in fields)
