"""The registry: typed functions become tools that a model can call and only call rightly.

Knows nothing of models, prompts or policy. `@tool` reads a function; `Registry` holds complete tools; packs load them
from files. Importing this room loads neither griffe, jsonschema nor llguidance.
"""

from __future__ import annotations

from agentkit.errors import Failed, Retry
from agentkit.registry.arguments import ArgumentError
from agentkit.registry.bounds import bounded
from agentkit.registry.choices import OneOf
from agentkit.registry.context import Context
from agentkit.registry.declare import tool
from agentkit.registry.packs import data_folder
from agentkit.registry.registry import Registry, UnknownToolError
from agentkit.registry.tool import Tool

__all__ = [
    "ArgumentError",
    "Context",
    "Failed",
    "OneOf",
    "Registry",
    "Retry",
    "Tool",
    "UnknownToolError",
    "bounded",
    "data_folder",
    "tool",
]
