"""Names and values in two columns: values wrap under themselves, and no line ends in spaces.

Knows nothing of what they mean.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text


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
