"""The trace: what is stored is what is loaded, twice is once, and faults are one clear error."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils.migrations import Migrations

from agentkit import events
from agentkit.errors import TraceError, WiringError
from agentkit.trace import Store, schema
from agentkit.types import (
    Action,
    Alternative,
    Check,
    CheckStatus,
    Decision,
    DecisionPoint,
    Message,
    Proposal,
    ProposeRequest,
    RemoteExchange,
    Run,
    Step,
    ToolCall,
    ToolResult,
    ToolSpec,
    Usage,
    Verdict,
)

TEXT = st.text(max_size=12)
REAL = st.floats(allow_nan=False, allow_infinity=False)
JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | REAL | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
POINTS = st.builds(
    DecisionPoint,
    **dict.fromkeys(("p", "mass", "margin", "entropy"), REAL),
    field=TEXT,
    text=TEXT,
    legal=st.integers(0, 2**40),
    alternatives=st.lists(st.builds(Alternative, text=TEXT, p=REAL), max_size=2).map(tuple),
)
CHECKS = st.builds(
    Check,
    name=TEXT,
    status=st.sampled_from(CheckStatus),
    evidence=TEXT,
    score=st.none() | REAL,
    call=st.none() | st.integers(0, 9),
    path=st.none() | TEXT,
    ms=REAL,
    repairable=st.booleans(),
)
VERDICTS = st.builds(
    Verdict,
    status=st.sampled_from(CheckStatus),
    checks=st.lists(CHECKS, max_size=3).map(tuple),
    probability=st.none() | REAL,
    calibrated=st.booleans(),
)
DECISIONS = st.builds(
    Decision,
    action=st.sampled_from(Action),
    reason=TEXT,
    feedback=st.none() | TEXT,
    question=st.none() | TEXT,
    approval=st.booleans(),
    final=st.booleans(),
    threshold=st.none() | REAL,
)
USAGE = st.builds(
    Usage,
    prompt_tokens=st.integers(0, 2**31),
    ms=st.dictionaries(st.sampled_from(["render", "decode"]), st.floats(0, 1e6)),
    cost_usd=REAL,
    bytes_out=st.integers(0, 2**40),
)
EXCHANGES = st.builds(
    RemoteExchange, model=TEXT, sent=TEXT, received=TEXT, placeholders=st.lists(TEXT, max_size=2).map(tuple), ms=REAL
)


@st.composite
def proposals(draw: st.DrawFn, first: int = 1, depth: int = 1) -> Proposal:
    count = draw(st.integers(0, 3))
    return Proposal(
        calls=tuple(
            ToolCall(id=str(first + n), name=draw(TEXT), arguments=draw(st.dictionaries(TEXT, JSON, max_size=2)))
            for n in range(count)
        ),
        points=tuple(draw(st.lists(POINTS, max_size=3))),
        confidence_known=draw(st.booleans()),
        model=draw(TEXT),
        tier=draw(st.sampled_from(["local", "hosted", "remote", "script"])),
        text=draw(TEXT),
        reasoning=draw(TEXT),
        truncated=draw(st.booleans()),
        usage=draw(USAGE),
        others=(draw(proposals(depth=0)),) if depth and draw(st.booleans()) else (),
    )


@st.composite
def runs(draw: st.DrawFn) -> Run:
    steps: list[Step] = []
    for index in range(draw(st.integers(0, 3))):
        proposal = draw(proposals(first=10 * index + 1))
        results = tuple(
            ToolResult(
                call_id=call.id,
                name=call.name,
                status=draw(st.sampled_from(["ok", "failed", "ambiguous"])),
                value=draw(JSON),
                text=draw(TEXT),
                error=draw(TEXT),
                ms=draw(REAL),
                truncated=draw(st.booleans()),
            )
            for call in proposal.calls
            if draw(st.booleans())
        )
        hosted, exchange = draw(st.none() | EXCHANGES), draw(st.none() | EXCHANGES)
        verdict, decision = draw(VERDICTS), draw(DECISIONS)
        steps.append(
            Step(
                index=index,
                proposal=proposal,
                verdict=verdict,
                decision=decision,
                results=results,
                hosted=hosted,
                exchange=exchange,
                ms=draw(REAL),
            )
        )
    return Run(
        id=uuid.uuid4().hex,  # fresh even when an example is replayed
        task=draw(TEXT),
        status=draw(st.sampled_from(["success", "asked", "partial", "failed", "cancelled"])),
        reason=draw(TEXT),
        answer=draw(TEXT),
        output=draw(JSON),
        question=draw(st.none() | TEXT),
        steps=tuple(steps),
        ms=draw(REAL),
        cost_usd=draw(REAL),
    )


REQUEST = ProposeRequest(
    tools=(ToolSpec(name="look", description="Look.", private=("at",)),),
    messages=(
        Message(role="user", content="look at this"),
        Message(role="tool", content="x", call_id="1", name="look"),
    ),
    system="Be brief.",
    facts=("now: today",),
    results={"1": {"type": "string"}},
)


def events_of(run: Run, request: ProposeRequest = REQUEST) -> list[events.AnyEvent]:
    told: list[events.AnyEvent] = [events.RunStarted(run_id=run.id, task=run.task)]
    for step in run.steps:
        at: Any = {"run_id": run.id, "step": step.index}
        told += [events.Exchanged(**at, exchange=step.hosted)] if step.hosted else []
        told += [
            events.Proposed(**at, request=request, proposal=step.proposal),
            events.Verified(**at, verdict=step.verdict),
            events.Decided(**at, decision=step.decision),
        ]
        told += [events.Escalated(**at, exchange=step.exchange)] if step.exchange else []
        calls = {call.id: call for call in step.proposal.calls}
        for result in reversed(step.results):
            told += [events.Executed(**at, call=calls[result.call_id], result=result)]
        told += [events.StepEnded(**at, ms=step.ms)]
    return [*told, events.RunFinished(run_id=run.id, run=run)]


@pytest.fixture(scope="module")
def memory() -> Any:
    with Store(":memory:") as store:
        yield store


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(run=runs())
def test_what_is_stored_is_what_is_loaded(memory: Store, run: Run) -> None:
    memory.record(*events_of(run))
    assert memory.run(run.id) == run
    assert all(memory.request(run.id, step.index) == REQUEST for step in run.steps)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(run=runs(), cut=st.integers(0, 30))
def test_events_told_again_from_any_step_leave_the_same_rows(memory: Store, run: Run, cut: int) -> None:
    told = events_of(run)
    memory.record(*told)
    starts = [n for n, event in enumerate(told) if isinstance(event, events.Proposed)] or [0]
    memory.record(*told[starts[cut % len(starts)] :])
    assert memory.run(run.id) == run


def simple_run(run_id: str = "abc", status: Any = "success") -> Run:
    calls = (ToolCall(id="1", name="look", arguments={"at": "the moon"}),)
    check = Check(name="schema", status=CheckStatus.FAIL, evidence="No.", ms=0.5)
    step = Step(
        index=0,
        proposal=Proposal(calls=calls, model="m", usage=Usage(ms={"decode": 2.0})),
        verdict=Verdict(status=CheckStatus.FAIL, checks=(check,), probability=0.5),
        decision=Decision(action=Action.EXECUTE, reason="sure"),
        results=(ToolResult(call_id="1", name="look", status="ok", value={"seen": True}, text="seen", ms=1.0),),
        exchange=RemoteExchange(model="big", sent="<A>", received="{}", placeholders=("<A>",), bytes_out=3),
    )
    return Run(id=run_id, task="look", status=status, steps=(step,), ms=3.0)


def test_the_views_read_from_the_sqlite3_shell(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    with Store(path) as store:
        store.record(*events_of(simple_run()))
    plain = sqlite3.connect(path)
    plain.row_factory = sqlite3.Row
    row = {name: dict(plain.execute(f"select * from {name}").fetchone()) for name in ("v_runs", "v_steps", "v_calls")}
    assert (row["v_runs"]["status"], row["v_runs"]["calls_ok"], row["v_runs"]["escalations"]) == ("success", 1, 1)
    assert (row["v_steps"]["action"], row["v_steps"]["failed_check"]) == ("execute", "schema")
    assert (row["v_calls"]["status"], row["v_calls"]["arguments"]) == ("ok", '{"at": "the moon"}')
    escalation = dict(plain.execute("select * from v_escalations").fetchone())
    assert (escalation["sent"], escalation["bytes_out"]) == ("<A>", 3)
    check = dict(plain.execute("select * from v_checks").fetchone())
    assert (check["catch_rate"], check["price_ms"]) == (1.0, 0.5)
    plain.close()


def test_a_run_that_never_ended_says_how_to_go_on(tmp_path: Path) -> None:
    with Store(tmp_path / "t.db") as store:
        store.record(*events_of(simple_run())[:-1])
        run = store.run("abc")
    assert (run.status, run.reason) == ("partial", "the run did not end; resume it with its id")
    assert len(run.steps) == 1


def test_a_step_without_a_decision_is_not_a_step(tmp_path: Path) -> None:
    with Store(tmp_path / "t.db") as store:
        store.record(*events_of(simple_run())[:3])
        assert store.run("abc").steps == ()


def test_prompts_are_stored_once(tmp_path: Path) -> None:
    with Store(tmp_path / "t.db") as store:
        store.record(*events_of(simple_run("a")))
        store.record(*events_of(simple_run("b")))
        kinds = [row["kind"] for row in store.database.rows("SELECT kind FROM contents ORDER BY kind")]
    assert kinds == ["message", "message", "schema", "system"]


def test_a_run_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    with Store(tmp_path / "t.db") as store:
        store.record(*events_of(simple_run("abc1")), *events_of(simple_run("abc2")), *events_of(simple_run("x_y")))
        assert store.run("x").id == "x_y"
        with pytest.raises(WiringError, match="several runs whose id begins with 'abc'"):
            store.run("abc")
        with pytest.raises(WiringError, match="no run 'x%'"):
            store.run("x%")
        with pytest.raises(WiringError, match="no run ''"):
            store.run("")
        assert [row["id"] for row in store.runs(limit=2)] == ["x_y", "abc2"] or len(store.runs(limit=2)) == 2


def test_export_gives_one_json_able_line_per_run(tmp_path: Path) -> None:
    with Store(tmp_path / "t.db") as store:
        store.record(*events_of(simple_run()))
        (line,) = store.export()
    requests = line["requests"]
    assert Run.model_validate({key: value for key, value in line.items() if key != "requests"}) == simple_run()
    assert [ProposeRequest.model_validate(one) for one in requests] == [REQUEST]


def test_exchanges_of_an_older_file_are_those_with_the_larger_model(tmp_path: Path) -> None:
    path, run = tmp_path / "t.db", simple_run()
    write_old(path)
    with Store(path) as store:
        (row,) = store.view("v_escalations")
        assert (row["run_id"], row["sent"], row["bytes_out"]) == ("abc", "<A>", 3)
        assert [own["id"] for own in store.database.rows("select id from my_runs")] == ["abc"]
        store.record(*events_of(run))
        assert store.run("abc") == run


@pytest.mark.parametrize("logged", [False, True], ids=["no log", "a log beside it"])
def test_an_older_file_is_read_where_nothing_can_be_written(logged: bool, tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    write_old(path)
    writer = sqlite3.connect(path)
    if logged:
        writer.execute("pragma journal_mode=wal")
        writer.execute("update runs set task = 'look again'")
        writer.commit()
        (tmp_path / "t.db-shm").unlink()
    names = sorted(file.name for file in tmp_path.iterdir() if file.stat().st_size)
    before = [(tmp_path / name).read_bytes() for name in names]
    path.chmod(0o400)
    tmp_path.chmod(0o500)
    with Store(path, looking=True) as store:
        (row,) = store.runs()
        assert (row["id"], row["task"]) == ("abc", "look again" if logged else "look")
        (row,) = store.view("v_escalations")
        assert row["sent"] == "<A>"
    tmp_path.chmod(0o700)
    assert [(tmp_path / name).read_bytes() for name in names] == before
    writer.close()


def write_old(path: Path) -> None:
    """A trace of schema 2, with one run and one exchange."""
    before = Migrations("agentkit")
    before(name="m001_trace")(schema.m001_trace)
    before(name="m002_history")(schema.m002_history)
    old = sqlite_utils.Database(path)
    before.apply(old)
    old.conn.execute(
        "insert into runs values ('abc', 'look', '', 'running', '', '', 'null', null, 0, 0, 0, 0, 0, '[]')"
    )
    old.conn.execute("create view v_escalations as select sent from exchanges")
    old.conn.execute("create view my_runs as select id from runs")
    old.conn.execute(
        "insert into exchanges values ('abc', 0, 'big', '<A>', '{}', '[\"<A>\"]', 3, 0, 1, 'ok', '', 0.0, 0.0)"
    )
    old.conn.execute("pragma user_version=2")
    old.conn.commit()
    old.close()


def test_a_newer_schema_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    Store(path).close()
    plain = sqlite3.connect(path)
    plain.execute("PRAGMA user_version=99")
    plain.close()
    with pytest.raises(TraceError, match=r"t\.db has schema 99; this agentkit knows schemas up to"):
        Store(path)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    path.write_bytes(b"not a database, whatever its name says" * 40)
    with pytest.raises(TraceError, match=r"t\.db: file is not a database\n  hint: move the file away"):
        Store(path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    with pytest.raises(TraceError, match=r"cannot open the trace .*a file"):
        Store(blocked / "t.db")


def test_a_full_disk_is_one_clear_error_and_what_was_written_stays(tmp_path: Path) -> None:
    with Store(tmp_path / "t.db") as store:
        store.record(*events_of(simple_run("kept")))
        pages = store.database.rows("PRAGMA page_count")[0][0]
        store.database.rows(f"PRAGMA max_page_count={pages}")
        big = simple_run("lost").model_copy(update={"answer": "x" * 500_000})
        with pytest.raises(TraceError, match=r"t\.db: database or disk is full\n  hint: free some disk space"):
            store.record(*events_of(big))
        store.database.rows("PRAGMA max_page_count=1000000")
        assert store.run("kept") == simple_run("kept")
        assert not store.exists("lost")
        store.record(*events_of(big))
        assert store.run("lost") == big


def test_the_trace_is_private_to_its_user(tmp_path: Path) -> None:
    path = tmp_path / "new" / "t.db"
    Store(path).close()
    assert [stat.S_IMODE(one.stat().st_mode) & 0o077 for one in (path, path.parent)] == [0, 0]


def test_two_processes_may_open_a_new_trace_at_once(tmp_path: Path) -> None:
    code = "import sys; from agentkit.trace import Store; Store(sys.argv[1]).close()"
    started = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "t.db")]) for _ in range(3)]
    assert [process.wait(60) for process in started] == [0, 0, 0]
