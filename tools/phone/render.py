"""Draws a screen: as SVG, as PNG where a converter is installed, and as plain text for a terminal.

Works from the node tree alone, so every driver's screens can be drawn. Knows nothing of apps.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from agentkit.errors import MissingExtraError

from .compact import Compact, Element, compact
from .screen import Box, Node, Screen

_CONVERTERS = ("rsvg-convert", "inkscape")
_MARGIN = 90
_STYLE = "text{font-family:Roboto,Inter,Helvetica,Arial,sans-serif;fill:#1c1b1f}"


def svg(screen: Screen, *, mark: Box | None = None, width: int = 360, title: str = "simulated phone") -> str:
    """The screen as a self-contained SVG `width` pixels wide; `mark` is framed, as what was tapped."""
    box = screen.box
    height = round(width * box.height / max(1, box.width))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {box.width} {box.height}" '
        f'width="{width}" height="{height}" role="img" aria-label="{escape(title)}">',
        f"<style>{_STYLE}</style>",
        f'<rect width="{box.width}" height="{box.height}" rx="60" fill="#fdfbff"/>',
        f'<text x="48" y="56" font-size="34">{escape(title)}</text>',
    ]
    for node in screen.nodes:
        if node.box != box and node.box.left > 0:
            parts.append(f'<rect width="{box.width}" height="{box.height}" rx="60" fill="#00000066"/>')
            parts.append(_rect(node.box, "#f3edf7", 48))
        parts += _draw(node)
    if mark is not None:
        frame = f'x="{mark.left}" y="{mark.top}" width="{mark.width}" height="{mark.height}" rx="24"'
        parts.append(f'<rect {frame} fill="#b3261e22" stroke="#b3261e" stroke-width="8"/>')
    parts.append(f'<rect x="360" y="{box.height - 40}" width="360" height="12" rx="6" fill="#79747e"/></svg>')
    return "".join(parts)


def lowest(screens: Sequence[Screen], width: int) -> int:
    """How much of the drawings, in their own pixels at this width, holds anything: the rest is empty at the bottom."""
    found = [
        width
        * min(screen.box.height, max((e.box.bottom for e in compact(screen).elements), default=0) + _MARGIN)
        / max(1, screen.box.width)
        for screen in screens
    ]
    return round(max(found, default=0))


def cut(drawn: str, width: int, height: int, place: str = "") -> str:
    """A drawing with nothing below `height`; `place` holds attributes for the picture that it stands in."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {place} width="{width}" height="{height}">{drawn}</svg>'


def _draw(node: Node) -> Iterator[str]:
    box, kind = node.box, node.kind
    if box.empty:
        return
    if kind == "EditText":
        stroke = "#6750a4" if node.has("focused") else "#79747e"
        yield _rect(box, "#ffffff", 18, stroke)
        yield _text(node.text or node.hint, box, 36, "#1c1b1f" if node.text else "#79747e")
    elif kind == "Button":
        on = node.has("enabled")
        yield _rect(_inset(box, 10), "#e8def8" if on else "#e7e0ec", 40)
        yield _text(node.text, box, 36, "#1d192b" if on else "#938f99", centre=True)
    elif kind in {"Switch", "CheckBox", "RadioButton"}:
        yield from _toggle(node)
    elif kind in {"ImageButton", "ImageView"}:
        yield from _picture(node)
    elif kind == "LinearLayout" and node.has("clickable"):
        yield _rect(_inset(box, 4), "#f7f2fa", 18)
    elif node.text:
        chosen = node.has("selected")
        if node.has("clickable"):
            yield _rect(_inset(box, 8), "#d0bcff" if chosen else "#f3edf7", 30)
        size = 44 if node.id.endswith("/title") else 34
        yield _text(node.text, box, size, "#1c1b1f", centre=node.has("clickable"), wrap=True)
    for child in node.children:
        yield from _draw(child)


def _toggle(node: Node) -> Iterator[str]:
    box, on = node.box, node.has("checked")
    x, y = box.centre
    if node.kind == "Switch":
        track = Box(x - 52, y - 30, x + 52, y + 30)
        yield _rect(track, "#6750a4" if on else "#e7e0ec", 30, "#79747e")
        yield f'<circle cx="{x + (22 if on else -22)}" cy="{y}" r="20" fill="{"#ffffff" if on else "#79747e"}"/>'
        return
    yield _rect(Box(box.left + 20, y - 22, box.left + 64, y + 22), "#6750a4" if on else "#ffffff", 12, "#79747e")
    yield _text(node.text, Box(box.left + 60, box.top, box.right, box.bottom), 34, "#1c1b1f")


def _picture(node: Node) -> Iterator[str]:
    if not node.desc:
        return
    x, y = node.box.centre
    if node.kind == "ImageView":
        yield _rect(_inset(node.box, 12), "#d8e2dc", 24)
        yield _text(node.desc, node.box, 34, "#49454f", centre=True)
        return
    yield f'<circle cx="{x}" cy="{y - 18}" r="34" fill="#eaddff"/>'
    sign = {"Navigate up": "←", "Go back": "←"}.get(node.desc, node.desc[0])
    yield f'<text x="{x}" y="{y - 6}" font-size="36" text-anchor="middle">{escape(sign)}</text>'
    yield f'<text x="{x}" y="{y + 52}" font-size="20" text-anchor="middle">{escape(node.desc[:15])}</text>'


def _inset(box: Box, by: int) -> Box:
    return Box(box.left + by, box.top + by, box.right - by, box.bottom - by)


def _rect(box: Box, fill: str, radius: int, stroke: str = "none") -> str:
    place = f'x="{box.left}" y="{box.top}" width="{box.width}" height="{box.height}"'
    return f'<rect {place} rx="{min(radius, box.height // 2)}" fill="{fill}" stroke="{stroke}" stroke-width="3"/>'


def _text(words: str, box: Box, size: int, fill: str, *, centre: bool = False, wrap: bool = False) -> str:
    room = max(1, int(box.width / (size * 0.54)))
    lines = _wrapped(words, room) if wrap else [words if len(words) <= room else words[: room - 1] + "…"]
    x = (box.left + box.right) // 2 if centre else box.left + 20
    top = (box.top + box.bottom) // 2 + size // 3 - (len(lines) - 1) * size * 6 // 10
    anchor = ' text-anchor="middle"' if centre else ""
    spans = "".join(
        f'<tspan x="{x}" y="{top + i * size * 12 // 10}">{escape(line)}</tspan>' for i, line in enumerate(lines)
    )
    return f'<text font-size="{size}" style="fill:{fill}"{anchor}>{spans}</text>'


def _wrapped(words: str, room: int) -> list[str]:
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > room:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def png(screen: Screen, *, mark: Box | None = None, width: int = 360) -> bytes:
    """The screen as PNG, through the first SVG converter that is installed.

    Raises:
        MissingExtraError: when there is none.
    """
    found = next((tool for tool in _CONVERTERS if shutil.which(tool)), None)
    if found is None:
        raise MissingExtraError(
            "no program that turns SVG into PNG is installed",
            hint="install librsvg2-bin (rsvg-convert) or inkscape; SVG and text need nothing",
        )
    command = {"rsvg-convert": [found], "inkscape": [found, "--pipe", "--export-type=png", "--export-filename=-"]}[
        found
    ]
    drawn = svg(screen, mark=mark, width=width).encode()
    return subprocess.run(command, input=drawn, capture_output=True, check=True, timeout=30).stdout  # noqa: S603


def text(screen: Screen, seen: Compact, *, width: int = 44, height: int = 24, mark: str = "") -> str:
    """The screen as a frame of characters, each element about where it is; `mark` is the handle of what is tapped.

    What can be tapped stands in brackets, fields are underlined, switches show their state. `height` counts the frame.
    """
    from rich.cells import set_cell_size

    inner, rows = width - 2, height - 2
    body = [set_cell_size(_spread(line, inner, mark), inner) for line in _lines(screen.box, seen, inner, rows)]
    head = f"╭─ {seen.app} ".ljust(width - 1, "─") + "╮"
    return "\n".join((head, *(f"│{line}│" for line in body), _foot(seen, width)))


def _foot(seen: Compact, width: int) -> str:
    more = f" more {' and '.join(seen.scroll)} " if seen.scroll else ""
    return f"╰{more:─^{width - 2}}╯"


def _words(element: Element) -> str:
    """An element in a few characters."""
    if element.kind == "text":
        return element.label
    if element.kind == "field":
        return f"{element.label}: {element.value or '__'}"
    state = "".join({"on": "(●) ", "off": "( ) ", "selected": "• "}.get(each, "") for each in element.state)
    label = f"{state}{element.label}" + (f" {element.detail}" if element.detail else "")
    return f"[{label}]" if element.enabled else f"({label})"


def _lines(box: Box, seen: Compact, width: int, rows: int) -> list[list[tuple[int, Element]]]:
    """For each line of characters its elements and the columns they begin at; neighbours at one height share a line."""
    lines: list[list[tuple[int, Element]]] = [[] for _ in range(rows)]
    at = -1
    for (top, bottom), row in groupby(seen.elements, key=lambda e: (e.box.top, e.box.bottom)):
        at = max(at + 1, rows * (top + bottom) // (2 * max(1, box.height)))
        if at >= rows:
            break
        lines[at] = [(width * e.box.left // max(1, box.width), e) for e in sorted(row, key=lambda e: e.box.left)]
    return lines


def _spread(line: list[tuple[int, Element]], width: int, mark: str) -> str:
    """The elements of a line at their columns, moved where they would collide, shortened where they would not fit."""
    words = [_words(element) for _, element in line]
    while sum(map(len, words)) + 2 * len(words) > width and max(map(len, words)) > 3:
        at = max(range(len(words)), key=lambda n: len(words[n]))
        words[at] = f"{words[at][:-3]}…{words[at][-1]}"
    ends, out = [0] * len(words), ""
    limit = width
    for n in reversed(range(len(words))):
        limit = ends[n] = min(line[n][0], limit - len(words[n]) - 2)
    for word, column, (_, element) in zip(words, ends, line, strict=True):
        sign = ("▸", "◂") if mark and element.handle == mark else (" ", " ")
        out = out.ljust(max(0, column)) + sign[0] + word + sign[1]
    return out
