"""What a person answers counts, once and as given; a run that is only looked at stays as it was."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agentkit import Agent, tool
from agentkit.cancel import Cancel
from agentkit.errors import AgentkitError, Cancelled, RemoteError, WiringError
from agentkit.events import AnyEvent, RunFinished
from agentkit.models.scripted import Script, ScriptedModel, answer, call, defer
from agentkit.types import Message

RAN: list[str] = []


@tool
def look(city: str) -> str:
    """Look up a city."""
    return f"{city} is fine"


@tool(effect="irreversible")
def wipe(city: str) -> str:
    """Delete a city for good."""
    RAN.append(city)
    return "wiped"


@tool(effect="external")
def send(to: str, text: str) -> str:
    """Send a message."""
    RAN.append(to)
    return f"sent {text}"


Make = Callable[..., Agent[Any]]


@pytest.fixture(autouse=True)
def nothing_ran() -> None:
    RAN.clear()


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(tools: Any, script: Script, **given: Any) -> Agent[Any]:
        arguments: dict[str, Any] = {"store": tmp_path / "t.db", "loop": "single_turn", **given}
        return Agent(tools, model=ScriptedModel(script), **arguments)

    return made


def wiping(_: object) -> Any:
    return answer(call("wipe", city="Paris"), p=0.99)


def looking(_: object) -> Any:
    return answer(call("look", city="Paris"), p=0.9)


def inventing(_: object) -> Any:
    return answer(call("send", to="Mallory", text="hello"), p=0.95)


def doubting(_: object) -> Any:
    return answer(call("send", to="Bob", text="hi"), p=0.1)


def not_an_answer(_: object) -> Any:
    return 42


def breaks(*_: object) -> Any:
    raise ZeroDivisionError


def interrupted(*_: object, **__: object) -> Any:
    raise KeyboardInterrupt


def test_a_no_counts_after_an_agent_without_the_tool_was_told_yes(make: Make) -> None:
    right, wrong = make([wipe], wiping), make([look], wiping)
    run = right.run("wipe Paris")
    with pytest.raises(AgentkitError, match="wipe"):
        wrong.resume(run.id, True)
    assert right.store is not None
    assert right.store.status(run.id) == "asked"
    assert right.resume(run.id, False).status == "partial"
    assert RAN == []


def test_an_error_while_an_answer_is_used_keeps_the_question_and_drops_the_answer(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = make([wipe], wiping)
    run = agent.run("wipe Paris")
    with monkeypatch.context() as patch:
        patch.setattr("agentkit.graph.person.verify", breaks)
        with pytest.raises(ZeroDivisionError):
            agent.resume(run.id, True)
    assert agent.store is not None
    stored = agent.store.run(run.id)
    assert (stored.status, stored.question) == ("asked", run.question)
    assert agent.resume(run.id).status == "asked"
    assert agent.resume(run.id, False).status == "partial"
    assert RAN == []


def test_a_run_that_ended_without_checkpoints_stays_as_it_ended(make: Make) -> None:
    agent = make([look], looking, durable=False)
    run = agent.run("weather in Paris")
    assert agent.resume(run.id).status == "success"
    assert agent.store is not None
    assert agent.store.status(run.id) == "success"


def test_an_answer_nobody_asked_for_leaves_a_cancelled_run_cancelled(make: Make) -> None:
    agent, cancel = make([look], looking), Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        agent.run("weather in Paris", run_id="c", cancel=cancel)
    with pytest.raises(WiringError, match="does not wait"):
        agent.resume("c", "yes")
    assert agent.store is not None
    assert agent.store.status("c") == "cancelled"


@pytest.mark.parametrize("wrong", [not_an_answer, breaks])
def test_a_person_who_cannot_be_understood_leaves_the_question_open(make: Make, wrong: Any) -> None:
    run_id = "q"
    agent = make([wipe], wiping, ask=wrong)
    with pytest.raises((WiringError, ZeroDivisionError)):
        agent.run("wipe Paris", run_id=run_id)
    assert agent.store is not None
    assert agent.store.status(run_id) == "asked"
    with pytest.raises((WiringError, ZeroDivisionError)):
        agent.resume(run_id)
    assert agent.store.status(run_id) == "asked"
    assert agent.resume(run_id, True).status == "success"
    assert RAN == ["Paris"]


def test_an_answer_of_another_type_is_refused(make: Make) -> None:
    agent = make([wipe], wiping)
    run = agent.run("wipe Paris")
    with pytest.raises(WiringError, match="42"):
        agent.resume(run.id, 42)  # pyright: ignore[reportArgumentType]
    assert agent.store is not None
    assert agent.store.status(run.id) == "asked"


@pytest.mark.parametrize("loop", ["single_turn", "until_done"])
@pytest.mark.parametrize("no", ["n", False])
def test_a_no_to_a_question_of_the_policy_ends_the_run(make: Make, loop: str, no: Any) -> None:
    agent = make([send], inventing, loop=loop)
    run = agent.run("send hello to Bob")
    assert run.status == "asked"
    ended = agent.resume(run.id, no)
    assert (ended.status, ended.reason, RAN) == ("partial", "a person declined to go on", [])


@pytest.mark.parametrize("loop", ["single_turn", "until_done"])
def test_a_question_of_the_policy_grounds_nothing(make: Make, loop: str) -> None:
    agent = make([send], inventing, loop=loop)
    run = agent.run("send hello to Bob")
    again = agent.resume(run.id, "just do what I said")
    assert (again.status, RAN) == ("asked", [])


def test_what_was_declined_is_not_asked_again(make: Make) -> None:
    agent = make([wipe], wiping, loop="until_done")
    run = agent.run("wipe Paris")
    ended = agent.resume(run.id, False)
    assert (ended.status, RAN) == ("partial", [])
    assert "declined" in ended.reason


def test_a_larger_model_that_was_asked_in_vain_is_not_said_to_be_missing(make: Make) -> None:
    remote = ScriptedModel([RemoteError("the reply is no call", status="garbled")] * 9, tier="remote")
    run = make([send], doubting, remote=remote).run("send hi to Bob")
    assert run.status == "asked"
    assert "the reply is no call" in run.steps[-1].decision.reason
    stuck = make([send], [defer()], remote=ScriptedModel([RemoteError("bad reply")] * 9, tier="remote"))
    ended = stuck.run("send hi to Bob")
    assert "bad reply" in ended.reason
    assert "no larger model is available" not in ended.reason


def test_a_run_cut_off_before_its_first_checkpoint_begins_again_with_its_history(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = ScriptedModel(looking)
    history = [Message(role="user", content="weather in Paris"), Message(role="assistant", content="sunny")]
    agent = make([look], looking)
    with monkeypatch.context() as patch:
        patch.setattr("agentkit.graph.wiring.DurableLoop.run", interrupted)
        with pytest.raises(Cancelled):
            agent.run("and there?", run_id="h", history=history)
    assert agent.store is not None
    other = Agent([look], model=model, store=agent.store, loop="single_turn")
    other.resume("h")
    assert [turn.content for turn in model.requests[0].messages] == ["weather in Paris", "sunny", "and there?"]


def test_the_question_about_an_unknown_outcome_says_why_it_is_unknown() -> None:
    @tool(effect="write", timeout_s=0.2)
    def pay(amount: int) -> str:
        """Pay somebody."""
        time.sleep(0.6)
        return f"paid {amount}"

    model = ScriptedModel([answer(call("pay", amount=5), p=0.99)])
    with Agent([pay], model=model, loop="single_turn") as agent:
        run = agent.run("pay 5")
    assert run.status == "asked"
    assert run.question is not None
    assert "pay(amount=5)" in run.question
    assert "took longer than 0.2 s" in run.question
    assert "cut off" not in run.question


@pytest.mark.parametrize("kept", [{}, {"store": False}, {"durable": False}])
def test_an_error_of_whoever_asks_is_raised_as_it_is_and_leaves_the_question_open(
    make: Make, kept: dict[str, Any]
) -> None:
    told: list[AnyEvent] = []
    with pytest.raises(ZeroDivisionError):
        make([look, wipe], [answer(call("wipe", city="Paris"), p=0.99)], ask=breaks, **kept).run(
            "wipe Paris", listen=told.append
        )
    last = told[-1]
    assert isinstance(last, RunFinished)
    assert (last.run.status, len(last.run.steps)) == ("asked", 1)
    assert "wipe" in (last.run.question or "")
    assert RAN == []


def test_an_error_before_any_question_is_a_failure_without_checkpoints_too(make: Make) -> None:
    told: list[AnyEvent] = []
    with pytest.raises(ZeroDivisionError):
        make([look], breaks, store=False).run("look at Paris", listen=told.append)
    last = told[-1]
    assert isinstance(last, RunFinished)
    assert last.run.status == "failed"
