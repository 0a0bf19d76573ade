"""The scorer at work on a request part by part: what is read first, what is done next, and what the checks let through.

Which candidate is how likely comes from `scored`; what a line of a screen holds, from `reading`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentkit.cancel import Cancel
from agentkit.types import Proposal, ProposeRequest

from ..checks import against
from ..ends import idle, unfinished
from .candidates import ANSWER, CANNOT, Candidate
from .net import Net
from .reading import CLEAR, clearly, read
from .scored import Scored, call_of, proposal, scored, without
from .view import View

if TYPE_CHECKING:
    from ..session import Session

_TRIED = 8
_FIRST = re.compile(r"\bfirst\b")


def at_work(session: Session, net: Net) -> Scored:
    """Score what can be done now, for the next part of the request where one is done and nothing speaks against it."""
    while True:
        known = scored(session, net)
        view = View(session)
        if view.reads:
            known, value, sure = reading(known, view)
            if not value:
                return allowed(known, session)
            session.found(value, sure)
            continue
        if view.wanted.asks:
            known = surely(known, clearly(view, known.found))
        if not view.more or known.found[known.best].tool != "finish":
            return allowed(known, session)
        if doubtful(view):
            return allowed(without(known, [call_of(known.found[known.best], "", known.missing)]), session)
        session.course.ended(known.sure)
        session.next_part()


def surely(known: Scored, clear: Candidate | None) -> Scored:
    """The same, with a candidate that there is no doubt about far ahead of the others."""
    if clear is None or known.p[at := known.found.index(clear)] >= CLEAR:
        return known
    rest = (1.0 - CLEAR) / max(1e-9, 1.0 - known.p[at])
    p = tuple(CLEAR if place == at else each * rest for place, each in enumerate(known.p))
    return Scored(known.found, p, known.missing, known.dropped)


def reading(known: Scored, view: View) -> tuple[Scored, str, float]:
    """The same less the answers that are none; what the rest of the request needs, if it is read, and how surely."""
    held = {at: read(each, view) for at, each in enumerate(known.found) if each.tool == ANSWER}
    known_at = {at: told for at, told in held.items() if told[0]}
    clear = list(dict.fromkeys(value for value, certain in known_at.values() if certain))
    left = without(known, [call_of(known.found[at], "", "") for at in held if at not in known_at])
    if clear and (len(clear) == 1 or _FIRST.search(view.text)):
        return left, clear[0], max(CLEAR, left.of(ANSWER))
    best = left.found[left.best]
    return left, (read(best, view)[0] if best.tool == ANSWER else ""), left.sure


def allowed(known: Scored, session: Session) -> Scored:
    """The same less the likeliest calls that the checks would send back."""
    view = View(session)
    request = view.text if view.reads else session.request
    for _ in range(_TRIED):
        call = call_of(known.found[known.best], "", known.missing)
        if known.found[known.best].tool == CANNOT or not against(call, request, session):
            return known
        known = without(known, [call])
    return known


def doubtful(view: View) -> str:
    """What speaks against the end of a part."""
    why = unfinished(view.request, view.shown, view.past, "")
    return why or ("" if view.acted else idle(view.request, view.shown, view.past))


class ScorerModel:
    """The scorer alone as a model: it proposes what it finds likeliest. For measurements."""

    name = "scorer"

    def __init__(self, session: Session, net: Net) -> None:
        self.session, self.net = session, net

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        """The next call."""
        del cancel
        number = 1 + sum(len(message.calls) for message in request.messages)
        return proposal(at_work(self.session, self.net), str(number))

    def close(self) -> None:
        """Nothing is held."""
