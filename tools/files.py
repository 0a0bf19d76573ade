"""Read-only access to the text files under one folder: `deps["files"]` or the working directory.

Links that lead out of the folder are not followed. This is not a sandbox: whoever can write there can be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Annotated

from annotated_types import Ge, Le
from pydantic import BaseModel, Field

from agentkit import Context, Failed, OneOf, tool

_MAX_FILES = 200
_MAX_BYTES = 1_000_000


class Entry(BaseModel):
    """A file: its path under the folder and its size in bytes."""

    path: str
    size: int


class Line(BaseModel):
    """A line of a file that holds what was looked for; lines count from 1."""

    path: str
    line: int
    text: str


def setup() -> Path:
    """The folder that is read when an agent names none."""
    return Path.cwd()


def _root(ctx: Context) -> Path:
    return (ctx.find(Path, "files") or setup()).resolve()


def _files(ctx: Context) -> list[Path]:
    """The first files under the folder, folder by folder in order of name, without hidden ones and links that lead out.

    The walk ends once enough files are found, so that a large tree costs no more than a small one.
    """
    root = _root(ctx)
    return list(islice(_walk(root, root), _MAX_FILES))


def _walk(folder: Path, root: Path) -> Iterator[Path]:
    folders: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "__pycache__")):
            continue
        if path.is_dir() and not path.is_symlink():
            folders.append(path)
        elif path.is_file() and path.resolve().is_relative_to(root):
            yield path
    for inner in folders:
        with suppress(PermissionError):
            yield from _walk(inner, root)


def _names(ctx: Context) -> list[str]:
    root = _root(ctx)
    return [path.relative_to(root).as_posix() for path in _files(ctx)]


FileName = Annotated[str, OneOf(_names)]


def _text(path: Path) -> str:
    if path.stat().st_size > _MAX_BYTES:
        raise Failed(f"{path.name} is larger than {_MAX_BYTES} bytes")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Failed(f"{path.name} is no text file") from error


@tool
def list_files(ctx: Context) -> list[Entry]:
    """List the files of the folder with their sizes."""
    root = _root(ctx)
    return [Entry(path=path.relative_to(root).as_posix(), size=path.stat().st_size) for path in _files(ctx)]


@tool(returns_origin="untrusted")
def read_file(
    ctx: Context,
    path: FileName,
    first_line: Annotated[int, Ge(1)] = 1,
    lines: Annotated[int, Ge(1), Le(500)] = 100,
) -> str:
    """Read some lines of a text file.

    Args:
        path: which file
        first_line: the line to start at
        lines: how many lines to read
    """
    text = _text(_root(ctx) / path).splitlines()
    return "\n".join(text[first_line - 1 : first_line - 1 + lines])


@tool(returns_origin="untrusted")
def search_files(ctx: Context, text: Annotated[str, Field(min_length=1, max_length=100)]) -> list[Line]:
    """Find the lines that hold a text, in all files of the folder.

    Args:
        text: what to look for; upper and lower case are alike
    """
    root, wanted, found = _root(ctx), text.casefold(), list[Line]()
    for path in _files(ctx):
        ctx.cancel.check()
        try:
            held = _text(path)
        except Failed:
            continue
        name = path.relative_to(root).as_posix()
        numbered = enumerate(held.splitlines(), start=1)
        hits = ((at, line.strip()[:200]) for at, line in numbered if wanted in line.casefold())
        found += [Line(path=name, line=at, text=line) for at, line in hits]
        if len(found) >= 50:
            break
    return found[:50]
