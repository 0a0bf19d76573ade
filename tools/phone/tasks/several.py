"""Tasks over several apps: read something in one, use it in another."""

from __future__ import annotations

from datetime import timedelta

from ..sim import names, ops
from ..sim.apps.settings import SWITCHES, flip
from .draw import Draw
from .email import fill, mail
from .messages import people, text_to
from .settings import to
from .task import Draft, launch, set_day, set_time, tap, template, write


@template("contacts", "messages")
def number_by_text(d: Draw) -> Draft:
    about, who = d.some([c for c in d.world.contacts if c.name not in people(d)], 2)
    return Draft(
        (
            "Text {who} the phone number of {about}",
            "{who} needs {about}'s number, send it as a message",
            "Look up the number of {about} and message it to {who}",
            "Send {who} a text with just the number of {about}",
        ),
        (launch("Contacts"), tap(about.name), *text_to(who.name, about.phone)),
        {"who": who.name, "about": about.name},
        ops.send_message(who.name, about.phone),
        reads=True,
    )


@template("contacts", "notes")
def email_to_note(d: Draw) -> Draft:
    who, title = d.contact(), d.new(names.NOTE_TITLES, [n.title for n in d.world.notes])
    make = (launch("Notes"), tap("Add note"), write("Title", title), write("Note", who.email), tap("Save"))
    return Draft(
        (
            "Make a note {title} with the email address of {name}",
            "Write {name}'s mail address into a new note called {title}",
            "New note {title}: it should hold the email of {name}",
            "Look up {name}'s email and keep it in a note titled {title}",
        ),
        (launch("Contacts"), tap(who.name), *make),
        {"title": title, "name": who.name},
        ops.add_note(title, who.email),
        reads=True,
    )


@template("calendar", "clock")
def alarm_for_event(d: Draw) -> Draft:
    taken = {a.at for a in d.world.alarms}
    event = d.one([e for e in d.world.events if e.day >= d.world.now.date() and e.at not in taken])
    return Draft(
        (
            "Set an alarm for the time at which {title} starts",
            "Look up when {title} is and set an alarm for that time",
            "I want an alarm exactly when {title} begins",
            "Make an alarm at the time of {title} in my calendar",
        ),
        (launch("Calendar"), launch("Clock"), tap("Add alarm"), *set_time("Time", event.at), tap("Save")),
        {"title": event.title},
        ops.add_alarm(event.at),
        reads=True,
    )


@template("calendar", "messages")
def event_place_by_text(d: Draw) -> Draft:
    event = d.one([e for e in d.world.events if e.place and e.day >= d.world.now.date()])
    who = d.one([c for c in d.world.contacts if c.name not in people(d)])
    return Draft(
        (
            "Text {name} the location of {title}",
            "{name} asks where {title} is, message the place",
            "Look up where {title} takes place and text it to {name}",
            "Send {name} just the place of {title}",
        ),
        (launch("Calendar"), tap(event.title), *text_to(who.name, event.place)),
        {"name": who.name, "title": event.title},
        ops.send_message(who.name, event.place),
        reads=True,
    )


@template("messages", "notes")
def message_to_note(d: Draw) -> Draft:
    who = d.one(people(d))
    last = max((m for m in d.world.messages if m.who == who), key=lambda m: m.when)
    title = d.new(names.NOTE_TITLES, [n.title for n in d.world.notes])
    make = (launch("Notes"), tap("Add note"), write("Title", title), write("Note", last.text), tap("Save"))
    return Draft(
        (
            "Copy the latest message of {name} into a new note {title}",
            "Keep what {name} wrote last in a note called {title}",
            "Make a note {title} with the last message from {name}",
            "Note down {name}'s newest message under the title {title}",
        ),
        (launch("Messages"), *make),
        {"name": who, "title": title},
        ops.add_note(title, last.text),
        reads=True,
    )


@template("email", "calendar")
def mail_to_event(d: Draw) -> Draft:
    found, (at, t), (day, said) = mail(d), d.at(), d.day()
    picks = (*set_day(day, d.world.now.date()), *set_time("Time", at))
    return Draft(
        (
            'Archive the mail "{s}" and put {s} into the calendar, {day} at {t}',
            'Schedule {s} for {day} at {t} and archive the mail "{s}"',
            'Add {s} to the calendar on {day}, {t}, and file the email "{s}" in the archive',
            'Move the mail "{s}" to the archive, then make an event {s} on {day} at {t}',
        ),
        (
            *(launch("Email"), tap(found.subject), tap("Archive")),
            *(launch("Calendar"), tap("Add event"), write("Title", found.subject), *picks, tap("Save")),
        ),
        {"s": found.subject, "day": said, "t": t},
        ops.seq(ops.edit("mails", found.id, folder="Archive"), ops.add_event(found.subject, day, at)),
    )


@template("browser", "notes")
def page_to_note(d: Draw) -> Draft:
    page = d.one([p for p in d.world.pages if p.bookmarked])
    first, title = page.text.split("\n")[0], d.new(names.NOTE_TITLES, [n.title for n in d.world.notes])
    make = (launch("Notes"), tap("Add note"), write("Title", title), write("Note", first), tap("Save"))
    return Draft(
        (
            "Write the first line of my bookmark {t} into a new note {title}",
            "Make a note {title} with the first line of the bookmarked page {t}",
            "Note down under {title} what the bookmark {t} says first",
            "Keep the first line of {t} from my bookmarks in a note called {title}",
        ),
        (launch("Browser"), tap(page.title), *make),
        {"t": page.title, "title": title},
        ops.add_note(title, first),
        reads=True,
    )


@template("clock", "messages")
def city_time_by_text(d: Draw) -> Draft:
    city, who = d.one(d.world.cities), d.one([c for c in d.world.contacts if c.name not in people(d)])
    shown = f"{d.world.now + timedelta(hours=city.offset):%H:%M}"
    return Draft(
        (
            "Text {name} what time it is in {city}",
            "{name} asks how late it is in {city}, message the time",
            "Look up the time in {city} and send it to {name}",
            "Send {name} the time that the world clock shows for {city}",
        ),
        (launch("Clock"), tap("World clock"), *text_to(who.name, shown)),
        {"name": who.name, "city": city.name},
        ops.send_message(who.name, shown),
        reads=True,
    )


@template("settings", "notes")
def serial_to_note(d: Draw) -> Draft:
    title = d.new(names.NOTE_TITLES, [n.title for n in d.world.notes])
    serial = f"SIM{d.world.seed * 7919 % 1_000_000:06d}"
    make = (launch("Notes"), tap("Add note"), write("Title", title), write("Note", serial), tap("Save"))
    return Draft(
        (
            "Write the phone's serial number into a new note {title}",
            "Make a note {title} that holds the serial number of this phone",
            "Look up the serial number and note it under {title}",
            "Keep my phone's serial number in a note called {title}",
        ),
        (*to("about"), tap("About phone"), *make),
        {"title": title},
        ops.add_note(title, serial),
        reads=True,
    )


@template("settings", "music")
def quiet_music(d: Draw) -> Draft:
    song = d.one([s for s in d.world.songs if s.title != d.world.player.song])
    now = d.world.settings
    word = "off" if now.dnd else "on"
    return Draft(
        (
            "Turn {w} Do Not Disturb and play {s}",
            "Play {s} and switch Do Not Disturb {w}",
            "Do Not Disturb {w}, then put on the song {s}",
            "I want {s} to play with Do Not Disturb {w}",
        ),
        (*to("dnd"), tap(SWITCHES["dnd"]), launch("Music"), tap(song.title), tap("Play")),
        {"w": word, "s": song.title},
        ops.seq(flip("dnd", now), ops.play(song.title)),
    )


@template("contacts", "messages")
def new_contact_text(d: Draw) -> Draft:
    name, phone, text = d.stranger(), d.phone(), d.saying()
    add = (launch("Contacts"), tap("Add contact"), write("Name", name), write("Phone", phone), tap("Save"))
    return Draft(
        (
            "Save {phone} as {name} and text them {text}",
            "Add {name}, {phone}, to the contacts and send the message {text}",
            "New contact {name} with {phone}; write them {text}",
            "Put {name} with the number {phone} into my contacts, then message {name}: {text}",
        ),
        (*add, tap("Message"), write("Text message", text), tap("Send")),
        {"name": name, "phone": phone, "text": text},
        ops.seq(ops.add_contact(name, phone), ops.send_message(name, text)),
    )


@template("clock", "calendar")
def event_and_alarm(d: Draw) -> Draft:
    title, (at, t) = d.new(names.EVENTS, [e.title for e in d.world.events]), d.at()
    today = d.world.now.date()
    return Draft(
        (
            "Put {title} in the calendar today at {t} and set an alarm for {t}",
            "Today at {t} I have {title}: calendar entry and alarm please",
            "Schedule {title} for today {t}, with an alarm at the same time",
            "Set an alarm at {t} and add the event {title} today at {t}",
        ),
        (
            *(launch("Calendar"), tap("Add event"), write("Title", title), *set_time("Time", at), tap("Save")),
            *(launch("Clock"), tap("Add alarm"), *set_time("Time", at), tap("Save")),
        ),
        {"title": title, "t": t},
        ops.seq(ops.add_event(title, today, at), ops.add_alarm(at)),
    )


@template("email", "contacts")
def sender_favourite(d: Draw) -> Draft:
    found = d.one([m for m in d.world.mails if m.folder == "Inbox" and _plain(d, m.who)])
    key = next(c.id for c in d.world.contacts if c.name == found.who)
    return Draft(
        (
            'Make the sender of the mail "{s}" a favourite contact',
            'Who wrote "{s}"? Add them to my favourites',
            'The person who sent the email "{s}" should be a favourite',
            'Add whoever sent "{s}" to my favourite contacts',
        ),
        (launch("Email"), launch("Contacts"), tap(found.who), tap("Add to favourites")),
        {"s": found.subject},
        ops.edit("contacts", key, favourite=True),
        reads=True,
    )


def _plain(d: Draw, name: str) -> bool:
    found = ops.contact_named(d.world, name)
    return found is not None and not found.favourite


@template("gallery", "settings")
def photo_and_dark(d: Draw) -> Draft:
    photo = d.one([p for p in d.world.photos if not p.binned])
    word = "off" if d.world.settings.dark else "on"
    return Draft(
        (
            "Delete the photo {p} and turn {w} the dark theme",
            "Move the picture {p} to the bin, then switch the dark theme {w}",
            "Dark theme {w}, and throw away the photo {p}",
            "Bin the photo {p} and set the dark theme to {w}",
        ),
        (
            *(launch("Gallery"), tap(photo.name), tap("Delete"), tap("Move to bin")),
            *(*to("dark"), tap(SWITCHES["dark"])),
        ),
        {"p": photo.name, "w": word},
        ops.seq(ops.edit("photos", photo.id, binned=True), flip("dark", d.world.settings)),
    )


@template("contacts", "email")
def forward_number(d: Draw) -> Draft:
    about, who = d.some(d.world.contacts, 2)
    title = d.one(names.NOTE_TITLES)
    return Draft(
        (
            "Mail {to} the number of {about}, subject {s}",
            "Send the phone number of {about} by email to {to} under the subject {s}",
            "{to} should get {about}'s number by mail, the subject is {s}",
            "Look up {about}'s number and email it to {to} with the subject {s}",
        ),
        (
            *(launch("Contacts"), tap(about.name)),
            *(launch("Email"), tap("Compose"), *fill(to=who.email, subject=title, body=about.phone)),
        ),
        {"to": who.email, "about": about.name, "s": title},
        ops.send_mail(who.name, who.email, title, about.phone),
        reads=True,
    )
