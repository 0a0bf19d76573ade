"""Hold what a tool returned to the type that it declares.

By value: an instance of a subclass, a mapping with a model's fields and a number that fits are all right. Knows nothing
of how results are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

from pydantic import JsonValue, TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError

from agentkit.errors import Failed
from agentkit.registry.arguments import broken, describe, quote
from agentkit.types import JsonSchema

_SHOWN = 80


def checked(adapter: TypeAdapter[Any], value: Any, function: Callable[..., Any], tool: str) -> Any:
    """The value, a scalar in its declared type; raises `Failed` with what was declared and what came.

    An iterator is not looked into, since that would use it up.
    """
    if isinstance(value, Iterator):
        return cast(Any, value)
    try:
        made = adapter.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        why = f" at `{where}`: {first['msg']}" if where else f": {first['msg']}"
        raise Failed(f"`{tool}` should return {_declared(function)} and returned {_shown(value)}{why}") from error
    except PydanticUserError:
        return value
    return made if isinstance(value, str | int | float) else value


def conforming(schema: JsonSchema, value: JsonValue, tool: str) -> JsonValue:
    """The value, if it is one of a raw tool's schema as it was written; raises `Failed` with what was declared."""
    for error in broken(schema, value):
        where = f" at `{'.'.join(str(step) for step in error.absolute_path)}`" if error.absolute_path else ""
        raise Failed(f"`{tool}` should return {describe(schema)} and returned {quote(value)}{where}: {error.message}")
    return value


def _declared(function: Callable[..., Any]) -> str:
    annotation = getattr(function, "__annotations__", {}).get("return")
    if isinstance(annotation, type) and not hasattr(annotation, "__args__"):
        return annotation.__name__
    return str(annotation)


def _shown(value: Any) -> str:
    text = " ".join(repr(value).split())
    return f"{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'} ({type(value).__name__})"
