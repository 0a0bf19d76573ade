"""What dependencies tell of the moment: odds reach the model, and odds that fail are a clear error."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from agentkit import Agent, Context, tool
from agentkit.errors import RunError
from agentkit.models.scripted import ScriptedModel, abstain
from agentkit.types import Odds, ValueOdds

KNOWN = Odds(tools={"press": 2.0}, values=(ValueOdds(tool="press", argument="key", values={"a": 3.0}),))


@tool(effect="read")
def press(key: str) -> str:
    """Press a key."""
    return key


@dataclass
class Keyboard:
    """A dependency that knows something, or fails to tell it."""

    told: object

    def odds(self, ctx: Context) -> object:
        """What it knows."""
        if isinstance(self.told, Exception):
            raise self.told
        return self.told


def asked(deps: object) -> Odds | None:
    """The odds that reached the model."""
    model = ScriptedModel([abstain()])
    Agent(tools=[press], model=model, store=False).run("press a", deps=deps)
    return model.requests[0].odds


def test_odds_of_a_dependency_reach_the_model() -> None:
    assert asked(Keyboard(KNOWN)) == KNOWN
    assert asked({"silent": Keyboard(None), "keys": Keyboard(KNOWN)}) == KNOWN


def test_without_a_dependency_that_knows_there_are_none() -> None:
    assert asked(None) is None
    assert asked({"keys": Keyboard(None), "plain": 3}) is None


@pytest.mark.parametrize(
    ("told", "message"),
    [(ValueError("no screen"), "could not be told: ValueError: no screen"), ({"press": 2.0}, "were told as a dict")],
)
def test_odds_that_cannot_be_told_are_named(told: object, message: str) -> None:
    with pytest.raises(RunError, match=message):
        asked(Keyboard(told))
