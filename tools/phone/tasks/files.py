"""Tasks in Files, an app that is only tested on."""

from __future__ import annotations

from ..sim import names, ops
from ..sim.apps.files import add_folder
from ..sim.world import File
from .draw import Draw
from .task import Draft, Move, launch, say, tap, template, write

_OPEN = launch("Files")


def _file(d: Draw) -> File:
    return d.one(d.world.files)


def _to(file: File) -> tuple[Move, ...]:
    return (_OPEN, tap(file.folder), tap(file.name))


@template("files")
def rename(d: Draw) -> Draft:
    file = _file(d)
    stem, _, end = file.name.rpartition(".")
    name = f"{stem}-{d.one(('final', 'old', 'copy', 'v2'))}.{end}"
    return Draft(
        (
            "Rename the file {old} in {f} to {new}",
            "The file {old} in the folder {f} should be called {new}",
            "Change the name of {f}/{old} to {new}",
            "Call the file {old} in {f} {new} instead",
        ),
        (*_to(file), tap("Rename"), write("File name", name), tap("OK")),
        {"old": file.name, "new": name, "f": file.folder},
        ops.edit("files", file.id, name=name),
    )


@template("files")
def move(d: Draw) -> Draft:
    file = _file(d)
    folder = d.new(d.world.folders, [file.folder])
    return Draft(
        (
            "Move {file} from {f} to {to}",
            "Put the file {file} from the folder {f} into {to}",
            "{file} in {f} belongs in {to}, move it",
            "Take {file} out of {f} and put it into {to}",
        ),
        (*_to(file), tap("Move to"), tap(folder)),
        {"file": file.name, "f": file.folder, "to": folder},
        ops.edit("files", file.id, folder=folder),
    )


@template("files")
def copy(d: Draw) -> Draft:
    file = _file(d)
    folder = d.new(d.world.folders, [file.folder])
    return Draft(
        (
            "Copy {file} from {f} to {to}",
            "Make a copy of {f}/{file} in {to}",
            "I need the file {file} of {f} also in {to}",
            "Duplicate {file} from the folder {f} into {to}",
        ),
        (*_to(file), tap("Copy to"), tap(folder)),
        {"file": file.name, "f": file.folder, "to": folder},
        ops.copy_file(file.id, folder),
    )


@template("files")
def delete(d: Draw) -> Draft:
    file = _file(d)
    return Draft(
        (
            "Delete the file {file} in {f}",
            "Remove {file} from the folder {f}",
            "Erase {f}/{file}",
            "I do not need {file} in {f} any more, delete it",
        ),
        (*_to(file), tap("Delete"), tap("Delete")),
        {"file": file.name, "f": file.folder},
        ops.drop("files", file.id),
    )


@template("files")
def new_folder(d: Draw) -> Draft:
    name = d.new(names.NOTE_TITLES, d.world.folders)
    return Draft(
        (
            "Create a folder called {n}",
            "Make a new folder {n} in my files",
            "Add the folder {n}",
            "I need a folder named {n} on the phone",
        ),
        (_OPEN, tap("Add folder"), write("Folder name", name), tap("Create")),
        {"n": name},
        add_folder(name),
    )


@template("files")
def new_folder_for(d: Draw) -> Draft:
    file, name = _file(d), d.new(names.NOTE_TITLES, d.world.folders)
    made = (_OPEN, tap("Add folder"), write("Folder name", name), tap("Create"))
    return Draft(
        (
            "Create a folder {n} and move {file} from {f} into it",
            "Make a new folder {n}, then move {f}/{file} there",
            "I want {file} of {f} in a new folder called {n}",
            "Put {file} from {f} into a new folder named {n}",
        ),
        (*made, tap(file.folder), tap(file.name), tap("Move to"), tap(name)),
        {"n": name, "file": file.name, "f": file.folder},
        ops.seq(add_folder(name), ops.edit("files", file.id, folder=name)),
    )


@template("files")
def ask_size(d: Draw) -> Draft:
    file = _file(d)
    return Draft(
        (
            "How large is {file} in {f}?",
            "What is the size of the file {f}/{file}?",
            "Look up how many kB {file} in the folder {f} has",
            "Tell me the size of {file} in {f}",
        ),
        (_OPEN, tap(file.folder), say(f"{file.kb} kB")),
        {"file": file.name, "f": file.folder},
        answer=f"{file.kb}",
    )


@template("files")
def ask_folder(d: Draw) -> Draft:
    file = _file(d)
    return Draft(
        (
            "In which folder is {file}?",
            "Where did I put the file {file}?",
            "Search for {file} and tell me its folder",
            "Find out which folder holds {file}",
        ),
        (_OPEN, write("Search files", file.name), say(file.folder)),
        {"file": file.name},
        answer=file.folder,
    )


@template("files", "messages")
def share(d: Draw) -> Draft:
    file, who = _file(d), d.contact()
    return Draft(
        (
            "Send {name} the file {file} from {f}",
            "Share {f}/{file} with {name}",
            "{name} needs {file} out of the folder {f}, share it",
            "Pass the file {file} in {f} on to {name}",
        ),
        (*_to(file), tap("Share"), tap(who.name), tap("Send")),
        {"name": who.name, "file": file.name, "f": file.folder},
        ops.send_message(who.name, f"[file {file.name}]"),
    )
