"""Which pages were opened since something was kept, and how each looked then: whether the one in front was changed."""

from __future__ import annotations

from .compact import Compact

_ALIKE = 0.6


class Pages:
    """Pages by app and labels; a dialog that is closed again leads back to a page that is known."""

    def __init__(self) -> None:
        self._known: list[tuple[str, frozenset[str], str]] = []

    def fresh(self, shown: Compact) -> bool:
        """Whether the page looks as it did when it was first in front."""
        labels, text = frozenset(shown.taps), shown.text()
        for app, known, first in self._known:
            if app == shown.app and _alike(known, labels):
                return first == text
        self._known.append((shown.app, labels, text))
        return True


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _ALIKE * max(1, len(one | other))
