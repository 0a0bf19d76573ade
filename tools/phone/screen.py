"""The screen model: a frozen tree of nodes read from uiautomator-style XML, the one shape that every driver produces.

Knows nothing of drivers, tools or models; shortening a screen for a prompt is `compact`'s job.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from xml.etree import ElementTree

from agentkit.errors import Failed

FLAGS = (
    "checkable",
    "checked",
    "clickable",
    "enabled",
    "focusable",
    "focused",
    "scrollable",
    "long-clickable",
    "password",
    "selected",
)
_BOUNDS = re.compile(r"\[(-?\d+),(-?\d+)\]\[(-?\d+),(-?\d+)\]")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; right and bottom are exclusive."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0

    @staticmethod
    @lru_cache(maxsize=4096)
    def parse(text: str) -> Box:
        """Read `[left,top][right,bottom]`; anything else is the empty box."""
        found = _BOUNDS.fullmatch(text.strip())
        return Box(*(int(part) for part in found.groups())) if found else Box()

    def __str__(self) -> str:
        return f"[{self.left},{self.top}][{self.right},{self.bottom}]"

    @property
    def width(self) -> int:
        """Pixels from left to right, never negative."""
        return max(0, self.right - self.left)

    @property
    def height(self) -> int:
        """Pixels from top to bottom, never negative."""
        return max(0, self.bottom - self.top)

    @property
    def centre(self) -> tuple[int, int]:
        """The point a tap goes to."""
        return (self.left + self.right) // 2, (self.top + self.bottom) // 2

    def clip(self, other: Box) -> Box:
        """The part that lies inside `other`; empty when they do not meet."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    @property
    def empty(self) -> bool:
        """Whether no pixel lies inside."""
        return self.width == 0 or self.height == 0

    def holds(self, x: int, y: int) -> bool:
        """Whether the point lies inside."""
        return self.left <= x < self.right and self.top <= y < self.bottom


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the accessibility tree.

    `scroll` names the directions in which a list can still move, where the driver knows them ("up down"); a real
    uiautomator dump does not say, and it is empty then.
    """

    text: str = ""
    desc: str = ""
    id: str = ""
    cls: str = ""
    package: str = ""
    hint: str = ""
    scroll: str = ""
    box: Box = Box()
    flags: frozenset[str] = frozenset()
    children: tuple[Node, ...] = field(default=(), repr=False)

    def has(self, flag: str) -> bool:
        """Whether an XML flag (`clickable`, `checked`, …) is true."""
        return flag in self.flags

    @property
    def kind(self) -> str:
        """The class without its package: `EditText`, `Switch`, …"""
        return self.cls.rsplit(".", 1)[-1]

    @property
    def editable(self) -> bool:
        """Whether text can be typed into it."""
        return self.kind in {"EditText", "AutoCompleteTextView", "MultiAutoCompleteTextView"}

    @property
    def actionable(self) -> bool:
        """Whether a tap on it may do something."""
        return self.editable or bool(self.flags & {"clickable", "long-clickable", "checkable"})

    def walk(self) -> Iterator[Node]:
        """This node and everything below it, in reading order of the tree."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Screen:
    """What is on the display: the root's children and the display's box."""

    nodes: tuple[Node, ...]
    box: Box

    def walk(self) -> Iterator[Node]:
        """Every node, depth first."""
        for node in self.nodes:
            yield from node.walk()

    @property
    def package(self) -> str:
        """The package in front: that of the last window, since a dialog lies above the screen that opened it."""
        return self.nodes[-1].package if self.nodes else ""


def parse(xml: str) -> Screen:
    """Read a uiautomator dump.

    Raises:
        Failed: when the text is not such a dump (a device that is still starting answers with an error line).
    """
    try:
        root = ElementTree.fromstring(xml)  # noqa: S314 - expat of Python >= 3.11 bounds entity expansion
    except ElementTree.ParseError as error:
        raise Failed(f"the screen could not be read: {error}; wait, then look again") from error
    if root.tag != "hierarchy":
        raise Failed(f"the screen could not be read: <{root.tag}> where <hierarchy> was expected")
    nodes = tuple(_node(child) for child in root)
    return Screen(nodes, _display(root.attrib, nodes))


def _display(attributes: Mapping[str, str], nodes: tuple[Node, ...]) -> Box:
    """The display: stated by the driver, or else what the windows cover together from the corner."""
    if "width" in attributes and "height" in attributes:
        return Box(0, 0, int(attributes["width"]), int(attributes["height"]))
    return Box(0, 0, max((n.box.right for n in nodes), default=0), max((n.box.bottom for n in nodes), default=0))


@lru_cache(maxsize=512)
def _flags(said: tuple[str | None, ...]) -> frozenset[str]:
    return frozenset(flag for flag, value in zip(FLAGS, said, strict=True) if value == "true")


def _node(element: ElementTree.Element) -> Node:
    attributes = element.attrib
    return Node(
        text=attributes.get("text", ""),
        desc=attributes.get("content-desc", ""),
        id=attributes.get("resource-id", ""),
        cls=attributes.get("class", ""),
        package=attributes.get("package", ""),
        hint=attributes.get("hint", ""),
        scroll=attributes.get("can-scroll", ""),
        box=Box.parse(attributes.get("bounds", "")),
        flags=_flags(tuple(map(attributes.get, FLAGS))),
        children=tuple(_node(child) for child in element),
    )
