"""One moment of a run as the scorer sees it: its names, and what documents and meanings say of the way.

Everything that several features need is worked out once here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ..compact import Element
from ..documents.asked import asked, plain
from ..documents.index import Target
from ..documents.model import VARIES, Part
from ..documents.named import named_at
from ..documents.rows import Row, best_row
from ..documents.sense import shipped
from ..documents.words import VERB_STEMS, akin, stems
from ..ends import unseen
from .likeness import Likeness
from .seen import Seen
from .spans import Span, longer, runs, spans

_HOP, _LEAST_ROW = 0.2, 2
_TEXT = re.compile(r'[:"“]|\b(?:that|say|says|saying|reads?|with the (?:text|words|note|message))\b', re.IGNORECASE)
_SHORT = 12
KEY = re.compile(r"([A-Z]\w*)(?::| ) *(.+)")
_OPENS = re.compile(r"^\W*(?:\w+\W+){0,3}?(?:open|launch|start|go to|bring up|show me|take me to)\b", re.IGNORECASE)
_APP = re.compile(r"\b(?:my|the|app|application|please)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Behind:
    """The best of what a tap on something leads to: how well it answers the request, and in how many taps."""

    score: float
    hops: int
    target: Target


class View(Seen):
    """A moment with what its request names, what lies behind what can be tapped, and which app answers it."""

    @cached_property
    def unseen(self) -> str:
        """A label that the request speaks of and that was not in sight so far, by the documents of what was opened."""
        return unseen(self.request, self.past, self.guide)

    @cached_property
    def apps_named(self) -> tuple[str, ...]:
        """The apps whose titles stand in the request as they are written, in its order, that were not opened yet."""
        found = [(place, app) for app in self.apps if (place := named_at(self.text, app)) >= 0]
        longest = [(p, a) for p, a in found if not any(a != other and a in other for _, other in found)]
        return tuple(app for _, app in sorted(longest) if app not in self.past.opened)

    @cached_property
    def strange(self) -> tuple[str, ...]:
        """Runs of two words or more in the part that is being done which no document knows: names in small letters."""
        found, run = list[str](), list[str]()
        for word in [*re.findall(r"[\w'-]+|[^\w\s]", self.current), "."]:
            own = stems(word)
            if own and own[0] not in self.vocabulary and own[0] not in VERB_STEMS and not word[0].isdigit():
                run.append(word)
                continue
            found += [plain(" ".join(run))] if len(run) > 1 else []
            run = []
        return tuple(found)

    @cached_property
    def sought(self) -> tuple[str, ...]:
        """Names of the part that is being done that were neither tapped, typed nor shown."""
        touched = f" {plain(' | '.join((*self.past.touched, *self.past.rows)))} "
        mine = [plain(value) for value in self.left if value in self.current and not value[:1].isdigit()]
        return tuple(dict.fromkeys((*mine, *(run for run in self.strange if f" {run} " not in touched))))

    @cached_property
    def row_as_it_stands(self) -> Element | None:
        """A row whose label stands in the part that is being done, the longest."""
        rows = [e for e in self.shown.elements if e.listed and e.handle and len(plain(e.label)) > _LEAST_ROW]
        found = [e for e in rows if f" {plain(e.label)} " in self.part.plain and e.label not in self.past.touched]
        return max(found, key=lambda e: len(e.label), default=None)

    @cached_property
    def missing_app(self) -> bool:
        """Whether the request is to open something by a name that no app of this phone has."""
        found = _OPENS.search(self.request)
        if found is None or not self.apps or len(self.parts) > 1:
            return False
        words = [w for w in stems(_APP.sub(" ", self.request[found.end() :])) if w in self.wanted.values]
        titles = frozenset(word for app in self.apps for word in stems(app))
        return bool(words) and not titles & set(words) and not any(f" {w}" in self.here for w in words)

    @cached_property
    def waiting(self) -> frozenset[str]:
        """Words of the request that neither anything tapped, typed or opened nor a word akin to it stands for yet."""
        done = {word for text in (*self.past.touched, self.title) for own in stems(text) for word in (own, *akin(own))}
        return frozenset(word for word, weight in self.wanted.words.items() if weight >= 1.0) - done

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What may be a name in the request, in bare words: its values, runs of capitals, with the words after them."""
        names = (*self.wanted.phrases, *runs(self.request))
        forms = (form for name in names for form in (name, *longer(self.request, name)))
        return tuple(dict.fromkeys(f" {plain(form)} " for form in forms if len(form) > 1))

    @cached_property
    def spans(self) -> Mapping[str, Span]:
        """Stretches of the request that may be meant as one text on this screen."""
        labels = frozenset(word for e in self.shown.elements if not e.listed for word in stems(e.label))
        labels |= self.index.nouns if self.index is not None else frozenset()
        return {span.text: span for span in spans(self.text, labels)}

    @cached_property
    def tells(self) -> bool:
        """Whether a part of the request wants something to be said."""
        return any(asked(part).asks for part in self.parts)

    @cached_property
    def head(self) -> str:
        """The request up to a text of any words that it gives: what it is about, without what is to be written."""
        cut = _TEXT.search(self.request)
        return self.request[: cut.start()] if cut is not None and cut.start() > _SHORT else self.request

    @cached_property
    def by_head(self) -> Mapping[str, float]:
        """`by_app` for the head."""
        return self._by_app(self.head)

    @cached_property
    def way(self) -> tuple[str, ...]:
        """Where the guide goes on."""
        return self.guide.way(self.current, self.shown, self.past) if self.guide is not None else ()

    @cached_property
    def row(self) -> Row | None:
        """The row that the request names best."""
        return best_row(self.part, self.page, self.shown) if self.page is not None else None

    def part_of(self, element: Element) -> Part | None:
        """What the document says of an element: by its label, by how it begins, or as a row that varies."""
        if self.page is None:
            return None
        same = [p for p in self.page.parts if p.label == element.label]
        begins = [p for p in self.page.parts if p.varies and element.label.startswith(p.label.removesuffix(VARIES))]
        return next(iter([p for p in same if p.kind == element.kind] or same or begins), None)

    def behind(self, request: str) -> Mapping[str, Behind]:
        """By the label of a part of the page in front: the best that lies behind it, less a bit for each tap."""
        if self.index is None or self.page is None or self.guide is None:
            return {}
        ways, found = self.index.ways(self.page.name), dict[str, Behind]()
        for target, score in self.guide.scored(request, self.shown.app):
            if target.page not in ways or target.part.label == VARIES:
                continue
            way = (*ways[target.page], target.part)
            worth = score - _HOP * (len(way) - 1)
            known = found.get(way[0].label)
            if known is None or worth > known.score:
                found[way[0].label] = Behind(worth, len(way), target)
        return found

    @cached_property
    def behind_part(self) -> Mapping[str, Behind]:
        """`behind` for the part that is being done."""
        return self.behind(self.current)

    @cached_property
    def ahead(self) -> Behind | None:
        """The best of all that can be reached from the page in front."""
        return max(self.behind_part.values(), key=lambda each: each.score, default=None)

    @cached_property
    def like(self) -> Likeness | None:
        """The part that is being done, without its values, beside texts by meaning; None without a table of words."""
        sense = shipped()
        if sense is None:
            return None
        said = self.current
        for value in sorted(self.part.phrases, key=len, reverse=True):
            if not self.vocabulary.issuperset(stems(value)):  # `Do Not Disturb` is a label and no value
                said = said.replace(value, " ")
        return Likeness(sense, said, (*self.past.touched, self.title))

    @cached_property
    def meant_behind(self) -> Mapping[str, float]:
        """By the label of a part of the page in front: the best that lies behind it by meaning."""
        if self.like is None or self.index is None or self.page is None:
            return {}
        return self.like.behind(self.index, self.page.name)

    @cached_property
    def meant_apps(self) -> Mapping[str, float]:
        """By an app's title: how well the best of its functions answers the part that is being done, by meaning."""
        if self.guide is None or self.like is None:
            return {}
        return {index.document.app: self.like.best(index) for index in self.guide.apps.values()}

    @cached_property
    def by_app(self) -> Mapping[str, float]:
        """By an app's title: how well the best of its functions answers the part that is being done."""
        return self._by_app(self.current)

    def _by_app(self, request: str) -> Mapping[str, float]:
        if self.guide is None:
            return {}
        best = self.guide.best(request)
        return {self.guide.apps[package].document.app: score for package, (score, _) in best.items()}

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """Texts of the screen that begin with a key (`Email …`, `Owner: …`): what stands after each."""
        texts = [e.label for e in self.shown.elements if e.kind == "text" and not e.listed]
        return {found.group(1): found.group(2) for text in texts if (found := KEY.match(text)) is not None}

    @cached_property
    def known(self) -> float:
        """The share of the request's words that the documents or the screen know at all."""
        words = [w for w, weight in self.wanted.words.items() if weight >= 1.0 and not w[0].isdigit()]
        if not words:
            return 1.0
        here = frozenset(re.findall(r"[a-z0-9]+", self.here))
        return sum(w in self.vocabulary or any(h.startswith(w) for h in here) for w in words) / len(words)

    @cached_property
    def known_here(self) -> float:
        """The share of the words that still wait which the document of the app in front, or the screen, knows."""
        words = [word for word in self.waiting if word not in self.wanted.values and word not in VERB_STEMS]
        if not words or self.index is None:
            return 1.0
        return sum(word in self.index.words or f" {word}" in self.here for word in words) / len(words)

    @cached_property
    def best_here(self) -> float:
        """How well the best function of the app in front answers the part that is being done."""
        if self.guide is None or self.index is None:
            return 0.0
        return max((score for _, score in self.guide.scored(self.current, self.shown.app)), default=0.0)
