"""Tasks in Email."""

from __future__ import annotations

from collections.abc import Callable

from ..sim import names, ops
from ..sim.world import Mail
from .draw import Draw
from .task import Draft, Move, launch, say, tap, template, write

_OPEN = launch("Email")


def mail(d: Draw, folder: str = "Inbox") -> Mail:
    """A mail of a folder."""
    return d.one([m for m in d.world.mails if m.folder == folder])


def fill(*, to: str = "", subject: str = "", body: str = "") -> tuple[Move, ...]:
    """Fill the fields of a mail and send it."""
    given = (("To", to), ("Subject", subject), ("Message text", body))
    return (*(write(label, text) for label, text in given if text), tap("Send"))


@template("email")
def send(d: Draw) -> Draft:
    who, subject, body = d.contact(), d.one(names.NOTE_TITLES), d.saying()
    return Draft(
        (
            "Mail {to} with the subject {subject}: {body}",
            "Send an email to {to}, subject {subject}, text {body}",
            "Write a mail to {to} about {subject} that says {body}",
            "Email {body} to {to}, the subject is {subject}",
        ),
        (_OPEN, tap("Compose"), *fill(to=who.email, subject=subject, body=body)),
        {"to": who.email, "subject": subject, "body": body},
        ops.send_mail(who.name, who.email, subject, body),
    )


@template("contacts", "email")
def send_to_name(d: Draw) -> Draft:
    who, subject, body = d.contact(), d.one(names.NOTE_TITLES), d.saying()
    return Draft(
        (
            "Mail my contact {name} with the subject {subject}: {body}",
            "Send {name} an email about {subject}, text {body}",
            "Write {name} a mail, subject {subject}, saying {body}",
            "Email {name} under the subject {subject} that {body}",
        ),
        (launch("Contacts"), tap(who.name), tap("Email"), *fill(subject=subject, body=body)),
        {"name": who.name, "subject": subject, "body": body},
        ops.send_mail(who.name, who.email, subject, body),
        intent=("send_email", {"contact": who.name, "subject": subject, "text": body}),
    )


@template("email")
def reply(d: Draw) -> Draft:
    found, body = mail(d), d.saying()
    return Draft(
        (
            'Reply to the mail "{s}": {body}',
            'Answer "{s}" with {body}',
            'Respond {body} to the email about "{s}"',
            'Write back to "{s}" that {body}',
        ),
        (_OPEN, tap(found.subject), tap("Reply"), *fill(body=body)),
        {"s": found.subject, "body": body},
        ops.send_mail(found.who, found.address, f"Re: {found.subject}", body),
    )


@template("email")
def forward(d: Draw) -> Draft:
    found, who = mail(d), d.contact()
    return Draft(
        (
            'Forward the mail "{s}" to {to}',
            'Send the email "{s}" on to {to}',
            'Pass "{s}" from my inbox on to {to}',
            '{to} should get the mail "{s}" too, forward it',
        ),
        (_OPEN, tap(found.subject), tap("Forward"), *fill(to=who.email)),
        {"s": found.subject, "to": who.email},
        ops.send_mail(who.name, who.email, f"Fwd: {found.subject}", found.body),
    )


def _touch(d: Draw, label: str, edit: Callable[[Mail], ops.Edit], wordings: tuple[str, ...]) -> Draft:
    found = d.one([m for m in d.world.mails if m.folder == "Inbox" and not m.starred])
    return Draft(wordings, (_OPEN, tap(found.subject), tap(label)), {"s": found.subject}, edit(found))


@template("email")
def star(d: Draw) -> Draft:
    said = ('Star the mail "{s}"', 'Put a star on "{s}"', 'Mark the email "{s}" with a star', '"{s}" should be starred')
    return _touch(d, "Add star", lambda m: ops.edit("mails", m.id, starred=True), said)


@template("email")
def archive(d: Draw) -> Draft:
    said = (
        'Archive the mail "{s}"',
        'Move "{s}" to the mail archive',
        'I am done with the email "{s}", archive it',
        'Put the mail "{s}" away in the archive',
    )
    return _touch(d, "Archive", lambda m: ops.edit("mails", m.id, folder="Archive"), said)


@template("email")
def mark_unread(d: Draw) -> Draft:
    said = (
        'Mark the mail "{s}" as unread',
        'Set "{s}" in my inbox to unread',
        'I want to read "{s}" later, keep it unread',
        'Make the email "{s}" unread again',
    )
    found = d.one([m for m in d.world.mails if m.folder == "Inbox" and m.read])
    path = (_OPEN, tap(found.subject), tap("Mark as unread"))
    return Draft(said, path, {"s": found.subject}, ops.edit("mails", found.id, read=False))


@template("email")
def delete(d: Draw) -> Draft:
    found = mail(d)
    return Draft(
        (
            'Delete the mail "{s}"',
            'Throw the email "{s}" away',
            'Remove "{s}" from my inbox',
            'Put the mail "{s}" in the bin',
        ),
        (_OPEN, tap(found.subject), tap("Delete"), tap("Delete")),
        {"s": found.subject},
        ops.edit("mails", found.id, folder="Bin"),
    )


@template("email")
def unarchive(d: Draw) -> Draft:
    found = mail(d, "Archive")
    return Draft(
        (
            'Move the archived mail "{s}" back to the inbox',
            'I need "{s}" from the mail archive in my inbox',
            'Bring the email "{s}" back from the archive',
            'Take "{s}" out of the email archive',
        ),
        (_OPEN, tap("Folders"), tap("Archive"), tap(found.subject), tap("Move to inbox")),
        {"s": found.subject},
        ops.edit("mails", found.id, folder="Inbox"),
    )


@template("email")
def ask_sender(d: Draw) -> Draft:
    found = mail(d)
    return Draft(
        (
            'Who sent the mail "{s}"?',
            'From whom is the email "{s}"?',
            'Look up the sender of "{s}" in my inbox',
            'Tell me who wrote "{s}"',
        ),
        (_OPEN, say(found.who)),
        {"s": found.subject},
        answer=found.who,
    )


@template("email")
def ask_first(d: Draw) -> Draft:
    found = mail(d)
    first = found.body.split("\n")[0]
    return Draft(
        (
            'What does the mail "{s}" say first?',
            'Read me the first line of the email "{s}"',
            'Open "{s}" in my mail and tell me its first line',
            'How does the mail "{s}" begin?',
        ),
        (_OPEN, tap(found.subject), say(first)),
        {"s": found.subject},
        answer=first,
    )
