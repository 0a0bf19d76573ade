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

from ..compact import Compact
from .asked import Asked, asked
from .form import next_on_form
from .index import Index, Target, agreement
from .level import further, turned
from .model import VARIES, AppDocument, Page, Part, read
from .named import Past, left
from .pad import is_pad, next_key
from .rows import Row, best_row, row_of
from .words import VERB_STEMS, changes, stems

FOLDER = Path(__file__).parent / "apps"
LONGEST = 160
_HOP = 0.2
_DEEP = 0.1
_PHRASE = 0.3
_VERB = 0.5
_NAMED = 0.25
_UNSAID = 0.25
_UNSEEN = 0.4
_LEAST = 0.35
_ELSEWHERE = 1.4
_KEYS = 10
_FRESH = 1.0
_NEW = frozenset({"Add", "New", "Create", "Compose"})

Way = tuple[str, ...]


class Guide:
    """Guidance from a set of documents."""

    def __init__(self, documents: Iterable[AppDocument]) -> None:
        self.apps = {document.package: Index(document) for document in documents if document.pages}
        held = [frozenset(word for target in app.targets for word in target.own) for app in self.apps.values()]
        held += [frozenset(stems(app.document.app)) for app in self.apps.values()]
        times = Counter(word for words in held for word in words)
        self._idf = {word: math.log(1.0 + len(self.apps) / count) / 2.0 for word, count in times.items()}
        self.vocabulary = frozenset(self._idf)
        self.best = lru_cache(maxsize=64)(self._best_of)
        self.scored = lru_cache(maxsize=64)(self._scored)

    def line(self, request: str, shown: Compact, past: Past | None = None) -> str:
        """One line for the prompt, such as `guide: Clock > Timer > Start`; empty where nothing fits."""
        way = self.way(request, shown, past)
        return f"guide: {' > '.join(way)}"[:LONGEST] if way else ""

    def way(self, request: str, shown: Compact, past: Past | None = None) -> Way:
        """The labels to go through, the next one first: an app's title where another app is to be opened."""
        past = past or Past()
        if not request or not self.apps:
            return ()
        if is_pad(shown.taps) and (shown.app in self.apps) and (key := next_key(request, shown.taps, past.keys)):
            return (key,)
        best = self.best(request)
        here = self.apps.get(shown.app)
        own = best[shown.app][0] if here is not None else 0.0
        package, (score, target) = max(best.items(), key=lambda found: found[1][0])
        if target is not None and score >= _LEAST and score > own * _ELSEWHERE:
            app = self.apps[package]
            parts = (*app.ways(app.main).get(target.page, ()), target.part)
            return (app.document.app, *(part.label for part in parts))
        return self._inside(here, asked(request), shown, past) if here is not None else ()

    def _best_of(self, request: str) -> dict[str, tuple[float, Target | None]]:
        """The best target of each app."""
        wanted = asked(request)
        found: dict[str, tuple[float, Target | None]] = {}
        for package, app in self.apps.items():
            scored = ((self._score(wanted, t, inside=False) - _DEEP * t.depth, t) for t in app.targets)
            found[package] = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        return found

    def _scored(self, request: str, package: str) -> tuple[tuple[Target, float], ...]:
        """Every function of an app with how well it answers a request, once the app is in front."""
        wanted = asked(request)
        return tuple((target, self._score(wanted, target, inside=True)) for target in self.apps[package].targets)

    def _score(self, wanted: Asked, target: Target, *, inside: bool) -> float:
        """How much of a request a target answers; which app is meant depends on nouns more than on verbs."""
        words, score = target.words, 0.0
        for word, weight in wanted.words.items():
            if word in words:
                rare = self._idf.get(word, 1.0)
                score += weight * words[word] * (rare if inside or word not in VERB_STEMS else min(rare, _VERB) * _VERB)
        if not score:
            return 0.0
        if target.own and target.part.label.lower() in wanted.text:
            score += _PHRASE * len(target.own)
        if target.below and (wanted.values or wanted.words.keys() - self._idf.keys()):
            score += _NAMED
        return score - _UNSAID * len(target.own - wanted.words.keys()) if inside else score

    def _inside(self, app: Index, wanted: Asked, shown: Compact, past: Past) -> Way:
        page = app.where(shown)
        agreed = agreement(shown) or turned(wanted, shown)
        if page is None or agreed:
            return (agreed,) if agreed else ()
        form = next_on_form(page, wanted, shown, left(wanted, shown, past))
        if form:
            return (form,)
        row = best_row(wanted, page, shown)
        search = _search(page, shown)
        best: tuple[float, Way] = (row.fits, (row.handle,)) if row is not None else (0.0, ())
        for target in app.targets:
            way = self._way_to(app, page, target, wanted, shown, past)
            if not way:
                continue
            score = self._score(wanted, target, inside=True) - _HOP * (len(way) - 1)
            if wanted.existing and way[0].label.split(" ")[0] in _NEW:
                score -= _FRESH
            labels = tuple(part.label for part in way)
            if way[0].varies:
                first, more = _resolved(way[0], row, search, wanted, shown)
                if not first:
                    continue
                labels, score = (first, *labels[1:]), score + more
            if score > best[0]:
                best = (score, labels)
        if best[1] and further(wanted, shown, best[1][0]):
            return ()
        keys = sum(len(part.label) == 1 for part in page.parts)
        return best[1] if best[0] >= (_LEAST if keys < _KEYS else 1.0) else search

    def _way_to(  # noqa: PLR0917
        self, app: Index, page: Page, target: Target, wanted: Asked, shown: Compact, past: Past
    ) -> tuple[Part, ...]:
        """The parts to a target; nothing where it cannot be reached, is already as asked, or would lead away."""
        ways = app.ways(page.name)
        if target.page not in ways or target.part.label == VARIES:
            return ()
        way = (*ways[target.page], target.part)
        if len(way) > 1 and target.part.label in app.labels[page.name]:
            return ()
        if wanted.asks and any(changes(part.label) or part.label == "Edit" for part in way):
            return ()
        if _settled(way, wanted, shown) or (target.part.kind == "switch" and target.part.label in past.touched):
            return ()
        after = app.pages.get(way[0].leads)
        other_tab = after is not None and after.title == page.title and after.chosen != page.chosen
        if other_tab and page.chosen and set(stems(page.chosen)) & wanted.words.keys():
            return ()
        return way


def _resolved(part: Part, row: Row | None, search: Way, wanted: Asked, shown: Compact) -> tuple[str, float]:
    """The label on the screen that a part which varies stands for, and what that adds to a way's score."""
    if part.label != VARIES:
        return row_of(part, wanted, shown), 0.0
    if row is not None:
        return row.handle, row.fits
    return (search[0] if search else ""), -_UNSEEN


def _settled(way: tuple[Part, ...], wanted: Asked, shown: Compact) -> bool:
    """Whether an element on the screen already holds what the request says, or cannot be used."""
    element = next((e for e in shown.elements if e.handle == way[0].label), None)
    if element is None:
        return False
    if element.kind == "switch" and wanted.state_of(element.label) in element.state:
        return True
    if element.detail in {"On", "Off"} and wanted.state_of(element.label) == element.detail.lower():
        return True
    inside = len(way) > 1 and way[-1].label in element.detail  # the row tells what lies behind it
    agrees = not inside and wanted.agrees(element.value or element.detail)
    return not element.enabled or "selected" in element.state or agrees


def _search(page: Page, shown: Compact) -> Way:
    """Where a list can be searched: the last resort."""
    found = next((part.label for part in page.parts if part.kind == "field" and part.label.startswith("Search")), None)
    return (found,) if found is not None and shown.find(found) is not None else ()


@lru_cache(maxsize=1)
def shipped() -> Guide:
    """The guide from the documents that ship with the pack: those of the simulated phone's apps."""
    return Guide(read(path) for path in sorted(FOLDER.glob("*.json")))
