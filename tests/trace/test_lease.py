"""One holder per run: alive holders keep it, dead ones lose it, and whoever lost it may not act."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agentkit.errors import LeaseError, TraceError
from agentkit.events import RunStarted
from agentkit.trace import Store
from agentkit.trace.lease import Lease
from agentkit.types import ToolCall, ToolResult

HOLD = """
import sys, time
from agentkit.trace import Store
with Store(sys.argv[1]).lease("r", ttl_s=float(sys.argv[2])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store(tmp_path / "t.db")
    opened.record(RunStarted(run_id="r", task="t"))
    return opened


def holder(store: Store, ttl_s: float = 30.0) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store.path), str(ttl_s)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_a_lease_that_could_not_be_given_back_in_writing_does_not_bind_its_own_process(store: Store) -> None:
    with pytest.raises(TraceError), store.lease("r"):
        store.close()  # as on a full disk: the row stays
    with Store(store.path) as again:
        assert len(again.database.rows("SELECT * FROM leases")) == 1
        with again.lease("r"), pytest.raises(LeaseError), again.lease("r"):
            pass


def test_a_second_holder_is_refused_until_the_first_lets_go(store: Store) -> None:
    with store.lease("r"):
        with pytest.raises(LeaseError, match=f"run r is held by process {os.getpid()}"), store.lease("r"):
            pass
        with store.lease("another"):
            pass
    with store.lease("r"):
        pass


def test_a_killed_holder_is_taken_over_at_once(store: Store) -> None:
    process = holder(store)
    with pytest.raises(LeaseError, match=f"process {process.pid}"), store.lease("r"):
        pass
    end(process)
    with store.lease("r"):
        pass


def test_the_heartbeat_outlives_the_ttl(store: Store) -> None:
    process = holder(store, ttl_s=0.6)
    time.sleep(1.5)
    with pytest.raises(LeaseError), store.lease("r"):
        pass
    end(process)


def test_a_lease_from_another_machine_ends_when_it_expires(store: Store) -> None:
    with store.database.write() as connection:
        connection.execute(
            "INSERT INTO leases(run_id, owner, host, pid, born, expires_at) VALUES ('r','x','elsewhere',1,'',?)",
            (time.time() + 0.3,),
        )
    with pytest.raises(LeaseError, match="on elsewhere"), store.lease("r"):
        pass
    time.sleep(0.4)
    with store.lease("r"):
        pass


def test_whoever_lost_the_lease_cannot_start_a_side_effect(store: Store) -> None:
    call = ToolCall(id="1", name="send")
    with store.lease("r") as lost:
        with store.database.write() as connection:  # as if it expired while the machine slept
            connection.execute("UPDATE leases SET expires_at = 0")
        with Lease(store.database, "r") as taken:
            with pytest.raises(LeaseError, match="was taken over"):
                store.ledger(lost).intent("r", call, "k")
            assert store.ledger(taken).intent("r", call, "k").status == "new"


def test_the_ledger_knows_new_done_and_ambiguous(store: Store) -> None:
    ledger = store.ledger()
    call = ToolCall(id="1", name="send", arguments={"to": "Ann"})
    assert ledger.intent("r", call, "k").status == "new"
    assert ledger.intent("r", call, "k").status == "ambiguous"
    result = ToolResult(call_id="1", name="send", status="ok", value={"id": 7}, text="sent")
    ledger.outcome("k", result)
    ledger.outcome("k", result.model_copy(update={"text": "a later outcome does not count"}))
    found = ledger.intent("r", call, "k")
    assert (found.status, found.result) == ("done", result)
    assert ledger.intent("r", call, "another key").status == "new"


def test_a_person_settles_what_is_unknown(store: Store) -> None:
    ledger = store.ledger()
    did, did_not = ToolCall(id="1", name="send"), ToolCall(id="2", name="send")
    ledger.intent("r", did, "k1")
    ledger.intent("r", did_not, "k2")
    ledger.settle("r", ToolResult(call_id="1", name="send", status="ok", text="done"))
    ledger.retract("r", "2")
    assert [ledger.intent("r", one, key).status for one, key in ((did, "k1"), (did_not, "k2"))] == ["done", "new"]


def test_an_interrupt_while_a_run_is_taken_leaves_it_free(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: Lease) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("agentkit.trace.lease._HEARTBEAT.add", interrupted)
        with pytest.raises(KeyboardInterrupt), store.lease("r"):
            pass
    with store.lease("r"):
        pass
