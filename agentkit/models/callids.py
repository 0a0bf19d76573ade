"""Call ids: they count from 1 over a run, so that a typed reference `{"$ref": "2"}` is short and stable.

Knows nothing of models; every engine that does not number its own calls uses this.
"""

from __future__ import annotations

from collections.abc import Iterable

from agentkit.types import ProposeRequest, ToolCall


def next_call_id(request: ProposeRequest) -> int:
    """The number that the next call of this run gets: one more than the highest seen in the request."""
    seen = [call.id for message in request.messages for call in message.calls]
    seen += [message.call_id for message in request.messages if message.call_id]
    seen += list(request.results)
    return 1 + max((int(text) for text in seen if text.isascii() and text.isdigit()), default=0)


def number_calls(calls: Iterable[ToolCall], request: ProposeRequest) -> tuple[ToolCall, ...]:
    """The calls with ids that go on from the request's; whatever ids they had are replaced."""
    first = next_call_id(request)
    return tuple(call.model_copy(update={"id": str(first + index)}) for index, call in enumerate(calls))
