"""Cassettes: what is recorded is replayed, and a miss says in which field the request differs."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentkit.errors import Cancelled, ContextOverflowError, RemoteError, WiringError
from agentkit.models.base import Cancel, Model
from agentkit.models.cassette import CassetteMissError, CassetteModel
from agentkit.models.scripted import ScriptedModel, answer, call
from agentkit.spec.models import CassetteConfig, ScriptedAnswer, ScriptedCall, ScriptedConfig
from agentkit.types import Message, ProposeRequest, Sampling, ToolSpec, Usage

NOTE = ToolSpec(name="note", parameters={"type": "object", "properties": {"text": {"type": "string"}}})


def request(text: str = "note this", **more: Any) -> ProposeRequest:
    return ProposeRequest(tools=(NOTE,), messages=(Message(role="user", content=text),), **more)


def recorded(path: Path, *script: Any, texts: tuple[str, ...] = ("note this",)) -> None:
    with_inner = CassetteModel(path, mode="record", inner=ScriptedModel(list(script), name="big"))
    for text in texts:
        with_inner.propose(request(text))


def test_what_is_recorded_is_replayed(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "one.jsonl"
    given_answer = answer(call("note", text="this"), p={"tool": 0.9}).model_copy(
        update={"usage": Usage(prompt_tokens=12, cost_usd=0.1)}
    )
    inner = ScriptedModel([given_answer], name="big")
    first = CassetteModel(path, mode="record", inner=inner).propose(request())
    replay = CassetteModel(path)
    assert isinstance(replay, Model)
    assert replay.name == "big"
    assert replay.propose(request()) == first
    assert replay.propose(request()) == first
    replay.close()


def test_repeated_requests_are_answered_in_order(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    recorded(path, call("note", text="1"), call("note", text="2"), texts=("same", "same"))
    replay = CassetteModel(path)
    said = [replay.propose(request("same")).calls[0].arguments["text"] for _ in range(3)]
    assert said == ["1", "2", "2"]


def test_a_miss_names_the_field_that_differs(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    recorded(path, call("note"), call("note"), texts=("buy milk", "call Anna"))
    with pytest.raises(CassetteMissError) as caught:
        CassetteModel(path).propose(request("call Bo", sampling=Sampling(seed=3)))
    assert "line 1" in caught.value.message
    assert '`messages[0].content`: recorded "buy milk", asked "call Bo"' in caught.value.message
    assert "`sampling.seed`: recorded 0, asked 3" in caught.value.message


def test_the_nearest_is_the_one_with_fewest_differences(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    inner = ScriptedModel([call("note"), call("note")])
    record = CassetteModel(path, mode="record", inner=inner)
    record.propose(request("a", system="x", facts=("f",), max_calls=2))
    record.propose(request("b"))
    with pytest.raises(
        CassetteMissError, match=r"line 2, differs in `facts\[0\]`: recorded nothing, asked \"g\"; `facts`"
    ):
        CassetteModel(path).propose(request("b", facts=("g",)))


def test_many_differences_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    recorded(path, call("note"))
    with pytest.raises(CassetteMissError, match="and 2 more"):
        CassetteModel(path).propose(
            request("x" * 200, system="s", max_calls=1, sampling=Sampling(seed=1, max_tokens=1))
        )


def test_ignored_fields_take_no_part(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    inner = ScriptedModel([call("note")])
    CassetteModel(path, mode="record", inner=inner, ignore=("facts",)).propose(request(facts=("it is 10:00",)))
    assert CassetteModel(path, ignore=("facts",)).propose(request(facts=("it is 11:00",))).calls
    with pytest.raises(WiringError, match="no field of a request"):
        CassetteModel(path, ignore=("fact",))


def test_the_time_takes_no_part(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    inner = ScriptedModel([call("note")])
    CassetteModel(path, mode="record", inner=inner).propose(request(facts=("now: Monday 10:00", "screen: home")))
    assert CassetteModel(path).propose(request(facts=("now: Tuesday 11:30", "screen: home"))).calls
    with pytest.raises(CassetteMissError, match=r"`facts\[0\]`: recorded \"screen: home\", asked \"screen: lock\""):
        CassetteModel(path).propose(request(facts=("now: Monday 10:00", "screen: lock")))


def test_auto_records_only_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    recorded(path, call("note", text="old"))
    inner = ScriptedModel([call("note", text="new")])
    auto = CassetteModel(path, mode="auto", inner=inner)
    assert auto.propose(request()).calls[0].arguments == {"text": "old"}
    assert auto.propose(request("other")).calls[0].arguments == {"text": "new"}
    assert auto.propose(request("other")).calls[0].arguments == {"text": "new"}
    assert inner.remaining == 0
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2


def test_record_starts_anew(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    recorded(path, call("note", text="old"))
    recorded(path, call("note", text="new"))
    assert CassetteModel(path).propose(request()).calls[0].arguments == {"text": "new"}


def test_failures_are_recorded_too(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    script = [RemoteError("busy", status="timeout"), ContextOverflowError("long")]
    record = CassetteModel(path, mode="record", inner=ScriptedModel(script))
    for text, kind in (("a", RemoteError), ("b", ContextOverflowError)):
        with pytest.raises(kind):
            record.propose(request(text))
    with pytest.raises(RemoteError, match="busy") as caught:
        CassetteModel(path).propose(request("a"))
    assert caught.value.status == "timeout"
    with pytest.raises(ContextOverflowError, match="long"):
        CassetteModel(path).propose(request("b"))


def test_set_up_errors_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WiringError, match="there is no cassette"):
        CassetteModel(tmp_path / "none.jsonl")
    with pytest.raises(WiringError, match="needs the model to record"):
        CassetteModel(tmp_path / "x.jsonl", mode="auto")
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"key": "a", "request": {}}\nnot json\n', encoding="utf-8")
    with pytest.raises(WiringError, match=r"broken\.jsonl:2: not a recorded exchange"):
        CassetteModel(broken)
    empty = tmp_path / "empty.jsonl"
    empty.write_text("", encoding="utf-8")
    with pytest.raises(CassetteMissError, match="is empty"):
        CassetteModel(empty).propose(request())
    assert CassetteModel(empty).name == "empty"


def test_a_cassette_from_a_spec(tmp_path: Path) -> None:
    path = str(tmp_path / "one.jsonl")
    inner = ScriptedConfig(answers=(ScriptedAnswer(calls=(ScriptedCall(name="note", arguments={"text": "hi"}),)),))
    record = CassetteModel.from_config(CassetteConfig(path=path, mode="record", inner=inner))
    wanted = record.propose(request())
    record.close()
    assert CassetteModel.from_config(CassetteConfig(path=path)).propose(request()) == wanted


def test_a_cancel_is_heeded(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    recorded(path, call("note"))
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        CassetteModel(path).propose(request(), cancel=cancel)


def test_threads_may_record_together(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    record = CassetteModel(path, mode="record", inner=ScriptedModel(lambda asked: call("note", n=len(asked.messages))))
    threads = [threading.Thread(target=record.propose, args=(request(str(n)),)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    replay = CassetteModel(path)
    assert all(replay.propose(request(str(n))).calls for n in range(16))


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_keeps_its_own_recording(tmp_path_factory: pytest.TempPathFactory, one: str, other: str) -> None:
    path = tmp_path_factory.mktemp("cassette") / "one.jsonl"
    inner = ScriptedModel(lambda asked: call("note", text=asked.messages[0].content))
    record = CassetteModel(path, mode="record", inner=inner)
    for text in (one, other):
        record.propose(request(text))
    replay = CassetteModel(path)
    for text in (other, one):
        assert replay.propose(request(text)).calls[0].arguments == {"text": text}
