"""The exchanges of one run with models elsewhere: what they cost together, and how often each step asked.

Knows nothing of storage. A step that was cut off asks again when the run is resumed; both exchanges count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from agentkit.escalate import Spent
from agentkit.types import RemoteExchange


class Exchanges:
    """A sum that grows; may begin with the exchanges of earlier processes: step, tier and exchange of each."""

    def __init__(self, earlier: Iterable[tuple[int, str, RemoteExchange]] = ()) -> None:
        self._attempts: Counter[tuple[int, str]] = Counter()
        self.spent = Spent()
        for step, tier, exchange in earlier:
            self.note(step, tier, exchange)

    def note(self, step: int, tier: str, exchange: RemoteExchange) -> int:
        """Count one; gives its number among those of its step and tier, from 0."""
        attempt = self._attempts[step, tier]
        self._attempts[step, tier] += 1
        self.spent = self.spent.plus(exchange)
        return attempt
