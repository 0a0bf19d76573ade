"""A short text that stands for a tool's whole declaration, computed once per value.

Knows nothing of grammars or prompts; caches of both are keyed by it.
"""

from __future__ import annotations

import hashlib
import json

from agentkit.cache import Cache
from agentkit.types import ToolSpec

_KEPT, _SETS = 1024, 64

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
