"""The scripted double: answers in order, stated probabilities, and a clear error when the script ends."""

from __future__ import annotations

import math
import threading
from pathlib import Path

import pytest

from agentkit.errors import Cancelled, RemoteError, WiringError
from agentkit.models.base import Cancel, Model
from agentkit.models.scripted import (
    ScriptedModel,
    ScriptExhaustedError,
    abstain,
    answer,
    ask,
    call,
    defer,
    finish,
    point,
)
from agentkit.spec import InvalidSpecError, ScriptedAnswer, ScriptedCall, ScriptedConfig
from agentkit.types import Control, Message, Proposal, ProposeRequest, ToolCall


def request(text: str = "wake me at 7", *earlier: Message) -> ProposeRequest:
    return ProposeRequest(tools=(), messages=(*earlier, Message(role="user", content=text)))


def test_it_is_a_model_and_answers_in_order() -> None:
    model = ScriptedModel([call("set_alarm", hour=7), abstain(), [call("a"), call("b")]])
    assert isinstance(model, Model)
    first = model.propose(request())
    assert first.calls == (ToolCall(id="1", name="set_alarm", arguments={"hour": 7}),)
    assert first.model == "scripted"
    assert model.propose(request()).control is Control.ABSTAIN
    assert [one.id for one in model.propose(request()).calls] == ["1", "2"]
    assert model.remaining == 0
    assert len(model.requests) == 3


def test_the_controls_are_calls() -> None:
    model = ScriptedModel([ask("when?"), finish("done"), finish(output={"n": 1}), defer()])
    proposals = [model.propose(request()) for _ in range(4)]
    assert [one.control for one in proposals] == [Control.ASK, Control.FINISH, Control.FINISH, Control.DEFER]
    assert [one.calls[0].arguments for one in proposals] == [
        {"question": "when?"},
        {"answer": "done"},
        {"output": {"n": 1}},
        {},
    ]


def test_ids_go_on_from_the_calls_of_the_run() -> None:
    earlier = Message(role="assistant", calls=(ToolCall(id="3", name="a"), ToolCall(id="x", name="b")))
    model = ScriptedModel([call("c")])
    assert model.propose(request("go on", earlier)).calls[0].id == "4"


def test_given_ids_are_kept() -> None:
    assert ScriptedModel([ToolCall(id="k", name="a")]).propose(request()).calls[0].id == "k"


def test_probabilities_become_decision_points() -> None:
    model = ScriptedModel([answer(call("set_alarm", hour=7), p={"tool": 0.9, "0.hour": 0.6})])
    proposal = model.propose(request())
    assert proposal.confidence_known
    assert [(one.field, one.text, one.p) for one in proposal.points] == [
        ("tool", "set_alarm", 0.9),
        ("0.hour", "7", 0.6),
    ]


def test_without_probabilities_confidence_is_not_known() -> None:
    proposal = ScriptedModel([call("a")]).propose(request())
    assert not proposal.confidence_known
    assert proposal.points == ()


def test_a_point_computes_margin_and_entropy_from_the_distribution() -> None:
    made = point("tool", "a", 0.5, {"b": 0.3, "c": 0.1})
    assert math.isclose(made.margin, 0.2)
    assert made.legal == 4
    assert math.isclose(made.entropy, -sum(q * math.log(q) for q in (0.5, 0.3, 0.1, 0.1)))
    assert [one.text for one in made.alternatives] == ["b", "c"]
    assert point("tool", "a", 1.0).entropy == 0.0
    with pytest.raises(WiringError, match="do not make a distribution"):
        point("tool", "a", 0.8, {"b": 0.5})


def test_the_end_of_the_script_is_a_clear_error() -> None:
    model = ScriptedModel([call("a")], name="tiny")
    model.propose(request())
    with pytest.raises(ScriptExhaustedError, match=r"model 'tiny' has 1 answers and was asked for answer 2.*'again'"):
        model.propose(request("again"))


def test_a_function_sees_the_request() -> None:
    model = ScriptedModel(lambda asked: call("echo", text=asked.messages[-1].content))
    assert model.propose(request("hello")).calls[0].arguments == {"text": "hello"}
    assert model.remaining is None


def test_an_exception_is_raised_and_a_proposal_returned_as_it_is() -> None:
    whole = Proposal(calls=(), model="other")
    model = ScriptedModel([RemoteError("down"), whole])
    with pytest.raises(RemoteError, match="down"):
        model.propose(request())
    assert model.propose(request()) is whole


def test_usage_invents_nothing() -> None:
    usage = ScriptedModel([call("a")]).propose(request()).usage
    assert (usage.prompt_tokens, usage.decoded_tokens, usage.forward_passes, usage.cost_usd) == (0, 0, 0, 0.0)
    assert list(usage.ms) == ["decode"]


def test_a_script_from_a_spec() -> None:
    calls = (ScriptedCall(name="add", arguments={"a": 1}),)
    config = ScriptedConfig(
        answers=(ScriptedAnswer(calls=calls, p={"0.a": 0.7}), ScriptedAnswer(calls=(ScriptedCall(name="abstain"),)))
    )
    model = ScriptedModel.from_config(config)
    first = model.propose(request())
    assert first.calls[0].arguments == {"a": 1}
    assert first.points[0].text == "1"
    assert model.propose(request()).control is Control.ABSTAIN


def test_a_script_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text("- calls: [{name: add, arguments: {a: 1}}]\n  p: 0.8\n", encoding="utf-8")
    model = ScriptedModel.from_config(ScriptedConfig(path=str(path)))
    assert model.name == "answers"
    assert model.propose(request()).points[0].p == 0.8


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- calls: [{nome: add}]", r"answers.yaml:1:12: unknown key `nome` in `\[0\].calls\[0\]`"),
        ("calls: []", "answers.yaml:1:1: the file should be a list, not a mapping"),
        ("- [", "answers.yaml:1:4: the file ends inside brackets"),
        ("", "answers.yaml:1:1: the file is empty"),
    ],
)
def test_a_script_that_cannot_be_read_says_where(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidSpecError, match=words):
        ScriptedModel.from_config(ScriptedConfig(path=str(path)))
    with pytest.raises(InvalidSpecError, match=r"none.yaml: there is no such file"):
        ScriptedModel.from_config(ScriptedConfig(path=str(tmp_path / "none.yaml")))


def test_a_set_cancel_stops_it_before_the_script_moves() -> None:
    model = ScriptedModel([call("a")])
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        model.propose(request(), cancel=cancel)
    assert model.remaining == 1


def test_threads_share_one_script() -> None:
    model = ScriptedModel([call("a", n=n) for n in range(40)])
    seen: list[object] = []

    def work() -> None:
        for _ in range(10):
            seen.append(model.propose(request()).calls[0].arguments["n"])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert sorted(seen, key=str) == sorted(range(40), key=str)
