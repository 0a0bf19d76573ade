"""What can be proposed without a model: a dependency that has a method `propose(ctx, request)` is asked first.

It gives a proposal, or None for "let the model propose". What it proposes passes the same checks and the same policy.
Knows nothing of how it comes to a proposal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from agentkit.errors import AgentkitError, RunError
from agentkit.registry import Context
from agentkit.types import Proposal, ProposeRequest


def ready_made(ctx: Context[Any], request: ProposeRequest) -> Proposal | None:
    """The first proposal that a dependency has ready; raises `RunError` where one breaks down."""
    deps = ctx.deps
    held: list[Any] = [deps, *cast("Mapping[str, Any]", deps).values()] if isinstance(deps, Mapping) else [deps]
    for source in (getattr(value, "propose", None) for value in held):
        if not callable(source):
            continue
        try:
            found = source(ctx, request)
        except AgentkitError:
            raise
        except Exception as error:
            raise RunError(f"a proposal without a model failed: {type(error).__name__}: {error}") from error
        if isinstance(found, Proposal):
            return found
    return None
