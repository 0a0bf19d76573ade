"""A whole world from one number: the same seed gives the same world, two seeds hardly ever share a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random
from typing import TypeVar

from . import names as n
from .apps.clock import CITIES, DAYS
from .world import (
    Alarm,
    Call,
    Camera,
    City,
    Contact,
    Event,
    File,
    Mail,
    Message,
    Note,
    Page,
    Photo,
    Place,
    Player,
    Playlist,
    Settings,
    Song,
    World,
)

T = TypeVar("T")


def some(random: Random, items: Sequence[T], low: int, high: int) -> list[T]:
    """Between `low` and `high` different items, in random order."""
    return random.sample(items, random.randint(low, min(high, len(items))))


def phone_number(random: Random) -> str:
    """A number in the form that this phone writes them."""
    return f"+{random.randint(30, 99)} {random.randint(100, 999)} {random.randint(100_000, 999_999)}"


def clock_time(random: Random, first: int = 6, last: int = 22) -> time:
    """A time of day at a multiple of five minutes."""
    return time(random.randint(first, last), random.randrange(0, 60, 5))


def make_world(seed: int) -> World:
    """The world of this seed."""
    random = Random(f"world {seed}")
    now = datetime(2026, random.randint(1, 12), random.randint(1, 28), random.randint(7, 20), random.randint(0, 59))
    people = _people(random)
    return World(
        seed=seed,
        now=now,
        contacts=people,
        calls=_calls(random, people, now),
        messages=_messages(random, people, now),
        alarms=_alarms(random),
        cities=tuple(City(i, name, CITIES[name]) for i, name in enumerate(some(random, list(CITIES), 1, 3), 1)),
        events=_events(random, now),
        networks=tuple(networks := some(random, n.NETWORKS, 3, 4)),
        settings=_settings(random, networks[0]),
        notes=tuple(
            Note(i, title, body, random.random() < 0.2, random.random() < 0.15)
            for i, (title, body) in enumerate(some(random, n.NOTES, 6, 9), 1)
        ),
        photos=_photos(random, now),
        camera=Camera(random.choice(("Auto", "On", "Off")), "Off"),
        songs=(songs := _songs(random)),
        playlists=tuple(
            Playlist(i, name, tuple(s.title for s in random.sample(songs, random.randint(2, 4))))
            for i, name in enumerate(some(random, n.PLAYLISTS, 3, 4), 1)
        ),
        player=Player(random.choice(songs).title),
        places=_places(random),
        pages=_pages(random),
        mails=_mails(random, people, now),
        files=_files(random),
        folders=n.FOLDERS,
        permissions=frozenset(p for p in ("camera:camera", "maps:location") if random.random() < 0.5),
    )


def _people(random: Random) -> tuple[Contact, ...]:
    firsts, lasts = some(random, n.FIRST, 14, 18), random.sample(n.LAST, 18)
    found: list[Contact] = []
    for i, (first, last) in enumerate(zip(firsts, lasts, strict=False), 1):
        email = f"{first}.{last}@example.com".lower()
        company = random.choice(n.COMPANIES) if random.random() < 0.5 else ""
        found.append(Contact(i, f"{first} {last}", phone_number(random), email, company, random.random() < 0.25))
    return tuple(found)


def _calls(random: Random, people: Sequence[Contact], now: datetime) -> tuple[Call, ...]:
    found: list[Call] = []
    for i, who in enumerate([*random.sample(people, 5), None], 1):
        number = who.phone if who else phone_number(random)
        kind = random.choice(("missed", "incoming", "outgoing"))
        when = now - timedelta(hours=5 * i + random.randint(0, 4), minutes=random.randint(0, 59))
        found.append(Call(i, who.name if who else number, number, kind, when, random.randint(1, 40)))
    return tuple(found)


def _messages(random: Random, people: Sequence[Contact], now: datetime) -> tuple[Message, ...]:
    found: list[Message] = []
    said = iter(random.sample(n.SENTENCES, len(n.SENTENCES)))
    for who in random.sample(people, 6):
        when, unread = now - timedelta(hours=random.randint(1, 200)), random.random() < 0.3
        for _ in range(random.randint(2, 4)):
            when += timedelta(minutes=random.randint(1, 14))
            found.append(Message(len(found) + 1, who.name, next(said), random.random() < 0.4, when))
        last = Message(len(found), who.name, found[-1].text, False, when, not unread)
        found[-1] = last
    return tuple(found)


def _alarms(random: Random) -> tuple[Alarm, ...]:
    labels = some(random, n.ALARMS, 3, 5)
    hours = random.sample(range(5, 22), len(labels))
    days = ((), DAYS[:5], DAYS, ("Sat", "Sun"), ())
    return tuple(
        Alarm(i, time(hour, random.randrange(0, 60, 5)), label, random.random() < 0.5, random.choice(days))
        for i, (hour, label) in enumerate(zip(hours, labels, strict=True), 1)
    )


def _events(random: Random, now: datetime) -> tuple[Event, ...]:
    found: list[Event] = []
    for i, title in enumerate(some(random, n.EVENTS, 7, 9), 1):
        day = now.date() + timedelta(days=0 if i < 3 else random.randint(1, 25) if i > 3 else -random.randint(1, 20))
        place = random.choice(n.ROOMS) if random.random() < 0.6 else ""
        found.append(Event(i, title, day, clock_time(random, 8, 20), place, random.choice(("10 minutes", "1 hour"))))
    return tuple(found)


def _settings(random: Random, network: str) -> Settings:
    def flag() -> bool:
        return random.random() < 0.5

    levels = [random.randrange(20, 90, 10) for _ in range(4)]
    flags = {name: flag() for name in ("bluetooth", "hotspot", "location", "dark", "rotate", "saver", "dnd")}
    brightness, media, ring, alarm = levels
    plain = Settings(network=network, brightness=brightness, media=media, ring=ring, alarm=alarm)
    return replace(plain, **flags)


def _photos(random: Random, now: datetime) -> tuple[Photo, ...]:
    found: list[Photo] = []
    for i, name in enumerate(some(random, n.PHOTOS, 9, 12), 1):
        when = now - timedelta(days=random.randint(1, 400), minutes=random.randint(0, 900))
        album = n.ALBUMS[i % len(n.ALBUMS)] if i <= len(n.ALBUMS) else random.choice(n.ALBUMS)
        found.append(Photo(i, name, album, when, random.random() < 0.2, i in {3, 7}))
    return tuple(found)


def _songs(random: Random) -> tuple[Song, ...]:
    titles = some(random, n.SONGS, 9, 12)
    return tuple(Song(i, t, random.choice(n.ARTISTS), random.random() < 0.3) for i, t in enumerate(titles, 1))


def _places(random: Random) -> tuple[Place, ...]:
    found: list[Place] = []
    for i, said in enumerate(some(random, n.PLACES, 9, 12), 1):
        name, _, kind = said.partition(":")
        address = f"{random.randint(1, 120)} {random.choice(n.STREETS)}"
        rating = f"{random.randint(30, 50) / 10}"
        found.append(Place(i, name, kind, address, phone_number(random), rating, random.random() < 0.25))
    return tuple(found)


def _pages(random: Random) -> tuple[Page, ...]:
    return tuple(
        Page(
            i,
            title,
            url,
            body.format(time=f"{clock_time(random):%H:%M}", n=random.randint(2, 40)),
            random.random() < 0.3,
        )
        for i, (title, url, body) in enumerate(some(random, n.PAGES, 7, 9), 1)
    )


def _mails(random: Random, people: Sequence[Contact], now: datetime) -> tuple[Mail, ...]:
    found: list[Mail] = []
    for i, (subject, body) in enumerate(some(random, n.SUBJECTS, 8, 10), 1):
        who, folder = random.choice(people), "Inbox" if i <= 6 else random.choice(("Archive", "Sent"))
        said = body.format(n=random.randint(21, 990), time=f"{clock_time(random):%H:%M}")
        when = now - timedelta(hours=7 * i + random.randint(0, 6))
        read, starred = folder != "Inbox" or random.random() < 0.5, random.random() < 0.2
        found.append(Mail(i, folder, who.name, who.email, subject, said, when, read, starred))
    return tuple(found)


def _files(random: Random) -> tuple[File, ...]:
    return tuple(
        File(i, name, n.FOLDERS[i % len(n.FOLDERS)], random.randint(3, 9000))
        for i, name in enumerate(some(random, n.FILES, 10, 13), 1)
    )
