"""The parts of the constraint on their own: numbers, texts, references, confidence, what is left out of a prompt."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentkit.errors import ContextOverflowError, ToolDefinitionError
from agentkit.propose import numerals, texts
from agentkit.propose.confidence import choose, read_point
from agentkit.propose.constraint import build_constraint, check_tool
from agentkit.propose.dialects.nano import NanoDialect
from agentkit.propose.legal import Legal
from agentkit.propose.references import first_call_id, fitting_paths
from agentkit.propose.render import LEFT_OUT, fit
from agentkit.propose.schema import answer_schema, control_tool, inlined, shown
from agentkit.types import Control, JsonSchema, Message, ProposeRequest, ToolCall, ToolSpec

NANO = NanoDialect(2)


@given(low=st.integers(-3000, 3000), span=st.integers(0, 4000), value=st.integers(-8000, 8000))
def test_an_integer_passes_exactly_when_it_is_in_range(low: int, span: int, value: int) -> None:
    pattern = re.compile(numerals.integers(low, low + span))
    for one in (value, low, low + span, low - 1, low + span + 1):
        assert bool(pattern.fullmatch(str(one))) == (low <= one <= low + span)


@given(
    low=st.decimals(-60, 60, places=2),
    span=st.decimals(0, 90, places=3),
    value=st.decimals(-99, 199, places=3),
    places=st.integers(0, 3),
)
def test_a_decimal_passes_exactly_when_it_is_in_range(low: Decimal, span: Decimal, value: Decimal, places: int) -> None:
    high = low + span
    try:
        pattern = re.compile(numerals.decimals(low, high, places))
    except ValueError:
        return
    for one in (value, low, high):
        text = f"{one:.{places}f}"
        if Decimal(text) or not text.startswith("-"):
            assert bool(pattern.fullmatch(text)) == (low <= Decimal(text) <= high)


def test_numbers_without_bounds_are_bounded_in_length() -> None:
    whole, decimal = re.compile(numerals.integers()), re.compile(numerals.decimals())
    assert whole.fullmatch("9" * 15) and not whole.fullmatch("9" * 16) and not whole.fullmatch("007")
    assert decimal.fullmatch("-1.5") and not decimal.fullmatch("1." + "3" * 7) and not decimal.fullmatch("1e9")


@pytest.mark.parametrize(
    ("text", "legal"),
    [("2024-02-29", True), ("2023-02-29", False), ("2000-02-29", True), ("1900-02-29", False), ("2023-04-31", False),
     ("2023-12-31", True), ("2023-13-01", False)],
)  # fmt: skip
def test_dates_are_calendar_dates(text: str, legal: bool) -> None:
    assert bool(re.fullmatch(texts.FORMATS["date"], text)) is legal


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [("^ab$", ["ab"], ["xab", "abx"]), ("ab", ["xaby", "ab"], ["ba"]), ("^a|b$", ["ax", "xb"], ["xa"]),
     (r"^\$$", ["$"], ["x$"]), ("^[|]$", ["|"], ["x"]), ("^(a|b)$", ["a"], ["ab"]), (r"^a\|b$", ["a|b"], ["a"])],
)  # fmt: skip
def test_patterns_search_as_json_schema_says(pattern: str, yes: list[str], no: list[str]) -> None:
    whole = re.compile(texts.full_match(pattern, 9))
    assert all(whole.fullmatch(text) for text in yes)
    assert not any(whole.fullmatch(text) for text in no)


NUMBER: JsonSchema = {"type": "number"}
RESULT: JsonSchema = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "count": {"type": "integer"},
        "day": {"type": "string", "format": "date"},
        "spot": {"type": "object", "properties": {"lat": NUMBER}, "required": ["lat"]},
        "maybe": {"type": "string"},
    },
    "required": ["id", "count", "day", "spot"],
}


@pytest.mark.parametrize(
    ("wanted", "paths"),
    [
        ({"type": "string"}, ("id", "day")),
        ({"type": "string", "format": "date"}, ("day",)),
        ({"type": "number"}, ("count", "spot.lat")),
        ({"type": "integer"}, ("count",)),
        ({"enum": ["a", "b"]}, ()),
        ({"type": "boolean"}, ()),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, ("count",)),
        (
            {"type": "object", "properties": {"lat": NUMBER}, "required": ["lat"], "additionalProperties": False},
            ("spot",),
        ),
    ],
)
def test_a_reference_fits_by_type_and_only_what_is_always_there(wanted: JsonSchema, paths: tuple[str, ...]) -> None:
    assert fitting_paths({"3": RESULT}, wanted, {}).get("3", ()) == paths


def test_a_whole_result_fits_by_the_empty_path() -> None:
    assert fitting_paths({"1": {"type": "string"}}, {"type": "string"}, {}) == {"1": ("",)}


def test_calls_are_numbered_on_over_the_run() -> None:
    turns = (
        Message(role="assistant", calls=(ToolCall(id="1", name="a"), ToolCall(id="4", name="a"))),
        Message(role="tool", call_id="4", content=""),
    )
    assert first_call_id(ProposeRequest(tools=(), messages=turns)) == 5
    assert first_call_id(ProposeRequest(tools=(), messages=())) == 1


def test_a_point_is_read_after_the_mask() -> None:
    logits = np.log(np.array([0.5, 0.3, 0.15, 0.05], dtype=np.float32))
    point = read_point(logits, Legal.listed(np.array([1, 2])), 1, "tool", "abcd".__getitem__)
    assert math.isclose(point.p, 2 / 3, rel_tol=1e-5)
    assert math.isclose(point.mass, 0.45, rel_tol=1e-5)
    assert math.isclose(point.margin, 1 / 3, rel_tol=1e-4)
    assert math.isclose(point.entropy, -(2 / 3) * math.log(2 / 3) - (1 / 3) * math.log(1 / 3), rel_tol=1e-4)
    assert (point.legal, point.text, point.alternatives[0].text) == (2, "b", "c")


def test_choosing_stays_legal_and_follows_temperature_and_top_p() -> None:
    logits = np.array([9.0, 1.0, 3.0, 2.0], dtype=np.float32)
    legal = Legal.listed(np.array([1, 2, 3]))
    assert choose(logits, legal, 0.0, 1.0, 0.99) == 2
    assert {choose(logits, legal, 5.0, 1.0, draw) for draw in np.linspace(0, 0.999, 50)} == {1, 2, 3}
    assert {choose(logits, legal, 5.0, 0.3, draw) for draw in np.linspace(0, 0.999, 50)} == {2}


def words(request: ProposeRequest) -> tuple[int, str]:
    text = " ".join([message.content for message in request.messages] + [tool.name for tool in request.tools])
    return len(text.split()), text


TALK = ProposeRequest(
    tools=(ToolSpec(name="tool"),),
    messages=(
        Message(role="user", content="first words here"),
        Message(role="tool", content="a long old result " * 3),
        Message(role="user", content="second words"),
        Message(role="tool", content="a long new result " * 3),
        Message(role="user", content="last words"),
    ),
)


@pytest.mark.parametrize(
    ("room", "gone", "kept"),
    [
        (99, [], ["old", "new", "first"]),
        (24, ["old"], ["new", "first", "second", "last words", "tool"]),
        (13, ["old", "new"], ["first", LEFT_OUT]),
        (8, ["old", "new", "first"], ["second", "last words", "tool"]),
        (3, ["second"], ["last words", "tool"]),
    ],
)
def test_results_go_first_then_turns_and_never_the_last_words(room: int, gone: list[str], kept: list[str]) -> None:
    text, _ = fit(TALK, words, room)
    assert len(text.split()) <= room
    assert not any(word in text for word in gone)
    assert all(word in text for word in kept)


def test_what_cannot_fit_says_so_with_numbers() -> None:
    with pytest.raises(
        ContextOverflowError, match="has 32 tokens, 3 without what may be left out; there is room for 2"
    ):
        fit(TALK, words, 2)
    alone = TALK.model_copy(update={"messages": TALK.messages[-1:]})
    length = len(words(alone)[1].split())
    with pytest.raises(
        ContextOverflowError, match=f"has {length} tokens, and nothing may be left out; there is room for 0"
    ):
        fit(alone, words, 0)


def tool(schema: JsonSchema) -> ToolSpec:
    return ToolSpec(name="t", parameters={"type": "object", "properties": {"a": schema}, "required": ["a"]})


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"not": {"type": "string"}}, "keyword `not`"),
        ({"type": "string", "pattern": "(?=x)"}, "cannot be made into a grammar"),
        ({"type": "string", "format": "moon-phase"}, "format `moon-phase`"),
        ({"type": "integer", "minimum": 5, "maximum": 4}, "no integer lies between 5 and 4"),
        ({"enum": []}, "enumeration is empty"),
        ({"$ref": "#/$defs/Gone"}, "points to nothing"),
        ({"$ref": "https://example.org/x"}, "outside the schema"),
        ({"oneOf": [{"type": "string"}, {"type": "string"}]}, "may overlap"),
        ({"type": "array", "items": {"type": "string"}, "uniqueItems": True, "minItems": 2}, "different items"),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "disagree on `type`"),
        ({"type": "strnig"}, "not a JSON Schema type"),
    ],
)
def test_what_no_grammar_expresses_is_refused_by_name(schema: JsonSchema, message: str) -> None:
    with pytest.raises(ToolDefinitionError, match=r"tool `t`") as caught:
        check_tool(tool(schema), NANO)
    assert message in str(caught.value)
    assert caught.value.hint


def test_the_tool_to_blame_is_found_among_several() -> None:
    good = ToolSpec(name="good")
    with pytest.raises(ToolDefinitionError, match="tool `t`"):
        build_constraint(ProposeRequest(tools=(good, tool({"type": "string", "pattern": "(?<=x)"})), messages=()), NANO)


def test_recursion_is_cut_at_a_depth() -> None:
    tree: JsonSchema = {
        "type": "object",
        "properties": {"kids": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}},
        "required": ["kids"],
    }
    spec = ToolSpec(
        name="plant",
        parameters={
            "type": "object",
            "properties": {"t": {"$ref": "#/$defs/Tree"}},
            "required": ["t"],
            "$defs": {"Tree": tree},
        },
    )
    assert build_constraint(ProposeRequest(tools=(spec,), messages=()), NANO).lark.count("kids") >= 2
    assert "$ref" not in str(inlined(spec.parameters))


def test_equal_requests_share_one_grammar() -> None:
    one, other = tool({"type": "string"}), tool({"type": "string"})
    first = build_constraint(ProposeRequest(tools=(one,), messages=()), NANO)
    again = build_constraint(ProposeRequest(tools=(other,), messages=(Message(role="user", content="x"),)), NANO)
    assert first.grammar is again.grammar


def test_controls_are_tools_with_closed_arguments() -> None:
    for control in Control:
        spec = control_tool(control)
        assert spec.name == control.value and spec.parameters["additionalProperties"] is False
    typed = control_tool(Control.FINISH, {"type": "integer"})
    assert typed.parameters["properties"] == {"output": {"type": "integer"}}


def test_the_answer_schema_allows_calls_or_one_control() -> None:
    schema = answer_schema(
        ProposeRequest(tools=(tool({"type": "string"}),), messages=(), controls=(Control.ASK,), results={"1": RESULT})
    )
    calls, ask = schema["anyOf"]
    assert calls["maxItems"] == 4 and ask["maxItems"] == 1
    assert "$ref" in str(calls)


def test_a_schema_is_shown_without_private_keys() -> None:
    local: JsonSchema = {"type": "string", "pattern": "^long$", "x-type": "datetime", "description": "when"}
    assert shown(local) == {"type": "string", "format": "date-time", "description": "when"}
