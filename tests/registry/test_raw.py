from __future__ import annotations

import re
from typing import Any

import pytest

from agentkit.act import Executor
from agentkit.errors import Failed, ToolDefinitionError
from agentkit.registry import ArgumentError, Context, Registry, Tool
from agentkit.types import ToolCall

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Arguments",
    "type": "object",
    "$defs": {"unit": {"enum": ["c", "f"], "title": "Unit"}},
    "properties": {
        "city": {"type": "string", "minLength": 1},
        "unit": {"$ref": "#/$defs/unit", "default": "c"},
        "days": {"type": ["integer", "null"], "minimum": 1, "maximum": 14},
    },
    "required": ["city"],
}


def weather(city: str, unit: str, days: int | None = None) -> str:
    """Tell the weather."""
    return f"{city} {unit} {days}"


def test_a_schema_makes_a_tool() -> None:
    made = Tool.from_schema("weather", SCHEMA, weather, effect="external", returns={"type": "string"})
    assert made.spec.description == "Tell the weather."
    assert made.spec.effect == "external"
    assert made.spec.returns == {"type": "string"}
    assert made.spec.parameters == {
        "type": "object",
        "properties": {
            "city": {"type": "string", "minLength": 1},
            "unit": {"enum": ["c", "f"], "default": "c"},
            "days": {"type": ["integer", "null"], "minimum": 1, "maximum": 14},
        },
        "required": ["city"],
        "additionalProperties": False,
    }
    registry = Registry([made])
    assert registry.get("weather").invoke({"city": "Oslo"}, Context()) == "Oslo c None"
    assert registry.get("weather").invoke({"city": "Oslo", "days": None, "unit": "f"}, Context()) == "Oslo f None"


def test_arguments_are_held_to_the_schema() -> None:
    made = Tool.from_schema("weather", SCHEMA, weather)
    with pytest.raises(ArgumentError, match=r'^argument `unit` of `weather` must be one of "c", "f", got "k"$'):
        made.validate({"city": "Oslo", "unit": "k"})
    with pytest.raises(ArgumentError, match=r"^`weather` has no argument `when`; it has city, unit, days$"):
        made.validate({"city": "Oslo", "when": 1})


RETURNED: dict[str, Any] = {
    "type": "object",
    "$defs": {"degrees": {"type": "number", "minimum": -90}},
    "properties": {"celsius": {"$ref": "#/$defs/degrees"}, "note": {"type": "string"}},
    "required": ["celsius"],
}


@pytest.mark.parametrize(
    "value",
    [{"celsius": 9}, {"celsius": 9.5, "note": "windy"}, {"celsius": 1, "more": "what the schema does not forbid"}],
)
def test_results_of_the_declared_schema_pass(value: Any) -> None:
    made = Tool.from_schema("weather", SCHEMA, weather, returns=RETURNED)
    assert made.to_json(value) == value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("warm", "`weather` should return an object and returned \"warm\": 'warm' is not of type 'object'"),
        ({}, "`weather` should return an object and returned {}: 'celsius' is a required property"),
        ({"celsius": "9"}, "at `celsius`: '9' is not of type 'number'"),
        ({"celsius": -300}, "at `celsius`: -300 is less than the minimum of -90"),
        (None, "`weather` should return an object and returned null"),
    ],
)
def test_results_are_held_to_the_schema(value: Any, said: str) -> None:
    made = Tool.from_schema("weather", SCHEMA, weather, returns=RETURNED)
    with pytest.raises(Failed, match=re.escape(said)):
        made.to_json(value)


def test_a_result_that_breaks_the_schema_is_a_failed_call() -> None:
    made = Tool.from_schema("weather", SCHEMA, weather, returns=RETURNED)
    call = ToolCall(id="1", name="weather", arguments={"city": "Oslo"})
    (result,) = Executor(Registry([made])).run([call], Context())
    assert result.status == "failed"
    assert "`weather` should return an object" in result.error


def test_keyword_functions_and_contexts_are_served() -> None:
    def anything(ctx: Context, **given: Any) -> tuple[str, dict[str, Any]]:
        return ctx.run_id, given

    schema: dict[str, Any] = {"type": "object", "properties": {"content-type": {"type": "string"}}}
    made = Tool.from_schema("anything", schema, anything)
    assert made.invoke({"content-type": "x"}, Context(run_id="r")) == ("r", {"content-type": "x"})


def test_a_schema_without_properties_takes_nothing() -> None:
    made = Tool.from_schema("ring", {"type": "object"}, lambda: "ding")
    assert made.spec.parameters == {"type": "object", "properties": {}, "additionalProperties": False}
    assert made.invoke({}, Context()) == "ding"


def one(schema: dict[str, Any] | bool, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"x": schema}, **more}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"type": "strnig"}, "has a schema of its arguments that is no JSON Schema: at type"),
    (one({"type": "integer", "minimum": "1"}), "no JSON Schema: at properties.x.minimum, '1' is not of type 'number'"),
    ({"type": "string"}, "has arguments that are no single object"),
    (one({}), "parameter `x` of tool `raw` may be anything"),
    (one({"type": "object"}), "parameter `x` of tool `raw` is an object of any shape"),
    (one({"type": "array"}), "parameter `x` of tool `raw` is a list of anything"),
    (one({"enum": []}), "parameter `x` of tool `raw` has an empty list of choices"),
    (one({"type": "string", "pattern": "("}), "no JSON Schema: at properties.x.pattern, '(' is not a 'regex'"),
    (one({"type": "string", "pattern": "(?=a)b"}), "has a pattern that does not compile: look-around"),
    (one({"type": "integer", "minimum": 2, "maximum": 1}), "allows no value: minimum 2 is above maximum 1"),
    (one({"type": "integer"}, required=["y"]), "requires a key `y` that its properties do not have"),
    (one({"$ref": "#/$defs/no"}), "has a reference `#/$defs/no` to nothing in its schema"),
    (one({"$ref": "https://example.com/x"}), "has a reference `https://example.com/x` to nothing"),
    (one({"$ref": "#"}), "has a reference `#` to nothing"),
    (
        one({"$ref": "#/$defs/n"}, **{"$defs": {"n": {"type": "array", "items": {"$ref": "#/$defs/n"}}}}),
        "has a type that contains itself (`n`)",
    ),
    (one({"not": {"type": "string"}}), "uses `not`, which no grammar can express"),
    (one({"type": "string", "format": "date", "pattern": "^2"}), "has both a format and a pattern"),
    (
        {"type": "object", "properties": {"a": {"type": "null"}, "b": {"type": "null"}}, "minProperties": 2},
        "bounds the number of optional keys",
    ),
]


@pytest.mark.parametrize(("schema", "why"), REFUSED, ids=[case[1][:50] for case in REFUSED])
def test_schemas_that_cannot_be_used_are_refused(schema: dict[str, Any], why: str) -> None:
    def take(**given: Any) -> None: ...

    with pytest.raises(ToolDefinitionError) as caught:
        Registry([Tool.from_schema("raw", schema, take)])
    assert why in caught.value.message
    assert "test_raw.py:" in caught.value.message
    assert caught.value.hint


def test_functions_that_do_not_fit_their_schema_are_refused() -> None:
    def none() -> None: ...
    def more(x: int, y: int) -> None: ...

    with pytest.raises(ToolDefinitionError, match="parameter `x` of tool `raw` is in the schema and not taken"):
        Registry([Tool.from_schema("raw", one({"type": "integer"}), none)])
    with pytest.raises(ToolDefinitionError, match="parameter `x` of tool `raw` is needed by the function"):
        Registry([Tool.from_schema("raw", one({"type": "integer"}), more)])
