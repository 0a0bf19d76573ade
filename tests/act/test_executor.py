"""What the executor promises: one result per call, no exception of a tool, references, order, truncation, events."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel

from agentkit.act import Executor, MemoryLedger, denied
from agentkit.act.outcome import render, shortened
from agentkit.cancel import Cancel
from agentkit.registry import Context, Failed, Registry, Retry, tool
from agentkit.types import ToolCall, ToolResult


class Place(BaseModel):
    id: int
    names: list[str]
    day: date


@tool
def find(name: str) -> Place:
    """Find a place."""
    return Place(id=7, names=[name, name.upper()], day=date(2026, 3, 1))


@tool
def show(place: int, title: str = "") -> str:
    """Show a place."""
    return f"place {place} {title}".strip()


@tool
async def look(name: str) -> str:
    """Look without blocking."""
    await asyncio.sleep(0)
    return f"saw {name}"


@tool
def who(ctx: Context) -> dict[str, str]:
    """Tell the context."""
    return {"run": ctx.run_id, "call": ctx.call_id, "key": ctx.idempotency_key}


@tool
def fail(how: str) -> str:
    """Fail in some way."""
    ways = {"retry": Retry("use another name"), "failed": Failed("the disk is full"), "silent": ValueError()}
    raise ways.get(how, KeyError(how))


@tool
def unprintable() -> object:
    """Return what no one can write down."""

    class Loop:
        def __str__(self) -> str:
            raise RuntimeError("no")

    return Loop()


@tool(returns_origin="untrusted")
def page() -> str:
    """Read a page."""
    return "x" * 10_000


REGISTRY = Registry([find, show, look, who, fail, unprintable, page])


def call(call_id: str, tool_name: str, /, **arguments: Any) -> ToolCall:
    return ToolCall(id=call_id, name=tool_name, arguments=arguments)


def run(*calls: ToolCall, **options: Any) -> tuple[ToolResult, ...]:
    return Executor(REGISTRY, **options).run(calls, Context(run_id="r"))


def test_values_come_back_typed_as_json() -> None:
    (result,) = run(call("1", "find", name="Ulm"))
    assert result.ok
    assert result.value == {"id": 7, "names": ["Ulm", "ULM"], "day": "2026-03-01"}
    assert result.text == '{"id": 7, "names": ["Ulm", "ULM"], "day": "2026-03-01"}'
    assert result.ms > 0


def test_references_are_replaced_from_this_step_and_from_earlier_ones() -> None:
    later = call("2", "show", place={"$ref": "1", "path": "id"}, title={"$ref": "1", "path": "names[1]"})
    assert run(call("1", "find", name="Ulm"), later)[1].text == "place 7 ULM"
    earlier = ToolResult(call_id="1", name="find", status="ok", value={"id": 3, "names": ["a", "b"]})
    (result,) = Executor(REGISTRY).run([later], Context(run_id="r"), {"1": earlier})
    assert result.text == "place 3 b"


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ({"$ref": "1", "path": "ids"}, "the result has no `ids`: it has `id`, `names`, `day`, not `ids`"),
        ({"$ref": "1", "path": "names.5"}, "the result has no `names.5`: it is a list of 2, not `5`"),
        ({"$ref": "8"}, "there is no result of call 8"),
        ({"$ref": "1", "path": "day"}, 'argument `place` of `show` must be an integer, got "2026-03-01"'),
    ],
)
def test_references_that_lead_nowhere_are_sent_back(reference: dict[str, Any], said: str) -> None:
    result = run(call("1", "find", name="Ulm"), call("2", "show", place=reference))[1]
    assert (result.status, result.text) == ("retry", said)


def test_what_needs_a_failed_call_is_skipped_in_turn() -> None:
    results = run(
        call("1", "fail", how="failed"), call("2", "show", place={"$ref": "1"}), call("3", "show", place={"$ref": "2"})
    )
    assert [result.status for result in results] == ["failed", "skipped", "skipped"]
    assert results[1].text == "it needs the result of call 1 (`fail`), which failed"
    assert results[2].text == "it needs the result of call 2 (`show`), which did not run"


def test_retry_and_failed_are_told_apart_and_bugs_have_a_place() -> None:
    retry, failed, bug, silent = run(*(call(how, "fail", how=how) for how in ("retry", "failed", "bug", "silent")))
    assert (retry.status, retry.text) == ("retry", "use another name")
    assert (failed.status, failed.error) == ("failed", "the disk is full")
    assert (bug.status, bug.text) == ("failed", "KeyError: 'bug'")
    assert bug.error.startswith("KeyError: 'bug' (test_executor.py:")
    assert silent.text == "ValueError"


def test_what_cannot_be_written_as_json_fails() -> None:
    (result,) = run(call("1", "unprintable"))
    assert result.status == "failed"
    assert result.value is None


def test_wrong_arguments_and_unknown_tools_are_sent_back() -> None:
    wrong, unknown = run(call("1", "show", place="x"), call("2", "shoe"))
    assert (wrong.status, wrong.text) == ("retry", 'argument `place` of `show` must be an integer, got "x"')
    assert unknown.status == "retry"
    assert unknown.text.startswith("no tool `shoe`; the tools are find, show,")


def test_async_tools_run_inside_and_outside_of_a_loop() -> None:
    assert run(call("1", "look", name="a"))[0].text == "saw a"

    async def inside() -> tuple[ToolResult, ...]:
        return run(call("1", "look", name="b"), call("2", "look", name="c"))

    assert [result.text for result in asyncio.run(inside())] == ["saw b", "saw c"]


def test_the_context_names_the_call_and_its_key() -> None:
    one, other = run(call("1", "who"), call("2", "who"))
    assert isinstance(one.value, dict)
    assert isinstance(other.value, dict)
    assert (one.value["run"], one.value["call"]) == ("r", "1")
    assert one.value["key"] != other.value["key"]
    assert run(call("1", "who"))[0].value == one.value


def test_large_results_are_shortened_with_a_note_and_kept_whole_for_references() -> None:
    (result,) = run(call("1", "page"), max_result_chars=1000)
    assert result.truncated
    assert len(result.text) <= 1000
    assert "of 10000 characters left out" in result.text
    assert result.value == "x" * 10_000
    assert result.origin == "untrusted"


@pytest.mark.parametrize("limit", [0, 10, 60, 100, 1000])
def test_shortening_keeps_head_and_tail(limit: int) -> None:
    text = "".join(chr(97 + index % 26) for index in range(5000))
    short, cut = shortened(text, limit)
    assert cut
    assert len(short) <= max(limit, 60)
    if limit >= 100:
        assert short[:20] == text[:20]
        assert short[-10:] == text[-10:]
    assert shortened(text, 5000) == (text, False)


def test_rendering() -> None:
    assert render("as it is") == "as it is"
    assert render(None) == "done"
    assert render({"a": [1, "ü"]}) == '{"a": [1, "ü"]}'


def test_the_listener_hears_each_call_start_and_end_in_the_calling_thread() -> None:
    heard: list[tuple[str, str | None]] = []
    threads: set[int] = set()

    def listen(one: ToolCall, result: ToolResult | None) -> None:
        heard.append((one.id, result.status if result else None))
        threads.add(threading.get_ident())

    calls = [call("1", "find", name="x"), call("2", "fail", how="failed"), call("3", "show", place={"$ref": "2"})]
    Executor(REGISTRY).run(calls, Context(run_id="r"), on_call=listen)
    assert sorted(heard[:4], key=str) == [("1", "ok"), ("1", None), ("2", "failed"), ("2", None)]
    assert heard[4:] == [("3", "skipped")]
    assert threads == {threading.get_ident()}


def test_a_listener_that_raises_leaves_the_ledger_true() -> None:
    def listen(one: ToolCall, result: ToolResult | None) -> None:
        if result is not None:
            raise OSError("the trace is full")

    ledger = MemoryLedger()
    executor = Executor(REGISTRY, ledger)
    with pytest.raises(OSError, match="the trace is full"):
        executor.run([call("1", "find", name="x")], Context(run_id="r"), on_call=listen)
    (again,) = executor.run([call("1", "find", name="x")], Context(run_id="r"))
    assert again.ok


def test_reads_really_run_side_by_side_and_no_more_than_allowed() -> None:
    together = threading.Barrier(3, timeout=10)
    peak: list[int] = []
    inside: set[str] = set()

    @tool
    def meet(ctx: Context) -> bool:
        """Wait for the others."""
        together.wait()
        return True

    @tool
    def count(ctx: Context) -> None:
        """Count who is inside."""
        inside.add(ctx.call_id)
        peak.append(len(inside))
        time.sleep(0.01)
        inside.discard(ctx.call_id)

    executor = Executor(Registry([meet, count]), max_parallel=3)
    assert all(result.value for result in executor.run([call(str(i), "meet") for i in range(3)], Context(run_id="r")))
    executor.run([call(f"c{i}", "count") for i in range(9)], Context(run_id="r"))
    assert max(peak) <= 3


def test_a_precondition_is_asked_again_when_a_reference_is_known() -> None:
    def even(number: int) -> str | None:
        return None if number % 2 == 0 else "only even numbers"

    @tool
    def one() -> int:
        """Give one."""
        return 1

    @tool(precondition=even)
    def halve(number: int) -> int:
        """Halve a number."""
        return number // 2

    results = Executor(Registry([one, halve])).run(
        [call("1", "one"), call("2", "halve", number={"$ref": "1"})], Context(run_id="r")
    )
    assert (results[1].status, results[1].text) == ("retry", "only even numbers")


def test_a_context_can_be_made_with_its_type_of_dependencies() -> None:
    ctx = Context[dict[str, int]](run_id="r", deps={"a": 1})
    assert Executor(REGISTRY).run([call("1", "who")], ctx)[0].ok


def test_a_cancelled_run_starts_nothing() -> None:
    cancel = Cancel()
    cancel.set()
    (result,) = Executor(REGISTRY).run([call("1", "find", name="x")], Context(run_id="r", cancel=cancel))
    assert (result.status, result.text) == ("skipped", "the run was cancelled before this call started")


def test_denied() -> None:
    result = denied(call("1", "find"))
    assert (result.status, result.text) == ("denied", "the user did not approve this call")
