"""Records a run on a phone step by step: screen, proposal with its decision points, verdict, decision, results.

`Recorder` listens to the run's events. It looks at the screen when a proposal is told, which is before anything runs
and after the clock of the step was read: what is recorded costs the step no time. Knows nothing of how it is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from agentkit.errors import Failed
from agentkit.events import AnyEvent, Decided, Executed, Proposed, RunFinished, StepEnded, Verified
from agentkit.types import Decision, Proposal, Run, ToolResult, Verdict

from .compact import Compact, Element
from .screen import Screen
from .session import Session


@dataclass
class Moment:
    """One step as it happened. `expected` is the oracle's call where there is an oracle, as one string."""

    step: int
    screen: Screen
    seen: Compact
    proposal: Proposal
    verdict: Verdict | None = None
    decision: Decision | None = None
    results: list[ToolResult] = field(default_factory=list[ToolResult])
    expected: str = ""
    ms: float = 0.0

    @property
    def target(self) -> Element | None:
        """The element that the first call is about."""
        if not self.proposal.calls:
            return None
        arguments = self.proposal.calls[0].arguments
        handle = arguments.get("element") or arguments.get("field")
        return self.seen.find(handle) if isinstance(handle, str) else None


@dataclass
class Episode:
    """One task from request to end; `last` is the screen that was left behind.

    `success` is None where nobody could judge; `best_steps` are the oracle's.
    """

    request: str
    moments: list[Moment] = field(default_factory=list[Moment])
    run: Run | None = None
    last: Screen | None = None
    verdict: str = ""
    success: bool | None = None
    best_steps: int | None = None

    @property
    def afterwards(self) -> tuple[Screen, ...]:
        """The screen that was left behind, unless the last step shows it already."""
        seen = self.moments and self.moments[-1].screen == self.last
        return () if self.last is None or seen else (self.last,)


class Recorder:
    """One episode on one phone; give its `listen` to the run. `expect` says what the oracle would do now."""

    def __init__(self, session: Session, request: str, expect: Callable[[], str] | None = None) -> None:
        self.session = session
        self.expect = expect
        self.episode = Episode(request)

    def listen(self, event: AnyEvent) -> None:
        """Take what belongs to the record out of an event."""
        episode = self.episode
        if isinstance(event, Proposed):
            self._proposed(event)
        elif isinstance(event, RunFinished):
            episode.run = event.run
            with suppress(Failed):  # a device that went away leaves no last screen
                self.session.look()
                episode.last = self.session.screen
        elif episode.moments:
            _note(episode.moments[-1], event)

    def _proposed(self, event: Proposed) -> None:
        seen = self.session.look()
        assert self.session.screen is not None
        expected = self.expect() if self.expect is not None else ""
        moment = Moment(event.step, self.session.screen, seen, event.proposal, expected=expected)
        if self.episode.moments and self.episode.moments[-1].step == event.step:
            self.episode.moments.pop()  # told again after a person approved it
        self.episode.moments.append(moment)


def _note(now: Moment, event: AnyEvent) -> None:
    if isinstance(event, Verified):
        now.verdict = event.verdict
    elif isinstance(event, Decided):
        now.decision = event.decision
    elif isinstance(event, Executed):
        now.results.append(event.result)
    elif isinstance(event, StepEnded):
        now.ms = event.ms
