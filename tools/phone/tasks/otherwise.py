"""The requests of training and development templates in yet other words, which no check and no rule was written by.

Three to a template, in `otherwise.txt`. A fit reads the first two of training templates; the third, and all of
development templates, measure what comes of words that nothing was fitted on. There are none for test templates.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from .task import Task

LEARNT = 2
"""How many of a training template's a fit may read."""
_TABLE = Path(__file__).with_suffix(".txt")


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, ...]]:
    lines = (line.partition(": ") for line in _TABLE.read_text(encoding="utf-8").splitlines())
    return {name: tuple(said.split(" | ")) for name, _, said in lines}


def learnt(task: Task) -> tuple[str, ...]:
    """The other wordings of a task that a fit may read, with their slots."""
    return _table().get(task.template.name, ())[:LEARNT] if task.template.split == "train" else ()


def unread(task: Task) -> tuple[str, ...]:
    """The requests for a task in words that no fit reads; none for a task of the test split."""
    said = _table().get(task.template.name, ())[LEARNT if task.template.split == "train" else 0 :]
    return tuple(each.format(**task.draft.slots) for each in said)
