"""Sources: what was said about a rejected call must not ground the same value the next time."""

from __future__ import annotations

from typing import Any

from agentkit.types import (
    Action,
    CheckStatus,
    Decision,
    Message,
    Proposal,
    ProposeRequest,
    Step,
    ToolCall,
    ToolResult,
    Verdict,
)
from agentkit.verify import Scene, default_verifiers
from agentkit.verify.sources import sources

WRONG = ToolCall(id="1", name="call_person", arguments={"name": "Jonathan", "minutes": 45})


def step(action: Action, *results: ToolResult) -> Step:
    return Step(
        index=0,
        proposal=Proposal(calls=(WRONG,), model="m"),
        verdict=Verdict(status=CheckStatus.PASS),
        decision=Decision(action=action, reason="r"),
        results=results,
    )


def scene(history: tuple[Step, ...], said: str, *more: Message, **arguments: Any) -> Scene:
    messages = (Message(role="user", content="call Jon"), *more, Message(role="tool", content=said, call_id="1"))
    call = ToolCall(id="2", name="call_person", arguments=arguments)
    return Scene(
        request=ProposeRequest(tools=(), messages=messages),
        proposal=Proposal(calls=(call,), model="m"),
        history=history,
    )


def grounded(given: Scene) -> CheckStatus:
    (verifier,) = default_verifiers(["grounding"])
    return verifier.check(given).status


def test_evidence_of_a_repair_is_no_source() -> None:
    said = '`call_person.name` = "Jonathan" appears neither in the request nor in any result.'
    assert grounded(scene((step(Action.REPAIR),), said, name="Jonathan")) is CheckStatus.FAIL
    assert grounded(scene((step(Action.REPAIR),), said, name="Jon")) is CheckStatus.PASS


def test_a_failure_grounds_what_it_offers_but_not_what_it_quotes() -> None:
    said = 'no contact "Jonathan"; the contacts are Johanna, Jonas; 45 is too long, 30 is the most'
    result = ToolResult(call_id="1", name="call_person", status="retry", text=said)
    history = (step(Action.EXECUTE, result),)
    assert grounded(scene(history, said, name="Jonas")) is CheckStatus.PASS
    assert grounded(scene(history, said, name="Jonathan")) is CheckStatus.FAIL
    assert grounded(scene(history, said, minutes=30)) is CheckStatus.PASS
    assert grounded(scene(history, said, minutes=45)) is CheckStatus.FAIL


def test_the_newest_request_comes_first_and_the_task_counts() -> None:
    given = scene((), "ok", Message(role="user", content="or rather Ann"))
    labels = [(source.label, source.text) for source in sources(given)]
    assert labels[:2] == [("the request", "or rather Ann"), ("an earlier request", "call Jon")]
    assert labels[2] == ("the result of `a tool`", "ok")
    alone = Scene(request=given.request, proposal=given.proposal, task="call Jon today")
    assert ("an earlier request", "call Jon today") in [(one.label, one.text) for one in sources(alone)]


def test_an_outcome_that_is_not_known_is_no_source() -> None:
    result = ToolResult(call_id="1", name="call_person", status="ambiguous", text="Jonathan")
    assert grounded(scene((step(Action.EXECUTE, result),), "Jonathan", name="Jonathan")) is CheckStatus.FAIL


def finished(said: str, schema: dict[str, Any] | None = None, **arguments: Any) -> tuple[CheckStatus, str]:
    request = ProposeRequest(
        tools=(), messages=(Message(role="user", content="how warm is it, and how far?"),), output=schema
    )
    weather = ToolCall(id="1", name="weather")
    seen = Step(
        index=0,
        proposal=Proposal(calls=(weather,), model="m"),
        verdict=Verdict(status=CheckStatus.PASS),
        decision=Decision(action=Action.EXECUTE, reason="r"),
        results=(ToolResult(call_id="1", name="weather", status="ok", value={"celsius": 17, "km": 12}, text=said),),
    )
    end = ToolCall(id="2", name="finish", arguments=arguments)
    given = Scene(request=request, proposal=Proposal(calls=(end,), model="m"), history=(seen,))
    (verifier,) = default_verifiers(["grounding"])
    check = verifier.check(given)
    return check.status, check.evidence


def test_numbers_of_an_answer_come_from_what_was_seen() -> None:
    assert finished("ok", answer="It is 17 degrees, 12 km away.")[0] is CheckStatus.PASS
    assert finished("ok", answer="It is 23 degrees.") == (
        CheckStatus.UNSURE,
        "The answer holds the number 23, which has no source.",
    )
    assert finished("ok")[0] is CheckStatus.PASS


def test_fields_of_a_typed_answer_come_from_what_was_seen() -> None:
    schema = {"type": "object", "properties": {"celsius": {"type": "integer"}}}
    assert finished("ok", schema, output={"celsius": 17})[0] is CheckStatus.PASS
    status, evidence = finished("ok", schema, output={"celsius": 23})
    assert status is CheckStatus.UNSURE
    assert evidence.startswith("`finish.celsius` = 23 appears neither in the request nor in any result.")


def after_question(question: str, answer: str, *, asked: bool, **arguments: Any) -> CheckStatus:
    """A call after the model asked something and the user answered."""
    ask = ToolCall(id="1", name="ask", arguments={"question": question})
    step = Step(
        index=0,
        proposal=Proposal(calls=(ask,), model="m"),
        verdict=Verdict(status=CheckStatus.PASS),
        decision=Decision(action=Action.ASK, reason="r", question=question),
    )
    turns = (
        Message(role="user", content="call him"),
        Message(role="assistant", content=question),
        Message(role="user", content=answer),
    )
    call = ToolCall(id="2", name="call_person", arguments=arguments)
    return grounded(
        Scene(
            request=ProposeRequest(tools=(), messages=turns),
            proposal=Proposal(calls=(call,), model="m"),
            history=(step,) if asked else (),
        )
    )


def test_what_the_model_asked_is_no_source_until_somebody_says_yes() -> None:
    for asked in (True, False):
        assert after_question("Do you mean Jonathan?", "no idea", asked=asked, name="Jonathan") is CheckStatus.FAIL
        assert after_question("Do you mean Jonathan?", "call Jon", asked=asked, name="Jonathan") is CheckStatus.FAIL
        assert after_question("Do you mean Jonathan?", "Yes, him", asked=asked, name="Jonathan") is CheckStatus.PASS
    said = "Tell me the number of Jonathan."
    assert after_question(said, "it is 45", asked=True, name="Jonathan") is CheckStatus.FAIL
    assert after_question(said, "it is 45", asked=True, minutes=45) is CheckStatus.PASS


def test_an_answer_that_ends_in_a_question_is_a_source_up_to_there() -> None:
    said = "Jonas is at home. Shall I call Jonathan?"
    assert after_question(said, "not now", asked=False, name="Jonas") is CheckStatus.PASS
    assert after_question(said, "not now", asked=False, name="Jonathan") is CheckStatus.FAIL
