"""Private labels where the small model deferred: nobody said which words are the value, and none of them leaves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentkit import tool
from agentkit.escalate import Escalator, Redactor, labels_of
from agentkit.models.base import Model
from agentkit.models.scripted import ScriptedModel, call, defer
from agentkit.types import Message, Proposal, ProposeRequest, ToolCall, ToolSpec

REDACTOR = Redactor()


def spec(name: str, private: tuple[str, ...], properties: dict[str, Any], description: str = "") -> ToolSpec:
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return ToolSpec(name=name, description=description, parameters=schema, private=private)


PAY = spec("pay", ("pin",), {"pin": {"type": "integer"}, "times": {"type": "integer"}}, "Pay a bill.")
BORN = spec("set_birthday", ("day",), {"day": {"type": "string", "format": "date"}}, "Remember a birthday.")
CODE = spec("unlock", ("code",), {"code": {"type": "string", "pattern": "^[A-Z]{2}-\\d{3}$"}}, "Open the door.")
MOOD = spec("log_mood", ("mood",), {"mood": {"enum": ["happy", "sad", None]}}, "Log how you are.")
SEND = spec("send", ("text",), {"text": {"type": "string"}, "loud": {"type": "boolean"}}, "Send a message to someone.")
PLAIN = spec("set_alarm", (), {"hour": {"type": "integer"}}, "Set an alarm.")


def request(text: str, *tools: ToolSpec, **more: Any) -> ProposeRequest:
    return ProposeRequest(tools=tools, messages=(Message(role="user", content=text),), **more)


def asked(text: str, *tools: ToolSpec, local: Proposal | None = None, **more: Any) -> tuple[ProposeRequest, str]:
    """What a larger model sees of a deferred step, and all that left as text."""
    model = ScriptedModel([call("set_alarm", hour=7)], name="big")
    result = Escalator(model).ask(request(text, *tools, **more), local or deferred())
    return model.requests[0], result.exchange.sent


def deferred() -> Proposal:
    small: Model = ScriptedModel([defer()])
    return small.propose(request("x"))


@pytest.mark.parametrize(
    ("said", "tool", "hidden", "left"),
    [
        ("pay it, my pin is 4711", PAY, ["4711"], "pay it, my pin is ⟦PIN_1⟧"),
        ("pay, pin four seven one one", PAY, ["four", "seven"], "pay, pin ⟦PIN_1⟧"),
        ("pay with twenty-five hundred", PAY, ["twenty", "five", "hundred"], "pay with ⟦PIN_1⟧"),
        ("pay it, pin A4711b", PAY, ["4711"], "pay it, pin ⟦PIN_1⟧"),
        ("born on the 3rd of March 1980", BORN, ["3rd", "March", "1980"], "born on the ⟦DAY_1⟧ of ⟦DAY_2⟧ ⟦DAY_3⟧"),
        ("she was born yesterday", BORN, ["yesterday"], "she was born ⟦DAY_1⟧"),
        ("open it with AB-123.", CODE, ["AB", "123"], "open it with ⟦CODE_1⟧."),
        ("open it with ab 123, please", CODE, ["123"], "open it with ⟦CODE_1⟧, please"),
        ("I am so sad today", MOOD, ["sad"], "I am so ⟦MOOD_1⟧ today"),
        (
            "send that the transfer to Zed is late",
            SEND,
            ["transfer", "Zed", "late"],
            "send that the ⟦TEXT_1⟧ to ⟦TEXT_2⟧ is ⟦TEXT_3⟧",
        ),
    ],
)
def test_what_could_be_the_value_of_a_private_argument_is_replaced(
    said: str, tool: ToolSpec, hidden: list[str], left: str
) -> None:
    seen, sent = asked(said, tool, PLAIN)
    assert seen.messages[0].content == left
    assert not [word for word in hidden if word in sent]


def test_nothing_more_is_replaced_where_no_label_can_be_meant() -> None:
    assert asked("wake me at 7", PLAIN)[0].messages[0].content == "wake me at 7"
    assert asked("wake me at 7", MOOD, PLAIN)[0].messages[0].content == "wake me at 7"
    switch = spec("lock", ("on",), {"on": {"type": "boolean"}})
    assert asked("wake me at 7", switch, PLAIN)[0].messages[0].content == "wake me at 7"


def test_a_proposed_call_says_which_tool_it_is_about() -> None:
    local = Proposal(calls=(ToolCall(id="1", name="set_alarm", arguments={"hour": 8}),), model="tiny")
    assert asked("wake me at 7", PAY, SEND, PLAIN, local=local)[0].messages[0].content == "wake me at 7"


def test_a_private_number_of_a_call_is_replaced_however_it_was_said() -> None:
    local = Proposal(calls=(ToolCall(id="1", name="pay", arguments={"pin": 4711}),), model="tiny")
    _, sent = asked("pay, my pin is four seven one one", PAY, local=local)
    assert "seven" not in sent
    assert "4711" not in sent


def test_a_text_that_the_call_reworded_is_replaced_where_its_words_stand() -> None:
    local = Proposal(calls=(ToolCall(id="1", name="send", arguments={"text": "I run late again"}),), model="tiny")
    seen, _ = asked("send a message that I'm running late again", SEND, local=local)
    assert seen.messages[0].content == "send a message that I'm ⟦TEXT_1⟧ ⟦TEXT_2⟧ ⟦TEXT_3⟧"


def test_a_text_that_was_made_up_says_nothing_of_the_one_that_was_meant() -> None:
    local = Proposal(calls=(ToolCall(id="1", name="send", arguments={"text": "buy some bread"}),), model="tiny")
    assert labels_of(request("send that Zed is ill", SEND), local).open == ("send.text",)
    seen, _ = asked("send that Zed is ill", SEND, local=local)
    assert seen.messages[0].content == "send that ⟦TEXT_1⟧ is ⟦TEXT_2⟧"


def test_the_clock_stays_and_other_facts_do_not() -> None:
    facts = ("now: Saturday 2026-11-21 14:10", "the screen shows 4711")
    seen, _ = asked("pay", PAY, facts=facts)
    assert seen.facts[:2] == ("now: Saturday 2026-11-21 14:10", "the screen shows ⟦PIN_1⟧")


def test_the_hint_stays_readable() -> None:
    seen, _ = asked("send that Zed is ill", SEND)
    assert seen.facts == ('A smaller model proposed [{"name": "defer", "arguments": {}}].',)


def test_numbers_in_earlier_calls_are_replaced_too() -> None:
    turns = (
        Message(role="user", content="my pin is 4711"),
        Message(role="assistant", calls=(ToolCall(id="1", name="set_alarm", arguments={"hour": 4711}),)),
    )
    model = ScriptedModel([call("set_alarm", hour=7)])
    result = Escalator(model).ask(ProposeRequest(tools=(PAY, PLAIN), messages=turns), deferred())
    assert "4711" not in result.exchange.sent


@pytest.mark.parametrize(
    ("said", "tool", "arguments", "want"),
    [
        ("pin 4711", PAY, {"pin": "⟦PIN_1⟧", "times": 2}, {"pin": 4711, "times": 2}),
        ("pin four seven one one", PAY, {"pin": "⟦PIN_1⟧"}, {"pin": 4711}),
        ("three times with pin 4711", PAY, {"times": "⟦PIN_1⟧", "pin": "⟦PIN_2⟧"}, {"times": 3, "pin": 4711}),
        ("send Zed is late", SEND, {"text": "⟦TEXT_1⟧ is ⟦TEXT_2⟧"}, {"text": "Zed is late"}),
    ],
)
def test_the_answer_comes_back_with_typed_values(
    said: str, tool: ToolSpec, arguments: dict[str, Any], want: dict[str, Any]
) -> None:
    model = ScriptedModel([call(tool.name, **arguments)])
    result = Escalator(model).ask(request(said, tool), deferred())
    assert result.proposal is not None
    assert result.proposal.calls[0].arguments == want


def test_a_number_may_come_back_as_a_placeholder_in_any_argument() -> None:
    seen, _ = asked("wake me at 7", PAY, PLAIN)
    hour = seen.tools[1].parameters["properties"]["hour"]
    assert hour["anyOf"][0] == {"type": "integer"}
    assert hour["anyOf"][1]["type"] == "string"


@pytest.mark.parametrize("local", [None, deferred(), Proposal(calls=(), model="tiny", truncated=True)])
def test_refuse_sends_nothing_while_the_value_is_not_known(local: Proposal | None) -> None:
    model = ScriptedModel([call("set_alarm", hour=7)])
    escalator = Escalator(model, unlocated="refuse")
    result = escalator.ask(request("send that Zed is ill", SEND, PLAIN), local)
    assert (result.proposal, result.exchange.status, result.exchange.sent) == (None, "refused", "")
    assert result.exchange.attempts == 0
    assert "`send.text` is private" in result.exchange.error
    assert model.requests == []
    known = Proposal(calls=(ToolCall(id="1", name="send", arguments={"text": "Zed is ill"}),), model="tiny")
    assert escalator.ask(request("send that Zed is ill", SEND, PLAIN), known).exchange.status == "ok"


@pytest.mark.parametrize("tool", [PAY, BORN, CODE, MOOD])
def test_refuse_sends_what_its_type_locates(tool: ToolSpec) -> None:
    model = ScriptedModel([call("set_alarm", hour=7)])
    result = Escalator(model, unlocated="refuse").ask(request("do it", tool, PLAIN), deferred())
    assert result.exchange.status == "ok"


@pytest.mark.parametrize(
    ("schema", "open"),
    [
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, True),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, False),
        ({"type": "array", "items": {"type": "string"}}, True),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, False),
        ({"type": "object", "properties": {"n": {"type": "integer"}}, "additionalProperties": False}, False),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, True),
        ({"type": ["integer", "null"]}, False),
        ({"$ref": "#/$defs/x"}, False),
        ({}, True),
        ({"type": "string", "format": "email"}, False),
        ({"type": "string", "format": "idn-hostname"}, True),
    ],
)
def test_only_free_text_is_open(schema: dict[str, Any], open: bool) -> None:
    tool = ToolSpec(
        name="t",
        parameters={"type": "object", "properties": {"x": schema}, "$defs": {"x": {"type": "integer"}}},
        private=("x", "absent"),
    )
    assert bool(labels_of(request("do it", tool)).open) is open


WORD = st.text(alphabet=st.characters(categories=["L", "N", "S", "P", "M"]), min_size=1, max_size=12)


@given(st.lists(WORD, min_size=1, max_size=8))
def test_no_word_of_a_private_text_leaves_unless_the_tools_say_it_themselves(parts: list[str]) -> None:
    said = " ".join(parts)
    labels = labels_of(request(said, SEND, PAY))
    redaction = REDACTOR.exchange(labels.values, labels.covering(request(said, SEND, PAY)))
    sent = redaction.said(said)
    assert redaction.placeholders().restore_text(sent) == said
    kept = labels_of(request("", SEND)).covering(request("", SEND))[0]
    for word in sent.split():
        assert word.startswith("⟦") or "⟦" in word or not list(kept.find(word))


@given(st.text(max_size=60), st.sampled_from([PAY, BORN, CODE, MOOD, SEND]))
def test_restoring_is_exact_for_any_text_and_any_label(said: str, tool: ToolSpec) -> None:
    labels = labels_of(request(said, tool))
    redaction = REDACTOR.exchange(labels.values, labels.covering(request(said, tool)))
    sent = redaction.said(said)
    assert redaction.placeholders().restore_text(sent) == said


@given(st.integers(0, 10**12), st.text(alphabet="abc ,.!", max_size=10))
def test_no_digit_of_a_private_number_leaves(pin: int, after: str) -> None:
    _, sent = asked(f"pay with {pin} {after}", PAY)
    said = sent.split('"content":"', 1)[1].split('"', 1)[0]
    assert not any(char.isdigit() for char in said.replace("⟦PIN_1⟧", ""))


def test_a_local_time_is_a_moment_too() -> None:
    @tool(private=("when",))
    def see_doctor(when: datetime) -> str:
        """Note an appointment."""
        return str(when)

    seen, sent = asked("note that I see them on Friday at half past seven", see_doctor.spec)
    assert seen.messages[0].content == "note that I see them on ⟦WHEN_1⟧ at ⟦WHEN_2⟧ past ⟦WHEN_3⟧"
    assert "Friday" not in sent
