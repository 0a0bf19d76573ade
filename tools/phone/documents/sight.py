"""Tells structure from values: what several phones show at the same place becomes the parts of one page.

Structure is what all phones show, what is the same wherever its id occurs, and what takes turns at its place (`Pin`,
`Unpin`). Everything else is a value. Knows nothing of drivers or of how a place was reached.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from .model import VARIES, Page, Part
from .words import irreversible

_ALIKE = 0.7
_NEAR = 0.3
_TURNOVER = 1.25


@dataclass(frozen=True, slots=True)
class Seen:
    """An element as one phone shows it; `place` counts the elements of its id on that screen, of `of` in all."""

    kind: str
    label: str
    id: str
    place: int
    of: int
    selected: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """What one phone shows, its list read to the end."""

    package: str
    title: str
    elements: tuple[Seen, ...]


def most(sights: Sequence[Sight]) -> list[Sight]:
    """The largest group of phones that show the same thing; others may ask for a permission, say."""
    groups: list[list[Sight]] = []
    for sight in sights:
        near = next((group for group in groups if _near(group[0], sight)), None)
        if near is None:
            groups.append([sight])
        else:
            near.append(sight)
    return max(groups, key=len)


def _near(one: Sight, other: Sight) -> bool:
    a, b = ({(e.kind, e.id) for e in sight.elements} for sight in (one, other))
    return one.package == other.package and (len(a & b) >= _NEAR * len(a | b))


def page_of(name: str, sights: Sequence[Sight]) -> Page:
    """The page that the phones agree on."""
    titles = {sight.title for sight in sights}
    chosen = Counter(e.label for sight in sights for e in sight.elements if e.selected).most_common(1)
    return Page(
        name=name,
        title=titles.pop() if len(titles) == 1 else "",
        chosen=chosen[0][0] if chosen else "",
        parts=tuple(_parts(sights)),
    )


def alike(one: Page, other: Page) -> bool:
    """Whether two sights are of one page: the same title and tab, and mostly the same parts."""
    if (one.title, one.chosen) != (other.title, other.chosen):
        return False
    a, b = ({(part.kind, part.label) for part in page.parts} for page in (one, other))
    return len(a & b) >= _ALIKE * min(len(a), len(b)) and bool(a & b)


def united(known: Page, again: Page) -> Page:
    """A page with what it also showed at another time; what stands in a list of values then is a value."""
    have = {(part.kind, part.label) for part in known.parts}
    lists = {part.kind for part in known.parts if part.label == VARIES}
    more = (p for p in again.parts if (p.kind, p.label) not in have and p.kind not in lists)
    return known.model_copy(update={"parts": (*known.parts, *more)})


def _parts(sights: Sequence[Sight]) -> Iterator[Part]:
    fixed = _fixed(sights)
    starts = _starts([e for sight in sights for e in sight.elements if e.label not in fixed], len(sights))
    given: set[tuple[str, str]] = set()
    for sight in sights:
        for element in sight.elements:
            label = element.label
            if label not in fixed:
                label = f"{start} {VARIES}" if (start := label.split(" ")[0]) in starts else VARIES
            if (element.kind, label) not in given:
                given.add((element.kind, label))
                yield Part(kind=element.kind, label=label, irreversible=irreversible(label))  # pyright: ignore[reportArgumentType]


def _fixed(sights: Sequence[Sight]) -> frozenset[str]:
    """The labels that are structure."""
    shown = Counter(label for sight in sights for label in {e.label for e in sight.elements})
    by_id: defaultdict[str, list[Seen]] = defaultdict(list)
    by_place: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for sight in sights:
        for element in sight.elements:
            by_id[element.id].append(element)
            by_place[element.id, element.place].append(element.label)
    fixed = {label for label, count in shown.items() if count == len(sights)}
    for name, found in by_id.items():
        usual = median(sum(e.id == name for e in sight.elements) for sight in sights)
        if len(sights) > 1 and usual > 1 and len({e.label for e in found}) > _TURNOVER * usual:
            fixed -= {e.label for e in found}  # a list of values that happens to hold the same one everywhere
        if (
            name
            and len(found) * 2 >= len(sights)
            and all(e.of == 1 for e in found)
            and len({e.label for e in found}) == 1
        ):
            fixed.add(found[0].label)
    for labels in by_place.values():
        if len(sights) > 3 and len(labels) * 2 >= len(sights) and len(set(labels)) <= 2:
            fixed.update(labels)
    return frozenset(fixed)


def _starts(values: Sequence[Seen], phones: int) -> frozenset[str]:
    """First words that many of the values share (`Pause 0:05:00`): they tell what a row is for."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for value in values:
        first, _, rest = value.label.partition(" ")
        if rest and value.of == 1 and value.id.startswith(first.lower()):
            found[first].add(rest)
    return frozenset(first for first, rests in found.items() if len(rests) >= min(3, phones))
