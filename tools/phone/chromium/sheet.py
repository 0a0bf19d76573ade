"""What a phone shows in a window of its own for a page: the choices of a drop-down list, or a question by a script.

A browser draws neither into the page, so neither is in its tree; this window stands for both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..screen import Box, Node, Screen

_ROW = 150
_PACKAGE = "browser"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A title and options (label, enabled). With `choice` they are a list of which `chosen` is set; else buttons."""

    title: str
    options: tuple[tuple[str, bool], ...]
    chosen: int = -1
    choice: bool = False
    first: int = 0

    def screen(self, display: Box) -> Screen:
        """The window, with as many options as fit."""
        shown = self._shown(display)
        tall = _ROW * (len(shown) + 1)
        top = display.top + (display.height - tall) // 2
        window = Box(display.left + 80, top, display.right - 80, top + tall)
        title = _node("TextView", Box(window.left, top, window.right, top + _ROW), self.title)
        rows = tuple(self._row(index, place, window) for place, index in enumerate(shown, 1))
        area = Box(window.left, top + _ROW, window.right, window.bottom)
        inside = replace(_node("LinearLayout", area), children=rows)
        ways = self._ways(display)
        if ways:
            scrolls = frozenset({"enabled", "scrollable"})
            inside = replace(inside, cls="android.widget.ListView", scroll=" ".join(ways), flags=scrolls)
        return Screen((replace(_node("FrameLayout", window), children=(title, inside)),), display)

    def _shown(self, display: Box) -> range:
        fits = display.height // _ROW - 2
        return range(self.first, min(len(self.options), self.first + fits))

    def _ways(self, display: Box) -> tuple[str, ...]:
        shown = self._shown(display)
        return (("down",) if shown.stop < len(self.options) else ()) + (("up",) if shown.start > 0 else ())

    def _row(self, index: int, place: int, window: Box) -> Node:
        label, enabled = self.options[index]
        box = Box(window.left, window.top + _ROW * place, window.right, window.top + _ROW * (place + 1))
        flags = {"clickable", "focusable", *(("enabled",) if enabled else ())}
        if not self.choice:
            return replace(_node("Button", box, label), flags=frozenset(flags))
        flags |= {"selected"} if index == self.chosen else set()
        return replace(_node("CheckedTextView", box, label), flags=frozenset(flags))

    def at(self, x: int, y: int, screen: Screen | None) -> int | None:
        """The option at a point of the window as it was last shown."""
        if screen is None:
            return None
        shown = self._shown(screen.box)
        rows = self.screen(screen.box).nodes[0].children[1].children
        found = (index for index, row in zip(shown, rows, strict=True) if row.box.holds(x, y) and row.has("enabled"))
        return next(found, None)

    def scrolled(self, way: str) -> Sheet:
        """The list moved on by eight rows."""
        step = {"down": 8, "up": -8}.get(way, 0)
        return replace(self, first=max(0, min(len(self.options) - 8, self.first + step)))


def _node(kind: str, box: Box, text: str = "") -> Node:
    return Node(text=text, cls=f"android.widget.{kind}", package=_PACKAGE, box=box, flags=frozenset({"enabled"}))
