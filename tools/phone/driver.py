"""What every phone can be asked to do, whichever way it is reached; a driver says which of it it can.

Knows nothing of screens' meaning, tools or models: pixels and keys in, uiautomator-style XML out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from agentkit.errors import Failed


class Capability(StrEnum):
    """Something that not every driver can do."""

    APPS = "apps"
    INTENTS = "intents"
    PICTURE = "picture"
    RESET = "reset"


class Driver(Protocol):
    """A phone. Every method raises `Failed` with the next step when the device does not answer."""

    @property
    def name(self) -> str:
        """`simulated`, `adb` or `chromium`."""
        ...

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this driver can do beyond the screen and the keys."""
        ...

    def dump(self) -> str:
        """The accessibility tree in front, as uiautomator-style XML."""
        ...

    def tap(self, x: int, y: int) -> None:
        """Touch a point, in pixels."""
        ...

    def type(self, text: str) -> None:
        """Replace what the focused field holds."""
        ...

    def press(self, key: str) -> None:
        """Press `back`, `home`, `enter`, or `escape` (which only closes the keyboard)."""
        ...

    def scroll(self, way: str) -> None:
        """Show more of the list in front: `down`, `up`, `left` or `right`."""
        ...

    def apps(self) -> tuple[str, ...]:
        """The names of the apps that can be opened, as people call them (`Capability.APPS`)."""
        ...

    def open_app(self, name: str) -> None:
        """Open an app at its first screen (`Capability.APPS`)."""
        ...

    def intent(self, name: str, arguments: Mapping[str, Any]) -> str | None:
        """Do something in one call, without screens (`Capability.INTENTS`); what is then left to do on the screen."""
        ...

    def names(self, kind: str) -> tuple[str, ...]:
        """What exists on the device: `contacts`, `songs` or `places`; empty where the driver cannot tell."""
        ...

    def now(self) -> datetime | None:
        """What the device's clock shows; None where it cannot be asked."""
        ...

    def wait(self, seconds: float) -> None:
        """Give the device time."""
        ...


def require(driver: Driver, capability: Capability) -> None:
    """Raise `Failed` when the driver lacks a capability."""
    if capability not in driver.capabilities:
        have = ", ".join(sorted(driver.capabilities)) or "none"
        raise Failed(f"the {driver.name} driver has no `{capability}`; its capabilities are {have}")
