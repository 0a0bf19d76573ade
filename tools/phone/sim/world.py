"""The device state of the simulated phone: frozen records, one tuple per kind.

`id` never takes part in comparison: two worlds are equal when they hold the same things. Knows nothing of screens.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody in the address book."""

    id: int = field(compare=False)
    name: str
    phone: str
    email: str = ""
    company: str = ""
    favourite: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One line of the call log; `kind` is missed, incoming or outgoing."""

    id: int = field(compare=False)
    name: str
    number: str
    kind: str
    when: datetime
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One text; `who` is the other side, `out` whether it was sent from here."""

    id: int = field(compare=False)
    who: str
    text: str
    out: bool
    when: datetime
    read: bool = True


@dataclass(frozen=True, slots=True)
class Thread:
    """What is known of a conversation beside its messages."""

    id: int = field(compare=False)
    who: str
    pinned: bool = False
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm; without `days` it rings once."""

    id: int = field(compare=False)
    at: time
    label: str = ""
    on: bool = True
    days: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer of so many seconds."""

    id: int = field(compare=False)
    seconds: int
    running: bool = True


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """The one stopwatch."""

    running: bool = False
    laps: int = 0


@dataclass(frozen=True, slots=True)
class City:
    """A city of the world clock; `offset` in hours from UTC."""

    id: int = field(compare=False)
    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class Event:
    """A calendar event."""

    id: int = field(compare=False)
    title: str
    day: date
    at: time
    place: str = ""
    reminder: str = "10 minutes"


@dataclass(frozen=True, slots=True)
class Settings:
    """The device's settings; levels in percent, steps of ten."""

    wifi: bool = True
    network: str = ""
    bluetooth: bool = False
    airplane: bool = False
    hotspot: bool = False
    location: bool = True
    dark: bool = False
    rotate: bool = True
    saver: bool = False
    dnd: bool = False
    brightness: int = 50
    media: int = 50
    ring: int = 50
    alarm: int = 50
    timeout: str = "1 minute"
    language: str = "English"
    font: str = "Default"
    ringtone: str = "Meridian"


@dataclass(frozen=True, slots=True)
class Note:
    """A note."""

    id: int = field(compare=False)
    title: str
    body: str
    pinned: bool = False
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture; `binned` ones lie in the bin until they are deleted for good."""

    id: int = field(compare=False)
    name: str
    album: str
    when: datetime
    favourite: bool = False
    binned: bool = False


@dataclass(frozen=True, slots=True)
class Camera:
    """How the camera is set."""

    flash: str = "Auto"
    timer: str = "Off"
    mode: str = "Photo"
    front: bool = False


@dataclass(frozen=True, slots=True)
class Song:
    """A song on the device."""

    id: int = field(compare=False)
    title: str
    artist: str
    liked: bool = False


@dataclass(frozen=True, slots=True)
class Playlist:
    """A playlist: the titles of its songs in order."""

    id: int = field(compare=False)
    name: str
    songs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Player:
    """What is playing."""

    song: str = ""
    playing: bool = False
    shuffle: bool = False
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the map."""

    id: int = field(compare=False)
    name: str
    kind: str
    address: str
    phone: str
    rating: str
    saved: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """The navigation under way; empty when there is none."""

    to: str = ""
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the simulated web."""

    id: int = field(compare=False)
    title: str
    url: str
    text: str
    bookmarked: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail; `who` and `address` are the other side."""

    id: int = field(compare=False)
    folder: str
    who: str
    address: str
    subject: str
    body: str
    when: datetime
    read: bool = True
    starred: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file in a folder."""

    id: int = field(compare=False)
    name: str
    folder: str
    kb: int


@dataclass(frozen=True, slots=True)
class World:
    """Everything that lasts on the device. `calculator` is the last result shown; `seed` is where the world came from.

    `permissions` holds `app:permission`; `visited` the browser's history, latest first; `updates` counts system
    updates that somebody agreed to.
    """

    seed: int
    now: datetime
    contacts: tuple[Contact, ...] = ()
    calls: tuple[Call, ...] = ()
    messages: tuple[Message, ...] = ()
    threads: tuple[Thread, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    timers: tuple[Timer, ...] = ()
    stopwatch: Stopwatch = Stopwatch()
    cities: tuple[City, ...] = ()
    events: tuple[Event, ...] = ()
    settings: Settings = Settings()
    networks: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    photos: tuple[Photo, ...] = ()
    camera: Camera = Camera()
    songs: tuple[Song, ...] = ()
    playlists: tuple[Playlist, ...] = ()
    player: Player = Player()
    places: tuple[Place, ...] = ()
    route: Route = Route()
    pages: tuple[Page, ...] = ()
    visited: tuple[str, ...] = ()
    mails: tuple[Mail, ...] = ()
    files: tuple[File, ...] = ()
    folders: tuple[str, ...] = ()
    calculator: str = ""
    clipboard: str = ""
    permissions: frozenset[str] = frozenset()
    updates: int = 0
