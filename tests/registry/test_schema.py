from __future__ import annotations

import dataclasses
import enum
import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, NewType, NotRequired

import pytest
from annotated_types import Ge, Gt, Interval, Le, Len, Lt, MultipleOf
from pydantic import AwareDatetime, BaseModel, Field
from typing_extensions import TypedDict

from agentkit.registry import Tool
from agentkit.registry.schema import adapter_of, schema_of
from agentkit.registry.traits import Traits

LOCAL_TIME = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
UserId = NewType("UserId", int)


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Guest(BaseModel):
    """Someone invited."""

    name: str = Field(description="full name", max_length=20)
    age: int | None = None


class Place(TypedDict):
    city: str
    street: NotRequired[str]


@dataclasses.dataclass
class Box:
    width: Annotated[int, Ge(1)]
    tags: list[str] = dataclasses.field(default_factory=list[str])


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    loud: bool


GUEST: dict[str, Any] = {
    "type": "object",
    "description": "Someone invited.",
    "properties": {
        "name": {"type": "string", "description": "full name", "maxLength": 20},
        "age": {"type": "integer"},
    },
    "required": ["name"],
    "additionalProperties": False,
}
CAT: dict[str, Any] = {
    "type": "object",
    "properties": {"kind": {"type": "string", "const": "cat"}, "lives": {"type": "integer"}},
    "required": ["kind", "lives"],
    "additionalProperties": False,
}
DOG: dict[str, Any] = {
    "type": "object",
    "properties": {"kind": {"type": "string", "const": "dog"}, "loud": {"type": "boolean"}},
    "required": ["kind", "loud"],
    "additionalProperties": False,
}

CASES: list[tuple[Any, dict[str, Any]]] = [
    (str, {"type": "string"}),
    (int, {"type": "integer"}),
    (float, {"type": "number"}),
    (bool, {"type": "boolean"}),
    (UserId, {"type": "integer"}),
    (Decimal, {"type": "number"}),
    (Annotated[Decimal, Ge(1), Lt(2)], {"type": "number", "minimum": 1.0, "exclusiveMaximum": 2.0}),
    (uuid.UUID, {"type": "string", "format": "uuid"}),
    (Literal["a", 1], {"enum": ["a", 1]}),
    (Literal["a"], {"type": "string", "const": "a"}),
    (Colour, {"type": "string", "enum": ["red", "blue"]}),
    (Level, {"type": "integer", "enum": [1, 2]}),
    (date, {"type": "string", "format": "date"}),
    (time, {"type": "string", "pattern": f"^{LOCAL_TIME}$", "x-type": "time"}),
    (timedelta, {"type": "string", "format": "duration"}),
    (AwareDatetime, {"type": "string", "format": "date-time"}),
    (Annotated[int, Ge(1), Le(9)], {"type": "integer", "minimum": 1, "maximum": 9}),
    (Annotated[int, Interval(gt=1, lt=9)], {"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 9}),
    (Annotated[float, Gt(0), MultipleOf(0.5)], {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5}),
    (Annotated[str, Len(2, 5)], {"type": "string", "minLength": 2, "maxLength": 5}),
    (Annotated[str, Field(pattern="^a+$")], {"type": "string", "pattern": "^a+$"}),
    (list[int], {"type": "array", "items": {"type": "integer"}}),
    (set[str], {"type": "array", "items": {"type": "string"}}),
    (Annotated[list[int], Len(1, 3)], {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3}),
    (
        tuple[int, str],
        {
            "type": "array",
            "prefixItems": [{"type": "integer"}, {"type": "string"}],
            "items": False,
            "minItems": 2,
            "maxItems": 2,
        },
    ),
    (int | str, {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
    (int | None, {"anyOf": [{"type": "integer"}, {"type": "null"}]}),
    (dict[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}),
    (
        dict[Literal["a", "b"], int],
        {
            "type": "object",
            "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
            "additionalProperties": False,
        },
    ),
    (
        dict[int, bool],
        {
            "type": "object",
            "patternProperties": {"^-?(0|[1-9][0-9]{0,14})$": {"type": "boolean"}},
            "additionalProperties": False,
        },
    ),
    (Guest, GUEST),
    (list[Guest], {"type": "array", "items": GUEST}),
    (
        Place,
        {
            "type": "object",
            "properties": {"city": {"type": "string"}, "street": {"type": "string"}},
            "required": ["city"],
            "additionalProperties": False,
        },
    ),
    (
        Box,
        {
            "type": "object",
            "properties": {
                "width": {"type": "integer", "minimum": 1},
                "tags": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["width"],
            "additionalProperties": False,
        },
    ),
    (Annotated[Cat | Dog, Field(discriminator="kind")], {"anyOf": [CAT, DOG]}),
]


@pytest.mark.parametrize(("annotation", "schema"), CASES, ids=[str(case[0])[:60] for case in CASES])
def test_types_become_closed_schemas(annotation: Any, schema: dict[str, Any]) -> None:
    assert schema_of(adapter_of(annotation)) == schema


def test_datetimes_are_local_and_without_offset() -> None:
    schema = schema_of(adapter_of(datetime))
    assert schema["x-type"] == "datetime"
    assert schema["pattern"].endswith(f"T{LOCAL_TIME}$")


def test_a_type_used_twice_is_no_recursion() -> None:
    class Pair(BaseModel):
        left: Guest
        right: Guest

    assert schema_of(adapter_of(Pair))["properties"] == {"left": GUEST, "right": GUEST}


def parameters_of(function: Any) -> dict[str, Any]:
    return Tool(function, name="it", description=None, traits=Traits(), names=globals()).spec.parameters


def test_parameters_keep_their_order_defaults_and_descriptions() -> None:
    def book(guest: Guest, nights: int = 2, note: str | None = None, colour: Colour = Colour.RED) -> None:
        """Book a room.

        Args:
            guest: who comes
            nights: how many nights
        """

    assert parameters_of(book) == {
        "type": "object",
        "properties": {
            "guest": GUEST | {"description": "who comes"},
            "nights": {"type": "integer", "default": 2, "description": "how many nights"},
            "note": {"type": "string"},
            "colour": {"type": "string", "enum": ["red", "blue"], "default": "red"},
        },
        "required": ["guest"],
        "additionalProperties": False,
    }
    assert list(parameters_of(book)["properties"]) == ["guest", "nights", "note", "colour"]


def test_a_description_in_the_annotation_wins_over_the_docstring() -> None:
    def dim(level: Annotated[int, Field(ge=0, le=100, description="percent")] = 50) -> None:
        """Dim the light.

        Args:
            level: something else
        """

    assert parameters_of(dim)["properties"]["level"] == {
        "type": "integer",
        "minimum": 0,
        "maximum": 100,
        "description": "percent",
        "default": 50,
    }


def test_a_field_as_default_gives_default_and_bounds() -> None:
    def dim(level: int = Field(50, ge=0), tags: list[str] = Field(default_factory=list)) -> None: ...  # noqa: B008

    assert parameters_of(dim)["properties"] == {
        "level": {"type": "integer", "minimum": 0, "default": 50},
        "tags": {"type": "array", "items": {"type": "string"}, "default": []},
    }


def test_null_stays_where_it_says_more_than_leaving_out() -> None:
    def dim(level: int | None = 50, room: str | None = None, floor: int | None = Field(...)) -> None: ...

    assert parameters_of(dim)["properties"] == {
        "level": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": 50},
        "room": {"type": "string"},
        "floor": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    }


def test_results_have_schemas_too() -> None:
    def find() -> list[Guest]:
        """Find guests.

        Returns:
            the guests, by name
        """
        return []

    def untyped():
        return 1

    class Tree(BaseModel):
        children: list[Tree]

    def tree() -> Tree:
        return Tree(children=[])

    made = Tool(find, name="find", description=None, traits=Traits(), names=globals())
    assert made.spec.returns == {"type": "array", "items": GUEST, "description": "the guests, by name"}
    assert Tool(untyped, name="untyped", description=None, traits=Traits()).spec.returns is None
    endless = Tool(tree, name="tree", description=None, traits=Traits(), names=locals())
    assert endless.spec.returns is None
    assert endless.to_json(Tree(children=[Tree(children=[])])) == {"children": [{"children": []}]}
