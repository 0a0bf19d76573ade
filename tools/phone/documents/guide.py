"""A line of guidance for the prompt: which labels lead from the screen in front to what the request's words name.

Made from the documents, the request and the screen alone: words of the request are matched with labels, titles and the
way there, rare words counting more (as in BM25's idf). Knows nothing of tasks, oracles or models, and may be wrong.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from ..compact import Compact, Element
from .asked import Asked, asked
from .index import Index, Target, agreement, commit
from .model import VARIES, AppDocument, Page, Part, read
from .words import VERB_STEMS, stems

FOLDER = Path(__file__).parent / "apps"
LONGEST = 160
_HOP = 0.2
_DEEP = 0.03
_ROW = 1.5
_PHRASE = 0.8
_LEAST = 0.35
_ELSEWHERE = 1.4
_VERB = 0.6
_NAMED = 0.25

Way = tuple[str, ...]


class Guide:
    """Guidance from a set of documents."""

    def __init__(self, documents: Iterable[AppDocument]) -> None:
        self.apps = {document.package: Index(document) for document in documents}
        held = [frozenset(word for target in app.targets for word in target.own) for app in self.apps.values()]
        held += [frozenset(stems(app.document.app)) for app in self.apps.values()]
        times = Counter(word for words in held for word in words)
        self._idf = {
            word: min(_VERB if word in VERB_STEMS else 9.0, math.log(1.0 + len(self.apps) / count) / 2.0)
            for word, count in times.items()
        }
        self._best = lru_cache(maxsize=64)(self._best_of)

    def line(self, request: str, shown: Compact) -> str:
        """One line for the prompt, such as `guide: Clock > Timer > Start`; empty where nothing fits."""
        way = self.way(request, shown)
        return f"guide: {' > '.join(way)}"[:LONGEST] if way else ""

    def way(self, request: str, shown: Compact) -> Way:
        """The labels to go through, the next one first: an app's title where another app is to be opened."""
        if not request:
            return ()
        best = self._best(request)
        here = self.apps.get(shown.app)
        own = best[shown.app][0] if here is not None else 0.0
        package, (score, target) = max(best.items(), key=lambda found: found[1][0])
        if target is not None and score >= _LEAST and score > own * _ELSEWHERE:
            app = self.apps[package]
            return (
                app.document.app,
                *(part.label for part in app.ways(app.main).get(target.page, ())),
                target.part.label,
            )
        return self._inside(here, asked(request), shown) if here is not None else ()

    def _best_of(self, request: str) -> dict[str, tuple[float, Target | None]]:
        """The best target of each app."""
        wanted = asked(request)
        found: dict[str, tuple[float, Target | None]] = {}
        for package, app in self.apps.items():
            scored = ((self._score(wanted, target) - _DEEP * target.depth, target) for target in app.targets)
            found[package] = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        return found

    def _score(self, wanted: Asked, target: Target) -> float:
        words = target.words
        score = sum(weight * words[w] * self._idf.get(w, 1.0) for w, weight in wanted.words.items() if w in words)
        if not score:
            return 0.0
        if target.own and target.part.label.lower() in wanted.text:
            score += _PHRASE * max(wanted.words.get(word, 0.0) for word in target.own)
        if target.below and (wanted.values or wanted.words.keys() - self._idf.keys()):
            score += _NAMED
        return score

    def _inside(self, app: Index, wanted: Asked, shown: Compact) -> Way:
        page = app.where(shown)
        agreed = agreement(shown)
        if page is None or agreed:
            return (agreed,) if agreed else ()
        form = self._form(page, wanted, shown)
        if form is not None:
            return (form,)
        row, fits = _row(wanted, page, shown)
        ways, search = app.ways(page.name), _search(page, shown)
        best: tuple[float, Way] = (fits, (row.handle,)) if row is not None else (0.0, ())
        for target in app.targets:
            if target.page not in ways or target.part.label == VARIES:
                continue
            way = (*ways[target.page], target.part)
            score = self._score(wanted, target) - _HOP * (len(way) - 1)
            labels = tuple(part.label for part in way)
            if len(way) > 1 and target.part.label in app.labels[page.name]:
                continue
            if way[0].varies:
                if row is None and not search:
                    continue
                first = (row.handle,) if row is not None else search
                labels, score = (*first, *labels[1:]), score + fits
            elif _settled(way[0], wanted, shown):
                continue
            if score > best[0]:
                best = (score, labels)
        if best[0] < _LEAST:
            return search
        return best[1]

    def _form(self, page: Page, wanted: Asked, shown: Compact) -> str | None:
        """On a form, the next field that the request speaks of, then what saves it; None where there is no form."""
        end = commit(page)
        if end is None:
            return None
        plain = [
            p
            for p in page.parts
            if p.kind == "button" and p != end and not p.varies and not p.leads.startswith(page.name)
        ]
        for part in plain:
            own = stems(part.label)
            if (
                fields_of(page)
                and own
                and all(wanted.words.get(word, 0.0) > 0.2 for word in own)
                and shown.find(part.label)
            ):
                return part.label
        spoken = {part.label for part in page.parts if part.kind == "field" and self._spoken(part, wanted)}
        fields = [part.label for part in page.parts if part.kind == "field"]
        for element in shown.elements:
            part = next((p for p in page.parts if p.label == element.label and element.handle), None)
            if part is None or part == end or part.kind == "switch":
                continue
            if part.kind == "field":
                first = not spoken and part.label == fields[0] or set(stems(part.label)) & _NAMES
                if (first and not element.value) or (part.label in spoken and not wanted.agrees(element.value or "")):
                    return element.handle
            elif part.leads and fields and self._spoken(part, wanted) and not wanted.agrees(element.detail):
                return element.handle
        return end.label if shown.find(end.label) is not None else None

    def _spoken(self, part: Part, wanted: Asked) -> bool:
        return any(wanted.words.get(word, 0.0) > 0.3 for word in stems(part.label))


def fields_of(page: Page) -> int:
    return sum(part.kind == "field" for part in page.parts)


_NAMES = frozenset(stems("name title"))


def _settled(part: Part, wanted: Asked, shown: Compact) -> bool:
    """Whether an element on the screen already holds what the request says, or cannot be used."""
    element = next((e for e in shown.elements if e.handle == part.label), None)
    if element is None:
        return False
    return not element.enabled or "selected" in element.state or wanted.agrees(element.value or element.detail)


def _row(wanted: Asked, page: Page, shown: Compact) -> tuple[Element | None, float]:
    """The row that differs by device and that the request names best, and how well."""
    fixed = {part.label for part in page.parts if not part.varies}
    rows = [e for e in shown.elements if e.handle and e.enabled and e.kind != "field" and e.label not in fixed]
    rows = [row for row in rows if row.label != "Navigate up"]
    counts = Counter(word for row in rows for word in set(stems(f"{row.label} {row.detail}")))
    best: tuple[float, Element | None] = (0.0, None)
    said = wanted.values | frozenset(word for word in wanted.words)
    for row in rows:
        own, more = set(stems(row.label)), set(stems(row.detail))
        score = sum(1.0 / counts[word] for word in own & said) / max(1, len(own))
        score += 0.6 * sum(1.0 / counts[word] for word in (more - own) & wanted.values)
        if len(row.label) > 1 and row.label.lower() in wanted.text or row.label in wanted.times:
            score += 1.0
        if (row.kind == "switch") != wanted.toggles and page.name == "main":
            score *= 0.8
        if score > best[0]:
            best = (score, row)
    return (best[1], _ROW * min(best[0], 1.0)) if best[0] >= 0.45 else (None, 0.0)


def _search(page: Page, shown: Compact) -> Way:
    """Where a list can be searched: the last resort."""
    found = next((part.label for part in page.parts if part.kind == "field" and part.label.startswith("Search")), None)
    return (found,) if found is not None and shown.find(found) is not None else ()


@lru_cache(maxsize=1)
def shipped() -> Guide:
    """The guide from the documents that ship with the pack: those of the simulated phone's apps."""
    return Guide(read(path) for path in sorted(FOLDER.glob("*.json")))
