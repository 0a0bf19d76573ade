"""Makes a script of a run that did what was asked; refuses where an argument came from nowhere that can be named.

Each value that was typed, tapped or said has to stand in the request, or on a screen where it can be found again; each
value in the request has to have been used. Knows nothing of libraries or of what runs scripts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..compact import Compact, Element
from ..documents.index import agreement
from ..documents.words import STOP
from .match import values_of
from .model import Form, How, Place, Reading, Script, Slot, Step, Target, Words
from .reading import readings
from .slots import Slots
from .structure import fixed_start, is_choice, is_documented, is_structure, pieces_of, place_of
from .taken import Refused, Taken, Trail, element_of
from .taps import together
from .target import locate, said, state_of
from .values import form

_LEAVE = frozenset({"wait", "scroll"})
_PLAIN = frozenset({"back", "home"})
_GENERAL = frozenset({"please", "switch", "turn", "set", "show", "look", "phone"})
_NEGATIVE = ("Not possible", "There is no", "I cannot")


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
        if not _says_something(self.slots.shape()):
            raise Refused("apart from its values the request has no word of its own")
        script = Script(
            request=self.trail.request, shape=self.slots.shape(), steps=self._with_reads(steps), allows=allows
        )
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
            place = step.place or (place_of(self.taken[at].shown) if reads else None)
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
        place = place_of(call.shown)
        if call.tool == "type_text":
            found = element_of(call.shown, call.arguments["field"])
            text = self._value(str(call.arguments["text"]), at, label=found.label)
            target = Target(kind="field", label=found.label)
            return Step(
                tool="type_text", place=place, target=target, text=text, enter=bool(call.arguments.get("enter"))
            ), 1
        if call.tool != "tap":
            raise Refused(f"`{call.tool}` is no step of a script")
        step, count = together(self.taken, self.slots, at) or (Step(tool="tap"), 1)
        alone = not (step.day or step.spell or step.level)
        target = self._target(call, at) if alone else None
        return step.model_copy(update={"place": place, "target": target}), count

    def _target(self, call: Taken, at: int) -> Target:
        """How to find again what was tapped: by its label where that is structure, else by a value."""
        found = element_of(call.shown, call.arguments["element"])
        state = state_of(found)
        if is_structure(found, call.shown):
            form_ = self.slots.find(found.label, words="name") if is_choice(found, call.shown) else None
            target = Target(kind=found.kind, label="" if form_ else found.label, value=form_, state=state)
            return self._sure(target, found, call.shown)
        return self._sure(self._row(found, call.shown, at), found, call.shown)

    def _row(self, found: Element, shown: Compact, at: int) -> Target:
        state = state_of(found)
        whole = self.slots.find(found.label, words="name")
        if whole is not None:
            return Target(kind=found.kind, value=whole, state=state)
        start = fixed_start(found, shown)
        if start:
            target = Target(kind=found.kind, label=start, how="start", state=state)
            if locate(target, shown, {}) is found:
                return target
        for how, text in (("label", found.label), ("line", found.detail)):
            for part in pieces_of(text, shown):
                value = self.slots.find(part, words="name" if len(part) > 2 else "")
                if value is not None:
                    target = Target(kind=found.kind, value=value, how=_how(how), state=state)
                    if locate(target, shown, self.slots.values()) is found:
                        return target
        value = self._reading(found.label, at)
        if value is not None:
            return Target(kind=found.kind, value=value, state=state)
        if is_documented(found, shown):
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
        place = place_of(call.shown)
        if not answer:
            return Step(tool="finish", place=place)
        if answer.startswith(_NEGATIVE):
            return self._hopeless(answer, call, place)
        return Step(tool="finish", place=place, text=self._value(answer, at))

    def _hopeless(self, answer: str, call: Taken, place: Place) -> Step:
        """It cannot be done: only so where what is missing is missing again."""
        words = answer.split(" ")
        for at in range(1, len(words)):
            value = " ".join(words[at:])
            found = self.slots.find(value, words="name")
            if found is not None and found.form == "text" and "down" not in call.shown.scroll:
                says = tuple(e.label for e in call.shown.elements if e.kind == "text" and value not in e.label)
                where = place.model_copy(update={"absent": (found.of,), "says": says})
                return Step(tool="finish", place=where, text=(answer.removesuffix(value), found))
        raise Refused("why it cannot be done is not that something the request names is missing")


def _how(name: str) -> How:
    return "label" if name == "label" else "line"


def _says_something(shape: tuple[str | Slot, ...]) -> bool:
    """Whether the fixed words say what is wanted: `… off` or `where is …` could be about anything."""
    words = {word.strip(",.:;?!\"'") for piece in shape if isinstance(piece, str) for word in piece.lower().split()}
    return any(len(word) > 1 and word not in STOP | _GENERAL for word in words)


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
