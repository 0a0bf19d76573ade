"""What a device does to you, switched on piece by piece: pop-ups, slow loads, other labels, other places, crashes, and
a screen that is read before it has changed. Deterministic by seed; off by default."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from random import Random

from .apps import APPS, system
from .state import HOME, SYSTEM, Frame, State

OTHER_NAMES = {
    "Save": "Done",
    "OK": "Set",
    "Cancel": "Dismiss",
    "Delete": "Remove",
    "Search": "Find",
    "Send": "Send now",
    "Edit": "Modify",
    "Share": "Share with",
    "More options": "Overflow menu",
    "Call": "Start call",
    "Navigate up": "Go back",
    "Directions": "Get directions",
    "Compose": "Write mail",
    "Archive": "Move to archive",
}


@dataclass(frozen=True, slots=True)
class Perturb:
    """Chances per move (0 to 1) of each disturbance; at most `most` pop-ups and one crash in a run."""

    popup: float = 0.0
    slow: float = 0.0
    crash: float = 0.0
    stale: float = 0.0
    relabelled: bool = False
    moved: bool = False
    seed: int = 0
    most: int = 2

    def rename(self, label: str) -> str:
        """The label as this phone shows it."""
        if not self.relabelled:
            return label
        if label in OTHER_NAMES:
            return OTHER_NAMES[label]
        return f"New{label[3:]}" if label.startswith("Add ") and " to " not in label else label

    @property
    def on(self) -> bool:
        """Whether anything is switched on."""
        return any(getattr(self, each.name) for each in fields(self) if each.name not in {"seed", "most"})


CALM = Perturb()
ROUGH = Perturb(popup=0.12, slow=0.15, crash=0.04, stale=0.1, relabelled=True, moved=True)


class Disturbance:
    """What is going wrong at the moment, and how much of it has gone wrong in this run already."""

    def __init__(self, perturb: Perturb) -> None:
        self.perturb = perturb
        self.loading = 0
        self.stale = False
        self.popups = 0
        self.crashes = 0
        self._random = Random(f"perturb {perturb.seed}")

    def after(self, before: State, after: State) -> State:
        """The state that a move really leads to."""
        chance, perturb = self._random.random, self.perturb
        if not perturb.on or after.stack == before.stack:
            return after
        quiet = after.app == HOME or SYSTEM in {after.top.app, before.top.app}
        if not quiet and not self.crashes and chance() < perturb.crash:
            self.crashes += 1
            frame = Frame(SYSTEM, "crash").put(app=after.app, title=APPS[after.app].title)
            return replace(before, stack=(Frame(HOME), frame), focus="", toast="")
        if not quiet and self.popups < perturb.most and chance() < perturb.popup:
            self.popups += 1
            kind = self._random.choice(sorted(system.POPUPS))
            return replace(after, stack=(*after.stack, Frame(SYSTEM, "popup").put(kind=kind)), focus="")
        if chance() < perturb.slow:
            self.loading = self._random.choice((1, 2))
        elif chance() < perturb.stale:
            self.stale = True
        return after
