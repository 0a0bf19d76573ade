"""A made-up app as plain values, and the world that holds what such apps keep.

A blueprint says what an app's screens are made of; `screens` turns it into an app of the simulated phone. Values are
strings throughout: dates in ISO form, times as `HH:MM`, switches as `on` and `off`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from typing import Literal

from ..sim.world import World

Kind = Literal["text", "number", "date", "time", "choice", "switch", "level"]
ON, OFF = "on", "off"
SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Thing:
    """One record of a made-up app; its settings are one, too. `values` are (field, value), `marked` its mark."""

    id: int = field(compare=False)
    app: str
    section: str
    title: str
    values: tuple[tuple[str, str], ...] = ()
    marked: bool = False

    def get(self, name: str) -> str:
        """The value of a field."""
        return next((value for each, value in self.values if each == name), "")

    def put(self, name: str, value: str) -> tuple[tuple[str, str], ...]:
        """The values with one of them changed."""
        return tuple((each, value if each == name else old) for each, old in self.values)


@dataclass(frozen=True, slots=True)
class MadeWorld(World):
    """A world in which made-up apps keep things as well."""

    things: tuple[Thing, ...] = ()


def with_things(world: World, things: tuple[Thing, ...]) -> MadeWorld:
    """A world with things added; each gets an id of its own."""
    known = {each.name: getattr(world, each.name) for each in fields(World)}
    return MadeWorld(**known, things=things)


@dataclass(frozen=True, slots=True)
class Field:
    """Something that is known of an item, or a setting; `make` names how its text values are made up.

    A level is a whole number that buttons raise and lower by `step` between `low` and `high`.
    """

    name: str
    label: str
    kind: Kind
    options: tuple[str, ...] = ()
    make: str = ""
    low: int = 0
    high: int = 0
    step: int = 1

    def shown(self, value: str) -> str:
        """A value as the screen writes it."""
        if not value:
            return "Not set"
        if self.kind == "date":
            day = date.fromisoformat(value)
            return f"{day:%A} {day.day} {day:%B %Y}"
        return value


@dataclass(frozen=True, slots=True)
class Mark:
    """What an item can be marked with: its two buttons, what a marked one says, and the ways to ask for both."""

    set: str
    clear: str
    said: str
    asks: tuple[str, ...]
    undoes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A list of an app. Empty labels mean that the function is not there.

    `detail` is how an item opens: as a page of text, as rows that are changed one by one, or as its form. `grouped` is
    the choice by which the list is cut into folders, `select` what lets several items be chosen at once.
    """

    name: str
    title: str
    noun: str
    plural: str
    name_label: str
    fields: tuple[Field, ...]
    detail: Literal["page", "rows", "form"] = "page"
    add: str = ""
    save: str = "Save"
    cancel: str = "Cancel"
    edit: str = ""
    delete: str = ""
    asks: bool = True
    rename: str = ""
    move: str = ""
    moved: str = ""
    search: str = ""
    mark: Mark | None = None
    inline: bool = False
    menu: str = ""
    subtitle: str = ""
    long: bool = False
    grouped: str = ""
    copy: str = ""
    share: str = ""
    select: str = ""

    def field(self, name: str) -> Field:
        """The field of this name."""
        return next(each for each in self.fields if each.name == name)


@dataclass(frozen=True, slots=True)
class Order:
    """A form that asks for something: what opens it, what sends it off, what is asked, and the ways to say it."""

    name: str
    title: str
    submit: str
    fields: tuple[Field, ...]
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blueprint:
    """One made-up app. `speaks` says whether its title tells what it is about.

    `style` is how its sections are reached: the only one, tabs, rows of a menu page, or a drawer.
    """

    name: str
    title: str
    speaks: bool
    style: Literal["single", "tabs", "menu", "drawer"]
    sections: tuple[Section, ...]
    settings: tuple[Field, ...] = ()
    settings_title: str = "Settings"
    drawer: str = ""
    about: tuple[tuple[str, str], ...] = ()
    pages: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Pages of the settings, by title, with the settings on each; none where all stand on one."""
    orders: tuple[Order, ...] = ()

    def page_of(self, setting: str) -> str:
        """The page of the settings on which one stands; empty where there is only one page."""
        return next((title for title, names in self.pages if setting in names), "")

    def section(self, name: str) -> Section:
        """The section of this name."""
        return next(each for each in self.sections if each.name == name)
