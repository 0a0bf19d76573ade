"""Reads what Chromium tells of a page (a DOM snapshot and the accessibility tree) into plain values.

Knows nothing of Android's tree, of sockets or of Playwright: two JSON answers in, one tree of `Spot`s out. Lengths are
CSS pixels from the viewport's corner. Frames of the same process are part of the tree; frames of another are not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

STYLES = (
    "display",
    "visibility",
    "overflow-x",
    "overflow-y",
    "position",
    "pointer-events",
    "cursor",
    "background-color",
)
_TEXT, _DOCTYPE = 3, 10
_UNSEEN = frozenset({"ariaHiddenElement", "ariaHiddenSubtree", "inertElement", "inertSubtree", "activeModalDialog"})


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle with fractions of a pixel."""

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0

    @property
    def empty(self) -> bool:
        """Whether no point lies inside."""
        return self.right <= self.left or self.bottom <= self.top

    @property
    def area(self) -> float:
        """Square pixels."""
        return 0.0 if self.empty else (self.right - self.left) * (self.bottom - self.top)

    @property
    def centre(self) -> tuple[float, float]:
        """The point in the middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def clip(self, other: Rect) -> Rect:
        """The part inside `other`."""
        return Rect(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def join(self, other: Rect) -> Rect:
        """The smallest that holds both."""
        return Rect(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def move(self, x: float, y: float) -> Rect:
        """The same elsewhere."""
        return Rect(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies inside."""
        return self.left <= x < self.right and self.top <= y < self.bottom


NOWHERE = Rect()


@dataclass(frozen=True, slots=True)
class Access:
    """What the accessibility tree says of one element."""

    role: str = ""
    name: str = ""
    own_words: bool = True
    value: str = ""
    description: str = ""
    states: Mapping[str, Any] = field(default_factory=dict[str, Any])
    unseen: bool = False

    def on(self, state: str) -> bool:
        """Whether a state is set; a tristate that is `mixed` is not."""
        return self.states.get(state) in (True, "true")


@dataclass(frozen=True, slots=True)
class Spot:
    """One node of the page where it is laid out. `order` is that of painting, `scroll` how far it is scrolled and can.

    `lines` are the lines of text in it, where it flows in lines itself; text has an empty `tag`.
    """

    key: int
    tag: str = ""
    text: str = ""
    rect: Rect | None = None
    lines: tuple[Rect, ...] = ()
    order: int = 0
    clickable: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    style: Mapping[str, str] = field(default_factory=dict[str, str])
    scroll: Reach | None = None
    access: Access = Access()
    children: tuple[Spot, ...] = ()

    @property
    def inline(self) -> bool:
        """Whether it flows in a line of text."""
        return not self.tag or self.style.get("display", "inline") in {"inline", "contents"}

    @property
    def unheard(self) -> bool:
        """Whether assistive technology is kept from it; what lies in it and is told all the same is not."""
        return self.access.unseen or self.attributes.get("aria-hidden") == "true" or "inert" in self.attributes

    def walk(self) -> Iterator[Spot]:
        """This node and all below it, in the page's order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Reach:
    """How a box scrolls: what is shown of it, what it holds, and where it stands."""

    shown: Rect
    x: float
    y: float
    width: float
    height: float

    @property
    def ways(self) -> tuple[str, ...]:
        """The directions in which there is more."""
        tall, wide = self.shown.bottom - self.shown.top, self.shown.right - self.shown.left
        found = {
            "down": self.y + tall < self.height - 1,
            "up": self.y > 1,
            "right": self.x + wide < self.width - 1,
            "left": self.x > 1,
        }
        return tuple(way for way, more in found.items() if more)


def accesses(answers: Sequence[Mapping[str, Any]]) -> dict[int, Access]:
    """The nodes of `Accessibility.getFullAXTree`'s answers by the DOM node that they stand for."""
    return {
        node["backendDOMNodeId"]: _access(node)
        for answer in answers
        for node in answer["nodes"]
        if "backendDOMNodeId" in node
    }


def _access(node: Mapping[str, Any]) -> Access:
    name = node.get("name", {})
    sources = name.get("sources", ())
    taken = next((s for s in sources if "value" in s and not s.get("superseded")), {"type": "contents"})
    return Access(
        role=str(node.get("role", {}).get("value", "")),
        name=" ".join(str(name.get("value", "")).split()),
        own_words=taken.get("type") == "contents",
        value=str(node.get("value", {}).get("value", "")),
        description=str(node.get("description", {}).get("value", "")),
        states={each["name"]: each["value"].get("value") for each in node.get("properties", ())},
        unseen=any(reason["name"] in _UNSEEN for reason in node.get("ignoredReasons", ())),
    )


def spots(snapshot: Mapping[str, Any], known: Mapping[int, Access]) -> Spot:
    """The page of a `DOMSnapshot.captureSnapshot` taken with `STYLES`, paint order and DOM rectangles."""
    return _Document(snapshot, 0, known, (0.0, 0.0)).root()


class _Document:
    """One document of a snapshot, whose nodes are kept as parallel lists."""

    def __init__(
        self, snapshot: Mapping[str, Any], index: int, known: Mapping[int, Access], corner: tuple[float, float]
    ) -> None:
        self.snapshot, self.known = snapshot, known
        self.strings: list[str] = snapshot["strings"]
        document = snapshot["documents"][index]
        self.corner = corner
        self.nodes: dict[str, Any] = document["nodes"]
        self.layout: dict[str, list[Any]] = document["layout"]
        self.boxes: dict[str, list[Any]] = document["textBoxes"]
        self.x = corner[0] - document.get("scrollOffsetX", 0)
        self.y = corner[1] - document.get("scrollOffsetY", 0)
        self.places: dict[int, int] = {}
        for place, node in enumerate(self.layout["nodeIndex"]):
            self.places.setdefault(node, place)
        self.clickable = set(self.nodes["isClickable"]["index"])
        inner = self.nodes.get("contentDocumentIndex", {"index": [], "value": []})
        self.inner = dict(zip(inner["index"], inner["value"], strict=True))
        self.lines: dict[int, list[Rect]] = {}
        for place, bounds in zip(self.boxes["layoutIndex"], self.boxes["bounds"], strict=True):
            self.lines.setdefault(place, []).append(self._rect(bounds))
        self.below: dict[int, list[int]] = {}
        for node, parent in enumerate(self.nodes["parentIndex"]):
            self.below.setdefault(parent, []).append(node)

    def root(self) -> Spot:
        return self._spot(0)

    def _spot(self, node: int) -> Spot:
        key = self.nodes["backendNodeId"][node]
        place = self.places.get(node)
        children = [self._spot(child) for child in self.below.get(node, ())]
        kind = self.nodes["nodeType"][node]
        name = self._word(self.nodes["nodeName"][node]).lower()
        tag = {_TEXT: "", _DOCTYPE: "!doctype"}.get(kind, name)
        said = self._words(self.nodes["attributes"][node])
        attributes = dict(zip(said[::2], said[1::2], strict=True))
        common: dict[str, Any] = {
            "key": key,
            "tag": tag,
            "attributes": attributes,
            "clickable": node in self.clickable,
            "access": self.known.get(key, Access()),
        }
        if place is None:
            return Spot(**common, children=tuple(children))
        rect = self._rect(self.layout["bounds"][place])
        if node in self.inner:
            corner = self._content(place, rect)
            children.append(_Document(self.snapshot, self.inner[node], self.known, corner).root())
        styles = self._words(self.layout["styles"][place])
        inside = [line for child in children if child.inline for line in child.lines]
        return Spot(
            **common,
            text=self._word(self.layout["text"][place]),
            rect=rect,
            lines=tuple(self.lines.get(place) or inside),
            order=self.layout["paintOrders"][place],
            style=dict(zip(STYLES, styles, strict=False)),
            scroll=self._reach(place, rect, tag),
            children=tuple(children),
        )

    def _word(self, index: int) -> str:
        return self.strings[index] if index >= 0 else ""

    def _words(self, indexes: Sequence[int]) -> list[str]:
        return [self._word(index) for index in indexes]

    def _rect(self, bounds: Sequence[float]) -> Rect:
        left, top, width, height = bounds
        return Rect(left, top, left + width, top + height).move(self.x, self.y)

    def _content(self, place: int, rect: Rect) -> tuple[float, float]:
        client = self.layout["clientRects"][place] or (0, 0, 0, 0)
        return rect.left + client[0], rect.top + client[1]

    def _reach(self, place: int, rect: Rect, tag: str) -> Reach | None:
        moved, client = self.layout["scrollRects"][place], self.layout["clientRects"][place]
        if not moved or not client:
            return None
        left, top = self.corner if tag == "html" else (rect.left + client[0], rect.top + client[1])
        return Reach(Rect(left, top, left + client[2], top + client[3]), *moved)
