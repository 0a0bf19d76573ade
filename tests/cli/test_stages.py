"""Runs on what a pack sets up: the phone beside the steps, judged by its state, and what was recorded."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from agentkit.agent import Agent
from agentkit.cli.stages import Stages
from agentkit.cli.view import View
from agentkit.errors import WiringError
from agentkit.events import Decided, Proposed, RunStarted, StepEnded, Verified
from agentkit.registry import Registry
from agentkit.spec import Task, load_spec
from agentkit.types import Action, Check, CheckStatus, Decision, Proposal, ProposeRequest, Run, ToolCall, Verdict

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "mobile_ui.yaml"
TAPS = """
    - calls: [{name: open_app, arguments: {app: Settings}}]
    - calls: [{name: tap, arguments: {element: Network and internet}}]
    - calls: [{name: tap, arguments: {element: Airplane mode}}]
    - calls: [{name: finish, arguments: {answer: ""}}]
"""
SONG = """
    - calls: [{name: open_app, arguments: {app: Music}}]
    - calls: [{name: tap, arguments: {element: Little Comet}}]
    - calls: [{name: tap, arguments: {element: Play}}]
    - calls: [{name: finish, arguments: {answer: ""}}]
"""
SPEC = f"""\
tools: [phone]
models:
  local:
    kind: scripted
    answers: {TAPS}
graph: {{loop: until_done, max_calls: 1, clock: false}}
thresholds: {{read: {{execute_at: 0, escalate_below: 0}}, write: {{execute_at: 0, escalate_below: 0}}}}
verify: {{verifiers: [schema, semantic, precondition, policy]}}
tasks:
  - {{name: settings.airplane/90002, task: Turn on airplane mode}}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "phone.yaml"
    path.write_text(SPEC)
    return path


def test_a_task_of_the_pack_is_judged_by_the_state_of_its_phone(agentkit: Any, spec: Path, tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    code, out, err = agentkit("run", spec, "--replay", page)
    assert code == 0, out + err
    lines = out.splitlines()
    assert lines[0] == "Turn on airplane mode"
    assert '  tap(element="Airplane mode")' in out and "✓ as expected" in out
    head = next(
        n for n, line in enumerate(lines) if line.split() == ["task", "steps", "best", "model", "escal.", "time"]
    )
    assert re.fullmatch(r"✓  Turn on airplane mode +4 +4 +4 +0 +\d.*s", lines[head + 1])
    html = page.read_text()
    assert "1 of 1 tasks done · 4 steps" in html and html.count('<div class="card">') == 4
    assert err == f"replay: {page}\n"


def test_what_was_not_done_is_said_and_exits_with_one(agentkit: Any, spec: Path) -> None:
    spec.write_text(SPEC.replace("element: Airplane mode", "element: Wi-Fi hotspot"))
    code, out, _ = agentkit("run", spec, "--json")
    run, summary = map(json.loads, out.splitlines())
    assert code == 1
    assert (run["name"], run["as_expected"]) == ("settings.airplane/90002", False)
    assert "missing settings.airplane: False -> True" in run["differences"][0]
    assert "damage settings.hotspot: False -> True" in run["differences"][0]
    assert (run["steps"], run["best_steps"], run["model_calls"], run["escalations"]) == (4, 4, 4, 0)
    assert summary["summary"]["all_hold"] is False


def test_a_template_and_a_seed_are_a_task_without_a_spec_naming_it(agentkit: Any, spec: Path, tmp_path: Path) -> None:
    picture = tmp_path / "out.svg"
    code, out, _ = agentkit("run", spec, "--task", "settings.airplane/7", "--replay", picture)
    assert code == 0 and "✓ as expected" in out
    assert "settings.airplane/7" not in out.splitlines()[0]
    assert picture.read_text().startswith("<svg") and "tap(element=&quot;Airplane" in picture.read_text()


def test_what_was_done_once_is_done_by_its_script_the_next_time(agentkit: Any, spec: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    song = SPEC.replace(TAPS, SONG).replace(
        "settings.airplane/90002, task: Turn on airplane mode", "music.play/90002, task: I want to hear Little Comet"
    )
    spec.write_text(song.replace("[phone]", "[{path: phone, deps: {scripts: " + str(tmp_path / "kept") + "}}]"))
    first, again = (json.loads(agentkit("run", spec, "--json")[1].splitlines()[0]) for _ in range(2))
    assert (first["as_expected"], first["model_calls"]) == (True, 4)
    assert (again["as_expected"], again["model_calls"], again["steps"]) == (True, 0, 4)


@pytest.mark.model
def test_the_example_runs_on_the_model_in_the_box_and_says_what_was_not_done(agentkit: Any, tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    chosen = ("--task", "1", "--task", "10", "--task", "14")
    code, out, _ = agentkit("run", EXAMPLE, *chosen, "--offline", "--unattended", "--json", "--replay", page)
    *runs, last = map(json.loads, out.splitlines())
    assert code == (0 if last["summary"]["all_hold"] else 1)
    assert [run["name"] for run in runs] == [
        "settings.airplane/90002",
        "infeasible.no_note/90002",
        "maps.ask_address/90003",
    ]
    assert all(run["expected"] and run["as_expected"] == (not run["differences"]) for run in runs)
    assert all(run["model_calls"] == run["steps"] > 0 for run in runs)
    assert page.read_text().count("<h2") == 3


def test_a_request_of_ones_own_is_done_and_not_judged(agentkit: Any, spec: Path) -> None:
    code, out, _ = agentkit("run", spec, "--task", "no radio, please")
    assert code == 0
    assert re.search(r"^·  no radio, please +4 +4 +0 ", out, re.MULTILINE)
    assert "1 without expectations" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--driver", "symbian"), "no driver `symbian`; the drivers are simulated, adb, chromium"),
        (("--driver", "adb"), "`settings.airplane/90002` is a task for the simulated phone, not for a real one"),
        (("--task", "settings.airplan/1"), "no task template `settings.airplan`"),
        (("--replay", "out.pdf"), "out.pdf is neither .html nor .svg"),
        (("--replay", "no/such/out.html"), "there is no folder no/such"),
    ],
)
def test_what_cannot_be_is_said_before_anything_runs(
    agentkit: Any, spec: Path, arguments: tuple[str, ...], message: str
) -> None:
    code, _, err = agentkit("run", spec, *arguments)
    assert code == 2
    assert message in err


def test_the_words_of_a_task_must_be_its_own(agentkit: Any, spec: Path) -> None:
    spec.write_text(SPEC.replace("Turn on airplane mode}", "Turn off airplane mode}"))
    code, _, err = agentkit("run", spec)
    assert code == 2
    assert "`settings.airplane/90002` does not say `Turn off airplane mode`" in err and "it says `" in err


def test_a_run_whose_phone_is_gone_is_not_offered_for_resumption(agentkit: Any, spec: Path) -> None:
    asks = "    - calls: [{name: ask, arguments: {question: Which one?}}]\n"
    spec.write_text(SPEC.replace(TAPS, "\n" + asks))
    code, out, _ = agentkit("run", spec, "--unattended")
    assert code == 1
    assert "waits for: Which one?" in out and "made for this run and is gone" in out
    assert "--resume" not in out


@pytest.mark.parametrize("option", [("--driver", "adb"), ("--replay", "out.html")])
def test_a_pack_without_stages_says_so(agentkit: Any, option: tuple[str, str]) -> None:
    code, _, err = agentkit("run", ROOT / "examples" / "first_run.yaml", *option)
    assert code == 2
    assert f"`{option[0]}`: no tool pack of this spec" in err and "the pack `phone`" in err


def test_the_tasks_of_the_example_are_the_packs_own_and_each_has_a_phone_of_its_own() -> None:
    loaded = load_spec(EXAMPLE)
    assert len(loaded.tasks) >= 10
    stages = Stages(Registry(["phone"]), None, None)
    worlds: list[Any] = []
    for task in loaded.tasks:
        with stages.up(task, None) as stage:
            assert stage is not None and stage.request == task.task
            judged = stage.judge(Run(id="1", task=task.task, status="partial"))
            assert judged.done is False and (judged.best_steps or 0) > 1
            worlds.append(stage.deps.driver.phone.world)
    assert len(set(map(id, worlds))) == len(worlds)


def test_the_agent_gets_the_phone_of_the_stage_among_its_other_deps() -> None:
    registry = Registry(["phone", "files"])
    stages = Stages(registry, None, None)
    with Agent(registry, model="embedded", store=False) as agent, stages.up(Task(task="look"), agent.deps) as stage:
        assert stage is not None
        given = stages.deps(stage, agent.deps)
    assert set(agent.deps or {}) <= set(given) and given["phone"] is stage.deps
    assert stages.deps(stage, stage.deps) is stage.deps
    with pytest.raises(WiringError, match="drivers are"):
        Stages(registry, "palm", None)


AT: Any = {"run_id": "r", "step": 0}
CALL = ToolCall(id="1", name="tap", arguments={"element": "Save"})
EVENTS = [
    RunStarted(**AT, task="save it"),
    Proposed(**AT, request=ProposeRequest(tools=(), messages=()), proposal=Proposal(calls=(CALL,), model="m")),
    Verified(**AT, verdict=Verdict(status=CheckStatus.PASS, checks=(Check(name="schema", status=CheckStatus.PASS),))),
    Decided(**AT, decision=Decision(action=Action.EXECUTE, reason="")),
    StepEnded(**AT, ms=3.0),
]


def beside(width: int, height: int = 24) -> list[str]:
    """What a run prints beside a picture that counts how often it was taken."""
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True, color_system=None)
    view = View(console, moving=False)
    taken: list[int] = []

    def picture(wide: int, tall: int) -> list[str]:
        taken.append(tall)
        return ["╭" + "─" * (wide - 2) + "╮", f"│▸[Save {len(taken)}]◂".ljust(wide - 1) + "│"]

    view.beside(picture)
    for event in EVENTS:
        view.show(event)
    view.finish(view.tally.finish(Run(id="r", task="save it", status="success"), ()))
    assert all(tall <= height - 4 for tall in taken)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue().splitlines()


def test_the_steps_stand_beside_the_last_picture() -> None:
    lines = beside(120)
    assert lines[0] == "save it"
    assert lines[1].startswith("╭──") and lines[1].endswith('╮    tap(element="Save")')
    assert lines[2].startswith("│▸[Save 4]◂ ") and lines[2].endswith("│      p unknown · 1 check · 0.0 ms")
    assert lines[3].strip() == "✓ as expected" and len(lines) == 4


def test_a_narrow_terminal_has_a_smaller_picture_and_a_very_narrow_one_has_none() -> None:
    assert len(beside(80)[1].split("╮")[0]) == 35
    assert beside(60)[1].strip() == 'tap(element="Save")'
