"""Raw JSON Schema: what is accepted means what the schema says, and what no grammar can keep is refused by name."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from agentkit.errors import ToolDefinitionError
from agentkit.registry import Registry, Tool

FIVE = {"x": {"type": "integer", "minimum": 5}}
POINT = {"p": {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}}


def anything(**given: Any) -> str:
    """Take anything."""
    return str(given)


def made(schema: dict[str, Any]) -> Tool[..., Any]:
    tool = Tool.from_schema("t", schema, anything)
    Registry([tool])
    return tool


def about(node: Any, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": node}, **more}


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        (about({"$ref": "#/$defs/x", "minimum": 0}, **{"$defs": FIVE}), [1, 5, 7]),
        (about({"$ref": "#/$defs/x", "maximum": 9}, **{"$defs": FIVE}), [1, 5, 10]),
        (about({"$ref": "#/$defs/x", "type": "number"}, **{"$defs": FIVE}), [5, 5.5]),
        (about({"$ref": "#/$defs/y"}, **{"$defs": {**FIVE, "y": {"$ref": "#/$defs/x"}}}), [1, 5]),
        (about({"type": "integer", "minimum": 0, "allOf": [{"minimum": 5}]}), [1, 5]),
        (about({"type": "integer", "allOf": [{"minimum": 5}, {"maximum": 9}]}), [1, 5, 10]),
        (about({"type": "integer", "minimum": 0, "anyOf": [{"minimum": 5}]}), [1, 5]),
        (about({"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]}), ["a", "b", "c"]),
        (
            about(
                {"$ref": "#/$defs/p", "properties": {"y": {"$ref": "#/$defs/x"}}, "required": ["y"]},
                **{"$defs": {**POINT, **FIVE}},
            ),
            [{"y": 5}, {"x": 1}, {"x": 1, "y": 4}, {"x": 1, "y": 5}],
        ),
    ],
)
def test_what_stands_beside_a_reference_holds_as_well(schema: dict[str, Any], values: list[Any]) -> None:
    tool, draft = made(schema), Draft202012Validator(schema)
    for value in values:
        allowed = draft.is_valid({"a": value})  # pyright: ignore[reportUnknownMemberType]
        assert (not tool.problems({"a": value})) is allowed, value


@pytest.mark.parametrize(
    ("node", "told"),
    [
        ({"type": "string", "not": {"const": "x"}}, "parameter `a` of tool `t` uses `not`, which no grammar"),
        ({"type": "integer", "if": {"minimum": 5}, "then": {"multipleOf": 2}}, "parameter `a` of tool `t` uses `if`"),
        ({"type": "array", "items": {"type": "integer"}, "contains": {"minimum": 5}}, "uses `contains`"),
        ({"type": "array", "items": {"type": "integer"}, "uniqueItems": True}, "uses `uniqueItems`"),
        ({"type": "object", "properties": {"x": {"type": "integer"}}, "unevaluatedProperties": False}, "unevaluated"),
        ({"$dynamicRef": "#n"}, "uses `$dynamicRef`"),
        (True, "parameter `a` of tool `t` may be anything (the schema `true`)"),
        (False, "parameter `a` of tool `t` allows no value (the schema `false`)"),
        ({"type": "array", "items": True}, "parameter `a` of tool `t` is a list of anything"),
        ({"type": "string", "allOf": [{"type": "integer"}]}, "must be of the types integer and string at once"),
        ({"type": "integer", "multipleOf": 2, "allOf": [{"multipleOf": 3}]}, "says `multipleOf` in two ways"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(node: Any, told: str) -> None:
    with pytest.raises(ToolDefinitionError) as caught:
        made(about(node))
    assert told in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("more", [{"oneOf": [{"required": ["a"]}]}, {"anyOf": [{"required": ["a"]}]}])
def test_arguments_are_one_object(more: dict[str, Any]) -> None:
    with pytest.raises(ToolDefinitionError, match="has arguments that are no single object"):
        made(about({"type": "integer"}, **more))


def test_a_default_of_false_and_no_uniqueness_are_no_demands() -> None:
    assert (
        made(about({"type": "array", "items": {"type": "integer"}, "uniqueItems": False})).problems({"a": [1, 1]}) == ()
    )
