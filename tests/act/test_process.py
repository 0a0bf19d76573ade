"""Isolated tools: they run elsewhere, are killed for good, and their deaths are told truthfully."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from agentkit.act import Executor
from agentkit.cancel import Cancel
from agentkit.offline import offline
from agentkit.registry import Context, Registry, tool
from agentkit.types import ToolCall, ToolResult

PACK = Path(__file__).parent / "isolated_tools.py"


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry([PACK])


def run(registry: Registry, tool_name: str, /, *, ctx: dict[str, Any] | None = None, **arguments: Any) -> ToolResult:
    call = ToolCall(id="1", name=tool_name, arguments=arguments)
    return Executor(registry).run([call], Context(run_id="r", **(ctx or {})))[0]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", maxsplit=1)[-1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_it_runs_in_another_process_and_reports_progress(registry: Registry) -> None:
    heard: list[str] = []
    result = run(registry, "double", number=21, ctx={"on_progress": heard.append})
    assert isinstance(result.value, dict)
    assert result.value["value"] == 42
    assert result.value["pid"] != os.getpid()
    assert result.value["key"]
    assert heard == ["half way"]


def test_async_tools_and_dependencies_cross_over(registry: Registry) -> None:
    assert run(registry, "wait", number=3).value == 3
    assert run(registry, "dependent", ctx={"deps": {"answer": 42}}).value == 42


def test_dependencies_that_cannot_cross_are_named(registry: Registry) -> None:
    result = run(registry, "dependent", ctx={"deps": threading.Lock()})
    assert result.status == "failed"
    assert "cannot run in a process of its own: cannot pickle" in result.text


def test_a_timeout_kills_the_whole_group(registry: Registry, tmp_path: Path) -> None:
    marker = tmp_path / "pids"
    result = run(registry, "hang", marker=str(marker))
    assert (result.status, result.text) == ("timeout", "it took longer than 2 s and was stopped")
    deadline = time.monotonic() + 5
    pids = [int(pid) for pid in marker.read_text().split()] if marker.exists() else []
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(alive(pid) for pid in pids)


def test_cancelling_kills_it(registry: Registry, tmp_path: Path) -> None:
    cancel = Cancel(deadline_s=0.5)
    result = run(registry, "hang", marker=str(tmp_path / "pids"), ctx={"cancel": cancel})
    assert (result.status, result.text) == ("failed", "it was cancelled")


@pytest.mark.parametrize(
    ("how", "status", "said"),
    [
        ("retry", "retry", "use another word"),
        ("failed", "failed", "no paper"),
        ("bug", "failed", "ZeroDivisionError: by zero (isolated_tools.py:"),
        ("exit", "failed", "SystemExit: goodbye"),
        ("abort", "failed", "its process ended with signal SIGABRT"),
    ],
)
def test_bad_ends(registry: Registry, how: str, status: str, said: str) -> None:
    result = run(registry, "crash", how=how)
    assert result.status == status
    assert result.error.startswith(said)


def test_the_death_of_a_writer_is_ambiguous(registry: Registry) -> None:
    result = run(registry, "crash_while_writing")
    assert (result.status, result.error) == ("ambiguous", "its process ended with exit code 3")


def test_a_tool_that_cannot_be_loaded_again_is_refused() -> None:
    @tool(isolate=True)
    def local() -> int:
        """Live inside a function."""
        return 1

    result = run(Registry([local]), "local")
    assert result.status == "failed"
    assert "`local` is not written at the top of a file" in result.text


def test_a_tool_of_an_importable_module_or_plain_file_works_too() -> None:
    from agentkit.registry import packs

    module = packs.module_of(PACK)
    assert run(Registry([module]), "wait", number=5).value == 5


def test_what_is_refused_here_is_refused_there(registry: Registry) -> None:
    assert run(registry, "look_up", host="127.0.0.1").value == "127.0.0.1"
    with offline():
        result = run(registry, "look_up", host="127.0.0.1")
    assert result.status == "failed"
    assert "`offline` is on" in result.error


STARTS_A_RUN = '''
from agentkit import Agent, tool
from agentkit.models.scripted import ScriptedModel, answer, call, finish


@tool(isolate=True)
def look() -> str:
    """Look."""
    return "seen"


model = ScriptedModel([answer(call("look"), p=0.99), answer(finish("ok"), p=0.99)])
run = Agent([look], model=model, store=False).run("look")
print(run.steps[0].results[0].error)
'''


def test_a_file_that_starts_a_run_when_it_is_loaded_again_is_told_so(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(STARTS_A_RUN)
    said = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True, timeout=60).stdout
    assert "starts a run when it is loaded again" in said
    assert 'if __name__ == "__main__":' in said
