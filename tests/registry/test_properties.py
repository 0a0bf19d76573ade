"""For any typed signature: the schema is closed, and every value of the schema is one the function can take."""

from __future__ import annotations

import enum
import inspect
import uuid
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal, NotRequired, Optional, Union, cast

from annotated_types import Ge, Gt, Le, Len, Lt
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import Field, create_model
from typing_extensions import TypedDict

from agentkit.propose.constraint import check_tool
from agentkit.propose.dialects.nano import NanoDialect
from agentkit.registry import Registry, Tool, bounded, tool
from agentkit.registry.walk import everywhere
from agentkit.types import JsonSchema

NAMES = st.sampled_from(["a", "b", "copy", "json", "model_x", "self_", "from_", "x1", "naïve"])
WORDS = st.text('abcXYZ09 _-é"\\', min_size=1, max_size=6)


def bounds_of(low: Any, high: Any, strict: bool, kind: type) -> Any:
    low, high = min(low, high), max(low, high)
    return Annotated[kind, Gt(low - 1), Lt(high + 1)] if strict else Annotated[kind, Ge(low), Le(high)]


def enum_of(values: list[str]) -> Any:
    return enum.Enum("Choice", {f"m{index}": value for index, value in enumerate(values)})


def string_of(low: int, more: int) -> Any:
    return Annotated[str, Len(low, low + more)]


LEAVES: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from([int, float, str, bool, date, time, datetime, timedelta, uuid.UUID]),
    st.sampled_from([Annotated[str, Field(pattern=p)] for p in ("^[a-z]{1,5}$", "^(on|off)$", r"^[0-9]+(\.[0-9]+)?$")]),
    st.builds(bounds_of, st.integers(-99, 99), st.integers(-99, 99), st.booleans(), st.sampled_from([int, float])),
    st.builds(string_of, st.integers(0, 4), st.integers(0, 4)),
    st.lists(WORDS | st.integers(-5, 5), min_size=1, max_size=4, unique_by=str).map(
        lambda values: Literal[tuple(values)]
    ),
    st.lists(WORDS, min_size=1, max_size=4, unique=True).map(enum_of),
)


def fields_of(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, tuple[Any, bool]]]:
    named = st.sampled_from(["street", "size", "kind", "note"])
    return st.dictionaries(named, st.tuples(inner, st.booleans()), min_size=1, max_size=3)


def model_of(fields: dict[str, tuple[Any, bool]]) -> Any:
    made: dict[str, Any] = {
        name: (Optional[kind], None) if optional else (kind, ...)  # noqa: UP045
        for name, (kind, optional) in fields.items()
    }
    return create_model("Made", **made)


def typed_dict_of(fields: dict[str, tuple[Any, bool]]) -> Any:
    made = {name: NotRequired[kind] if optional else kind for name, (kind, optional) in fields.items()}
    return cast(Any, TypedDict)("Made", made)


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        inner.map(lambda kind: list[kind]),
        st.tuples(inner, st.integers(0, 2)).map(lambda pair: Annotated[list[pair[0]], Len(pair[1], pair[1] + 1)]),
        st.tuples(inner, inner).map(lambda pair: tuple[pair[0], pair[1]]),
        st.tuples(inner, inner).map(lambda pair: Union[pair[0], pair[1]]),  # noqa: UP007 - made of types at run time
        inner.map(lambda kind: Optional[kind]),  # noqa: UP045
        inner.map(lambda kind: dict[str, kind]),
        fields_of(inner).map(model_of),
        fields_of(inner).map(typed_dict_of),
    )


TYPES = st.recursive(LEAVES, containers, max_leaves=5)
SIGNATURES = st.dictionaries(NAMES, st.tuples(TYPES, st.booleans()), max_size=4)


def tool_of(signature: dict[str, tuple[Any, bool]]) -> Tool[..., Any]:
    """A tool whose function returns the keywords it was called with."""

    def act(**given: Any) -> Any:
        return given

    made = {
        name: Optional[kind] if optional else kind  # noqa: UP045
        for name, (kind, optional) in signature.items()
    }
    parameters = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=None if signature[name][1] else inspect.Parameter.empty
        )
        for name in made
    ]
    act.__annotations__ = made
    cast(Any, act).__signature__ = inspect.Signature(parameters)
    return tool(cast(Callable[..., Any], act))


def is_closed(schema: JsonSchema) -> bool:
    """Every object forbids unknown keys, or is a map with a type for its values."""
    objects = (node for _, node in everywhere(schema) if node.get("type") == "object")
    return all(node.get("additionalProperties", True) is not True for node in objects)


def is_bounded(schema: JsonSchema) -> bool:
    nodes = [node for _, node in everywhere(schema) if "enum" not in node and "const" not in node]
    strings = (node for node in nodes if node.get("type") == "string")
    return all(node.keys() & {"maxLength", "x-type", "format"} for node in strings) and all(
        "maxItems" in node for node in nodes if node.get("type") == "array"
    )


def texts_of(pattern: str) -> st.SearchStrategy[str]:
    """Texts of an anchored pattern; Python's own `$` would also allow a line break at the end."""
    assert pattern.startswith("^") and pattern.endswith("$")
    return st.from_regex(rf"\A(?:{pattern[1:-1]})\Z")


def strings_of(node: JsonSchema) -> st.SearchStrategy[str]:
    if "pattern" in node:
        return texts_of(node["pattern"])
    if node.get("format") == "uuid":
        return st.uuids().map(str)
    assert "format" not in node
    return st.text(min_size=node.get("minLength", 0), max_size=node["maxLength"])


def numbers_of(node: JsonSchema) -> st.SearchStrategy[float]:
    low, high = node.get("minimum", node.get("exclusiveMinimum")), node.get("maximum", node.get("exclusiveMaximum"))
    whole = (
        st.integers(low, high)
        if node["type"] == "integer"
        else st.floats(low, high, allow_nan=False, allow_infinity=False)
    )
    return whole.filter(lambda value: value not in {node.get("exclusiveMinimum"), node.get("exclusiveMaximum")})


def lists_of(node: JsonSchema) -> st.SearchStrategy[Any]:
    if "prefixItems" in node:
        return st.tuples(*map(values_of, node["prefixItems"])).map(list)
    return st.lists(values_of(node["items"]), min_size=node.get("minItems", 0), max_size=min(3, node["maxItems"]))


def objects_of(node: JsonSchema) -> st.SearchStrategy[Any]:
    if "patternProperties" in node:
        pairs = [
            st.dictionaries(texts_of(p), values_of(inner), max_size=3) for p, inner in node["patternProperties"].items()
        ]
        return st.one_of(pairs)
    parts = {name: values_of(inner) for name, inner in node["properties"].items()}
    needed = node.get("required", ())
    return st.fixed_dictionaries(
        {name: part for name, part in parts.items() if name in needed},
        optional={name: part for name, part in parts.items() if name not in needed},
    )


def values_of(node: JsonSchema) -> st.SearchStrategy[Any]:
    """Values of a closed, bounded schema; the keywords are those that types can give."""
    if "enum" in node:
        return st.sampled_from(node["enum"])
    if "const" in node:
        return st.just(node["const"])
    if "anyOf" in node:
        return st.one_of([values_of(branch) for branch in node["anyOf"]])
    makers: dict[str, Callable[[JsonSchema], st.SearchStrategy[Any]]] = {
        "string": strings_of,
        "integer": numbers_of,
        "number": numbers_of,
        "array": lists_of,
        "object": objects_of,
        "boolean": lambda _: st.booleans(),
        "null": lambda _: st.none(),
    }
    return makers[node["type"]](node)


RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@RELAXED
@given(SIGNATURES, st.data())
def test_every_value_of_the_schema_is_accepted_and_survives_the_round_trip(
    signature: dict[str, tuple[Any, bool]], data: st.DataObject
) -> None:
    made = tool_of(signature)
    schema = bounded(made.spec.parameters)
    value = cast(dict[str, Any], data.draw(values_of(schema)))
    assert cast(Any, Draft202012Validator(schema)).is_valid(value)
    typed = made.validate(value)
    assert set(value) <= set(typed)
    assert made.validate(cast(Any, made.to_json(typed))) == typed


@RELAXED
@given(SIGNATURES)
def test_every_schema_is_closed_bounded_and_expressible(signature: dict[str, tuple[Any, bool]]) -> None:
    made = tool_of(signature)
    Registry([made])
    assert is_closed(made.spec.parameters)
    assert is_bounded(bounded(made.spec.parameters))
    assert bounded(bounded(made.spec.parameters)) == bounded(made.spec.parameters)
    check_tool(made.spec, NanoDialect(2))


@RELAXED
@given(SIGNATURES, st.dictionaries(NAMES, st.none() | st.booleans() | st.integers() | st.text(max_size=3), max_size=4))
def test_what_does_not_fit_is_told_and_what_fits_is_not(
    signature: dict[str, tuple[Any, bool]], arguments: dict[str, Any]
) -> None:
    made = tool_of(signature)
    found = made.problems(arguments)
    if found:
        assert all(problem.sentence and problem.tool == "act" for problem in found)
        assume(any(problem.path for problem in found))
    else:
        made.validate(arguments)
