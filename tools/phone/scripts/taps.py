"""Taps that belong together: a value spelt key by key, a count, a level that is turned up or down, a day of a calendar.

Knows nothing of how single steps are compiled.
"""

from __future__ import annotations

from collections.abc import Sequence

from .model import Step
from .player import title_of
from .slots import Slots
from .structure import place_of
from .taken import Refused, Taken, element_of
from .values import month_of

_TURNS = frozenset({"Next month", "Previous month"})


def together(taken: Sequence[Taken], slots: Slots, at: int) -> tuple[Step, int] | None:
    """The step that several taps from here on are, and how many they are; None where a tap stands alone.

    A day of a calendar, a value that is spelt, a count, a level. Where it is made and, for a count, what is tapped is
    left to the caller. Raises `Refused` for repetition that the request does not explain.
    """
    call = taken[at]
    label = element_of(call.shown, call.arguments["element"]).label
    if month_of(title_of(call.shown)) is not None:
        return _calendar(taken, slots, at)
    same = _same(taken, at)
    if len(label) == 1:
        return _spelt(taken, slots, at)
    level = _level(taken, slots, at, same)
    if level is not None:
        return level, same
    slot = slots.take_number(same) if same > 1 else None
    if slot is not None:
        return Step(tool="tap", repeat=slot), same
    if same > 1:
        raise Refused(f"`{label}` was tapped {same} times, and the request does not say so")
    return None


def _same(taken: Sequence[Taken], at: int) -> int:
    """How many calls from here on are the same."""
    call, count = taken[at], 1
    for after in taken[at + 1 :]:
        if after.arguments != call.arguments or place_of(after.shown) != place_of(call.shown):
            break
        count += 1
    return count


def _calendar(taken: Sequence[Taken], slots: Slots, at: int) -> tuple[Step, int] | None:
    count = 0
    while at + count < len(taken) and taken[at + count].arguments.get("element") in _TURNS:
        count += 1
    if at + count >= len(taken):
        return None
    day = str(taken[at + count].arguments.get("element", ""))
    if not day.isdecimal():
        return None
    found = slots.find(day, words="")
    if found is None or found.form != "day":
        raise Refused(f"the request names no day that is the {day}th")
    return Step(tool="tap", day=found.of), count + 1


def _spelt(taken: Sequence[Taken], slots: Slots, at: int) -> tuple[Step, int] | None:
    """The longest value of the request that the single characters tapped from here on spell."""
    keys = ""
    for call in taken[at:]:
        key = str(call.arguments.get("element", ""))
        if call.tool != "tap" or len(key) != 1:
            break
        keys += key
    fits = [(s, e) for s, e, kind in slots.typed if kind == "number" and keys.startswith(slots.request[s:e])]
    if not fits:
        return None
    best = max(fits, key=lambda span: (span[1] - span[0], span not in slots.used))
    found = slots.find(slots.request[best[0] : best[1]], words="")
    assert found is not None
    return Step(tool="tap", spell=found.of), best[1] - best[0]


def _level(taken: Sequence[Taken], slots: Slots, at: int, same: int) -> Step | None:
    """Less or more, until the screen shows a number of the request."""
    call = taken[at]
    label = element_of(call.shown, call.arguments["element"]).label
    first, _, what = label.partition(" ")
    other = next((t for t in call.shown.taps if t != label and t.partition(" ")[2] == what), None)
    if other is None or at + same >= len(taken) or not what:
        return None
    after = taken[at + same].shown
    for text in (e.label for e in after.elements if e.kind == "text"):
        before, _, number = text.rpartition(" ")
        shown = number.rstrip("%")
        if shown.isdecimal() and what.lower() in before.lower():
            slot = slots.take_number(int(shown))
            if slot is not None:
                less = label if first == "Decrease" else other
                more = other if less == label else label
                return Step(tool="tap", level=slot, less=less, more=more, before=f"{before} ")
    return None
