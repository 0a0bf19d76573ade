"""agentkit: tool-using agents on a small local model.

Every name below is imported on first use, so that `import agentkit` costs milliseconds and loads no engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agentkit.agent import Agent
    from agentkit.errors import AgentkitError, Failed, Retry
    from agentkit.registry import Context, OneOf, Registry, Tool, tool
    from agentkit.types import Effect, Run

_HOME = {
    "Agent": "agentkit.agent",
    "AgentkitError": "agentkit.errors",
    "Context": "agentkit.registry",
    "Effect": "agentkit.types",
    "Failed": "agentkit.errors",
    "OneOf": "agentkit.registry",
    "Registry": "agentkit.registry",
    "Retry": "agentkit.errors",
    "Run": "agentkit.types",
    "Tool": "agentkit.registry",
    "tool": "agentkit.registry",
}

__version__ = "0.1.0"
__all__ = [
    "Agent",
    "AgentkitError",
    "Context",
    "Effect",
    "Failed",
    "OneOf",
    "Registry",
    "Retry",
    "Run",
    "Tool",
    "tool",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'agentkit' has no attribute {name!r}")
