"""Values read off a screen: found once, when a script is made, and read again in the same way when it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..compact import Compact, Element
from .model import Form, Reading, Target
from .target import locate

_TIME = re.compile(r"\b\d\d:\d\d\b")
_DIGIT = re.compile(r"\d")


def read(reading: Reading, shown: Compact, values: Mapping[str, str]) -> str | None:
    """What a reading says on this screen; None where it is not there, or there twice."""
    if reading.row is not None:
        row = locate(reading.row, shown, values)
        return _taken(row.detail, reading.take) if isinstance(row, Element) else None
    found = [e.label for e in shown.elements if e.kind == "text" and e.label.startswith(reading.before)]
    return found[0].removeprefix(reading.before) if len(found) == 1 else None


def readings(shown: Compact, named: Mapping[str, str]) -> Iterator[tuple[Reading, str]]:
    """Every value that can be read again, and how: by the words before it, or in the row that a slot names."""
    texts = [e.label for e in shown.elements if e.kind == "text"]
    for text in texts:
        for split in [found.end() for found in re.finditer(r"\S+\s+", text)]:
            before = text[:split]
            if not _DIGIT.search(before) and sum(other.startswith(before) for other in texts) == 1:
                yield Reading(name="", before=before), text[split:]
    for element in shown.elements:
        slot = next((name for name, value in named.items() if element.label.lower() == value.lower()), None)
        if element.handle and element.detail and slot is not None:
            row = Target(kind=element.kind, value=Form(of=slot))
            if locate(row, shown, named) is element:
                for take in _TAKES:
                    value = _taken(element.detail, take)
                    if value:
                        yield Reading(name="", row=row, take=take), value


_TAKES = ("whole", "time", "number", "name", "last")
_MARKS = re.compile(r"^(?:\w+\. )+")


def _taken(detail: str, take: str) -> str | None:
    """A part of a row's detail: all of it, its last time, its only number, or the first or last part of a list.

    Where it begins with a mark such as `Unread. `, nobody can say where the marks end: all of it is then no value.
    """
    if take == "whole":
        return None if _MARKS.match(detail) else detail
    if take == "time":
        return found[-1] if (found := _TIME.findall(detail)) else None
    if take == "number":
        return found[0] if len(found := re.findall(r"\d+", detail)) == 1 else None
    parts = _MARKS.sub("", detail).split(", ")
    return parts[0 if take == "name" else -1] if len(parts) > 1 else None
