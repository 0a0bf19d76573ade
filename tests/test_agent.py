"""The façade: one object to call, from threads, event loops and other processes."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from agentkit import Agent, Context, tool
from agentkit.errors import Cancelled, LeaseError, RunError, TraceError, WiringError
from agentkit.events import AnyEvent, RunFinished
from agentkit.graph.session import Options
from agentkit.models.scripted import ScriptedModel, answer, call, finish
from agentkit.trace import Store
from agentkit.types import ProposeRequest


class Sum(BaseModel):
    """A sum and what it was made of."""

    of: list[int]
    total: int


@tool
def add(a: int, b: int) -> Sum:
    """Add two numbers."""
    return Sum(of=[a, b], total=a + b)


@tool
def count(n: int) -> int:
    """Count on from a number."""
    return n + 1


def sure(*calls: Any) -> Any:
    return answer(*calls, p=0.99)


def adding(request: ProposeRequest) -> Any:
    if request.messages[-1].role == "tool":
        return sure(finish("done"))
    a, b = (int(word) for word in request.messages[-1].content.split() if word.isdigit())
    return sure(call("add", a=a, b=b))


def agent_of(script: Any, tmp_path: Path, **given: Any) -> Agent[Any]:
    arguments: dict[str, Any] = {"tools": [add, count], "store": tmp_path / "t.db", **given}
    return Agent(model=ScriptedModel(script), **arguments)


def test_a_tool_that_returns_the_output_type_supplies_the_output(tmp_path: Path) -> None:
    agent = Agent(
        [add, count],
        model=ScriptedModel([sure(call("add", a=2, b=3))]),
        output=Sum,
        options=Options(loop="single_turn"),
        store=tmp_path / "t.db",
    )
    run = agent.run("add 2 and 3")
    assert run.output == {"of": [2, 3], "total": 5}
    assert agent.typed(run) == Sum(of=[2, 3], total=5)


def test_a_typed_finish_gives_the_output_under_its_schema(tmp_path: Path) -> None:
    model = ScriptedModel([sure(finish(output={"of": [1], "total": 1}))])
    agent = Agent([count], model=model, output=Sum, store=tmp_path / "t.db")
    run = agent.run("what is the sum of 1")
    assert (run.status, agent.typed(run)) == ("answered", Sum(of=[1], total=1))
    assert model.requests[0].output is not None
    assert model.requests[0].output["required"] == ["of", "total"]


def test_a_run_without_its_typed_output_is_partial_and_says_so(tmp_path: Path) -> None:
    agent = agent_of([sure(call("count", n=1))], tmp_path, output=Sum, options=Options(loop="single_turn"))
    run = agent.run("count from 1")
    assert (run.status, run.reason) == ("partial", "the calls ran, but nothing gave the typed output")
    with pytest.raises(RunError, match="gave no Sum: partial"):
        agent.typed(run)


def test_a_stream_gives_every_event_and_ends_with_the_run(tmp_path: Path) -> None:
    told = list(agent_of(adding, tmp_path).stream("add 2 and 3"))
    assert told[0].kind == "run_started"
    assert isinstance(told[-1], RunFinished)
    assert told[-1].run.answer == "done"


def test_a_stream_raises_what_the_run_raises(tmp_path: Path) -> None:
    told: list[AnyEvent] = []
    with pytest.raises(ValueError, match="not a number"):
        told.extend(agent_of([ValueError("not a number")], tmp_path).stream("add"))


def test_leaving_a_stream_early_cancels_the_run(tmp_path: Path) -> None:
    @tool
    def wait(ctx: Context) -> str:
        """Wait."""
        ctx.cancel.wait(30)
        return "waited"

    agent = agent_of([sure(call("wait"))], tmp_path, tools=[wait])
    began = time.monotonic()
    for event in agent.stream("wait"):
        if event.kind == "executing":
            break
    assert time.monotonic() - began < 10
    assert agent.store is not None
    assert [row["status"] for row in agent.store.runs()] == ["cancelled"]


def test_it_runs_inside_a_running_event_loop(tmp_path: Path) -> None:
    @tool
    async def later(n: int) -> int:
        """Give a number later."""
        await asyncio.sleep(0.01)
        return n

    agent = agent_of([sure(call("later", n=7)), sure(finish("7"))] * 2, tmp_path, tools=[later])

    async def main() -> list[str]:
        return [agent.run("later 7").answer, (await agent.arun("later 7")).answer]

    assert asyncio.run(main()) == ["7", "7"]


def test_arun_leaves_the_event_loop_free(tmp_path: Path) -> None:
    @tool
    def slow() -> str:
        """Take a while."""
        time.sleep(0.3)
        return "done"

    agent = agent_of([sure(call("slow")), sure(finish("ok"))], tmp_path, tools=[slow])

    async def main() -> int:
        run = asyncio.ensure_future(agent.arun("slow"))
        ticks = 0
        while not run.done():
            await asyncio.sleep(0.01)
            ticks += 1
        return ticks

    assert asyncio.run(main()) > 5


def test_cancelling_arun_cancels_the_run(tmp_path: Path) -> None:
    started = threading.Event()

    @tool
    def wait(ctx: Context) -> str:
        """Wait."""
        started.set()
        ctx.cancel.wait(30)
        return "waited"

    agent = agent_of([sure(call("wait"))], tmp_path, tools=[wait])

    async def main() -> None:
        run = asyncio.ensure_future(agent.arun("wait"))
        await asyncio.to_thread(started.wait, 10)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run

    asyncio.run(main())
    assert agent.store is not None
    assert [row["status"] for row in agent.store.runs()] == ["cancelled"]


def test_threads_share_an_agent(tmp_path: Path) -> None:
    agent = agent_of(adding, tmp_path)
    totals: dict[int, Any] = {}

    def work(n: int) -> None:
        value: Any = agent.run(f"add {n} and {n}").steps[0].results[0].value
        totals[n] = value["total"]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert totals == {n: 2 * n for n in range(8)}
    assert agent.store is not None
    assert len(agent.store.runs()) == 8


def test_without_a_trace_nothing_is_written_and_nothing_can_be_resumed(tmp_path: Path, home: Path) -> None:
    agent = agent_of(adding, tmp_path, store=False)
    run = agent.run("add 2 and 3")
    assert (run.status, len(run.steps), home.exists()) == ("answered", 2, False)
    with pytest.raises(WiringError, match="keeps no trace"):
        agent.resume(run.id)


def test_a_question_without_a_trace_ends_the_run_as_asked(tmp_path: Path) -> None:
    @tool(effect="irreversible")
    def wipe() -> str:
        """Wipe."""
        return "wiped"

    run = agent_of([sure(call("wipe"))], tmp_path, tools=[wipe], store=False).run("wipe")
    assert (run.status, len(run.steps)) == ("asked", 1)


def test_a_trace_without_checkpoints_is_complete_but_cannot_be_resumed(tmp_path: Path) -> None:
    agent = agent_of([sure(call("count", n=1)), ValueError("broken")], tmp_path, durable=False)
    with pytest.raises(ValueError, match="broken"):
        agent.run("count 1", run_id="r1")
    assert agent.store is not None
    assert len(agent.store.run("r1").steps) == 1
    with pytest.raises(WiringError, match="kept no checkpoints"):
        agent.resume("r1")


def test_a_trace_that_cannot_be_written_stops_the_run_before_it_starts(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    model = ScriptedModel([sure(finish("x"))])
    agent = Agent([count], model=model, store=tmp_path / "file" / "t.db")
    with pytest.raises(TraceError, match=r"cannot open the trace .*file/t\.db"):
        agent.run("count")
    assert model.requests == []


def test_a_disk_that_fills_up_stops_the_run_with_one_message(tmp_path: Path) -> None:
    @tool
    def large() -> str:
        """Give much."""
        return "x" * 3_000_000

    agent = agent_of([sure(call("large")), sure(finish("ok"))], tmp_path, tools=[large])
    assert agent.store is not None
    pages = agent.store.database.rows("PRAGMA page_count")[0][0]
    agent.store.database.rows(f"PRAGMA max_page_count={pages + 60}")
    with pytest.raises(TraceError, match=r"t\.db: database or disk is full\n  hint: free some disk space; "):
        agent.run("large", run_id="r1")
    agent.store.database.rows("PRAGMA max_page_count=1000000")
    assert agent.resume("r1").status == "answered"


def test_what_is_wired_wrongly_is_said_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(WiringError, match="at least one tool"):
        Agent([], model=ScriptedModel([]))
    agent = agent_of([], tmp_path)
    with pytest.raises(WiringError, match="the task is empty"):
        agent.run("  ")
    with pytest.raises(WiringError, match="no run 'nosuch'"):
        agent.resume("nosuch")
    with pytest.raises(WiringError, match="no output type"):
        agent.typed(agent_of(adding, tmp_path).run("add 1 and 1"))


def test_a_run_id_names_one_run(tmp_path: Path) -> None:
    agent = agent_of(adding, tmp_path)
    agent.run("add 1 and 2", run_id="mine")
    with pytest.raises(WiringError, match="there is a run mine already"):
        agent.run("add 1 and 2", run_id="mine")


def test_a_closed_agent_says_so_and_leaves_what_it_was_lent(tmp_path: Path) -> None:
    with Store(tmp_path / "t.db") as store:
        with agent_of(adding, tmp_path, store=store) as agent:
            run = agent.run("add 1 and 2")
        agent.close()
        with pytest.raises(WiringError, match="this agent is closed"):
            agent.run("add 1 and 2")
        assert store.run(run.id) == run


def test_history_stands_before_the_task(tmp_path: Path) -> None:
    model = ScriptedModel(adding)
    agent = Agent([add], model=model, store=tmp_path / "t.db")
    first = agent.run("add 1 and 2")
    agent.run("add 3 and 4", history=agent.conversation(first))
    seen = [(message.role, message.content) for message in model.requests[2].messages]
    assert seen == [
        ("user", "add 1 and 2"),
        ("assistant", ""),
        ("tool", '{"of": [1, 2], "total": 3}'),
        ("assistant", "done"),
        ("user", "add 3 and 4"),
    ]


def test_a_run_held_by_another_thread_cannot_be_resumed(tmp_path: Path) -> None:
    agent = agent_of(adding, tmp_path)
    run = agent.run("add 1 and 2")
    assert agent.store is not None
    with agent.store.lease(run.id), pytest.raises(LeaseError):
        agent.resume(run.id)


def test_the_trace_of_a_cancelled_run_is_whole(tmp_path: Path) -> None:
    def interrupted(request: ProposeRequest) -> Any:
        if request.messages[-1].role == "tool":
            raise KeyboardInterrupt
        return sure(call("count", n=1))

    agent = agent_of(interrupted, tmp_path)
    with pytest.raises(Cancelled) as caught:
        agent.run("count 1", run_id="r1")
    assert caught.value.exit_code == 130
    assert agent.store is not None
    run = agent.store.run("r1")
    assert (run.status, run.steps[0].results[0].value) == ("cancelled", 2)


SCRIPT = """
import sys, time
from pathlib import Path
from agentkit import Agent, tool
from agentkit.errors import AgentkitError
from agentkit.models.scripted import ScriptedModel, answer, call, finish

@tool
def nap(seconds: float) -> str:
    "Sleep."
    print("napping", flush=True)
    time.sleep(seconds if sys.argv[2] == "run" else 0)
    return "slept"

def model(request):
    if request.messages[-1].role == "tool":
        return answer(finish("rested"), p=0.99)
    return answer(call("nap", seconds=float(sys.argv[3])), p=0.99)

agent = Agent([nap], model=ScriptedModel(model), store=Path(sys.argv[1]))
try:
    run = agent.run("nap for 0 or 60 seconds", run_id="r1") if sys.argv[2] == "run" else agent.resume("r1")
    print(run.status)
except AgentkitError as error:
    print(type(error).__name__)
    sys.exit(error.exit_code)
"""


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    script = tmp_path / "nap.py"
    script.write_text(textwrap.dedent(SCRIPT))

    def start(what: str, seconds: float) -> subprocess.Popen[str]:
        command = [sys.executable, str(script), str(tmp_path / "t.db"), what, str(seconds)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ)

    return start


def test_ctrl_c_leaves_a_run_that_another_process_ends(process: Callable[..., subprocess.Popen[str]]) -> None:
    first = process("run", 60)
    assert first.stdout is not None
    assert first.stdout.readline() == "napping\n"
    first.send_signal(signal.SIGINT)
    out, _ = first.communicate(timeout=30)
    assert (out, first.returncode) == ("Cancelled\n", 130)
    second = process("resume", 0)
    out, _ = second.communicate(timeout=30)
    assert out.splitlines()[-1] == "answered"


def test_two_processes_do_not_hold_one_run(process: Callable[..., subprocess.Popen[str]]) -> None:
    first = process("run", 60)
    assert first.stdout is not None
    assert first.stdout.readline() == "napping\n"
    second = process("resume", 0)
    out, _ = second.communicate(timeout=30)
    assert (out, second.returncode) == ("LeaseError\n", 3)
    first.kill()
    first.communicate()


def test_offline_refuses_every_socket_while_a_run_is_under_way(tmp_path: Path) -> None:
    @tool
    def fetch(port: int) -> str:
        """Fetch something."""
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            return "connected"

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        script = [sure(call("fetch", port=port)), sure(finish("ok"))]
        results = [
            agent_of(script, tmp_path, tools=[fetch], offline=offline).run(f"fetch {port}").steps[0].results[0]
            for offline in (False, True)
        ]
    assert [result.status for result in results] == ["ok", "failed"]
    assert "offline" in results[1].error


def test_offline_holds_for_other_agents_of_the_process_as_long_as_the_run_lasts(tmp_path: Path) -> None:
    @tool
    def fetch(port: int) -> str:
        """Fetch something."""
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            return "connected"

    @tool
    def meanwhile(port: int) -> str:
        """Let another agent fetch, in a thread of its own."""
        told: list[str] = []
        thread = threading.Thread(target=lambda: told.append(fetched(port)))
        thread.start()
        thread.join(30)
        return told[0]

    def fetched(port: int) -> str:
        other = agent_of([sure(call("fetch", port=port)), sure(finish("ok"))], tmp_path, tools=[fetch])
        return other.run(f"fetch {port}").steps[0].results[0].status

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        script = [sure(call("meanwhile", port=port)), sure(finish("ok"))]
        run = agent_of(script, tmp_path, tools=[meanwhile], offline=True).run(f"fetch {port} meanwhile")
        assert (run.steps[0].results[0].value, fetched(port)) == ("failed", "ok")


def test_offline_does_not_ask_the_larger_model(tmp_path: Path) -> None:
    remote = ScriptedModel([], tier="remote")
    run = agent_of([answer(call("count", n=1), p=0.01)], tmp_path, remote=remote, offline=True).run("count 1")
    assert (run.status, remote.requests) == ("asked", [])


def test_a_spec_makes_an_agent_whose_parts_can_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "sums.py").write_text(
        'from agentkit import tool\n@tool\ndef add(a: int, b: int) -> int:\n    """Add."""\n    return a + b\n'
    )
    spec = tmp_path / "agent.yaml"
    spec.write_text("name: sums\ntools: [./sums.py]\ngraph: {max_steps: 9}\n")

    def more(request: ProposeRequest) -> Any:
        return sure(call("add", a=len(request.messages), b=1))

    model = ScriptedModel(more)
    given: dict[str, Any] = {"model": model, "store": tmp_path / "t.db", "verifiers": ["schema"]}
    assert len(Agent.from_spec(spec, **given).run("add").steps) == 9
    assert len(Agent.from_spec(spec, ["graph.max_steps=4"], **given).run("add").steps) == 4
    agent = Agent.from_spec(spec, max_steps=2, **given)
    assert (agent.name, len(agent.run("add").steps)) == ("sums", 2)


def test_an_agent_inside_a_tool_is_a_run_of_its_own(tmp_path: Path) -> None:
    inner = agent_of(adding, tmp_path)

    @tool
    def delegate(task: str) -> str:
        """Hand a task to another agent."""
        return inner.run(task, run_id="inner").answer

    outer = agent_of([sure(call("delegate", task="add 1 and 2")), sure(finish("ok"))], tmp_path, tools=[delegate])
    run = outer.run("delegate: add 1 and 2", run_id="outer")
    assert (run.status, run.steps[0].results[0].value) == ("answered", "done")
    assert inner.store is not None
    threads = inner.store.database.rows("SELECT DISTINCT thread_id, checkpoint_ns FROM checkpoints ORDER BY 1")
    assert [tuple(row) for row in threads] == [("inner", ""), ("outer", "")]
