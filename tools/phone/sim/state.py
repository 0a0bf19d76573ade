"""The state of the simulated phone at one moment, and the small vocabulary of pure changes to it.

A `State` is a world plus a stack of frames (what back goes through) plus which field has the keyboard. An `Act` is a
pure function from state to state; apps are written with the acts below and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from .ops import Edit
from .world import World

HOME = "home"
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Frame:
    """One entry of the back stack: a screen of an app, its arguments and drafts, and how far its list is scrolled."""

    app: str
    screen: str = "main"
    data: tuple[tuple[str, str], ...] = ()
    scroll: int = 0

    def get(self, key: str, default: str = "") -> str:
        """An argument or a draft."""
        return next((value for name, value in self.data if name == key), default)

    def put(self, **values: str) -> Frame:
        """The frame with arguments or drafts changed; kept sorted so that equal frames are equal."""
        return replace(self, data=tuple(sorted((dict(self.data) | values).items())))


@dataclass(frozen=True, slots=True)
class State:
    """World, back stack (home at the bottom, what is in front last), the focused field, and a passing notice."""

    world: World
    stack: tuple[Frame, ...] = (Frame(HOME),)
    focus: str = ""
    toast: str = ""

    @property
    def top(self) -> Frame:
        """The frame in front."""
        return self.stack[-1]

    @property
    def app(self) -> str:
        """The app in front; a system dialog belongs to the app below it."""
        return next((frame.app for frame in reversed(self.stack) if frame.app != SYSTEM), HOME)


Act = Callable[[State], State]


def go(screen: str, app: str = "", /, **data: object) -> Act:
    """Open a screen on top; of the same app unless another is named."""
    values = tuple(sorted((name, str(value)) for name, value in data.items()))

    def run(state: State) -> State:
        frame = Frame(app or state.top.app, screen, values)
        return replace(state, stack=(*state.stack, frame), focus="", toast="")

    return run


def swap(screen: str, /, **data: object) -> Act:
    """Open a screen in place of the one in front."""
    return lambda state: go(screen, state.top.app, **data)(replace(state, stack=state.stack[:-1]))


def back(state: State) -> State:
    """Close the keyboard, or else the frame in front; home stays."""
    if state.focus:
        return replace(state, focus="")
    stack = state.stack[:-1] if len(state.stack) > 1 else state.stack
    return replace(state, stack=stack)


def leave(state: State) -> State:
    """Close the frame in front and the keyboard with it."""
    return back(replace(state, focus=""))


def leave_with(**values: object) -> Act:
    """Close a dialog and hand values to the screen below."""
    return lambda state: put(**values)(leave(state))


def home(state: State) -> State:
    """To the home screen; everything else is closed."""
    return replace(state, stack=(Frame(HOME),), focus="", toast="")


def launch(app: str, screen: str = "main") -> Act:
    """Open an app afresh."""
    return lambda state: replace(state, stack=(Frame(HOME), Frame(app, screen)), focus="", toast="")


def put(**values: object) -> Act:
    """Change drafts of the frame in front; its list goes back to the top when what it shows may be another."""

    def run(state: State) -> State:
        frame = state.top.put(**{name: str(value) for name, value in values.items()})
        return replace(state, stack=(*state.stack[:-1], frame), toast="")

    return run


def rewind(**values: object) -> Act:
    """Like `put`, and the list starts at its top (another tab, another query)."""

    def run(state: State) -> State:
        state = put(**values)(state)
        return replace(state, stack=(*state.stack[:-1], replace(state.top, scroll=0)), focus="")

    return run


def world(edit: Edit, said: str = "") -> Act:
    """Change the world; `said` is shown as a passing notice."""
    return lambda state: replace(state, world=edit(state.world), toast=said)


def seq(*acts: Act) -> Act:
    """One act after the other."""

    def run(state: State) -> State:
        for act in acts:
            state = act(state)
        return state

    return run


def need(permission: str, then: Act) -> Act:
    """Do `then` when the app holds the permission; otherwise ask for it first (and the user taps again)."""

    def run(state: State) -> State:
        if f"{state.top.app}:{permission}" in state.world.permissions:
            return then(state)
        return go("permission", SYSTEM, app=state.top.app, permission=permission)(state)

    return run
