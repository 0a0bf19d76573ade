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

from .documents.asked import plain
from .documents.named import dated
from .documents.words import stems
from .doubts import unasked, unsupported
from .effects import searches
from .ends import idle, unfinished, unseen
from .places import misplaced
from .pressed import pressed
from .session import Session

COUNTED = frozenset(stems("hour hours minute minutes second seconds"))
"""Words of fields that hold numbers alone."""
_PATIENCE = 3
_WAITS = 2
_DOUBTS = 3
_CIRCLES = 2
_WAIT = "wait"
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
    request = dated(session.told(task), session.driver.now())
    if call.control is Control.FINISH:
        return _ended(str(call.arguments.get("answer") or ""), request, session)
    if call.name == "tap":
        handle = str(call.arguments.get("element", ""))
        return unsupported(request, session.look(), session.past, handle) or pressed(request, session, handle)
    return _typed(call, request, session) if call.name == "type_text" else ""


def _ended(answer: str, request: str, session: Session) -> str:
    why = unfinished(request, session.look(), session.past, answer)
    if not why and not answer and (label := unseen(request, session.past, session.guide)):
        why = f"The request speaks of `{label}`, which was not looked at yet."
    still = not (why or answer or session.course.acted or session.course.foreign)
    return idle(request, session.look(), session.past) if still else why


def _typed(call: ToolCall, request: str, session: Session) -> str:
    field, text = session.look().find(str(call.arguments.get("field", ""))), str(call.arguments.get("text", ""))
    if field is None or not text or text in hours(request):
        return ""
    if field.value == text and not call.arguments.get("enter"):
        return f"`{field.handle}` holds `{text}` already."
    if COUNTED.intersection(stems(field.label)) and not text.isdecimal():
        return f"`{field.handle}` takes a number alone, not `{text}`."
    if searches(field):
        return unasked(request, text, session.earlier)
    if plain(text) in map(plain, session.past.listed):
        return f"`{text}` was tapped already: the request is about it, `{field.handle}` is not to hold it."
    why = misplaced(request, text, field, session.look(), session.past.typed)
    return why or unasked(request, text, session.earlier)


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
