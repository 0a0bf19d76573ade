"""What an intent does to the simulated phone: the same edits of the world that the apps make, without their screens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any

from agentkit.errors import Failed, Retry

from . import ops
from .apps.settings import SWITCHES, flip
from .ops import Edit
from .world import World


def _contact(world: World, name: str) -> tuple[str, str, str]:
    found = ops.contact_named(world, name)
    if found is None:
        raise Retry(f"no contact `{name}`")
    return found.name, found.phone, found.email


def _send_message(world: World, contact: str, text: str) -> Edit:
    return ops.send_message(_contact(world, contact)[0], text)


def _call(world: World, contact: str) -> Edit:
    name, number, _ = _contact(world, contact)
    return ops.place_call(name, number)


def _send_email(world: World, contact: str, subject: str, text: str) -> Edit:
    name, _, address = _contact(world, contact)
    if not address:
        raise Failed(f"{name} has no email address")
    return ops.send_mail(name, address, subject, text)


def _set_switch(world: World, setting: str, on: bool) -> Edit:
    name = next(name for name, title in SWITCHES.items() if title == setting)
    return ops.same if getattr(world.settings, name) == on else flip(name, world.settings)


def _create_event(world: World, title: str, day: date, at: time, place: str = "") -> Edit:
    if day < world.now.date():
        raise Retry(f"{day} has passed; today is {world.now.date()}")
    return ops.add_event(title, day, at, place)


def _set_alarm(_: World, at: time, label: str = "") -> Edit:
    return ops.add_alarm(at, label)


def _start_timer(_: World, seconds: int) -> Edit:
    return ops.start_timer(seconds)


def _create_note(_: World, title: str, text: str) -> Edit:
    return ops.add_note(title, text)


def _add_contact(_: World, name: str, phone: str, email: str = "") -> Edit:
    return ops.add_contact(name, phone, email)


def _play(_: World, song: str) -> Edit:
    return ops.play(song)


def _navigate(_: World, place: str, mode: str = "Drive") -> Edit:
    return ops.navigate(place, mode)


def _take_photo(world: World) -> Edit:
    return ops.take_photo(world.camera.mode)


INTENTS: dict[str, Callable[..., Edit]] = {
    "set_alarm": _set_alarm,
    "start_timer": _start_timer,
    "send_message": _send_message,
    "call_contact": _call,
    "send_email": _send_email,
    "create_event": _create_event,
    "create_note": _create_note,
    "add_contact": _add_contact,
    "set_switch": _set_switch,
    "play_song": _play,
    "navigate_to": _navigate,
    "take_photo": _take_photo,
}


def edit_of(world: World, name: str, arguments: Mapping[str, Any]) -> Edit:
    """What an intent does to this world; raises `Failed` for an intent that this phone does not know."""
    if name not in INTENTS:
        raise Failed(f"the simulated phone knows no intent `{name}`; it knows {', '.join(INTENTS)}")
    return INTENTS[name](world, **arguments)
