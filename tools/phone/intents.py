"""Intents: one call does it, as on Android. On the simulated phone they change the same state as its apps do."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import Field

from agentkit import Context, OneOf, tool

from .driver import Capability, require
from .session import Session
from .sim.apps.maps import MODES
from .sim.apps.settings import SWITCHES

Words = Annotated[str, Field(min_length=1, max_length=400)]
Setting = Literal[
    "Wi-Fi",
    "Bluetooth",
    "Airplane mode",
    "Wi-Fi hotspot",
    "Use location",
    "Dark theme",
    "Auto-rotate screen",
    "Battery saver",
    "Do Not Disturb",
]
Mode = Literal["Drive", "Walk", "Transit", "Bike"]
assert set(Setting.__args__) == set(SWITCHES.values()) and Mode.__args__ == MODES  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue]


def _names(kind: str) -> OneOf:
    return OneOf(lambda ctx: ctx.need(Session).driver.names(kind))


Person = Annotated[str, _names("contacts")]
SongName = Annotated[str, _names("songs")]
PlaceName = Annotated[str, _names("places")]


def _do(ctx: Context[Any], intent: str, **arguments: Any) -> str:
    session = ctx.need(Session)
    require(session.driver, Capability.INTENTS)
    left = session.driver.intent(intent, arguments)
    session.changed()
    session.touch(*map(str, arguments.values()))
    return f"not done yet: {left}" if left else "done"


@tool(effect="write")
def set_alarm(ctx: Context[Any], at: time, label: Annotated[str, Field(max_length=60)] = "") -> str:
    """Set an alarm.

    Args:
        at: when it rings
        label: what it is for
    """
    return _do(ctx, "set_alarm", at=at, label=label)


@tool(effect="write")
def start_timer(ctx: Context[Any], seconds: Annotated[int, Field(ge=1, le=86_400)]) -> str:
    """Start a timer.

    Args:
        seconds: how long it runs
    """
    return _do(ctx, "start_timer", seconds=seconds)


@tool(effect="external", private=("contact", "text"))
def send_message(ctx: Context[Any], contact: Person, text: Words) -> str:
    """Send a text message.

    Args:
        contact: who gets it
        text: what it says
    """
    return _do(ctx, "send_message", contact=contact, text=text)


@tool(effect="external", private=("contact",))
def call_contact(ctx: Context[Any], contact: Person) -> str:
    """Call somebody.

    Args:
        contact: who to call
    """
    return _do(ctx, "call_contact", contact=contact)


@tool(effect="external", private=("contact", "text"))
def send_email(ctx: Context[Any], contact: Person, subject: Words, text: Words) -> str:
    """Send a mail.

    Args:
        contact: who gets it
        subject: what it is about
        text: what it says
    """
    return _do(ctx, "send_email", contact=contact, subject=subject, text=text)


@tool(effect="write")
def create_event(ctx: Context[Any], title: Words, day: date, at: time, place: str = "") -> str:
    """Put an event into the calendar.

    Args:
        title: what it is
        day: which day
        at: when it begins
        place: where
    """
    return _do(ctx, "create_event", title=title, day=day, at=at, place=place)


@tool(effect="write")
def create_note(ctx: Context[Any], title: Words, text: Words) -> str:
    """Write a note.

    Args:
        title: its title
        text: what it says
    """
    return _do(ctx, "create_note", title=title, text=text)


@tool(effect="write", private=("name", "phone", "email"))
def add_contact(
    ctx: Context[Any], name: Words, phone: Annotated[str, Field(pattern=r"^\+?[0-9 ]{3,20}$")], email: str = ""
) -> str:
    """Add somebody to the contacts.

    Args:
        name: full name
        phone: number
        email: mail address
    """
    return _do(ctx, "add_contact", name=name, phone=phone, email=email)


@tool(effect="write", idempotent=True)
def set_switch(ctx: Context[Any], setting: Setting, on: bool) -> str:
    """Turn a setting of the phone on or off.

    Args:
        setting: which setting
        on: whether it is on then
    """
    return _do(ctx, "set_switch", setting=setting, on=on)


@tool(effect="write", idempotent=True)
def play_song(ctx: Context[Any], song: SongName) -> str:
    """Play a song.

    Args:
        song: which song
    """
    return _do(ctx, "play_song", song=song)


@tool(effect="write", idempotent=True)
def navigate_to(ctx: Context[Any], place: PlaceName, mode: Mode = "Drive") -> str:
    """Start navigation.

    Args:
        place: where to
        mode: how to travel
    """
    return _do(ctx, "navigate_to", place=place, mode=mode)


@tool(effect="write")
def take_photo(ctx: Context[Any]) -> str:
    """Take a photo."""
    return _do(ctx, "take_photo")
