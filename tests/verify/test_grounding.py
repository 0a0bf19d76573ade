"""Grounding: what comes from the request passes by whatever road, what was made up fails with its name."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from agentkit.registry import Context
from agentkit.types import (
    CheckStatus,
    Decision,
    Message,
    Proposal,
    ProposeRequest,
    Step,
    ToolCall,
    ToolResult,
    ToolSpec,
    Verdict,
)
from agentkit.verify import PerCall, Scene, default_verifiers
from agentkit.verify.grounding import arguments_of, find_origin, grounding
from agentkit.verify.sources import sources
from agentkit.words import LONE_WORDS, PARTICLES, fold

NOW = datetime(2026, 11, 21, 14, 10)  # a Saturday
PASS, FAIL, UNSURE = CheckStatus.PASS, CheckStatus.FAIL, CheckStatus.UNSURE


def scene(said: str, value: Any, name: str = "value", schema: dict[str, Any] | None = None, **more: Any) -> Scene:
    spec = ToolSpec(name="t", parameters={"type": "object", "properties": {name: schema or {}}})
    call = ToolCall(id="9", name="t", arguments={name: value})
    request = ProposeRequest(tools=(spec,), messages=(Message(role="user", content=said),), **more.pop("request", {}))
    return Scene(
        request=request,
        proposal=Proposal(calls=(call,), model="m"),
        context=Context(now=more.pop("now", NOW)),
        task=said,
        **more,
    )


def status(
    said: str, value: Any, name: str = "value", schema: dict[str, Any] | None = None, **more: Any
) -> CheckStatus:
    return PerCall("grounding", 1.0, grounding).check(scene(said, value, name, schema, **more)).status


GROUNDED: list[tuple[str, Any, str]] = [
    ("Set a timer for twenty-five minutes", 25, "minutes"),
    ("Set a timer for half an hour", 30, "minutes"),
    ("Set a timer for half an hour", 1800, "duration_seconds"),
    ("Set a timer for half an hour", "PT30M", "length"),
    ("an hour and a half of yoga", 90, "minutes"),
    ("two and a half hours", 150, "minutes"),
    ("2 hours and 15 minutes", 135, "minutes"),
    ("block 3 pm to 4:30 pm for review", 90, "duration_minutes"),
    ("Wake me at 7:30 pm", "19:30", "time"),
    ("Wake me at 7:30pm", "7:30 pm", "time"),
    ("Wake me at half past seven", "07:30", "time"),
    ("Wake me at a quarter to eight", "19:45", "time"),
    ("Wake me at 7 o'clock", 7, "hour"),
    ("lunch at noon", "12:00", "time"),
    ("alarm for 6 am tomorrow", "2026-11-22T06:00:00", "when"),
    ("Remind me in 20 minutes", "2026-11-21T14:30:00", "when"),
    ("Remind me in 20 minutes", "14:30", "time"),
    ("meet me tomorrow", "2026-11-22", "date"),
    ("the day after tomorrow", "2026-11-23", "date"),
    ("yesterday's mail", "2026-11-20", "date"),
    ("next Tuesday", "2026-11-24", "date"),
    ("next Tuesday", "2026-12-01", "date"),
    ("in two weeks", "2026-12-05", "date"),
    ("three days ago", "2026-11-18", "date"),
    ("on the 5th", "2026-12-05", "date"),
    ("March 3rd", "2027-03-03", "date"),
    ("3 March 2026", "2026-03-03", "date"),
    ("on 12/24", "2026-12-24", "date"),
    ("by the end of the month", "2026-11-30", "date"),
    ("on Christmas", "2026-12-25", "date"),
    ("dinner on Friday at 8", "2026-11-27T20:00:00", "start"),
    ("wire 5k to Jon", 5000, "amount"),
    ("it costs $1,250.50", 1250.5, "price"),
    ("a dozen eggs", 12, "count"),
    ("the third one", 3, "index"),
    ("both of them", 2, "count"),
    ("minus five degrees", -5, "temperature"),
    ("15% of 80", "0.15 * 80", "expression"),
    ("give 20 percent", 0.2, "share"),
    ("three quarters: 3/4", 0.75, "share"),
    ("Weather in NYC", "New York City", "city"),
    ("Weather in New York City", "NYC", "city"),
    ("translate it to Spanish", "es", "language"),
    ("how much is that in euros", "EUR", "currency"),
    ("convert 3 miles to kilometres", "km", "unit"),
    ("call +49 170 1234567", "+491701234567", "number"),
    ("a café in Zürich", "Zurich", "city"),
    ("my shopping list", "shopping_list", "file"),
    ("play some jazz songs", "jazz song", "genre"),
    ("Text Mum that I'm running late", "I am running late", "body"),
    ("Create an event dinner with Tom", "Dinner with Tom", "title"),
    ("mail bob@example.com", "bob@example.com", "to"),
    ("with Tom and Anna", ["Tom", "Anna"], "attendees"),
    ("note: buy milk", {"title": "milk", "tags": ["buy"]}, "note"),
    ("whatever", True, "flag"),
    ("whatever", None, "optional"),
    ("whatever", "", "empty"),
    ("whatever", {"$ref": "1", "path": "id"}, "place"),
    ("mute my phone", 0, "volume"),
]


@pytest.mark.parametrize(("said", "value", "name"), GROUNDED, ids=[f"{row[0]} -> {row[1]}" for row in GROUNDED])
def test_grounded(said: str, value: Any, name: str) -> None:
    assert status(said, value, name) is PASS


MADE_UP: list[tuple[str, Any, str]] = [
    ("Set a timer for half an hour", 45, "minutes"),
    ("Wake me at half past seven", "08:30", "time"),
    ("Wake me at 7:30 pm", "07:30", "time"),
    ("meet me tomorrow", "2026-11-23", "date"),
    ("Remind me in 20 minutes", "2026-11-21T15:30:00", "when"),
    ("dinner on Friday at 8", "2026-11-26T20:00:00", "start"),
    ("wire 5k to Jon", 50000, "amount"),
    ("wire 5k to Jon", "Anna", "to"),
    ("wire 5k to Jon", ["Jon", "Anna"], "to"),
    ("15% of 80", "0.17 * 80", "expression"),
    ("call +49 170 1234567", "+491701234568", "number"),
    ("translate it to Spanish", "fr", "language"),
    ("Text Mum that I'm late", "I'll be there at 9 pm", "body"),
    ("Text Mum that I'm late", "Your parcel arrives when the postman rings", "body"),
    ("note: buy milk", {"item": "bread"}, "note"),
]


@pytest.mark.parametrize(("said", "value", "name"), MADE_UP)
def test_made_up(said: str, value: Any, name: str) -> None:
    assert status(said, value, name) is FAIL


@pytest.mark.parametrize(
    ("said", "value", "name", "schema"),
    [
        ("remind me this evening", "2026-11-21T19:00:00", "when", {}),
        ("turn it louder", 100, "level", {"maximum": 100}),
        ("add 3 and 4", 7, "sum", {}),
        ("how about it", "metric", "system", {"description": "for example metric"}),
        ("Text Mum that I am late", "Hello Mum, sorry, running behind schedule, late again", "body", {}),
    ],
)
def test_unsure(said: str, value: Any, name: str, schema: dict[str, Any]) -> None:
    assert status(said, value, name, schema) is UNSURE


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ("metric", {"enum": ["metric", "imperial"]}),
        (10, {"default": 10}),
        ("fixed", {"const": "fixed"}),
        ("b7f2", {"x-grounding": "off"}),
        (["metric"], {"type": "array", "items": {"enum": ["metric"]}}),
        ("metric", {"anyOf": [{"enum": ["metric"]}, {"type": "null"}]}),
    ],
)
def test_the_schema_grounds_too(value: Any, schema: dict[str, Any]) -> None:
    assert status("whatever", value, "value", schema) is PASS


def test_evidence_names_argument_value_and_source() -> None:
    check = PerCall("grounding", 1.0, grounding).check(scene("Wake me at 7", 45, "minute"))
    assert check.evidence == (
        "`t.minute` = 45 appears neither in the request nor in any result. The nearest there is: 7."
    )
    assert (check.path, check.call, check.score) == ("minute", 0, 0.0)
    shown = scene("Wake me at 7:30 pm", "19:30", "time")
    (argument,) = arguments_of(shown.proposal.calls[0], shown.request.tools[0])
    assert find_origin(argument, sources(shown)).where == "the request (a time)"
    near = PerCall("grounding", 1.0, grounding).check(scene("write to Jonas", "Jones", "to"))
    assert near.evidence.endswith('The nearest there is: "jonas".') or near.status is PASS
    loose = PerCall("grounding", 1.0, grounding).check(scene("say I am late", "I am late by 20 minutes", "text"))
    assert loose.evidence == '`t.text` = "I am late by 20 minutes" holds the number 20, which has no source.'


@pytest.mark.parametrize(
    ("said", "value", "name", "near"),
    [
        ("set a timer for half an hour", 500, "minutes", 30),
        ("set a timer for an hour and a half", 500, "seconds", 5400),
        ("wake me at a quarter to seven", 17, "hour", 6),
        ("wake me at a quarter to seven", 3, "minutes", 45),
        ("send 12 of 40", 39, "count", 40),
    ],
)
def test_a_failure_says_what_could_have_been_meant(said: str, value: int, name: str, near: int) -> None:
    check = PerCall("grounding", 1.0, grounding).check(scene(said, value, name))
    assert check.evidence.endswith(f"The nearest there is: {near}.")


def test_results_facts_and_earlier_turns_are_sources() -> None:
    call = ToolCall(id="1", name="find", arguments={})
    step = Step(
        index=0,
        proposal=Proposal(calls=(call,), model="m"),
        verdict=Verdict(status=PASS),
        decision=Decision.model_validate({"action": "execute", "reason": "r"}),
        results=(ToolResult(call_id="1", name="find", status="ok", value={"phone": "0731 555"}, text="found"),),
    )
    assert status("call Anna", "0731555", "number", history=(step,)) is PASS
    assert status("call Anna", "0731555", "number") is FAIL
    assert status("where am I", "Ulm", "city", request={"facts": ("the user is in Ulm",)}) is PASS
    assert status("weather please", "Ulm", "city", request={"system": "The home town is Ulm."}) is PASS


def test_without_a_clock_relative_dates_are_not_failed_as_made_up() -> None:
    given = scene("meet me on 2026-12-01", "2026-12-01", "date")
    alone = Scene(request=given.request, proposal=given.proposal, task=given.task)
    assert PerCall("grounding", 1.0, grounding).check(alone).status is PASS


WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)


@given(st.lists(WORDS, min_size=1, max_size=5), st.data())
@example(["x", "000IN"], None)
def test_what_is_copied_verbatim_never_fails_unless_it_is_a_function_word(
    parts: list[str], data: st.DataObject | None
) -> None:
    said = " ".join(parts)
    start = data.draw(st.integers(0, len(said) - 1)) if data else 2
    end = data.draw(st.integers(start + 1, len(said))) if data else len(said)
    assume(fold(said[start:end]).strip() not in LONE_WORDS | PARTICLES)
    assert status(said, said[start:end]) is not FAIL


@given(WORDS, st.integers() | st.floats(allow_nan=False, allow_infinity=False), WORDS)
def test_numbers_copied_verbatim_never_fail(before: str, number: float, after: str) -> None:
    assert status(f"{before} {number} {after}", number) is not FAIL


@given(st.integers(1, 23), st.integers(0, 59), st.integers(0, 400))
def test_dates_and_times_said_plainly_never_fail(hour: int, minute: int, days: int) -> None:
    moment = (NOW + timedelta(days=days)).replace(hour=hour, minute=minute)
    said = f"do it on {moment:%B} {moment.day}, {moment.year} at {moment:%H:%M}"
    assert status(said, moment.isoformat(), "when") is PASS
    assert status(said, moment.date().isoformat(), "date") is PASS
    assert status(said, f"{moment:%H:%M}", "time") is PASS


@given(st.integers(0, 999_999))
def test_numbers_written_as_words_are_read(value: int) -> None:
    assert status(f"take {spelled(value)} of them", value) is PASS


ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"


def spelled(value: int) -> str:
    if value >= 1000:
        rest = f" {spelled(value % 1000)}" if value % 1000 else ""
        return f"{spelled(value // 1000)} thousand{rest}"
    if value >= 100:
        rest = f" and {spelled(value % 100)}" if value % 100 else ""
        return f"{spelled(value // 100)} hundred{rest}"
    if value >= 20:
        rest = f"-{spelled(value % 10)}" if value % 10 else ""
        return TENS.split(" ")[value // 10 - 2] + rest
    return ONES.split(" ")[value]


@given(st.text(max_size=200), st.text(max_size=50) | st.integers() | st.floats(allow_nan=False))
def test_nothing_makes_it_raise(said: str, value: Any) -> None:
    (check,) = (verifier.check(scene(said, value)) for verifier in default_verifiers(["grounding"]))
    assert check.score is not None
    assert 0.0 <= check.score <= 1.0


@pytest.mark.parametrize(
    ("said", "value", "name", "status"),
    [
        ("wake me at 6:30", 6, "hour", PASS),
        ("wake me at 6:30", 30, "minute", PASS),
        ("wake me at 6:30", 6, "minute", FAIL),
        ("wake me at 6:30", 30, "hour", FAIL),
        ("wake me at 6:06", 6, "minute", PASS),
        ("wake me at 6:30 and again 6 minutes later", 6, "minute", PASS),
        ("wake me at 3:15 pm", 15, "hour", PASS),
        ("how much battery is left?", "left", "city", FAIL),
        ("what is the weather in Paris", "the", "city", FAIL),
        ("what is on tonight", "on", "city", FAIL),
        ("turn the light on", "on", "state", PASS),
        ("turn left at the church", "left", "direction", PASS),
        ("remind me to call", "me", "person", UNSURE),
        ("is it warm here", "here", "place", UNSURE),
        ("play songs by The The", "The", "artist", UNSURE),
        ('translate "the" into French', "the", "text", PASS),
        ("weather in Portland, OR", "OR", "state", PASS),
        ("translate it to Italian", "it", "language", PASS),
        ("what is the weather in Paris", "Paris", "city", PASS),
    ],
)
def test_a_part_of_a_time_or_a_function_word_grounds_no_other_value(
    said: str, value: Any, name: str, status: CheckStatus
) -> None:
    given = scene(said, value, name)
    assert PerCall("grounding", 0.5, grounding).check(given).status is status


def whole_call(said: str, **arguments: Any) -> dict[str, CheckStatus]:
    """What grounding says of each argument of one call."""
    spec = ToolSpec(name="t", parameters={"type": "object", "properties": {name: {} for name in arguments}})
    call = ToolCall(id="1", name="t", arguments=arguments)
    request = ProposeRequest(tools=(spec,), messages=(Message(role="user", content=said),))
    given = Scene(request, Proposal(calls=(call,), model="m"), context=Context(now=NOW))
    return {str(found.path): found.status for found in grounding(given, call, spec)}


DOUBLED: list[tuple[str, dict[str, Any], set[str]]] = [
    ("a timer for 5 minutes", {"minutes": 5, "seconds": 5}, {"seconds"}),
    ("a timer for 5 minutes", {"seconds": 5, "minutes": 5}, {"seconds"}),
    ("a timer for 5 minutes and 5 seconds", {"minutes": 5, "seconds": 5}, set()),
    ("weather in Paris", {"city": "Paris", "name": "Paris"}, {"name"}),
    ("fly Paris to Paris", {"origin": "Paris", "destination": "Paris"}, set()),
    ("rooms for 3 on the 5th", {"from_day": 5, "to_day": 5, "people": 3}, set()),
    ("exactly 20 degrees", {"min_degrees": 20, "max_degrees": 20}, set()),
    ("wake me at 7", {"hour": 7, "minute": 7}, {"minute"}),
    ("wake me at 7:07", {"hour": 7, "minute": 7}, set()),
    ("wake me at 3:15 pm", {"hour": 15, "minute": 15}, set()),
    ("mail it to Ann and Ann", {"to": ["Ann", "Ann"]}, set()),
    ("note dinner with Tom", {"title": "dinner", "text": "dinner"}, set()),
    ("wire 5k", {"amount": 5000, "limit": 5000}, {"limit"}),
    ("call Bo", {"who": "Bo", "nickname": "bo"}, {"nickname"}),
]


@pytest.mark.parametrize(("said", "arguments", "unfounded"), DOUBLED)
def test_a_word_of_the_request_grounds_one_argument(said: str, arguments: dict[str, Any], unfounded: set[str]) -> None:
    found = whole_call(said, **arguments)
    assert {path for path, status in found.items() if status is FAIL} == unfounded
    assert {path for path, status in found.items() if status is PASS} >= set(found) - unfounded


def test_the_evidence_says_which_argument_has_the_word() -> None:
    spec = ToolSpec(name="t", parameters={"type": "object", "properties": {"minutes": {}, "seconds": {}}})
    call = ToolCall(id="1", name="t", arguments={"minutes": 5, "seconds": 5})
    request = ProposeRequest(tools=(spec,), messages=(Message(role="user", content="a timer for 5 minutes"),))
    check = PerCall("grounding", 1.0, grounding).check(Scene(request, Proposal(calls=(call,), model="m")))
    assert check.evidence == "`t.seconds` = 5 has no source of its own: what says it is already `minutes`."


def test_what_the_schema_gives_needs_no_word_of_its_own() -> None:
    properties = {"a": {"default": 5}, "b": {"enum": [7, 6]}, "c": {}, "d": {"x-grounding": "off"}}
    spec = ToolSpec(name="t", parameters={"type": "object", "properties": properties})
    call = ToolCall(id="1", name="t", arguments={"a": 5, "b": 7, "c": 5, "d": 5})
    request = ProposeRequest(tools=(spec,), messages=(Message(role="user", content="take 5"),))
    found = list(grounding(Scene(request, Proposal(calls=(call,), model="m")), call, spec))
    assert [one.status for one in found] == [PASS] * 4


def test_a_choice_that_the_request_names_takes_its_word() -> None:
    properties = {"who": {"type": "string"}, "place": {"enum": ["Ulm", "Bonn"]}}
    spec = ToolSpec(name="t", parameters={"type": "object", "properties": properties})
    request = ProposeRequest(tools=(spec,), messages=(Message(role="user", content="book a room in Ulm"),))
    call = ToolCall(id="1", name="t", arguments={"who": "Ulm", "place": "Ulm"})
    found = {one.path: one.status for one in grounding(Scene(request, Proposal(calls=(call,), model="m")), call, spec)}
    assert found == {"who": FAIL, "place": PASS}
