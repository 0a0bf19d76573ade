"""References: following a path in a value and in its schema agree, and clashes of types are found."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from agentkit.verify.references import (
    PathError,
    compatible,
    follow,
    follow_schema,
    references,
    substitute,
    type_name,
)

ORDER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}, "minItems": 1},
        "pair": {
            "type": "array",
            "prefixItems": [{"type": "string"}, {"type": "number"}],
            "minItems": 2,
            "items": False,
        },
        "open": {"type": "object", "additionalProperties": {"type": "boolean"}},
    },
    "required": ["id", "lines", "pair"],
    "additionalProperties": False,
    "$defs": {
        "Line": {
            "type": "object",
            "properties": {"sku": {"type": "string"}, "count": {"type": "integer"}},
            "required": ["sku", "count"],
            "additionalProperties": False,
        }
    },
}


def test_paths_may_be_written_in_several_ways() -> None:
    value: JsonValue = {"a": [{"b": 1}, {"b": 2}]}
    for path in ("a.1.b", "a[1].b", "$.a[1].b", ".a.1.b", "a.-1.b"):
        assert follow(value, path) == 2
    assert follow(value, "") == value


def test_a_missing_step_says_what_there_is() -> None:
    with pytest.raises(PathError, match=r"the result has no `a.c`: it has `b`, not `c`"):
        follow({"a": {"b": 1}}, "a.c")
    with pytest.raises(PathError, match=r"it is a list of 2, not `2`"):
        follow([1, 2], "2")
    with pytest.raises(PathError, match=r"it is a integer, not `x`"):
        follow(3, "x")
    with pytest.raises(PathError, match=r"it is null"):
        follow(None, "x")


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("id", "integer"),
        ("note", "string or null"),
        ("lines", "array"),
        ("lines.0", "object"),
        ("lines.3.sku", "string"),
        ("pair.1", "number"),
        ("open.anything", "boolean"),
        ("", "object"),
    ],
)
def test_types_at_paths(path: str, named: str) -> None:
    assert type_name(follow_schema(ORDER, path)) == named


@pytest.mark.parametrize("path", ["ids", "id.x", "lines.sku", "lines.0.price", "note.0"])
def test_paths_that_no_value_has(path: str) -> None:
    with pytest.raises(PathError):
        follow_schema(ORDER, path)


def test_nothing_is_known_without_a_schema() -> None:
    assert follow_schema({}, "a.b.0") == {}
    assert type_name({}) == "anything"


ORDERS = st.fixed_dictionaries(
    {
        "id": st.integers(),
        "lines": st.lists(st.fixed_dictionaries({"sku": st.text(), "count": st.integers()}), min_size=1, max_size=3),
        "pair": st.tuples(st.text(), st.floats(allow_nan=False)).map(list),
    },
    optional={"note": st.none() | st.text(), "open": st.dictionaries(st.text(max_size=3), st.booleans(), max_size=3)},
)


@given(ORDERS)
def test_every_path_of_a_value_is_a_path_of_its_schema(value: Any) -> None:
    for path, part in _paths(value):
        assert follow(value, path) == part
        schema = follow_schema(ORDER, path)
        assert compatible({"const": part}, schema)


def _paths(value: Any, at: str = "") -> list[tuple[str, Any]]:
    found = [(at, value)]
    items: list[tuple[Any, Any]] = list(cast("dict[Any, Any]", value).items()) if isinstance(value, dict) else []
    items += list(enumerate(cast("list[Any]", value))) if isinstance(value, list) else []
    for key, item in items:
        if str(key).replace("_", "").isalnum() and str(key).isascii():
            found += _paths(item, f"{at}.{key}" if at else str(key))
    return found


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [
        ({"type": "integer"}, {"type": "number"}, True),
        ({"type": "number"}, {"type": "integer"}, False),
        ({"type": "string"}, {"type": "integer"}, False),
        ({"type": ["string", "null"]}, {"type": "string"}, True),
        ({"type": "null"}, {"type": "string"}, False),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, {"type": "integer"}, True),
        ({}, {"type": "integer"}, True),
        ({"enum": ["a", "b"]}, {"enum": ["b", "c"]}, True),
        ({"enum": ["a"]}, {"enum": ["c"]}, False),
        ({"type": "string"}, {"enum": ["c"]}, True),
        ({"type": "string", "format": "date"}, {"type": "string", "format": "time"}, False),
        ({"type": "string"}, {"type": "string", "format": "time"}, True),
    ],
)
def test_compatible(one: dict[str, Any], other: dict[str, Any], fits: bool) -> None:
    assert compatible(one, other) is fits


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, JSON)
def test_substituting_leaves_no_reference(value: Any, result: Any) -> None:
    arguments: dict[str, Any] = {"a": [{"$ref": 1}, value], "b": {"deep": {"$ref": "1", "path": ""}}}
    found = substitute(arguments, {"1": result})
    assert found["a"] == [result, value]
    assert found["b"] == {"deep": result}
    assert [one.at for one in references(arguments)][:1] == ["a.0"]


def test_a_reference_to_nothing_is_an_error() -> None:
    with pytest.raises(PathError, match="there is no result of call 7"):
        substitute({"a": {"$ref": "7"}}, {})


def test_an_object_with_other_keys_is_no_reference() -> None:
    assert list(references({"a": {"$ref": "1", "value": 2}})) == []
