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
    try:
        signature = inspect.signature(precondition)
    except (TypeError, ValueError) as error:
        raise own.refuse("", f"has a {word} without a signature", "wrap it in a function") from error
    context = context_parameter(signature, hints_of(precondition, own, {}))
    for name, parameter in signature.parameters.items():
        if parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
            raise own.refuse(name, f"is positional-only in the {word}", "remove the `/`; it is asked by name")
        if name != context and name not in names:
            raise own.refuse(
                name,
                f"is asked for by the {word} and does not exist",
                f"the tool has {', '.join(names) or 'none'}",
            )


def why_not(precondition: Precondition, typed: Mapping[str, Any], ctx: Context[Any], tool: str) -> str | None:
    """Ask a precondition; a bare False gives a sentence with its own name, an argument that was left out is None."""
    answer = asked(precondition, typed, ctx, tool)
    if answer is None or answer is True or answer == "":
        return None
    name = getattr(precondition, "__name__", type(precondition).__name__)
    return answer if isinstance(answer, str) else f"`{tool}` cannot be called now: `{name}` does not hold"


def asked(precondition: Precondition, typed: Mapping[str, Any], ctx: Context[Any], tool: str) -> str | bool | None:
    """What such a function answers, given the arguments and the context that it takes."""
    signature = inspect.signature(precondition)
    given: dict[str, Any] = {
        name: typed.get(name)
        for name, parameter in signature.parameters.items()
        if name in typed or parameter.default is inspect.Parameter.empty
    }
    context = context_parameter(signature, hints_of(precondition, site_of(precondition, tool), {}))
    if context is not None:
        given[context] = ctx
    return precondition(**given)
