"""Everyday requests to a phone: alarms, messages, events, music. Simulated: they change a small state in memory only.

Nothing rings, is sent or is looked up. The state is `deps` (an `Assistant`, as `setup()` makes it), so a test or a
demo can read what was done.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import BaseModel, Field

from agentkit import Context, Failed, OneOf, Retry, tool

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Setting = Literal[
    "general", "wireless", "airplane_mode", "wifi", "bluetooth", "display", "sound", "battery", "location"
]
Words = Annotated[str, Field(min_length=1, max_length=120)]
Body = Annotated[str, Field(min_length=1, max_length=500)]
PhoneNumber = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 -]{1,18}[0-9]$")]


class Alarm(BaseModel):
    """An alarm that was set."""

    at: time
    message: str
    days: list[Weekday]


class Timer(BaseModel):
    """A countdown that was started."""

    minutes: int
    message: str


class Event(BaseModel):
    """An event in the calendar."""

    title: str
    day: date
    start: time | None
    location: str


class Message(BaseModel):
    """A message or mail that was sent; mails have a subject."""

    to: str
    text: str
    subject: str = ""


class Weather(BaseModel):
    """A made-up forecast, and one that says so."""

    city: str
    day: date
    sky: str
    celsius: int
    simulated: bool = True


@dataclass
class Assistant:
    """The state of the simulated phone; `said` records what was looked up, dialled, opened and played, in order."""

    contacts: dict[str, str] = field(default_factory=dict[str, str])
    apps: list[str] = field(default_factory=list[str])
    alarms: list[Alarm] = field(default_factory=list[Alarm])
    timers: list[Timer] = field(default_factory=list[Timer])
    events: list[Event] = field(default_factory=list[Event])
    messages: dict[str, Message] = field(default_factory=dict[str, Message])
    said: list[str] = field(default_factory=list[str])

    def say(self, line: str) -> str:
        """Record something that leaves no other trace, and give it back."""
        self.said.append(line)
        return line


def setup() -> Assistant:
    """A phone with four invented people and the usual apps."""
    return Assistant(
        contacts={
            "Ada Winter": "+44 20 7946 0011",
            "Ben Okafor": "+44 20 7946 0022",
            "Chen Li": "+44 20 7946 0033",
            "Mom": "+44 20 7946 0044",
        },
        apps=["Browser", "Calculator", "Calendar", "Camera", "Clock", "Maps", "Music", "Notes", "Settings"],
    )


def _state(ctx: Context) -> Assistant:
    return ctx.need(Assistant, "assistant")


def _people(ctx: Context) -> list[str]:
    return list(_state(ctx).contacts)


def _apps(ctx: Context) -> list[str]:
    return _state(ctx).apps


Person = Annotated[str, OneOf(_people)]


@tool(effect="write")
def set_alarm(
    ctx: Context,
    hour: Annotated[int, Ge(0), Le(23)],
    minutes: Annotated[int, Ge(0), Le(59)] = 0,
    message: Words | None = None,
    days: list[Weekday] | None = None,
) -> Alarm:
    """Set an alarm with the given parameters.

    Args:
        hour: the hour for the alarm, 0 to 23
        minutes: the minutes for the alarm
        message: a text shown when the alarm rings
        days: the weekdays on which the alarm repeats
    """
    alarm = Alarm(at=time(hour, minutes), message=message or "", days=days or [])
    _state(ctx).alarms.append(alarm)
    return alarm


@tool
def show_alarms(ctx: Context) -> list[Alarm]:
    """Display the list of currently set alarms."""
    return _state(ctx).alarms


@tool(effect="write")
def set_timer(ctx: Context, minutes: Annotated[int, Ge(1), Le(1440)], message: Words | None = None) -> Timer:
    """Set a countdown timer.

    Args:
        minutes: how many minutes the timer runs
        message: a text shown when the time is up
    """
    timer = Timer(minutes=minutes, message=message or "")
    _state(ctx).timers.append(timer)
    return timer


@tool(effect="external", private=("to", "message"))
def send_message(ctx: Context, to: Person, message: Body) -> Message:
    """Send a text message to a contact.

    Args:
        to: the contact who gets the message
        message: the text of the message
    """
    return _send(ctx, Message(to=to, text=message))


@tool(effect="external", private=("to", "body"))
def send_email(
    ctx: Context,
    to: Annotated[str, Field(pattern=r"^[A-Za-z0-9._+-]{1,40}@[A-Za-z0-9-]{1,30}(\.[A-Za-z0-9-]{1,20}){1,3}$")],
    subject: Words,
    body: Body,
) -> Message:
    """Write an email and send it.

    Args:
        to: the address of the recipient
        subject: the subject of the email
        body: the text of the email
    """
    return _send(ctx, Message(to=to, text=body, subject=subject))


def _send(ctx: Context, message: Message) -> Message:
    """Put a message into the outbox, once for each idempotency key."""
    sent = _state(ctx).messages
    return sent.setdefault(ctx.idempotency_key or f"message-{len(sent) + 1}", message)


@tool(effect="external", private=("phone_number",))
def dial(ctx: Context, phone_number: PhoneNumber) -> str:
    """Call a phone number.

    Args:
        phone_number: the number to call
    """
    return _state(ctx).say(f"dialled {phone_number}")


@tool(effect="write", private=("name", "phone_number"))
def add_contact(ctx: Context, name: Words, phone_number: PhoneNumber) -> str:
    """Add a new contact.

    Args:
        name: the name of the person
        phone_number: the phone number of the person
    """
    contacts = _state(ctx).contacts
    if name in contacts:
        raise Retry(f"there is a contact `{name}` already; use another name")
    contacts[name] = phone_number
    return f"added {name}"


@tool
def get_contact_info(ctx: Context, name: Person) -> str:
    """Get the phone number of a contact.

    Args:
        name: the contact
    """
    return _state(ctx).contacts[name]


@tool(effect="write")
def create_event(
    ctx: Context, title: Words, day: date, start: time | None = None, location: Words | None = None
) -> Event:
    """Add a new event to the user's calendar.

    Args:
        title: the title of the event
        day: the date of the event
        start: the time at which it begins; leave out for the whole day
        location: where it takes place
    """
    if day < ctx.now.date():
        raise Retry(f"{day} has passed; today is {ctx.now.date()}")
    event = Event(title=title, day=day, start=start, location=location or "")
    _state(ctx).events.append(event)
    return event


@tool(returns_origin="untrusted")
def web_search(ctx: Context, query: Words) -> str:
    """Search the web.

    Args:
        query: what to search for
    """
    return _state(ctx).say(f"searched the web for {query} (simulated: no results)")


@tool(returns_origin="untrusted")
def search_location(ctx: Context, query: Words) -> str:
    """Search a place or an address on the map.

    Args:
        query: the place to look for
    """
    return _state(ctx).say(f"showed {query} on the map (simulated)")


@tool
def get_weather(ctx: Context, city: Words, day: date | None = None) -> Weather:
    """Get the weather forecast for a city.

    Args:
        city: the city
        day: the date; today when left out
    """
    wanted = day or ctx.now.date()
    ahead = (wanted - ctx.now.date()).days
    if not 0 <= ahead <= 14:
        raise Failed("the forecast covers today and the next 14 days")
    mark = sum(map(ord, city.casefold())) + wanted.toordinal()
    return Weather(city=city, day=wanted, sky=("clear", "cloudy", "rain")[mark % 3], celsius=5 + mark % 20)


@tool(effect="write")
def play_music(ctx: Context, track: Words) -> str:
    """Play music.

    Args:
        track: the song, artist or genre to play
    """
    return _state(ctx).say(f"playing {track}")


@tool(effect="write", idempotent=True)
def open_settings(ctx: Context, setting_type: Setting = "general") -> str:
    """Open a settings screen of the phone.

    Args:
        setting_type: which settings
    """
    return _state(ctx).say(f"opened the {setting_type} settings")


@tool(effect="write", idempotent=True)
def launch_application(ctx: Context, application_name: Annotated[str, OneOf(_apps)]) -> str:
    """Open an app of the phone.

    Args:
        application_name: the app
    """
    return _state(ctx).say(f"opened {application_name}")
