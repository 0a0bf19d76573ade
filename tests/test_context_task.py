"""What a run was asked to do is known to sources of facts, to choices and to tools, in and out of process."""

from __future__ import annotations

from typing import Any

from agentkit import Agent, Context, tool
from agentkit.models.scripted import ScriptedModel, call, finish


class Told:
    def __init__(self) -> None:
        self.facts_of: list[str] = []

    def facts(self, ctx: Context[Any]) -> tuple[str, ...]:
        self.facts_of.append(ctx.task)
        return ()


@tool
def echo(ctx: Context[Any]) -> str:
    """Say what the run is for."""
    return ctx.task


@tool(isolate=True)
def echo_apart(ctx: Context[Any]) -> str:
    """Say what the run is for, in a process of its own."""
    return ctx.task


def test_the_task_is_part_of_the_context() -> None:
    told = Told()
    model = ScriptedModel([call("echo"), call("echo_apart"), finish("done")])
    with Agent(model=model, tools=[echo, echo_apart], loop="until_done") as agent:
        run = agent.run("say it", told)
    assert told.facts_of == ["say it"] * 3
    assert [result.value for step in run.steps for result in step.results] == ["say it", "say it"]
