"""Expectations: what counts as the same call, and the sentence when it is not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import JsonValue

from agentkit.spec import Expectation
from agentkit.types import (
    Action,
    CheckStatus,
    Decision,
    Proposal,
    Run,
    Status,
    Step,
    ToolCall,
    ToolResult,
    Verdict,
)


def run_of(
    *calls: tuple[str, dict[str, JsonValue]], failed: int | None = None, status: Status = "success", **kwargs: Any
) -> Run:
    """A run of one step with these calls, of which one may have failed."""
    made = tuple(ToolCall(id=str(i), name=name, arguments=arguments) for i, (name, arguments) in enumerate(calls))
    results = tuple(
        ToolResult(call_id=call.id, name=call.name, status="failed" if i == failed else "ok")
        for i, call in enumerate(made)
    )
    step = Step(
        index=0,
        proposal=Proposal(calls=made, model="m"),
        verdict=Verdict(status=CheckStatus.PASS),
        decision=Decision(action=Action.EXECUTE, reason=""),
        results=results,
    )
    return Run(id="r", task="t", status=status, steps=(step,), **kwargs)


ALARM: tuple[str, dict[str, JsonValue]] = ("set_alarm", {"hour": 7, "label": "Gym."})


@pytest.mark.parametrize(
    ("expected", "run", "holds"),
    [
        ({"calls": [{"set_alarm": {"hour": 7}}]}, run_of(ALARM), True),
        ({"calls": [{"set_alarm": {"hour": 7.0, "label": " gym"}}]}, run_of(ALARM), True),
        ({"calls": [{"set_alarm": {"hour": 8}}]}, run_of(ALARM), False),
        ({"calls": [{"set_alarm": {"minute": 0}}]}, run_of(ALARM), False),
        ({"calls": ["set_alarm"]}, run_of(ALARM), True),
        ({"calls": ["set_alarm"]}, run_of(ALARM, failed=0), False),
        ({"calls": ["set_alarm"]}, run_of(ALARM, ("x", {})), False),
        ({"calls": ["set_alarm"], "more_calls": True}, run_of(("x", {}), ALARM), True),
        ({"calls": []}, run_of(), True),
        ({"calls": []}, run_of(ALARM), False),
        ({"calls": ["a", "b"]}, run_of(("b", {}), ("a", {})), False),
        ({"calls": ["a", "b"], "any_order": True}, run_of(("b", {}), ("a", {})), True),
        ({"calls": ["a", "a"], "any_order": True}, run_of(("a", {})), False),
        ({"calls": [{"a": {"on": True}}]}, run_of(("a", {"on": 1})), False),
        ({"calls": [{"a": {"x": {"b": [1, "Two"]}}}]}, run_of(("a", {"x": {"b": [1, "two"], "c": 3}})), True),
        ({"status": "success"}, run_of(), True),
        ({"status": ["abstained", "asked"]}, run_of(), False),
        ({"answer": "half past \\w+"}, run_of(answer="It is Half past six."), True),
        ({"answer": "noon"}, run_of(answer="midnight"), False),
        ({"output": {"total": 3}}, run_of(output={"total": 3, "unit": "EUR"}), True),
        ({"output": {"total": 4}}, run_of(output={"total": 3}), False),
    ],
)
def test_what_counts_as_the_same(expected: dict[str, Any], run: Run, holds: bool) -> None:
    assert (Expectation.model_validate(expected).differences(run) == ()) is holds


def test_a_difference_is_a_sentence() -> None:
    (said,) = Expectation.model_validate({"calls": [{"set_alarm": {"hour": 8}}]}).differences(run_of(ALARM))
    assert said == "called set_alarm(hour=7, label='Gym.'), not set_alarm(hour=8)"
    (said,) = Expectation.model_validate({"calls": ["set_alarm"]}).differences(run_of())
    assert said == "called nothing, not set_alarm()"
    (said,) = Expectation.model_validate({"status": ["abstained", "asked"]}).differences(run_of())
    assert said == "ended as success, not abstained or asked"
