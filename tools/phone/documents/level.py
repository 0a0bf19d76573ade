"""What is turned step by step or chosen among few: the next tap towards the level, the month or the state asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..compact import Compact
from .asked import Asked
from .words import stems

_LEVEL = re.compile(r"(.+?):? (\d+) ?%?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SHOWN = re.compile(r"([A-Z][a-z]{2})[a-z]* (\d{4})")
_STATES = ("On", "Off")


def turned(wanted: Asked, shown: Compact) -> str:
    """The label to tap, empty where nothing of the kind is on the screen or it is as asked already."""
    return _state(wanted, shown) or _day(wanted, shown) or _level(wanted, shown)


def _state(wanted: Asked, shown: Compact) -> str:
    """`On` or `Off` in a list that offers both."""
    if not all(label in shown.taps for label in _STATES):
        return ""
    if " on off " in wanted.plain:
        return "Off"
    title = next((e.label for e in shown.elements if e.kind == "text"), "")
    return (wanted.state_of(title) or wanted.state_of("")).capitalize()


def _day(wanted: Asked, shown: Compact) -> str:
    """A day of a calendar's page, or the way to its month."""
    if not wanted.days or "Next month" not in shown.taps:
        return ""
    day, month = wanted.days[-1].split(" ", 1)
    here = next((found for e in shown.elements if e.kind == "text" and (found := _SHOWN.fullmatch(e.label))), None)
    if here is None:
        return ""
    ahead = _MONTHS.index(month[:3]) - _MONTHS.index(here.group(1).lower())
    if not ahead:
        return str(int(day)) if str(int(day)) in shown.taps else ""
    return "Next month" if 0 < ahead % 12 <= 6 else "Previous month"


def _level(wanted: Asked, shown: Compact) -> str:
    """`Increase …` or `Decrease …` beside a level that is not the one asked for."""
    for now, target, ways in _levels(wanted, shown):
        return "" if now == target else ways[now > target]
    return ""


def further(wanted: Asked, shown: Compact, handle: str) -> str:
    """Why a step up or down leads away from the level that the request asks for; empty where it does not."""
    for now, target, ways in _levels(wanted, shown):
        if handle in ways and (now == target or handle != ways[now > target]):
            return f"The level is at {now}, and the request asks for {target}."
    return ""


def _levels(wanted: Asked, shown: Compact) -> Iterator[tuple[int, int, tuple[str, str]]]:
    """Levels that the request names: what each is at, what it should be, and the labels that raise and lower it."""
    targets = [int(n) for n in re.findall(r"\d+", wanted.text)]
    for element in shown.elements if len(targets) == 1 else ():
        found = _LEVEL.fullmatch(element.label) if element.kind == "text" else None
        if found is None or not all(word in wanted.words for word in stems(found.group(1))):
            continue
        ways = (f"Increase {found.group(1).lower()}", f"Decrease {found.group(1).lower()}")
        if all(label in shown.taps for label in ways):
            yield int(found.group(2)), targets[0], ways
