"""The ledger: outcomes are replayed, interrupted changes surface, reads and idempotent tools run again."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentkit.act import Executor, MemoryLedger, idempotency_key
from agentkit.registry import Context, Registry, tool
from agentkit.types import ToolCall, ToolResult

RAN: list[tuple[str, str]] = []


@tool(effect="write")
def send(text: str, ctx: Context) -> str:
    """Send a text."""
    RAN.append(("send", ctx.idempotency_key))
    return f"sent {text}"


@tool(effect="write", idempotent=True)
def put(text: str, ctx: Context) -> str:
    """Put a text."""
    RAN.append(("put", ctx.idempotency_key))
    return f"put {text}"


@tool
def get(text: str, ctx: Context) -> str:
    """Get a text."""
    RAN.append(("get", ctx.idempotency_key))
    return f"got {text}"


REGISTRY = Registry([send, put, get])


@pytest.fixture(autouse=True)
def fresh() -> None:
    RAN.clear()


def call(name: str, text: str = "hi", call_id: str = "1") -> ToolCall:
    return ToolCall(id=call_id, name=name, arguments={"text": text})


def run(ledger: MemoryLedger, one: ToolCall) -> ToolResult:
    return Executor(REGISTRY, ledger).run([one], Context(run_id="r"))[0]


def test_a_call_with_an_outcome_does_not_run_again() -> None:
    ledger = MemoryLedger()
    first = run(ledger, call("send"))
    assert run(ledger, call("send")) == first
    assert len(RAN) == 1


def test_an_interrupted_write_is_surfaced_and_not_repeated() -> None:
    ledger = MemoryLedger()
    ledger.intent("r", call("send"), idempotency_key("r", call("send")))
    result = run(ledger, call("send"))
    assert result.status == "ambiguous"
    assert result.text == (
        "an earlier try of this call was interrupted; whether it took effect is not known, so it was not repeated"
    )
    assert RAN == []
    assert run(ledger, call("send")) == result


@pytest.mark.parametrize("name", ["put", "get"])
def test_interrupted_reads_and_idempotent_writes_run_again_with_the_same_key(name: str) -> None:
    ledger = MemoryLedger()
    key = idempotency_key("r", call(name))
    ledger.intent("r", call(name), key)
    assert run(ledger, call(name)).ok
    assert [(name, key)] == RAN


def test_the_first_outcome_stands() -> None:
    ledger = MemoryLedger()
    result = run(ledger, call("send"))
    ledger.outcome(idempotency_key("r", call("send")), result.model_copy(update={"status": "failed"}))
    assert run(ledger, call("send")) == result


def test_other_arguments_other_calls_and_other_runs_have_other_keys() -> None:
    keys = {
        idempotency_key(run_id, call("send", text, call_id))
        for run_id in ("r", "s")
        for text in ("hi", "ho")
        for call_id in ("1", "2")
    }
    assert len(keys) == 8


@given(st.text(max_size=5), st.integers(), st.text(min_size=1, max_size=5))
def test_the_key_does_not_depend_on_the_order_of_arguments(run_id: str, number: int, text: str) -> None:
    one = ToolCall(id="1", name="t", arguments={"a": number, "b": text})
    other = ToolCall(id="1", name="t", arguments={"b": text, "a": number})
    assert idempotency_key(run_id, one) == idempotency_key(run_id, other)


def test_a_ledger_that_cannot_write_keeps_the_call_from_running() -> None:
    class Full(MemoryLedger):
        def intent(self, run_id: str, call: ToolCall, key: str) -> Any:
            raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space left"):
        run(Full(), call("send"))
    assert RAN == []


def test_a_process_does_not_hang_at_its_end_on_a_tool_that_still_runs() -> None:
    script = textwrap.dedent(
        """
        import time
        from agentkit.act import Executor
        from agentkit.registry import Context, Registry, tool
        from agentkit.types import ToolCall

        @tool(timeout_s=1.5)
        def sleep() -> None:
            "Sleep."
            time.sleep(60)

        result, = Executor(Registry([sleep]), grace_s=0.1).run([ToolCall(id="1", name="sleep")], Context(run_id="r"))
        print(result.status)
        """
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=40, check=True)
    assert done.stdout.strip() == "timeout"


@pytest.mark.parametrize("cut_off", [False, True])
def test_what_a_call_did_does_not_count_as_a_reason_that_it_never_ran(cut_off: bool) -> None:
    taken: list[str] = []

    @tool(effect="write", precondition=lambda: "it is taken" if taken else None)
    def take(text: str) -> str:
        """Take something."""
        taken.append(text)
        return f"took {text}"

    ledger, registry = MemoryLedger(), Registry([get, take])
    calls = [call("get"), ToolCall(id="2", name="take", arguments={"text": {"$ref": "1"}})]
    if cut_off:
        ledger.intent("r", calls[1], idempotency_key("r", calls[1]))
        taken.append("got hi")
    else:
        Executor(registry, ledger).run(calls, Context(run_id="r"))
    (_, again) = Executor(registry, ledger).run(calls, Context(run_id="r"))
    assert (again.status, taken) == ("ambiguous" if cut_off else "ok", ["got hi"])
