"""A server that is not this machine as the first model of an agent: what reaches it, what it costs, how it fails.

The server of these tests is on loopback, where nothing leaves the machine; `on_device: false` says that it is not.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agentkit import Agent, tool
from agentkit.cancel import Cancel
from agentkit.errors import Cancelled
from agentkit.escalate import Budgets, Escalation, Private
from agentkit.escalate.breaker import Breaker
from agentkit.graph.session import Options
from agentkit.models.base import on_device
from agentkit.models.cassette import CassetteModel
from agentkit.models.remote import RemoteModel
from agentkit.models.scripted import ScriptedModel, answer, call, defer, finish
from agentkit.spec.models import CassetteConfig, EmbeddedConfig, RemoteConfig, on_loopback
from agentkit.spec.models import on_device as config_on_device
from agentkit.trace import Store
from agentkit.types import RemoteExchange, Run

PHONE = "+44 7700 900123"
TASK = f"send Ottilie that I am at {PHONE}"


@dataclass
class AddressBook:
    """Declares who is in it as private."""

    names: tuple[str, ...] = ("Ottilie",)

    def private_values(self) -> Private:
        return {"contact": self.names}


@tool(effect="write")
def send(to: str, text: str) -> str:
    """Send a message to somebody."""
    return f"{to} got: {text}"


@tool(effect="write", private=("text",))
def note(text: str) -> str:
    """Write a note."""
    return f"noted: {text}"


@tool
def look() -> str:
    """Look."""
    return "seen"


def config(server: Any, **given: Any) -> RemoteConfig:
    settled: dict[str, Any] = {"retries": 0, "api_key_env": "NO_KEY", "logprobs": False, "on_device": False, **given}
    return RemoteConfig(base_url=server.url, model="big", **settled)


def made(server: Any, **settings: Any) -> Agent[Any]:
    given: dict[str, Any] = {
        "model": config(server),
        "deps": AddressBook(),
        "store": False,
        "loop": "single_turn",
        "trust": "fast",
    }
    return Agent([send], **{**given, **settings})


def sending(server: Any, **usage: Any) -> Any:
    return server.calls(("send", {"to": "⟦CONTACT_1⟧", "text": "I am at ⟦PHONE_1⟧"}), **usage)


def hosted(run: Run) -> list[RemoteExchange]:
    return [step.hosted for step in run.steps if step.hosted is not None]


# what leaves, and what comes back --------------------------------------------------------------------------------


def test_private_values_stay_here_and_the_calls_come_back_whole(server: Any) -> None:
    server.replies = [sending(server, prompt_tokens=100, completion_tokens=10)]
    with made(server, model=config(server, price_in=1.0, price_out=2.0)) as agent:
        run = agent.run(TASK)
    (body,) = server.bodies
    reached = json.dumps(body, ensure_ascii=False)
    assert "Ottilie" not in reached
    assert "7700" not in reached
    assert body["messages"][-1]["content"].startswith("send ⟦CONTACT_1⟧ that I am at ⟦PHONE_1⟧")
    (step,) = run.steps
    assert step.results[0].text == f"Ottilie got: I am at {PHONE}"
    assert (run.status, step.proposal.tier, run.cost_usd) == ("success", "hosted", 120 / 1e6)
    (exchange,) = hosted(run)
    assert json.loads(exchange.sent) == body
    assert (exchange.status, exchange.bytes_out, exchange.attempts) == ("ok", server.sizes[0], 1)
    assert exchange.cost_usd == 120 / 1e6
    assert {"⟦CONTACT_1⟧", "⟦PHONE_1⟧"} <= set(exchange.placeholders)
    assert "Ottilie" not in exchange.received


def test_what_tools_say_is_redacted_as_well(server: Any) -> None:
    @tool
    def look() -> str:
        """Look who called."""
        return f"Ottilie called from {PHONE}"

    finish = ("finish", {"answer": "⟦CONTACT_1⟧ called"})
    server.replies = [server.calls(("look", {})), server.calls(finish)]
    agent = Agent([look], model=config(server), deps=AddressBook(), store=False, loop="until_done", trust="fast")
    with agent:
        run = agent.run("who called?")
    assert (run.status, run.answer) == ("answered", "Ottilie called")
    assert "⟦CONTACT_1⟧ called from ⟦PHONE_1⟧" in json.dumps(server.bodies[1], ensure_ascii=False)
    assert "Ottilie" not in json.dumps(server.bodies, ensure_ascii=False)
    assert sum(exchange.bytes_out for exchange in hosted(run)) == sum(server.sizes)


def test_labels_of_the_offered_tools_cover_a_text_that_nobody_named(server: Any) -> None:
    server.replies = [server.calls(("note", {"text": "⟦TEXT_1⟧ is ⟦TEXT_2⟧"}))]
    with Agent([note], model=config(server), store=False, loop="single_turn", trust="fast") as agent:
        run = agent.run("note that Zed is ill")
    reached = json.dumps(server.bodies, ensure_ascii=False)
    assert "Zed" not in reached
    assert "ill" not in reached.replace("will", "")
    assert run.steps[0].results[0].text == "noted: Zed is ill"


def test_a_text_that_must_not_leave_is_not_sent(server: Any) -> None:
    refusing = Escalation(private="refuse")
    with Agent([note], model=config(server), store=False, escalation=refusing) as agent:
        run = agent.run("note that Zed is ill")
    assert server.bodies == []
    assert (run.status, hosted(run)[0].status) == ("partial", "refused")
    assert "`note.text` is private" in run.reason


def test_a_sketch_holds_for_the_first_model_too(server: Any) -> None:
    server.replies = [sending(server)]
    with made(server, escalation=Escalation(send="sketch"), system="You are for Carl.") as agent:
        agent.run(TASK)
    assert "Carl" not in json.dumps(server.bodies)
    assert "now: " not in json.dumps(server.bodies)


def test_a_server_on_this_machine_is_a_local_model(server: Any) -> None:
    server.replies = [server.calls(("send", {"to": "Ottilie", "text": PHONE}), prompt_tokens=9, completion_tokens=3)]
    with made(server, model=config(server, on_device=None), budgets=Budgets(calls=0)) as agent:
        run = agent.run(TASK)
    assert TASK in json.dumps(server.bodies)
    (step,) = run.steps
    assert (run.status, step.proposal.tier, step.hosted) == ("success", "local", None)
    assert (step.proposal.usage.prompt_tokens, step.proposal.usage.decoded_tokens) == (9, 3)


def test_a_proxy_does_not_get_what_stays_on_this_machine(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server.replies = [server.calls(("send", {"to": "x", "text": "y"}))]
    with made(server, model=config(server, on_device=True)) as agent:
        assert agent.run("send y to x").status == "success"
    with made(server) as agent:
        assert hosted(agent.run("send y to x"))[0].status == "down"


# where a server is -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8080/v1", True),
        ("http://127.8.9.10/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://LocalHost:11434/v1", True),
        ("https://api.openai.com/v1", False),
        ("http://192.168.1.5/v1", False),
        ("http://0.0.0.0/v1", False),
        ("http://localhost.example.org/v1", False),
        ("http://127.0.0.1@example.org/v1", False),
        ("http://127.0.0.1.example.org/v1", False),
    ],
)
def test_loopback_is_told_by_the_host(url: str, here: bool) -> None:
    assert on_loopback(url) is here
    assert config_on_device(RemoteConfig(base_url=url, model="m")) is here
    assert config_on_device(RemoteConfig(base_url=url, model="m", on_device=not here)) is not here


@pytest.mark.parametrize("url", ["http://[::1/v1", ""])
def test_what_is_no_address_is_not_here(url: str) -> None:
    assert not on_loopback(url)


def test_an_engine_in_process_is_here_and_a_cassette_is_where_its_model_is(server: Any, tmp_path: Path) -> None:
    away = config(server)
    assert config_on_device(EmbeddedConfig())
    assert on_device(ScriptedModel([]))
    assert config_on_device(CassetteConfig(path="x"))
    recorded = CassetteConfig(path=str(tmp_path / "x.jsonl"), mode="record", inner=away)
    assert not config_on_device(recorded)
    server.replies = [sending(server)]
    for cassette in (recorded, recorded.model_copy(update={"mode": "replay"})):
        with made(server, model=cassette) as agent:
            run = agent.run(TASK)
        assert run.steps[0].results[0].text == f"Ottilie got: I am at {PHONE}"
    assert len(server.bodies) == 1
    text = (tmp_path / "x.jsonl").read_text(encoding="utf-8")
    assert "⟦CONTACT_1⟧" in text
    assert "Ottilie" not in text


def test_an_engine_that_was_passed_in_says_where_it_is(server: Any) -> None:
    server.replies = [sending(server)]
    model = RemoteModel("big", base_url=server.url, retries=0, on_device=False)
    assert not on_device(CassetteModel(Path("x"), mode="auto", inner=model))
    with made(server, model=model) as agent:
        assert agent.run(TASK).steps[0].proposal.tier == "hosted"
    model.close()
    assert "Ottilie" not in json.dumps(server.bodies)


# budgets, faults and the breaker ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("budgets", "words"),
    [
        (Budgets(calls=1), "the remote budget of 1 requests is used up (1 requests spent)"),
        (Budgets(tokens=50), "the remote budget of 50 tokens is used up (110 tokens spent)"),
        (Budgets(usd=0.0001), "the remote budget of 0.0001 US dollars is used up (0.00012 US dollars spent)"),
    ],
)
@pytest.mark.parametrize("store", [False, True])
def test_a_spent_budget_ends_the_run_with_what_was_done(
    server: Any, budgets: Budgets, words: str, store: bool, tmp_path: Path
) -> None:
    server.replies = [sending(server, prompt_tokens=100, completion_tokens=10)]
    kept: Any = tmp_path / "t.db" if store else False
    model = config(server, price_in=1.0, price_out=2.0)
    with made(server, model=model, loop="until_done", budgets=budgets, store=kept) as agent:
        run = agent.run(TASK)
        if agent.store is not None:
            assert agent.store.run(run.id) == run
    assert run.steps[0].results[0].ok
    assert [exchange.status for exchange in hosted(run)] == ["ok", "over_budget"]
    assert run.reason == f"the first model (big) gave no answer: {words}; no larger model is available"
    assert (run.status, len(server.bodies)) == ("partial", 1)
    last = run.steps[-1]
    assert (last.proposal.calls, last.decision.final) == ((), False)


def test_what_was_sent_counts_also_when_the_budget_of_seconds_cuts_it_off(server: Any) -> None:
    server.replies = [server.hang]
    with made(server, budgets=Budgets(seconds=1.0)) as agent:
        run = agent.run(TASK)
    (exchange,) = hosted(run)
    assert (exchange.status, exchange.bytes_out) == ("timeout", server.sizes[0])
    assert "what the budget of seconds had left" in run.reason


@pytest.mark.parametrize(
    ("reply", "status"),
    [("error", "down"), ("page", "garbled"), ("placeholder", "garbled"), ("quota", "refused"), ("long", "refused")],
)
def test_a_fault_is_a_partial_result_that_says_so(server: Any, reply: str, status: str) -> None:
    server.replies = {
        "error": [server.error(500, "on fire")],
        "page": [server.page(200, "<html>hello</html>", "text/html")],
        "placeholder": [server.calls(("send", {"to": "⟦CONTACT_9⟧", "text": "x"}))],
        "quota": [server.error(403, "no credit")],
        "long": [server.error(400, "too long", "context_length_exceeded")],
    }[reply]
    with made(server) as agent:
        run = agent.run(TASK)
    (exchange,) = hosted(run)
    assert (run.status, exchange.status, exchange.bytes_out) == ("partial", status, sum(server.sizes))
    assert exchange.error in run.reason
    assert "Ottilie" not in json.dumps(server.bodies)


def test_retries_wait_as_asked_and_are_counted(server: Any) -> None:
    server.replies = [server.error(429, "slow down", retry_after="0.01"), sending(server)]
    with made(server, model=config(server, retries=2)) as agent:
        run = agent.run(TASK)
    (exchange,) = hosted(run)
    assert (run.status, exchange.attempts, exchange.bytes_out) == ("success", 2, sum(server.sizes))


def test_the_deadline_of_the_server_bounds_all_attempts(server: Any) -> None:
    server.replies = [server.hang]
    with made(server, model=config(server, deadline_s=0.2, retries=5)) as agent:
        run = agent.run(TASK)
    assert (run.status, hosted(run)[0].status) == ("partial", "timeout")
    assert "the deadline of 0.2 s" in run.reason


def test_the_breaker_leaves_a_failing_first_model_alone(server: Any) -> None:
    server.replies = [server.error(500, "on fire")]
    broken = Escalation.model_validate({"breaker": {"failures": 1, "open_s": 600}})
    with made(server, escalation=broken) as agent:
        first, second = agent.run(TASK), agent.run(TASK)
    assert len(server.bodies) == 1
    assert (hosted(first)[0].attempts, hosted(second)[0].attempts) == (1, 0)
    assert "the remote model is left alone" in second.reason
    assert second.status == "partial"


def test_offline_refuses_it(server: Any) -> None:
    with made(server, offline=True) as agent:
        run = agent.run(TASK)
    assert server.bodies == []
    assert (run.status, hosted(run)[0].status) == ("partial", "offline")
    assert "`offline` is on" in run.reason


def test_a_cancelled_run_is_cancelled(server: Any) -> None:
    server.replies = [server.hang]
    with made(server) as agent, pytest.raises(Cancelled):
        agent.run(TASK, cancel=Cancel(0.2))


# with a larger model behind it -----------------------------------------------------------------------------------


def test_the_larger_model_takes_over_where_the_first_gives_no_answer(server: Any) -> None:
    server.replies = [server.error(500, "on fire")]
    large = ScriptedModel([answer(call("send", to="⟦CONTACT_1⟧", text="hi"), p=0.9)], name="large")
    with made(server, remote=large) as agent:
        run = agent.run(TASK)
    assert [step.proposal.tier for step in run.steps] == ["hosted", "remote"]
    assert run.steps[1].results[0].text == "Ottilie got: hi"
    assert "on fire" in run.steps[0].decision.reason
    assert all("smaller model" not in fact and "check found" not in fact for fact in large.requests[0].facts)


def test_it_may_defer_only_where_there_is_a_larger_model(server: Any) -> None:
    def offered(body: dict[str, Any]) -> set[str]:
        return {one["function"]["name"] for one in body["tools"]}

    server.replies = [server.calls(("defer", {})), sending(server)]
    large = ScriptedModel([answer(call("send", to="⟦CONTACT_1⟧", text="hi"), p=0.9)], name="large")
    with made(server, remote=large) as agent:
        run = agent.run(TASK)
    assert run.steps[0].decision.action == "escalate"
    assert run.steps[1].results[0].ok
    with made(server) as agent:
        agent.run(TASK)
    assert "defer" in offered(server.bodies[0])
    assert "defer" not in offered(server.bodies[1])


@pytest.mark.parametrize("store", [False, True])
def test_both_tiers_elsewhere_share_one_budget(server: Any, store: bool, tmp_path: Path) -> None:
    kept: Any = tmp_path / "t.db" if store else False
    for limit, statuses in ((2, ("ok", "ok")), (1, ("ok", "over_budget"))):
        server.bodies.clear()
        server.replies = [server.calls(("defer", {})), sending(server)]
        both: dict[str, Any] = {"remote": config(server, on_device=None), "budgets": Budgets(calls=limit)}
        with made(server, **both, store=kept) as agent:
            run = agent.run(TASK)
            if agent.store is not None:
                assert agent.store.run(run.id) == run
        step = run.steps[0]
        assert step.hosted is not None
        assert step.exchange is not None
        assert (step.hosted.status, step.exchange.status) == statuses
        assert len(server.bodies) == limit
        assert "Ottilie" not in json.dumps(server.bodies)
        assert run.status == ("success" if limit == 2 else "partial")


def test_neither_tier_answers(server: Any) -> None:
    server.replies = [server.error(500, "on fire")]
    with made(server, remote=config(server, on_device=None)) as agent:
        run = agent.run(TASK)
    assert (run.status, len(server.bodies)) == ("partial", 2)
    assert run.reason.startswith("the first model (big) gave no answer: the server answered 500: on fire")
    assert [step.decision.action.value for step in run.steps] == ["escalate", "stop"]


def test_each_tier_has_a_breaker_of_its_own(server: Any) -> None:
    assert Breaker().refusal() == ""
    server.replies = [server.error(500, "on fire"), sending(server)]
    shut = Escalation.model_validate({"breaker": {"failures": 1, "open_s": 600}})
    with made(server, remote=config(server, on_device=None), escalation=shut) as agent:
        assert agent.run(TASK).status == "success"
        assert agent.run(TASK).status == "success"
    assert len(server.bodies) == 3


# the trace -------------------------------------------------------------------------------------------------------


def test_exchanges_are_rows_and_no_escalations(server: Any, tmp_path: Path) -> None:
    server.replies = [sending(server)]
    with Store(tmp_path / "t.db") as store:
        with made(server, store=store) as agent:
            run = agent.run(TASK)
        (row,) = store.view("v_exchanges", run.id)
        assert (row["tier"], row["status"], row["bytes_out"]) == ("hosted", "ok", server.sizes[0])
        assert json.loads(row["sent"]) == server.bodies[0]
        assert store.view("v_escalations", run.id) == []
        (listed,) = store.runs()
        assert (listed["escalations"], listed["bytes_out"]) == (0, server.sizes[0])
        assert store.run(run.id) == run


def test_what_was_spent_before_a_pause_counts_after_it(server: Any, tmp_path: Path) -> None:
    server.replies = [server.calls(("ask", {"question": "to whom?"}))]
    settled: dict[str, Any] = {"loop": "until_done", "budgets": Budgets(calls=1), "store": tmp_path / "t.db"}
    with made(server, **settled) as agent:
        paused = agent.run(TASK)
        assert paused.question == "to whom?"
    with made(server, **settled) as other:
        run = other.resume(paused.id, "to Ottilie")
    assert (run.status, [exchange.status for exchange in hosted(run)]) == ("partial", ["ok", "over_budget"])
    assert len(server.bodies) == 1


@pytest.mark.parametrize(("tier", "limit"), [("hosted", 2), ("hosted", 1), ("remote", 1)])
def test_what_was_asked_before_a_cut_counts_after_it(tier: str, limit: int, tmp_path: Path) -> None:
    models: list[ScriptedModel] = []

    def cut(event: Any) -> None:
        if event.kind == "proposed" and event.proposal.tier == tier:
            raise KeyboardInterrupt

    def agent() -> Agent[Any]:
        asked: Any = ScriptedModel([answer(call("look"), p=0.9), answer(finish("ok"), p=0.9)], name="big")
        models.append(asked)
        if tier == "hosted":
            asked.on_device = False
            given: dict[str, Any] = {"model": asked}
        else:
            given = {"model": ScriptedModel([answer(defer(), p=0.9)] * 3), "remote": asked}
        return Agent([look], **given, store=tmp_path / "t.db", budgets=Budgets(calls=limit), trust="fast")

    with agent() as first, pytest.raises(Cancelled):
        first.run("look", run_id="one", listen=cut)
    with agent() as second:
        run = second.resume("one")
    assert sum(len(model.requests) for model in models) == limit
    assert run.status in {"partial", "asked"}
    with Store(tmp_path / "t.db") as store:
        rows = store.view("v_exchanges", "one")
        assert store.run("one") == run
    last = (0, 1) if limit == 1 else (1, 0)
    asked = [(0, 0, "ok"), (0, 1, "ok"), (*last, "over_budget")]
    assert [(row["step"], row["attempt"], row["status"]) for row in rows] == [*asked[:limit], asked[-1]]


def test_an_exchange_that_was_cut_off_is_a_row_and_counts(server: Any, tmp_path: Path) -> None:
    server.replies = [server.hang]
    settled: dict[str, Any] = {"budgets": Budgets(calls=1), "store": tmp_path / "t.db"}
    with made(server, **settled) as agent, pytest.raises(Cancelled):
        agent.run(TASK, run_id="one", cancel=Cancel(0.2))
    with Store(tmp_path / "t.db") as store:
        (row,) = store.view("v_exchanges", "one")
    assert (row["status"], row["attempts"], row["bytes_out"]) == ("cancelled", 1, server.sizes[0])
    assert "CONTACT_1" in row["placeholders"]
    assert "Ottilie" not in row["sent"]
    with made(server, **settled) as other:
        run = other.resume("one")
    assert (run.status, hosted(run)[0].status, len(server.bodies)) == ("partial", "over_budget", 1)


def test_other_calls_of_an_approved_step_are_not_asked_for_again(server: Any, tmp_path: Path) -> None:
    @tool(effect="irreversible")
    def wipe(what: str) -> str:
        """Wipe something."""
        return f"wiped {what}"

    server.replies = [server.calls(("wipe", {"what": "⟦CONTACT_1⟧"}))]
    settled: dict[str, Any] = {"deps": AddressBook(), "store": tmp_path / "t.db", "options": Options(clock=False)}
    with Agent([wipe], model=config(server), loop="single_turn", **settled) as agent:
        paused = agent.run("wipe Ottilie")
        assert paused.question is not None
        assert 'wipe(what="Ottilie")' in paused.question
        run = agent.resume(paused.id, True)
    assert (run.status, run.steps[0].results[0].text, len(server.bodies)) == ("success", "wiped Ottilie", 1)


# the command line ------------------------------------------------------------------------------------------------

PACK = '''
from agentkit import tool

@tool(effect="write")
def send(to: str, text: str) -> str:
    """Send a message to somebody."""
    return f"{to} got: {text}"
'''


def agentkit(*args: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "agentkit", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False, input="")


def spec(folder: Path, server: Any, more: str = "") -> Path:
    (folder / "pack.py").write_text(PACK)
    path = folder / "agent.yaml"
    path.write_text(
        f"tools: [./pack.py]\ntrust: fast\ngraph: {{loop: single_turn}}\n{more}"
        f"models:\n  local: {{kind: remote, model: big, base_url: '{server.url}', retries: 0, on_device: false}}\n"
        f"tasks: ['send 10.1.2.3 to jo@mail.org', 'send 10.1.2.3 to jo@mail.org']\n"
    )
    return path


def test_a_run_of_the_command_line_counts_it_as_not_local(server: Any, tmp_path: Path) -> None:
    server.replies = [server.calls(("send", {"to": "⟦EMAIL_1⟧", "text": "⟦IP_1⟧"}))]
    path = spec(tmp_path, server)
    done = agentkit("run", path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "jo@mail.org got: 10.1.2.3" in done.stdout
    for part in ("local share    0% of 2 proposals", "escalations    0", "exchanges      2, ", "· hosted ·", "↑ big: "):
        assert part in done.stdout
    assert f"{sum(server.sizes):,} bytes sent" in done.stdout
    shown = agentkit("trace", "show", "last")
    assert f"↑ big: ok, {server.sizes[-1]:,} bytes out" in shown.stdout
    assert "jo@mail.org" not in json.dumps(server.bodies)


def test_a_spent_budget_is_exit_code_1(server: Any, tmp_path: Path) -> None:
    server.replies = [server.error(500, "on fire")]
    done = agentkit("run", spec(tmp_path, server, "budgets: {calls: 1}\n"), "--json")
    *runs, last = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 1
    assert [run["status"] for run in runs] == ["partial", "partial"]  # a budget is of one run
    summary = last["summary"]
    assert (summary["local_share"], summary["exchanges"], summary["escalations"]) == (0.0, 2, 0)
    assert (summary["remote_faults"], summary["bytes_out"]) == (2, sum(server.sizes))


def test_check_says_where_the_first_model_is(server: Any, tmp_path: Path) -> None:
    done = agentkit("check", spec(tmp_path, server, "offline: true\n"))
    assert done.returncode == 0, done.stderr
    assert "the first model is not on this machine" in done.stdout
    assert "the first model is never asked" in done.stdout
