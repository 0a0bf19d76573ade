"""Explores an app breadth first on several phones in step, and writes down its structure.

The phones hold different contacts, messages and files, so that what they share is structure. On phones that can be set
back (simulated ones) everything is tapped; on any other nothing that cannot be undone, and a place is found again by
opening the app and walking there. That goes by names: a row that acts at once under a harmless name (a favourite that
is called) cannot be told, so a real device should be one that can bear it. Knows nothing of tasks, oracles or models.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from agentkit.errors import Failed, Retry

from ..driver import Driver
from ..screen import Box
from ..session import Session
from ..simulated import Simulated
from .model import VARIES, AppDocument, Page, Part
from .sight import Seen, Sight, alike, most, page_of, united
from .words import changes

_SCROLLS = 6
_UP = "Navigate up"
_CANCEL = "Cancel"


@dataclass(frozen=True)
class Spot:
    """A place in an app: the steps to it, and how each phone gets there again (None: it cannot)."""

    way: tuple[tuple[Page, Part], ...]
    returns: tuple[Callable[[], None] | None, ...]


def explore(drivers: Sequence[Driver], app: str, *, pages: int = 60, depth: int = 7) -> AppDocument:
    """Explore an app by its title on phones with different contents; `pages` and `depth` bound the search."""
    return _Explorer([Session(driver) for driver in drivers], app, pages, depth).run()


class _Explorer:
    def __init__(self, phones: Sequence[Session], app: str, pages: int, depth: int) -> None:
        self.phones, self.app, self.most, self.depth = phones, app, pages, depth
        self.resettable = all(isinstance(phone.driver, Simulated) for phone in phones)
        self.package = ""
        self.pages: dict[str, Page] = {}

    def run(self) -> AppDocument:
        for phone in self.phones:
            phone.open_app(self.app)
        root = Spot((), tuple(self._return(phone, ()) for phone in self.phones))
        sights = self._sights(root)
        self.package = sights[0].package
        self.pages["main"] = page_of("main", sights)
        queue = [("main", root)]
        for name, spot in queue:
            if len(spot.way) < self.depth:
                queue += self._follow(name, spot)
        return AppDocument(app=self.app, package=self.package, pages=tuple(self.pages.values()))

    def _follow(self, name: str, spot: Spot) -> Iterator[tuple[str, Spot]]:
        """Tap every part of a page; the pages that are new, and where they are."""
        for part in self.pages[name].parts:
            if not self._safe(part) or len(self.pages) >= self.most:
                continue
            after = self._tap(spot, self.pages[name], part)
            sights = self._sights(after)
            if not sights or len(sights) * 3 < len(self.phones):
                continue
            known = set(self.pages)
            target = self._arrive(sights, after)
            if target not in {name, f"app:{self.package}"}:
                self._lead(name, part, target)
            if target in self.pages and target not in known:
                yield target, after

    def _arrive(self, sights: Sequence[Sight], spot: Spot) -> str:
        """The page that is shown, added to the known ones if it is new; another app by its package."""
        sights = most(sights)
        if sights[0].package != self.package:
            return f"app:{sights[0].package}"
        page = page_of(" > ".join(part.label for _, part in spot.way), sights)
        same = next((known for known in self.pages.values() if alike(known, page)), None)
        if same is None:
            self.pages[page.name] = page
            return page.name
        self.pages[same.name] = united(same, page)
        return same.name

    def _lead(self, name: str, part: Part, target: str) -> None:
        page = self.pages[name]
        same = (part.kind, part.label)
        parts = (p.model_copy(update={"leads": target}) if (p.kind, p.label) == same else p for p in page.parts)
        self.pages[name] = page.model_copy(update={"parts": tuple(parts)})

    def _safe(self, part: Part) -> bool:
        if part.kind == "field" or part.label == _CANCEL:
            return False
        if not part.varies and (len(part.label) <= 1 or part.label.isdecimal()):
            return False  # keys of a pad, days of a month
        return self.resettable or not (changes(part.label) or part.kind == "switch")

    def _tap(self, spot: Spot, page: Page, part: Part) -> Spot:
        way = (*spot.way, (page, part))
        returns: list[Callable[[], None] | None] = []
        for phone, there in zip(self.phones, spot.returns, strict=True):
            if there is not None:
                there()
            returns.append(self._return(phone, way) if there is not None and touch(phone, page, part) else None)
        return Spot(way, tuple(returns))

    def _return(self, phone: Session, way: tuple[tuple[Page, Part], ...]) -> Callable[[], None]:
        driver = phone.driver
        if isinstance(driver, Simulated):
            state = driver.phone.state

            def back() -> None:
                driver.phone.state = state
                phone.changed()

            return back

        def walk() -> None:
            phone.open_app(self.app)
            for page, part in way:
                touch(phone, page, part)

        return walk

    def _sights(self, spot: Spot) -> list[Sight]:
        found: list[Sight] = []
        for phone, there in zip(self.phones, spot.returns, strict=True):
            if there is not None:
                there()
                found.append(sight_of(phone))
                there()
        return found


def touch(phone: Session, page: Page, part: Part) -> bool:
    """Tap a part, or the first of what varies, further down the list if need be; whether it was there."""
    for _ in range(_SCROLLS):
        shown = phone.look()
        handle = next((e.handle for e in shown.elements if e.handle and e.enabled and fits(e.label, page, part)), None)
        if handle is not None:
            try:
                phone.tap(handle)
            except (Retry, Failed):
                return False
            return True
        if "down" not in shown.scroll or not phone.scroll("down"):
            return False
    return False


def fits(label: str, page: Page, part: Part) -> bool:
    """Whether an element of this label is the part: by its name, by its beginning, or as one of what varies."""
    if not part.varies or label == _UP:
        return label == part.label
    if part.label != VARIES:
        return label.startswith(part.label.removesuffix(VARIES))
    others = (other for other in page.parts if other.label != VARIES)
    return not any(fits(label, page, other) for other in others)


def sight_of(phone: Session) -> Sight:
    """What a phone shows, read to the end of its list."""
    found: dict[tuple[str, str], tuple[str, bool]] = {}
    package = title = ""
    for _ in range(_SCROLLS):
        shown = phone.look()
        ids = _ids(phone)
        package = package or shown.app
        title = title or next((e.label for e in shown.elements if e.kind == "text"), "")
        for element in shown.elements:
            if element.handle and element.label != _UP:
                found.setdefault((element.kind, element.label), (ids.get(element.box, ""), "selected" in element.state))
        if "down" not in shown.scroll or not phone.scroll("down"):
            break
    counted = Counter(name for name, _ in found.values())
    places: Counter[str] = Counter()
    elements: list[Seen] = []
    for (kind, label), (name, selected) in found.items():
        elements.append(Seen(kind, label, name, places[name], counted[name], selected))
        places[name] += 1
    return Sight(package, title, tuple(elements))


def _ids(phone: Session) -> dict[Box, str]:
    screen = phone.screen
    nodes = (node for node in screen.walk() if node.actionable) if screen is not None else ()
    return {node.box: node.id.rsplit("/", 1)[-1] for node in nodes}
