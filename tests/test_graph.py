"""The loop: every decision leads where it says, and every step is in the trace."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import ormsgpack
import pytest

from agentkit import Agent, Context, Failed, OneOf, Retry, tool
from agentkit.cancel import Cancel
from agentkit.decide import Policy
from agentkit.errors import Cancelled, ContextOverflowError, LeaseError, TraceError, WiringError
from agentkit.escalate import Budgets
from agentkit.events import AnyEvent, Retrieved
from agentkit.graph.nodes import NODES
from agentkit.graph.session import Options
from agentkit.graph.wiring import picture
from agentkit.models.scripted import Script, ScriptedModel, abstain, answer, ask, call, defer, finish
from agentkit.types import Action, Control, Message, ProposeRequest, Run, ToolCall

DONE: list[str] = []
SCREEN: list[str] = []


@tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@tool(effect="write")
def note(text: str) -> str:
    """Write a note."""
    DONE.append(text)
    return f"noted: {text}"


@tool(effect="irreversible")
def wipe(what: str) -> str:
    """Delete something for good."""
    DONE.append(what)
    return "wiped"


@tool
def picky(n: int) -> int:
    """Take an even number."""
    if n % 2:
        raise Retry("the number must be even")
    return n


@tool
def broken() -> str:
    """Never work."""
    raise Failed("the printer is out of paper")


def elements(ctx: Context) -> list[str]:
    return list(SCREEN)


@tool
def tap(element: Annotated[str, OneOf(elements)]) -> str:
    """Tap an element."""
    SCREEN[:] = ["next"]
    return "tapped"


TOOLS = [add, note, wipe, picky, broken]


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    DONE.clear()


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Agent[Any]]:
    def made(script: Script | ScriptedModel, **given: Any) -> Agent[Any]:
        model = script if isinstance(script, ScriptedModel) else ScriptedModel(script)
        arguments: dict[str, Any] = {"tools": TOOLS, "store": tmp_path / "t.db", **given}
        return Agent(model=model, **arguments)

    return made


def actions(run: Run) -> list[str]:
    return [step.decision.action.value for step in run.steps]


def sure(*calls: ToolCall, p: float = 0.99) -> Any:
    return answer(*calls, p=p)


Make = Callable[..., Agent[Any]]


def test_until_done_shows_results_to_the_model_until_it_finishes(make: Make) -> None:
    model = ScriptedModel([sure(call("add", a=2, b=3)), sure(call("note", text="5")), sure(finish("It is noted."))])
    run = make(model).run("add 2 and 3, note 5")
    assert (run.status, run.answer, actions(run)) == ("answered", "It is noted.", ["execute", "execute", "stop"])
    assert [call.id for step in run.steps for call in step.proposal.calls] == ["1", "2", "3"]
    assert [message.role for message in model.requests[2].messages] == ["user", *["assistant", "tool"] * 2]
    assert model.requests[2].messages[4] == Message(role="tool", content="noted: 5", call_id="2", name="note")
    assert DONE == ["5"]


def test_single_turn_ends_once_the_calls_of_one_proposal_succeeded(make: Make) -> None:
    agent = make([sure(call("add", a=2, b=3), call("note", text="hello"))], options=Options(loop="single_turn"))
    run = agent.run("add 2 and 3, note hello")
    assert (run.status, actions(run), len(run.steps[0].results)) == ("success", ["execute"], 2)


def test_single_turn_lets_the_model_mend_what_it_can(make: Make) -> None:
    model = ScriptedModel([sure(call("picky", n=3)), sure(call("picky", n=4))])
    run = make(model, options=Options(loop="single_turn")).run("picky 3 or 4")
    assert (run.status, [step.results[0].status for step in run.steps]) == ("success", ["retry", "ok"])
    assert model.requests[1].messages[-1].content == "retry: the number must be even"


def test_single_turn_says_what_failed(make: Make) -> None:
    run = make([sure(call("broken"))], options=Options(loop="single_turn")).run("print")
    assert (run.status, run.reason) == ("failed", "`broken`: the printer is out of paper")


def test_no_tool_fits_is_an_end_of_its_own(make: Make) -> None:
    run = make([sure(abstain())]).run("sing")
    assert (run.status, run.steps[0].decision.final) == ("abstained", True)


def test_evidence_goes_back_to_the_model_and_a_repair_counts(make: Make) -> None:
    model = ScriptedModel([sure(call("nosuch")), sure(call("add", a=1, b=2)), sure(finish("3"))])
    run = make(model).run("add 1 and 2")
    assert actions(run) == ["repair", "execute", "stop"]
    evidence = model.requests[1].messages[-1]
    assert (evidence.role, evidence.call_id) == ("tool", "1")
    assert evidence.content.startswith("There is no tool `nosuch`; the tools are add, note, wipe, picky, broken.")


def test_repairs_are_bounded_and_end_in_a_question(make: Make) -> None:
    run = make([sure(call(f"nosuch{n}")) for n in range(9)]).run("add")
    assert (run.status, actions(run)) == ("asked", ["repair", "repair", "ask"])


@pytest.mark.parametrize("again", [call("note", text="milk"), call("add", a=2, b=3)], ids=["write", "read"])
def test_a_model_that_only_repeats_what_is_done_ends_the_run(make: Make, again: ToolCall) -> None:
    run = make([sure(again)] * 9).run("add 2 and 3, note milk")
    assert (run.status, run.reason) == ("success", "the model only repeats what is done")
    assert actions(run) == ["execute", "repair", "stop"]
    assert len(DONE) == (again.name == "note")


def test_what_failed_is_not_done_because_something_else_is_repeated(make: Make) -> None:
    milk = sure(call("note", text="milk"))
    run = make([milk, sure(call("broken")), *[milk] * 9]).run("note milk, print")
    assert (run.status, actions(run)) == ("asked", ["execute", "execute", "repair", "ask"])


def test_a_call_whose_repetition_is_not_checked_may_be_made_again(make: Make) -> None:
    script = [*[sure(call("note", text="milk"))] * 3, sure(finish("thrice"))]
    run = make(script, verifiers=["schema"]).run("note milk three times")
    assert (run.status, DONE) == ("answered", ["milk"] * 3)


def test_the_step_limit_is_a_partial_end(make: Make) -> None:
    def more(request: ProposeRequest) -> Any:
        return sure(call("add", a=len(request.messages), b=1))

    run = make(more, max_steps=3, verifiers=["schema"]).run("add")
    assert (run.status, run.reason, len(run.steps)) == ("partial", "the limit of 3 steps is reached", 3)


def test_escalation_is_a_step_of_the_larger_model_after_the_same_checks(make: Make) -> None:
    remote = ScriptedModel([sure(call("add", a=20, b=22))], name="large", tier="remote")
    run = make([answer(call("add", a=20, b=2), p=0.1), sure(finish("42"))], remote=remote).run("add 20 and 22")
    assert actions(run) == ["escalate", "execute", "stop"]
    assert [step.proposal.tier for step in run.steps] == ["local", "remote", "local"]
    assert run.steps[0].exchange is not None
    assert (run.steps[0].exchange.status, run.steps[0].exchange.model) == ("ok", "large")
    assert [check.name for check in run.steps[1].verdict.checks] != []
    assert run.steps[1].results[0].value == 42


def test_the_larger_model_has_no_privileges(make: Make) -> None:
    remote = ScriptedModel([sure(call("format_disk"))], tier="remote")
    run = make([sure(defer()), sure(finish("never mind"))], remote=remote).run("help")
    assert run.steps[1].verdict.status.value == "fail"
    assert actions(run)[1] == "repair"


def test_without_an_answer_of_the_larger_model_the_local_one_is_decided_again(make: Make) -> None:
    remote = ScriptedModel([], tier="remote")
    agent = make([answer(call("note", text="x"), p=0.1)], remote=remote, budgets=Budgets(calls=0))
    run = agent.run("note x")
    assert (run.status, actions(run)) == ("asked", ["escalate", "ask"])
    assert run.steps[0].exchange is not None
    assert run.steps[0].exchange.status == "over_budget"
    assert "the remote budget of 0 requests is used up" in run.steps[1].decision.reason


def test_budget_spent_before_a_pause_counts_after_it(make: Make) -> None:
    remote = ScriptedModel([sure(ask("which one?")), sure(finish("x"))], tier="remote")
    agent = make([sure(defer()), sure(defer()), sure(finish("done"))], remote=remote, budgets=Budgets(calls=1))
    run = agent.resume(agent.run("do it").id, "the first")
    assert [step.exchange.status for step in run.steps if step.exchange] == ["ok", "over_budget"]


def test_an_approval_pauses_and_a_yes_runs_the_calls(make: Make) -> None:
    script = [sure(call("wipe", what="cache")), sure(finish("gone"))]
    run = make(script).run("wipe cache")
    assert (run.status, DONE) == ("asked", [])
    assert run.question is not None
    assert run.question.startswith('Run wipe(what="cache")?')
    other = make(script[1:])  # another agent, as in another process
    done = other.resume(run.id, True)
    assert (done.status, actions(done), DONE) == ("answered", ["execute", "stop"], ["cache"])
    assert other.resume(run.id) == done


def test_a_no_is_told_to_the_model(make: Make) -> None:
    agent = make([sure(call("wipe", what="cache"))], options=Options(loop="single_turn"))
    run = agent.resume(agent.run("wipe cache").id, False)
    assert (run.status, run.reason, run.steps[0].results[0].status, DONE) == (
        "partial",
        "a person declined the calls",
        "denied",
        [],
    )


def test_words_in_place_of_a_yes_are_the_users_next_turn(make: Make) -> None:
    model = ScriptedModel([sure(call("wipe", what="disk")), sure(call("note", text="cache")), sure(finish("ok"))])
    agent = make(model)
    run = agent.resume(agent.run("wipe disk").id, "no, just note cache")
    assert (run.status, DONE) == ("answered", ["cache"])
    assert [message.content for message in model.requests[1].messages if message.role == "user"] == [
        "wipe disk",
        "no, just note cache",
    ]


def test_an_approved_step_is_checked_again_before_it_runs(make: Make) -> None:
    free = {"ok": True}

    @tool(effect="irreversible", precondition=lambda: free["ok"] or "the door is locked")
    def enter() -> str:
        """Go in."""
        DONE.append("in")
        return "in"

    agent = make([sure(call("enter")), sure(finish("locked"))], tools=[enter])
    run = agent.run("enter")
    free["ok"] = False
    after = agent.resume(run.id, True)
    assert (DONE, after.steps[0].decision.action) == ([], Action.REPAIR)


def test_a_question_of_the_model_is_answered_by_the_next_turn(make: Make) -> None:
    model = ScriptedModel([sure(ask("Which note?")), sure(call("note", text="milk")), sure(finish("ok"))])
    agent = make(model)
    run = agent.run("take a note")
    assert (run.status, run.question) == ("asked", "Which note?")
    assert agent.resume(run.id) == run
    assert agent.resume(run.id, "milk").status == "answered"
    assert [message.content for message in model.requests[1].messages[-2:]] == ["Which note?", "milk"]


def test_a_person_who_is_there_is_asked_at_once(make: Make) -> None:
    asked: list[str] = []

    def person(question: Any) -> bool:
        asked.append(question.question)
        return True

    run = make([sure(call("wipe", what="cache")), sure(finish("ok"))], ask=person).run("wipe cache")
    assert (run.status, DONE, len(asked)) == ("answered", ["cache"], 1)


def test_a_run_that_does_not_wait_takes_no_answer(make: Make) -> None:
    agent = make([RuntimeError("the model broke")])
    with pytest.raises(RuntimeError, match="the model broke"):
        agent.run("add", run_id="r1")
    with pytest.raises(WiringError, match="run r1 does not wait for an answer"):
        agent.resume("r1", True)


def test_an_error_of_the_model_fails_the_run_which_can_be_resumed(make: Make) -> None:
    agent = make([sure(call("note", text="a")), ContextOverflowError("the prompt is too long"), sure(finish("ok"))])
    with pytest.raises(ContextOverflowError):
        agent.run("note a", run_id="r1")
    assert agent.store is not None
    failed = agent.store.run("r1")
    assert (failed.status, failed.reason, len(failed.steps)) == ("failed", "the prompt is too long", 1)
    run = agent.resume("r1")
    assert (run.status, actions(run), DONE) == ("answered", ["execute", "stop"], ["a"])


def test_a_cancelled_run_says_so_and_can_be_resumed(make: Make) -> None:
    cancel = Cancel()

    @tool
    def slow(ctx: Context) -> str:
        """Take long."""
        cancel.set()
        ctx.cancel.wait(5)
        return "waited"

    agent = make([sure(call("slow")), sure(finish("ok"))], tools=[slow])
    with pytest.raises(Cancelled, match="run r1 was cancelled\n  hint: go on with resume"):
        agent.run("slow", run_id="r1", cancel=cancel)
    assert agent.store is not None
    assert agent.store.run("r1").status == "cancelled"
    run = agent.resume("r1")
    assert (run.status, run.steps[0].results[0].value) == ("answered", "waited")


def test_what_is_returned_is_what_is_traced_and_told(make: Make) -> None:
    told: list[AnyEvent] = []
    remote = ScriptedModel([sure(call("add", a=1, b=2))], tier="remote")
    agent = make([sure(call("nosuch")), sure(defer()), sure(finish("3"))], remote=remote)
    run = agent.run("add 1 and 2", listen=told.append)
    assert agent.store is not None
    assert agent.store.run(run.id) == run
    kinds = [event.kind for event in told]
    assert (kinds[:2], kinds[-1]) == (["run_started", "retrieved"], "run_finished")
    assert kinds.count("decided") == len(run.steps) == kinds.count("proposed")
    assert agent.store.request(run.id, 0).messages == (Message(role="user", content="add 1 and 2"),)


def test_dynamic_choices_are_taken_afresh_at_every_step(make: Make) -> None:
    SCREEN[:] = ["ok", "cancel"]
    model = ScriptedModel([sure(call("tap", element="ok")), sure(call("tap", element="next")), sure(finish("x"))])
    run = make(model, tools=[tap]).run("tap ok, then next")
    enums = [request.tools[0].parameters["properties"]["element"]["enum"] for request in model.requests]
    assert (enums, run.status) == ([["ok", "cancel"], ["next"], ["next"]], "answered")


def test_choices_are_listed_once_a_step_and_again_when_a_call_of_it_changed_something(make: Make) -> None:
    listed: list[int] = []

    def names() -> list[str]:
        listed.append(len(DONE))
        return ["Ada", "Ben", "Cleo"]

    @tool
    def see(who: Annotated[str, OneOf(names)]) -> str:
        return who

    def free(who: str) -> None: ...

    @tool(effect="write", precondition=free)
    def greet(who: Annotated[str, OneOf(names)]) -> str:
        DONE.append(who)
        return who

    steps = [
        sure(call("see", who="Ada"), call("see", who="Ben")),
        sure(call("greet", who="Ada"), call("greet", who="Ben"), call("see", who="Cleo")),
        sure(finish("done")),
    ]
    run = make(steps, tools=[see, greet]).run("see Ada, Ben and Cleo, greet Ada and Ben")
    assert run.status == "answered", run.reason
    assert listed == [0, 0, 1, 2, 2]  # a step, a step, after each of its changes, the last step


def test_only_the_tools_that_suit_the_request_are_shown(make: Make) -> None:
    told: list[AnyEvent] = []
    model = ScriptedModel([sure(call("note", text="milk")), sure(finish("ok"))])
    make(model, options=Options(top_k=2)).run("write a note: milk", listen=told.append)
    shown = [event for event in told if isinstance(event, Retrieved)]
    assert [(len(event.tools), event.of) for event in shown] == [(2, 5)]
    assert "note" in [spec.name for spec in model.requests[0].tools]


def test_references_reach_results_of_earlier_steps(make: Make) -> None:
    script = [sure(call("add", a=2, b=3)), sure(call("add", a={"$ref": "1", "path": ""}, b=10)), sure(finish("15"))]
    run = make(script).run("add 2 and 3, then 10")
    assert run.steps[1].results[0].value == 15


def test_only_controls_that_can_lead_somewhere_are_legal(make: Make) -> None:
    def legal(**given: Any) -> list[tuple[Control, ...]]:
        model = ScriptedModel([sure(call("add", a=1, b=1)), sure(finish("2"))])
        make(model, **given).run("add 1 and 1")
        return [request.controls for request in model.requests]

    assert legal() == [(Control.ABSTAIN, Control.ASK, Control.FINISH)] * 2
    assert legal(remote=ScriptedModel([])) == [tuple(Control)] * 2
    nobody = Policy.from_trust("balanced", can_ask=False)
    assert legal(policy=nobody, options=Options(loop="single_turn")) == [(Control.ABSTAIN,)]
    assert legal(options=Options(controls=(Control.FINISH,))) == [(Control.FINISH,)] * 2


def test_the_time_is_a_fact_and_so_is_what_the_agent_says(make: Make) -> None:
    def told(ctx: Context) -> list[str]:
        return [f"run {ctx.run_id}"]

    model = ScriptedModel([sure(abstain())])
    make(model, facts=told).run("what time is it", run_id="r1")
    now, own = model.requests[0].facts
    assert datetime.strptime(now, "now: %A %Y-%m-%d %H:%M").year >= 2024
    assert own == "run r1"


def test_a_tampered_checkpoint_is_refused_and_runs_nothing(make: Make, tmp_path: Path) -> None:
    agent = make([sure(ask("?"))])
    run = agent.run("ask")
    agent.close()
    evil = ormsgpack.packb(("os", "mkdir", str(tmp_path / "pwned")))
    blob = ormsgpack.packb({"v": 4, "id": "x", "channel_values": {"task": ormsgpack.Ext(0, evil)}})
    plain = sqlite3.connect(tmp_path / "t.db")
    plain.execute("UPDATE checkpoints SET checkpoint = ?", (blob,))
    plain.commit()
    plain.close()
    with pytest.raises(TraceError, match="holds what agentkit does not write, and is not read"):
        make([]).resume(run.id, "x")
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("kind", ["pickle", "json"])
def test_a_checkpoint_in_another_format_is_refused(make: Make, tmp_path: Path, kind: str) -> None:
    run = make([sure(ask("?"))]).run("ask")
    plain = sqlite3.connect(tmp_path / "t.db")
    plain.execute("UPDATE checkpoints SET type = ?", (kind,))
    plain.commit()
    plain.close()
    with pytest.raises(TraceError, match=f"data of kind '{kind}'"):
        make([]).resume(run.id, "x")


def test_a_run_keeps_only_its_last_checkpoints(make: Make) -> None:
    agent = make([*[sure(call("note", text=str(n))) for n in range(5)], sure(finish("ok"))], verifiers=["schema"])
    agent.run("note 0 1 2 3 4")
    assert agent.store is not None
    assert agent.store.database.rows("SELECT count(*) FROM checkpoints")[0][0] <= 2


def test_a_result_is_in_the_ledger_before_the_model_sees_it_and_is_taken_from_there(make: Make, tmp_path: Path) -> None:
    held: list[str] = []

    def cut_off(request: ProposeRequest) -> Any:
        if request.messages[-1].role == "user":
            return sure(call("note", text="milk"))
        reader = sqlite3.connect(tmp_path / "t.db")  # sees only what is committed
        held.extend(state for (state,) in reader.execute("SELECT state FROM ledger"))
        reader.close()
        raise ContextOverflowError("too long")

    with pytest.raises(ContextOverflowError):
        make(ScriptedModel(cut_off)).run("note milk", run_id="r1")
    assert held == ["done"]
    other = make(ScriptedModel([sure(finish("ok"))]))
    run = other.resume("r1")
    assert (run.status, DONE, [step.results[0].text for step in run.steps[:1]]) == (
        "answered",
        ["milk"],
        ["noted: milk"],
    )


SCRIPTS: dict[str, Callable[[], list[Any]]] = {
    "done": lambda: [sure(call("add", a=2, b=3)), sure(call("note", text="5")), sure(finish("ok"))],
    "repaired": lambda: [sure(call("nosuch")), sure(call("add", a=2, b=3), call("note", text="5")), sure(finish("5"))],
    "stuck": lambda: [sure(call(f"nosuch{n}")) for n in range(4)],
    "failed": lambda: [sure(call("broken")), sure(call("picky", n=3)), sure(abstain())],
    "asked": lambda: [sure(call("wipe", what="note"))],
    "repeats": lambda: [sure(call("note", text="5"))] * 4,
}


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("loop", ["until_done", "single_turn"])
def test_the_loop_is_the_same_with_and_without_checkpoints(make: Make, tmp_path: Path, name: str, loop: Any) -> None:
    def plain(run: Run) -> Any:
        timed = ("ms", "usage", "checks")
        told = run.model_dump(mode="json", exclude={"id": True, "ms": True, "steps": {"__all__": {"ms": True}}})
        for step in told["steps"]:
            for part in (step["proposal"], step["verdict"], *step["results"]):
                for key in timed:
                    part.pop(key, None)
        return told

    runs = [
        make(SCRIPTS[name](), options=Options(loop=loop), **given).run("add 2 and 3, note 5")
        for given in ({}, {"durable": False}, {"store": False})
    ]
    assert plain(runs[0]) == plain(runs[1]) == plain(runs[2])
    assert runs[0].steps != ()


def test_the_picture_shows_every_node() -> None:
    drawn = picture()
    assert [name for name in (*NODES, "ask") if f"{name}({name})" not in drawn] == []
    assert "propose -.-> escalate" in drawn


def test_whoever_lost_a_run_writes_nothing_of_it(make: Make, tmp_path: Path) -> None:
    other = make([sure(call("note", text="theirs")), sure(finish("theirs"))])

    def overtaken(request: ProposeRequest) -> Any:
        assert agent.store is not None
        if not DONE:  # as if this process had slept past the end of its lease
            with agent.store.database.write() as connection:
                connection.execute("UPDATE leases SET expires_at = 0")
            assert other.resume("r1").answer == "theirs"
        return sure(call("note", text="mine"))

    agent = make(overtaken)
    with pytest.raises(LeaseError, match="was taken over"):
        agent.run("note mine or theirs", run_id="r1")
    assert other.store is not None
    run = other.store.run("r1")
    assert (DONE, run.status, run.answer, other.store.status("r1")) == (["theirs"], "answered", "theirs", "answered")
    assert other.resume("r1") == run
