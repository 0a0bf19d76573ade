"""What goes wrong at a terminal: the exit code, one message with the next step, and a trace that can still be read."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agentkit.models import EMBEDDED

ROOT = Path(__file__).parents[2]
SURE = "{calls: [{name: look, arguments: {city: Paris}}], p: {tool: 0.99}}"
DOUBTFUL = "{calls: [{name: look, arguments: {city: Paris}}], p: {tool: 0.05}}"
PACK = '''
import time
from agentkit import tool

@tool(timeout_s=0.3)
def look(city: str) -> str:
    """Tell the weather in a city.

    Args:
        city: The city.
    """
    {body}
'''
TASK = "what is the weather in Paris"


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Write a spec of one tool with this body, and of a scripted model that calls it."""

    def write(body: str = 'return "sunny"', *, answers: str = SURE, more: str = "") -> Path:
        (tmp_path / "pack.py").write_text(PACK.format(body=body))
        spec = tmp_path / "agent.yaml"
        spec.write_text(
            f"tools: [./pack.py]\nmodels:\n  local: {{kind: scripted, answers: [{answers}]}}\n{more}"
            f"graph: {{loop: single_turn}}\ntasks: [{TASK}]\n"
        )
        return spec

    return write


def traced(agentkit: Any) -> tuple[list[str], str]:
    """How the recorded runs ended, newest first, and the newest one step by step."""
    code, out, err = agentkit("trace", "ls", "--json")
    assert (code, err) == (0, "")
    statuses = [json.loads(line)["status"] for line in out.splitlines()]
    code, shown, err = agentkit("trace", "show", "last")
    assert (code, err) == (0, "")
    return statuses, shown


# set up wrongly: nothing is begun ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("tools: [./pack.py]\ngrpah: {loop: single_turn}", "2:1: unknown key `grpah`", "did you mean `graph`?"),
        ("tools: [nosuchpack]", "1:9: no tool pack `nosuchpack`", "give the path of a .py or .json file"),
        ("tools: [./any.py]", "1:9: ", "name each argument, or take one pydantic model"),
        (
            "tools: [./pack.py]\nmodels: {local: no/such.gguf}",
            "2:17: there is no model file `no/such.gguf`",
            "correct the path",
        ),
        ("tools: [./pack.py]\nmodels: {local: cut.gguf}", "2:17: ", "download or copy the file again"),
        ("tools: [./pack.py]\nmodels: {local: text.gguf}", "2:17: ", "convert the weights to GGUF"),
    ],
    ids=["typo", "pack", "any keyword", "no weights", "truncated weights", "text for weights"],
)
def test_what_is_set_up_wrongly_is_told_at_its_place_and_nothing_runs(
    text: str, place: str, hint: str, agentkit: Any, written: Callable[..., Path]
) -> None:
    fine = written()
    assert agentkit("run", fine)[0] == 0
    (fine.parent / "any.py").write_text(PACK.format(body="return ''").replace("city: str)", "city: str, **rest: str)"))
    (fine.parent / "cut.gguf").write_bytes(EMBEDDED.read_bytes()[:300_000])
    (fine.parent / "text.gguf").write_text("hello\n")
    spec = fine.with_name("broken.yaml")
    spec.write_text(text)
    for command in (("run", "--unattended", "--task", TASK), ("check",)):
        code, out, err = agentkit(command[0], spec, *command[1:])
        assert (code, out) == (2, "")
        assert err.startswith(f"{spec}:{place}")
        assert f"      = {hint}" in err
        assert err.endswith("\n1 problem\n")
    assert traced(agentkit)[0] == ["success"], "the earlier run, and no other"


# a tool ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('raise RuntimeError("sensor is on fire")', "RuntimeError: sensor is on fire (pack.py:12)"),
        ("while True: time.sleep(0.05)", "it took longer than 0.3 s and was stopped"),
    ],
    ids=["raises", "hangs"],
)
def test_a_tool_that_does_not_work_ends_the_run_with_its_reason(
    body: str, reason: str, agentkit: Any, written: Callable[..., Path]
) -> None:
    code, out, err = agentkit("run", written(body), "--unattended")
    assert (code, err) == (1, "")
    assert f"  failed: `look`: {reason}\n" in out
    assert "Traceback" not in out
    statuses, shown = traced(agentkit)
    assert statuses == ["failed"]
    assert reason in shown


# the larger model --------------------------------------------------------------------------------------------------


def cut(handler: Any) -> None:
    """Promise more than is sent."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"id": "1", "object": "chat.completion", "choices": [{"index": 0, "mess')
    handler.close_connection = True


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("down", "cannot connect to http://127.0.0.1:"),
        ("429", "429"),
        ("500", "500"),
        ("html", "answered with text/html"),
        ("cut", "the answer was cut off"),
    ],
)
def test_a_larger_model_that_fails_is_named_and_the_call_waits_for_a_person(
    fault: str, said: str, agentkit: Any, written: Callable[..., Path], server: Any
) -> None:
    replies = {
        "429": server.error(429, "slow down", retry_after="0"),
        "500": server.error(500, "no"),
        "html": server.page(200, "<html>log in</html>", "text/html"),
        "cut": cut,
    }
    server.replies = [replies.get(fault, cut)]
    url = free_url() if fault == "down" else server.url
    remote = f"  remote: {{base_url: '{url}', model: large, retries: 0, deadline_s: 8}}\n"
    code, out, err = agentkit("run", written(answers=DOUBTFUL, more=remote), "--unattended")
    assert (code, err) == (1, "")
    (line,) = [line for line in out.splitlines() if line.startswith("  ↑ ")]
    assert "large" in line and said in line
    assert "Traceback" not in out
    assert "1 without an answer" in out
    statuses, shown = traced(agentkit)
    assert len(statuses) == 1 and statuses[0] in {"asked", "failed", "abstained"}
    assert said in shown.replace("\n", " ")


def free_url() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/v1"


# a request ---------------------------------------------------------------------------------------------------------


@pytest.mark.model
def test_a_request_longer_than_the_context_says_how_much_room_there_is(
    agentkit: Any, written: Callable[..., Path]
) -> None:
    spec = written()
    spec.write_text("tools: [./pack.py]\ngraph: {loop: single_turn}\n")
    code, out, err = agentkit("run", spec, "--unattended", "--offline", "--task", f"{TASK} and " * 600)
    assert (code, err) == (3, "")
    assert out.count("error: the prompt has ") == 1
    assert "there is room for " in out
    assert "hint: show fewer tools (`retrieve.top_k`), shorten the request" in out
    statuses, shown = traced(agentkit)
    assert statuses == ["failed"]
    assert "the prompt has " in shown


# Ctrl-C ------------------------------------------------------------------------------------------------------------


def test_ctrl_c_while_the_larger_model_is_silent_leaves_a_run_that_goes_on(
    agentkit: Any, written: Callable[..., Path], server: Any
) -> None:
    server.replies = [server.hang]
    remote = f"  remote: {{base_url: '{server.url}', model: large, timeout_s: 20}}\n"
    spec = written(answers=f"{DOUBTFUL}, {SURE}", more=remote)
    with subprocess.Popen(
        [sys.executable, "-m", "agentkit", "run", str(spec), "--unattended"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        while not server.bodies:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.count("\n") == 1
    assert f"was interrupted; resume it with `agentkit run {spec} --resume " in err
    assert traced(agentkit)[0] == ["cancelled"]


# the disk ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def read_only(home: Path) -> Iterator[Callable[[], None]]:
    """Make the state folder read-only, as it stands, even for root."""
    taken: list[Path] = []

    def make() -> None:
        if os.geteuid() != 0:
            home.chmod(0o500)
            (home / "trace.db").chmod(0o400)
            return
        for options in (("--bind", str(home), str(home)), ("-o", "remount,bind,ro", str(home))):
            if subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
                pytest.skip("nothing can be mounted here")
            taken[:] = [home]

    yield make
    for mounted in taken:
        subprocess.run(["umount", str(mounted)], check=True)
    home.chmod(0o700)


def test_in_a_read_only_home_nothing_runs_and_the_trace_is_read(
    agentkit: Any, written: Callable[..., Path], read_only: Callable[[], None], home: Path
) -> None:
    spec = written()
    assert agentkit("run", spec)[0] == 0
    read_only()
    code, out, err = agentkit("run", spec, "--unattended")
    assert (code, out) == (3, "")
    assert err.startswith(f"error: cannot open the trace {home / 'trace.db'}: ")
    assert "hint: set AGENTKIT_HOME to a folder that can be written" in err
    assert err.count("\n") == 2
    statuses, shown = traced(agentkit)
    assert statuses == ["success"]
    assert "sunny" in shown


def test_a_log_that_was_left_behind_is_read_too(
    agentkit: Any, written: Callable[..., Path], read_only: Callable[[], None], home: Path
) -> None:
    """A process that died has left its last pages in the log beside the trace."""
    spec = written()
    assert agentkit("run", spec)[0] == 0
    program = "import sys, os; from agentkit.cli import main\ntry:\n    main(sys.argv[1:])\nfinally:\n    os._exit(0)"
    keep = f"from agentkit.trace import Store; kept = Store(); kept.runs(); {program.split('; ', 1)[1]}"
    subprocess.run([sys.executable, "-c", f"import sys, os; {keep}", "run", str(spec)], cwd=ROOT, check=True)
    assert (home / "trace.db-wal").stat().st_size > 0
    (home / "trace.db-shm").unlink()
    read_only()
    assert traced(agentkit)[0] == ["success", "success"]


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    """A file system of 600 kB where the state folder is."""
    home.mkdir()
    size = ["-t", "tmpfs", "-o", "size=600k,mode=700", "tmpfs", str(home)]
    if shutil.which("mount") is None or subprocess.run(["mount", *size], capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    yield home
    subprocess.run(["umount", str(home)], check=True)


def test_on_a_full_disk_one_message_ends_the_command_and_the_trace_is_read(
    agentkit: Any, written: Callable[..., Path], small_disk: Path
) -> None:
    spec = written()
    assert agentkit("run", spec)[0] == 0
    with (small_disk / "fill").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(bytes(4096))
    code, _, err = agentkit("run", spec, "--unattended", "--task", "one", "--task", "two")
    assert code == 3
    assert err.startswith(f"error: cannot open the trace {small_disk / 'trace.db'}: ")
    assert "hint: free some disk space" in err
    assert err.count("\n") == 2
    assert traced(agentkit)[0] == ["success"]


def test_a_disk_that_fills_in_the_middle_stops_all_tasks_with_one_message(
    agentkit: Any, written: Callable[..., Path], home: Path
) -> None:
    """A limit on the size of files does what a full disk does: the log can grow to a few pages and no further."""
    spec = written(answers=f"{SURE}, {SURE}")
    assert agentkit("run", spec)[0] == 0
    spec.write_text(spec.read_text().replace(f"[{TASK}]", "[one, two]"))
    done = subprocess.run(
        [sys.executable, "-m", "agentkit", "run", str(spec)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000)),
    )
    assert done.returncode == 3
    assert done.stderr.startswith(f"error: cannot write the trace {home / 'trace.db'}: "), done.stderr
    assert "hint: free some disk space" in done.stderr
    assert done.stderr.count("\n") == 2
    assert "2/2" not in done.stdout, "the next task is not begun"
    statuses, shown = traced(agentkit)
    assert statuses == ["running", "success"]
    assert "one" in shown
