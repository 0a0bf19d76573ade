"""Files: folders, search over all of them, renaming, moving, copying, new folders, deletion after a question."""

from __future__ import annotations

from dataclasses import replace

from .. import ops
from ..app import App, confirm, error, gone, key_of
from ..state import State, go, leave, put, seq, world
from ..view import Item, View, button, entry, icon, row, text
from ..world import File, World

app = App("files", "Files")


def _file_row(file: File, *, where: bool = False) -> Item:
    return row(file.name, go("file", id=file.id), f"{file.folder}, {file.kb} kB" if where else f"{file.kb} kB")


def add_folder(name: str) -> ops.Edit:
    """A new empty folder."""
    return lambda w: replace(w, folders=tuple(sorted({*w.folders, name})))


@app.screen("main")
def main(state: State) -> View:
    """The folders, or the files that the search finds."""
    query = state.top.get("query").lower()
    field = entry(state, "query", "Search files")
    if query:
        found = tuple(_file_row(f, where=True) for f in _sorted(state.world) if query in f.name.lower())
        return View("Files", (field, *(found or (text("No files found"),))))
    counts = {n: sum(f.folder == n for f in state.world.files) for n in state.world.folders}
    rows = tuple(row(n, go("folder", name=n), f"{counts[n]} files") for n in state.world.folders)
    return View("Files", (field, *rows), bar=(icon("Add folder", go("new")),))


def _sorted(world_: World) -> list[File]:
    return sorted(world_.files, key=lambda f: f.name)


@app.screen("folder")
def folder(state: State) -> View:
    """What a folder holds."""
    name = state.top.get("name")
    rows = tuple(_file_row(f) for f in _sorted(state.world) if f.folder == name)
    return View(name, rows or (text("This folder is empty"),))


@app.screen("file")
def file_(state: State) -> View:
    """One file."""
    file: File | None = ops.row(state.world, "files", key_of(state))
    if file is None:
        return gone("File")
    body = (
        text(f"Size {file.kb} kB"),
        text(f"Folder {file.folder}"),
        row("Rename", go("rename", id=file.id, name=file.name)),
        row("Move to", go("where", id=file.id, way="move")),
        row("Copy to", go("where", id=file.id, way="copy")),
        row("Share", go("forward", "messages", text=f"[file {file.name}]")),
    )
    return View(file.name, body, bar=(icon("Delete", go("delete", id=file.id)),))


@app.screen("where")
def where(state: State) -> View:
    """Which folder a file is moved or copied to."""
    file: File | None = ops.row(state.world, "files", key_of(state))
    here, copy = (file.folder if file else ""), state.top.get("way") == "copy"

    def into(name: str) -> ops.Edit:
        return ops.copy_file(key_of(state), name) if copy else ops.edit("files", key_of(state), folder=name)

    said = "Copied" if copy else "Moved"
    rows = tuple(row(n, seq(world(into(n), f"{said} to {n}"), leave)) for n in state.world.folders if n != here)
    return View("Choose a folder", rows, foot=(button("Cancel", leave),), overlay=True)


@app.screen("rename")
def rename(state: State) -> View:
    """A new name; empty or taken ones are refused."""
    body = (entry(state, "name", "File name"), *error(state))
    return View("Rename file", body, foot=(button("Cancel", leave), button("OK", _rename)), overlay=True)


def _rename(state: State) -> State:
    name, file = state.top.get("name").strip(), ops.row(state.world, "files", key_of(state))
    if not name or "/" in name:
        return put(error="Enter a valid name")(state)
    if any(f.name == name and f.folder == file.folder and f.id != file.id for f in state.world.files):
        return put(error="A file with this name exists already")(state)
    return seq(world(ops.edit("files", file.id, name=name), "Renamed"), leave)(state)


@app.screen("new")
def new(state: State) -> View:
    """A name for a new folder."""
    body = (entry(state, "name", "Folder name"), *error(state))
    return View("New folder", body, foot=(button("Cancel", leave), button("Create", _create)), overlay=True)


def _create(state: State) -> State:
    name = state.top.get("name").strip()
    if not name or "/" in name:
        return put(error="Enter a valid name")(state)
    if name in state.world.folders:
        return put(error="A folder with this name exists already")(state)
    return seq(world(add_folder(name), "Folder created"), leave)(state)


@app.screen("delete")
def delete(state: State) -> View:
    """The question before a file is deleted."""
    act = seq(world(ops.drop("files", key_of(state)), "File deleted"), leave)
    return confirm("Delete file?", "Delete", act, detail="This cannot be undone.")
