"""Requests that hold several, on the weights that ship: which calls are made, and that one request stays one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agentkit.models import EMBEDDED
from agentkit.models.llamacpp_model import LlamaCppModel
from agentkit.models.parted import planned
from agentkit.models.ranking import beside
from agentkit.types import JsonSchema, Message, Proposal, ProposeRequest, ToolSpec

pytestmark = pytest.mark.model


def tool(name: str, about: str, **properties: JsonSchema) -> ToolSpec:
    """A tool that needs all its arguments."""
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return ToolSpec(name=name, description=about, parameters=schema)


CONVERT = tool(
    "miles_to_km", "Converts miles to kilometres", miles={"type": "number", "description": "Distance in miles"}
)
FORECAST = tool("get_weather", "Weather forecast of a city", city={"type": "string", "description": "Name of the city"})
MEAN = tool(
    "mean", "Mean of numbers", numbers={"type": "array", "items": {"type": "number"}, "description": "The numbers"}
)
NOTE = tool("create_note", "Write a note", title={"type": "string"}, text={"type": "string"})


@pytest.fixture(scope="module")
def model() -> Iterator[LlamaCppModel]:
    """The embedded weights."""
    loaded = LlamaCppModel(EMBEDDED)
    yield loaded
    loaded.close()


def proposed(model: LlamaCppModel, said: str, max_calls: int = 4) -> Proposal:
    """What is proposed for a request."""
    tools = (CONVERT, FORECAST, MEAN, NOTE)
    message = Message(role="user", content=said)
    return model.propose(ProposeRequest(tools=tools, messages=(message,), max_calls=max_calls))


def test_each_item_of_a_list_gets_a_call(model: LlamaCppModel) -> None:
    proposal = proposed(model, "get the weather for Paris, Rome and Berlin")
    assert [(call.id, call.name, call.arguments) for call in proposal.calls] == [
        ("1", "get_weather", {"city": "Paris"}),
        ("2", "get_weather", {"city": "Rome"}),
        ("3", "get_weather", {"city": "Berlin"}),
    ]
    assert proposal.points[0].field == "count"
    assert {point.field.partition(".")[0] for point in proposal.points} >= {"0", "1", "2"} - {"count"}


def test_a_list_that_one_argument_takes_is_one_call(model: LlamaCppModel) -> None:
    proposal = proposed(model, "what is the mean of 3, 4 and 8?")
    assert [(call.name, call.arguments) for call in proposal.calls] == [("mean", {"numbers": [3, 4, 8]})]


def test_a_note_with_commas_is_one_note(model: LlamaCppModel) -> None:
    proposal = proposed(model, "make a note called groceries: milk, eggs and bread")
    assert [call.name for call in proposal.calls] == ["create_note"]


@pytest.mark.parametrize("said", ["Hello , !", "Yes. .", "help ! !", ", , , ,", "and", "a\n- b\n"])
def test_odd_texts_get_an_answer(model: LlamaCppModel, said: str) -> None:
    assert len(proposed(model, said).calls) >= 1


def test_a_text_that_cannot_be_seen_whole_is_not_taken_apart() -> None:
    known, filler = beside(EMBEDDED), "It will be a long day with much to do in the house by the sea. " * 5
    for said, whole in (
        ("Wake me at 7. Turn on the lamp.", False),
        (f"Wake me at 7. {filler} Turn on the lamp.", True),
    ):
        message = Message(role="user", content=said)
        plans = planned(ProposeRequest(tools=(CONVERT, FORECAST), messages=(message,), max_calls=4), known)
        assert (plans == []) == whole


def test_with_room_for_one_call_nothing_is_taken_apart(model: LlamaCppModel) -> None:
    assert len(proposed(model, "get the weather for Paris and Rome", max_calls=1).calls) == 1
