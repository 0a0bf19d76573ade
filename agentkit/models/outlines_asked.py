"""Models that Outlines can only ask: a vLLM server under the constraint's grammar, all others under a JSON Schema.

Their tokens are not known here. Decision points come from the token probabilities that a vLLM server gives, as for any
server (`chat_points`); the other models give none, and their confidence is not known.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import cache
from typing import Any, cast

import outlines
from jsonschema import Draft202012Validator

from agentkit.errors import RemoteError
from agentkit.models import outlines_vllm as vllm
from agentkit.models.base import Cancel
from agentkit.models.chat_body import messages, wrapped_schema
from agentkit.models.chat_points import decision_points
from agentkit.models.chat_reply import Choice, read_calls
from agentkit.models.retrace import is_answer
from agentkit.propose.constraint import build_constraint
from agentkit.propose.dialects.plain import BARE_TEMPLATE, PlainDialect
from agentkit.propose.dialects.template import ChatTemplate
from agentkit.propose.grammar import Limits
from agentkit.types import Proposal, ProposeRequest, Usage


def by_grammar(model: Any, name: str, limits: Limits, request: ProposeRequest, cancel: Cancel | None) -> Proposal:
    """Ask a vLLM server (`outlines.from_vllm`) for each candidate under the request's grammar, in the plain dialect.

    Raises `RemoteError` when the server cannot be used, or does not hold the grammar.
    """
    dialect = _plain()
    constraint = build_constraint(request, dialect, limits)
    turns = dialect.conversation(request)

    def one(index: int) -> Proposal:
        choice, used = vllm.ask(model, turns, constraint.lark, request.sampling, index)
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
            model=name,
            text=choice.content,
            truncated=not whole,
            usage=usage,
        )

    return _each(one, request, cancel)


@cache
def _plain() -> PlainDialect:
    return PlainDialect(ChatTemplate(BARE_TEMPLATE))


def by_schema(model: Any, name: str, request: ProposeRequest, cancel: Cancel | None) -> Proposal:
    """Ask for each candidate under a JSON Schema; an answer is checked against it before it counts.

    How it samples is the model's own affair: Outlines has no common words for that.
    """
    schema = wrapped_schema(request)
    wanted = outlines.types.JsonSchema(json.dumps(schema))
    chat = outlines.inputs.Chat(cast("Any", messages(request, "text")))

    def one(_index: int) -> Proposal:
        given = model.generate(chat, wanted)
        text = given if isinstance(given, str) else json.dumps(given)
        try:
            valid = cast("Any", Draft202012Validator(schema)).is_valid(json.loads(text))
            calls = read_calls(Choice(content=text, finish_reason="stop"), request, prose=False) if valid else ()
        except (ValueError, RemoteError):
            valid, calls = False, ()
        return Proposal(calls=calls, confidence_known=False, model=name, text=text, truncated=not valid)

    return _each(one, request, cancel)


def _each(one: Callable[[int], Proposal], request: ProposeRequest, cancel: Cancel | None) -> Proposal:
    """The candidates, one after the other; usage is their sum."""
    start, made = time.perf_counter(), list[Proposal]()
    for index in range(request.sampling.candidates):
        if cancel is not None:
            cancel.check()
        made.append(one(index))
    usage = Usage(
        prompt_tokens=made[0].usage.prompt_tokens,
        decoded_tokens=sum(proposal.usage.decoded_tokens for proposal in made),
        ms={"decode": (time.perf_counter() - start) * 1000.0},
        attempts=len(made),
    )
    return made[0].model_copy(update={"usage": usage, "others": tuple(made[1:])})
