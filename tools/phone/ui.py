"""UI actions on the screen in front. What can be tapped or typed into are the argument's only choices."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from agentkit import Context, OneOf, tool
from agentkit.errors import Retry

from .driver import Capability, require
from .session import Session


def session_of(ctx: Context[Any]) -> Session:
    """The phone that this agent was given."""
    return ctx.need(Session)


def _taps(ctx: Context[Any]) -> tuple[str, ...]:
    return session_of(ctx).look().taps


def _fields(ctx: Context[Any]) -> tuple[str, ...]:
    return session_of(ctx).look().fields


def _ways(ctx: Context[Any]) -> tuple[str, ...]:
    return session_of(ctx).look().scroll


def _apps(ctx: Context[Any]) -> tuple[str, ...]:
    session = session_of(ctx)
    return session.driver.apps() if Capability.APPS in session.driver.capabilities else ()


@tool(effect="write")
def tap(ctx: Context[Any], element: Annotated[str, OneOf(_taps)]) -> str:
    """Tap an element of the screen.

    Args:
        element: what to tap
    """
    session = session_of(ctx)
    found = session.find(element)
    session.driver.tap(*found.box.centre)
    session.changed()
    return "ok"


@tool(effect="write")
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
    session = session_of(ctx)
    found = session.find(field)
    if found.kind != "field":
        raise Retry(f"`{field}` takes no text")
    session.driver.tap(*found.box.centre)
    session.driver.type(text)
    session.driver.press("enter" if enter else "escape")
    session.changed()
    return "ok"


@tool
def scroll(ctx: Context[Any], direction: Annotated[str, OneOf(_ways)]) -> str:
    """Show more of a list.

    Args:
        direction: where to look
    """
    session = session_of(ctx)
    before = session.look()
    session.driver.scroll(direction)
    session.changed()
    return "nothing more there" if session.look() == before else "ok"


@tool
def back(ctx: Context[Any]) -> str:
    """Go back: close the keyboard, the dialog or the screen in front."""
    return _press(ctx, "back")


@tool
def home(ctx: Context[Any]) -> str:
    """Go to the home screen."""
    return _press(ctx, "home")


def _press(ctx: Context[Any], key: Literal["back", "home"]) -> str:
    session = session_of(ctx)
    session.driver.press(key)
    session.changed()
    return "ok"


@tool
def open_app(ctx: Context[Any], app: Annotated[str, OneOf(_apps)]) -> str:
    """Open an app at its first screen.

    Args:
        app: which app
    """
    session = session_of(ctx)
    require(session.driver, Capability.APPS)
    session.driver.open_app(app)
    session.changed()
    return "ok"


@tool
def wait(ctx: Context[Any]) -> str:
    """Wait a moment for a screen that is still loading."""
    session = session_of(ctx)
    session.driver.wait(1.0)
    session.changed()
    return "ok"
