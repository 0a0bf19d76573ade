"""Writes a node tree as `uiautomator dump` does: the same element, the same attributes, in the same order.

Three attributes are additions, each left out by a real dump of older Android: `width` and `height` of the display at
the root, `hint` of a field, and `can-scroll`, the directions in which a list can still move.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from xml.sax.saxutils import quoteattr

from ..screen import FLAGS, Node, Screen


def to_xml(screen: Screen) -> str:
    """The screen as one XML document."""
    lines = ["<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"]
    lines.append(f'<hierarchy rotation="0" width="{screen.box.right}" height="{screen.box.bottom}">')
    for index, node in enumerate(screen.nodes):
        lines += _lines(node, index)
    return "".join((*lines, "</hierarchy>"))


@lru_cache(maxsize=4096)
def _quoted(value: str) -> str:
    return quoteattr(value)


@lru_cache(maxsize=512)
def _flags(flags: frozenset[str]) -> str:
    return " ".join(f'{flag}="{str(flag in flags).lower()}"' for flag in FLAGS)


def _lines(node: Node, index: int) -> Iterator[str]:
    extra = (f" hint={_quoted(node.hint)}" if node.hint else "") + (
        f' can-scroll="{node.scroll}"' if node.scroll else ""
    )
    yield (
        f'<node index="{index}" text={_quoted(node.text)} resource-id={_quoted(node.id)} '
        f"class={_quoted(node.cls)} package={_quoted(node.package)} content-desc={_quoted(node.desc)} "
        f"{_flags(node.flags)}{extra} "
        f'bounds="{node.box}"'
    )
    if not node.children:
        yield "/>"
        return
    yield ">"
    for place, child in enumerate(node.children):
        yield from _lines(child, place)
    yield "</node>"
