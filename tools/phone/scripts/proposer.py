"""Proposes a run's next call from a script, and leaves the rest to the model at the first step that does not fit.

A script is only another proposer: its calls pass the checks, the policy and the approvals that a model's calls pass.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentkit import Context
from agentkit.types import Control, Proposal, ProposeRequest, ToolCall, Usage

from ..record import Episode
from .compile import compiled
from .library import Library
from .player import Call, Player
from .taken import Refused, Trail, trail_of

if TYPE_CHECKING:
    from ..session import Session

NAME = "script"


class Scripts:
    """The scripts of a folder at work on one phone; `served` and `gave_up` tell of the last run."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.served = 0
        self.gave_up = ""
        self._run: str | None = None
        self._player: Player | None = None
        self._touched = 0

    @classmethod
    def of(cls, folder: str | Path) -> Scripts:
        """Those of a folder."""
        return cls(Library(folder))

    def propose(self, session: Session, ctx: Context[Any], request: ProposeRequest) -> Proposal | None:
        """The next call of the script that this run is played from; None where there is none, or no longer."""
        if ctx.run_id != self._run:
            self._begin(ctx.run_id, ctx.task, request)
        elif self._player is not None and session.touched != self._touched + 1:
            self._give_up("a call was not made as it was proposed")
        if self._player is None:
            return None
        call = self._player.next(session.look(), session.driver.now())
        if call is None:
            return self._give_up(self._player.why)
        if not _legal(call, request):
            return self._give_up(f"`{call.tool}` is not offered")
        self.served += 1
        self._touched = session.touched
        return _proposal(call)

    def learn(self, trail: Trail) -> str:
        """Make a script of a run that did what was asked, and keep it; why not, where none can be made."""
        try:
            self.library.keep(compiled(trail))
        except Refused as refused:
            return refused.message
        return ""

    def remember(self, episode: Episode, now: datetime | None) -> str:
        """Learn from a recorded run that did what was asked, unless a script did all of it; why not, or nothing."""
        if all(moment.proposal.tier == "script" for moment in episode.moments):
            return "a script did it"
        return self.learn(trail_of(episode.request, episode.moments, now))

    def _begin(self, run_id: str, task: str, request: ProposeRequest) -> None:
        """Look for a script at a run's first step only: of a run that was interrupted nobody knows where it stands."""
        self._run, self._player, self.served, self.gave_up = run_id, None, 0, ""
        if any(message.calls for message in request.messages):
            return
        found = self.library.choose(task)
        if found is not None:
            self._player = Player(*found)

    def _give_up(self, why: str) -> None:
        self._player, self.gave_up = None, why


def _legal(call: Call, request: ProposeRequest) -> bool:
    if call.tool == Control.FINISH.value:
        return Control.FINISH in request.controls
    return any(tool.name == call.tool for tool in request.tools)


def _proposal(call: Call) -> Proposal:
    made = ToolCall(id="", name=call.tool, arguments=dict(call.arguments))
    return Proposal(calls=(made,), confidence_known=False, model=NAME, tier="script", usage=Usage(attempts=0))
