"""The tables and word lists that generators read; text files in `generate`, edited by hand."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def table(name: str) -> tuple[str, ...]:
    """The lines of a table without comments."""
    text = (resources.files("agentkit.nano") / "generate" / f"{name}.txt").read_text("utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def word_lists() -> dict[str, list[str]]:
    """The word lists by name; an underscore inside a word stands for a space."""
    lists = (line.partition(": ") for line in table("words"))
    return {name: [word.replace("_", " ") for word in words.split()] for name, _, words in lists}
