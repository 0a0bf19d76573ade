"""What an agent sends to a larger model, end to end: private values stay here, and the answer comes back whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest

from agentkit import Agent, tool
from agentkit.errors import ToolDefinitionError
from agentkit.escalate import Private
from agentkit.events import Escalated, RunFinished
from agentkit.models.base import Cancel
from agentkit.models.scripted import ScriptedModel, answer, call
from agentkit.types import Proposal, ProposeRequest, RemoteExchange, ToolCall


@dataclass
class AddressBook:
    """Declares who is in it as private."""

    names: tuple[str, ...]

    def private_values(self) -> Private:
        return {"contact": self.names}


@tool(effect="write")
def note(text: str) -> str:
    """Write a note."""
    return f"noted: {text}"


class Remote:
    """A larger model that copies the first placeholder it is shown into a note, and remembers what it saw."""

    name = "large"

    def __init__(self) -> None:
        self.seen = ""
        self.closed = False

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        self.seen = request.model_dump_json()
        words = request.messages[-1].content.split()
        placeholder = next(word for word in words if word.startswith("⟦"))
        calls = (ToolCall(id="1", name="note", arguments={"text": placeholder}),)
        return Proposal(calls=calls, model=self.name, tier="remote", confidence_known=False)

    def close(self) -> None:
        self.closed = True


def escalated(deps: object) -> tuple[Remote, RemoteExchange, str]:
    remote = Remote()
    unsure = ScriptedModel([answer(call("note", text="?"), p=0.01)])
    with Agent([note], model=unsure, remote=remote, deps=deps, store=False, loop="single_turn", trust="fast") as agent:
        events = list(agent.stream("remember Ottilie today"))
    exchange = next(event.exchange for event in events if isinstance(event, Escalated))
    run = next(event.run for event in events if isinstance(event, RunFinished))
    return remote, exchange, " ".join(result.text for step in run.steps for result in step.results)


@pytest.mark.parametrize("deps", [AddressBook(("Ottilie",)), {"contacts": AddressBook(("Ottilie",)), "other": 1}])
def test_values_that_deps_declare_private_never_leave(deps: object) -> None:
    remote, exchange, written = escalated(deps)
    assert "Ottilie" not in remote.seen
    assert "Ottilie" not in exchange.sent
    assert exchange.placeholders
    assert written == "noted: Ottilie"


def test_a_model_that_was_passed_in_stays_its_owners_to_close() -> None:
    remote, _, _ = escalated(AddressBook(("Ottilie",)))
    assert not remote.closed


def test_a_tool_that_the_engine_cannot_express_is_refused_when_the_agent_is_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(spec: object, dialect: object) -> None:
        raise ToolDefinitionError("no grammar for `odd`")

    monkeypatch.setattr("agentkit.propose.constraint.check_tool", refuse)

    @tool
    def odd(code: Annotated[str, "a code"]) -> str:
        """Do something."""
        return code

    with Agent([odd], store=False) as agent, pytest.raises(ToolDefinitionError, match="odd"):
        agent.run("do something with code 7")
