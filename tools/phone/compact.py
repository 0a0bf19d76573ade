"""Shortens a screen to a few lines: what can be acted on, by name, and the text that is read.

Dropped: what is off the display or empty, decoration (pictures and layouts that say nothing), and text already said by
the element around it. Labels are joined to their fields, rows to their subtitles, long lists are folded. Knows nothing
of drivers or models: the token count is a function that the caller brings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from .screen import Box, Node, Screen

_LABEL_CHARS = 60
_TEXT_CHARS = 160


@dataclass(frozen=True, slots=True)
class Element:
    """Something on the screen that is worth a line.

    `handle` is its name for the tools, unique on this screen; empty for text that can only be read. `kind` is one of
    button, field, switch, text. `state` holds what else is known: on, off, selected, disabled.
    """

    kind: str
    label: str
    box: Box
    handle: str = ""
    detail: str = ""
    value: str | None = None
    state: tuple[str, ...] = ()
    enabled: bool = True
    listed: str = ""

    def line(self) -> str:
        """The element as one line of a prompt, without its number."""
        text = self.handle or self.label
        if self.value is not None:
            text += f": {self.value}" if self.value else ":"
        if self.detail and self.detail not in self.handle:
            text += f" - {self.detail}"
        notes = (*(("field",) if self.kind == "field" else ()), *self.state)
        return text + (f" [{' '.join(notes)}]" if notes else "")


@dataclass(frozen=True, slots=True)
class Compact:
    """A shortened screen: its elements in reading order, the app in front, and how its lists scroll."""

    app: str
    elements: tuple[Element, ...]
    scroll: tuple[str, ...] = ()
    fold: int = 24

    @property
    def taps(self) -> tuple[str, ...]:
        """Handles of everything that can be tapped."""
        return tuple(e.handle for e in self.elements if e.handle and e.enabled)

    @property
    def fields(self) -> tuple[str, ...]:
        """Handles of everything that text can be typed into."""
        return tuple(e.handle for e in self.elements if e.kind == "field" and e.enabled)

    def find(self, handle: str) -> Element | None:
        """The element with this handle."""
        return next((e for e in self.elements if e.handle and e.handle == handle), None)

    def lines(self, *, numbered: bool = True) -> tuple[str, ...]:
        """The screen as short lines; numbers (1, 2, …) stand before what can be tapped."""
        numbers = {id(e): n for n, e in enumerate((e for e in self.elements if e.handle), 1)}
        out = [f"{self.app} screen"]
        for listed, group in groupby(self.elements, key=lambda e: e.listed):
            elements = list(group)
            shown = elements[: self.fold] if listed else elements
            for row in _rows(shown):
                parts = [f"{numbers[id(e)]} {e.line()}" if numbered and e.handle else e.line() for e in row]
                out.append(" | ".join(parts))
            if len(shown) < len(elements):
                out.append(f"… {len(elements) - len(shown)} more like these")
        if self.scroll:
            out.append(f"[scroll {' or '.join(self.scroll)} for more]")
        return tuple(out)

    def text(self, *, numbered: bool = True) -> str:
        """The lines as one text."""
        return "\n".join(self.lines(numbered=numbered))

    def tokens(self, count: Callable[[str], int], *, numbered: bool = True) -> int:
        """How many tokens the text costs, by the caller's count."""
        return count(self.text(numbered=numbered))


def _rows(elements: Sequence[Element]) -> Iterator[list[Element]]:
    """Neighbours whose boxes span the same height share a line (key pads, day grids, tab bars)."""
    for _, row in groupby(elements, key=lambda e: (e.box.top, e.box.bottom)):
        yield list(row)


def compact(screen: Screen, *, fold: int = 24) -> Compact:
    """Shorten `screen`; lists longer than `fold` lines are folded in the text, never in the handles."""
    found = [element for node in screen.nodes for element in _elements(node, screen.box, "")]
    scroll: list[str] = []
    for node in screen.walk():
        if node.has("scrollable") and not node.box.clip(screen.box).empty:
            scroll += [way for way in (node.scroll.split() or ["down", "up"]) if way not in scroll]
    app = screen.package.rsplit(".", 1)[-1]
    return Compact(app, tuple(_named(_single(found))), tuple(scroll), fold)


def _single(found: Sequence[Element]) -> Iterator[Element]:
    """Drop text that repeats a neighbour, and elements drawn twice at the same place."""
    drawn: set[tuple[str, str, Box]] = set()
    previous = ""
    for element in found:
        key = (element.kind, element.label, element.box)
        if key in drawn or (element.kind == "text" and element.label == previous):
            continue
        drawn.add(key)
        previous = element.label
        yield element


def _named(found: Iterator[Element]) -> Iterator[Element]:
    """Give handles: the label; the label with its detail where the label is not unique; then a number."""
    elements = list(found)
    labels = Counter(e.label for e in elements if e.kind != "text")
    used: Counter[str] = Counter()
    for element in elements:
        if element.kind == "text":
            yield element
            continue
        handle = element.label
        if labels[handle] > 1 and element.detail:
            handle = _cut(f"{handle}, {element.detail}", _LABEL_CHARS)
        used[handle] += 1
        if used[handle] > 1:
            handle = f"{handle} ({used[handle]})"
        yield replace(element, handle=handle)


def _elements(node: Node, view: Box, listed: str) -> Iterator[Element]:
    """The elements of a subtree in reading order; `view` is what of it can be seen."""
    view = node.box.clip(view)
    if view.empty:
        return
    if node.actionable and not _is_frame(node):
        yield _element(node, view, listed, "")
        for child in node.children:
            if not _merged(child):
                yield from (e for e in _elements(child, view, listed) if e.kind != "text")
        return
    said = node.text or node.desc
    if said:
        yield Element("text", _cut(said, _TEXT_CHARS), view, listed=listed)
    inside = listed or ((node.id or "list") if node.has("scrollable") else "")
    label = ""
    for place, child in enumerate(node.children):
        after = node.children[place + 1] if place + 1 < len(node.children) else None
        if after is not None and after.editable and not child.actionable and child.text:
            label = child.text
            continue
        if child.editable:
            seen = child.box.clip(view)
            if not seen.empty:
                yield _element(child, seen, inside, label)
            label = ""
            continue
        yield from _elements(child, view, inside)


def _is_frame(node: Node) -> bool:
    """A clickable that only wraps others (a whole page that closes the keyboard): no words of its own, many inside."""
    if node.editable or node.text or node.desc or node.has("checkable"):
        return False
    return sum(1 for below in node.walk() if below is not node and below.has("clickable")) >= 3


def _element(node: Node, seen: Box, listed: str, label: str) -> Element:
    """One actionable node; words of what lies in it and is not itself actionable belong to it."""
    words = list(dict.fromkeys(word for below in _own(node) if (word := (below.text or below.desc).strip())))
    toggle = next((below for below in node.walk() if below.has("checkable")), None)
    state: list[str] = []
    if toggle is not None and not (toggle is not node and toggle.has("clickable")):
        state.append("on" if toggle.has("checked") else "off")
    if node.has("selected"):
        state.append("selected")
    if not node.has("enabled"):
        state.append("disabled")
    if node.editable:
        hint = node.hint or node.desc
        name = label or hint or node.id.rsplit("/", 1)[-1].replace("_", " ") or "text"
        value = "" if node.text in {hint, label} else _cut(node.text, _TEXT_CHARS)
        return _make("field", name, seen, value=value, state=state, listed=listed)
    if not words:
        words = [node.id.rsplit("/", 1)[-1].replace("_", " ") or node.kind]
    kind = "switch" if state and state[0] in {"on", "off"} else "button"
    return _make(kind, words[0], seen, more=words[1:], state=state, listed=listed)


def _make(
    kind: str,
    label: str,
    box: Box,
    *,
    more: Sequence[str] = (),
    value: str | None = None,
    state: Sequence[str],
    listed: str,
) -> Element:
    return Element(
        kind=kind,
        label=_cut(label, _LABEL_CHARS),
        box=box,
        detail=_cut(", ".join(more), _TEXT_CHARS),
        value=value,
        state=tuple(state),
        enabled="disabled" not in state,
        listed=listed,
    )


def _own(node: Node) -> Iterator[Node]:
    """The node and what lies in it, down to the next actionable node with words of its own."""
    yield node
    for child in node.children:
        if not child.actionable or _merged(child):
            yield from _own(child)


def _merged(node: Node) -> bool:
    """A switch that is not tapped itself: its state belongs to the row that it stands in."""
    return node.has("checkable") and not node.has("clickable")


def _cut(text: str, limit: int) -> str:
    """One line, at most `limit` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"
