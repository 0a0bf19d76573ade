"""Wrong arguments of an agent are named where they are passed."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from agentkit import Agent, tool
from agentkit.decide import Policy
from agentkit.errors import RunError, WiringError
from agentkit.graph.given import _RULES, Settings
from agentkit.models.scripted import ScriptedModel, answer, call


class Weather(BaseModel):
    city: str
    celsius: int


@tool
def look(city: str) -> Weather:
    """Look up the weather of a city."""
    return Weather(city=city, celsius=9)


async def listens_async(_: object) -> None: ...


class Tree(BaseModel):
    children: list[Tree]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"loop": "untildone"}, "did you mean 'until_done'"),
        ({"max_steps": 0}, "max_steps is 0, not a whole number from 1"),
        ({"max_steps": True}, "max_steps is True"),
        ({"trust": "reckless"}, "not one of 'cautious', 'balanced', 'fast'"),
        ({"trust": "balancd"}, "did you mean 'balanced'"),
        ({"output": "Weather"}, "pass the type itself"),
        ({"output": 3}, "output is 3, no type of answers"),
        ({"output": Weather(city="Paris", celsius=9)}, "no type of answers"),
        ({"output": Tree}, "output is Tree, no type of answers: it has a type that contains itself"),
        ({"model": "embeded"}, "did you mean 'embedded'"),
        ({"model": 3}, "model is 3, not a model"),
        ({"model": None}, "model is None, not a model"),
        ({"model": ScriptedModel}, "not a model"),
        ({"tools": 3}, "tools is 3"),
        ({"tools": []}, "an agent needs at least one tool"),
        ({"tools": [3]}, "3 is no function"),
        ({"tools": [[look]]}, "is no function"),
        ({"remote": "http://127.0.0.1:8080/v1"}, "name server and model"),
        ({"remote": 3}, "remote is 3, not a model"),
        ({"policy": "fast"}, "policy is 'fast', not a `Policy`"),
        ({"policy": Policy.from_trust("fast"), "trust": "fast"}, "`trust` and `policy` are both given"),
        ({"system": 3}, "system is 3, not a text"),
        ({"name": ""}, "name is '', not a text"),
        ({"facts": 3}, "facts is 3, not a list of texts"),
        ({"facts": "the user is Ada"}, "facts is 'the user is Ada', not a list of texts"),
        ({"facts": ["a", 3]}, "not a list of texts"),
        ({"store": 3}, "store is 3, not a `Store` or a path"),
        ({"durable": "no"}, "durable is 'no', not True or False"),
        ({"offline": 1}, "offline is 1, not True or False"),
        ({"guard": "off"}, "guard is 'off', not True or False"),
        ({"verifiers": "schema"}, "verifiers is 'schema', not a list of checks"),
        ({"verifiers": [3]}, "not a list of checks"),
        ({"ask": "me"}, "ask is 'me', not a function of the question"),
        ({"ask": listens_async}, "is called in the run's thread, so it is not async"),
        ({"options": {}}, "options is {}, not `Options`"),
        ({"calibration": "fit.json"}, "calibration is 'fit.json', not a calibration"),
        ({"budgets": {"usd": 1}}, "budgets is {'usd': 1}, not `Budgets`"),
        ({"escalation": "step"}, "escalation is 'step', not an `Escalation`"),
        ({"max_result_chars": 1}, "max_result_chars is 1, not a whole number from 50"),
        ({"parallel": 0}, "parallel is 0, not a whole number from 1 to 64"),
        ({"parallel": 2.5}, "parallel is 2.5"),
        ({"max_step": 3}, "takes no argument `max_step`\n  hint: did you mean `max_steps`"),
        ({"zzz": 3}, "takes no argument `zzz`\n  hint: the others are name, system"),
    ],
)
def test_a_wrong_argument_is_named(wrong: dict[str, Any], said: str) -> None:
    arguments: dict[str, Any] = {"tools": [look], "model": ScriptedModel([]), "store": False, **wrong}
    with pytest.raises(WiringError, match=re.escape(said)):
        Agent(**arguments)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"history": ["hi"]}, "history[0] is 'hi', not a `Message`"),
        ({"history": "hi"}, "history is 'hi', not a list of messages"),
        ({"history": 3}, "history is 3, not a list of messages"),
        ({"run_id": 3}, "run_id is 3, not an id"),
        ({"run_id": " "}, "run_id is ' ', not an id"),
        ({"listen": 3}, "listen is 3, not a function of an event"),
        ({"listen": listens_async}, "so it is not async"),
        ({"cancel": 3}, "cancel is 3, not a `Cancel`"),
        ({"cancel": True}, "cancel is True, not a `Cancel`"),
    ],
)
def test_a_wrong_argument_of_a_run_is_named(wrong: dict[str, Any], said: str) -> None:
    agent = Agent([look], model=ScriptedModel([]), store=False)
    with pytest.raises(WiringError, match=re.escape(said)):
        agent.run("weather", **wrong)
    with pytest.raises(WiringError, match=re.escape(said)):
        asyncio.run(agent.arun("weather", **wrong))
    if "listen" not in wrong:
        with pytest.raises(WiringError, match=re.escape(said)):
            list(agent.stream("weather", **wrong))


def test_a_wrong_argument_of_a_resumption_is_named(tmp_path: Path) -> None:
    with Agent([look], model=ScriptedModel([]), store=tmp_path / "trace.db") as agent:
        wrong: Any = 3
        with pytest.raises(WiringError, match="run_id is 3, not an id"):
            agent.resume(wrong)
        with pytest.raises(WiringError, match="no run 'nope'"):
            agent.resume("nope")


def test_a_spec_that_is_none_is_named() -> None:
    wrong: Any = 3
    with pytest.raises(WiringError, match="spec is 3, not a spec"):
        Agent.from_spec(wrong)
    with pytest.raises(WiringError, match="overrides is 'trust=fast', not a list"):
        Agent.from_spec("agent.yaml", "trust=fast")


def test_what_is_none_is_the_default() -> None:
    nothing: dict[str, Any] = {**dict.fromkeys(Settings.__optional_keys__), "store": False, "loop": "single_turn"}
    agent = Agent([look], model=ScriptedModel([answer(call("look", city="Paris"), p=0.9)]), **nothing)
    assert agent.name == "agent"
    assert agent.run("weather in Paris").status == "success"


def test_every_setting_has_a_rule() -> None:
    assert set(Settings.__optional_keys__) == set(_RULES)


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
