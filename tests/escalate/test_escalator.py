"""Asking the remote: what leaves, what comes back, and a typed word for every way it can fail."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from agentkit.cancel import Cancel as Flag
from agentkit.errors import Cancelled, ContextOverflowError, OfflineError, RemoteError
from agentkit.escalate import Breaker, Budgets, Escalator, Spent, private_of
from agentkit.models.base import Cancel
from agentkit.models.remote import RemoteModel
from agentkit.models.scripted import ScriptedModel, answer, call, defer, point
from agentkit.types import (
    Check,
    CheckStatus,
    Control,
    Message,
    Proposal,
    ProposeRequest,
    RemoteExchange,
    Sampling,
    ToolCall,
    ToolSpec,
    Usage,
    Verdict,
)

SMS = ToolSpec(
    name="send_sms",
    description="Send a text message.",
    parameters={
        "type": "object",
        "properties": {
            "contact": {"type": "string", "enum": ["Anna Müller", "Bo Li"]},
            "text": {"type": "string", "maxLength": 160},
            "at": {"type": "string", "format": "date-time"},
        },
        "required": ["contact", "text"],
        "additionalProperties": False,
    },
    private=("contact",),
    dynamic=("contact",),
)
PAY = ToolSpec(
    name="pay",
    parameters={
        "type": "object",
        "properties": {"pin": {"type": "integer"}, "to": {"type": "string", "minLength": 15}},
    },
    private=("pin",),
)
NOTE = ToolSpec(name="note", parameters={"type": "object", "properties": {"text": {"type": "string"}}})
TASK = "text anna müller that I am at +44 7700 900123"


def request(text: str = TASK, **more: Any) -> ProposeRequest:
    settings: dict[str, Any] = {"controls": (Control.ABSTAIN, Control.DEFER), "facts": ("it is Monday",), **more}
    return ProposeRequest(tools=(SMS, PAY, NOTE), messages=(Message(role="user", content=text),), **settings)


def local(*points: Any) -> Proposal:
    made = ToolCall(id="1", name="send_sms", arguments={"contact": "Bo Li", "text": "hi"})
    return Proposal(calls=(made,), points=points, model="tiny", confidence_known=bool(points))


def failing(call_index: int | None, path: str | None, evidence: str = "contact: Bo Li was not named") -> Verdict:
    check = Check(name="grounding", status=CheckStatus.FAIL, evidence=evidence, call=call_index, path=path)
    return Verdict(status=CheckStatus.FAIL, checks=(check,))


# what leaves and what comes back ---------------------------------------------------------------------------------


def test_private_values_stay_and_the_answer_comes_back_in_clear() -> None:
    model = ScriptedModel([call("send_sms", contact="⟦CONTACT_1⟧", text="I am at ⟦PHONE_1⟧")], name="big")
    result = Escalator(model).ask(request(), local(), failing(0, "contact"))
    assert result.proposal is not None
    assert result.proposal.tier == "remote"
    assert result.proposal.calls[0].arguments == {"contact": "Anna Müller", "text": "I am at +44 7700 900123"}
    sent = result.exchange.sent
    for clear in ("Anna", "anna", "Müller", "Bo Li", "7700"):
        assert clear not in sent
    assert result.exchange.status == "ok"
    assert {"⟦CONTACT_1⟧", "⟦PHONE_1⟧"} <= set(result.exchange.placeholders)
    assert "⟦CONTACT_1⟧" in result.exchange.received
    asked = model.requests[0]
    assert asked.tools[0].parameters["properties"]["contact"]["enum"] == ["⟦CONTACT_1⟧", "⟦CONTACT_2⟧"]
    assert asked.messages[0].content == "text ⟦CONTACT_1~2⟧ that I am at ⟦PHONE_1⟧"
    assert "stand for private values" in asked.system


def test_defer_is_not_offered_and_the_hint_comes_last() -> None:
    model = ScriptedModel([call("note", text="x")])
    Escalator(model).ask(request(), local(point("0.text", "hi", 0.41, {"yo": 0.4})), failing(0, "contact", "no such"))
    asked = model.requests[0]
    assert asked.controls == (Control.ABSTAIN,)
    assert asked.facts[0] == "it is Monday"
    assert "A smaller model proposed" in asked.facts[1]
    assert "probability 0.41" in asked.facts[1]
    assert "⟦CONTACT_2⟧" in asked.facts[1]
    assert asked.facts[2] == "A check found: no such"


def test_without_private_values_nothing_is_changed() -> None:
    plain = ProposeRequest(tools=(NOTE,), messages=(Message(role="user", content="note: buy milk"),))
    model = ScriptedModel([call("note", text="buy milk")])
    result = Escalator(model).ask(plain)
    assert model.requests[0] == plain
    assert result.exchange.placeholders == ()


def test_values_of_the_program_are_private_too() -> None:
    model = ScriptedModel([call("note", text="⟦OWNER_1⟧")])
    result = Escalator(model).ask(request("note that Zoe Quill called"), private={"owner": ["Zoe Quill"]})
    assert "Zoe" not in result.exchange.sent
    assert result.proposal is not None
    assert result.proposal.calls[0].arguments == {"text": "Zoe Quill"}


def test_private_arguments_of_earlier_calls_stay() -> None:
    earlier = ToolCall(id="1", name="pay", arguments={"pin": 4711, "to": "DE89 3704 0044 0532 0130 00"})
    messages = (
        Message(role="user", content="pay it, my pin is 4711"),
        Message(role="assistant", calls=(earlier,)),
        Message(role="tool", call_id="1", name="pay", content="paid with 4711"),
        Message(role="user", content="again"),
    )
    model = ScriptedModel([call("pay", pin="⟦PIN_1⟧", to="⟦IBAN_1⟧")])
    result = Escalator(model).ask(request().model_copy(update={"messages": messages}))
    assert "4711" not in result.exchange.sent
    assert "3704" not in result.exchange.sent
    assert result.proposal is not None
    assert result.proposal.calls[0].arguments["pin"] == 4711
    assert result.proposal.calls[0].arguments["to"] == "DE89 3704 0044 0532 0130 00"


def test_labels_of_tools_that_are_not_offered_count_too() -> None:
    earlier = ToolCall(id="1", name="pay", arguments={"pin": 4711})
    messages = (Message(role="assistant", calls=(earlier,)), Message(role="user", content="note that 4711 worked"))
    asked = request().model_copy(update={"messages": messages, "tools": (NOTE,)})
    model = ScriptedModel([call("note", text="x"), call("note", text="x")])
    assert "4711" in Escalator(model).ask(asked).exchange.sent
    assert "4711" not in Escalator(model).ask(asked, tools=[PAY]).exchange.sent


def test_deps_may_declare_private_values() -> None:
    class Deps:
        def private_values(self) -> dict[str, list[str]]:
            return {"owner": ["Zoe Quill"]}

    assert private_of(Deps()) == {"owner": ["Zoe Quill"]}
    assert private_of({"owner": "Zoe"}) == {}


def test_schemas_leave_room_for_placeholders() -> None:
    model = ScriptedModel([call("note", text="x")])
    Escalator(model).ask(request(), local())
    contact, text, at = (
        model.requests[0].tools[0].parameters["properties"][name] for name in ("contact", "text", "at")
    )
    assert contact["enum"][0] == "⟦CONTACT_1⟧"
    assert "maxLength" not in text
    assert at["format"] == "date-time"
    pay = model.requests[0].tools[1].parameters["properties"]
    assert pay["pin"]["anyOf"][0] == {"type": "integer"}
    assert "minLength" not in pay["to"]


def test_a_typed_reference_is_left_alone() -> None:
    model = ScriptedModel([call("note", text={"$ref": "1", "path": "id"})])
    result = Escalator(model).ask(request(), private={"secret": ["1", "id"]})
    assert result.proposal is not None
    assert result.proposal.calls[0].arguments == {"text": {"$ref": "1", "path": "id"}}


# how much is sent ------------------------------------------------------------------------------------------------


def test_a_sketch_sends_tools_and_the_last_turn_only() -> None:
    model = ScriptedModel([call("send_sms", contact="⟦CONTACT_1⟧", text="hi")])
    asked = request(system="You are Carl's assistant.").model_copy(
        update={"messages": (Message(role="user", content="old"), Message(role="user", content="text Anna Müller"))}
    )
    result = Escalator(model, send="sketch").ask(asked, local(), None)
    sent = model.requests[0]
    assert [message.content for message in sent.messages] == ["text ⟦CONTACT_1⟧"]
    assert "Carl" not in sent.system
    assert sent.facts == ()
    assert "enum" not in sent.tools[0].parameters["properties"]["contact"]
    assert result.proposal is not None
    assert result.proposal.calls[0].arguments["contact"] == "Anna Müller"


def test_a_disputed_field_is_asked_alone() -> None:
    model = ScriptedModel([answer(call("fill_in", text="I am late"), p={"0.text": 0.9})])
    doubted = local(point("tool", "send_sms", 0.9), point("0.text", "hi", 0.4, {"I": 0.35}))
    result = Escalator(model, send="disputed").ask(request("tell Bo Li I am late"), doubted)
    sent = model.requests[0]
    assert [tool.name for tool in sent.tools] == ["fill_in"]
    assert list(sent.tools[0].parameters["properties"]) == ["text"]
    assert sent.controls == ()
    assert sent.facts == ()
    assert "wavered between hi (0.40), I (0.35)" in sent.messages[0].content
    assert "Bo Li" not in result.exchange.sent
    assert result.proposal is not None
    assert result.proposal.calls == (
        ToolCall(id="1", name="send_sms", arguments={"contact": "Bo Li", "text": "I am late"}),
    )
    assert [(one.field, one.p) for one in result.proposal.points] == [("tool", 0.9), ("0.text", 0.9)]


def test_a_private_field_in_dispute_shows_no_candidates() -> None:
    model = ScriptedModel([call("fill_in", contact="⟦CONTACT_1⟧")])
    doubted = local(point("0.contact", "Bo", 0.5, {"An": 0.45}))
    result = Escalator(model, send="disputed").ask(request(), doubted)
    assert "wavered" not in model.requests[0].messages[0].content
    assert result.proposal is not None
    assert result.proposal.calls[0].arguments == {"contact": "Anna Müller", "text": "hi"}


def test_the_failed_check_names_the_dispute() -> None:
    model = ScriptedModel([call("fill_in", contact="⟦CONTACT_1⟧")])
    doubted = local(point("0.text", "hi", 0.1, {"I": 0.05}))
    Escalator(model, send="disputed").ask(request(), doubted, failing(0, "contact"))
    assert list(model.requests[0].tools[0].parameters["properties"]) == ["contact"]


def test_a_moment_in_dispute_comes_with_the_facts() -> None:
    model = ScriptedModel([call("fill_in", at="2026-11-21T10:00:00")])
    result = Escalator(model, send="disputed").ask(request(), local(point("0.at", "2026", 0.1, {"2027": 0.1})))
    assert model.requests[0].facts == ("it is Monday",)
    assert result.proposal is not None
    assert result.proposal.calls[0].arguments["at"] == "2026-11-21T10:00:00"


def test_a_doubt_about_the_tool_offers_the_tools_in_doubt() -> None:
    model = ScriptedModel([call("note", text="x")])
    Escalator(model, send="disputed").ask(request(), local(point("tool", "send", 0.5, {"note": 0.4})))
    assert [tool.name for tool in model.requests[0].tools] == ["send_sms", "note"]


@pytest.mark.parametrize("verdict", [failing(None, None), failing(0, None), failing(0, "nonsense")])
def test_a_doubt_about_the_whole_sends_the_whole(verdict: Verdict) -> None:
    model = ScriptedModel([call("note", text="x")])
    Escalator(model, send="disputed").ask(request(), local(), verdict)
    assert len(model.requests[0].tools) == 3


def test_an_answer_without_the_disputed_value_is_garbled() -> None:
    model = ScriptedModel([call("fill_in")])
    result = Escalator(model, send="disputed").ask(request(), local(point("0.text", "hi", 0.1)))
    assert result.exchange.status == "garbled"
    assert result.proposal is None


# ways to fail ----------------------------------------------------------------------------------------------------


def test_no_remote_is_absent() -> None:
    escalator = Escalator(None)
    result = escalator.ask(request())
    assert (result.proposal, result.exchange.status, result.exchange.sent) == (None, "absent", "")
    assert not escalator.available


def test_offline_is_never_asked() -> None:
    model = ScriptedModel([call("note", text="x")])
    result = Escalator(model, offline=True).ask(request())
    assert result.exchange.status == "offline"
    assert model.requests == []


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RemoteError("down", status="down"), "down"),
        (RemoteError("late", status="timeout"), "timeout"),
        (RemoteError("cut", status="garbled", received="{"), "garbled"),
        (RemoteError("no", status="refused"), "refused"),
        (ContextOverflowError("too long"), "refused"),
        (OfflineError("no sockets"), "offline"),
        (ValueError("bad"), "down"),
    ],
)
def test_every_fault_has_its_status(error: Exception, status: str) -> None:
    result = Escalator(ScriptedModel([error])).ask(request())
    assert result.proposal is None
    assert result.exchange.status == status
    assert result.exchange.error
    assert "7700" not in result.exchange.sent


def test_a_placeholder_that_was_never_sent_is_garbled() -> None:
    result = Escalator(ScriptedModel([call("note", text="⟦PHONE_9⟧")])).ask(request())
    assert result.exchange.status == "garbled"
    assert "never sent" in result.exchange.error
    assert "⟦PHONE_9⟧" in result.exchange.received


def test_the_deadline_is_a_timeout_and_a_cancel_is_a_cancel() -> None:
    class Slow(ScriptedModel):
        def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
            assert cancel is not None
            cancel.wait(10.0)
            cancel.check()
            raise AssertionError("the deadline did not come")

    assert Escalator(Slow([]), deadline_s=0.05).ask(request()).exchange.status == "timeout"
    stop = Cancel(0.05)
    with pytest.raises(Cancelled):
        Escalator(Slow([]), deadline_s=10.0).ask(request(), cancel=stop)
    short = Escalator(Slow([]), deadline_s=10.0, budget=Budgets(seconds=0.05)).ask(request()).exchange
    assert short.error == "no answer within 0.05 s, which is what the budget of seconds had left"


# budget and breaker ----------------------------------------------------------------------------------------------


def spending(**usage: Any) -> ScriptedModel:
    return ScriptedModel(lambda _: answer(call("note", text="x")).model_copy(update={"usage": Usage(**usage)}))


@pytest.mark.parametrize(
    ("limits", "spent", "words"),
    [
        (Budgets(usd=1.0), Spent(usd=1.0), "1 US dollars"),
        (Budgets(tokens=10), Spent(tokens=11), "10 tokens is used up (11 tokens spent)"),
        (Budgets(calls=2), Spent(calls=2), "2 requests"),
        (Budgets(seconds=1.5), Spent(seconds=2.0), "1.5 seconds"),
        (Budgets(calls=0), Spent(), "0 requests"),
    ],
)
def test_a_budget_that_is_used_up_sends_nothing(limits: Budgets, spent: Spent, words: str) -> None:
    model = spending()
    result = Escalator(model, budget=limits).ask(request(), spent=spent)
    assert result.exchange.status == "over_budget"
    assert words in result.exchange.error
    assert model.requests == []
    assert result.spent == spent


def test_what_is_spent_adds_up() -> None:
    model = spending(prompt_tokens=100, decoded_tokens=10, cost_usd=0.25, bytes_out=70, attempts=2)
    escalator = Escalator(model, budget=Budgets(usd=0.5))
    first = escalator.ask(request())
    assert (first.spent.usd, first.spent.tokens, first.spent.calls, first.spent.bytes_out) == (0.25, 110, 2, 70)
    assert escalator.ask(request()).spent.usd == 0.5
    assert escalator.ask(request()).exchange.status == "over_budget"
    assert escalator.spent.usd == 0.5
    assert escalator.ask(request(), spent=Spent()).exchange.status == "ok"


def test_a_fault_costs_what_it_cost() -> None:
    error = RemoteError("cut", status="garbled", attempts=3, bytes_out=900, bytes_in=5)
    error.cost_usd, error.tokens = 0.1, 7
    result = Escalator(ScriptedModel([error])).ask(request())
    assert (result.spent.usd, result.spent.tokens, result.spent.calls, result.spent.bytes_out) == (0.1, 7, 3, 900)
    assert (result.exchange.attempts, result.exchange.bytes_out, result.exchange.bytes_in) == (3, 900, 5)


def test_the_answer_may_not_be_longer_than_the_tokens_left() -> None:
    model = spending()
    Escalator(model, budget=Budgets(tokens=100)).ask(request(sampling=Sampling(max_tokens=512)), spent=Spent(tokens=60))
    assert model.requests[0].sampling.max_tokens == 40


def test_the_breaker_leaves_a_failing_remote_alone_and_tries_again() -> None:
    now = [0.0]
    down = RemoteError("down")
    model = ScriptedModel([down, down, down, call("note", text="x"), call("note", text="y")])
    escalator = Escalator(model, breaker=Breaker(2, 30.0, clock=lambda: now[0]))
    assert [escalator.ask(request()).exchange.status for _ in range(3)] == ["down"] * 3
    assert model.remaining == 3
    assert "next try is in 30 s" in escalator.ask(request()).exchange.error
    now[0] = 31.0
    assert escalator.ask(request()).exchange.error == "down"
    assert "left alone" in escalator.ask(request()).exchange.error
    now[0] = 62.0
    assert escalator.ask(request()).exchange.status == "ok"
    assert escalator.ask(request()).exchange.status == "ok"


def test_a_refusal_says_nothing_of_the_remotes_health() -> None:
    model = ScriptedModel([RemoteError("no", status="refused")] * 5)
    escalator = Escalator(model, breaker=Breaker(1))
    assert [escalator.ask(request()).exchange.status for _ in range(5)] == ["refused"] * 5


def test_one_trial_at_a_time() -> None:
    now = [0.0]
    breaker = Breaker(1, 10.0, clock=lambda: now[0])
    breaker.failed()
    now[0] = 11.0
    assert breaker.refusal() == ""
    assert "trial is under way" in breaker.refusal()
    breaker.undecided()
    assert breaker.refusal() == ""
    with pytest.raises(ValueError, match="at least 1"):
        Breaker(0)


# over a real socket ----------------------------------------------------------------------------------------------


def test_a_port_where_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    model = RemoteModel("big", base_url=f"http://127.0.0.1:{port}/v1", retries=0)
    result = Escalator(model).ask(request(), local())
    model.close()
    assert result.exchange.status == "down"
    assert result.exchange.bytes_out == 0
    body = json.loads(result.exchange.sent)
    assert body["model"] == "big"
    assert "7700" not in result.exchange.sent


def test_defer_of_a_remote_is_left_to_the_policy() -> None:
    result = Escalator(ScriptedModel([defer()])).ask(request())
    assert result.proposal is not None
    assert result.proposal.control is Control.DEFER


@pytest.mark.parametrize("stop", [KeyboardInterrupt, Cancelled])
def test_an_exchange_that_is_cut_off_is_told_and_counts(stop: type[BaseException]) -> None:
    flag, heard = Flag(), list[RemoteExchange]()

    class CutOff(ScriptedModel):
        def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
            flag.set()
            error = stop("cut off")
            if isinstance(error, Cancelled):
                error.attempts, error.bytes_out = 2, 50
            raise error

    escalator = Escalator(CutOff([]))
    with pytest.raises(stop, match="cut off"):
        escalator.ask(request(), cancel=flag, told=heard.append)
    (exchange,) = heard
    known = (2, 50) if stop is Cancelled else (1, 0)
    assert (exchange.status, exchange.attempts, exchange.bytes_out) == ("cancelled", *known)
    assert exchange.placeholders
    assert "7700" not in exchange.sent
    assert escalator.spent.calls == known[0]
