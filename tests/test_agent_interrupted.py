"""A tool that raises `KeyboardInterrupt` stops the run as Ctrl-C does: the trace says so, and the run goes on later."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from agentkit import Agent, Run, tool
from agentkit.errors import Cancelled
from agentkit.models.scripted import ScriptedModel, answer, call, finish
from agentkit.trace import Store
from agentkit.types import ProposeRequest

HEARD: list[str] = []


def heard(name: str) -> str:
    """Raise on the first call, work on every later one."""
    HEARD.append(name)
    if HEARD.count(name) == 1:
        raise KeyboardInterrupt
    return "done"


@tool
def look() -> str:
    """Look."""
    return heard("look")


@tool
async def look_slowly() -> str:
    """Look, without blocking."""
    return heard("look_slowly")


@tool(effect="write", idempotent=True)
def put() -> str:
    """Put something somewhere."""
    return heard("put")


@tool(effect="external")
def post() -> str:
    """Post something."""
    return heard("post")


@tool
def leave() -> str:
    """Leave the process."""
    sys.exit(3)


@pytest.fixture(autouse=True)
def fresh() -> None:
    HEARD.clear()


def agent(made: Any, store: Path | bool) -> Agent[Any]:
    script = [answer(call(made.name), p=0.99)] * 2
    return Agent([made], model=ScriptedModel(script), store=store, loop="single_turn", trust="fast")


def run_of(made: Any, path: Path) -> Run:
    """The run as the trace holds it, once it was interrupted."""
    with agent(made, path) as first, pytest.raises(Cancelled, match="was cancelled") as caught:
        first.run("do it", run_id="one")
    assert "resume('one')" in caught.value.hint
    store = Store(path)
    try:
        return store.run("one")
    finally:
        store.close()


@pytest.mark.parametrize("made", [look, look_slowly], ids=lambda made: made.name)
def test_a_read_runs_again_when_the_run_is_resumed(made: Any, tmp_path: Path) -> None:
    run = run_of(made, tmp_path / "trace.db")
    assert run.status == "cancelled"
    assert run.steps[0].results[0].error == "it was interrupted"
    with agent(made, tmp_path / "trace.db") as second:
        assert second.resume("one").status == "success"
    assert HEARD.count(made.name) == 2


def test_of_a_change_it_is_not_known_whether_it_happened(tmp_path: Path) -> None:
    run = run_of(post, tmp_path / "trace.db")
    assert run.status == "cancelled"
    assert run.steps[0].results[0].status == "ambiguous"
    with agent(post, tmp_path / "trace.db") as second:
        waits = second.resume("one")
        assert waits.status == "asked"
        assert "Did it happen?" in str(waits.question)
    assert HEARD == ["post"], "never repeated in silence"


def test_without_a_trace_the_run_just_ends() -> None:
    with pytest.raises(Cancelled):
        agent(look, store=False).run("do it")
    with pytest.raises(Cancelled):
        asyncio.run(agent(look_slowly, store=False).arun("do it"))


def test_leaving_the_process_is_a_failed_call_and_no_more() -> None:
    run = agent(leave, store=False).run("do it")
    assert run.status == "failed"
    assert "SystemExit: 3" in run.steps[0].results[0].error


@pytest.mark.parametrize("needs", ["ready", "gone"])
def test_a_call_that_was_refused_stays_refused_when_the_run_is_resumed(tmp_path: Path, needs: str) -> None:
    busy, put_down = ["not now"], list[str]()

    @tool
    def find() -> str:
        """Find something."""
        return "found"

    @tool(effect="write", precondition=lambda: busy[0] or None)
    def store(text: str) -> str:
        """Store something."""
        put_down.append(text)
        return "stored"

    def script(request: ProposeRequest) -> Any:
        if request.messages[-1].role == "user":
            after = [call("store", text={"$ref": "2", "path": ""})] if needs == "gone" else []
            return answer(call("find"), call("store", text={"$ref": "1", "path": ""}), *after, p=0.99)
        if busy[0]:
            raise KeyboardInterrupt
        return answer(finish("ok"), p=0.99)

    def made() -> Agent[Any]:
        return Agent([find, store], model=ScriptedModel(script), store=tmp_path / "t.db", trust="fast")

    with made() as first, pytest.raises(Cancelled):
        first.run("do it", run_id="one")
    busy[0] = ""
    with made() as second:
        run = second.resume("one")
    told = [result.status for result in run.steps[0].results]
    assert (put_down, told) == ([], ["ok", "retry", "skipped"][: 2 + (needs == "gone")])
