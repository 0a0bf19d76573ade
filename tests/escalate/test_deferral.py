"""A whole run whose small model defers: what the larger one sees, what the tool gets, and a run that may not ask."""

from __future__ import annotations

from typing import Any

from agentkit import Agent, tool
from agentkit.escalate import Escalator
from agentkit.models.base import Cancel
from agentkit.models.scripted import ScriptedModel, defer
from agentkit.types import Proposal, ProposeRequest, ToolCall

TASK = "send 4 people that Zed is ill"


@tool(effect="external", private=("text",))
def send(text: str, people: int) -> str:
    """Send a message to some people."""
    return f"{people} got: {text}"


class Large:
    """A larger model that fills the arguments from the placeholders it sees, in their order."""

    name = "large"

    def __init__(self) -> None:
        self.seen: list[str] = []

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        self.seen.append(request.model_dump_json())
        _, people, _, _, who, _, how = request.messages[-1].content.split()
        call = ToolCall(id="1", name="send", arguments={"text": f"{who} is {how}", "people": people})
        return Proposal(calls=(call,), model=self.name, tier="remote", confidence_known=False)

    def close(self) -> None: ...


def test_the_private_text_reaches_the_tool_and_not_the_larger_model() -> None:
    large = Large()
    small = ScriptedModel([defer()])
    with Agent([send], model=small, remote=large, store=False, trust="fast", loop="single_turn") as agent:
        run = agent.run(TASK)
    (seen,) = large.seen
    assert "send ⟦TEXT_1⟧ people that ⟦TEXT_2⟧ is ⟦TEXT_3⟧" in seen
    assert "Zed" not in seen
    assert [result.text for step in run.steps for result in step.results] == ["4 got: Zed is ill"]


def test_a_run_that_may_not_ask_says_why() -> None:
    large = Large()
    escalator: Any = Escalator(large, unlocated="refuse")
    with Agent([send], model=ScriptedModel([defer()]), remote=escalator, store=False) as agent:
        run = agent.run(TASK)
    assert large.seen == []
    exchange = next(step.exchange for step in run.steps if step.exchange)
    assert exchange.status == "refused"
    assert "`send.text` is private, and its value is not known in the request" in f"{run.reason} {run.question}"
