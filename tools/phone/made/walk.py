"""Walks an app on a phone without a device and keeps the moves: how a task's path is found, and joined to the next one.

Knows nothing of wordings. A list is searched where it can be and the row is not in sight; scrolling is the oracle's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from ..sim.device import page_of
from ..sim.state import State
from ..tasks.draw import Unfit
from ..tasks.oracle import find, place_of, step
from ..tasks.task import Move, launch, tap, write

_BACKS = 3


@dataclass
class Walk:
    """Moves from a state on; `states` holds the first one and that after each move."""

    state: State
    moves: list[Move] = field(default_factory=list[Move])
    states: list[State] = field(default_factory=list[State])

    def __post_init__(self) -> None:
        self.states.append(self.state)

    def do(self, *moves: Move) -> None:
        """Make moves; raises `Unfit` where one cannot be made."""
        for move in moves:
            after = step(self.state, move)
            if after is None:
                raise Unfit
            self.state = after
            self.moves.append(move)
            self.states.append(after)

    def tap(self, *labels: str) -> None:
        """Tap one after the other."""
        self.do(*(tap(label) for label in labels))

    def row(self, title: str, search: str) -> None:
        """Open a row of a list, by way of its search field where the row is not in sight."""
        self.search(title, search, title)
        self.tap(title)

    def search(self, label: str, field: str, words: str) -> None:
        """Search a list, where it can be and what has this label is not in sight."""
        if field and find(page_of(self.state), tap(label)) is None:
            self.do(write(field, words))

    def see(self, words: str) -> None:
        """Go on only if these words stand on the screen; raises `Unfit` where somebody would have to scroll first."""
        if not any(words in (node.text, node.desc) for node in page_of(self.state).screen.walk()):
            raise Unfit

    def whole(self) -> None:
        """Go on only if all of the list is in sight, so that what is not there can be told; raises `Unfit`."""
        if page_of(self.state).reach:
            raise Unfit

    def time(self, label: str, at: str) -> None:
        """Set a time `HH:MM` in its picker."""
        self.do(tap(label), write("Hour", at[:2]), write("Minute", at[3:]), tap("OK"))

    def day(self, label: str, day: str, shown: str) -> None:
        """Choose a day in the picker, which opens at the month of `shown`; both in ISO form."""
        to, at = date.fromisoformat(day), date.fromisoformat(shown)
        months = (to.year - at.year) * 12 + to.month - at.month
        turn = tap("Next month" if months > 0 else "Previous month")
        self.do(tap(label), *(turn,) * abs(months), tap(str(to.day)))


Go = Callable[[Walk], None]


def joined(start: State, app: str, go: Go) -> Walk:
    """From `start` through `go`, which starts where the app opens: it is opened, or gone back to, if that is shorter.

    Raises `Unfit` where the way cannot be walked.
    """
    fresh = Walk(start)
    fresh.do(launch(app))
    go(fresh)
    best: tuple[int, int, int] = (len(fresh.moves), 0, 0)
    known = {place_of(state): at for at, state in enumerate(fresh.states) if at}
    here = Walk(start)
    for backs in range(_BACKS + 1):
        at = known.get(place_of(here.state))
        if at is not None:
            best = min(best, (backs + len(fresh.moves) - at, backs, at))
        here.do(Move("back"))
    _, backs, at = best
    walk = Walk(start)
    walk.do(*(Move("back"),) * backs, *fresh.moves[at:])
    return walk
