"""Plays one script on one phone: the next call, as long as the screen is what the script expects; else nothing.

Pure but for its own place in the script. Knows nothing of models, libraries or of what runs the calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ..compact import Compact, Element
from ..documents.index import agreement
from .model import Form, Place, Reading, Script, Step, Target, Words
from .reading import read
from .target import Missing, locate, said
from .values import day_of, form, month_of

_MOST = 15
_ALLOW = "Allow"
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Call:
    """A call that the script makes next: a phone tool, or `finish`."""

    tool: str
    arguments: Mapping[str, str | bool]


def title_of(shown: Compact) -> str:
    """The first text on the screen, which is its title."""
    return next((e.label for e in shown.elements if e.kind == "text"), "")


class Player:
    """One script under way."""

    def __init__(self, script: Script, values: Mapping[str, str]) -> None:
        self.script = script
        self.values = dict(values)
        self.place = 0
        self.why = ""
        self._times = 0
        self._scrolls = 0

    def next(self, shown: Compact, now: datetime | None) -> Call | None:
        """The next call on this screen; None (and `why`) where a precondition fails or the script is at its end."""
        for _ in range(_MOST):
            if self.place >= len(self.script.steps):
                return self._fail("the script is at its end")
            if self.script.allows and self.place and agreement(shown) == _ALLOW:
                self._back()
                return Call("tap", {"element": _ALLOW})
            step = self.script.steps[self.place]
            if step.place is not None and not self._there(step.place, shown):
                return self._fail(f"step {self.place + 1} expects another screen")
            call = self._call(step, shown, now)
            if call != _SKIP:
                return call
        return self._fail("the script makes no progress")

    def _back(self) -> None:
        """An app asked for a permission first: what was tapped is tapped again."""
        step = self.script.steps[self.place]
        if self._times:
            self._times -= 1
        elif not (step.repeat or step.spell):
            self.place -= 1

    def _call(self, step: Step, shown: Compact, now: datetime | None) -> Call | None:
        unread = self._read(step, shown)
        if unread is not None:
            return self._scroll(shown) if unread.row is not None else self._fail("what is to be read is not there")
        if step.level:
            return self._level(step, shown)
        if step.day:
            return self._day(step, shown, now)
        if step.spell or step.repeat:
            return self._again(step, shown)
        return self._plain(step, shown)

    def _read(self, step: Step, shown: Compact) -> Reading | None:
        """Read what a step reads; the reading that is not on this screen, if one is not."""
        for reading in step.reads:
            value = read(reading, shown, self.values)
            if value is None:
                return reading
            self.values[reading.name] = value
        return None

    def _plain(self, step: Step, shown: Compact) -> Call | None:
        if step.tool == "finish":
            return self._finish(step)
        if step.tool == "open_app":
            return self._done(Call("open_app", {"app": self._words(step.text)}))
        if step.tool in {"back", "home"}:
            return self._done(Call(step.tool, {}))
        return self._act(step, step.target, shown)

    def _act(self, step: Step, target: Target | None, shown: Compact) -> Call | None:
        assert target is not None
        found = locate(target, shown, self.values)
        if not isinstance(found, Element):
            return self._scroll(shown) if found is Missing.NONE else self._fail(f"what to act on is {found.value}")
        if step.tool == "type_text":
            text = self._words(step.text)
            if not text:
                return self._fail("there is nothing to type")
            return self._done(
                Call("type_text", {"field": found.handle, "text": text} | ({"enter": True} if step.enter else {}))
            )
        return self._done(Call("tap", {"element": found.handle}))

    def _again(self, step: Step, shown: Compact) -> Call | None:
        """A tap that is repeated, or the next character of a value that is spelt."""
        value = said(Form(of=step.spell or step.repeat), self.values)
        many = len(value) if step.spell else int(value) if value.isdecimal() else 0
        if not 0 < many <= _MOST:
            return self._fail(f"{value!r} is not a number of taps")
        if self._times >= many:
            self.place, self._times = self.place + 1, 0
            return _SKIP
        target = Target(kind="button", label=value[self._times]) if step.spell else step.target
        assert target is not None
        found = locate(target, shown, self.values)
        if not isinstance(found, Element):
            return self._fail(f"what to act on is {found.value}")
        self._times += 1
        return Call("tap", {"element": found.handle})

    def _day(self, step: Step, shown: Compact, now: datetime | None) -> Call | None:
        """A day of a calendar, after turning to its month."""
        day, shows = day_of(self.values[step.day], now), month_of(title_of(shown))
        if day is None or shows is None:
            return self._fail("there is no calendar, or no such day")
        if shows != (day.year, day.month):
            self._times += 1
            turn = "Next month" if shows < (day.year, day.month) else "Previous month"
            there = turn in shown.taps and self._times <= _MOST
            return Call("tap", {"element": turn}) if there else self._fail("the calendar does not turn")
        self._times = 0
        return self._act(step, Target(kind="button", label=str(day.day)), shown)

    def _level(self, step: Step, shown: Compact) -> Call | None:
        """Less or more of something until the screen shows the number that is wanted."""
        wanted = said(Form(of=step.level), self.values)
        text = next((e.label for e in shown.elements if e.kind == "text" and e.label.startswith(step.before)), "")
        has = text.removeprefix(step.before).rstrip("%")
        if not has.isdecimal() or not wanted.isdecimal() or self._times > _MOST:
            return self._fail("the level cannot be read")
        if int(has) == int(wanted):
            self.place, self._times = self.place + 1, 0
            return _SKIP
        self._times += 1
        label = step.more if int(has) < int(wanted) else step.less
        return Call("tap", {"element": label}) if label in shown.taps else self._fail(f"`{label}` is not there")

    def _finish(self, step: Step) -> Call | None:
        answer = self._words(step.text)
        if step.text and not answer:
            return self._fail("there is no answer")
        self.place += 1
        return Call("finish", {"answer": answer})

    def _there(self, place: Place, shown: Compact) -> bool:
        """Whether the screen is the one a step expects; `absent` values must not be on it, nor further down."""
        texts = {e.label for e in shown.elements if e.kind == "text"}
        if shown.app != place.app or not texts.issuperset(place.says):
            return False
        if place.title and title_of(shown) != place.title:
            return False
        if place.chosen and not any(e.label == place.chosen and "selected" in e.state for e in shown.elements):
            return False
        labels = {e.label for e in shown.elements if e.handle}
        if len(labels.intersection(place.shows)) < _MOSTLY * len(place.shows):
            return False
        gone = {self.values[name].lower() for name in place.absent}
        rows = {e.label.lower() for e in shown.elements if e.kind != "field"}
        return not gone or (not gone & rows and "down" not in shown.scroll)

    def _scroll(self, shown: Compact) -> Call | None:
        """Further down the list, where what is wanted may be."""
        self._scrolls += 1
        if "down" not in shown.scroll or self._scrolls > _MOST:
            return self._fail("what to act on is not on the screen")
        return Call("scroll", {"direction": "down"})

    def _done(self, call: Call) -> Call:
        self.place, self._scrolls = self.place + 1, 0
        return call

    def _fail(self, why: str) -> None:
        self.why = why

    def _words(self, words: Words) -> str:
        """A text with its values; empty where one of them is missing."""
        parts = [
            word if isinstance(word, str) else form(self.values.get(word.of, ""), word.form, None) for word in words
        ]
        return "".join(part or "" for part in parts) if all(parts) else ""


_SKIP = Call("", {})
