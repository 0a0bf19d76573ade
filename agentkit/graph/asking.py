"""What the model is asked in one step: the request, and the numbering of the calls that come back.

Knows nothing of verdicts. The order of tools and turns only ever grows at its end, so that a prompt's prefix stays the
same from step to step; what changes from moment to moment stands among the facts.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import JsonValue

from agentkit.graph.session import Session
from agentkit.graph.state import State
from agentkit.graph.told import odds_of_deps
from agentkit.registry import Context
from agentkit.types import Control, JsonSchema, Proposal, ProposeRequest, ToolCall, ToolSpec
from agentkit.types.base import unchecked

_request = unchecked(ProposeRequest)


def build_request(state: State, session: Session, context: Context[Any]) -> ProposeRequest:
    """The request of the step under way, at the moment of `context`; dynamic enums are taken afresh."""
    parts = session.parts
    return _request(
        tools=offered(state, session, context),
        messages=session.turns(state),
        controls=controls(session),
        system=parts.system,
        facts=facts(session, context),
        odds=odds_of_deps(context),
        results=return_schemas(state, session),
        output=parts.output,
        max_calls=parts.options.max_calls,
        sampling=parts.options.sampling,
    )


def offered(state: State, session: Session, context: Context[Any]) -> tuple[ToolSpec, ...]:
    """The chosen tools as they are at this moment; one without a choice for a required argument is left out."""
    registry = session.parts.registry
    resolved = (registry.get(name).resolve(context) for name in state.get("tools", ()))
    return tuple(spec for spec in resolved if spec is not None)


def controls(session: Session) -> tuple[Control, ...]:
    """The controls that are legal now: those of the spec, or those that can lead somewhere."""
    parts = session.parts
    if parts.options.controls is not None:
        return parts.options.controls
    legal = [Control.ABSTAIN]  # in the order of `Control`
    if parts.options.loop == "until_done" and parts.policy.can_ask:
        legal.append(Control.ASK)
    if parts.options.loop == "until_done" or parts.output is not None:
        legal.append(Control.FINISH)
    if parts.escalator is not None and parts.escalator.available and parts.policy.can_escalate:
        legal.append(Control.DEFER)
    return tuple(legal)


def facts(session: Session, context: Context[Any]) -> tuple[str, ...]:
    """The volatile lines: the time, and what the agent's own source of facts says."""
    parts = session.parts
    now = context.now
    lines = [_clock(now.year, now.month, now.day, now.hour, now.minute)] if parts.options.clock else []
    if parts.facts is not None:
        lines += parts.facts(context)
    return tuple(lines)


@lru_cache(maxsize=4)
def _clock(year: int, month: int, day: int, hour: int, minute: int) -> str:
    """The line that says what time it is; written once a minute."""
    return f"now: {datetime(year, month, day, hour, minute):%A %Y-%m-%d %H:%M}"


def return_schemas(state: State, session: Session) -> dict[str, JsonSchema]:
    """The declared return schemas of the calls that succeeded, by call id; each is looked up once."""
    registry, known = session.parts.registry, session.returns
    results = session.results(state)
    if len(results) > len(known):
        for call_id, result in results.items():
            if call_id not in known:
                declared = result.ok and result.name in registry
                known[call_id] = registry.get(result.name).spec.returns if declared else None
    return {call_id: schema for call_id, schema in known.items() if schema is not None}


def renumber(proposal: Proposal, first: int) -> Proposal:
    """The proposal with call ids that count on from `first`; references within it follow."""
    wanted = [str(first + position) for position in range(len(proposal.calls))]
    if [call.id for call in proposal.calls] == wanted:
        return proposal
    names = {call.id: new for call, new in zip(proposal.calls, wanted, strict=True) if call.id}
    calls = tuple(
        ToolCall(
            id=new, name=call.name, arguments={key: _follow(value, names) for key, value in call.arguments.items()}
        )
        for call, new in zip(proposal.calls, wanted, strict=True)
    )
    return proposal.model_copy(update={"calls": calls})


def _follow(value: JsonValue, names: dict[str, str]) -> JsonValue:
    if isinstance(value, list):
        return [_follow(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    followed = {key: _follow(item, names) for key, item in value.items()}
    reference = value.get("$ref")
    if isinstance(reference, str) and value.keys() <= {"$ref", "path"}:
        followed["$ref"] = names.get(reference, reference)
    return followed
