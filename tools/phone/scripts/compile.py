"""Makes a script of a run that did what was asked; refuses where an argument came from nowhere that can be named.

Each value that was typed, tapped or said has to stand in the request, or on a screen in a place that can be found again;
each value in the request has to have been used. Knows nothing of libraries or of what runs scripts.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from agentkit.errors import AgentkitError

from ..compact import Compact, Element
from ..documents.guide import shipped
from ..documents.index import agreement
from ..documents.model import VARIES
from ..tasks.trajectory import CANNOT
from .match import values_of
from .model import Form, How, Place, Reading, Script, Step, Target, Words
from .player import title_of
from .reading import readings
from .slots import Slots
from .taken import Taken, Trail
from .target import locate, said, state_of
from .values import form, month_of

_LEAVE = frozenset({"wait", "scroll"})
_PLAIN = frozenset({"back", "home"})


class Refused(AgentkitError):  # noqa: N818 - not an error of the caller: this run makes no script
    """This run makes no script; the text says why."""


def compiled(trail: Trail) -> Script:
    """The script of a run; raises `Refused`."""
    return _Compiler(trail).script()


@dataclass
class _Compiler:
    trail: Trail
    slots: Slots = field(init=False)
    reads: dict[int, list[Reading]] = field(default_factory=dict[int, list[Reading]])
    taken: tuple[Taken, ...] = ()
    hour: str = ""
    read: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        self.slots = Slots(self.trail.request, self.trail.now)

    def script(self) -> Script:
        given = [step for step in self.trail.steps if step.tool not in _LEAVE]
        if not given or given[-1].tool != "finish":
            raise Refused("the run did not finish")
        allows, self.taken = _without_permissions(given)
        if self.taken[0].tool not in {"open_app", "home", "finish"}:
            raise Refused("it began in the middle of an app")
        steps: list[tuple[int, Step]] = []
        at = 0
        while at < len(self.taken):
            step, count = self._step(at)
            steps.append((at, step))
            at += count
        if self.slots.unused():
            start, end, _ = self.slots.unused()[0]
            raise Refused(f"nothing came of {self.trail.request[start:end]!r}")
        script = Script(request=self.trail.request, shape=self.slots.shape(), steps=self._with_reads(steps), allows=allows)
        if values_of(script, self.trail.request) != self.slots.values():
            raise Refused("its own request reads in more than one way")
        return script

    def _with_reads(self, steps: list[tuple[int, Step]]) -> tuple[Step, ...]:
        """The steps, each with what is read on the screen it begins on, and where that is."""
        if not self.reads.keys() <= {at for at, _ in steps}:
            raise Refused("something was read in the middle of taps that belong together")
        made: list[Step] = []
        for at, step in steps:
            reads = tuple(self.reads.get(at, ()))
            place = step.place or (_place(self.taken[at].shown) if reads else None)
            made.append(step.model_copy(update={"reads": reads, "place": place}))
        return tuple(made)

    def _step(self, at: int) -> tuple[Step, int]:
        """The step that begins with this call, and how many calls it stands for."""
        call = self.taken[at]
        if call.tool in _PLAIN:
            return Step(tool=call.tool), 1  # pyright: ignore[reportArgumentType]
        if call.tool == "open_app":
            return Step(tool="open_app", text=(str(call.arguments["app"]),)), 1
        if call.tool == "finish":
            return self._end(call, at), 1
        place = _place(call.shown)
        if call.tool == "type_text":
            found = _element(call.shown, str(call.arguments["field"]))
            text = self._value(str(call.arguments["text"]), at, label=found.label)
            target = Target(kind="field", label=found.label)
            return Step(tool="type_text", place=place, target=target, text=text, enter=bool(call.arguments.get("enter"))), 1
        if call.tool != "tap":
            raise Refused(f"`{call.tool}` is no step of a script")
        return self._several(at, place) or (Step(tool="tap", place=place, target=self._target(call, at)), 1)

    def _several(self, at: int, place: Place) -> tuple[Step, int] | None:
        """Taps that belong together: a day of a calendar, a value that is spelt, a count, a level."""
        call = self.taken[at]
        label = _element(call.shown, str(call.arguments["element"])).label
        if month_of(title_of(call.shown)) is not None:
            return self._calendar(at, place)
        same = self._run(at)
        if len(label) == 1:
            return self._spelt(at, place)
        level = self._level(at, same, place)
        if level is not None:
            return level, same
        slot = self.slots.take_number(same) if same > 1 else None
        if slot is not None:
            return Step(tool="tap", place=place, target=self._target(call, at), repeat=slot), same
        if same > 1:
            raise Refused(f"`{label}` was tapped {same} times, and the request does not say so")
        return None

    def _run(self, at: int) -> int:
        """How many calls from here on are the same."""
        call, count = self.taken[at], 1
        for after in self.taken[at + 1 :]:
            if after.arguments != call.arguments or _place(after.shown) != _place(call.shown):
                break
            count += 1
        return count

    def _calendar(self, at: int, place: Place) -> tuple[Step, int] | None:
        count = 0
        while at + count < len(self.taken) and self.taken[at + count].arguments.get("element") in _TURNS:
            count += 1
        if at + count >= len(self.taken):
            return None
        day = str(self.taken[at + count].arguments.get("element", ""))
        if not day.isdecimal():
            return None
        found = self.slots.find(day, words="")
        if found is None or found.form != "day":
            raise Refused(f"the request names no day that is the {day}th")
        return Step(tool="tap", place=place, day=found.of), count + 1

    def _spelt(self, at: int, place: Place) -> tuple[Step, int] | None:
        """The longest value of the request that the single characters tapped from here on spell."""
        keys = ""
        for call in self.taken[at:]:
            key = str(call.arguments.get("element", ""))
            if call.tool != "tap" or len(key) != 1:
                break
            keys += key
        fits = [(s, e) for s, e, kind in self.slots.typed if kind == "number" and keys.startswith(self.slots.request[s:e])]
        if not fits:
            return None
        best = max(fits, key=lambda span: (span[1] - span[0], span not in self.slots.used))
        found = self.slots.find(self.slots.request[best[0] : best[1]], words="")
        assert found is not None
        return Step(tool="tap", place=place, spell=found.of), best[1] - best[0]

    def _level(self, at: int, same: int, place: Place) -> Step | None:
        """Less or more, until the screen shows a number of the request."""
        call = self.taken[at]
        label = _element(call.shown, str(call.arguments["element"])).label
        first, _, what = label.partition(" ")
        other = next((t for t in call.shown.taps if t != label and t.partition(" ")[2] == what), None)
        if other is None or at + same >= len(self.taken) or not what:
            return None
        after = self.taken[at + same].shown
        for text in (e.label for e in after.elements if e.kind == "text"):
            before, _, number = text.rpartition(" ")
            shown = number.rstrip("%")
            if shown.isdecimal() and what.lower() in before.lower():
                slot = self.slots.take_number(int(shown))
                if slot is not None:
                    less = label if first == "Decrease" else other
                    more = other if less == label else label
                    return Step(tool="tap", place=place, level=slot, less=less, more=more, before=f"{before} ")
        return None

    def _target(self, call: Taken, at: int) -> Target:
        """How to find again what was tapped: by its label where that is structure, else by a value."""
        found = _element(call.shown, str(call.arguments["element"]))
        state = state_of(found)
        if _structure(found, call.shown):
            form_ = self.slots.find(found.label, words="name") if _choice(found, call.shown) else None
            target = Target(kind=found.kind, label="" if form_ else found.label, value=form_, state=state)
            return self._sure(target, found, call.shown)
        return self._sure(self._row(found, call.shown, at), found, call.shown)

    def _row(self, found: Element, shown: Compact, at: int) -> Target:
        state = state_of(found)
        whole = self.slots.find(found.label, words="name")
        if whole is not None:
            return Target(kind=found.kind, value=whole, state=state)
        start = _start(found, shown)
        if start:
            target = Target(kind=found.kind, label=start, how="start", state=state)
            if locate(target, shown, {}) is found:
                return target
        for how, text in (("label", found.label), ("line", found.detail)):
            for part in _parts(text, shown):
                value = self.slots.find(part, words="name" if len(part) > 2 else "")
                if value is not None:
                    target = Target(kind=found.kind, value=value, how=_how(how), state=state)
                    if locate(target, shown, self.slots.values()) is found:
                        return target
        value = self._reading(found.label, at)
        if value is not None:
            return Target(kind=found.kind, value=value, state=state)
        if _documented(found, shown):
            return Target(kind=found.kind, label=found.label, state=state)
        raise Refused(f"`{found.handle}` was tapped, and the request does not name it")

    def _sure(self, target: Target, found: Element, shown: Compact) -> Target:
        if locate(target, shown, {**self.slots.values(), **self.read}) is not found:
            raise Refused(f"`{found.handle}` is not the only one of its name")
        return target

    def _value(self, text: str, at: int, *, label: str = "") -> Words:
        """Where a text comes from: the request, or an earlier screen."""
        if label == "Minute":
            found = self._minute(text)
        else:
            found = self.slots.find(text, label=label) or self._reading(text, at, label=label)
        if label == "Hour":
            self.hour = found.of if found is not None else ""
        if found is None:
            raise Refused(f"{text!r} stands neither in the request nor on a screen in a place that can be found again")
        return (found,)

    def _minute(self, text: str) -> Form | None:
        """The minute of the very time that the hour before it was taken from."""
        found = Form(of=self.hour, form="minute")
        same = said(found, {**self.slots.values(), **self.read}) == text
        return found if same else None

    def _reading(self, value: str, at: int, *, label: str = "") -> Form | None:
        """A value from this screen or an earlier one, read there by the step that saw it."""
        for index in range(at, -1, -1):
            if self.taken[index].tool == "finish" and index != at:
                continue
            shown = self.taken[index].shown
            for reading, text in readings(shown, self.slots.values() | self._rows(shown)):
                for each in ("hour",) if label == "Hour" else ("text",):
                    if form(text, each, self.trail.now) == value:
                        return self._keep(reading, text, index, each)
        return None

    def _rows(self, shown: Compact) -> dict[str, str]:
        """Rows that the request names, by a name of their own for as long as nothing came of them."""
        rows = (e.label for e in shown.elements if e.handle and e.detail and len(e.label) > 2)
        known = {value.lower() for value in self.slots.values().values()}
        request = self.trail.request.lower()
        return {f"?{label}": label for label in rows if label.lower() in request and label.lower() not in known}

    def _keep(self, reading: Reading, text: str, index: int, each: str) -> Form:
        if reading.row is not None and reading.row.value is not None and reading.row.value.of.startswith("?"):
            named = self.slots.find(reading.row.value.of[1:], words="name")
            if named is None:
                raise Refused(f"`{reading.row.value.of[1:]}` cannot be told from other values of the request")
            reading = reading.model_copy(update={"row": reading.row.model_copy(update={"value": named})})
        known = next((r for r in self.reads.get(index, ()) if r.model_copy(update={"name": ""}) == reading), None)
        if known is None:
            known = reading.model_copy(update={"name": f"read{len(self.read) + 1}"})
            self.reads.setdefault(index, []).append(known)
            self.read[known.name] = text
        return Form(of=known.name, form=each)  # pyright: ignore[reportArgumentType]

    def _end(self, call: Taken, at: int) -> Step:
        answer = str(call.arguments.get("answer", ""))
        place = _place(call.shown)
        if not answer:
            return Step(tool="finish", place=place)
        if answer.startswith(CANNOT.strip()):
            return self._hopeless(answer, call, place)
        return Step(tool="finish", place=place, text=self._value(answer, at))

    def _hopeless(self, answer: str, call: Taken, place: Place) -> Step:
        """It cannot be done: only so where what is missing is missing again."""
        words = answer.split(" ")
        for at in range(len(CANNOT.split()), len(words)):
            value = " ".join(words[at:])
            found = self.slots.find(value)
            if found is not None and found.form == "text" and "down" not in call.shown.scroll:
                says = tuple(e.label for e in call.shown.elements if e.kind == "text" and value not in e.label)
                where = place.model_copy(update={"absent": (found.of,), "says": says})
                return Step(tool="finish", place=where, text=(answer.removesuffix(value), found))
        raise Refused("why it cannot be done is not that something the request names is missing")


_FEW = 4
_TURNS = frozenset({"Next month", "Previous month"})


def _how(name: str) -> How:
    return "label" if name == "label" else "line"


def _element(shown: Compact, handle: str) -> Element:
    found = shown.find(handle)
    if found is None:
        raise Refused(f"`{handle}` was not on the screen")
    return found


def _place(shown: Compact) -> Place:
    """Where a step was made: the app, and what of the screen is the app's own."""
    app = shipped().apps.get(shown.app)
    title = title_of(shown)
    fixed = app is None or any(page.title == title for page in app.pages.values())
    own = [e for e in shown.elements if e.handle and not e.listed and _structure(e, shown)]
    chosen = next((e.label for e in own if "selected" in e.state), "")
    return Place(app=shown.app, title=title if fixed else "", chosen=chosen, shows=tuple(e.label for e in own))


def _structure(element: Element, shown: Compact) -> bool:
    """Whether a label belongs to the app, by its document; without one, whether it stands in no list."""
    app = shipped().apps.get(shown.app)
    if app is None:
        return not element.listed
    parts = (part for name in app.likely(shown) for part in app.pages[name].parts)
    return any(part.label == element.label and part.kind == element.kind for part in parts)


def _documented(element: Element, shown: Compact) -> bool:
    """Whether a label belongs to any page of the app."""
    app = shipped().apps.get(shown.app)
    return app is not None and any(element.label in labels for labels in app.labels.values())


def _choice(element: Element, shown: Compact) -> bool:
    """Whether a label is one of several that can be chosen alike: a switch, or one of a list that all lead on alike."""
    if element.kind == "switch":
        return True
    app = shipped().apps.get(shown.app)
    page = app.where(shown) if app is not None else None
    parts = page.parts if page is not None else ()
    leads = next((part.leads for part in parts if part.label == element.label), "")
    return bool(leads) and sum(part.leads == leads for part in parts) >= _FEW


def _start(element: Element, shown: Compact) -> str:
    """The fixed beginning of a label whose rest differs by device, by the document."""
    app = shipped().apps.get(shown.app)
    parts = (part for page in app.pages.values() for part in page.parts) if app is not None else ()
    starts = (part.label.removesuffix(VARIES) for part in parts if part.varies and part.label != VARIES)
    return next((start for start in starts if element.label.startswith(start)), "")


def _parts(text: str, shown: Compact) -> list[str]:
    """Pieces of a row's words that may name it, the longest first; words that all rows begin with name none."""
    words = re.split(r"\s*[,.]\s+|\s+", text)
    pieces = re.split(r"\s*[,.]\s+", text)
    runs = [" ".join(words[a:b]) for a in range(len(words)) for b in range(a + 1, len(words) + 1)]
    firsts = Counter(e.label.split(" ")[0] for e in shown.elements if e.handle and " " in e.label)
    starts = {word for word, count in firsts.items() if count > 1}
    return [p for p in dict.fromkeys((*pieces, *sorted(runs, key=len, reverse=True))) if p and p not in starts]


def _without_permissions(given: list[Taken]) -> tuple[bool, tuple[Taken, ...]]:
    """The steps without those that agreed to a permission and the taps that had asked for it."""
    allows, kept = False, list[Taken]()
    for index, step in enumerate(given):
        if step.arguments.get("element") == "Allow" and agreement(step.shown) == "Allow":
            allows = True
            again = index + 1 < len(given) and kept and given[index + 1].arguments == kept[-1].arguments
            if again:
                kept.pop()
            continue
        kept.append(step)
    return allows, tuple(kept)
