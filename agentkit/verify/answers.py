"""Grounding as a verifier: the arguments of calls, and what a final answer says.

An answer may be worked out from what was seen (a count, an average), so a number or a typed value without a source
makes it unsure and never fails it. Knows nothing of thresholds.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentkit.types import Check, CheckStatus, Control, ToolCall, ToolSpec
from agentkit.verify.grounding import arguments_of, grounding, judge, loose_numbers
from agentkit.verify.scene import Finding, PerCall, Scene, summed_up
from agentkit.verify.sources import sources

_calls = PerCall("grounding", 0.5, grounding)


class Grounding:
    """Every argument value of a call has a source; so have the numbers of an answer and the fields of a typed one."""

    name = _calls.name
    price_ms = _calls.price_ms

    def check(self, scene: Scene) -> Check:
        """Grade the calls, or the answer."""
        if scene.proposal.control is Control.FINISH:
            return summed_up(self.name, ((0, finding) for finding in answer(scene, scene.proposal.calls[0])))
        return _calls.check(scene)


def answer(scene: Scene, call: ToolCall) -> Iterator[Finding]:
    """One finding for each number of the answer's text that has no source, and for each field of a typed answer."""
    listed = sources(scene)
    text = call.arguments.get("answer")
    if isinstance(text, str):
        for number in loose_numbers(text, listed):
            said = f"The answer holds the number {number}, which has no source."
            yield Finding(CheckStatus.UNSURE, said, "answer", score=0.3)
    output = call.arguments.get("output")
    if isinstance(output, dict) and scene.request.output is not None:
        typed = ToolSpec(name="finish", parameters=scene.request.output)
        for argument in arguments_of(ToolCall(id=call.id, name="finish", arguments=output), typed):
            found = judge(argument, listed)
            decided = found.status is not CheckStatus.FAIL
            yield found if decided else found._replace(status=CheckStatus.UNSURE)
