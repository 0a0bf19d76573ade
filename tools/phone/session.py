"""One phone in use: a driver, what was last seen on its screen, and what every look cost in tokens.

Knows nothing of tools' names or of models; it is what the phone's tools get as their dependency.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agentkit import Context
from agentkit.errors import Retry
from agentkit.types import Odds, Proposal, ProposeRequest

from .advice import likely, proposed
from .carried import carried
from .compact import Compact, Element, compact
from .course import Began, Course
from .documents.index import COMMIT
from .documents.named import Past, texts
from .driver import Capability, Driver, require
from .effects import leads, searches
from .pages import Pages
from .scorer import SHIPPED, Scorer
from .screen import Screen, parse
from .simulated import Simulated
from .told import lines
from .tries import Tries

if TYPE_CHECKING:
    from .documents.guide import Guide
    from .scorer.scored import Scored
    from .scripts.proposer import Scripts

_REMEMBERED = 12
_LEAVES = COMMIT - {"ok"} | {"delete", "discard", "remove"}
"""Labels after which what was opened before is not in front any more: a page like it is another one."""
_NOWHERE = frozenset({"home", "launcher"})


def characters(text: str) -> int:
    """A count for callers that have no tokenizer at hand: characters, not tokens."""
    return len(text)


class Session:
    """The phone that tools act on; `count` turns text into a number of tokens, `costs` holds it for each look.

    With `documents` a line of guidance from the app documents follows the screen, for the `request` that is being done;
    by default on the simulated phone, whose apps are documented. A guide given there speaks of other apps. `scorer`
    tells how likely each call is, by default the one that ships.
    """

    def __init__(
        self,
        driver: Driver,
        *,
        count: Callable[[str], int] = characters,
        numbered: bool = False,
        documents: bool | Guide | None = None,
        scorer: Scorer | None = None,
    ) -> None:
        self.driver = driver
        self.scorer = scorer or SHIPPED
        self.count = count
        self.numbered = numbered
        self.documents: bool | Guide = driver.name == "simulated" if documents is None else documents
        self.request = ""
        self.past, self.course = Past(), Course()
        self.touched = 0
        self.known: tuple[object, Scored] | None = None
        """What the scorer found of a moment, and of which."""
        self.costs: list[int] = []
        self.screen: Screen | None = None
        self._seen: Compact | None = None
        self._dump: tuple[str, Compact] | None = None
        self._text: tuple[Compact, str] | None = None
        self.earlier: tuple[str, ...] = ()
        self._tries = Tries()
        self._pages = Pages()
        self.doubted = 0
        """How many calls of this run the checks found to be against the request."""
        self.waited = 0
        """How many waits in a row have left the screen as it is."""
        self._run = ""
        self.scripts: Scripts | None = None

    def look(self, *, again: bool = False) -> Compact:
        """The screen in short form; the device is asked once after each action, or now when `again`."""
        if self._seen is None or again:
            self._seen = self._read(self.driver.dump())
            if self.request:
                fresh = self._pages.fresh(self._seen)
                labels = self.past.labels | {element.label for element in self._seen.elements if element.handle}
                self.past = replace(self.past, shown=self.past.shown | texts(self._seen), fresh=fresh, labels=labels)
            self.costs.append(self._seen.tokens(self.count, numbered=self.numbered))
        return self._seen

    def _read(self, dump: str) -> Compact:
        """The short form of a dump; one that is as the last was needs no reading."""
        if self._dump is None or self._dump[0] != dump:
            self.screen = parse(dump)
            self._dump = (dump, compact(self.screen))
        return self._dump[1]

    def changed(self, last: str = "") -> None:
        """The device was touched, by the call `last`: the next look asks it anew."""
        self._seen = None
        self.course.made(last)
        self.touched += 1
        self.waited = 0

    def act(self, name: str, **arguments: Any) -> Callable[[], None]:
        """Note that a call is about to be made; the function that is returned is called once it was."""
        before, call = self.text, f"{name} {json.dumps(arguments, sort_keys=True)}"

        def done() -> None:
            self.changed(name)
            self.course.still = self.text == before
            self._tries.note(before, call, idle=self.course.still)

        return done

    @property
    def text(self) -> str:
        """The screen in short form as one text; made once for each look."""
        shown = self.look()
        if self._text is None or self._text[0] is not shown:
            self._text = (shown, shown.text())
        return self._text[1]

    def idle(self, call: str) -> int:
        """How often this call (name and arguments as JSON) has left the present screen as it was."""
        return self._tries.idle(self.text, call)

    def made(self, call: str) -> int:
        """How often this call was made in this run from a screen that looked as the present one does."""
        return self._tries.made(self.text, call)

    def told(self, task: str) -> str:
        """What is to be done: the task, or where something was read for it, the rest with that in its place."""
        found = carried(task) if self.course.read else None
        return task if found is None else found.pieces(self.course.read)[1]

    def found(self, value: str, p: float) -> None:
        """What the rest of the request needs was read: that it was in sight says not that it was used."""
        self.course.found(value, p)
        self.past = replace(self.past, shown=frozenset())
        self.next_part()

    def next_part(self) -> None:
        """Go on to the next part of the request: what was done for the others does not count for it."""
        course = self.course
        course.part += 1
        course.began = Began(course.steps, course.acted, course.backs, len(self.past.touched), len(self.past.rows))
        self._tries.forget()

    def refuse(self, handle: str = "") -> None:
        """Count a call that is against the request; offer `handle` no more as long as the screen stays as it is."""
        self.doubted += 1
        if handle:
            self._tries.refuse(self.text, handle)

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be tapped, less what the checks refused on this screen; all of it where nothing else is left."""
        return self._tries.open(self.text, self.look().taps)

    def facts(self, ctx: Context[Any]) -> tuple[str, ...]:
        """The lines that stand in the prompt; what earlier runs have seen is forgotten."""
        if ctx.run_id != self._run:
            self._run, self.earlier = ctx.run_id, ()
            self._tries, self._pages = Tries(), Pages()
            self.waited = self.doubted = 0
            self.course, self.past = Course(), Past()
        self.request = ctx.task
        return self.lines()

    def propose(self, ctx: Context[Any], request: ProposeRequest) -> Proposal | None:
        """What a script proposes, where `deps` hold a folder `scripts`; or the scorer, if as sure as `deps` say."""
        return proposed(self, ctx, request)

    def odds(self, ctx: Context[Any]) -> Odds | None:
        """How likely each next call is, as the scorer finds; None without one. An intent that fits comes first."""
        return likely(self, ctx)

    def lines(self) -> tuple[str, ...]:
        """What the prompt says: the device's time, the app before, the screen in short form, guidance."""
        return lines(self)

    @property
    def guide(self) -> Guide | None:
        """What is known of the apps from their documents; None where there are none."""
        if self.documents is True:
            from .documents.guide import shipped

            self.documents = shipped()
        return self.documents or None

    def touch(self, *texts: str) -> None:
        """Note what was tapped, typed or given to an intent, for the line of what is left."""
        self.past = replace(self.past, touched=(*self.past.touched, *texts))

    def tap(self, handle: str) -> None:
        """Tap an element."""
        found, done = self.find(handle), self.act("tap", element=handle)
        self.course.acted += not leads(found, self.look(), self.guide)
        self.touch(found.label)
        rows, listed = (*self.past.rows, found.line()), frozenset({found.label} if found.listed else ())
        self.past = replace(self.past, rows=rows, listed=self.past.listed | listed)
        self.driver.tap(*found.box.centre)
        if found.label.lower() in _LEAVES:
            self._pages = Pages()
        done()
        self.course.place = found.box

    def type_text(self, handle: str, text: str, *, enter: bool = False) -> None:
        """Replace what a field holds; the keyboard is closed afterwards."""
        found = self.find(handle)
        if found.kind != "field":
            raise Retry(f"`{handle}` takes no text")
        done = self.act("type_text", field=handle, text=text, **({"enter": True} if enter else {}))
        self.touch(text)
        self.past = replace(self.past, typed=self.past.typed | {text})
        self.course.acted += not searches(found)
        self.driver.tap(*found.box.centre)
        self.driver.type(text)
        self.driver.press("enter" if enter else "escape")
        done()

    def scroll(self, way: str) -> bool:
        """Show more of a list; whether there was more."""
        before, done = self.look(), self.act("scroll", direction=way)
        self.driver.scroll(way)
        done()
        return self.look() != before

    def press(self, key: str) -> None:
        """Press a key of the device."""
        done = self.act(key)
        self.driver.press(key)
        done()

    def open_app(self, app: str) -> None:
        """Open an app by its title."""
        require(self.driver, Capability.APPS)
        before, done = self.look(), self.act("open_app", app=app)
        self.driver.open_app(app)
        if before.app not in _NOWHERE:
            last = before.lines(numbered=False)[:_REMEMBERED]
            self.earlier = tuple(f"earlier: {line}" for line in last)
            shown = frozenset(last) if not self.course.read else frozenset[str]()
            self.past = replace(self.past, shown=self.past.shown | shown)
        self._pages = Pages()
        self.touch(app)
        self.past = replace(self.past, opened=self.past.opened | {app})
        done()

    def wait(self) -> None:
        """Give the device a moment."""
        before, waited = self.text, self.waited
        self.driver.wait(1.0)
        self.changed("wait")
        self.course.still = self.text == before
        self.waited = waited + 1 if self.course.still else 0

    def find(self, handle: str) -> Element:
        """The element of this name, looked up on the screen as it is now.

        Raises:
            Retry: when it is not there (any more); the text names what is.
        """
        found = self.look(again=True).find(handle)
        if found is None or not found.enabled:
            there = ", ".join(self.look().taps[:20]) or "nothing that can be tapped"
            why = "is disabled" if found else "is not on the screen"
            raise Retry(f"`{handle}` {why}; there are: {there}")
        return found


def setup() -> Session:
    """A simulated phone with the world of seed 0, for agents that are given no phone."""
    return Session(Simulated(0))


def adb() -> Session:
    """A real device or emulator, for a spec's `setup`: that of ANDROID_SERIAL, or the only one that adb knows."""
    from .adb import Adb

    return Session(Adb())


def chromium() -> Session:
    """A web page in an installed Chromium, for a spec's `setup`: as `chromium.setup` reads the environment."""
    from .chromium.setup import from_environment

    return Session(from_environment())
