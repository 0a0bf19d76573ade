"""Draws the values of a task from a world: what exists, what does not exist, times and dates with their wording."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from random import Random
from typing import TypeVar

from ..sim import names
from ..sim.ops import Edit
from ..sim.seed import phone_number
from ..sim.world import Contact, World

T = TypeVar("T")


class Unfit(Exception):  # noqa: N818 - not an error: another world is drawn
    """This world has nothing that the template needs."""


class Draw:
    """A world and a source of chance."""

    def __init__(self, world: World, random: Random) -> None:
        self.world = world
        self.random = random

    def setup(self, edit: Edit) -> None:
        """Prepare the world."""
        self.world = edit(self.world)

    def one(self, items: Sequence[T]) -> T:
        """One of these; raises `Unfit` when there is none."""
        if not items:
            raise Unfit
        return self.random.choice(items)

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """Several different ones; raises `Unfit` when there are fewer."""
        if len(items) < count:
            raise Unfit
        return self.random.sample(items, count)

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self.random.randint(low, high)

    def contact(self) -> Contact:
        """Somebody in the contacts."""
        return self.one(self.world.contacts)

    def stranger(self) -> str:
        """A full name that nobody in the contacts shares any part of."""
        known = {part for contact in self.world.contacts for part in contact.name.split()}
        first = self.one([name for name in names.FIRST if name not in known])
        return f"{first} {self.one([name for name in names.LAST if name not in known])}"

    def phone(self) -> str:
        """A new number."""
        return phone_number(self.random)

    def saying(self) -> str:
        """Something to write to somebody."""
        return self.one(names.SAYINGS)

    def at(self) -> tuple[time, str]:
        """A time that no alarm or event has, and how it is said."""
        taken = {a.at for a in self.world.alarms} | {e.at for e in self.world.events} | {time(7), time(9)}
        free = [t for h in range(5, 23) for m in range(0, 60, 5) if (t := time(h, m)) not in taken]
        found = self.one(free)
        twelve = f"{(found.hour + 11) % 12 + 1}:{found:%M} {'am' if found.hour < 12 else 'pm'}"
        return found, self.one((f"{found:%H:%M}", twelve))

    def day(self) -> tuple[date, str]:
        """A day within the next month, and how it is said."""
        ahead = self.number(1, 28)
        found = self.world.now.date() + timedelta(days=ahead)
        if ahead == 1:
            return found, "tomorrow"
        return found, f"{found.day} {found:%B}"

    def new(self, words: Sequence[str], taken: Sequence[str]) -> str:
        """One of the words that is not taken."""
        return self.one([word for word in words if word not in taken])
