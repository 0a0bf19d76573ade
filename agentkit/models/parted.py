"""One answer made of several: each request that a text holds is proposed for by itself.

A small model that was taught mostly on single requests answers a part as well as it answers any; a whole with three
parts it does not. The calls, the decisions and the costs are put together as if one answer had them all. Knows nothing
of engines.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from operator import add

from agentkit.models.callids import number_calls
from agentkit.models.ranking import Beside
from agentkit.propose.nearest import asked, nearest
from agentkit.slots.plan import Plan
from agentkit.slots.plan_signs import Near
from agentkit.types import DecisionPoint, Proposal, ProposeRequest, Usage

_LIKELY, _SURE = 0.5, 0.9
"""From these probabilities on a text is taken apart, and a text that is one request gets one call at most."""


def planned(request: ProposeRequest, known: Beside) -> Sequence[Plan]:
    """The ways to read what the user said last as several requests, likeliest first; none where it is not to be asked."""
    last = request.messages[-1] if request.messages else None
    filler, closeness, planner = known.filler, known.closeness, known.planner
    if filler is None or closeness is None or planner is None or last is None or not request.tools:
        return ()
    if last.role != "user" or request.max_calls < 2 or request.odds or asked(request.messages) != last.content:
        return ()

    def near(text: str) -> Near:
        best = nearest(text, request.tools, closeness)[0]
        return Near(best.tool, best.score)

    return planner.plan(last.content, {tool.name: tool for tool in request.tools}, filler, near)


def in_parts(
    request: ProposeRequest, plans: Sequence[Plan], propose: Callable[[ProposeRequest], Proposal]
) -> Proposal:
    """What is proposed for a request: at once, or for the requests of the likeliest plan one after the other."""
    best = plans[0] if plans else None
    count = len(best.texts) if best else 0
    if best is None or best.p < _LIKELY or count > request.max_calls:
        return propose(request)
    if count == 1:
        return propose(request.model_copy(update={"max_calls": 1}) if best.p >= _SURE else request)
    *before, last = request.messages
    made = [
        propose(
            request.model_copy(
                update={"max_calls": 1, "messages": (*before, last.model_copy(update={"content": text}))}
            )
        )
        for text in best.texts
    ]
    return joined(request, made, _decision(plans))


def joined(request: ProposeRequest, made: Sequence[Proposal], count: DecisionPoint) -> Proposal:
    """The proposals for the parts of a request as one; parts that want no call are left out if any does."""
    first = made[0]
    others = zip(*(one.others for one in made), strict=False)
    calling = [one for one in made if any(call.control is None for call in one.calls)]
    truncated = any(one.truncated for one in made)
    kept = calling or list(made[:1])
    calls = [call for one in kept for call in one.calls]
    return first.model_copy(
        update={
            "calls": () if truncated else number_calls(calls, request),
            "points": (count, *(point for at, one in enumerate(kept) for point in _renumbered(one.points, at))),
            "text": "\n".join(one.text for one in made),
            "truncated": truncated,
            "usage": _summed([one.usage for one in made]),
            "others": tuple(joined(request, rest, count) for rest in others),
        }
    )


def _decision(plans: Sequence[Plan]) -> DecisionPoint:
    """The choice of a plan as a decision: how many calls."""
    best, *rest = plans
    return DecisionPoint(
        field="count",
        text=str(len(best.texts)),
        p=best.p,
        mass=1.0,
        margin=best.p - max((one.p for one in rest), default=0.0),
        entropy=-sum(one.p * math.log(one.p) for one in plans if one.p > 0.0),
        legal=len(plans),
    )


def _renumbered(points: Sequence[DecisionPoint], call: int) -> Sequence[DecisionPoint]:
    """The decisions of an answer's only call as those of a later one."""
    return [
        point.model_copy(update={"field": f"{call}.{point.field[2:]}"}) if point.field.startswith("0.") else point
        for point in points
    ]


def _summed(usages: Sequence[Usage]) -> Usage:
    """What several answers cost together; what later ones found cached is no cost of the first."""
    ms: dict[str, float] = {}
    for usage in usages:
        for phase, spent in usage.ms.items():
            ms[phase] = ms.get(phase, 0.0) + spent
    names = ("prompt_tokens", "cached_tokens", "decoded_tokens", "forced_tokens", "forward_passes")
    totals = {name: 0 for name in names}
    for usage in usages:
        totals = {name: add(total, getattr(usage, name)) for name, total in totals.items()}
    return usages[0].model_copy(update={**totals, "ms": ms})
