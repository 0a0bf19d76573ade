"""Notes kept as text files in one folder: the path in `deps["notes"]`, else one in agentkit's state folder."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

from platformdirs import user_data_dir
from pydantic import BaseModel, Field

from agentkit import Context, OneOf, Retry, tool

Title = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _-]{0,59}$")]
Text = Annotated[str, Field(min_length=1, max_length=2000)]


class Note(BaseModel):
    """A note."""

    title: str
    text: str


def setup() -> Path:
    """The folder in which notes are kept when an agent names none."""
    home = os.environ.get("AGENTKIT_HOME") or user_data_dir("agentkit")
    return Path(home) / "notes"


def _folder(ctx: Context) -> Path:
    return ctx.find(Path, "notes") or setup()


def _titles(ctx: Context) -> list[str]:
    folder = _folder(ctx)
    return sorted(path.stem for path in folder.glob("*.txt")) if folder.is_dir() else []


def _title_is_free(title: str, ctx: Context) -> str | None:
    if title.strip().casefold() not in {name.casefold() for name in _titles(ctx)}:
        return None
    return f"there is a note `{title}` already; add to it, or choose another title"


Existing = Annotated[str, OneOf(_titles)]


@tool(effect="write", precondition=_title_is_free, private=("text",))
def create_note(ctx: Context, title: Title, text: Text) -> Note:
    """Write a new note.

    Args:
        title: a short name for it
        text: what it says
    """
    folder = _folder(ctx)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with (folder / f"{title.strip()}.txt").open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise Retry(f"there is a note `{title}` already; add to it, or choose another title") from error
    return Note(title=title.strip(), text=text)


@tool(effect="write", private=("text",))
def append_to_note(ctx: Context, title: Existing, text: Text) -> Note:
    """Add a line to the end of a note.

    Args:
        title: which note
        text: the line to add
    """
    with (_folder(ctx) / f"{title}.txt").open("a", encoding="utf-8") as file:
        file.write(f"\n{text}")
    return _read(ctx, title)


@tool
def list_notes(ctx: Context) -> list[str]:
    """List the titles of all notes."""
    return _titles(ctx)


@tool
def read_note(ctx: Context, title: Existing) -> Note:
    """Read a note.

    Args:
        title: which note
    """
    return _read(ctx, title)


@tool
def search_notes(ctx: Context, text: Annotated[str, Field(min_length=1, max_length=100)]) -> list[Note]:
    """Find the notes that hold all words of a text, in any order.

    Args:
        text: the words to look for
    """
    words = re.findall(r"\w+", text.casefold())
    notes = (_read(ctx, title) for title in _titles(ctx))
    return [note for note in notes if all(word in f"{note.title} {note.text}".casefold() for word in words)]


@tool(effect="irreversible")
def delete_note(ctx: Context, title: Existing) -> str:
    """Delete a note for good.

    Args:
        title: which note
    """
    (_folder(ctx) / f"{title}.txt").unlink()
    return f"deleted the note {title}"


def _read(ctx: Context, title: str) -> Note:
    return Note(title=title, text=(_folder(ctx) / f"{title}.txt").read_text(encoding="utf-8"))
