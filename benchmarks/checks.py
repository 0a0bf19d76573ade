"""What each check costs, and what running a call adds: medians over many rounds of one realistic scene.

`python benchmarks/checks.py`
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from pydantic import Field

from agentkit.act import Executor
from agentkit.decide import LoopState, Policy, decide
from agentkit.registry import Context, Registry, tool
from agentkit.types import DecisionPoint, Effect, Message, Proposal, ProposeRequest, ToolCall
from agentkit.verify import Cascade, Scene, default_verifiers

ROUNDS = 300


@tool
def find_place(name: str, limit: Annotated[int, Field(ge=1, le=9)] = 3) -> dict[str, int]:
    """Find a place."""
    return {"id": len(name) + limit}


@tool(effect="write")
def book_table(place: int, people: Annotated[int, Field(ge=1, le=20)], when: datetime) -> str:
    """Book a table."""
    return f"booked {place} for {people} at {when}"


@tool
async def look_up(name: str) -> str:
    """Look something up without blocking."""
    await asyncio.sleep(0)
    return name


def main() -> None:
    """Print one line for each check, one for the policy, one for each way to run a call."""
    given = scene()
    for verifier in default_verifiers():
        line(f"check {verifier.name}", lambda check=verifier.check: check(fresh(given)))
    cascade = Cascade(default_verifiers())
    line("all checks", lambda: cascade.run(fresh(given)))
    verdict, policy = cascade.run(given), Policy.from_trust("balanced")
    state = LoopState(effects={"find_place": Effect.READ, "book_table": Effect.WRITE})
    line("decide", lambda: decide(given.proposal, verdict, policy, state))
    executor, ids = Executor(Registry([find_place, book_table, look_up])), iter(range(10**9))
    for name in ("find_place", "look_up"):
        line(
            f"run {'a function' if name == 'find_place' else 'an async function'}",
            lambda name=name: executor.run(
                [ToolCall(id=str(next(ids)), name=name, arguments={"name": "Luigi's"})], Context(run_id="r")
            ),
        )


def line(name: str, work: Callable[[], object]) -> None:
    """Time one piece of work."""
    work()
    times: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    print(f"{name:24} {statistics.median(times):7.3f} ms")


def scene() -> Scene:
    """Two calls, the second referring to the first, with 40 decision points."""
    said = "Book a table for four at Luigi's tomorrow at half past seven in the evening"
    calls = (
        ToolCall(id="1", name="find_place", arguments={"name": "Luigi's"}),
        ToolCall(
            id="2",
            name="book_table",
            arguments={"place": {"$ref": "1", "path": "id"}, "people": 4, "when": "2026-11-22T19:30:00"},
        ),
    )
    point = DecisionPoint(field="tool", text="x", p=0.95, mass=0.99, margin=0.9, entropy=0.2, legal=9)
    registry = Registry([find_place, book_table])
    return Scene(
        request=ProposeRequest(tools=registry.specs, messages=(Message(role="user", content=said),)),
        proposal=Proposal(calls=calls, points=(point,) * 40, model="m"),
        registry=registry,
        context=Context(run_id="r", now=datetime(2026, 11, 21, 14, 10)),
        task=said,
    )


def fresh(given: Scene) -> Scene:
    """The same scene with nothing worked out yet."""
    return Scene(given.request, given.proposal, given.registry, given.context, given.history, given.task)


if __name__ == "__main__":
    main()
