"""The view, fed with events: what is printed, at which width, and what is counted."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from agentkit.cli.view import Outcome, Tally, View, print_summary, wording
from agentkit.cli.view.traced import print_runs
from agentkit.events import (
    AnyEvent,
    Decided,
    Escalated,
    Exchanged,
    Executed,
    Executing,
    Proposed,
    Retrieved,
    RunFinished,
    RunStarted,
    StepEnded,
    Verified,
)
from agentkit.types import (
    Action,
    Check,
    CheckStatus,
    Decision,
    Proposal,
    ProposeRequest,
    RemoteExchange,
    Run,
    Status,
    ToolCall,
    ToolResult,
    ToolSpec,
    Usage,
    Verdict,
)

CALL = ToolCall(id="1", name="set_alarm", arguments={"hour": 7, "label": "Gym"})
AT: Any = {"run_id": "r", "step": 0}


def proposal(call: ToolCall = CALL, **kwargs: object) -> Proposal:
    usage = Usage(prompt_tokens=100, cached_tokens=60, decoded_tokens=20, forced_tokens=12, forward_passes=9)
    return Proposal.model_validate({"calls": (call,), "model": "m", "usage": usage, **kwargs})


def verdict(*checks: Check, probability: float | None = 0.9, calibrated: bool = False) -> Verdict:
    failed = any(check.status is CheckStatus.FAIL for check in checks)
    status = CheckStatus.FAIL if failed else CheckStatus.PASS
    return Verdict(status=status, checks=checks, probability=probability, calibrated=calibrated)


def a_step(decision: Decision, judged: Verdict, made: Proposal | None = None) -> list[AnyEvent]:
    request = ProposeRequest(tools=(), messages=())
    return [
        Retrieved(**AT, tools=(ToolSpec(name="set_alarm"),), of=9),
        Proposed(**AT, request=request, proposal=made or proposal()),
        Verified(**AT, verdict=judged),
        Decided(**AT, decision=decision),
    ]


EXECUTE = Decision(action=Action.EXECUTE, reason="sure enough")
PASSED = verdict(Check(name="schema", status=CheckStatus.PASS), Check(name="policy", status=CheckStatus.PASS))
RAN: list[AnyEvent] = [
    RunStarted(**AT, task="wake me at seven"),
    *a_step(EXECUTE, PASSED),
    Executing(**AT, call=CALL),
    Executed(**AT, call=CALL, result=ToolResult(call_id="1", name="set_alarm", status="ok", text="set for\n07:00")),
    StepEnded(**AT, ms=20.0),
]


def finished(status: Status = "success", reason: str = "", answer: str = "") -> Run:
    return Run(id="r", task="t", status=status, reason=reason, answer=answer)


def shown(events: list[AnyEvent], *, width: int = 80, terminal: bool = False, total: int = 1) -> tuple[list[str], View]:
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, color_system=None)
    view = View(console, moving=False, total=total)
    for event in events:
        view.show(event)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue().splitlines(), view


def test_a_step_is_a_call_how_sure_which_check_where_and_what_it_gave() -> None:
    lines, _ = shown(RAN)
    assert lines == [
        "wake me at seven",
        '  set_alarm(hour=7, label="Gym")  p 0.90 uncalibrated · 2 checks passed · local · 0.0 ms',
        "  → set for 07:00",
    ]


def test_details_stand_beside_the_call_where_there_is_room_and_below_it_where_there_is_none() -> None:
    wide, _ = shown(RAN, width=140, terminal=True)
    assert wide[1].startswith('  set_alarm(hour=7, label="Gym")')
    assert wide[1].endswith("local · 0.0 ms")
    assert len(wide[1]) == 140
    narrow, _ = shown(RAN, width=80, terminal=True)
    assert narrow[1:3] == [
        '  set_alarm(hour=7, label="Gym")',
        "    p 0.90 uncalibrated · 2 checks passed · local · 0.0 ms",
    ]


@pytest.mark.parametrize("width", [20, 40, 80, 140])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    long = ToolCall(id="1", name="send_message", arguments={"to": "Mom", "message": "so long " * 30})
    events = [RunStarted(**AT, task="tell mom " * 20), *a_step(EXECUTE, PASSED, proposal(long))]
    lines, _ = shown(events, width=width, terminal=True)
    assert max(map(len, lines)) <= width
    assert not any(line.endswith(" ") for line in lines)


def test_a_number_that_is_not_calibrated_says_so() -> None:
    assert wording.confidence(verdict(probability=0.987)) == "p 0.99 uncalibrated"
    assert wording.confidence(verdict(probability=0.987, calibrated=True)) == "p 0.99"
    assert wording.confidence(verdict(probability=None)) == "p unknown"


def test_the_check_that_decided_is_named() -> None:
    passed = Check(name="schema", status=CheckStatus.PASS)
    unsure = Check(name="grounding", status=CheckStatus.UNSURE)
    failed = Check(name="precondition", status=CheckStatus.FAIL, evidence="the screen is off")
    assert wording.deciding(verdict(passed)) == "1 check passed"
    assert wording.deciding(verdict(passed, unsure)) == "grounding unsure"
    assert wording.deciding(verdict(passed, unsure, failed)) == "precondition failed"
    assert wording.deciding(verdict()) == "no check"


def test_a_repair_shows_its_reason() -> None:
    failed = verdict(Check(name="precondition", status=CheckStatus.FAIL))
    decision = Decision(action=Action.REPAIR, reason="the screen is off", feedback="switch it on first")
    lines, _ = shown([RunStarted(**AT, task="t"), *a_step(decision, failed)])
    assert lines[-1] == "  → repair: the screen is off"


def test_a_proposal_that_is_told_again_is_shown_and_counted_once() -> None:
    down = RemoteExchange(model="big", sent="…", status="down", error="connection refused")
    escalate = Decision(action=Action.ESCALATE, reason="in doubt")
    ask = Decision(action=Action.ASK, reason="in doubt", question="Now what?")
    events = [RunStarted(**AT, task="t"), *a_step(escalate, PASSED), Escalated(**AT, exchange=down)]
    lines, view = shown([*events, *a_step(ask, PASSED)])
    assert lines[1:] == [
        '  set_alarm(hour=7, label="Gym")  p 0.90 uncalibrated · 2 checks passed · local · 0.0 ms',
        "  → ask the larger model: in doubt",
        "  ↑ big: connection refused",
    ]
    assert (view.tally.tiers, view.tally.prompt_tokens) == ({"local": 1}, 100)


def test_an_escalation_shows_what_left_the_machine() -> None:
    exchange = RemoteExchange(
        model="big", sent="…", bytes_out=1234, bytes_in=56, ms=800.0, placeholders=("<P1>", "<P2>")
    )
    lines, view = shown([RunStarted(**AT, task="t"), Escalated(**AT, exchange=exchange)])
    assert lines[-1] == "  ↑ big: 1,234 bytes out, 56 in, 800 ms, 2 private values held back"
    assert (view.tally.escalations, view.tally.bytes_out, view.tally.remote_faults) == (1, 1234, 0)
    down = exchange.model_copy(update={"status": "down", "error": "connection refused"})
    lines, view = shown([RunStarted(**AT, task="t"), Escalated(**AT, exchange=down)])
    assert lines[-1] == "  ↑ big: connection refused"
    assert view.tally.remote_faults == 1


def test_endings() -> None:
    for outcome, expected in (
        (Outcome(finished(), ()), ["  ✓ as expected"]),
        (Outcome(finished(), ("called a(), not b()",)), ["  ✗ called a(), not b()"]),
        (Outcome(finished(answer="Noon."), None), ["  Noon.", "  success"]),
        (Outcome(finished("failed", "no luck"), None), ["  failed: no luck"]),
        (Outcome(finished("partial", "12 steps"), ("ended as partial",)), ["  ✗ ended as partial", "    12 steps"]),
    ):
        _, view = shown([])
        view.finish(outcome)
        file = view.console.file
        assert isinstance(file, io.StringIO)
        assert file.getvalue().splitlines() == expected


def test_an_error_is_said_once() -> None:
    _, view = shown([RunStarted(**AT, task="t")])
    view.complain("the prompt is too long", "shorten it")
    view.finish(Outcome(finished("failed", "the prompt is too long"), None))
    file = view.console.file
    assert isinstance(file, io.StringIO)
    assert file.getvalue().splitlines()[1:] == ["  error: the prompt is too long", "  hint: shorten it", "  failed"]


def test_what_tools_say_is_not_markup() -> None:
    result = ToolResult(call_id="1", name="x", status="failed", error="[red]not[/red] a list: [1, 2]")
    lines, _ = shown([RunStarted(**AT, task="[bold]do[/bold]"), Executed(**AT, call=CALL, result=result)])
    assert lines == ["[bold]do[/bold]", "  → failed: [red]not[/red] a list: [1, 2]"]


def test_tasks_are_numbered_when_there_are_several() -> None:
    lines, _ = shown([RunStarted(**AT, task="a"), RunStarted(**AT, task="b")], total=2)
    assert lines == ["1/2 a", "", "2/2 b"]


def test_the_moving_view_leaves_only_its_lines() -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=True, color_system=None)
    with View(console, moving=True) as view:
        for event in [*RAN, RunFinished(**AT, run=finished())]:
            view.show(event)
        with view.paused():
            console.print("a question")
    file = console.file
    assert isinstance(file, io.StringIO)
    assert "set for 07:00" in file.getvalue()
    assert "a question" in file.getvalue()


def test_the_tally_counts_what_the_events_say() -> None:
    tally = Tally()
    assert tally.local_share is None
    assert tally.percentile(0.5) is None
    for number in range(1, 21):
        tally.feed(StepEnded(run_id="r", step=number, ms=0.5))
        tally.feed(StepEnded(run_id="r", step=number, ms=float(number)))  # with the time of its calls
    for number, tier in enumerate(("local", "local", "local", "remote")):
        tally.feed(a_step(EXECUTE, PASSED, proposal(tier=tier, text=str(number)))[1])
    assert tally.local_share == 0.75
    tally.feed(a_step(EXECUTE, PASSED, proposal(tier="hosted", text="4"))[1])
    assert tally.local_share == 0.6
    tally.feed(Exchanged(**AT, exchange=RemoteExchange(model="big", sent="", status="down", bytes_out=7)))
    assert (tally.exchanges, tally.escalations, tally.remote_faults, tally.bytes_out) == (1, 0, 1, 7)
    assert (tally.percentile(0.5), tally.percentile(0.95)) == (10.0, 19.0)
    assert (tally.prompt_tokens, tally.cached_tokens) == (500, 300)
    assert (tally.answer_tokens, tally.forced_tokens, tally.forward_passes) == (100, 60, 45)


@pytest.mark.parametrize(
    ("status", "differences", "holds"),
    [
        ("success", (), True),
        ("success", ("x",), False),
        ("success", None, True),
        ("abstained", None, True),
        ("asked", None, False),
        ("partial", None, False),
        ("failed", (), True),
    ],
)
def test_what_counts_as_held(status: Status, differences: tuple[str, ...] | None, holds: bool) -> None:
    tally = Tally()
    assert tally.finish(finished(status), differences).holds is holds
    assert tally.all_hold is holds


def test_the_summary_says_it_all_at_any_width() -> None:
    _, view = shown(RAN)
    view.tally.finish(finished(), ())
    view.tally.finish(finished(), ("wrong",))
    view.tally.finish(finished("asked"), None)
    for width in (40, 80, 140):
        console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
        print_summary(console, view.tally)
        file = console.file
        assert isinstance(file, io.StringIO)
        text = " ".join(file.getvalue().split())
        assert "1 of 2 as expected, 1 without expectations" in text
        assert "100% of 1 proposal" in text
        assert "p50 20 ms · p95 20 ms" in text
        assert "100 prompt (60 from the cache) · 20 answer (12 forced, in 9 passes)" in text
        assert all(len(line) <= width for line in file.getvalue().splitlines())


def test_a_list_of_runs_keeps_its_columns_whatever_the_task() -> None:
    row = {"id": "a" * 32, "started": "2026-11-21 03:25:09", "steps": 1, "ms": 580.0}
    rows = [{**row, "status": "success", "task": "so long " * 99}, {**row, "status": None, "task": "b", "ms": None}]
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    print_runs(console, rows)
    file = console.file
    assert isinstance(file, io.StringIO)
    head, first, second = file.getvalue().splitlines()
    assert head.split() == ["id", "started", "status", "steps", "time", "task"]
    assert first.startswith("aaaaaaaaaaaa  11-21 03:25  success         1  580 ms  so long so")
    assert second.endswith("unfinished      1          b")
    assert max(len(head), len(first), len(second)) <= 80


@pytest.mark.parametrize(
    ("ms", "text"), [(0.04, "0.0 ms"), (9.94, "9.9 ms"), (21.4, "21 ms"), (3210.0, "3.2 s"), (125_000.0, "2 min 05 s")]
)
def test_durations(ms: float, text: str) -> None:
    assert wording.duration(ms) == text


def test_calls_in_words() -> None:
    say = ToolCall(id="1", name="finish", arguments={"answer": "It is noon."})
    assert wording.call_text(say) == "answers: It is noon."
    assert wording.call_text(ToolCall(id="1", name="abstain")) == "no tool fits"
    reference = ToolCall(id="2", name="cancel", arguments={"id": {"$ref": "1", "path": "id"}, "note": "x" * 99})
    assert wording.call_text(reference) == f'cancel(id=#1.id, note="{"x" * 38}…)'
    assert wording.calls_text(Proposal(calls=(), model="m")) == ["no call"]
