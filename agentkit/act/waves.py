"""In which order calls run: waves of calls that do not wait for each other.

Pure. A call waits for the calls it refers to. Calls that change the world also keep their place among all others,
because a model that writes two of them in a row may mean the order: only reads run side by side, unless `parallel` is
"all" (LLMCompiler, arXiv 2312.04511, runs whatever has no reference in parallel). Knows nothing of how a call runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from agentkit.types import Effect, ToolCall
from agentkit.verify.references import references, refers

Parallel = Literal["none", "reads", "all"]


def waves(
    calls: Sequence[ToolCall], effects: Mapping[str, Effect], parallel: Parallel = "reads"
) -> tuple[tuple[ToolCall, ...], ...]:
    """The calls in waves, each as early as it may run; a call of an unknown tool counts as a change.

    A reference to a call that is not among `calls`, or that stands later, is no reason to wait; whether it can be
    followed is found out when the call runs.
    """
    if len(calls) == 1:
        return (tuple(calls),)
    level: dict[str, int] = {}
    placed: list[list[ToolCall]] = []
    barrier = -1
    for call in calls:
        wave = max([barrier, *(level[call_id] for call_id in needs(call) if call_id in level)]) + 1
        if parallel == "none" or (parallel == "reads" and effects.get(call.name) is not Effect.READ):
            wave = len(placed)
            barrier = wave
        if wave == len(placed):
            placed.append([])
        placed[wave].append(call)
        level[call.id] = wave
    return tuple(tuple(wave) for wave in placed)


def needs(call: ToolCall) -> tuple[str, ...]:
    """The ids of the calls that a call refers to, each once."""
    if not refers(call.arguments):
        return ()
    return tuple(dict.fromkeys(found.call_id for found in references(cast("Any", call.arguments))))
