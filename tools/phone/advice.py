"""What scripts, the scorer of steps and the request itself say of a session's next call, before a model is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentkit import Context
from agentkit.types import Odds, Proposal, ProposeRequest

if TYPE_CHECKING:
    from .session import Session

_FITS = 1e8
"""The odds of an intent that fits beside those of the likeliest step on the screen."""


def proposed(session: Session, ctx: Context[Any], request: ProposeRequest) -> Proposal | None:
    """What a script proposes, where `deps` hold a folder `scripts`; or the scorer, if as sure as `deps` say."""
    folder = ctx.find(str, "scripts")
    if folder and session.scripts is None:
        from .scripts.proposer import Scripts

        session.scripts = Scripts.of(folder)
    found = session.scripts.propose(session, ctx, request) if session.scripts is not None else None
    sure = ctx.find(float, "scorer")
    return session.scorer.propose(session, request, sure) if found is None and sure else found


def likely(session: Session, ctx: Context[Any]) -> Odds | None:
    """How likely each next call is, as the scorer finds; None without one. An intent that fits comes first."""
    found = session.scorer.odds(session) if ctx.task == session.request else None
    if found is None or session.course.steps:
        return found
    from .fitting import fitting

    intent = fitting(session, ctx)
    most = max(found.tools.values(), default=1.0)
    return found.model_copy(update={"tools": {**found.tools, intent: _FITS * most}}) if intent else found
