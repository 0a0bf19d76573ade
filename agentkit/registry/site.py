"""Say where a tool was written, and refuse it there.

Knows nothing of schemas; it only turns a finding into an error with a place and a next step.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

from agentkit.errors import ToolDefinitionError
from agentkit.registry.fault import SchemaFault


@dataclass(frozen=True)
class Site:
    """The place of a tool: its name and, where it is known, `file:line`."""

    tool: str
    place: str = ""

    def refuse(self, parameter: str, why: str, hint: str) -> ToolDefinitionError:
        """The error for a parameter (or for the tool as a whole when `parameter` is empty)."""
        before = f"{self.place}: " if self.place else ""
        subject = f"parameter `{parameter}` of tool `{self.tool}`" if parameter else f"tool `{self.tool}`"
        return ToolDefinitionError(f"{before}{subject} {why}", hint=hint)

    def fault(self, fault: SchemaFault, parameter: str = "") -> ToolDefinitionError:
        """The error for a fault found in the schema of a parameter."""
        return self.refuse(".".join(filter(None, (parameter, fault.path))), fault.why, fault.hint)


def written(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as it stands in a file: behind partials, decorators and objects that can be called."""
    while isinstance(function, partial):
        function = cast("partial[Any]", function).func
    function = inspect.unwrap(function)
    return function if inspect.isroutine(function) or isinstance(function, type) else function.__call__


def site_of(function: Callable[..., Any], name: str) -> Site:
    """Where a function is written; functions without source (builtins) have only their name."""
    code = getattr(written(function), "__code__", None)
    if code is None:
        return Site(name)
    path = Path(code.co_filename)
    try:
        shown = path.relative_to(Path.cwd())
    except ValueError:
        shown = path
    return Site(name, f"{shown}:{code.co_firstlineno}")
