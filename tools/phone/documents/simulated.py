"""The documents of the simulated phone's apps: explored on eight worlds, written as JSON beside this file.

python -m phone.documents.simulated            (in tools/; writes documents/apps/*.json anew)
"""

from __future__ import annotations

import sys
from pathlib import Path

from ..simulated import Simulated
from .explore import explore
from .guide import FOLDER
from .model import AppDocument, write

WORLDS = range(900, 908)


def document(app: str) -> AppDocument:
    """Explore one app by its title."""
    return explore([Simulated(seed) for seed in WORLDS], app)


def write_all(folder: Path = FOLDER) -> None:
    """Explore every app and write its document."""
    folder.mkdir(parents=True, exist_ok=True)
    for app in Simulated(WORLDS[0]).apps():
        found = document(app)
        write(found, folder / f"{found.package}.json")


if __name__ == "__main__":
    write_all(*(Path(name) for name in sys.argv[1:2]))
