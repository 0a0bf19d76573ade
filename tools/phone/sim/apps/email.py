"""Email: folders, reading, starring, archiving, answering, writing; addresses are checked, drafts not lost silently."""

from __future__ import annotations

import re

from .. import ops
from ..app import App, confirm, error, gone, key_of
from ..state import State, go, leave, put, rewind, seq, world
from ..view import Item, View, button, entry, icon, row, text
from ..world import Mail

app = App("email", "Email")
FOLDERS = ("Inbox", "Starred", "Sent", "Archive", "Bin")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


@app.screen("main")
def main(state: State) -> View:
    """The mails of a folder, latest first."""
    folder, query = state.top.get("folder", FOLDERS[0]), state.top.get("query").lower()
    starred = folder == "Starred"
    found = [m for m in state.world.mails if (m.starred and m.folder != "Bin" if starred else m.folder == folder)]
    found = [m for m in found if query in f"{m.who} {m.subject} {m.body}".lower()]
    rows = tuple(_row(m) for m in sorted(found, key=lambda m: m.when, reverse=True))
    bar = (icon("Folders", go("folders")), icon("Compose", go("compose")))
    return View(folder, (entry(state, "query", "Search mail"), *(rows or (text("No mail here"),))), bar=bar)


def _row(mail: Mail) -> Item:
    marks = "".join(f"{word}. " for word, on in (("Unread", not mail.read), ("Starred", mail.starred)) if on)
    openit = seq(world(ops.edit("mails", mail.id, read=True)), go("mail", id=mail.id))
    who = f"To {mail.who}" if mail.folder == "Sent" else mail.who
    return row(mail.subject, openit, f"{marks}{who}, {mail.when:%d %b}")


@app.screen("folders")
def folders(_: State) -> View:
    """Which folder to show."""
    return View("Folders", tuple(row(n, seq(leave, rewind(folder=n))) for n in FOLDERS), overlay=True)


@app.screen("mail")
def mail_(state: State) -> View:
    """One mail."""
    mail: Mail | None = ops.row(state.world, "mails", key_of(state))
    if mail is None:
        return gone("Mail")
    key = mail.id
    star = world(ops.edit("mails", key, starred=not mail.starred))
    archived = mail.folder == "Archive"
    file = seq(world(ops.edit("mails", key, folder="Inbox" if archived else "Archive"), "Moved"), leave)
    bar = (
        icon("Remove star" if mail.starred else "Add star", star),
        icon("Move to inbox" if archived else "Archive", file),
        icon("Mark as unread", seq(world(ops.edit("mails", key, read=False)), leave)),
        icon("Delete", go("delete", id=key)),
    )
    said = (text(f"{'To' if mail.folder == 'Sent' else 'From'} {mail.who}"), text(mail.address))
    answer = go("compose", to=mail.address, subject=f"Re: {mail.subject}")
    onward = go("compose", subject=f"Fwd: {mail.subject}", body=mail.body)
    foot = (button("Reply", answer), button("Forward", onward))
    return View(mail.subject, (*said, *(text(part) for part in mail.body.split("\n"))), bar=bar, foot=foot)


@app.screen("delete")
def delete(state: State) -> View:
    """The question before a mail goes to the bin, or from the bin for good."""
    mail: Mail | None = ops.row(state.world, "mails", key_of(state))
    if mail is not None and mail.folder == "Bin":
        act = seq(world(ops.drop("mails", mail.id), "Deleted"), leave)
        return confirm("Delete forever?", "Delete", act, detail="This cannot be undone.")
    return confirm(
        "Delete mail?", "Delete", seq(world(ops.edit("mails", key_of(state), folder="Bin"), "Moved to bin"), leave)
    )


@app.screen("compose")
def compose(state: State) -> View:
    """A new mail; it needs an address."""
    frame = state.top
    fields = (
        entry(state, "to", "To"),
        entry(state, "subject", "Subject"),
        entry(state, "body", "Message text", lines=5),
    )
    dirty = any(frame.get(name) for name in ("to", "subject", "body"))
    cancel = button("Discard", go("discard") if dirty else leave)
    send = button("Send", _send, enabled=bool(frame.get("to").strip()))
    return View("Compose", (*fields, *error(state)), foot=(cancel, send))


def _send(state: State) -> State:
    to = state.top.get("to").strip()
    if not _ADDRESS.fullmatch(to):
        return put(error="Enter a valid email address")(state)
    who = next((c.name for c in state.world.contacts if c.email == to), to)
    change = ops.send_mail(who, to, state.top.get("subject").strip(), state.top.get("body").strip())
    return seq(world(change, "Mail sent"), leave)(state)


@app.screen("discard")
def discard(_: State) -> View:
    """The question before a draft is thrown away."""
    return confirm("Discard draft?", "Discard", leave)
