"""One simulated phone: a state that moves by taps, typing, scrolling and keys; deterministic by its seeds.

The moves are pure functions over `State` (a planner uses them without a device); `Phone` keeps the current state and
adds what a real device does to you, where that is switched on (`perturb`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from . import state as acts
from .app import App
from .apps import APPS, system
from .layout import DISPLAY, Page, Style, lay_out
from .ops import Edit
from .perturb import CALM, Disturbance, Perturb
from .state import HOME, SYSTEM, Frame, State
from .view import Item, View
from .world import World
from .xml import to_xml


def view_of(state: State) -> View:
    """What the frame in front shows."""
    frame = state.top
    if frame.app == HOME:
        return system.home_screen(APPS.values())
    app = system.app if frame.app == SYSTEM else APPS[frame.app]
    return app.screens[frame.screen](state)


def page_of(state: State, perturb: Perturb = CALM) -> Page:
    """The frame in front, laid out."""
    view = view_of(state)
    package = APPS[state.app].package if state.app in APPS else f"com.simulated.{state.app}"
    return lay_out(state, view, Style(package, perturb.rename, perturb.moved, state.focus))


def press(state: State, item: Item) -> State:
    """Tap an item; a disabled one does nothing, and anything but a field closes the keyboard."""
    if item.do is None or not item.enabled:
        return replace(state, toast="")
    if item.kind in {"field", "area"}:
        return item.do(replace(state, toast=""))
    return item.do(replace(state, focus="", toast=""))


def typed(state: State, text: str) -> State:
    """Put `text` into the focused field in place of what it held; without focus nothing happens."""
    if not state.focus:
        return state
    state = acts.put(**{state.focus: text, "error": ""})(state)
    return replace(
        state, stack=(*state.stack[:-1], replace(state.top, scroll=0 if state.focus == "query" else state.top.scroll))
    )


def entered(state: State) -> State:
    """The enter key: what the focused field does on it; the keyboard closes."""
    item = next((i for i in view_of(state).items() if i.name == state.focus and i.kind == "field"), None)
    state = replace(state, focus="")
    return item.submit(state) if item is not None and item.submit is not None else state


def scrolled(state: State, way: str, page: Page) -> State:
    """Move the list by four fifths of what it shows; at its end nothing happens."""
    step = page.height * 4 // 5 * (1 if way == "down" else -1)
    frame = replace(state.top, scroll=max(0, min(page.reach, min(state.top.scroll, page.reach) + step)))
    return replace(state, stack=(*state.stack[:-1], frame), toast="")


class Phone:
    """The device: reads and changes its state; `world` is what lasts, `state` also what is in front."""

    def __init__(self, world: World, perturb: Perturb = CALM) -> None:
        self.first = world
        self.state = State(world)
        self.perturb = perturb
        self._disturb = Disturbance(perturb)
        self._xml: tuple[State, str] | None = None
        self._old = ""

    @property
    def world(self) -> World:
        """What lasts on the device."""
        return self.state.world

    @property
    def apps(self) -> Mapping[str, App]:
        """The apps by name."""
        return APPS

    @property
    def settled(self) -> bool:
        """Whether what a dump shows is what is there (no slow load, no stale screen)."""
        return self._disturb.loading == 0 and not self._disturb.stale

    def page(self) -> Page:
        """What is in front now, laid out."""
        if self._disturb.loading:
            loading = replace(self.state, stack=(*self.state.stack, Frame(SYSTEM, "loading")), focus="")
            return page_of(loading, self.perturb)
        return page_of(self.state, self.perturb)

    def dump(self) -> str:
        """The accessibility tree as uiautomator writes it; a stale screen is given once."""
        if self._disturb.stale and self._old:
            self._disturb.stale = False
            return self._old
        if self._disturb.loading:
            xml = to_xml(self.page().screen)
            self._disturb.loading -= 1
            return xml
        if self._xml is None or self._xml[0] is not self.state:
            self._xml = (self.state, to_xml(self.page().screen))
        return self._xml[1]

    def tap(self, x: int, y: int) -> None:
        """Press what lies at a point."""
        if self._disturb.loading:
            return
        item = self.page().at(x, y)
        if item is not None:
            self._move(press(self.state, item))

    def type(self, text: str) -> None:
        """Type into the focused field."""
        self.state = typed(self.state, text)

    def enter(self) -> None:
        """Press the enter key."""
        self._move(entered(self.state))

    def escape(self) -> None:
        """Close the keyboard."""
        self.state = replace(self.state, focus="")

    def scroll(self, way: str) -> None:
        """Move the list up or down."""
        self.state = scrolled(self.state, way, self.page())

    def back(self) -> None:
        """Press back."""
        self._move(acts.back(replace(self.state, toast="")))

    def home(self) -> None:
        """Press home."""
        self._disturb.loading = 0
        self._move(acts.home(self.state))

    def launch(self, app: str) -> None:
        """Open an app afresh."""
        self._move(acts.launch(app)(self.state))

    def wait(self) -> None:
        """Let time pass until what was loading is there."""
        self._disturb.loading = 0
        self._disturb.stale = False

    def apply(self, edit: Edit) -> None:
        """Change the world without any screen, as an intent does."""
        self.state = replace(self.state, world=edit(self.state.world))

    def _move(self, after: State) -> None:
        before = self.state
        self._old = to_xml(page_of(before, self.perturb).screen) if self.perturb.stale else ""
        self.state = self._disturb.after(before, after)


__all__ = ["DISPLAY", "Phone", "entered", "page_of", "press", "scrolled", "typed", "view_of"]
