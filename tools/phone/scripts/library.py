"""Scripts in a folder, one JSON file each, named after what is in it; several processes may read and write at once.

A file appears whole or not at all. Knows nothing of runs or screens.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from agentkit.errors import WiringError

from .match import Values, choose
from .model import Script


class Library:
    """A folder of scripts; it is made with the first one that is kept."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder).expanduser()
        self._read: dict[str, Script] = {}

    def keep(self, script: Script) -> Path:
        """Write a script; the same one again changes nothing. Raises `OSError` where the folder cannot be written."""
        text = script.model_dump_json(indent=1, exclude_defaults=True) + "\n"
        path = self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
        if path.exists():
            return path
        self.folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}-{uuid.uuid4().hex[:8]}.part")
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return path

    def drop(self, script: Script) -> None:
        """Forget a script; one that is gone already is no error."""
        for path, known in self._scripts().items():
            if known == script:
                with suppress(FileNotFoundError):
                    (self.folder / path).unlink()

    def scripts(self) -> tuple[Script, ...]:
        """Every script there is now, in the order of their names; raises `WiringError` for a file that is none."""
        return tuple(self._scripts().values())

    def choose(self, request: str) -> tuple[Script, Values] | None:
        """The one script that a request is clearly for, and the request's values."""
        return choose(self.scripts(), request)

    def _scripts(self) -> dict[str, Script]:
        """By file name; a file never changes, so that it is read once."""
        names = sorted(path.name for path in self.folder.glob("*.json")) if self.folder.is_dir() else []
        found: dict[str, Script] = {}
        for name in names:
            known = self._read.get(name)
            with suppress(FileNotFoundError):
                found[name] = known or _load(self.folder / name)
        self._read = found
        return found


def _load(path: Path) -> Script:
    try:
        return Script.model_validate_json(path.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError) as error:
        raise WiringError(f"{path} is no script: {error}", hint="delete it, or correct it") from error
