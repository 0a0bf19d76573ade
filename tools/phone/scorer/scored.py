"""The scorer at work on a session: how likely each next call is, as odds for a model or as a proposal of its own."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from agentkit.types import (
    Control,
    DecisionPoint,
    Odds,
    Proposal,
    ToolCall,
    ValueOdds,
)

from ..course import Kind
from ..documents.index import COMMIT
from ..documents.words import changes
from .candidates import ANSWER, CANNOT, Candidate, candidates
from .features import features
from .fields import elsewhere
from .net import Array, Net
from .view import KEY, View

if TYPE_CHECKING:
    from ..session import Session

NOT_POSSIBLE = "Not possible: "
_ARGUMENT = {"tap": "element", "type_text": "field", "scroll": "direction", "open_app": "app"}
TOOLS = ("tap", "type_text", "scroll", "back", "home", "open_app", "wait")
_LEAST = 1e-4
_CIRCLES = 2
_AGAIN = 0.2
"""What is left of the odds of a tap that led away from this screen and back: a pop-up may have been in its way."""
_IDLE = 0.1
_ELSEWHERE = 0.05
"""What is left of the odds of a text whose kind another empty field is for."""
_GIVES_UP = (0.15, 0.4, 1.0)
"""What is left of the odds of giving up, by how often the run went back from somewhere."""
_ENDS = frozenset({"finish", ANSWER, CANNOT})


@dataclass(frozen=True)
class Scored:
    """The candidates of one moment and the probability of each; `missing` is what was not found, for a refusal.

    `dropped` is the probability of what was left out, as the checks speak against it.
    """

    found: tuple[Candidate, ...]
    p: tuple[float, ...]
    missing: str
    dropped: float = 0.0

    @cached_property
    def best(self) -> int:
        """The place of the likeliest; where that is to fill in a field, whatever the text, its likeliest text."""
        field = max(self.fields, key=self.fields.__getitem__, default="")
        first = max(range(len(self.p)), key=self.p.__getitem__)
        if self.fields.get(field, 0.0) <= self.p[first] and self.found[first].tool != "type_text":
            return first
        texts = [at for at, each in enumerate(self.found) if each.tool == "type_text" and each.handle == field]
        return max(texts, key=self.p.__getitem__)

    @cached_property
    def fields(self) -> dict[str, float]:
        """By field: the probability of all its texts."""
        found = defaultdict[str, float](float)
        for candidate, p in zip(self.found, self.p, strict=True):
            if candidate.tool == "type_text":
                found[candidate.handle] += p
        return found

    @cached_property
    def sure(self) -> float:
        """How sure the likeliest is; what else a form takes may come before or after it, and speaks not against it."""
        chosen, p = self.found[self.best], self.p[self.best]
        rest = math.sqrt(1.0 - self.dropped)
        if not _fills(chosen) or not self.fields:
            return p * rest
        filling = sum(p for candidate, p in zip(self.found, self.p, strict=True) if _fills(candidate))
        own = p / max(self.fields[chosen.handle], 1e-9) if chosen.tool == "type_text" else 1.0
        return min(filling, own) * rest

    def mass(self, chosen: Candidate) -> float:
        """The probability of all calls of this tool on this element."""
        return sum(
            p
            for each, p in zip(self.found, self.p, strict=True)
            if (each.tool, each.handle) == (chosen.tool, chosen.handle) and (each.handle or each.value == chosen.value)
        )

    def of(self, *tools: str) -> float:
        """The probability of these tools together."""
        return sum(p for candidate, p in zip(self.found, self.p, strict=True) if candidate.tool in tools)


def _fills(candidate: Candidate) -> bool:
    """Whether something fills in a part of a form: a text, or what stands on it with its value."""
    element = candidate.element
    if candidate.tool == "type_text":
        return True
    return candidate.tool == "tap" and element is not None and not element.listed and bool(element.detail)


def scored(session: Session, net: Net) -> Scored:
    """Score everything that can be done now."""
    view = View(session)
    key = (id(net), session.text, session.touched, session.doubted, session.request, session.course.part)
    if session.known is not None and session.known[0] == key:
        return session.known[1]
    found = candidates(view)
    made = weighed(view, found, net.odds(*features(view, found)))
    session.known = (key, made)
    return made


def weighed(view: View, found: Sequence[Candidate], odds: Array) -> Scored:
    """The candidates with these odds, less what would go in circles."""
    fresh = np.array([_fresh(view, candidate) for candidate in found])
    odds = odds * fresh / max(float((odds * fresh).sum()), 1e-9)
    missing = next(iter((*view.left, *view.wanted.phrases)), "nothing like it")
    return Scored(tuple(found), tuple(map(float, odds)), missing)


def _fresh(view: View, candidate: Candidate) -> float:
    """What is left of a candidate's odds: less where it was done on this very screen and led back to it.

    Waiting is for a screen that does not move, and giving up for one who has looked about.
    """
    course, element = view.session.course, candidate.element
    if candidate.tool == "tap":
        return _tapped(view, candidate.handle)
    if candidate.tool == "type_text" and element is not None:
        again = view.made("type_text", field=candidate.handle, text=candidate.value)
        return 0.0 if again else _ELSEWHERE if elsewhere(view, element, candidate.value) else 1.0
    return {
        "open_app": float(view.made("open_app", app=candidate.value) < _CIRCLES),
        "back": float(not view.made("back")),
        "scroll": float(not view.made("scroll", direction=candidate.value)),
        "wait": 1.0 if course.still or view.loads else _IDLE,
        CANNOT: _GIVES_UP[min(view.backs, len(_GIVES_UP) - 1)],
    }.get(candidate.tool, 1.0)


def _tapped(view: View, handle: str) -> float:
    idle = view.idle("tap", element=handle)
    led = view.made("tap", element=handle) - idle
    return 0.0 if idle > _CIRCLES or led >= _CIRCLES else _AGAIN if led else 1.0


def without(known: Scored, refused: Sequence[ToolCall]) -> Scored:
    """The same less calls that were refused in this very moment."""
    said = [(call.name, call.arguments) for call in refused]
    calls = [call_of(candidate, "", known.missing) for candidate in known.found]
    kept = [at for at, call in enumerate(calls) if (call.name, call.arguments) not in said]
    total = sum(known.p[at] for at in kept)
    if len(kept) == len(calls) or total <= 0.0:
        return known
    dropped = 1.0 - (1.0 - known.dropped) * total / sum(known.p)
    found, p = tuple(known.found[at] for at in kept), tuple(known.p[at] / total for at in kept)
    return Scored(found, p, known.missing, dropped)


def told(known: Scored, sharpness: float) -> Odds:
    """The scores as odds for a model: of the tools, of no call, of the values of arguments; `sharpness` is a power."""
    tools, values = defaultdict[str, float](float), defaultdict[tuple[str, str], defaultdict[str, float]](_empty)
    for candidate, p in zip(known.found, known.p, strict=True):
        if candidate.tool in _ENDS:
            continue
        tools[candidate.tool] += p
        if candidate.tool in _ARGUMENT:
            values[candidate.tool, _ARGUMENT[candidate.tool]][candidate.handle or candidate.value] += p
    return Odds(
        tools={tool: max(tools[tool], _LEAST) ** sharpness for tool in TOOLS},
        none=max(known.of(*_ENDS), _LEAST) ** sharpness,
        values=tuple(
            ValueOdds(tool=tool, argument=name, values={v: max(p, _LEAST) ** sharpness for v, p in some.items()})
            for (tool, name), some in values.items()
        ),
    )


def _empty() -> defaultdict[str, float]:
    return defaultdict(float)


def kind_of(candidate: Candidate) -> Kind:
    """What a candidate does, as far as its label and role tell."""
    if candidate.tool == "type_text":
        return "text"
    if candidate.tool in {"finish", ANSWER}:
        return "end"
    element = candidate.element
    if candidate.tool != "tap" or element is None:
        return ""
    keeps = not element.listed and (changes(element.label) or element.label.lower().split(" ")[0] in COMMIT)
    return "change" if keeps or element.kind == "switch" else ""


def proposal(known: Scored, key: str, rests: float = 1.0) -> Proposal:
    """The likeliest candidate as a proposal, as sure as the scorer is of it, and no surer than what it rests on."""
    chosen = known.found[known.best]
    tool = known.of(*_ENDS) if chosen.tool in _ENDS else known.of(chosen.tool)
    points = [_point("tool", chosen.tool, max(tool, known.sure))]
    if chosen.tool in _ARGUMENT or chosen.tool in _ENDS:
        name, mine = _ARGUMENT.get(chosen.tool, "answer"), known.mass(chosen) / max(tool, 1e-9)
        fills = _fills(chosen) and bool(known.fields)
        points.append(_point(f"0.{name}", chosen.handle or chosen.value, known.sure if fills else mine))
    if rests < 1.0:
        points.append(_point("course", "what was done before", rests))
    return Proposal(calls=(call_of(chosen, key, known.missing),), points=tuple(points), model="scorer")


def call_of(candidate: Candidate, key: str, missing: str) -> ToolCall:
    """A candidate as the call that an agent makes; ends are FINISH calls."""
    if candidate.tool in _ENDS:
        answer = f"{NOT_POSSIBLE}{missing} was not found" if candidate.tool == CANNOT else _answer(candidate)
        return ToolCall(id=key, name=Control.FINISH.value, arguments={"answer": answer})
    name = _ARGUMENT.get(candidate.tool)
    arguments: dict[str, str | bool] = {} if name is None else {name: candidate.handle or candidate.value}
    if candidate.tool == "type_text":
        arguments |= {"text": candidate.value} | ({"enter": True} if candidate.enter else {})
    return ToolCall(id=key, name=candidate.tool, arguments=dict(arguments))


def _answer(candidate: Candidate) -> str:
    """What is said at the end: what stands after a key, or a line of the screen; nothing where nothing is asked."""
    key = KEY.match(candidate.value) if candidate.element is not None and candidate.element.kind == "text" else None
    return key.group(2) if key is not None and ":" in candidate.value[: key.start(2)] else candidate.value


def _point(field: str, text: str, p: float) -> DecisionPoint:
    p = min(1.0, max(0.0, p))
    return DecisionPoint(field=field, text=text, p=p, mass=1.0, margin=max(0.0, 2 * p - 1), entropy=0.0, legal=2)


def best_of(known: Scored, count: int = 3) -> Sequence[tuple[Candidate, float]]:
    """The likeliest candidates with their probabilities, for people who look into it."""
    order = sorted(range(len(known.p)), key=lambda at: -known.p[at])[:count]
    return [(known.found[at], known.p[at]) for at in order]
