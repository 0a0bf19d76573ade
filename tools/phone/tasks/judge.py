"""Whether a task was done: the device state afterwards, nothing else changed, and the answer where one is asked for."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from ..sim.diff import NEUTRAL, diff
from ..sim.world import World
from .task import Task

Ending = Literal["done", "cannot", "stopped"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of a task. `damage` lists changes that nobody asked for, `missing` those that were and did not happen.

    `false_done` means that it ended as done and was not.
    """

    success: bool
    missing: tuple[str, ...] = ()
    damage: tuple[str, ...] = ()
    false_done: bool = False
    reason: str = ""


def judge(task: Task, after: World, ending: Ending, answer: str = "") -> Judgement:
    """Compare the world `after` with the one that was wanted; `ending` is how the run ended, `answer` what it said."""
    neutral = neutral_of(task)
    wanted, found = diff(task.world, task.wanted, neutral=neutral), diff(task.world, after, neutral=neutral)
    missing, damage = _lines(wanted - found), _lines(found - wanted)
    reason = ""
    if not task.draft.feasible:
        reason = "" if ending == "cannot" else "it cannot be done, and that was not said"
    elif ending != "done":
        reason = "it can be done, and was given up" if ending == "cannot" else "it did not come to an end"
    elif task.draft.answer and not says(answer, task.draft.answer):
        reason = f"the answer is {task.draft.answer!r}"
    said = (*((reason,) if reason else ()), *(f"missing {m}" for m in missing), *(f"damage {m}" for m in damage))
    reason = "; ".join(said)
    return Judgement(not reason, missing, damage, ending == "done" and bool(reason), reason)


def neutral_of(task: Task) -> frozenset[str]:
    """What does not count for this task: the neutral traces, less those that the task is about."""
    plain = diff(task.world, task.wanted)
    return frozenset(t for t in NEUTRAL if diff(task.world, task.wanted, neutral=NEUTRAL - {t}) == plain)


def _lines(found: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(found.elements()))


def says(answer: str, wanted: str) -> bool:
    """Whether an answer holds the wanted words or number, whatever its case and punctuation."""

    def plain(text: str) -> str:
        return " ".join(re.findall(r"[\w.:@+-]*\w", text.lower().replace(",", "")))

    return re.search(rf"(?<![\w.:]){re.escape(plain(wanted))}(?![\w:]|\.\d)", plain(answer)) is not None
