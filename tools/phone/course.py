"""How a run has gone so far: how many calls, what the last one was, and where it went."""

from __future__ import annotations

from dataclasses import dataclass

from .screen import Box


@dataclass
class Course:
    """Of one run: how many calls were made, the name of the last, whether it left the screen as it was.

    `place` is where the last call went, if it was a tap. `foreign` says that something other than the screen's own
    actions was used: an intent.
    """

    steps: int = 0
    last: str = ""
    still: bool = False
    place: Box | None = None
    foreign: bool = False

    def made(self, name: str) -> None:
        """A call was made; an empty name stands for one that is no action on the screen."""
        self.steps += 1
        self.last, self.still, self.place = name, False, None
        self.foreign = self.foreign or not name
