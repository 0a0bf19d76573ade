"""Gives a view its places on the display: a tree of nodes with bounds, and what a tap at each place does.

Only what lies on the display is emitted, as on Android: a list gives the rows it shows, clipped at its edges. A dialog
is the only window in the tree. Knows nothing of apps or worlds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from ..screen import Box, Node, Screen
from .state import Act, State, leave
from .view import Item, Line, View

DISPLAY = Box(0, 0, 1080, 2280)
BAR = Box(0, 84, 1080, 240)
BOTTOM = 2200
KEYBOARD_TOP = 1480
FOOT = 150
_SLIVER = 40
_HEIGHTS = {"row": 150, "switch": 150, "button": 130, "field": 190, "area": 360, "head": 90, "key": 140, "image": 420}
_WEIGHTS = {"row": 5, "field": 3, "area": 3, "switch": 4, "text": 4}
_CLASSES = {"check": "CheckBox", "radio": "RadioButton", "icon": "ImageButton", "image": "ImageView", "tab": "TextView"}


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that reacts: its item (with the label before any renaming) and its box."""

    item: Item
    box: Box


@dataclass(frozen=True, slots=True)
class Page:
    """A laid-out screen: the node tree, what reacts where, and how far its list can scroll (pixels)."""

    screen: Screen
    hits: tuple[Hit, ...]
    view: View
    reach: int = 0
    height: int = 0

    def at(self, x: int, y: int) -> Item | None:
        """The innermost item at a point: the last one drawn there."""
        return next((hit.item for hit in reversed(self.hits) if hit.box.holds(x, y)), None)


@dataclass(frozen=True, slots=True)
class Style:
    """How items are drawn: their package, the name shown for a label, whether bars run from right to left."""

    package: str
    rename: Callable[[str], str]
    mirrored: bool = False
    focus: str = ""


def height_of(part: Item | Line) -> int:
    """Pixels that a part of a body takes from top to bottom."""
    if isinstance(part, Line):
        return max((height_of(item) for item in part.items), default=0)
    if part.kind == "text":
        return 40 + 60 * max(1, math.ceil(len(part.label) / 44))
    return _HEIGHTS.get(part.kind, 130)


def lay_out(state: State, view: View, style: Style) -> Page:
    """Place `view` for the frame in front of `state`."""
    floor = KEYBOARD_TOP if state.focus else BOTTOM
    window = _dialog_box(view, floor) if view.overlay else Box(0, BAR.top, DISPLAY.right, floor)
    hits: list[Hit] = []
    nodes = _bar(state, view, style, window, hits)
    top = nodes[-1].box.bottom if nodes else window.top
    area = Box(window.left, top, window.right, window.bottom - (FOOT if view.foot else 0))
    total = sum(height_of(part) for part in view.body)
    reach = max(0, total - area.height)
    offset = min(state.top.scroll, reach)
    rows = tuple(_body(view.body, area, offset, style, hits))
    if rows:
        ways = (("down",) if offset < reach else ()) + (("up",) if offset > 0 else ())
        flags = frozenset({"scrollable", "enabled"} if reach else {"enabled"})
        cls = "android.widget.ScrollView" if reach else "android.widget.LinearLayout"
        ident = f"{style.package}:id/list"
        nodes.append(_node(cls, area, style, id=ident, flags=flags, scroll=" ".join(ways), children=rows))
    if view.foot:
        foot = Box(window.left, area.bottom, window.right, window.bottom)
        items = view.foot[::-1] if style.mirrored else view.foot
        nodes.append(_group(_across(items, foot, DISPLAY, style, hits), foot, style))
    if state.toast:
        nodes.append(_node("android.widget.TextView", Box(140, 2080, 940, 2190), style, text=state.toast))
    root = _node("android.widget.FrameLayout", window, style, children=tuple(nodes))
    return Page(Screen((root,), DISPLAY), tuple(hits), view, reach, area.height)


def _dialog_box(view: View, floor: int) -> Box:
    tall = min(160 + sum(height_of(part) for part in view.body) + (FOOT if view.foot else 0), floor - 200)
    top = 100 + (floor - 100 - tall) // 2
    return Box(80, top, 1000, top + tall)


def _bar(state: State, view: View, style: Style, window: Box, hits: list[Hit]) -> list[Node]:
    """The app bar: the arrow where there is a way up, the title, icons at the right."""
    if not view.title and not view.bar:
        return []
    bar = Box(window.left, window.top, window.right, window.top + 156)
    nodes: list[Node] = []
    left = bar.left + 40
    inner = len(state.stack) > 1 and state.stack[-2].app == state.top.app
    if inner and not view.overlay:
        arrow = Item("icon", "Navigate up", leave, name="up")
        nodes += _draw(arrow, Box(bar.left, bar.top, bar.left + 140, bar.bottom), DISPLAY, style, hits)
        left = bar.left + 160
    right = bar.right - 140 * len(view.bar)
    ident = f"{style.package}:id/title"
    nodes.append(
        _node("android.widget.TextView", Box(left, bar.top, right, bar.bottom), style, text=view.title, id=ident)
    )
    items = view.bar[::-1] if style.mirrored else view.bar
    nodes += _across(items, Box(right, bar.top, bar.right, bar.bottom), DISPLAY, style, hits)
    return [_group(nodes, bar, style)]


def _body(parts: Iterable[Item | Line], area: Box, offset: int, style: Style, hits: list[Hit]) -> Iterable[Node]:
    """The parts that lie in the area at this scroll offset, clipped to it; slivers at the edges are left out."""
    y = area.top - offset
    for part in parts:
        box = Box(area.left, y, area.right, y + height_of(part))
        y = box.bottom
        seen = box.clip(area)
        if seen.height < min(_SLIVER, box.height):
            continue
        if isinstance(part, Line):
            yield _group(_across(part.items, box, area, style, hits), seen, style)
        else:
            yield from _draw(part, box, area, style, hits)


def _across(items: Iterable[Item], box: Box, clip: Box, style: Style, hits: list[Hit]) -> list[Node]:
    """Items side by side, each with its share of the width."""
    items = tuple(items)
    whole = sum(_WEIGHTS.get(item.kind, 1) for item in items)
    nodes: list[Node] = []
    left, spent = box.left, 0
    for item in items:
        spent += _WEIGHTS.get(item.kind, 1)
        right = box.left + box.width * spent // whole
        nodes += _draw(item, Box(left, box.top, right, box.bottom), clip, style, hits)
        left = right
    return nodes


def _draw(item: Item, box: Box, clip: Box, style: Style, hits: list[Hit]) -> list[Node]:
    """One item as nodes; a field brings its label as a node before it."""
    seen = box.clip(clip)
    ident = f"{style.package}:id/{item.name}"
    shown = style.rename(item.label)
    base = {"enabled"} if item.enabled else set[str]()
    if item.kind in {"field", "area"}:
        return _field(item, seen, ident, style, hits)
    if item.kind in {"text", "head"}:
        return [_node("android.widget.TextView", seen, style, text=shown, id=ident)]
    if item.do is None and item.kind == "image":
        return [_node("android.widget.ImageView", seen, style, desc=shown, id=ident)]
    taps = ("clickable", "focusable") if item.do else ()
    flags = frozenset((*base, *taps, *(("selected",) if item.selected else ())))
    if item.do:
        hits.append(Hit(item, seen))
    if item.kind in {"row", "switch"}:
        return [_row(replace(item, label=shown), seen, ident, flags, style)]
    cls = "android.widget." + _CLASSES.get(item.kind, "Button")
    if item.kind in {"icon", "image"}:
        return [_node(cls, seen, style, desc=shown, id=ident, flags=flags)]
    if item.kind in {"check", "radio"}:
        flags |= {"checkable", *(("checked",) if item.checked else ())}
    return [_node(cls, seen, style, text=shown, id=ident, flags=flags)]


def _row(item: Item, box: Box, ident: str, flags: frozenset[str], style: Style) -> Node:
    middle = (box.top + box.bottom) // 2
    left, right = box.left + 40, box.right - (180 if item.kind == "switch" else 20)
    upper = Box(left, box.top, right, middle if item.detail else box.bottom)
    inside = [_node("android.widget.TextView", upper, style, text=item.label)]
    if item.value:
        inside.insert(0, _node("android.widget.ImageView", Box(box.left, box.top, left, box.bottom), style))
    if item.detail:
        inside.append(_node("android.widget.TextView", Box(left, middle, right, box.bottom), style, text=item.detail))
    if item.kind == "switch":
        on = frozenset({"checkable", "enabled", *(("checked",) if item.checked else ())})
        inside.append(_node("android.widget.Switch", Box(right, box.top, box.right, box.bottom), style, flags=on))
    return _node("android.widget.LinearLayout", box, style, id=ident, flags=flags, children=tuple(inside))


def _field(item: Item, box: Box, ident: str, style: Style, hits: list[Hit]) -> list[Node]:
    split = min(box.top + 50, box.bottom)
    label = _node("android.widget.TextView", Box(box.left + 40, box.top, box.right, split), style, text=item.label)
    focused = style.focus == item.name
    flags = frozenset({"clickable", "focusable", "enabled", "long-clickable", *(("focused",) if focused else ())})
    inner = Box(box.left + 40, split, box.right - 40, box.bottom)
    if inner.empty:
        return [label]
    focus = _focus(item.name)
    hits.append(Hit(replace(item, do=focus), inner))
    cls = "android.widget.EditText"
    return [label, _node(cls, inner, style, text=item.value, hint=item.label, id=ident, flags=flags)]


def _focus(name: str) -> Act:
    return lambda state: replace(state, focus=name)


def _group(nodes: list[Node], box: Box, style: Style) -> Node:
    return _node("android.widget.LinearLayout", box, style, children=tuple(nodes))


def _node(
    cls: str,
    box: Box,
    style: Style,
    *,
    text: str = "",
    desc: str = "",
    id: str = "",
    hint: str = "",
    scroll: str = "",
    flags: frozenset[str] = frozenset({"enabled"}),
    children: tuple[Node, ...] = (),
) -> Node:
    return Node(text, desc, id, cls, style.package, hint, scroll, box, flags, children)
