"""What retrieval thinks of the tools on offer, for models that were taught to read it.

A table of words knows more of them than a small decoder's layers do; a decoder knows what to do with them. So the
first few stand in the prompt of models taught to read them, after the request, and cost no other prefix. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from agentkit.retrieve import Ranking
from agentkit.types import Message, Near, ProposeRequest, ToolSpec
from agentkit.types.base import unchecked
from agentkit.words import clauses

_NAMED = 3
"""How many tools a prompt names."""
_FAR = 2.5
"""How far below the best score a tool is not worth its tokens, where one thing is asked: a twelfth of its odds."""
_near = unchecked(Near)


def with_nearest(request: ProposeRequest, ranking: Ranking | None) -> ProposeRequest:
    """The request with its nearest tools, if the user's words come last; after a result it is for the model to say."""
    last = request.messages[-1] if request.messages else None
    if ranking is None or last is None or last.role != "user" or not request.tools:
        return request
    said = asked(request.messages)
    whole = nearest(said, request.tools, ranking)
    some = tuple(nearest(part, request.tools, ranking) for part in parts(said)) if request.max_calls > 1 else ()
    return request.model_copy(update={"nearest": whole, "parts": some})


def named(request: ProposeRequest) -> tuple[Near, ...]:
    """The tools that a prompt names; where several things may be asked, those that are far from the whole text too."""
    first = request.nearest[:_NAMED]
    return first if request.parts else tuple([one for one in first if one.score > first[0].score - _FAR])


def asked(messages: Sequence[Message]) -> str:
    """What the user said since the last call of a tool: a reply to a question is no request of its own."""
    said: list[str] = []
    for message in reversed(messages):
        if message.role == "tool" or any(call.control is None for call in message.calls):
            break
        said += [message.content] if message.role == "user" else []
    return " ".join(reversed(said))


def parts(said: str) -> tuple[str, ...]:
    """What may be requests of their own in one text, split where these are joined; nothing where it is one."""
    some = [said[start:end] for start, end in clauses(said)]
    return tuple(some) if len(some) > 1 else ()


def nearest(said: str, tools: Sequence[ToolSpec], ranking: Ranking) -> tuple[Near, ...]:
    """The tools by how well they suit what was said, best first."""
    scores = ranking.scores(said, tools)  # what it learns of the tools, their vectors need too
    close = ranking.closeness(said, tools)
    best = sorted(range(len(tools)), key=lambda position: (-scores[position], position))
    return tuple([_near(tool=tools[at].name, closeness=close[at], score=scores[at]) for at in best])
