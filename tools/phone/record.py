"""Records a run on a phone step by step: screen, proposal with its decision points, verdict, decision, results.

`Recorder` stands around a model (to see the screen at the moment of proposing) and listens to the run's events. Knows
nothing of how the record is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from agentkit.cancel import Cancel
from agentkit.events import AnyEvent, Decided, Executed, Proposed, RunFinished, StepEnded, Verified
from agentkit.models.base import Model
from agentkit.types import Decision, Proposal, ProposeRequest, Run, ToolResult, Verdict

from .compact import Compact, Element
from .screen import Screen
from .session import Session


@dataclass
class Moment:
    """One step as it happened. `expected` is the oracle's call where there is an oracle, as one string."""

    screen: Screen
    seen: Compact
    proposal: Proposal | None = None
    verdict: Verdict | None = None
    decision: Decision | None = None
    results: list[ToolResult] = field(default_factory=list[ToolResult])
    expected: str = ""
    ms: float = 0.0

    @property
    def target(self) -> Element | None:
        """The element that the first call is about."""
        if self.proposal is None or not self.proposal.calls:
            return None
        arguments = self.proposal.calls[0].arguments
        handle = arguments.get("element") or arguments.get("field")
        return self.seen.find(handle) if isinstance(handle, str) else None


@dataclass
class Episode:
    """One task from request to end."""

    request: str
    moments: list[Moment] = field(default_factory=list[Moment])
    run: Run | None = None
    verdict: str = ""


class Recorder:
    """A model around a model; give it as `model` to the agent, and its `listen` to the run."""

    def __init__(self, model: Model, session: Session, expect: Callable[[], str] | None = None) -> None:
        self.model = model
        self.session = session
        self.expect = expect
        self.episode = Episode("")
        self._done: list[Episode] = []

    @property
    def name(self) -> str:
        """The inner model's name."""
        return self.model.name

    def begin(self, request: str) -> Episode:
        """Start a new episode."""
        self.episode = Episode(request)
        self._done.append(self.episode)
        return self.episode

    @property
    def episodes(self) -> tuple[Episode, ...]:
        """Everything recorded, in order."""
        return tuple(self._done)

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        """Look at the screen, then ask the inner model."""
        seen = self.session.look()
        if self.session.screen is not None:
            expected = self.expect() if self.expect is not None else ""
            self.episode.moments.append(Moment(self.session.screen, seen, expected=expected))
        return self.model.propose(request, cancel=cancel)

    def close(self) -> None:
        """Close the inner model."""
        self.model.close()

    def listen(self, event: AnyEvent) -> None:
        """Take what belongs to the moment out of an event."""
        if isinstance(event, RunFinished):
            self.episode.run = event.run
        if not self.episode.moments:
            return
        now = self.episode.moments[-1]
        if isinstance(event, Proposed):
            now.proposal = event.proposal
        elif isinstance(event, Verified):
            now.verdict = event.verdict
        elif isinstance(event, Decided):
            now.decision = event.decision
        elif isinstance(event, Executed):
            now.results.append(event.result)
        elif isinstance(event, StepEnded):
            now.ms = event.ms
