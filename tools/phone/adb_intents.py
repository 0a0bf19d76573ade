"""Intents as commands of Android's own shell. What Android only prepares (a form that is filled in) says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import quote

from agentkit.errors import Failed, Retry

_CLOCK = "android.intent.extra.alarm"
_SWITCHES: dict[str, tuple[str, str, str]] = {
    "Wi-Fi": ("svc wifi", "enable", "disable"),
    "Bluetooth": ("svc bluetooth", "enable", "disable"),
    "Airplane mode": ("cmd connectivity airplane-mode", "enable", "disable"),
    "Use location": ("cmd location set-location-enabled", "true", "false"),
    "Dark theme": ("cmd uimode night", "yes", "no"),
    "Auto-rotate screen": ("settings put system accelerometer_rotation", "1", "0"),
    "Battery saver": ("cmd power set-mode", "1", "0"),
    "Do Not Disturb": ("cmd notification set_dnd", "on", "off"),
}
Addresses = Callable[[str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Order:
    """A command; `left` is what has to be done on the screen after it, empty when the command does it all."""

    command: tuple[str, ...]
    left: str = ""


def _start(action: str, *extras: str) -> tuple[str, ...]:
    return ("am", "start", "-W", "-a", action, *extras)


def _text(name: str, value: str) -> tuple[str, ...]:
    return ("--es", name, value) if value else ()


def _address(find: Addresses, kind: str, contact: str) -> str:
    found = find(kind)
    if contact not in found:
        raise Retry(f"no contact `{contact}` with {'a number' if kind == 'phones' else 'an email address'}")
    return found[contact]


def _set_alarm(_: Addresses, at: time, label: str = "") -> Order:
    when = ("--ei", f"{_CLOCK}.HOUR", str(at.hour), "--ei", f"{_CLOCK}.MINUTES", str(at.minute))
    silent = ("--ez", f"{_CLOCK}.SKIP_UI", "true")
    return Order(_start("android.intent.action.SET_ALARM", *when, *_text(f"{_CLOCK}.MESSAGE", label), *silent))


def _start_timer(_: Addresses, seconds: int) -> Order:
    what = ("--ei", f"{_CLOCK}.LENGTH", str(seconds), "--ez", f"{_CLOCK}.SKIP_UI", "true")
    return Order(_start("android.intent.action.SET_TIMER", *what))


def _call(find: Addresses, contact: str) -> Order:
    return Order(_start("android.intent.action.CALL", "-d", f"tel:{quote(_address(find, 'phones', contact))}"))


def _send_message(find: Addresses, contact: str, text: str) -> Order:
    to = f"smsto:{quote(_address(find, 'phones', contact))}"
    command = _start("android.intent.action.SENDTO", "-d", to, *_text("sms_body", text))
    return Order(command, "the message is written but not sent: send it on the screen")


def _send_email(find: Addresses, contact: str, subject: str, text: str) -> Order:
    to = f"mailto:{quote(_address(find, 'emails', contact), safe='@')}?subject={quote(subject)}&body={quote(text)}"
    command = _start("android.intent.action.SENDTO", "-d", to)
    return Order(command, "the mail is written but not sent: send it on the screen")


def _create_event(_: Addresses, title: str, day: date, at: time, place: str = "") -> Order:
    begin = int(datetime.combine(day, at).astimezone().timestamp() * 1000)
    what = (*_text("title", title), *_text("eventLocation", place), "--el", "beginTime", str(begin))
    command = _start("android.intent.action.INSERT", "-d", "content://com.android.calendar/events", *what)
    return Order(command, "the event is filled in but not saved: check its time and save it on the screen")


def _add_contact(_: Addresses, name: str, phone: str, email: str = "") -> Order:
    kind = ("-t", "vnd.android.cursor.dir/contact")
    what = (*_text("name", name), *_text("phone", phone), *_text("email", email))
    command = _start("android.intent.action.INSERT", *kind, *what)
    return Order(command, "the contact is filled in but not saved: save it on the screen")


def _set_switch(_: Addresses, setting: str, on: bool) -> Order:
    if setting not in _SWITCHES:
        raise Failed(f"Android's shell has no command for `{setting}`; open Settings and use the screen")
    command, yes, no = _SWITCHES[setting]
    return Order((*command.split(), yes if on else no))


_INTENTS: dict[str, Callable[..., Order]] = {
    "set_alarm": _set_alarm,
    "start_timer": _start_timer,
    "send_message": _send_message,
    "call_contact": _call,
    "send_email": _send_email,
    "create_event": _create_event,
    "add_contact": _add_contact,
    "set_switch": _set_switch,
}


def order_of(name: str, arguments: Mapping[str, Any], find: Addresses) -> Order:
    """The command of an intent; `find` gives contacts' `phones` or `emails` by name."""
    if name not in _INTENTS:
        raise Failed(f"Android's shell has no command for `{name}`; open the app and use the screen")
    return _INTENTS[name](find, **arguments)
