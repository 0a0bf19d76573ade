"""Models that Outlines can only ask: a vLLM server under the constraint's grammar, all others under a JSON Schema.

Their tokens are not known here. Decision points come from the token probabilities that a vLLM server gives, as for any
server (`chat_points`); the other models give none, and their confidence is not known.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, cast

import outlines
from jsonschema import Draft202012Validator

from agentkit.errors import RemoteError
from agentkit.models import outlines_vllm as vllm
from agentkit.models.base import Cancel
from agentkit.models.chat_body import messages, wrapped_schema
from agentkit.models.chat_faults import Spent
from agentkit.models.chat_points import decision_points
from agentkit.models.chat_reply import Choice, read_calls
from agentkit.models.outlines_client import Meter, faults
from agentkit.models.retrace import is_answer
from agentkit.propose.constraint import build_constraint
from agentkit.propose.dialects.plain import BARE_TEMPLATE, PlainDialect
from agentkit.propose.dialects.template import ChatTemplate
from agentkit.propose.grammar import Limits
from agentkit.types import Proposal, ProposeRequest, Usage


class Asked(NamedTuple):
    """A model that is only asked: what Outlines made, its name here, and what counts its bytes."""

    model: Any
    name: str
    meter: Meter


def by_grammar(asked: Asked, limits: Limits, request: ProposeRequest, cancel: Cancel | None) -> Proposal:
    """Ask a vLLM server (`outlines.from_vllm`) for each candidate under the request's grammar, in the plain dialect.

    Raises `RemoteError` when the server cannot be used, or does not hold the grammar.
    """
    dialect = _plain()
    constraint = build_constraint(request, dialect, limits)
    turns = dialect.conversation(request)

    def one(index: int, spent: Spent) -> Proposal:
        asked.meter.sending(spent, json.dumps(turns) + constraint.lark)
        choice, used = vllm.ask(asked.model, turns, constraint.lark, request.sampling, index)
        asked.meter.received(spent, choice.content)
        whole = choice.finish_reason != "length" and is_answer(constraint, choice.content)
        if not whole and choice.finish_reason != "length":
            raise RemoteError(
                f"the server answered with what the grammar forbids: {choice.content[:120]!r}",
                status="garbled",
                received=choice.content,
                hint="start vLLM 0.12 or later with `--structured-outputs-config.backend guidance`",
            )
        calls = constraint.parse(choice.content) if whole else ()
        points = decision_points(choice.tokens, calls, request)
        usage = Usage(prompt_tokens=used, decoded_tokens=len(choice.tokens))
        return Proposal(
            calls=calls,
            points=points,
            confidence_known=bool(points),
            model=asked.name,
            text=choice.content,
            truncated=not whole,
            usage=usage,
        )

    return _each(one, asked.meter, request, cancel)


@cache
def _plain() -> PlainDialect:
    return PlainDialect(ChatTemplate(BARE_TEMPLATE))


def by_schema(asked: Asked, request: ProposeRequest, cancel: Cancel | None) -> Proposal:
    """Ask for each candidate under a JSON Schema; an answer is checked against it before it counts.

    How it samples is the model's own affair: Outlines has no common words for that. Raises `RemoteError` when the
    server behind it cannot be used.
    """
    schema, turns = wrapped_schema(request), messages(request, "text")
    wanted = outlines.types.JsonSchema(json.dumps(schema))
    chat = outlines.inputs.Chat(cast("Any", turns))

    def one(_index: int, spent: Spent) -> Proposal:
        asked.meter.sending(spent, json.dumps([turns, schema]))
        with faults("the server", "check the client's address, its key, and the name of the model"):
            given = asked.model.generate(chat, wanted)
        text = given if isinstance(given, str) else json.dumps(given)
        asked.meter.received(spent, text)
        try:
            valid = cast("Any", Draft202012Validator(schema)).is_valid(json.loads(text))
            calls = read_calls(Choice(content=text, finish_reason="stop"), request, prose=False) if valid else ()
        except (ValueError, RemoteError):
            valid, calls = False, ()
        return Proposal(calls=calls, confidence_known=False, model=asked.name, text=text, truncated=not valid)

    return _each(one, asked.meter, request, cancel)


def _each(
    one: Callable[[int, Spent], Proposal], meter: Meter, request: ProposeRequest, cancel: Cancel | None
) -> Proposal:
    """The candidates, one after the other; usage is their sum."""
    start, made = time.perf_counter(), list[Proposal]()
    with meter.counting() as spent:
        for index in range(request.sampling.candidates):
            if cancel is not None:
                cancel.check()
            made.append(one(index, spent))
    usage = Usage(
        prompt_tokens=made[0].usage.prompt_tokens,
        decoded_tokens=sum(proposal.usage.decoded_tokens for proposal in made),
        ms={"decode": (time.perf_counter() - start) * 1000.0},
        bytes_out=spent.bytes_out,
        bytes_in=spent.bytes_in,
        attempts=spent.attempts,
    )
    return made[0].model_copy(update={"usage": usage, "others": tuple(made[1:])})
