"""A picture of what the tools work on, with the lines of a run beside it.

Knows nothing of what is shown: the picture is a function that a tool pack brings. Pure but for that call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.text import Text

from agentkit.errors import AgentkitError

Picture = Callable[[int, int], Sequence[str]]
"""Lines of so many characters, at most so many of them."""

LEAST_WIDTH = 78
_GAP = "  "
_TALLEST = 20
_MARKED = re.compile("▸.*?◂")


class Block:
    """The lines of one run, beside a picture that is taken anew whenever it is asked for."""

    def __init__(self, picture: Picture, console: Console) -> None:
        self._picture = picture
        self._console = console
        self._wide = 42 if console.width >= 110 else 36
        self._tall = max(8, min(_TALLEST, console.height - 4))
        self._shown: list[Text] = []
        self.room = console.width - self._wide - len(_GAP)
        self._lines: list[Text] = []

    def add(self, line: Text) -> None:
        """Put one more line beside the picture; what does not fit goes on below, further in than it began."""
        line.rstrip()
        margin = " " * (len(line.plain) - len(line.plain.lstrip()) + 2)
        if line.cell_len <= self.room:
            self._lines.append(line)
            return
        parts = line.wrap(self._console, self.room - len(margin))
        self._lines += [Text.assemble(margin if number else "", part) for number, part in enumerate(parts)]

    def look(self) -> None:
        """Take the picture; the old one stays when there is nothing to see any more."""
        try:
            lines = self._picture(self._wide, self._tall)
        except AgentkitError:
            return
        self._shown = [_styled(line) for line in lines]

    def rows(self, most: int | None = None) -> list[Text]:
        """Picture and lines side by side; with `most`, only the last lines beside the whole picture."""
        lines = self._lines if most is None else self._lines[-max(most, len(self._shown)) :]
        rows: list[Text] = []
        for number in range(max(len(lines), len(self._shown))):
            left = self._shown[number] if number < len(self._shown) else Text(" " * self._wide)
            row = Text.assemble(left, _GAP, lines[number] if number < len(lines) else "")
            row.rstrip()
            rows.append(row)
        return rows


def _styled(line: str) -> Text:
    text = Text(line)
    if line[:1] in {"╭", "╰"}:
        text.stylize("dim")
    elif line[:1] == line[-1:] == "│":
        text.stylize("dim", 0, 1)
        text.stylize("dim", len(line) - 1)
    for found in _MARKED.finditer(line):
        text.stylize("bold magenta", *found.span())
    return text
