"""One moment of a run as the scorer sees it: request, screen, what was done, and what documents know of the app.

Made from a session, and nothing in it comes from the inside of a device. Everything that several features need is
worked out once here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from ..carried import carried
from ..compact import Compact, Element
from ..course import Began
from ..documents.asked import Asked, asked, plain
from ..documents.index import Index, Target
from ..documents.model import VARIES, Page, Part
from ..documents.named import Past, dated, left, named, named_at
from ..documents.rows import Row, best_row
from ..documents.words import VERB_STEMS, akin, stems
from ..driver import Capability
from ..ends import unseen
from ..parts import parts, pieces, undone
from .spans import Span, longer, runs, spans

if TYPE_CHECKING:
    from ..documents.guide import Guide
    from ..session import Session

_HOP, _LEAST_ROW = 0.2, 2
_TEXT = re.compile(r'[:"“]|\b(?:that|say|says|saying|reads?|with the (?:text|words|note|message))\b', re.IGNORECASE)
_SHORT = 12
KEY = re.compile(r"([A-Z]\w*)(?::| ) *(.+)")
_LOADS = re.compile(r"\bload|wait|moment", re.IGNORECASE)
_OPENS = re.compile(r"^\W*(?:\w+\W+){0,3}?(?:open|launch|start|go to|bring up|show me|take me to)\b", re.IGNORECASE)
_APP = re.compile(r"\b(?:my|the|app|application|please)\b", re.IGNORECASE)
_NOWHERE = frozenset({"home", "launcher"})


@dataclass(frozen=True, slots=True)
class Behind:
    """The best of what a tap on something leads to: how well it answers the request, and in how many taps."""

    score: float
    hops: int
    target: Target


def _since(past: Past, began: Began) -> Past:
    """What was done since a part was begun, but for the apps that were opened."""
    return replace(past, touched=past.touched[began.touched :], rows=past.rows[began.rows :])


class View:
    """What is known before a step of a session; its request must be set."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.shown: Compact = session.look()
        self.apps = session.driver.apps() if Capability.APPS in session.driver.capabilities else ()
        self.guide: Guide | None = session.guide
        course = session.course
        self.carried = carried(session.request)
        told = self.carried
        self.pieces = told.pieces(course.read) if told is not None else pieces(session.request, self.apps)
        """What is done one after another, each for itself."""
        self.text = self.pieces[min(course.part, len(self.pieces) - 1)]
        """The one that is being done, as it is written."""
        self.past = _since(session.past, course.began) if course.part else session.past
        self.steps, self.acted = course.steps - course.began.steps, course.acted - course.began.acted
        self.backs = course.backs - course.began.backs
        if course.part:
            self.past = replace(self.past, opened=frozenset({self.title}) - {""})
        self.request = dated(self.text, session.driver.now())
        self.fields: dict[Element, dict[str, float]] = {}
        """What was worked out for each field."""

    @property
    def more(self) -> bool:
        """Whether another part comes after the one that is being done."""
        return self.session.course.part < len(self.pieces) - 1

    @property
    def reads(self) -> bool:
        """Whether what the rest of the request needs is still to be read."""
        return self.carried is not None and not self.session.course.part

    @cached_property
    def wanted(self) -> Asked:
        """The whole request."""
        return asked(self.request)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The request cut where something else is asked for."""
        return parts(self.request) or (self.request,)

    @cached_property
    def undone(self) -> str:
        """The first part of which nothing was done, as far as one can see."""
        return undone(self.request, self.shown, self.past)

    @cached_property
    def current(self) -> str:
        """The part that is being done: the first that was not begun, or that holds a value that is left."""
        if len(self.parts) < 2:
            return self.request
        missing = [part for part in self.parts if any(value in part for value in self.left)]
        return self.undone or (missing or self.parts)[0 if missing else -1]

    @cached_property
    def part(self) -> Asked:
        """`current`, read."""
        return asked(self.current)

    @cached_property
    def left(self) -> tuple[str, ...]:
        """Values of the request that were neither tapped, typed nor shown."""
        return left(self.wanted, self.shown, self.past)

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
    def named(self) -> list[Element]:
        """Elements that the request speaks of, the clearest first."""
        return named(self.wanted, self.shown)

    @cached_property
    def way(self) -> tuple[str, ...]:
        """Where the guide goes on."""
        return self.guide.way(self.current, self.shown, self.past) if self.guide is not None else ()

    @cached_property
    def index(self) -> Index | None:
        """The document of the app in front."""
        return self.guide.apps.get(self.shown.app) if self.guide is not None else None

    @cached_property
    def page(self) -> Page | None:
        """The page of the document that is in front."""
        return self.index.where(self.shown) if self.index is not None else None

    @cached_property
    def row(self) -> Row | None:
        """The row that the request names best."""
        return best_row(self.part, self.page, self.shown) if self.page is not None else None

    @cached_property
    def here(self) -> str:
        """The screen in bare words, with a space at both ends."""
        return f" {plain(' '.join(self.shown.lines(numbered=False)))} "

    @cached_property
    def taps(self) -> list[Element]:
        """What can be tapped and was not refused."""
        choices = frozenset(self.session.choices)
        return [e for e in self.shown.elements if e.handle in choices and e.enabled]

    @cached_property
    def loads(self) -> bool:
        """Whether the screen says that it is still loading."""
        return any(e.kind == "text" and _LOADS.search(e.label) for e in self.shown.elements)

    @cached_property
    def at_home(self) -> bool:
        """Whether no app is in front."""
        return self.shown.app in _NOWHERE

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
    def by_app(self) -> Mapping[str, float]:
        """By an app's title: how well the best of its functions answers the part that is being done."""
        return self._by_app(self.current)

    def _by_app(self, request: str) -> Mapping[str, float]:
        if self.guide is None:
            return {}
        best = self.guide.best(request)
        return {self.guide.apps[package].document.app: score for package, (score, _) in best.items()}

    @cached_property
    def title(self) -> str:
        """The title of the app in front."""
        return self.index.document.app if self.index is not None else ""

    def idle(self, name: str, **arguments: str) -> int:
        """How often a call left this very screen as it was."""
        return self.session.idle(f"{name} {json.dumps(arguments, sort_keys=True)}")

    def made(self, name: str, **arguments: str) -> int:
        """How often a call was made from this very screen."""
        return self.session.made(f"{name} {json.dumps(arguments, sort_keys=True)}")

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

    @property
    def vocabulary(self) -> frozenset[str]:
        """The words of the documents."""
        return self.guide.vocabulary if self.guide is not None else frozenset()
