"""Call ids: they count from 1 over a run, so that a typed reference `{"$ref": "2"}` is short and stable.

Knows nothing of models; every engine that does not number its own calls uses this.
"""

from __future__ import annotations

from collections.abc import Iterable

from agentkit.propose.references import first_call_id
from agentkit.types import ProposeRequest, ToolCall


def number_calls(calls: Iterable[ToolCall], request: ProposeRequest) -> tuple[ToolCall, ...]:
    """The calls with ids that go on from the request's; whatever ids they had are replaced."""
    first = first_call_id(request)
    return tuple(call.model_copy(update={"id": str(first + index)}) for index, call in enumerate(calls))
