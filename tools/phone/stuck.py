"""A verifier for UI runs: the same call, on the same screen, that has changed nothing several times already.

Takes the place of `repetition`, which refuses any call that was made before: on a phone the same tap is often made
twice, on another screen or to count something up.
"""

from __future__ import annotations

import json

from agentkit.types import Check, CheckStatus, ToolCall
from agentkit.verify import Scene

from .session import Session

_PATIENCE = 3


class Stuck:
    """Fails a call that left the screen as it was `patience` times before, from this very screen."""

    name = "stuck"
    price_ms = 0.02

    def __init__(self, patience: int = _PATIENCE) -> None:
        self.patience = patience

    def check(self, scene: Scene) -> Check:
        """Compare with what this session has tried."""
        session = scene.context.find(Session) if scene.context is not None else None
        if session is None:
            return Check(name=self.name, status=CheckStatus.UNSURE, evidence="There is no phone to look at.")
        for index, call in enumerate(scene.proposal.calls):
            if call.control is None and session.idle(said(call)) >= self.patience:
                evidence = f"`{call.name}` changed nothing on this screen {self.patience} times already."
                return Check(name=self.name, status=CheckStatus.FAIL, evidence=evidence, call=index)
        return Check(name=self.name, status=CheckStatus.PASS)


def said(call: ToolCall) -> str:
    """A call as one string, without its id."""
    return f"{call.name} {json.dumps(call.arguments, sort_keys=True)}"
