"""What an agent loop costs beside its model and its tools: milliseconds per step, side by side.

    python benchmarks/overhead.py            (needs the extra `bench`)

Every library drives the same script (twenty calls of one tool that adds two numbers, then an answer) through its own
loop. The time spent inside the scripted model and inside the tool is taken off. Runs of all contestants are
interleaved; the table gives the median over the runs and the fastest, and the median of the processor time, all threads
together, which other work on the machine moves less. "Durable" means that a killed process can go on
from the last step: agentkit and LangGraph write SQLite checkpoints in sync with `synchronous=NORMAL`, so the process
may die, the power may not; agentkit also writes its trace and a ledger of side effects. pydantic-ai and smolagents keep
nothing by themselves; they stand beside the runs of the others that keep nothing. smolagents shows each step on the
console unless it is told not to, so it stands there twice; what it shows goes to a null device.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import io
import logging
import os
import platform
import sqlite3
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CALLS = 20


@dataclass
class Clock:
    """Seconds spent in the model and the tool since the run began, and those of the processor among them."""

    inside: float = 0.0
    processor: float = 0.0


CLOCK = Clock()


def timed(work: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with its time added to `CLOCK.inside`."""

    def run(*args: Any, **kwargs: Any) -> Any:
        began, busy = time.perf_counter(), time.thread_time()
        try:
            return work(*args, **kwargs)
        finally:
            CLOCK.inside += time.perf_counter() - began
            CLOCK.processor += time.thread_time() - busy

    return run


def total(a: int, b: int) -> int:
    """Add two numbers.

    Args:
        a: The first number.
        b: The second number.
    """
    return timed(lambda: a + b)()


def agentkit_run(
    store: Any, *, durable: bool = True, effect: Any = "read", verifiers: Any = None
) -> Callable[[], None]:
    from agentkit import Agent, tool
    from agentkit.models.scripted import ScriptedModel, answer, call, finish

    def script(request: Any) -> Any:
        done = sum(message.role == "tool" for message in request.messages)
        return answer(call("total", a=done, b=1) if done < CALLS else finish("done"), p=0.99)

    model: Any = ScriptedModel(script)
    model.propose = timed(model.propose)
    settings: dict[str, Any] = {"store": store, "durable": durable, "verifiers": verifiers, "max_steps": CALLS + 2}
    agent = Agent([tool(effect=effect)(total)], model=model, **settings)
    task = f"add 1 to each of {' '.join(str(n) for n in range(CALLS))}"

    def run() -> None:
        model.requests.clear()  # what the double remembers for tests would grow from run to run
        ended = agent.run(task)
        assert (ended.status, len(ended.steps)) == ("answered", CALLS + 1), ended.reason

    return run


def langgraph_run(folder: Path | None) -> Callable[[], None]:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage
    from langchain_core.outputs import ChatGeneration, ChatResult
    from langchain_core.tools import tool
    from langgraph.checkpoint.sqlite import SqliteSaver
    from langgraph.prebuilt import create_react_agent

    class Scripted(BaseChatModel):
        @property
        def _llm_type(self) -> str:
            return "scripted"

        def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
            return self

        def _generate(self, messages: Any, *args: Any, **kwargs: Any) -> ChatResult:
            return timed(self._answer)(messages)

        def _answer(self, messages: Any) -> ChatResult:
            done = sum(message.type == "tool" for message in messages)
            calls = [{"name": "total", "args": {"a": done, "b": 1}, "id": str(done)}] if done < CALLS else []
            message = AIMessage(content="" if calls else "done", tool_calls=calls)
            return ChatResult(generations=[ChatGeneration(message=message)])

    saver = None
    if folder is not None:
        connection = sqlite3.connect(folder / "langgraph.db", check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        saver = SqliteSaver(connection)
    agent: Any = create_react_agent(Scripted(), [tool(total)], checkpointer=saver)
    options: dict[str, Any] = {} if saver is None else {"durability": "sync"}
    threads = iter(range(10**9))

    def run() -> None:
        config = {"configurable": {"thread_id": str(next(threads))}, "recursion_limit": 10 * CALLS}
        ended = agent.invoke({"messages": [("user", "add")]}, config, **options)
        assert len(ended["messages"]) == 2 * CALLS + 2

    return run


def pydantic_ai_run() -> Callable[[], None]:
    from pydantic_ai import Agent
    from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart, ToolReturnPart
    from pydantic_ai.models.function import FunctionModel
    from pydantic_ai.usage import UsageLimits

    def answer(messages: Any, info: Any) -> ModelResponse:
        done = sum(isinstance(part, ToolReturnPart) for message in messages for part in message.parts)
        if done < CALLS:
            return ModelResponse(parts=[ToolCallPart("total", {"a": done, "b": 1})])
        return ModelResponse(parts=[TextPart("done")])

    agent = Agent(FunctionModel(timed(answer)), tools=[total])

    def run() -> None:
        ended = agent.run_sync("add", usage_limits=UsageLimits(request_limit=None))
        assert ended.output == "done"

    return run


class Nowhere(io.TextIOBase):
    """A console that shows nothing."""

    def write(self, text: str, /) -> int:
        return len(text)


def smolagents_run(*, silent: bool) -> Callable[[], None]:
    from smolagents import ChatMessage, LogLevel, MessageRole, Model, ToolCallingAgent, tool
    from smolagents.models import ChatMessageToolCall, ChatMessageToolCallFunction

    class Scripted(Model):
        done = 0

        def generate(self, messages: Any, **kwargs: Any) -> ChatMessage:
            return timed(self._answer)()

        def _answer(self) -> ChatMessage:
            calls = self.done < CALLS
            name, arguments = ("total", {"a": self.done, "b": 1}) if calls else ("final_answer", {"answer": "done"})
            self.done += 1
            function = ChatMessageToolCallFunction(name=name, arguments=arguments)
            call = ChatMessageToolCall(id=str(self.done), type="function", function=function)
            return ChatMessage(role=MessageRole.ASSISTANT, content="", tool_calls=[call])

    model = Scripted()
    quiet: dict[str, Any] = {"verbosity_level": LogLevel.OFF} if silent else {}
    agent: Any = ToolCallingAgent(tools=[tool(total)], model=model, max_steps=CALLS + 2, **quiet)

    def run() -> None:
        model.done = 0
        with contextlib.redirect_stdout(Nowhere()):
            assert agent.run("add") == "done"

    return run


def contestants(folder: Path) -> dict[str, Callable[[], None]]:
    return {
        "agentkit, durable": agentkit_run(folder / "a.db"),
        "agentkit, durable, writes": agentkit_run(folder / "w.db", effect="write"),
        "LangGraph create_react_agent, durable": langgraph_run(folder),
        "agentkit, traced, no checkpoints": agentkit_run(folder / "t.db", durable=False),
        "agentkit, nothing kept": agentkit_run(False),
        "agentkit, nothing kept, arguments held to their types only": agentkit_run(False, verifiers=["schema"]),
        "LangGraph create_react_agent, nothing kept": langgraph_run(None),
        "pydantic-ai, nothing kept": pydantic_ai_run(),
        "smolagents ToolCallingAgent, nothing kept": smolagents_run(silent=False),
        "smolagents ToolCallingAgent, nothing kept, silenced": smolagents_run(silent=True),
    }


def measure(run: Callable[[], None]) -> tuple[float, float]:
    """Milliseconds per step of one run, less the model's and the tool's own: by the clock, and of the processor."""
    CLOCK.inside = CLOCK.processor = 0.0
    began, busy = time.perf_counter(), time.process_time()
    run()
    spent, used = time.perf_counter() - began - CLOCK.inside, time.process_time() - busy - CLOCK.processor
    return spent * 1000.0 / (CALLS + 1), used * 1000.0 / (CALLS + 1)


def main() -> None:
    parser = argparse.ArgumentParser(description="overhead of agent loops, side by side")
    parser.add_argument("--runs", type=int, default=15, help="interleaved runs of each contestant")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        runs = contestants(Path(folder))
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
        for run in runs.values():
            run()
        for _ in range(given.runs):
            for name, run in runs.items():
                found[name].append(measure(run))
    names = ("langgraph", "langgraph-checkpoint-sqlite", "pydantic-ai-slim", "smolagents")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    print(f"{machine}, {given.runs} runs of {CALLS + 1} steps; {versions}\n")
    print("| ms per step outside model and tool | median | fastest | processor |\n|---|---|---|---|")
    for name, spans in found.items():
        clock, processor = zip(*spans, strict=True)
        print(f"| {name} | {statistics.median(clock):.2f} | {min(clock):.2f} | {statistics.median(processor):.2f} |")


if __name__ == "__main__":
    main()
