"""Which calls of a run are done, so that a model which proposes them again has nothing left to say.

Pure. Knows nothing of verdicts or of what is decided.
"""

from __future__ import annotations

from collections.abc import Iterable

from agentkit.types import Step
from agentkit.verify.canonical import call_key


def done(steps: Iterable[Step]) -> tuple[str, ...]:
    """The keys (`call_key`) of the calls that succeeded; none while something that was tried is left undone.

    A call that did not succeed is left undone until another call of the same tool succeeds in a later step.
    """
    keys: dict[str, None] = {}
    undone: set[str] = set()
    for step in steps:
        ended = {result.call_id: result.ok for result in step.results}
        missed = {result.name for result in step.results if not result.ok}
        undone = (undone - {result.name for result in step.results}) | missed
        keys |= {call_key(call): None for call in step.proposal.calls if ended.get(call.id)}
    return () if undone else tuple(keys)
