"""Tasks in Notes."""

from __future__ import annotations

from ..sim import names, ops
from ..sim.world import Note
from .draw import Draw
from .task import Draft, launch, say, tap, template, write

_OPEN = launch("Notes")


def _note(d: Draw, *, archived: bool = False) -> Note:
    return d.one([n for n in d.world.notes if n.archived == archived])


def _title(d: Draw) -> str:
    return d.new(names.NOTE_TITLES, [n.title for n in d.world.notes])


@template("notes")
def add(d: Draw) -> Draft:
    title, body = _title(d), d.one(names.NOTE_BODIES)
    return Draft(
        (
            "Make a note called {title}: {body}",
            "Write a note titled {title} that says {body}",
            "Note down under {title}: {body}",
            "New note {title} with the text {body}",
        ),
        (_OPEN, tap("Add note"), write("Title", title), write("Note", body), tap("Save")),
        {"title": title, "body": body},
        ops.add_note(title, body),
        intent=("create_note", {"title": title, "text": body}),
    )


@template("notes")
def add_title(d: Draw) -> Draft:
    title = _title(d)
    return Draft(
        (
            "Create an empty note with the title {title}",
            "Start a new note named {title}",
            "Make a note {title}, without any text yet",
            "I need a blank note called {title}",
        ),
        (_OPEN, tap("Add note"), write("Title", title), tap("Save")),
        {"title": title},
        ops.add_note(title, ""),
    )


@template("notes")
def rewrite(d: Draw) -> Draft:
    note, body = _note(d), d.one(names.NOTE_BODIES)
    return Draft(
        (
            "Replace the text of the note {title} by: {body}",
            "The note {title} should just say {body}",
            "Change the content of {title} to {body}",
            "Rewrite my note {title}: {body}",
        ),
        (_OPEN, tap(note.title), tap("Edit"), write("Note", body), tap("Save")),
        {"title": note.title, "body": body},
        ops.edit("notes", note.id, body=body),
    )


@template("notes")
def rename(d: Draw) -> Draft:
    note, title = _note(d), _title(d)
    return Draft(
        (
            "Rename the note {old} to {title}",
            "Change the title of the note {old} to {title}",
            "My note {old} should be called {title}",
            "Give the note {old} the new title {title}",
        ),
        (_OPEN, tap(note.title), tap("Edit"), write("Title", title), tap("Save")),
        {"old": note.title, "title": title},
        ops.edit("notes", note.id, title=title),
    )


@template("notes")
def pin(d: Draw) -> Draft:
    note = d.one([n for n in d.world.notes if not n.archived and not n.pinned])
    return Draft(
        (
            "Pin the note {t}",
            "Keep my note {t} on top",
            "Put a pin on {t} in the notes",
            "The note {t} should be pinned",
        ),
        (_OPEN, tap(note.title), tap("Pin")),
        {"t": note.title},
        ops.edit("notes", note.id, pinned=True),
    )


@template("notes")
def archive(d: Draw) -> Draft:
    note = _note(d)
    return Draft(
        (
            "Archive the note {t}",
            "Move my note {t} to the archive",
            "Put {t} away in the notes archive",
            "I am done with the note {t}, archive it",
        ),
        (_OPEN, tap(note.title), tap("Archive")),
        {"t": note.title},
        ops.edit("notes", note.id, archived=True),
    )


@template("notes")
def unarchive(d: Draw) -> Draft:
    note = _note(d, archived=True)
    return Draft(
        (
            "Bring the note {t} back from the archive",
            "Unarchive my note {t}",
            "I need the archived note {t} among my notes again",
            "Take {t} out of the notes archive",
        ),
        (_OPEN, tap("Archive"), tap(note.title), tap("Unarchive")),
        {"t": note.title},
        ops.edit("notes", note.id, archived=False),
    )


@template("notes")
def delete(d: Draw) -> Draft:
    note = _note(d)
    return Draft(
        (
            "Delete the note {t}",
            "Remove my note {t} for good",
            "Throw the note {t} away",
            "I do not need the note {t} any more, delete it",
        ),
        (_OPEN, tap(note.title), tap("Delete"), tap("Delete")),
        {"t": note.title},
        ops.drop("notes", note.id),
    )


@template("notes")
def ask(d: Draw) -> Draft:
    note = d.one([n for n in d.world.notes if not n.archived and "\n" in n.body])
    said = note.body.split("\n")[-1]
    return Draft(
        (
            "What is the last line of my note {t}?",
            "Read me how the note {t} ends",
            "Look into the note {t} and tell me its last line",
            "Which line stands at the end of {t}?",
        ),
        (_OPEN, tap(note.title), say(said)),
        {"t": note.title},
        answer=said,
    )


@template("notes", "messages")
def share(d: Draw) -> Draft:
    note, who = _note(d), d.contact()
    return Draft(
        (
            "Share my note {t} with {name}",
            "Send the note {t} to {name}",
            "{name} needs my note {t}, share it",
            "Pass the note {t} on to {name}",
        ),
        (_OPEN, tap(note.title), tap("Share"), tap(who.name), tap("Send")),
        {"t": note.title, "name": who.name},
        ops.send_message(who.name, note.body),
    )
