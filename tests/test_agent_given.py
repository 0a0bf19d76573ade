"""Wrong arguments of an agent are named where they are passed."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from agentkit import Agent, tool
from agentkit.errors import RunError, WiringError
from agentkit.models.scripted import ScriptedModel, answer, call


class Weather(BaseModel):
    city: str
    celsius: int


@tool
def look(city: str) -> Weather:
    """Look up the weather of a city."""
    return Weather(city=city, celsius=9)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"loop": "untildone"}, "did you mean 'until_done'"),
        ({"max_steps": 0}, "max_steps is 0"),
        ({"max_steps": True}, "max_steps is True"),
        ({"trust": "reckless"}, "it is one of 'cautious', 'balanced', 'fast'"),
        ({"output": "Weather"}, "pass the type itself"),
        ({"model": "embeded"}, "did you mean 'embedded'"),
        ({"tools": 3}, "tools is 3"),
        ({"tools": [3]}, "3 is no function"),
        ({"tools": [[look]]}, "is no function"),
        ({"remote": "http://127.0.0.1:8080/v1"}, "name server and model"),
    ],
)
def test_a_wrong_argument_is_named(wrong: dict[str, Any], said: str) -> None:
    arguments: dict[str, Any] = {"tools": [look], "model": ScriptedModel([]), "store": False, **wrong}
    with pytest.raises(WiringError, match=said):
        Agent(**arguments)


def test_a_task_is_a_text() -> None:
    nothing: Any = None
    with pytest.raises(WiringError, match="the task is None"):
        Agent([look], model=ScriptedModel([]), store=False).run(nothing)


def test_one_tool_needs_no_list() -> None:
    script = [answer(call("look", city="Paris"), p=0.9)]
    agent = Agent(look, model=ScriptedModel(script), store=False, loop="single_turn", output=Weather)
    assert agent.typed(agent.run("weather in Paris")) == Weather(city="Paris", celsius=9)


def test_an_output_that_does_not_fit_is_an_error_of_the_run() -> None:
    agent = Agent(
        look,
        model=ScriptedModel([answer(call("look", city="Paris"), p=0.9)]),
        store=False,
        loop="single_turn",
        output=Weather,
    )
    run = agent.run("weather in Paris").model_copy(update={"output": {"city": "Paris", "celsius": "warm"}})
    with pytest.raises(RunError, match="is no Weather"):
        agent.typed(run)
