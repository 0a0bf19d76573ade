"""One answer made of several: each request that a text holds is proposed for by itself.

A small model that was taught mostly on single requests answers a part as well as it answers any; a whole with three
parts it does not. The calls, the decisions and the costs are put together as if one answer had them all. Knows nothing
of engines.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from agentkit.models.callids import number_calls
from agentkit.models.ranking import Beside
from agentkit.propose.nearest import asked
from agentkit.slots.plan import Plan
from agentkit.slots.plan_signs import nearness
from agentkit.types import Control, DecisionPoint, Proposal, ProposeRequest, Usage

_SEVERAL, _ONE = 0.2, 0.8
"""Up to this probability that a text is one request it is taken apart; from that on it gets one call at most.

Measured on requests for tools that nothing was fitted to: a wrong cut costs more than one that is missed."""


def taken_apart(request: ProposeRequest, known: Beside, propose: Callable[[ProposeRequest], Proposal]) -> Proposal:
    """What is proposed for a request, part by part where it holds several; the time for telling that is counted."""
    start = time.perf_counter()
    plans = planned(request, known)
    spent = 1000.0 * (time.perf_counter() - start)
    made = in_parts(request, plans, propose)
    return made.model_copy(update={"usage": made.usage.model_copy(update={"ms": {**made.usage.ms, "plan": spent}})})


def planned(request: ProposeRequest, known: Beside) -> Sequence[Plan]:
    """The ways to read what the user said last as several requests, likeliest first; none where that is settled."""
    last = request.messages[-1] if request.messages else None
    filler, ranking, planner = known.filler, known.ranking, known.planner
    if filler is None or ranking is None or planner is None or last is None or not request.tools:
        return ()
    if last.role != "user" or request.max_calls < 2 or request.odds or asked(request.messages) != last.content:
        return ()

    tools = {tool.name: tool for tool in request.tools}
    return planner.plan(last.content, tools, filler, nearness(request.tools, ranking))


def in_parts(request: ProposeRequest, plans: Sequence[Plan], propose: Callable[[ProposeRequest], Proposal]) -> Proposal:
    """What is proposed for a request: at once, or for the requests of the likeliest plan one after the other."""
    alone = sum(plan.p for plan in plans if len(plan.texts) == 1)
    several = [plan for plan in plans if 1 < len(plan.texts) <= request.max_calls]
    if alone >= _ONE and plans:
        return propose(request.model_copy(update={"max_calls": 1}))
    if alone > _SEVERAL or not several or several[0] is not plans[0]:
        return propose(request)
    best = several[0]
    *before, last = request.messages
    made = [
        propose(
            request.model_copy(
                update={"max_calls": 1, "messages": (*before, last.model_copy(update={"content": text}))}
            )
        )
        for text in best.texts
    ]
    if any(one.control is Control.ASK for one in made):
        return propose(request)  # half of it should not be done while the other half is asked about
    return joined(request, made, _decision(best, plans))


def joined(request: ProposeRequest, made: Sequence[Proposal], count: DecisionPoint) -> Proposal:
    """The proposals for the parts of a request as one; parts that want no call are left out if any does.

    How sure that was stays among the decisions.
    """
    first = made[0]
    others = zip(*(one.others for one in made), strict=False)
    calling = [one for one in made if any(call.control is None for call in one.calls)]
    truncated = any(one.truncated for one in made)
    kept = calling or list(made[:1])
    dropped = [one for one in made if all(one is not other for other in kept)]
    calls = [call for one in kept for call in one.calls]
    return first.model_copy(
        update={
            "calls": () if truncated else number_calls(calls, request),
            "points": (
                count,
                *(point for at, one in enumerate(kept) for point in _renumbered(one.points, at)),
                *(point for one in dropped for point in one.points if point.field == "tool"),
            ),
            "text": "\n".join(one.text for one in made),
            "truncated": truncated,
            "usage": _summed([one.usage for one in made]),
            "others": tuple(joined(request, rest, count) for rest in others),
        }
    )


def _decision(best: Plan, plans: Sequence[Plan]) -> DecisionPoint:
    """The choice of a plan as a decision: how many calls."""
    return DecisionPoint(
        field="count",
        text=str(len(best.texts)),
        p=best.p,
        mass=1.0,
        margin=best.p - max((one.p for one in plans if one is not best), default=0.0),
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
    """What several answers cost together."""
    ms: dict[str, float] = {}
    for phase, spent in ((phase, spent) for usage in usages for phase, spent in usage.ms.items()):
        ms[phase] = ms.get(phase, 0.0) + spent
    return Usage(
        prompt_tokens=sum(usage.prompt_tokens for usage in usages),
        cached_tokens=sum(usage.cached_tokens for usage in usages),
        decoded_tokens=sum(usage.decoded_tokens for usage in usages),
        forced_tokens=sum(usage.forced_tokens for usage in usages),
        forward_passes=sum(usage.forward_passes for usage in usages),
        ms=ms,
    )
