"""What can happen to a world, as pure functions: apps, intents and the tasks' expectations all use these.

Knows nothing of screens. `edit`, `add` and `drop` work on any record by kind and id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from .world import Alarm, Call, Contact, Event, File, Mail, Message, Note, Photo, Playlist, Timer, World

Edit = Callable[[World], World]


def rows(world: World, kind: str) -> tuple[Any, ...]:
    """All records of a kind (`contacts`, `notes`, …)."""
    return getattr(world, kind)


def row(world: World, kind: str, key: int) -> Any:
    """The record with this id, or None when it is gone."""
    return next((record for record in rows(world, kind) if record.id == key), None)


def fresh(world: World, kind: str) -> int:
    """An id that no record of this kind has."""
    return max((record.id for record in rows(world, kind)), default=0) + 1


def add(kind: str, record: Any) -> Edit:
    """Append a record; it gets a fresh id."""

    def run(world: World) -> World:
        return replace(world, **{kind: (*rows(world, kind), replace(record, id=fresh(world, kind)))})

    return run


def edit(kind: str, key: int, **changes: Any) -> Edit:
    """Change fields of the record with this id."""

    def run(world: World) -> World:
        changed = tuple(replace(r, **changes) if r.id == key else r for r in rows(world, kind))
        return replace(world, **{kind: changed})

    return run


def drop(kind: str, *keys: int) -> Edit:
    """Remove the records with these ids."""

    def run(world: World) -> World:
        return replace(world, **{kind: tuple(r for r in rows(world, kind) if r.id not in keys)})

    return run


def set_part(part: str, **changes: Any) -> Edit:
    """Change fields of a single part: `settings`, `player`, `camera`, `stopwatch`, `route`."""

    def run(world: World) -> World:
        return replace(world, **{part: replace(getattr(world, part), **changes)})

    return run


def seq(*edits: Edit) -> Edit:
    """One edit after the other."""

    def run(world: World) -> World:
        for each in edits:
            world = each(world)
        return world

    return run


def same(world: World) -> World:
    """Nothing happens."""
    return world


def grant(app: str, permission: str) -> Edit:
    """Let an app use something."""
    return lambda world: replace(world, permissions=world.permissions | {f"{app}:{permission}"})


def contact_named(world: World, name: str) -> Contact | None:
    """The contact with this name."""
    return next((c for c in world.contacts if c.name == name), None)


def name_of(world: World, number: str) -> str:
    """Who a number belongs to; the number itself when nobody."""
    plain = number.replace(" ", "")
    return next((c.name for c in world.contacts if c.phone.replace(" ", "") == plain), number)


def send_message(who: str, text: str) -> Edit:
    """An outgoing text to a name (or a number), now."""
    return lambda w: add("messages", Message(0, who, text, True, w.now))(w)


def place_call(name: str, number: str) -> Edit:
    """An outgoing call, now."""
    return lambda w: add("calls", Call(0, name, number, "outgoing", w.now))(w)


def add_alarm(at: time, label: str = "", days: tuple[str, ...] = ()) -> Edit:
    """A new alarm that is on."""
    return add("alarms", Alarm(0, at, label, True, days))


def start_timer(seconds: int) -> Edit:
    """A new running timer."""
    return add("timers", Timer(0, seconds))


def add_event(title: str, day: date, at: time, place: str = "", reminder: str = "10 minutes") -> Edit:
    """A new calendar event."""
    return add("events", Event(0, title, day, at, place, reminder))


def add_contact(name: str, phone: str, email: str = "", company: str = "") -> Edit:
    """A new contact."""
    return add("contacts", Contact(0, name, phone, email, company))


def add_note(title: str, body: str) -> Edit:
    """A new note."""
    return add("notes", Note(0, title, body))


def send_mail(who: str, address: str, subject: str, body: str) -> Edit:
    """An outgoing mail, now, kept under Sent."""
    return lambda w: add("mails", Mail(0, "Sent", who, address, subject, body, w.now))(w)


def take_photo(kind: str = "Photo") -> Edit:
    """A new picture in the Camera album, named after the time and its number."""

    def run(world: World) -> World:
        number = sum(1 for photo in world.photos if photo.album == "Camera") + 1
        prefix = "VID" if kind == "Video" else "IMG"
        name = f"{prefix}_{world.now:%m%d}_{number:03d}"
        return add("photos", Photo(0, name, "Camera", world.now + timedelta(seconds=number)))(world)

    return run


def settings(**changes: Any) -> Edit:
    """Change settings."""
    return set_part("settings", **changes)


def play(song: str) -> Edit:
    """Start a song."""
    return set_part("player", song=song, playing=True)


def add_to_playlist(key: int, song: str) -> Edit:
    """Append a song to a playlist that does not hold it yet."""

    def run(world: World) -> World:
        found: Playlist | None = row(world, "playlists", key)
        if found is None or song in found.songs:
            return world
        return edit("playlists", key, songs=(*found.songs, song))(world)

    return run


def copy_file(key: int, folder: str) -> Edit:
    """A second file of the same name in another folder."""

    def run(world: World) -> World:
        found: File | None = row(world, "files", key)
        return world if found is None else add("files", replace(found, folder=folder))(world)

    return run


def navigate(to: str, mode: str) -> Edit:
    """Start navigation."""
    return set_part("route", to=to, mode=mode)
