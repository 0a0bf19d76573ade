"""What a run did, step by step, as scripts are made from: the screen before each call, and the call.

Knows nothing of how scripts look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agentkit.errors import AgentkitError
from agentkit.types import Control

from ..compact import Compact, Element
from ..record import Moment


class Refused(AgentkitError):  # noqa: N818 - not an error of the caller: this run makes no script
    """This run makes no script; the text says why."""


@dataclass(frozen=True)
class Taken:
    """One call that was made on a screen; `finish` ends a run, with its answer."""

    shown: Compact
    tool: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Trail:
    """A run that did what was asked: the request, its steps, and the device's time."""

    request: str
    steps: tuple[Taken, ...]
    now: datetime | None = None


def trail_of(request: str, moments: Iterable[Moment], now: datetime | None) -> Trail:
    """The trail of a recorded episode: the calls that ran, one a step, and the end."""
    steps: list[Taken] = []
    for moment in moments:
        if len(moment.proposal.calls) != 1:
            continue
        call = moment.proposal.calls[0]
        if call.name == Control.FINISH.value or any(result.status == "ok" for result in moment.results):
            name = "finish" if call.name == Control.FINISH.value else call.name
            steps.append(Taken(moment.seen, name, call.arguments))
    return Trail(request, tuple(steps), now)


def element_of(shown: Compact, handle: object) -> Element:
    """The element that a call was about; raises `Refused` where the screen has none of that name."""
    found = shown.find(str(handle))
    if found is None:
        raise Refused(f"`{handle}` was not on the screen")
    return found
