"""The typed document of one app: its screens, what stands on them, and what leads where. JSON on disk.

Structure only: what differs from one device to the next (names, messages, files) stands as one part that varies.
Knows nothing of requests, drivers or models.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

VARIES = "…"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Value):
    """Something on a screen. A label of `…` stands for rows that differ by device, `Pause …` for a fixed beginning.

    `leads` is the page it opens, or `app:Phone` for another app; empty where it opens nothing, or that is not known.
    """

    kind: Literal["button", "field", "switch"]
    label: str
    leads: str = ""
    irreversible: bool = False

    @property
    def varies(self) -> bool:
        """Whether the label differs from device to device."""
        return self.label.endswith(VARIES)


class Page(_Value):
    """One screen of an app; an empty title is one that differs by device. `chosen` is the tab that is selected."""

    name: str
    title: str = ""
    chosen: str = ""
    parts: tuple[Part, ...] = ()


class AppDocument(_Value):
    """One app: `app` is its title, `package` the last part of its package name; the first page is where it opens."""

    app: str
    package: str
    pages: tuple[Page, ...] = ()

    def page(self, name: str) -> Page | None:
        """The page of this name."""
        return next((page for page in self.pages if page.name == name), None)

    def functions(self) -> Iterator[tuple[str, ...]]:
        """What can be done, as the shortest way of labels from the first page: every part that opens no page."""
        ways: dict[str, tuple[str, ...]] = {self.pages[0].name: ()} if self.pages else {}
        queue = list(ways)
        for name in queue:
            page = self.page(name)
            for part in page.parts if page else ():
                if not part.leads:
                    yield (*ways[name], part.label)
                elif part.leads not in ways:
                    ways[part.leads] = (*ways[name], part.label)
                    queue.append(part.leads)


def write(document: AppDocument, path: Path) -> None:
    """Write a document; the same document always gives the same bytes."""
    path.write_text(document.model_dump_json(indent=1, exclude_defaults=True) + "\n", encoding="utf-8")


def read(path: Path) -> AppDocument:
    """Read a document; raises pydantic's `ValidationError` for a file that is none."""
    return AppDocument.model_validate_json(path.read_text(encoding="utf-8"))
