"""A short text that stands for a tool's whole declaration, computed once per value.

Knows nothing of grammars or prompts; caches of both are keyed by it.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from typing import Generic, TypeVar

from agentkit.types import ToolSpec

_T = TypeVar("_T")

_KEPT, _SETS = 1024, 64


class Cache(Generic[_T]):
    """The most recently used values by key. Safe to share between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[object, _T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object) -> _T | None:
        """The value of a key, or None."""
        with self._lock:
            found = self._values.get(key)
            if found is not None:
                self._values.move_to_end(key)
            return found

    def put(self, key: object, value: _T) -> _T:
        """Keep a value, forgetting the least recently used beyond the size; returns the value."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return value


# The value holds the tool itself, so that its id cannot come to name another one.
_known: Cache[tuple[ToolSpec, str]] = Cache(_KEPT)


def fingerprint(tool: ToolSpec) -> str:
    """Equal for tools that declare the same; frozen values make it safe to remember by identity."""
    found = _known.get(id(tool))
    if found is None:
        declared = [tool.name, tool.description, tool.parameters, tool.returns]
        digest = hashlib.blake2b(json.dumps(declared).encode(), digest_size=16).hexdigest()
        found = _known.put(id(tool), (tool, digest))
    return found[1]


_sets: Cache[tuple[tuple[ToolSpec, ...], tuple[str, ...]]] = Cache(_SETS)


def fingerprints(tools: tuple[ToolSpec, ...]) -> tuple[str, ...]:
    """Those of several tools, in their order."""
    key = tuple(map(id, tools))
    found = _sets.get(key)
    if found is None:
        found = _sets.put(key, (tools, tuple(map(fingerprint, tools))))
    return found[1]
