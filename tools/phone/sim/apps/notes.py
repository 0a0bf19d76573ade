"""Notes: a list with search, an editor, pinning, an archive, sharing, deletion after a question."""

from __future__ import annotations

from .. import ops
from ..app import App, confirm, gone, key_of
from ..state import State, go, leave, seq, world
from ..view import View, button, entry, icon, row, text
from ..world import Note
from .system import tabs

app = App("notes", "Notes")
_TABS = ("Notes", "Archive")


@app.screen("main")
def main(state: State) -> View:
    """Notes, pinned first; the archive under its own tab."""
    archive, query = state.top.get("tab") == "Archive", state.top.get("query").lower()
    found = sorted((n for n in state.world.notes if n.archived == archive), key=lambda n: (not n.pinned, n.title))
    rows = tuple(
        row(n.title, go("detail", id=n.id), "Pinned" if n.pinned else "")
        for n in found
        if query in f"{n.title} {n.body}".lower()
    )
    body = (tabs(state, _TABS), entry(state, "query", "Search notes"), *(rows or (text("No notes here"),)))
    return View("Notes", body, bar=(icon("Add note", go("edit", id=0)),))


@app.screen("detail")
def detail(state: State) -> View:
    """One note."""
    note: Note | None = ops.row(state.world, "notes", key_of(state))
    if note is None:
        return gone("Note")
    pin = world(ops.edit("notes", note.id, pinned=not note.pinned))
    archive = seq(world(ops.edit("notes", note.id, archived=not note.archived)), leave)
    bar = (
        icon("Unpin" if note.pinned else "Pin", pin),
        icon("Edit", go("edit", id=note.id, title=note.title, body=note.body)),
        icon("Unarchive" if note.archived else "Archive", archive),
        icon("Delete", go("delete", id=note.id)),
    )
    share = button("Share", go("forward", "messages", text=note.body))
    return View(note.title, (*(text(part) for part in note.body.split("\n")), share), bar=bar)


@app.screen("delete")
def delete(state: State) -> View:
    """The question before a note is deleted."""
    act = seq(world(ops.drop("notes", key_of(state)), "Note deleted"), leave)
    return confirm("Delete note?", "Delete", act, detail="This cannot be undone.")


@app.screen("edit")
def edit(state: State) -> View:
    """A new or changed note; an empty one cannot be saved."""
    frame = state.top
    body = (entry(state, "title", "Title"), entry(state, "body", "Note", lines=5))
    save = button("Save", _save, enabled=bool(frame.get("title").strip()))
    return View("Edit note" if key_of(state) else "New note", body, foot=(button("Cancel", leave), save))


def _save(state: State) -> State:
    key, title, body = key_of(state), state.top.get("title").strip(), state.top.get("body").strip()
    change = ops.edit("notes", key, title=title, body=body) if key else ops.add_note(title, body)
    return seq(world(change, "Note saved"), leave)(state)
