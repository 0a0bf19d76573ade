"""A dependency may propose before the model does; its proposals pass the same checks and the same policy."""

from __future__ import annotations

from typing import Any

import pytest

from agentkit import Agent, Context, tool
from agentkit.errors import RunError
from agentkit.models.scripted import ScriptedModel, call, finish
from agentkit.types import Action, Proposal, ProposeRequest, ToolCall


@tool(effect="write")
def note(text: str) -> str:
    """Write something down.

    Args:
        text: what
    """
    return text


class Ready:
    """Proposes the calls it holds, one a step, then leaves it to the model."""

    def __init__(self, *calls: ToolCall) -> None:
        self.calls = list(calls)
        self.turns: list[int] = []

    def propose(self, ctx: Context[Any], request: ProposeRequest) -> Proposal | None:
        assert ctx.task == "write it"
        self.turns.append(len(request.messages))
        if not self.calls:
            return None
        return Proposal(calls=(self.calls.pop(0),), confidence_known=False, model="ready", tier="script")


def test_what_is_ready_goes_before_the_model_and_the_history_stays() -> None:
    ready = Ready(call("note", text="write it"))
    model = ScriptedModel([finish("done")])
    with Agent(model=model, tools=[note], loop="until_done", trust="fast", store=False) as agent:
        run = agent.run("write it", {"ready": ready})
    assert [step.proposal.tier for step in run.steps] == ["script", "local"]
    assert [step.proposal.calls[0].id for step in run.steps] == ["1", "2"]
    assert len(model.requests) == 1
    assert [turn.role for turn in model.requests[0].messages] == ["user", "assistant", "tool"]


def test_what_is_ready_passes_the_checks() -> None:
    ready = Ready(call("note", words="no such argument"))
    model = ScriptedModel([finish("gave up")])
    with Agent(model=model, tools=[note], loop="until_done", store=False) as agent:
        run = agent.run("write it", ready)
    assert run.steps[0].decision.action is Action.REPAIR
    assert not any(result.status == "ok" for step in run.steps for result in step.results)


def test_one_that_breaks_down_is_named() -> None:
    class Broken:
        def propose(self, _ctx: Context[Any], _request: ProposeRequest) -> Proposal:
            raise KeyError("gone")

    with Agent(model=ScriptedModel([]), tools=[note], store=False) as agent, pytest.raises(RunError, match="KeyError"):
        agent.run("write it", {"broken": Broken()})


def test_other_dependencies_are_left_alone() -> None:
    class Suitor:
        def propose(self, _ctx: Context[Any], _request: ProposeRequest) -> str:
            return "marry me"

    with Agent(model=ScriptedModel([finish("done")]), tools=[note], loop="until_done", store=False) as agent:
        run = agent.run("write it", {"suitor": Suitor(), "number": 4})
    assert run.answer == "done"
