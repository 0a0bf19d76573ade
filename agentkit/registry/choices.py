"""Choices that are known only at run time: a dynamic enum from a function that lists them.

Each function is asked once for a moment (a `Context`), in a thread of its own, and has a deadline. Knows nothing of
models or of who runs the tool.
"""

from __future__ import annotations

import contextvars
import inspect
import itertools
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, cast
from weakref import WeakValueDictionary

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema

from agentkit.errors import ToolDefinitionError
from agentkit.registry.context import Context

CHOICES_KEY = "x-choices"
DEADLINE_S = 10.0
_POLL_S = 0.05
_ids = itertools.count(1)
_providers: WeakValueDictionary[str, OneOf] = WeakValueDictionary()


class OneOf:
    """A dynamic enum: `Annotated[str, OneOf(provider)]` allows exactly the strings that `provider(ctx)` lists.

    The list is taken afresh for each step, once, however many arguments share the provider, and again after each call
    of the step that changed something; it has `deadline_s` seconds for that. While it is empty, a tool that requires
    the argument is not offered, and an optional argument is left out of the tool. A provider that needs no context
    may take no argument.
    """

    def __init__(
        self,
        provider: Callable[[Context[Any]], Iterable[str]] | Callable[[], Iterable[str]],
        *,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self.provider = provider
        self.name = str(getattr(provider, "__qualname__", repr(provider))).rpartition("<locals>.")[2]
        self.deadline_s = deadline_s
        self._takes = _takes(provider, self.name)
        if not deadline_s > 0:
            raise ToolDefinitionError(
                f"`{self.name}` given to OneOf has a deadline of {deadline_s} s", hint="give `deadline_s` above 0"
            )
        self.key = str(next(_ids))
        _providers[self.key] = self

    def choices(self, ctx: Context[Any]) -> tuple[str, ...]:
        """The choices at this moment, in the provider's order, each once, without empty strings.

        The context of a run stands for one step, so they are remembered with it; without a run they are listed afresh.
        Raises what the provider raises, `TimeoutError` past the deadline (its thread is left behind), `TypeError` for
        what is no list of strings, and `Cancelled`.
        """
        if not ctx.run_id:
            return _strings(self._listed(ctx))
        key = (OneOf, id(self.provider))
        if key not in ctx.memo:
            ctx.memo[key] = (_strings(self._listed(ctx)), self.provider)  # held, so that its id stays its own
        return ctx.memo[key][0]

    def _listed(self, ctx: Context[Any]) -> object:
        """What the provider gives, listed in full, from a thread that may be given up."""
        provider = cast(Callable[..., Any], self.provider)
        given: list[object] = []
        raised: list[BaseException] = []

        def work() -> None:
            try:
                found = provider(*[ctx][: self._takes])
                given.append(found if isinstance(found, str) else list(found))
            except BaseException as error:
                raised.append(error)

        inside = contextvars.copy_context()
        thread = threading.Thread(target=inside.run, args=(work,), name=f"choices {self.name}", daemon=True)
        thread.start()
        end = time.monotonic() + self.deadline_s
        while thread.is_alive() and time.monotonic() < end:
            thread.join(_POLL_S)
            ctx.cancel.check()
        if raised:
            raise raised[0]
        if not given:
            raise TimeoutError(f"`{self.name}` gave nothing within {self.deadline_s:g} s")
        return given[0]

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(core), CHOICES_KEY: self.key}


def _strings(listed: object) -> tuple[str, ...]:
    if isinstance(listed, str):
        raise TypeError(f"it gave the text {listed!r} and not a list of texts")
    items = cast("list[object]", listed)
    for item in items:
        if not isinstance(item, str):
            raise TypeError(f"it listed {item!r}, which is no text")
    return tuple(dict.fromkeys(item for item in cast("list[str]", items) if item))


def _takes(provider: Callable[..., Any], name: str) -> int:
    """How many arguments a provider is called with; raises `ToolDefinitionError` where neither none nor one fits."""
    if inspect.iscoroutinefunction(provider):
        raise ToolDefinitionError(
            f"the function `{name}` given to OneOf is async", hint="make it a plain function; it runs in a thread"
        )
    try:
        signature = inspect.signature(provider)
    except (TypeError, ValueError):  # a callable written in C says nothing of its arguments
        return 1
    for count in (1, 0):
        try:
            signature.bind(*range(count))
        except TypeError:
            continue
        return count
    raise ToolDefinitionError(
        f"the function `{name}{signature}` given to OneOf cannot list choices",
        hint="write a function of the context, or of nothing: `def people(ctx: Context) -> list[str]`",
    )


def provider_of(key: str) -> OneOf:
    """The `OneOf` that left `key` in a schema."""
    return _providers[key]
