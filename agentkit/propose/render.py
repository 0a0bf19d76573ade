"""Making a request fit: what is left out, and in which order, when a prompt is longer than the context.

First the texts of tool results go, oldest first; then whole turns, oldest first. The tools, the facts and the last
user turn never do. Knows nothing of tokens but how many there are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from agentkit.errors import ContextOverflowError
from agentkit.types import Message, ProposeRequest

LEFT_OUT = "(left out)"

_T = TypeVar("_T")


def fit(request: ProposeRequest, measure: Callable[[ProposeRequest], tuple[int, _T]], room: int) -> tuple[_T, int]:
    """What `measure` makes of the longest version of the request that has at most `room` tokens.

    `measure` gives the length of a version in tokens, and the version in the form wanted. Also returns how many
    cuts were needed. Raises `ContextOverflowError` when even the shortest version is too long.
    """
    length, made = measure(request)
    if length <= room:
        return made, 0
    cuts = _cuts(request)
    low, high = 0, len(cuts)
    shortest, best = measure(cuts[-1]) if cuts else (length, made)
    if shortest > room:
        least = f", {shortest} without what may be left out" if shortest < length else ", and nothing may be left out"
        raise ContextOverflowError(
            f"the prompt has {length} tokens{least}; there is room for {room}",
            hint="show fewer tools (`retrieve.top_k`), shorten the request or the facts, or raise `context`",
        )
    while high - low > 1:
        middle = (low + high) // 2
        length, made = measure(cuts[middle - 1])
        low, high, best = (low, middle, made) if length <= room else (middle, high, best)
    return best, high


def _cuts(request: ProposeRequest) -> list[ProposeRequest]:
    """Ever shorter versions of a request."""
    messages = list(request.messages)
    versions: list[ProposeRequest] = []
    for index, message in enumerate(messages):
        if message.role == "tool" and len(message.content) > len(LEFT_OUT):
            messages[index] = message.model_copy(update={"content": LEFT_OUT})
            versions.append(request.model_copy(update={"messages": tuple(messages)}))
    turns = _turns(messages)
    for count in range(1, len(turns)):
        kept = tuple(message for turn in turns[count:] for message in turn)
        versions.append(request.model_copy(update={"messages": kept}))
    return versions


def _turns(messages: list[Message]) -> list[list[Message]]:
    """The messages grouped so that each group but perhaps the first starts with a user's words."""
    turns: list[list[Message]] = []
    for message in messages:
        if message.role == "user" or not turns:
            turns.append([])
        turns[-1].append(message)
    return turns
