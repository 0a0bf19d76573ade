"""Waves respect references, keep changes in order, and give the same results as running one after the other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentkit.act import Executor, Parallel, waves
from agentkit.registry import Context, Registry, tool
from agentkit.types import Effect, ToolCall

EFFECTS = {"read": Effect.READ, "write": Effect.WRITE}


def call(call_id: int, name: str = "read", **arguments: Any) -> ToolCall:
    return ToolCall(id=str(call_id), name=name, arguments=arguments)


def ref(call_id: int, path: str = "") -> dict[str, Any]:
    return {"$ref": str(call_id), "path": path}


def ids(found: tuple[tuple[ToolCall, ...], ...]) -> list[list[str]]:
    return [[one.id for one in wave] for wave in found]


def test_reads_without_references_share_a_wave() -> None:
    assert ids(waves([call(1), call(2), call(3, x=ref(1))], EFFECTS)) == [["1", "2"], ["3"]]


def test_a_write_waits_for_what_stands_before_it_and_holds_up_what_follows() -> None:
    listed = [call(1), call(2, "write"), call(3), call(4, "write"), call(5)]
    assert ids(waves(listed, EFFECTS)) == [["1"], ["2"], ["3"], ["4"], ["5"]]
    assert ids(waves(listed, EFFECTS, "all")) == [["1", "2", "3", "4", "5"]]
    assert ids(waves([call(1), call(2)], EFFECTS, "none")) == [["1"], ["2"]]


def test_nested_references_count() -> None:
    listed = [call(1), call(2, x=[{"deep": ref(1, "a.b")}])]
    assert ids(waves(listed, EFFECTS)) == [["1"], ["2"]]


def test_unknown_and_forward_references_are_no_reason_to_wait() -> None:
    assert ids(waves([call(1, x=ref(2)), call(2, x=ref(9))], EFFECTS)) == [["1", "2"]]


@st.composite
def dags(draw: st.DrawFn) -> list[ToolCall]:
    """Calls 1..n; each adds up a number and the results of some earlier calls."""
    calls: list[ToolCall] = []
    for index in range(1, draw(st.integers(1, 8)) + 1):
        earlier = draw(st.lists(st.sampled_from(range(1, index)), unique=True, max_size=3)) if index > 1 else []
        name = draw(st.sampled_from(["read", "write"]))
        calls.append(call(index, name, own=draw(st.integers(0, 9)), others=[ref(one, "sum") for one in earlier]))
    return calls


@given(dags(), st.sampled_from(["none", "reads", "all"]))
def test_every_call_runs_once_and_after_what_it_refers_to(calls: list[ToolCall], parallel: Parallel) -> None:
    found = waves(calls, EFFECTS, parallel)
    place = {one.id: index for index, wave in enumerate(found) for one in wave}
    assert sorted(place) == sorted(one.id for one in calls)
    for one in calls:
        others = one.arguments["others"]
        assert isinstance(others, list)
        assert all(place[other["$ref"]] < place[one.id] for other in others)  # type: ignore[index, call-overload]
    if parallel == "reads":
        for before, one in enumerate(calls):
            for other in calls[before + 1 :]:
                if "write" in {one.name, other.name}:
                    assert place[one.id] < place[other.id]


def summing() -> tuple[Registry, list[int]]:
    written: list[int] = []

    @tool
    def read(own: int, others: list[int]) -> dict[str, int]:
        """Add up."""
        return {"sum": own + sum(others)}

    @tool(effect="write")
    def write(own: int, others: list[int]) -> dict[str, int]:
        """Add up and write down."""
        written.append(own)
        return {"sum": own + sum(others)}

    return Registry([read, write]), written


@pytest.mark.timeout(240)
@given(dags())
def test_parallel_gives_what_sequential_gives(calls: list[ToolCall]) -> None:
    ways: list[Parallel] = ["none", "reads"]
    outcomes: list[Any] = []
    for parallel in ways:
        registry, written = summing()
        results = Executor(registry, parallel=parallel).run(calls, Context(run_id="r"))
        outcomes.append(([(result.call_id, result.status, result.value) for result in results], written))
    assert outcomes[0] == outcomes[1]
