"""Dynamic enums: asked once a step, never for longer than their deadline, and named when they fail."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Annotated, Any

import pytest

from agentkit.cancel import Cancel
from agentkit.errors import Cancelled, RunError, ToolDefinitionError
from agentkit.registry import Context, OneOf, Registry, tool


class Asked:
    """Lists people and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> list[str]:
        self.times += 1
        return ["Ada", "Ben"]


def three_tools(provider: Callable[..., Any]) -> Registry:
    choice = OneOf(provider)

    @tool
    def call(person: Annotated[str, choice]) -> str:
        return person

    @tool
    def write(to: Annotated[str, choice], cc: list[Annotated[str, choice]] = []) -> str:  # noqa: B006
        return f"{to} {cc}"

    @tool
    def forget(person: Annotated[str, OneOf(provider)]) -> str:
        return person

    return Registry([call, write, forget])


def test_a_provider_is_asked_once_a_step_however_many_arguments_share_it() -> None:
    asked = Asked()
    registry = three_tools(asked)
    moment = Context(run_id="r")
    assert len(registry.resolve(moment)) == 3
    registry.get("write").validate({"to": "Ada"}, moment)
    assert registry.resolve(moment)[0].parameters["properties"]["person"]["enum"] == ["Ada", "Ben"]
    assert asked.times == 1
    registry.resolve(Context(run_id="r"))
    assert asked.times == 2


def test_without_a_run_the_list_is_taken_afresh() -> None:
    asked, alone = Asked(), Context()
    OneOf(asked).choices(alone)
    OneOf(asked).choices(alone)
    assert asked.times == 2


def test_a_provider_that_hangs_ends_at_its_deadline_and_is_named() -> None:
    released = threading.Event()

    def contacts() -> list[str]:
        released.wait(60)
        return []

    @tool
    def call(person: Annotated[str, OneOf(contacts, deadline_s=0.05)]) -> str:
        return person

    with pytest.raises(RunError) as caught:
        call.resolve(Context())
    released.set()
    assert caught.value.message == (
        "the choices of `person` of `call` could not be listed by `contacts`: `contacts` gave nothing within 0.05 s"
    )
    assert "see the function given to OneOf, " in caught.value.hint


def test_a_list_without_end_is_cut_off_too() -> None:
    over = threading.Event()

    def endless() -> Any:
        while not over.is_set():
            over.wait(0.001)
            yield "again"

    with pytest.raises(TimeoutError, match="`endless` gave nothing within"):
        OneOf(endless, deadline_s=0.05).choices(Context())
    over.set()


def test_a_cancelled_run_does_not_wait_for_choices() -> None:
    released = threading.Event()
    cancel = Cancel()

    def contacts() -> list[str]:
        cancel.set()
        released.wait(60)
        return []

    @tool
    def call(person: Annotated[str, OneOf(contacts)]) -> str:
        return person

    with pytest.raises(Cancelled):
        call.resolve(Context(cancel=cancel))
    released.set()


@pytest.mark.parametrize(
    ("given", "told"),
    [("Ada", "it gave the text 'Ada' and not a list of texts"), ([1, 2], "it listed 1, which is no text")],
)
def test_what_is_no_list_of_texts_is_refused(given: Any, told: str) -> None:
    def people() -> Any:
        return given

    @tool
    def call(person: Annotated[str, OneOf(people)]) -> str:
        return person

    with pytest.raises(RunError, match=f"could not be listed by `people`: {told}"):
        call.resolve(Context())


def test_an_async_provider_and_a_deadline_that_means_nothing_are_refused_where_they_are_written() -> None:
    async def people() -> list[str]:
        return []

    with pytest.raises(ToolDefinitionError, match="`people` given to OneOf is async"):
        OneOf(people)  # pyright: ignore[reportArgumentType]
    with pytest.raises(ToolDefinitionError, match="has a deadline of 0 s"):
        OneOf(lambda: ["a"], deadline_s=0)


def test_errors_of_a_provider_pass_as_they_are() -> None:
    def broken(ctx: Context[Any]) -> list[str]:
        return ctx.deps["people"]

    with pytest.raises(TypeError, match="not subscriptable"):
        OneOf(broken).choices(Context())
