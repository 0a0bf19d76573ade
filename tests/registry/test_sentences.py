"""The sentences that go back to a model, word for word."""

from __future__ import annotations

import enum
import uuid
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, Gt, Le, Lt, MultipleOf
from pydantic import AfterValidator, BaseModel, Field

from agentkit.errors import Retry
from agentkit.registry import ArgumentError, Context, OneOf, tool
from agentkit.registry.arguments import broken


def even(value: int) -> int:
    if value % 2:
        raise ValueError("odd numbers are not allowed")
    return value


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Guest(BaseModel):
    name: str = Field(min_length=1)
    age: Annotated[int, Ge(0)] = 0


@tool
def set_timer(  # noqa: PLR0917
    minutes: Annotated[int, Ge(1), Le(1440)],
    label: Annotated[str, Field(min_length=2, max_length=8)] = "tea",
    room: Literal["kitchen", "bath"] = "kitchen",
    colour: Colour = Colour.RED,
    on: date | None = None,
    at: time | None = None,
    when: datetime | None = None,
    every: timedelta | None = None,
    guests: Annotated[list[Guest], Field(min_length=1, max_length=2)] | None = None,
    code: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "ABC",
    share: Annotated[float, Gt(0), Lt(1)] = 0.5,
    step: Annotated[int, MultipleOf(5)] = 5,
    pair: Annotated[int, AfterValidator(even)] = 2,
    either: int | bool = 1,
    loud: bool = True,
    id: uuid.UUID | None = None,
    more: dict[str, int] | None = None,
) -> None:
    """Set a timer."""


CASES: list[tuple[dict[str, Any], str, str]] = [
    ({"minutes": 9999}, "minutes", "argument `minutes` of `set_timer` must be at most 1440, got 9999"),
    ({"minutes": 0}, "minutes", "argument `minutes` of `set_timer` must be at least 1, got 0"),
    ({"minutes": "ten"}, "minutes", 'argument `minutes` of `set_timer` must be an integer from 1 to 1440, got "ten"'),
    ({"minutes": 1.5}, "minutes", "argument `minutes` of `set_timer` must be an integer from 1 to 1440, got 1.5"),
    ({"minutes": True}, "minutes", "argument `minutes` of `set_timer` must be an integer from 1 to 1440, got true"),
    ({"minutes": None}, "minutes", "argument `minutes` of `set_timer` must be an integer from 1 to 1440, got null"),
    ({}, "minutes", "argument `minutes` of `set_timer` is missing; it is an integer from 1 to 1440"),
    ({"label": "x"}, "label", 'argument `label` of `set_timer` must have at least 2 characters, got "x"'),
    ({"label": "x" * 9}, "label", 'argument `label` of `set_timer` must have at most 8 characters, got "xxxxxxxxx"'),
    ({"room": "attic"}, "room", 'argument `room` of `set_timer` must be one of "kitchen", "bath", got "attic"'),
    ({"colour": "RED"}, "colour", 'argument `colour` of `set_timer` must be one of "red", "blue", got "RED"'),
    ({"on": "2025-02-30"}, "on", 'argument `on` of `set_timer` must be a date like 2025-01-31, got "2025-02-30"'),
    ({"on": "tomorrow"}, "on", 'argument `on` of `set_timer` must be a date like 2025-01-31, got "tomorrow"'),
    ({"at": "7.30"}, "at", 'argument `at` of `set_timer` must be a time of day like 07:30, got "7.30"'),
    ({"at": "07:30\n"}, "at", 'argument `at` of `set_timer` must be a time of day like 07:30, got "07:30\\n"'),
    (
        {"when": "2025-02-30T07:30"},
        "when",
        "argument `when` of `set_timer` must be a date and time like 2025-01-31T07:30 "
        '(day value is outside expected range), got "2025-02-30T07:30"',
    ),
    (
        {"every": "5 min"},
        "every",
        'argument `every` of `set_timer` must be a duration like PT1H30M (invalid character in hour), got "5 min"',
    ),
    ({"guests": []}, "guests", "argument `guests` of `set_timer` must have at least 1 item, got []"),
    (
        {"guests": [{"name": "A"}] * 3},
        "guests",
        'argument `guests` of `set_timer` must have at most 2 items, got [{"name": "A"}, {"name": "A"}, {"name": "A"}]',
    ),
    ({"guests": [{}]}, "guests.0.name", "argument `guests.0.name` of `set_timer` is missing; it is a string"),
    (
        {"guests": [{"name": "A", "aeg": 3}]},
        "guests.0.aeg",
        "argument `guests.0` of `set_timer` has no key `aeg`; it has name, age (did you mean `age`?)",
    ),
    (
        {"guests": "A"},
        "guests",
        'argument `guests` of `set_timer` must be a list whose items are each an object, got "A"',
    ),
    ({"code": "abc"}, "code", 'argument `code` of `set_timer` must match ^[A-Z]{3}$, got "abc"'),
    ({"code": 3}, "code", "argument `code` of `set_timer` must be a string matching ^[A-Z]{3}$, got 3"),
    ({"share": 1}, "share", "argument `share` of `set_timer` must be below 1, got 1"),
    ({"share": 0}, "share", "argument `share` of `set_timer` must be above 0, got 0"),
    ({"step": 7}, "step", "argument `step` of `set_timer` must be a multiple of 5, got 7"),
    ({"pair": 3}, "pair", "argument `pair` of `set_timer` is not valid: odd numbers are not allowed, got 3"),
    ({"either": "x"}, "either", 'argument `either` of `set_timer` must be an integer or true or false, got "x"'),
    ({"loud": "yes"}, "loud", 'argument `loud` of `set_timer` must be true or false, got "yes"'),
    ({"id": "7"}, "id", 'argument `id` of `set_timer` must be a UUID, got "7"'),
    ({"more": {"a": "b"}}, "more.a", 'argument `more.a` of `set_timer` must be an integer, got "b"'),
    (
        {"labl": "tea"},
        "labl",
        "`set_timer` has no argument `labl`; it has minutes, label, room, colour, on, at, when, every, guests, code, "
        "share, step, pair, either, loud, id, more (did you mean `label`?)",
    ),
]


@pytest.mark.parametrize(("changed", "path", "sentence"), CASES, ids=[case[1] + str(i) for i, case in enumerate(CASES)])
def test_what_is_wrong_is_said_in_one_sentence(changed: dict[str, Any], path: str, sentence: str) -> None:
    arguments = changed if "minutes" in changed or not changed else {"minutes": 5, **changed}
    with pytest.raises(ArgumentError) as caught:
        set_timer.validate(arguments)
    assert str(caught.value) == sentence
    assert caught.value.sentence == sentence
    assert caught.value.path == path
    assert caught.value.tool == "set_timer"


def test_arguments_that_fitted_are_held_to_the_schema_again_once_they_differ() -> None:
    schema: dict[str, Any] = {"type": "object", "properties": {"n": {"type": "integer"}, "of": {"type": "array"}}}
    given: dict[str, Any] = {"n": 1}
    assert broken(schema, given) == broken(schema, given) == []
    for wrong in (True, 1.5, "1", {"n": 1}):
        given["n"] = wrong
        assert len(broken(schema, given)) == 1, wrong
    assert broken(schema, {"n": 1.0}) == []
    nested: dict[str, Any] = {"of": [1]}
    assert broken(schema, nested) == []
    nested["of"] = 1
    assert broken(schema, nested)
    assert len(broken({**schema, "required": ["of"]}, {"n": 1})) == 1


def test_an_argument_error_is_a_retry() -> None:
    with pytest.raises(Retry):
        set_timer.validate({})


def test_every_problem_can_be_had_at_once() -> None:
    found = set_timer.problems({"room": "attic", "share": 3})
    assert [problem.path for problem in found] == ["minutes", "room", "share"]
    assert set_timer.problems({"minutes": 3}) == ()
    assert [problem.path for problem in set_timer.problems({"minutes": 3, "pair": 1})] == ["pair"]


def test_a_tool_without_arguments_says_so() -> None:
    @tool
    def ring() -> None: ...

    with pytest.raises(ArgumentError, match=r"^`ring` has no argument `loud`; it takes none$"):
        ring.validate({"loud": True})


def test_long_values_and_long_lists_are_shortened() -> None:
    def many(ctx: Context) -> list[str]:
        return [f"p{index}" for index in range(40)]

    @tool
    def call(person: Annotated[str, OneOf(many)]) -> None: ...

    with pytest.raises(ArgumentError) as caught:
        call.validate({"person": "x" * 500}, Context())
    listed = ", ".join(f'"p{index}"' for index in range(12))
    assert str(caught.value).startswith(f'argument `person` of `call` must be one of {listed} and 28 more, got "xxx')
    assert len(str(caught.value)) < 260
