"""The commands as a user meets them: output, messages and exit codes."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agentkit import __version__
from agentkit.cli import main

ROOT = Path(__file__).parents[2]
FIRST = str(ROOT / "examples" / "first_run.yaml")
PACK = '''
from pathlib import Path

from agentkit import Context, tool

BEGUN = Path(__file__).with_name("begun")

@tool(effect="read")
def show_alarms(ctx: Context) -> str:
    """Display the list of currently set alarms."""
    if BEGUN.exists():
        return "none"
    BEGUN.touch()
    print("began", flush=True)
    while not ctx.cancel.wait(0.05):
        pass
    return "cut off"
'''


def test_version_and_help(agentkit: Any) -> None:
    assert agentkit("--version") == (0, f"agentkit {__version__}\n", "")
    code, out, _ = agentkit("--help")
    assert code == 0
    for command in ("run", "chat", "doctor", "trace", "check", "schema"):
        assert f"\n  {command} " in out


def test_a_mistyped_command_is_met_with_a_suggestion(agentkit: Any) -> None:
    code, _, err = agentkit("chekc", "x")
    assert code == 2
    assert "Did you mean 'check'" in err


def test_schema_is_json(agentkit: Any) -> None:
    code, out, _ = agentkit("schema")
    assert code == 0
    assert json.loads(out)["title"] == "agentkit agent spec"


@pytest.mark.parametrize(
    "path", sorted([*(ROOT / "agents").glob("*.yaml"), *(ROOT / "examples").glob("*.yaml")]), ids=str
)
def test_what_ships_is_fine(agentkit: Any, path: Path) -> None:
    code, out, err = agentkit("check", str(path))
    assert (code, err) == (0, "")
    assert out.startswith("ok ")


def test_check_names_the_place_and_the_count(agentkit: Any, tmp_path: Path) -> None:
    spec = tmp_path / "a.yaml"
    spec.write_text("tools: [assistant]\ntrust: fst\nnam: x\n")
    code, out, err = agentkit("check", str(spec))
    assert (code, out) == (2, "")
    assert f"{spec}:2:8: `trust` is 'fst'" in err
    assert "did you mean `name`?" in err
    assert err.endswith("2 problems\n")


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("tools: [asistant]", "1:9", "no tool pack `asistant`"),
        ("tools: [{path: assistant, only: [set_alrm]}]", "1:9", "set_alrm"),
        (
            "tools: [assistant]\ntasks: [{task: a, expect: {calls: [set_alrm]}}]",
            "2:36",
            "no pack has a tool `set_alrm`",
        ),
        (
            "tools: [assistant]\ntasks: [{task: a, expect: {calls: [{set_alarm: {houre: 7}}]}}]",
            "2:36",
            "`set_alarm` has no argument `houre`",
        ),
        ("tools: [./bad.py]", "1:9", "bad.py:1"),
        ("tools: [assistant]\nmodels: {local: text.gguf}", "2:17", "is not a GGUF file"),
    ],
)
def test_check_looks_at_packs_names_and_weights(
    agentkit: Any, tmp_path: Path, text: str, place: str, message: str
) -> None:
    (tmp_path / "bad.py").write_text("1 / 0\n")
    (tmp_path / "text.gguf").write_text("hello")
    spec = tmp_path / "a.yaml"
    spec.write_text(text)
    code, out, _ = agentkit("check", str(spec), "--json")
    assert code == 2
    (problem,) = json.loads(out)["problems"]
    assert f"{problem['line']}:{problem['column']}" == place
    assert message in problem["message"]


def test_every_bad_part_is_told_at_once(agentkit: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("1 / 0\n")
    (tmp_path / "fit.json").write_text("no fit")
    spec = tmp_path / "a.yaml"
    spec.write_text(
        "tools: [asistant, calc, ./bad.py]\nverify: {verifiers: [schema, my.module:check], calibration: fit.json}\n"
    )
    code, _, err = agentkit("check", str(spec))
    assert code == 2
    for place, message in (
        ("1:9", "no tool pack `asistant`"),
        ("1:25", f"{tmp_path}/bad.py:1: the pack raised ZeroDivisionError"),
        ("2:30", "`my.module:check` cannot be loaded"),
        ("2:61", "not a calibration"),
    ):
        assert any(line.startswith(f"{spec}:{place}: ") and message in line for line in err.splitlines()), err
    assert err.endswith("4 problems\n")


@pytest.mark.parametrize("command", ["check", "run"])
def test_the_names_that_tasks_expect_are_held_to_the_tools(agentkit: Any, tmp_path: Path, command: str) -> None:
    spec = tmp_path / "a.yaml"
    spec.write_text("tools: [assistant]\ntasks: [{task: a, expect: {calls: [set_alrm, {set_alarm: {q: 7}}, zzz]}}]\n")
    code, _, err = agentkit(command, str(spec))
    assert code == 2
    assert f"{spec}:2:36: no pack has a tool `set_alrm`" in err
    assert "did you mean `set_alarm`?" in err
    assert "`set_alarm` has no argument `q`" in err
    assert "the arguments are hour, minutes" in err
    assert "the tools are set_alarm, " in err
    assert err.endswith("3 problems\n")


def test_check_as_json_says_what_there_is(agentkit: Any) -> None:
    code, out, _ = agentkit("check", FIRST, "--json", "--set", "offline=true")
    found = json.loads(out)
    assert (code, found["ok"], found["local"]) == (0, True, "embedded")
    assert "set_alarm" in found["tools"]


def test_looking_at_a_trace_does_not_make_one(agentkit: Any, home: Path) -> None:
    code, _, err = agentkit("trace", "ls")
    assert code == 2
    assert "there is no trace" in err
    assert not home.exists()


def test_a_spec_without_tasks_needs_one(agentkit: Any, tmp_path: Path) -> None:
    spec = tmp_path / "a.yaml"
    spec.write_text("tools: [assistant]")
    code, _, err = agentkit("run", str(spec))
    assert code == 2
    assert "--task" in err


def test_a_fault_of_ours_is_one_line_and_an_exit_code(
    agentkit: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise KeyError("what")

    monkeypatch.setattr("agentkit.spec.spec_schema", broken)
    code, _, err = agentkit("schema")
    assert code == 70
    assert "KeyError: 'what' (test_commands.py:" in err
    assert "Traceback" not in err
    monkeypatch.setenv("AGENTKIT_DEBUG", "1")
    with pytest.raises(KeyError):
        main(["schema"])


def test_a_number_that_no_task_has_is_no_request(agentkit: Any) -> None:
    code, _, err = agentkit("run", FIRST, "--offline", "--task", "99")
    assert code == 2
    assert "there is no task 99" in err


@pytest.mark.model
def test_run_holds_tasks_to_their_expectations(agentkit: Any) -> None:
    code, out, err = agentkit("run", FIRST, "--offline", "--task", "timer", "--task", "3")
    assert (code, err) == (0, "")
    assert "set_timer(minutes=10)" in out
    assert re.search(r"  p [01]\.\d\d ", out)
    assert "uncalibrated" not in out  # the calibration beside the weights knows these tools
    assert "2 of 2 as expected" in out
    assert "local share    100% of 2 proposals" in out


@pytest.mark.model
@pytest.mark.parametrize("path", [FIRST, str(ROOT / "agents" / "assistant.yaml")], ids=lambda path: Path(path).stem)
def test_what_ships_does_its_tasks(agentkit: Any, path: str) -> None:
    code, out, err = agentkit("run", path, "--offline")
    assert (code, err) == (0, ""), out
    assert "✗" not in out


@pytest.mark.model
def test_a_task_that_goes_otherwise_is_shown_and_costs_the_exit_code(agentkit: Any, tmp_path: Path) -> None:
    spec = tmp_path / "a.yaml"
    text = Path(FIRST).read_text(encoding="utf-8")
    spec.write_text(text.replace("{minutes: 10}", "{minutes: 11}"))
    code, out, _ = agentkit("run", str(spec), "-t", "timer")
    assert code == 1
    assert "✗ called set_timer(minutes=10), not set_timer(minutes=11)" in out
    assert "0 of 1 as expected" in out


@pytest.mark.model
def test_run_as_json_is_lines(agentkit: Any) -> None:
    code, out, _ = agentkit("run", FIRST, "--json", "-t", "timer", "-t", "question")
    timer, question, last = (json.loads(line) for line in out.splitlines())
    assert code == 0
    assert timer["as_expected"] is True
    assert timer["calls"] == [{"id": "1", "name": "set_timer", "arguments": {"minutes": 10}}]
    assert question["status"] == "abstained"
    assert last["summary"]["as_expected"] == 2
    assert last["summary"]["step_ms"]["p50"] > 0


@pytest.mark.model
def test_the_trace_shows_and_exports_what_ran(agentkit: Any, tmp_path: Path) -> None:
    agentkit("run", FIRST, "-t", "timer")
    code, out, _ = agentkit("trace", "ls")
    assert code == 0
    assert "set a timer for 10 minutes" in out
    run_id = out.splitlines()[1].split()[0]
    code, out, _ = agentkit("trace", "show", run_id, "--points", "--prompt")
    assert code == 0
    for part in ("set_timer(minutes=10)", "decision point", "0.minutes", "user       set a timer for 10 minutes"):
        assert part in out
    code, out, _ = agentkit("trace", "show", "last", "--json")
    assert json.loads(out)["id"].startswith(run_id)
    file = tmp_path / "runs.jsonl"
    assert agentkit("trace", "export", "-o", str(file))[0] == 0
    (line,) = file.read_text().splitlines()
    assert json.loads(line)["requests"][0]["messages"][0]["content"] == "set a timer for 10 minutes"
    code, _, err = agentkit("trace", "show", "nope")
    assert code == 2
    assert "no run 'nope'" in err


@pytest.mark.model
def test_chat_is_a_conversation(home: Path) -> None:
    lines = "set a timer for 10 minutes\n/trace\n/tols\n/help\n/tools\n"
    done = _command("chat", stdin=lines)
    assert done.returncode == 0, done.stderr
    for part in ("set_timer(minutes=10)", "decision point", "did you mean `/tools`?", "/forget", "play_music"):
        assert part in done.stdout


@pytest.mark.model
def test_doctor_times_a_real_call(agentkit: Any) -> None:
    code, out, _ = agentkit("doctor", "--json")
    parts = {part["name"]: part for part in json.loads(out)["parts"]}
    assert code == 0
    assert " ms cold, " in parts["weights"]["detail"]
    assert "journal mode wal" in parts["sqlite"]["detail"]
    assert all(part["state"] == "ok" for part in parts.values() if part["required"])
    assert all(part["needs"] for part in parts.values() if part["state"] == "missing")


@pytest.mark.model
def test_ctrl_c_names_the_run_and_it_goes_on_from_there(tmp_path: Path) -> None:
    (tmp_path / "pack.py").write_text(PACK)
    spec = tmp_path / "a.yaml"
    spec.write_text("tools: [./pack.py]\ngraph: {loop: single_turn}\ntasks: [show my alarms]\n")
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "agentkit", "run", str(spec)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        while process.stdout.readline() != "began\n":
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "was interrupted; resume it with `agentkit run" in err
    assert "Traceback" not in err
    resumed = _command("run", str(spec), "--resume", "last")
    assert resumed.returncode == 0, resumed.stdout
    assert resumed.stdout.startswith("show my alarms (resumed)\n  → none\n")


@pytest.mark.model
def test_a_reader_that_leaves_early_is_no_error() -> None:
    done = subprocess.run(
        f"{sys.executable} -m agentkit schema | head -1",
        shell=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.stdout == "{\n"
    assert done.stderr == ""


def test_help_loads_no_engine() -> None:
    probe = (
        "import sys\nfrom agentkit.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('llama_cpp', 'langgraph', 'outlines', 'openai', 'rich') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def _command(*args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "agentkit", *args]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=ROOT, timeout=100, check=False)
