"""Preconditions of tools: a function of some arguments and the context that says why a call cannot be made now.

Knows nothing of tools beyond their argument names.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any

from agentkit.registry.context import Context
from agentkit.registry.signature import context_parameter, hints_of
from agentkit.registry.site import Site, site_of

Precondition = Callable[..., str | bool | None]
"""Takes any of the tool's arguments by name, and a `Context`; None or True: the call can be made; else why not."""


def check_precondition(
    precondition: Precondition | None, names: Collection[str], site: Site, word: str = "precondition"
) -> None:
    """Refuse a precondition (or a dry run, which has the same form) that asks for what the tool does not have."""
    if precondition is None:
        return
    own = site_of(precondition, site.tool)
    if inspect.iscoroutinefunction(precondition):
        raise own.refuse("", f"has an async {word}", "make it a plain function; it is asked before each call")
    signature = inspect.signature(precondition)
    context = context_parameter(signature, hints_of(precondition, own, {}))
    for name in signature.parameters:
        if name != context and name not in names:
            raise own.refuse(
                name,
                f"is asked for by the {word} and does not exist",
                f"the tool has {', '.join(names) or 'none'}",
            )


def why_not(precondition: Precondition, typed: Mapping[str, Any], ctx: Context[Any], tool: str) -> str | None:
    """Ask a precondition; a bare False gives a sentence with the precondition's own name."""
    signature = inspect.signature(precondition)
    given: dict[str, Any] = {name: typed[name] for name in signature.parameters if name in typed}
    context = context_parameter(signature, hints_of(precondition, site_of(precondition, tool), {}))
    if context is not None:
        given[context] = ctx
    answer = precondition(**given)
    if answer is None or answer is True or answer == "":
        return None
    return (
        answer if isinstance(answer, str) else f"`{tool}` cannot be called now: `{precondition.__name__}` does not hold"
    )
