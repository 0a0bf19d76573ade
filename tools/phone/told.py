"""What a prompt says of a session: the device's time, the app before, the screen in short form, guidance.

Knows nothing of what is done with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .documents import named
from .documents.named import dated

if TYPE_CHECKING:
    from .session import Session


def lines(session: Session) -> tuple[str, ...]:
    """The device's time, where it is known; what the app before showed last; the screen in short form; guidance."""
    now, read = session.driver.now(), session.course.read
    clock = (f"now: {now:%A %Y-%m-%d %H:%M}",) if now is not None else ()
    if read and not any(read in line for line in session.earlier):
        clock = (*clock, f"earlier: {read}")
    return (*clock, *session.earlier, *session.look().lines(numbered=session.numbered), *guidance(session))


def guidance(session: Session) -> tuple[str, ...]:
    """What of the request is on this screen and what is still to come; where documents say that the way goes on."""
    if not session.request:
        return ()
    request, shown = dated(session.request, session.driver.now()), session.look()
    told = named.lines(request, shown, session.past)
    line = session.guide.line(request, shown, session.past) if session.guide is not None else ""
    return (*told, line) if line else told
