"""What a page still waits for: answers to its requests, and windows that it opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ENDLESS = frozenset({"WebSocket", "EventSource", "Ping", "Media", "Preflight"})


class Pending:
    """Listens to Chromium's news of requests. `begun` counts, so that one that came and went is noticed too.

    `windows` may be below zero for a moment: that a window is there may be told before that it opens.
    """

    def __init__(self) -> None:
        self.begun = 0
        self.windows = 0
        self._requests: set[str] = set()

    def began(self, event: Mapping[str, Any]) -> None:
        """A request was sent; those that never end are not waited for."""
        if event.get("type") not in _ENDLESS:
            self.begun += 1
            self._requests.add(event["requestId"])

    def ended(self, event: Mapping[str, Any]) -> None:
        """A request was answered, or failed."""
        self._requests.discard(event["requestId"])

    def opens(self, event: Mapping[str, Any]) -> None:
        """A window is about to be opened."""
        del event
        self.begun += 1
        self.windows += 1

    def calm(self, stopped: str) -> bool:
        """Whether no answer is waited for, nor a window; one whose page was `stopped` never comes."""
        return not self._requests and (self.windows <= 0 or bool(stopped))

    def clear(self) -> None:
        """Wait for nothing more: the page is gone."""
        self._requests.clear()
