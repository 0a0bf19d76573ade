"""The frame that apps are written in: an app is a name and screens, a screen a pure function from state to view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .state import Act, State, go, leave, seq
from .view import Item, View, button, text

Screen = Callable[[State], View]


@dataclass(frozen=True)
class App:
    """One app of the simulated phone; `title` is what stands under its icon."""

    name: str
    title: str
    screens: dict[str, Screen] = field(default_factory=dict[str, Screen])

    @property
    def package(self) -> str:
        """The Android package it goes by."""
        return f"com.simulated.{self.name}"

    def screen(self, name: str) -> Callable[[Screen], Screen]:
        """Register a screen."""

        def keep(build: Screen) -> Screen:
            self.screens[name] = build
            return build

        return keep


def key_of(state: State) -> int:
    """The id that the frame in front is about (its `id` argument)."""
    return int(state.top.get("id", "0"))


def gone(title: str) -> View:
    """What a screen shows when the thing it is about was deleted."""
    return View(title, (text("This item is no longer there."),))


def confirm(question: str, yes: str, do: Act, *, detail: str = "") -> View:
    """A dialog before something that cannot be taken back; `do` runs after the dialog has closed."""
    body = (text(detail),) if detail else ()
    return View(question, body, foot=(button("Cancel", leave), button(yes, seq(leave, do))), overlay=True)


def pick(options: tuple[str, ...], name: str) -> Act:
    """Open the list of options; the choice becomes the draft `name` of the screen below."""
    return go("pick", "system", name=name, options="\n".join(options))


def error(state: State) -> tuple[Item, ...]:
    """The validation error of the screen in front, when there is one."""
    said = state.top.get("error")
    return (text(said, name="error"),) if said else ()
