"""The phone's own evaluation: arms, figures, tables, and `agentkit eval phone` itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from phone.evaluate import evaluate
from phone.record import Episode
from phone.scorer import SURE
from phone.session import Session
from phone.simulated import Simulated
from phone.tasks import TEMPLATES, Task
from phone.tasks.arms import CHECKS, MAX_STEPS, SHARE, SHIPPED, Arms, Budget, Helped, Listless
from phone.tasks.judge import Judgement
from phone.tasks.measure import Outcome, run_task
from phone.tasks.oracle_model import OracleModel
from phone.tasks.report import PhoneReport, groups, summed_up, table
from typer.testing import CliRunner

from agentkit.cli import app
from agentkit.decide import Policy
from agentkit.errors import WiringError
from agentkit.evaluate.hooks import Wanted
from agentkit.models.scripted import ScriptedModel, answer, call, finish
from agentkit.registry import Context
from agentkit.spec import load_spec
from agentkit.types import Message, ProposeRequest

ROOT = Path(__file__).parents[2]


def outcome(name: str = "clock.add_alarm", *, success: bool = True, seed: int = 1, **changes: Any) -> Outcome:
    given: dict[str, Any] = {
        "task": TEMPLATES[name].task(seed),
        "judgement": Judgement(success),
        "steps": 6,
        "oracle_steps": 4,
        "proposals": 6,
        "right": 3,
        "helped": 0,
        "served": 0,
        "ms": (10.0, 20.0),
        "tokens": (50,),
        "prompts": (),
        "episode": Episode("x"),
    }
    return Outcome(**{**given, **changes})


def silent(_what: str, _done: int, _of: int) -> None: ...


def test_figures_are_shares_with_intervals_and_steps_of_what_was_done() -> None:
    found = summed_up([outcome(), outcome(success=False, steps=30, judgement=Judgement(False, (), ("x",), True))])
    assert found is not None
    assert (found.success, found.steps_ratio, found.step_accuracy) == (0.5, 1.5, 0.5)
    assert found.low < 0.5 < found.high and found.high - found.low > 0.5
    assert (found.damage, found.false_done, found.infeasible_recall) == (0.5, 0.5, None)
    assert (found.p50_ms, found.p95_ms, found.tokens_per_prompt) == (10.0, 20.0, None)
    assert summed_up([]) is None


def test_what_was_held_out_is_reported_apart() -> None:
    columns = groups([outcome("clock.add_alarm"), outcome("maps.save"), outcome("clock.minutes_timer")])
    assert [name for name in columns if not name.startswith("level")] == ["new templates", "new apps", "all"]
    assert columns["new apps"].tasks == 1 and columns["all"].tasks == 3
    assert "new apps" not in groups([outcome("clock.minutes_timer")])


def test_the_table_is_even_markdown_and_leaves_out_what_no_arm_did() -> None:
    title, _, *plain = table(
        "t, full", "level", groups([outcome(), outcome("files.share", success=False)])
    ).splitlines()
    assert title == "**t, full**" and len({len(line) for line in plain}) == 1
    every = [outcome(name) for name in ("clock.add_alarm", "files.share", "files.new_folder_for", "maps.save")]
    assert max(map(len, table("t", "level", groups(every)).splitlines())) <= 80
    assert plain[0].count("|") == plain[1].count("|") == plain[3].count("|")
    assert not any("larger" in line or "scripts" in line for line in plain)
    assert any("by the larger" in line for line in table("t", "level", groups([outcome(helped=1)])).splitlines())


def test_a_report_tells_tasks_figures_and_a_page() -> None:
    report = PhoneReport("full", "phone test", (outcome(),))
    assert json.loads(json.dumps(report.as_json()))["groups"]["all"]["success"] == 1.0
    (line,) = report.tasks()
    assert (line["template"], line["success"], line["steps"]) == ("clock.add_alarm", True, 6)
    assert "phone test, full" in report.page()
    other = PhoneReport("oracle", "phone test", (outcome(success=False),))
    title, _, head, _, tasks, success, *_ = report.beside([report, other]).splitlines()
    assert title == "**phone test**" and head.split() == ["|", "arm", "|", "full", "|", "oracle", "|"]
    assert tasks.split()[-4:] == ["1", "|", "1", "|"] and success.split()[-4:] == ["100.0", "|", "0.0", "|"]


def test_the_budget_is_never_exceeded_and_goes_to_the_least_sure() -> None:
    budget = Budget()
    scores = [((37 * n) % 100) / 100 for n in range(400)]
    granted = [score for score in scores if budget.grants(score)]
    assert 0 < len(granted) <= SHARE * len(scores)
    assert max(granted) < 0.25
    sure = Budget()
    assert not any(sure.grants(0.9) for _ in range(9))


def test_a_helped_model_asks_the_oracle_where_it_is_least_sure() -> None:
    def model(task: Task, session: Session) -> Helped:
        return Helped(ScriptedModel([finish("no")] * 40), OracleModel(task, session), Budget(1000, 0, [1.0] * 1000))

    arm = Arms(ScriptedModel([]))["oracle-remote"]
    found = run_task(TEMPLATES["clock.minutes_timer"].task(3), model, arm.make)
    assert found.judgement.success and found.helped == found.steps == found.oracle_steps


def resolved(session: Session, names: set[str]) -> ProposeRequest:
    from phone import ui

    from agentkit.registry import Registry

    tools = tuple(spec for spec in Registry([ui]).resolve(Context(deps=session)) if spec.name in names)
    return ProposeRequest(tools=tools, messages=(Message(role="user", content="x"),))


def test_without_enums_the_elements_are_plain_strings_of_the_same_tools() -> None:
    seen: list[ProposeRequest] = []

    class Spy(ScriptedModel):
        def propose(self, request: ProposeRequest, **_: Any) -> Any:
            seen.append(request)

    request = resolved(Session(Simulated(1)), {"tap", "open_app"})
    Listless(Spy([])).propose(request)
    for before, after in zip(request.tools, seen[0].tools, strict=True):
        (name,) = before.dynamic
        assert "enum" in before.parameters["properties"][name]
        assert "enum" not in after.parameters["properties"][name]
        assert after.parameters["required"] == before.parameters["required"]


def test_without_documents_no_guidance_stands_in_the_prompt() -> None:
    arms = Arms(ScriptedModel([]))
    assert [name for name in arms.names if not arms[name].documents] == ["no-documents"]
    prompts: list[tuple[str, ...]] = []

    def spy(task: Task, session: Session) -> OracleModel:
        class Spy(OracleModel):
            def propose(self, request: ProposeRequest, **given: Any) -> Any:
                prompts.append(request.facts)
                return super().propose(request, **given)

        return Spy(task, session)

    for documents in (True, False):
        arm = arms["no-documents"]
        run_task(TEMPLATES["settings.airplane"].task(3), spy, arm.make, documents=documents)
    with_them, without = prompts[: len(prompts) // 2], prompts[len(prompts) // 2 :]
    assert sum(map(len, with_them)) > sum(map(len, without))


@pytest.mark.parametrize(("wanted", "said"), [({"split": "all"}, "no split `all`"), ({"arms": ("x",)}, "no arm `x`")])
def test_splits_and_arms_that_are_not_there_are_named(wanted: dict[str, Any], said: str) -> None:
    with pytest.raises(WiringError, match=said):
        evaluate(Wanted(**wanted), ScriptedModel([]), silent)


def test_the_oracle_does_every_drawn_task_and_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    tell: Callable[[str, int, int], None] = lambda _what, done, of: told.append((done, of))  # noqa: E731
    wanted = Wanted(split="dev", seeds=2, limit=3, rough=True, arms=("oracle",))
    (report,) = evaluate(wanted, ScriptedModel([]), tell)
    assert report.title == "phone dev, rough" and len(report.outcomes) == 6
    assert all(each.judgement.success for each in report.outcomes)
    assert told == [(n, 6) for n in range(7)]


def test_the_example_runs_the_agent_that_is_measured() -> None:
    for path in (ROOT / "examples/mobile_ui.yaml", ROOT / "agents/mobile.yaml"):
        spec = load_spec(path)
        used = [use.use.rsplit(":")[-1] for use in spec.verify.verifiers or ()]
        assert used == [*CHECKS, "Typed", "Stuck", "Wanted", "Done", "Surer"]
        assert (spec.graph.loop, spec.graph.max_calls, spec.graph.clock) == ("until_done", 1, False)


def test_the_full_arm_has_the_policy_that_ships() -> None:
    spec = load_spec(ROOT / "agents/mobile.yaml")
    stated = spec.thresholds.model_dump(mode="json", exclude_none=True)
    assert Policy.from_trust(spec.trust, thresholds=stated, max_steps=spec.graph.max_steps) == SHIPPED
    assert spec.graph.max_steps == MAX_STEPS
    (pack,) = spec.tools
    assert (pack.deps or {}).get("scorer", 0.0) == SURE == Arms(ScriptedModel([]))["full"].sure


def test_an_unsure_step_ends_the_full_arm_with_a_question_and_not_act_always() -> None:
    arms, task = Arms(ScriptedModel([])), TEMPLATES["settings.airplane"].task(3)
    for name, asked in (("full", True), ("act-always", False)):
        model = ScriptedModel([answer(call("tap", element="Camera"), p=0.05)] * 40)
        found = run_task(task, lambda _task, _session, model=model: model, arms[name].make)
        assert found.asked is asked and not found.judgement.success


@pytest.mark.model
def test_the_model_in_the_box_is_measured_with_and_without_its_grammar(tmp_path: Path) -> None:
    page = tmp_path / "replay.html"
    arms = ("--arm", "no-scorer", "--arm", "no-grammar")
    command = ["eval", "phone", "--split", "dev", "--limit", "2", *arms, "--json", "--replay", str(page)]
    shown = CliRunner().invoke(app, command)
    assert shown.exit_code == 0, shown.output
    lines = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [(line["kind"], line["arm"]) for line in lines] == [
        *[("task", "no-scorer")] * 2,
        ("summary", "no-scorer"),
        *[("task", "no-grammar")] * 2,
        ("summary", "no-grammar"),
    ]
    assert lines[2]["groups"]["all"]["tokens_per_prompt"] > 50
    assert page.exists() and page.with_stem("replay-no-grammar").exists()
    again = CliRunner().invoke(app, ["eval", "phone", "--split", "dev", "--limit", "1"])
    assert again.stdout.startswith("**phone dev, full**")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["calc"], "the pack calc brings no tasks"),
        (["phone", "--free"], "`--free` is for suites, and phone is a pack"),
        (["nothing.jsonl"], "there is no file nothing.jsonl, and no pack of that name"),
    ],
)
def test_what_cannot_be_evaluated_is_said(arguments: list[str], said: str) -> None:
    shown = CliRunner().invoke(app, ["eval", *arguments])
    assert shown.exit_code != 0
    assert said in str(shown.exception)
