"""What was tried from each screen of a run: calls made, calls that left it as it was, taps that were refused.

A screen is known by its text. Knows nothing of devices.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tries:
    """Calls (name and arguments as one string) by the screen that they were made from."""

    _made: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    _idle: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    _refused: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def note(self, screen: str, call: str, *, idle: bool) -> None:
        """A call was made; `idle` where it left the screen as it was."""
        self._made[screen, call] += 1
        self._idle[screen, call] += idle

    def refuse(self, screen: str, handle: str) -> None:
        """A tap is to be offered on this screen no more."""
        self._refused.add((screen, handle))

    def made(self, screen: str, call: str) -> int:
        """How often a call was made from a screen."""
        return self._made[screen, call]

    def idle(self, screen: str, call: str) -> int:
        """How often a call left a screen as it was."""
        return self._idle[screen, call]

    def open(self, screen: str, taps: tuple[str, ...]) -> tuple[str, ...]:
        """The taps that were not refused; all of them where nothing else is left."""
        return tuple(tap for tap in taps if (screen, tap) not in self._refused) or taps

    def forget(self) -> None:
        """Forget what was made, as something else begins; what was refused stays so."""
        self._made.clear()
        self._idle.clear()
