"""What changed between two worlds, as a multiset of readable lines; ids and order say nothing.

Reading marks things read, opening pages fills the history and using an app may need a permission: such traces are
`neutral` and left out, unless the task at hand is about them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import Any, cast

from .world import World

NEUTRAL = frozenset({"permissions", "visited", "clipboard", "calculator", "messages.read", "mails.read"})


def diff(before: World, after: World, *, neutral: frozenset[str] = NEUTRAL) -> Counter[str]:
    """Lines such as `alarms + Alarm(...)`, `settings.wifi: True -> False`; empty when nothing that counts changed."""
    found: Counter[str] = Counter()
    for each in fields(before):
        old, new = getattr(before, each.name), getattr(after, each.name)
        if old == new or each.name in neutral:
            continue
        if _is_table(old) and _is_table(new):
            found += _table(each.name, old, new, neutral)
        elif hasattr(old, "__dataclass_fields__"):
            found += _record(each.name, each.name, old, new, neutral)
        else:
            found[f"{each.name}: {old!r} -> {new!r}"] += 1
    return found


def _is_table(value: Any) -> bool:
    return isinstance(value, tuple) and all(hasattr(row, "id") for row in cast(tuple[object, ...], value))


def _table(kind: str, old: tuple[Any, ...], new: tuple[Any, ...], neutral: frozenset[str]) -> Counter[str]:
    before, after = {row.id: row for row in old}, {row.id: row for row in new}
    found: Counter[str] = Counter()
    for key, row in before.items():
        if key not in after:
            found[f"{kind} - {_said(row)}"] += 1
        elif after[key] != row:
            found += _record(kind, f"{kind}[{key}]", row, after[key], neutral)
    for key, row in after.items():
        if key not in before:
            found[f"{kind} + {_said(row)}"] += 1
    return found


def _record(kind: str, name: str, old: Any, new: Any, neutral: frozenset[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for each in fields(old):
        was, now = getattr(old, each.name), getattr(new, each.name)
        if each.compare and was != now and f"{kind}.{each.name}" not in neutral:
            found[f"{name}.{each.name}: {was!r} -> {now!r}"] += 1
    return found


def _said(row: Any) -> str:
    parts = [f"{each.name}={getattr(row, each.name)!r}" for each in fields(row) if each.compare]
    return f"{type(row).__name__}({', '.join(parts)})"
