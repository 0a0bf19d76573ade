"""Preconditions: asked by name with what is known, refused where they could never be asked."""

from __future__ import annotations

from typing import Any

import pytest

from agentkit.errors import ToolDefinitionError
from agentkit.registry import Context, Registry, Tool, tool
from agentkit.types import Effect


class Never:
    """A precondition that is an object and says a bare no."""

    def __call__(self, x: int) -> bool:
        return x > 100


def test_an_object_may_be_a_precondition() -> None:
    @tool(precondition=Never())
    def take(x: int) -> int:
        return x

    assert take.precondition({"x": 1}, Context()) == "`take` cannot be called now: `Never` does not hold"
    assert take.precondition({"x": 101}, Context()) is None


def test_an_argument_that_was_left_out_is_none() -> None:
    def known(city: str | None) -> str | None:
        return None if city else "no city is known"

    def weather(**given: Any) -> str:
        return str(given)

    raw = Tool.from_schema(
        "weather", {"type": "object", "properties": {"city": {"type": "string"}}}, weather, precondition=known
    )
    assert raw.precondition({}, Context()) == "no city is known"
    assert raw.precondition({"city": "Ulm"}, Context()) is None


def test_one_that_cannot_be_asked_by_name_is_refused() -> None:
    def positional(x: int, /) -> bool:
        return bool(x)

    @tool(precondition=positional)
    def take(x: int) -> int:
        return x

    with pytest.raises(ToolDefinitionError, match="`x` of tool `take` is positional-only in the precondition"):
        Registry([take])


def test_a_call_that_only_reads_is_decided_on_as_a_read() -> None:
    def looks(mode: str) -> bool:
        return mode == "look"

    @tool(effect="write", only_reads=looks)
    def drawer(mode: str) -> str:
        return mode

    effects = [drawer.effect_of({"mode": mode}, Context()) for mode in ("look", "empty")]
    assert effects == [Effect.READ, Effect.WRITE] and drawer.effect is Effect.WRITE
    assert drawer.effect_of({"mode": 3}, Context()) is Effect.WRITE and drawer.effect_of({}, None) is Effect.WRITE
