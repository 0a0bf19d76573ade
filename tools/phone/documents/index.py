"""One app document made searchable: the ways between its pages, the words that speak for a part, the page in front."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..compact import Compact
from .model import VARIES, AppDocument, Page, Part
from .words import stems

_OWN, _APP, _WAY, _TITLE = 1.0, 1.0, 0.6, 0.5
COMMIT = frozenset({"save", "ok", "send", "create", "done", "start", "apply"})
_ABOUT = 1.0
_MAKES = re.compile(r"(?:Add|New|Create|Search|Find|Delete|Edit)\b")
_REFUSE = frozenset({"Cancel", "Don't allow"})
_CLOSE = frozenset({"Save", "OK", "Send", "Create", "Done", *_REFUSE})


@dataclass(frozen=True)
class Target:
    """A part of a page: the stems of its own label, all words that speak for it by weight, its distance from main.

    `texts` are those that speak for it, with their weights, its own label first.
    """

    page: str
    part: Part
    own: frozenset[str]
    words: Mapping[str, float]
    depth: int
    below: bool
    texts: tuple[tuple[float, str], ...] = ()


class Index:
    """One document, indexed."""

    def __init__(self, document: AppDocument) -> None:
        self.document = document
        self.main = document.pages[0].name
        self.pages = {page.name: page for page in document.pages}
        self.labels = {page.name: frozenset(part.label for part in page.parts) for page in document.pages}
        self.words = frozenset(
            w for page in document.pages for p in (page.title, *self.labels[page.name]) for w in stems(p)
        )
        """The words of all labels and titles."""
        makes = (label for labels in self.labels.values() for label in labels if _MAKES.match(label))
        self.nouns = frozenset(w for label in (*makes, document.app) for w in stems(label))
        """The words for what the app keeps, as far as its title and what adds, searches or opens it say."""
        self._ways: dict[str, dict[str, tuple[Part, ...]]] = {}
        ways = self.ways(self.main)
        self.targets = tuple(
            self._target(page, part, ways.get(page.name, ()))
            for page in document.pages
            for part in page.parts
            if part.label not in {*_REFUSE, page.chosen} and len(part.label) > 1 and not part.label.isdecimal()
        )

    def _target(self, page: Page, part: Part, way: tuple[Part, ...]) -> Target:
        words: dict[str, float] = {}
        own = stems(part.label)
        texts = (
            (_APP, self.document.app),
            *((_WAY, each.label) for each in way),
            *((_TITLE, text) for text in self._titles(way)),
            (_TITLE, f"{page.title} {page.chosen}"),
        )
        for weight, text in texts:
            for word in stems(text):
                words[word] = max(weight, words.get(word, 0.0))
        for word in own:
            words[word] = max(_OWN / len(own) ** 0.3, words.get(word, 0.0))
        below = any(step.label == VARIES for step in way)
        return Target(page.name, part, frozenset(own), words, len(way), below, ((_OWN, part.label), *texts))

    def _titles(self, way: tuple[Part, ...]) -> Iterator[str]:
        """Titles and tabs of the pages that a way from the first page passes."""
        name = self.main
        for part in way:
            yield f"{self.pages[name].title} {self.pages[name].chosen}"
            name = part.leads

    def ways(self, start: str) -> Mapping[str, tuple[Part, ...]]:
        """The shortest way of parts from a page to each that can be reached from it."""
        if start not in self._ways:
            found: dict[str, tuple[Part, ...]] = {start: ()}
            queue = deque([start])
            while queue:
                here = queue.popleft()
                for part in self.pages[here].parts:
                    if part.leads in self.pages and part.leads not in found and not self._returns(here, part):
                        found[part.leads] = (*found[here], part)
                        queue.append(part.leads)
            self._ways[start] = found
        return self._ways[start]

    def _returns(self, here: str, part: Part) -> bool:
        """Whether a part closes its page rather than opening another; tabs of one page open one another."""
        if part.label in _CLOSE:
            return True
        above = part.leads == self.main or here.startswith(f"{part.leads} > ")
        return above and not (self.pages[part.leads].chosen and self.pages[here].chosen)

    def where(self, shown: Compact) -> Page | None:
        """The page in front: the one whose fixed labels fit the screen best."""
        fits = self.fits(shown)
        best = self.pages[max(fits, key=lambda name: fits[name])]
        labels = frozenset(e.label for e in shown.elements if e.handle)
        return best if labels & self.labels[best.name] or VARIES in self.labels[best.name] else None

    def fits(self, shown: Compact) -> Mapping[str, float]:
        """How well each page fits the screen: parts that are there, less some of those that are not; title and tab."""
        labels = frozenset(e.label for e in shown.elements if e.handle)
        texts = {e.label for e in shown.elements if e.kind == "text"}
        chosen = {e.label for e in shown.elements if "selected" in e.state}
        found: dict[str, float] = {}
        for page in self.pages.values():
            known = self.labels[page.name]
            both = len(labels & known)
            missing = sum(not label.endswith(VARIES) for label in known) - both
            score = both - 0.3 * missing + (1.0 if page.title in texts else 0.0)
            found[page.name] = score + (1.5 if page.chosen in chosen else -1.5 if page.chosen else 0.0)
        return found

    def likely(self, shown: Compact) -> frozenset[str]:
        """The pages that the screen may be: those that fit about as well as the best, their titles being shown."""
        texts = {e.label for e in shown.elements if e.kind == "text"}
        fits = self.fits(shown)
        least = max(fits.values()) - _ABOUT
        return frozenset(name for name, fit in fits.items() if fit >= least and self.pages[name].title in {"", *texts})


def commit(page: Page) -> Part | None:
    """What completes a page: the button that saves a form, or the one of a question that does not refuse."""
    fields = sum(part.kind == "field" for part in page.parts)
    refusing = any(part.label in _REFUSE for part in page.parts)
    choices = [part for part in page.parts if part.label not in _REFUSE]
    if refusing and not fields and len(choices) == 1:
        return choices[0]
    if not fields or not (refusing or fields > 1):
        return None
    return next((part for part in page.parts if part.label.lower() in COMMIT), None)


def agreement(shown: Compact) -> str:
    """What agrees to a question that no document knows, asked with a button that refuses; empty for anything else."""
    taps = [tap for tap in shown.taps if tap not in _REFUSE]
    return taps[0] if len(taps) == 1 and len(shown.taps) == 2 else ""
