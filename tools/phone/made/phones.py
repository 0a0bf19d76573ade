"""Phones with made-up apps on them, beside some of the phone's own: their apps, their worlds, their guide.

The simulator looks apps up in one table; `installed` changes what is in it for as long as a phone is worked on, so two
such phones cannot be worked at once in one process.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from zlib import crc32

from ..documents.explore import explore
from ..documents.guide import FOLDER, Guide
from ..documents.model import AppDocument, read, write
from ..sim.app import App
from ..sim.apps import APPS
from ..sim.seed import make_world
from ..sim.world import World
from ..simulated import Simulated
from ..tasks.task import TEST_APPS
from .invent import Filler, Inventor
from .model import Blueprint, MadeWorld, Thing, with_things
from .screens import app_of

_WORLDS = 4
"""On how many phones with different contents an app is explored."""
_PAGES, _DEPTH = 24, 5
_LINKS = {
    "browser": ("messages",),
    "camera": ("gallery",),
    "contacts": ("dialer", "email", "messages"),
    "dialer": ("contacts", "messages"),
    "gallery": ("messages",),
    "messages": ("dialer",),
    "notes": ("messages",),
}
"""Which of the phone's own apps open which others."""


@dataclass(frozen=True)
class MadePhone:
    """Made-up apps and some of the phone's own, by name; `documents` describe all of them."""

    blueprints: tuple[Blueprint, ...]
    apps: dict[str, App]
    documents: tuple[AppDocument, ...]
    guide: Guide

    def world(self, seed: int, base: World | None = None) -> MadeWorld:
        """A world of this seed, or `base`, with what the made-up apps hold."""
        return filled(self.blueprints, seed, base or make_world(seed))


def filled(blueprints: tuple[Blueprint, ...], seed: int, base: World) -> MadeWorld:
    """A world with things for these apps."""
    filler = Filler(Random(f"things {seed}"), base.now.date().isoformat())
    things: list[Thing] = []
    for blueprint in blueprints:
        things += filler.things(blueprint, len(things) + 1)
    return with_things(base, tuple(things))


@contextmanager
def installed(apps: dict[str, App]) -> Generator[None]:
    """Have exactly these apps on every simulated phone; what was there comes back afterwards."""
    before = dict(APPS)
    try:
        APPS.clear()
        APPS.update(apps)
        yield
    finally:
        APPS.clear()
        APPS.update(before)


def phone(seed: int, number: int, made: int = 4, *, kept: Path | None = None) -> MadePhone:
    """A phone with `made` made-up apps and a draw of the phone's own; those kept for tests are never there.

    The documents of the made-up apps are read from the folder `kept`, or explored and left there: that takes seconds.
    """
    random = Random(f"phone {seed} {number}")
    own = {name: app for name, app in APPS.items() if name not in TEST_APPS}
    inventor = Inventor(random, {app.title for app in APPS.values()})
    blueprints = tuple(inventor.app() for _ in range(made))
    some = _with_linked(random.sample(sorted(own), random.randint(2, 8)))
    apps = {blueprint.name: app_of(blueprint) for blueprint in blueprints} | {name: own[name] for name in some}
    known = (read(FOLDER / f"{name}.json") for name in some)
    documents = (*(_document(blueprint, apps, kept) for blueprint in blueprints), *known)
    return MadePhone(blueprints, apps, documents, Guide(documents))


def _with_linked(names: list[str]) -> list[str]:
    """The apps and those that they open."""
    found = list(names)
    for name in found:
        found += [each for each in _LINKS.get(name, ()) if each not in found]
    return found


def _document(blueprint: Blueprint, apps: dict[str, App], kept: Path | None) -> AppDocument:
    path = kept / f"{crc32(f'{blueprint!r} {sorted(apps)}'.encode()):08x}.json" if kept is not None else None
    if path is not None and path.exists():
        return read(path)
    found = document_of(blueprint, apps)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(found, path)
    return found


def document_of(blueprint: Blueprint, apps: dict[str, App]) -> AppDocument:
    """Explore a made-up app as the phone's own apps were explored, with other contents on each phone."""
    with installed(apps):
        worlds = [filled((blueprint,), 700 + number, make_world(700 + number)) for number in range(_WORLDS)]
        return explore([Simulated(world) for world in worlds], blueprint.title, pages=_PAGES, depth=_DEPTH)
