"""Tasks that cannot be done: the thing or the app is not there. The right ending is to say so, with nothing changed."""

from __future__ import annotations

from ..sim import names
from .draw import Draw
from .task import Draft, Move, cannot, launch, tap, template, write


def _missing(wordings: tuple[str, ...], path: tuple[Move, ...], why: str, **slots: str) -> Draft:
    return Draft(wordings, (*path, cannot(why)), slots, feasible=False)


@template("home")
def no_app(d: Draw) -> Draft:
    app = d.one(names.MISSING_APPS)
    said = ("Open the {app} app", "Start {app}", "Launch my {app} app please", "Go to the app {app}")
    return _missing(said, (), f"there is no app {app}", app=app)


@template("contacts")
def no_contact(d: Draw) -> Draft:
    name = d.stranger()
    said = (
        "What is the number of {name} in my contacts?",
        "Delete {name} from my contacts",
        "Make {name} a favourite contact",
        "Change the company of my contact {name} to Tideline Boats",
    )
    path = (launch("Contacts"), write("Search contacts", name))
    return _missing(said, path, f"there is no contact {name}", name=name)


@template("messages")
def no_conversation(d: Draw) -> Draft:
    name = d.stranger()
    said = (
        "Delete the conversation with {name}",
        "What did {name} write last?",
        "Pin the chat with {name}",
        "Mute my conversation with {name}",
    )
    path = (launch("Messages"), write("Search messages", name))
    return _missing(said, path, f"there is no conversation with {name}", name=name)


@template("notes")
def no_note(d: Draw) -> Draft:
    title = d.new(names.NOTE_TITLES, [n.title for n in d.world.notes])
    said = ("Delete the note {t}", "Pin the note {t}", "Archive my note {t}", "Read me the last line of the note {t}")
    path = (launch("Notes"), write("Search notes", title))
    return _missing(said, path, f"there is no note {title}", t=title)


@template("music")
def no_song(d: Draw) -> Draft:
    title = d.new(names.SONGS, [s.title for s in d.world.songs])
    said = ("Play {s}", "Like the song {s}", "Who sings {s}?", "Put on {s}")
    path = (launch("Music"), write("Search music", title))
    return _missing(said, path, f"there is no song {title}", s=title)


@template("calendar")
def no_event(d: Draw) -> Draft:
    title = d.new(names.EVENTS, [e.title for e in d.world.events])
    said = (
        "Delete {t} from my calendar",
        "At what time is {t} in my calendar?",
        "Rename the event {t} to Holiday",
        "Set the location of {t} to Room 204",
    )
    path = (launch("Calendar"), write("Search events", title))
    return _missing(said, path, f"there is no event {title}", t=title)


@template("clock")
def no_alarm(d: Draw) -> Draft:
    label = d.new(names.ALARMS, [a.label for a in d.world.alarms])
    said = (
        "Turn off the {label} alarm",
        "Delete my {label} alarm",
        "When does the {label} alarm ring?",
        "Rename the {label} alarm to Morning",
    )
    return _missing(said, (launch("Clock"),), f"there is no alarm {label}", label=label)


@template("files")
def no_file(d: Draw) -> Draft:
    name = d.new(names.FILES, [f.name for f in d.world.files])
    said = ("Delete the file {f}", "Rename the file {f} to new.txt", "How large is {f}?", "Move {f} to Downloads")
    path = (launch("Files"), write("Search files", name))
    return _missing(said, path, f"there is no file {name}", f=name)


@template("settings")
def no_setting(d: Draw) -> Draft:
    name = d.one(("blue light filter", "fingerprint unlock", "parental controls", "live captions", "voice isolation"))
    said = ("Turn on {n}", "Switch on the {n}", "Enable {n} in the settings", "I want {n} on")
    return _missing(said, (launch("Settings"), write("Search settings", name)), f"there is no setting {name}", n=name)


@template("settings")
def no_network(d: Draw) -> Draft:
    name = d.new(names.NETWORKS, d.world.networks)
    said = (
        "Connect to the Wi-Fi {n}",
        "Join the network {n}",
        "Use the Wi-Fi network {n}",
        "Switch the internet to {n}",
    )
    path = (launch("Settings"), tap("Network and internet"), tap("Internet"))
    return _missing(said, path, f"there is no network {name}", n=name)


@template("gallery")
def no_album(d: Draw) -> Draft:
    name = d.one(("Weddings", "Drawings", "Cars", "Work trips", "Recipes"))
    said = (
        "How many pictures are in the album {n}?",
        "Open the album {n} and count its photos",
        "Tell me the number of items in the {n} album",
        "What is in the album {n}?",
    )
    return _missing(said, (launch("Gallery"), tap("Albums")), f"there is no album {name}", n=name)
