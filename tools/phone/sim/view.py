"""What an app shows, as plain values: a title, icons, a scrolling body of items and lines of items, a fixed foot.

An item says what it looks like and which act a tap does; where it lies is `layout`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass

from .state import Act, State


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on the screen. `name` is its resource id (for a field also the draft it edits)."""

    kind: str
    label: str
    do: Act | None = None
    detail: str = ""
    value: str = ""
    name: str = ""
    enabled: bool = True
    checked: bool | None = None
    selected: bool = False
    submit: Act | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Items side by side."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A whole screen, or a dialog when `overlay`."""

    title: str
    body: tuple[Item | Line, ...] = ()
    bar: tuple[Item, ...] = ()
    foot: tuple[Item, ...] = ()
    overlay: bool = False

    def items(self) -> tuple[Item, ...]:
        """Every item, in reading order, also those scrolled away."""
        body = (item for part in self.body for item in (part.items if isinstance(part, Line) else (part,)))
        return (*self.bar, *body, *self.foot)


def _id(label: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in label.lower()).strip("_")[:32]


def button(label: str, do: Act, *, enabled: bool = True) -> Item:
    """A button with a caption."""
    return Item("button", label, do, name=_id(label), enabled=enabled)


def icon(label: str, do: Act, *, enabled: bool = True, checked: bool | None = None) -> Item:
    """A button that shows only a picture; `label` is its content description."""
    return Item("icon", label, do, name=_id(label), enabled=enabled, checked=checked)


def row(title: str, do: Act | None, detail: str = "", *, name: str = "item", picture: str = "") -> Item:
    """A line of a list, with a subtitle; `picture` is decoration."""
    return Item("row", title, do, detail=detail, name=name, value=picture)


def switch(label: str, on: bool, do: Act, detail: str = "", *, enabled: bool = True) -> Item:
    """A line with a switch."""
    return Item("switch", label, do, detail=detail, name=_id(label), checked=on, enabled=enabled)


def box(label: str, on: bool, do: Act, *, round_: bool = False) -> Item:
    """A check box, or one choice of several when `round_`."""
    return Item("radio" if round_ else "check", label, do, name=_id(label), checked=on)


def tab(label: str, on: bool, do: Act) -> Item:
    """One tab of a row of tabs."""
    return Item("tab", label, do, name=_id(label), selected=on)


def entry(state: State, name: str, label: str, *, submit: Act | None = None, lines: int = 1) -> Item:
    """A text field whose draft is kept in the frame under `name`."""
    kind = "area" if lines > 1 else "field"
    return Item(kind, label, value=state.top.get(name), name=name, submit=submit)


def text(words: str, *, name: str = "text") -> Item:
    """Text to read."""
    return Item("text", words, name=name)


def head(words: str) -> Item:
    """The heading of a section."""
    return Item("head", words, name="header")


def key(label: str, do: Act) -> Item:
    """A key of a pad or a day of a month: small, several to a line."""
    return Item("key", label, do, name=f"key_{_id(label) or 'sign'}")


def line(*items: Item) -> Line:
    """Items side by side."""
    return Line(items)
