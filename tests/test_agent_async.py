"""An agent in an event loop: awaited, watched and resumed there; whoever stops waiting stops the run."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from agentkit import Agent, Context, tool
from agentkit.cancel import Cancel
from agentkit.errors import Cancelled
from agentkit.events import AnyEvent, RunFinished
from agentkit.models.scripted import Script, ScriptedModel, answer, ask, call, finish

STARTED = threading.Event()
WHO: contextvars.ContextVar[str] = contextvars.ContextVar("WHO", default="nobody")


@tool
def wait(ctx: Context) -> str:
    """Wait until stopped."""
    STARTED.set()
    ctx.cancel.wait(30)
    return "waited"


@tool
def who() -> str:
    """Who asks."""
    return WHO.get()


@pytest.fixture(autouse=True)
def not_started() -> None:
    STARTED.clear()


def agent_of(script: Script, tmp_path: Path) -> Agent[Any]:
    return Agent([wait, who], model=ScriptedModel(script), store=tmp_path / "t.db")


def sure(*calls: Any) -> Any:
    return answer(*calls, p=0.99)


def statuses(agent: Agent[Any]) -> list[str]:
    assert agent.store is not None
    return [row["status"] for row in agent.store.runs()]


def test_arun_takes_what_run_takes(tmp_path: Path) -> None:
    agent = agent_of([sure(call("who")), sure(finish("you"))], tmp_path)
    told: list[AnyEvent] = []

    async def main() -> None:
        WHO.set("me")
        run = await agent.arun("who am I", run_id="r1", listen=told.append)
        assert (run.id, run.steps[0].results[0].value) == ("r1", "me")

    asyncio.run(main())
    assert isinstance(told[-1], RunFinished)


def test_a_flag_stops_a_run_that_is_awaited(tmp_path: Path) -> None:
    agent, cancel = agent_of([sure(call("wait"))], tmp_path), Cancel()

    async def main() -> None:
        run = asyncio.ensure_future(agent.arun("wait", cancel=cancel))
        await asyncio.to_thread(STARTED.wait, 10)
        cancel.set()
        with pytest.raises(Cancelled):
            await run

    asyncio.run(main())
    assert statuses(agent) == ["cancelled"]


def test_one_awaited_run_that_is_cancelled_leaves_the_flag_of_all_alone(tmp_path: Path) -> None:
    agent, cancel = agent_of([sure(call("wait"))], tmp_path), Cancel()

    async def main() -> None:
        run = asyncio.ensure_future(agent.arun("wait", cancel=cancel))
        await asyncio.to_thread(STARTED.wait, 10)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run

    asyncio.run(main())
    assert (statuses(agent), cancel.is_set) == (["cancelled"], False)


def test_more_runs_are_awaited_at_once_than_a_pool_has_threads(tmp_path: Path) -> None:
    agent = agent_of(lambda _: sure(call("wait")), tmp_path)
    cancel, started = Cancel(), asyncio.Event()
    waiting: list[str] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()

        def listen(event: AnyEvent) -> None:
            if event.kind == "executing":
                waiting.append(event.run_id)
                if len(waiting) == 40:
                    loop.call_soon_threadsafe(started.set)

        runs = [asyncio.ensure_future(agent.arun("wait", cancel=cancel, listen=listen)) for _ in range(40)]
        await asyncio.wait_for(started.wait(), 60)
        cancel.set()
        ended = await asyncio.gather(*runs, return_exceptions=True)
        assert {type(one) for one in ended} == {Cancelled}

    asyncio.run(main())


def test_a_question_is_answered_from_the_loop(tmp_path: Path) -> None:
    agent = agent_of([sure(ask("Which city?")), sure(finish("Paris it is"))], tmp_path)

    async def main() -> None:
        run = await agent.arun("book a hotel")
        assert run.status == "asked"
        run = await agent.aresume(run.id, "Paris")
        assert run.answer == "Paris it is"

    asyncio.run(main())


def test_a_stream_gives_every_event_in_the_loop(tmp_path: Path) -> None:
    agent = agent_of([sure(call("who")), sure(finish("nobody"))], tmp_path)

    async def main() -> list[AnyEvent]:
        return [event async for event in agent.astream("who am I", run_id="r1")]

    told = asyncio.run(main())
    assert [event.kind for event in told][:2] == ["run_started", "retrieved"]
    last = told[-1]
    assert isinstance(last, RunFinished)
    assert (last.run.id, last.run.answer) == ("r1", "nobody")


def test_a_stream_raises_in_the_loop_what_the_run_raises(tmp_path: Path) -> None:
    agent, told = agent_of([ValueError("not a number")], tmp_path), list[AnyEvent]()

    async def main() -> None:
        async for event in agent.astream("who am I"):
            told.append(event)

    with pytest.raises(ValueError, match="not a number"):
        asyncio.run(main())
    assert isinstance(told[-1], RunFinished)


@pytest.mark.parametrize("how", ["left", "cancelled"])
def test_whoever_stops_watching_stops_the_run(tmp_path: Path, how: str) -> None:
    agent = agent_of([sure(call("wait"))], tmp_path)

    async def watch() -> None:
        async with aclosing(agent.astream("wait")) as events:
            async for event in events:
                if how == "left" and event.kind == "executing":
                    break

    async def main() -> None:
        watching = asyncio.ensure_future(watch())
        if how == "cancelled":
            await asyncio.to_thread(STARTED.wait, 10)
            watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)

    asyncio.run(main())
    assert statuses(agent) == ["cancelled"]
