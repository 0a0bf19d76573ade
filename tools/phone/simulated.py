"""The simulated driver: the phone of `sim`, behind the same protocol as a real one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from agentkit.errors import Failed

from .driver import Capability
from .sim.device import Phone
from .sim.intents import edit_of
from .sim.perturb import CALM, Perturb
from .sim.seed import make_world
from .sim.world import World


class Simulated:
    """A simulated phone; deterministic by the seed of its world and of its perturbations."""

    name = "simulated"
    capabilities = frozenset(Capability)

    def __init__(self, world: World | int = 0, perturb: Perturb = CALM) -> None:
        self.phone = Phone(make_world(world) if isinstance(world, int) else world, perturb)

    def dump(self) -> str:
        """The accessibility tree in front."""
        return self.phone.dump()

    def tap(self, x: int, y: int) -> None:
        """Touch a point."""
        self.phone.tap(x, y)

    def type(self, text: str) -> None:
        """Replace what the focused field holds."""
        self.phone.type(text)

    def press(self, key: str) -> None:
        """Press back, home, enter or escape."""
        keys = {
            "back": self.phone.back,
            "home": self.phone.home,
            "enter": self.phone.enter,
            "escape": self.phone.escape,
        }
        if key not in keys:
            raise Failed(f"no key `{key}`; the keys are {', '.join(keys)}")
        keys[key]()

    def scroll(self, way: str) -> None:
        """Show more of the list in front; there is nothing to the left or right on this phone."""
        if way in {"down", "up"}:
            self.phone.scroll(way)

    def apps(self) -> tuple[str, ...]:
        """The titles of the apps, in alphabetical order."""
        return tuple(sorted(app.title for app in self.phone.apps.values()))

    def open_app(self, name: str) -> None:
        """Open an app by its title."""
        found = next((app for app in self.phone.apps.values() if app.title == name), None)
        if found is None:
            near = get_close_matches(name, self.apps(), n=1)
            raise Failed(f"no app `{name}` is installed" + (f"; did you mean `{near[0]}`?" if near else ""))
        self.phone.launch(found.name)

    def intent(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Change the device as the apps would, without screens."""
        self.phone.apply(edit_of(self.phone.world, name, arguments))

    def names(self, kind: str) -> tuple[str, ...]:
        """Contacts, songs or places by name, in alphabetical order."""
        world = self.phone.world
        found = {
            "contacts": [contact.name for contact in world.contacts],
            "songs": [song.title for song in world.songs],
            "places": [place.name for place in world.places],
        }
        return tuple(sorted(found.get(kind, [])))

    def now(self) -> datetime:
        """The simulated time, which stands still."""
        return self.phone.world.now

    def wait(self, seconds: float = 1.0) -> None:
        """Let simulated time pass; no real time does."""
        del seconds
        self.phone.wait()
