"""`@tool`: make a typed function a tool.

Knows nothing of registries; what the types say is read when the tool is registered or first used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, overload

from typing_extensions import ParamSpec, Unpack

from agentkit.errors import ToolDefinitionError
from agentkit.registry.site import site_of, written
from agentkit.registry.tool import Tool
from agentkit.registry.traits import Declared, Traits

P = ParamSpec("P")
R = TypeVar("R")


@overload
def tool(function: Callable[P, R], /) -> Tool[P, R]: ...
@overload
def tool(
    *, name: str | None = None, description: str | None = None, **declared: Unpack[Declared]
) -> Callable[[Callable[P, R]], Tool[P, R]]: ...
def tool(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    **declared: Unpack[Declared],
) -> Any:
    """Make a typed function a tool; its docstring and annotations are what a model is told.

    The options are `name`, `description` and those of `Declared`. Faults that need no types (`**kwargs`, a bad name)
    are raised here, the others when the tool is registered (`Registry.add`), both as `ToolDefinitionError`.
    """
    names = _caller_names()

    def make(inner: Callable[..., Any]) -> Tool[..., Any]:
        if not callable(inner):
            hint = "a tool is a typed function; write `@tool(name=…)` to name one"
            raise ToolDefinitionError(f"{inner!r} is no function", hint=hint)
        title = name or _title(inner)
        traits = Traits.of(declared, site_of(inner, title))
        return Tool(inner, name=title, description=description, traits=traits, names=names)

    return make if function is None else make(function)


def _title(function: Callable[..., Any]) -> str:
    """The function's own name; an object that can be called has that of its class."""
    named = getattr(function, "__name__", "") or getattr(written(function), "__name__", "")
    return type(function).__name__ if named in {"", "__call__"} else named


def _caller_names() -> Mapping[str, Any]:
    """Names local to the function in which a tool is defined, for annotations that use them."""
    frame = sys._getframe(2)
    return {} if frame.f_locals is frame.f_globals else dict(frame.f_locals)
