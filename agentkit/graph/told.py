"""What an agent's dependencies tell of the moment: facts for the prompt, odds for the choice.

A dependency tells something by having a method of that name that takes the context. Knows nothing of their kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from agentkit.errors import RunError
from agentkit.registry import Context
from agentkit.types import Odds


def facts_of_deps(ctx: Context[Any]) -> Sequence[str]:
    """The lines of every dependency that has a method `facts(ctx)`."""
    return [line for source in _sources(ctx.deps, "facts") for line in cast("Sequence[str]", source(ctx))]


def odds_of_deps(ctx: Context[Any]) -> Odds | None:
    """The odds of the dependency that has a method `odds(ctx)`; with several, of the first that knows any.

    Raises `RunError` when it fails or gives something else.
    """
    for source in _sources(ctx.deps, "odds"):
        try:
            odds: object = source(ctx)
        except Exception as error:
            raise RunError(f"the odds of the choices could not be told: {type(error).__name__}: {error}") from error
        if odds is not None and not isinstance(odds, Odds):
            raise RunError(
                f"the odds of the choices were told as a {type(odds).__name__}",
                hint="give agentkit.types.Odds, or None",
            )
        if odds is not None:
            return odds
    return None


def _sources(deps: Any, name: str) -> list[Callable[[Context[Any]], object]]:
    if deps is None:
        return []
    held: list[Any] = [deps, *cast("Mapping[str, Any]", deps).values()] if isinstance(deps, Mapping) else [deps]
    sources = [getattr(value, name, None) for value in held]
    return [source for source in sources if callable(source)]
