"""Runs that need somebody: approval, a pause and its resumption in another process, a larger model."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from agentkit.cli.chat import turns_of
from agentkit.cli.person import Person
from agentkit.cli.view import View
from agentkit.events import Asked
from agentkit.types import Action, CheckStatus, Decision, Proposal, Run, Step, ToolCall, ToolResult, Verdict

ROOT = Path(__file__).parents[2]
ALARM = "{name: set_alarm, arguments: {hour: 8}}"
APPROVED = f"""\
tools: [assistant]
models:
  local: {{kind: scripted, answers: [{{calls: [{ALARM}], p: {{tool: 0.99}}}}]}}
graph: {{loop: single_turn}}
approval: [write]
tasks:
  - task: wake me up at 8
    expect: {{calls: [{{set_alarm: {{hour: 8}}}}]}}
"""
ESCALATED = f"""\
tools: [assistant]
models:
  local: {{kind: scripted, answers: [{{calls: [{ALARM}], p: {{tool: 0.05}}}}]}}
  remote: {{kind: scripted, answers: [{{calls: [{ALARM}]}}]}}
graph: {{loop: single_turn}}
tasks:
  - task: wake me up at 8
    expect: {{calls: [{{set_alarm: {{hour: 8}}}}]}}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return tmp_path / "agent.yaml"


def agentkit(*args: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "agentkit", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=100, check=False, input="")


def test_a_call_that_needs_approval_waits_and_goes_on_in_another_process(spec: Path) -> None:
    spec.write_text(APPROVED)
    paused = agentkit("run", spec, "--json")
    first = json.loads(paused.stdout.splitlines()[0])
    assert (paused.returncode, first["status"], first["calls"]) == (1, "asked", [])
    assert "set_alarm" in first["question"]
    shown = agentkit("trace", "show", "last")
    assert "waits for: " in shown.stdout
    resumed = agentkit("run", spec, "--resume", first["run_id"][:8], "--yes")
    assert resumed.returncode == 0, resumed.stderr
    assert "wake me up at 8 (resumed)" in resumed.stdout
    assert "1 of 1 as expected" in resumed.stdout


def test_without_anybody_the_way_to_answer_is_printed(spec: Path) -> None:
    spec.write_text(APPROVED)
    done = agentkit("run", spec)
    assert done.returncode == 1
    assert "waits for: " in done.stdout
    assert f"answer with `agentkit run {spec} --resume " in done.stdout


def test_yes_approves_beforehand(spec: Path) -> None:
    spec.write_text(APPROVED)
    done = agentkit("run", spec, "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert "✓ as expected" in done.stdout


def test_a_doubtful_call_goes_to_the_larger_model_and_says_so(spec: Path) -> None:
    spec.write_text(ESCALATED)
    done = agentkit("run", spec)
    assert done.returncode == 0, done.stdout
    for part in ("→ ask the larger model", "↑ scripted", "· remote ·", "escalations    1", "50% of 2 proposals"):
        assert part in done.stdout


def test_offline_asks_nobody(spec: Path) -> None:
    spec.write_text(ESCALATED)
    done = agentkit("run", spec, "--offline", "--json")
    summary = json.loads(done.stdout.splitlines()[-1])["summary"]
    assert (done.returncode, summary["escalations"], summary["local_share"]) == (1, 0, 1.0)


def test_resuming_what_does_not_exist(spec: Path) -> None:
    spec.write_text(APPROVED)
    agentkit("run", spec)
    done = agentkit("run", spec, "--resume", "nope")
    assert done.returncode == 2
    assert "no run 'nope'" in done.stderr


def a_person(monkeypatch: pytest.MonkeyPatch, typed: list[str], *, approve: bool = False) -> tuple[Person, io.StringIO]:
    """Somebody who types these lines, then Ctrl-D."""
    lines = iter(typed)

    def read(_prompt: str = "") -> str:
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", read)
    file = io.StringIO()
    console = Console(file=file, width=80, force_terminal=True, color_system=None)
    return Person(View(console, moving=False), approve=approve, there=True), file


CALL = ToolCall(id="1", name="set_alarm", arguments={"hour": 8})
APPROVAL: Any = {"run_id": "r", "question": "Run it?", "approval": True, "calls": (CALL,)}


def test_a_person_sees_the_calls_and_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    person, file = a_person(monkeypatch, ["", "y"])
    assert person.asker is not None
    assert person.asker(Asked(**APPROVAL)) == "y"
    assert "set_alarm(hour=8)" in file.getvalue()
    assert "Run it? [y / n / say what to do instead]" in file.getvalue()


def test_ctrl_d_leaves_the_run_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    person, _ = a_person(monkeypatch, [])
    assert person.asker is not None
    assert person.asker(Asked(run_id="r", question="Which one?")) is None


def test_yes_beforehand_approves_calls_but_answers_no_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    person, _ = a_person(monkeypatch, ["the red one"], approve=True)
    assert person.asker is not None
    assert person.asker(Asked(**APPROVAL)) is True
    assert person.asker(Asked(run_id="r", question="Which one?")) == "the red one"
    assert Person(person.view, approve=False, there=False).asker is None


def test_a_run_becomes_turns_of_a_conversation() -> None:
    step = Step(
        index=0,
        proposal=Proposal(calls=(CALL,), model="m"),
        verdict=Verdict(status=CheckStatus.PASS),
        decision=Decision(action=Action.EXECUTE, reason=""),
        results=(ToolResult(call_id="1", name="set_alarm", status="ok", text="set"),),
    )
    run = Run(id="r", task="wake me", status="answered", answer="Done.", steps=(step,))
    assert [(turn.role, turn.content) for turn in turns_of(run)] == [
        ("user", "wake me"),
        ("assistant", ""),
        ("tool", "set"),
        ("assistant", "Done."),
    ]
