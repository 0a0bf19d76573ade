"""Lines that wrap further in than they began, and names beside values that wrap under themselves.

Knows nothing of what they mean. Nothing is wrapped where nobody watches, and no line ends in spaces.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text


def print_line(console: Console, text: Text | str, style: str = "") -> None:
    """Print one line; on a terminal what does not fit goes on below, further in than it began."""
    line = text if isinstance(text, Text) else Text(text, style=style)
    line.rstrip()
    if not console.is_terminal or line.cell_len <= console.width:
        console.print(line, soft_wrap=True)
        return
    margin = " " * (len(line.plain) - len(line.plain.lstrip()) + 2)
    for number, part in enumerate(line.wrap(console, console.width - len(margin))):
        part.rstrip()
        console.print(Text.assemble(margin if number else "", part), soft_wrap=True)


def print_pairs(console: Console, rows: Sequence[tuple[str | Text, str | Text]], *, indent: int = 0) -> None:
    """Print each name beside its value; strings are markup."""
    names = [_text(name) for name, _ in rows]
    left = max((name.cell_len for name in names), default=0) + 2
    room = max(20, console.width - left - indent) if console.is_terminal else 10_000
    for name, (_, value) in zip(names, rows, strict=True):
        lines = _text(value).wrap(console, room)
        for number, line in enumerate(lines or [Text()]):
            line.rstrip()
            head = name.copy() if number == 0 else Text()
            head.pad_right(left - head.cell_len)
            console.print(Text.assemble(" " * indent, head, line), soft_wrap=True)


def _text(value: str | Text) -> Text:
    return value if isinstance(value, Text) else Text.from_markup(value)
