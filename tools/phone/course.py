"""How a run has gone so far: how many calls, what the last one was, and where it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .screen import Box

Kind = Literal["text", "change", "end", ""]
"""What a step does: types a text, changes or keeps something, ends the run, or only leads somewhere."""


@dataclass(frozen=True, slots=True)
class Began:
    """How far a run had come when a part of its request was begun: calls, changes, steps back, taps and texts."""

    steps: int = 0
    acted: int = 0
    backs: int = 0
    touched: int = 0
    rows: int = 0


@dataclass
class Course:
    """Of one run: how many calls were made, the name of the last, whether it left the screen as it was.

    `place` is where the last call went, if it was a tap. `foreign` says that something other than the screen's own
    actions was used: an intent. `texts` is how sure the least sure text is that was typed and not kept yet, `changes`
    the same of all that was changed so far: what keeps a text, and an end, are no surer than what they rest on.
    `planned` is the step that a scorer proposed last, `asked` says that it asked whether this is the end. `acted`
    counts the calls that may have changed something, `backs` those that went back. `part` counts the parts of the
    request that are done, as far as whoever works it knows, `began` says where the next one was begun. `read` is what
    was found for a request that uses what has to be read first.
    """

    steps: int = 0
    last: str = ""
    still: bool = False
    place: Box | None = None
    foreign: bool = False
    texts: float = 1.0
    changes: float = 1.0
    planned: tuple[Kind, float] | None = None
    asked: bool = False
    acted: int = 0
    backs: int = 0
    part: int = 0
    began: Began = Began()
    read: str = ""

    def made(self, name: str) -> None:
        """A call was made; an empty name stands for one that is no action on the screen."""
        self.steps += 1
        self.last, self.still, self.place = name, False, None
        self.foreign = self.foreign or not name
        self.backs += name == "back"
        if self.planned is not None:
            self._rests(*self.planned)
        self.planned = None

    def sure(self, kind: Kind, p: float) -> float:
        """How sure a step of probability `p` is, with what it rests on."""
        rests = {"change": self.texts, "end": min(self.texts, self.changes)}
        return min(p, rests.get(kind, 1.0))

    def ended(self, p: float) -> None:
        """A part of the request was found to be done, with this probability."""
        self.changes = min(self.changes, p)

    def found(self, value: str, p: float) -> None:
        """What the rest of the request needs was read, with this probability."""
        self.read = value
        self.changes, self.texts = min(self.changes, p), min(self.texts, p)

    def _rests(self, kind: Kind, p: float) -> None:
        if kind == "text":
            self.texts = min(self.texts, p)
        elif kind == "change":
            self.changes, self.texts = min(self.changes, self.sure(kind, p)), 1.0
