"""The row of a list that a request names: rows differ by device, so they are matched on the screen itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ..compact import Compact, Element
from .asked import Asked
from .model import VARIES, Page, Part
from .words import stems

_WORTH = 1.5
_DETAIL = 1.0
_OTHER_KIND = 0.4
_LEAST = 0.45


@dataclass(frozen=True, slots=True)
class Row:
    """A row's handle and how well the request names it, in the guide's units."""

    handle: str
    fits: float


def best_row(wanted: Asked, page: Page, shown: Compact) -> Row | None:
    """The row that the request names best, if it names one; words that the screen's title says already do not count."""
    rows = _rows(page, shown)
    counts = Counter(word for row in rows for word in set(stems(f"{row.label} {row.detail}")))
    known = {word for e in shown.elements if e.kind == "text" for word in stems(e.label)}
    said = (wanted.values | wanted.words.keys()) - known
    best: tuple[float, Element | None] = (0.0, None)
    mixed = len({row.kind for row in rows}) > 1
    for row in rows:
        own, more = set(stems(row.label)), set(stems(row.detail))
        score = sum(1.0 / counts[word] for word in own & said) / max(1, len(own))
        score += _DETAIL * sum(1.0 / counts[word] for word in (more - own - known) & wanted.values)
        if (len(row.label) > 1 and row.label.lower() in wanted.text) or row.label in wanted.times:
            score += 1.0
        if mixed and (row.kind == "switch") != wanted.toggles:
            score *= _OTHER_KIND
        if score > best[0]:
            best = (score, row)
    score, row = best
    return Row(row.handle, _WORTH * min(score, 1.0)) if row is not None and score >= _LEAST else None


def _rows(page: Page, shown: Compact) -> list[Element]:
    """What on the screen is neither structure nor a field."""
    fixed = {part.label for part in page.parts if not part.varies} | {"Navigate up"}
    starts = tuple(p.label.removesuffix(VARIES) for p in page.parts if p.varies and p.label != VARIES)
    found = [e for e in shown.elements if e.handle and e.enabled and e.kind != "field" and e.label not in fixed]
    return [e for e in found if e.kind == "switch" or not (starts and e.label.startswith(starts))]


def row_of(part: Part, wanted: Asked, shown: Compact) -> str:
    """The handle of the row that begins as the part does: the one that the request names, or the only one."""
    start = part.label.removesuffix(VARIES)
    found = [tap for tap in shown.taps if tap.startswith(start)]
    fits = {tap: len(set(stems(tap.removeprefix(start))) & (wanted.words.keys() | wanted.values)) for tap in found}
    best = max(found, key=lambda tap: fits[tap], default="")
    return best if best and (fits[best] or len(found) == 1) else ""
