"""Verifiers for UI runs: two in place of built-in ones, and two that hold taps and the end against the request.

`Stuck` replaces `repetition`, which refuses any call that was made before: on a phone the same tap is often made twice,
on another screen or to count something up. `Typed` is `grounding`, and knows that the hour of `5:25 pm` is typed as 17.
`Wanted` refuses taps that the request does not ask for, `Done` an end before everything was done; what they say is in
`doubts` and `ends`. A call that was refused is no choice any more while the screen stays as it is.
"""

from __future__ import annotations

import json
import re

from agentkit.types import Check, CheckStatus, Control, ToolCall
from agentkit.verify import Scene, default_verifiers
from agentkit.verify.score import raw_score

from .compact import Element
from .documents.asked import asked, plain
from .documents.model import Page
from .documents.named import dated, left
from .documents.pad import is_pad, next_key
from .documents.words import opposite, stems
from .doubts import unasked, unsupported
from .effects import leads, searches
from .ends import REFUSE, idle, listed, question, unfinished, unseen
from .parts import parts
from .places import misplaced
from .session import Session

COUNTED = frozenset(stems("hour hours minute minutes second seconds"))
"""Words of fields that hold numbers alone."""
_PATIENCE = 3
_WAITS = 2
_DOUBTS = 3
_CIRCLES = 2
_WAIT = "wait"
_KEY = 2
_ONCE = frozenset({"take", "send", "start", "call", "share", "forward", "submit", "order", "book"})
_ALLOWED = frozenset({"Allow", "OK", "Continue"})
_OFTEN = re.compile(r"\d|\b(?:twice|times|both|again|another|two|three|four|five|all|every|each|and|more)\b", re.IGNORECASE)
_ANY = re.compile(r"\b(any|some|first|last|latest|newest|oldest|recent|next|other|another)\b")
_AFTERNOON = re.compile(r"\b(\d{1,2})(?::\d\d)? ?([ap])\.?m\b", re.IGNORECASE)


class Stuck:
    """Fails a call that left the screen as it was `patience` times before, from this very screen, or led in circles.

    A circle is a tap that led away from this very screen `circles` times before. Of waits that changed nothing, `waits`
    in a row are enough: one more would be as idle.
    """

    name = "stuck"
    price_ms = 0.02

    def __init__(self, patience: int = _PATIENCE, waits: int = _WAITS, circles: int = _CIRCLES) -> None:
        self.patience, self.waits, self.circles = patience, waits, circles

    def check(self, scene: Scene) -> Check:
        """Compare with what this session has tried."""
        session = scene.context.find(Session) if scene.context is not None else None
        if session is None:
            return Check(name=self.name, status=CheckStatus.UNSURE, evidence="There is no phone to look at.")
        for index, call in enumerate(scene.proposal.calls):
            if call.control is not None:
                continue
            limit = self.waits if call.name == _WAIT else self.patience
            idle = session.waited if call.name == _WAIT else session.idle(said(call))
            if idle >= limit:
                evidence = f"`{call.name}` changed nothing on this screen {limit} times already."
                return Check(name=self.name, status=CheckStatus.FAIL, evidence=evidence, call=index)
            if call.name == "tap" and session.made(said(call)) - idle >= self.circles:
                evidence = "This was tapped on the same screen twice already and led back to it."
                return Check(name=self.name, status=CheckStatus.FAIL, evidence=evidence, call=index)
        return Check(name=self.name, status=CheckStatus.PASS)


class Typed:
    """The built-in grounding check, which an hour of a twelve-hour clock in the request satisfies as well."""

    name = "typed"
    price_ms = 0.6

    def __init__(self) -> None:
        (self._grounding,) = default_verifiers(["grounding"])

    def check(self, scene: Scene) -> Check:
        """Every typed text comes from the request, a fact or a result."""
        if all(call.arguments.get("text") in hours(scene.task) for call in scene.proposal.calls if not call.control):
            return Check(name=self.name, status=CheckStatus.PASS)
        return self._grounding.check(scene).model_copy(update={"name": self.name})


class Wanted:
    """Fails a tap or a text that the request does not ask for: what sends, deletes, agrees, switches or keeps nothing.

    After `patience` doubts in a run, those of `Done` among them, a call that is doubted is not sent back any more.
    """

    name = "wanted"
    price_ms = 0.5

    def __init__(self, patience: int = _DOUBTS) -> None:
        self.patience = patience

    def check(self, scene: Scene) -> Check:
        """Hold each tap and each text against the request and the screen."""
        session = scene.context.find(Session) if scene.context is not None else None
        if session is None:
            return Check(name=self.name, status=CheckStatus.UNSURE, evidence="There is no phone to look at.")
        for index, call in enumerate(scene.proposal.calls):
            evidence = against(call, scene.task, session)
            if evidence:
                session.refuse(str(call.arguments.get("element", "")))
                again = session.doubted <= self.patience
                return Check(name=self.name, status=CheckStatus.FAIL, evidence=evidence, call=index, repairable=again)
        return Check(name=self.name, status=CheckStatus.PASS)


class Surer:
    """Sends a model's step back that is too unsure, where the scorer of steps knows a surer one: that is made next."""

    name = "surer"
    price_ms = 0.5

    def check(self, scene: Scene) -> Check:
        """Compare the least score of the step with the scorer's best."""
        session = scene.context.find(Session) if scene.context is not None else None
        sure = scene.context.find(float, "scorer") if scene.context is not None else None
        p = raw_score(scene.proposal)
        shown = scene.proposal.model != "scorer" and bool(scene.proposal.calls) and bool(sure)
        if not shown or p is None or session is None or not session.scorer.surer(session, p):
            return Check(name=self.name, status=CheckStatus.PASS)
        return Check(name=self.name, status=CheckStatus.FAIL, evidence="Another step is surer here.")


def against(call: ToolCall, task: str, session: Session) -> str:
    """What speaks against a call or an end; empty where nothing does."""
    request = dated(task, session.driver.now())
    if call.control is Control.FINISH:
        answer = str(call.arguments.get("answer") or "")
        why = unfinished(request, session.look(), session.past, answer)
        if not why and not answer and (label := unseen(request, session.past, session.guide)):
            why = f"The request speaks of `{label}`, which was not looked at yet."
        still = not (why or answer or session.course.acted or session.course.foreign)
        return idle(request, session.look(), session.past) if still else why
    if call.name == "tap":
        handle = str(call.arguments.get("element", ""))
        return (
            unsupported(request, session.look(), session.past, handle)
            or undoing(session, handle)
            or unnamed(request, session, handle)
            or opposed(request, session, handle)
            or again(request, session, handle)
        )
    if call.name != "type_text":
        return ""
    field, text = session.look().find(str(call.arguments.get("field", ""))), str(call.arguments.get("text", ""))
    if field is not None and text and field.value == text and not call.arguments.get("enter"):
        return f"`{field.handle}` holds `{text}` already."
    if field is not None and text and COUNTED.intersection(stems(field.label)) and not text.isdecimal():
        return f"`{field.handle}` takes a number alone, not `{text}`."
    if field is not None and not searches(field) and plain(text) in map(plain, session.past.listed):
        return f"`{text}` was tapped already: it is what the request is about, not what `{field.handle}` is to hold."
    if field is not None and text and text not in hours(request) and not searches(field):
        why = misplaced(request, text, field, session.look(), session.past.typed)
        if why:
            return why
    return unasked(request, text, session.earlier) if text and text not in hours(request) else ""


def undoing(session: Session, handle: str) -> str:
    """Why a tap would take back what the last one did: the button there has turned into its opposite."""
    element, last = session.look().find(handle), session.past.touched[-1:]
    if element is None or not last or element.box != session.course.place or session.course.last != "tap":
        return ""
    back = opposite(last[0], element.label)
    return f"`{last[0]}` was tapped here: `{handle}` would take it back." if back else ""


def unnamed(request: str, session: Session, handle: str) -> str:
    """Why a row is not to be tapped that leads nowhere: no word of it is in the request, which names another."""
    shown, wanted = session.look(), asked(request)
    element = shown.find(handle)
    if element is None or not _row(element, session) or leads(element, shown, session.guide) or len(element.label) <= _KEY:
        return ""
    words = set(stems(element.line()))
    named = words & (wanted.words.keys() | wanted.values) or any(
        w in wanted.plain for w in plain(element.line()).split()
    )
    if named or not words or _ANY.search(wanted.text) or element.handle in REFUSE or question(shown):
        return ""
    missing = [value for value in left(wanted, shown, session.past) if value[:1].isupper()]
    return f"The request does not speak of `{handle}`, but of {listed(missing)}." if missing else ""


class Done:
    """Fails an end while something speaks against it: an open question, a form not kept, a part not begun."""

    name = "done"
    price_ms = 0.5

    def __init__(self, patience: int = _DOUBTS) -> None:
        self.patience = patience

    def check(self, scene: Scene) -> Check:
        """Hold the end against the request, the screen and what was done."""
        session = scene.context.find(Session) if scene.context is not None else None
        if session is None or scene.proposal.control is not Control.FINISH:
            return Check(name=self.name, status=CheckStatus.PASS)
        evidence = against(scene.proposal.calls[0], scene.task, session)
        if not evidence:
            return Check(name=self.name, status=CheckStatus.PASS)
        session.refuse()
        again = session.doubted <= self.patience
        return Check(name=self.name, status=CheckStatus.FAIL, evidence=evidence, repairable=again)


def hours(request: str) -> frozenset[str]:
    """The hours, as a 24-hour clock writes them, of the times that the request gives with am or pm."""
    found = {int(hour) % 12 + (12 if half.lower() == "p" else 0) for hour, half in _AFTERNOON.findall(request)}
    return frozenset(form for hour in found for form in (str(hour), f"{hour:02d}"))


def said(call: ToolCall) -> str:
    """A call as one string, without its id."""
    return f"{call.name} {json.dumps(call.arguments, sort_keys=True)}"


def opposed(request: str, session: Session, handle: str) -> str:
    """Why a button does the opposite of what is asked: the request says `unpin`, and this would pin."""
    element = session.look().find(handle)
    if element is None or element.listed or element.kind != "button" or _opens(element, session):
        return ""
    said, first = f" {asked(request).plain} ", element.label.lower().partition(" ")[0]
    undone = len(first) > _KEY and f" un{first} " in said and f" {first} " not in said
    return f"The request asks for the opposite of `{handle}`." if undone else ""


def again(request: str, session: Session, handle: str) -> str:
    """Why a button is not to be pressed: it is no next key of what is asked for, or was pressed already."""
    shown, element = session.look(), session.look().find(handle)
    if element is None or element.kind != "button" or element.listed:
        return ""
    if len(element.label) == 1 and is_pad(shown.taps):
        key = next_key(request, shown.taps, session.past.keys)
        return f"The next key is `{key}`." if key and key != element.label else ""
    first = element.label.lower().partition(" ")[0]
    made = first in _ONCE and element.label in session.past.touched and session.past.touched[-1] not in _ALLOWED
    many = _OFTEN.search(request) is not None or len(parts(request)) > 1
    return f"`{handle}` was tapped already." if made and not many and not question(shown) else ""


def _row(element: Element, session: Session) -> bool:
    """Whether this is one of several things of a kind: in a list, a choice, or what documents know to vary."""
    if element.listed or (element.kind == "switch" and not element.detail):
        return True
    page = _page(session)
    return page is not None and all(part.label != element.label for part in page.parts) and element.kind == "button"


def _page(session: Session) -> Page | None:
    """The page in front, by the documents."""
    shown, guide = session.look(), session.guide
    index = guide.apps.get(shown.app) if guide is not None else None
    return index.where(shown) if index is not None else None


def _opens(element: Element, session: Session) -> bool:
    """Whether the documents know of a page that this opens."""
    page = _page(session)
    return page is not None and any(part.label == element.label and part.leads for part in page.parts)
