"""UI actions on the screen in front. What can be tapped or typed into are the argument's only choices."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from agentkit import Context, OneOf, tool

from .driver import Capability
from .effects import leads, searches
from .session import Session


def session_of(ctx: Context[Any]) -> Session:
    """The phone that this agent was given."""
    return ctx.need(Session)


def _taps(ctx: Context[Any]) -> tuple[str, ...]:
    return session_of(ctx).choices


def _fields(ctx: Context[Any]) -> tuple[str, ...]:
    return session_of(ctx).look().fields


def _ways(ctx: Context[Any]) -> tuple[str, ...]:
    return session_of(ctx).look().scroll


def _apps(ctx: Context[Any]) -> tuple[str, ...]:
    session = session_of(ctx)
    return session.driver.apps() if Capability.APPS in session.driver.capabilities else ()


def _leads(ctx: Context[Any], element: str) -> bool:
    """Whether a tap only leads somewhere: a wrong one costs the way back."""
    session = session_of(ctx)
    found = session.look().find(element)
    return found is not None and leads(found, session.look(), session.guide)


def _searches(ctx: Context[Any], field: str) -> bool:
    """Whether a text only looks for something."""
    found = session_of(ctx).look().find(field)
    return found is not None and searches(found)


@tool(effect="write", only_reads=_leads)
def tap(ctx: Context[Any], element: Annotated[str, OneOf(_taps)]) -> str:
    """Tap an element of the screen.

    Args:
        element: what to tap
    """
    session_of(ctx).tap(element)
    return "ok"


@tool(effect="write", only_reads=_searches)
def type_text(
    ctx: Context[Any],
    field: Annotated[str, OneOf(_fields)],
    text: Annotated[str, Field(max_length=400)],
    enter: bool = False,
) -> str:
    """Type into a field in place of what it holds.

    Args:
        field: which field
        text: what it holds then
        enter: press enter after it, to search or to open an address
    """
    session_of(ctx).type_text(field, text, enter=enter)
    return "ok"


@tool
def scroll(ctx: Context[Any], direction: Annotated[str, OneOf(_ways)]) -> str:
    """Show more of a list.

    Args:
        direction: where to look
    """
    return "ok" if session_of(ctx).scroll(direction) else "nothing more there"


@tool
def back(ctx: Context[Any]) -> str:
    """Go back: close the keyboard, the dialog or the screen in front."""
    session_of(ctx).press("back")
    return "ok"


@tool
def home(ctx: Context[Any]) -> str:
    """Go to the home screen."""
    session_of(ctx).press("home")
    return "ok"


@tool
def open_app(ctx: Context[Any], app: Annotated[str, OneOf(_apps)]) -> str:
    """Open an app at its first screen.

    Args:
        app: which app
    """
    session_of(ctx).open_app(app)
    return "ok"


@tool
def wait(ctx: Context[Any]) -> str:
    """Wait a moment for a screen that is still loading."""
    session_of(ctx).wait()
    return "ok"
