"""The request, the screen and what was done in one moment of a run, each read once.

Made from a session, and nothing in it comes from the inside of a device.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from ..carried import carried
from ..compact import Compact, Element
from ..course import Began
from ..documents.asked import Asked, asked, plain
from ..documents.index import Index
from ..documents.model import Page
from ..documents.named import Past, dated, left, named
from ..driver import Capability
from ..parts import parts, pieces, undone

if TYPE_CHECKING:
    from ..documents.guide import Guide
    from ..session import Session

_LOADS = re.compile(r"\bload|wait|moment", re.IGNORECASE)
_NOWHERE = frozenset({"home", "launcher"})


def _since(past: Past, began: Began) -> Past:
    """What was done since a part was begun, but for the apps that were opened."""
    return replace(past, touched=past.touched[began.touched :], rows=past.rows[began.rows :])


class Seen:
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
    def named(self) -> list[Element]:
        """Elements that the request speaks of, the clearest first."""
        return named(self.wanted, self.shown)

    @cached_property
    def index(self) -> Index | None:
        """The document of the app in front."""
        return self.guide.apps.get(self.shown.app) if self.guide is not None else None

    @cached_property
    def page(self) -> Page | None:
        """The page of the document that is in front."""
        return self.index.where(self.shown) if self.index is not None else None

    @cached_property
    def title(self) -> str:
        """The title of the app in front."""
        return self.index.document.app if self.index is not None else ""

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

    @property
    def vocabulary(self) -> frozenset[str]:
        """The words of the documents."""
        return self.guide.vocabulary if self.guide is not None else frozenset()

    def idle(self, name: str, **arguments: str) -> int:
        """How often a call left this very screen as it was."""
        return self.session.idle(f"{name} {json.dumps(arguments, sort_keys=True)}")

    def made(self, name: str, **arguments: str) -> int:
        """How often a call was made from this very screen."""
        return self.session.made(f"{name} {json.dumps(arguments, sort_keys=True)}")
