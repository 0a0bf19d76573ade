"""Which part of an element a finger would hit: what is painted over what, from a page's paint order.

Pure; an approximation of the browser's own hit test: rounded corners and clip paths are taken as rectangles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .dom import Rect, Spot

_CLEAR = frozenset({"", "rgba(0, 0, 0, 0)", "transparent"})


@dataclass(frozen=True, slots=True)
class _Sheet:
    """An element as painted: where it shows, how far up, and whether it is opaque."""

    rect: Rect
    order: tuple[int, int]
    spot: Spot
    solid: bool


class Cover:
    """One page's painted elements."""

    def __init__(self, page: Spot, view: Rect) -> None:
        self._view = view
        self._sheets: list[_Sheet] = []
        self._parent: dict[int, Spot] = {}
        self._gather(page, view)
        self._sheets.sort(key=lambda sheet: sheet.order, reverse=True)

    def _gather(self, spot: Spot, clip: Rect, open_: bool = True) -> None:
        style = spot.style
        if style.get("position") == "fixed":
            clip = self._view
        if style:
            open_ = style.get("pointer-events") != "none" and style.get("visibility", "visible") == "visible"
        for rect in self._rects(spot) if open_ else ():
            if not (seen := rect.clip(clip)).empty:
                solid = style.get("background-color", "") not in _CLEAR or spot.tag in {"img", "canvas", "video"}
                self._sheets.append(_Sheet(seen, (spot.order, len(self._sheets)), spot, solid))
        clips = {style.get("overflow-x", "visible"), style.get("overflow-y", "visible")} - {"visible"}
        if spot.rect is not None and clips and spot.tag not in {"html", "body"} and not spot.inline:
            clip = clip.clip(spot.rect)
        for child in spot.children:
            self._parent[child.key] = spot
            self._gather(child, clip, open_)

    @staticmethod
    def _rects(spot: Spot) -> tuple[Rect, ...]:
        """Where it can be hit: text by its lines, an inline element only through what is in it."""
        if not spot.tag:
            return spot.lines
        if spot.rect is None or (spot.inline and spot.children):
            return ()
        return (spot.rect,)

    def free(self, spot: Spot, rect: Rect, also: frozenset[int]) -> Rect | None:
        """The element's rectangle, or a part of it, whose middle a tap reaches it by; None where there is none.

        `also` are keys of elements that pass taps on to it.
        """
        if rect.empty:
            return None
        own = also | {each.key for each in spot.walk()}
        return next((part for part in _parts(rect) if self._reaches(part, spot, own)), None)

    def _reaches(self, part: Rect, spot: Spot, own: frozenset[int]) -> bool:
        top = self._top(part)
        if top is None or top.key in own:
            return True
        if self._above(spot, top):
            return spot.inline  # between its words it is the block around it that is hit
        return False

    def hides(self, spot: Spot, rect: Rect) -> bool:
        """Whether something opaque, neither in it nor around it, lies over the middle of it."""
        for sheet in self._sheets:
            if not sheet.rect.holds(*rect.centre):
                continue
            if sheet.spot.key == spot.key or self._above(spot, sheet.spot):
                return False
            if sheet.solid and sheet.spot.order > spot.order and not self._above(sheet.spot, spot):
                return True
        return False

    def _top(self, rect: Rect) -> Spot | None:
        return next((sheet.spot for sheet in self._sheets if sheet.rect.holds(*rect.centre)), None)

    def _above(self, spot: Spot, other: Spot) -> bool:
        """Whether `other` is around `spot`."""
        around = self._parent.get(spot.key)
        while around is not None:
            if around.key == other.key:
                return True
            around = self._parent.get(around.key)
        return False


def _parts(rect: Rect) -> Iterator[Rect]:
    """The whole; its halves; its quarters."""
    x, y = rect.centre
    yield rect
    yield Rect(rect.left, rect.top, rect.right, y)
    yield Rect(rect.left, y, rect.right, rect.bottom)
    yield Rect(rect.left, rect.top, x, rect.bottom)
    yield Rect(x, rect.top, rect.right, rect.bottom)
    yield Rect(rect.left, rect.top, x, y)
    yield Rect(x, rect.top, rect.right, y)
    yield Rect(rect.left, y, x, rect.bottom)
    yield Rect(x, y, rect.right, rect.bottom)
