"""What a task is expected to do, and whether a run did it.

Pure: an `Expectation` and a `Run` in, sentences about what differs out. Knows nothing of how the run came about.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, JsonValue, field_validator, model_validator

from agentkit.spec.problems import BrokenRule
from agentkit.spec.shapes import one_key
from agentkit.types import JsonObject, Run, Status, ToolCall, Value


def _call(given: Any) -> Any:
    return one_key(given, "tool", "arguments")


class ExpectedCall(Value):
    """A tool and the arguments it must be called with; an argument that is not named here is not compared."""

    tool: str
    arguments: JsonObject = Field(default_factory=dict)


def _as_tuple(given: Any) -> Any:
    return (given,) if isinstance(given, str) else given


_CallInput = str | dict[str, Any] | ExpectedCall
AnyExpectedCall = Annotated[ExpectedCall, BeforeValidator(_call, json_schema_input_type=_CallInput)]
Statuses = Annotated[tuple[Status, ...], BeforeValidator(_as_tuple, json_schema_input_type=Status | list[Status])]


class Expectation(Value):
    """What must hold at the end of a run; what is not given is not checked.

    Text compares without regard to case, spaces at the ends and a final full stop; numbers by value.
    """

    calls: tuple[AnyExpectedCall, ...] | None = Field(
        default=None, description="The calls that must have succeeded, in this order; an empty list means none."
    )
    any_order: bool = Field(default=False, description="The order of the calls does not matter.")
    more_calls: bool = Field(default=False, description="Other calls may have run as well.")
    status: Statuses = Field(default=(), description="How the run may end.")
    output: JsonValue = Field(default=None, description="The typed output; keys that are not named are not compared.")
    answer: str | None = Field(default=None, description="A regular expression found in the answer.")

    @field_validator("answer")
    @classmethod
    def _compiles(cls, given: str | None) -> str | None:
        try:
            re.compile(given or "")
        except re.error as error:
            hint = "put a `\\` before each of . * + ? ( ) [ ] { } that stands for itself"
            raise BrokenRule(f"is not a regular expression: {error}", hint) from None
        return given

    @model_validator(mode="after")
    def _not_idle(self) -> Self:
        if not self.model_fields_set:
            raise BrokenRule("expects nothing", "give calls, status, output or answer")
        return self

    def differences(self, run: Run) -> tuple[str, ...]:
        """What the run did otherwise, one sentence each; empty when all holds."""
        found: list[str] = []
        if self.status and run.status not in self.status:
            found.append(f"ended as {run.status}, not {' or '.join(self.status)}")
        if self.calls is not None:
            found += self._call_differences(done_calls(run))
        if self.output is not None and not _equal(self.output, run.output):
            found.append(f"gave the output {run.output!r}, not {self.output!r}")
        if self.answer is not None and not re.search(self.answer, run.answer, re.IGNORECASE):
            found.append(f"answered {run.answer!r}, which does not match /{self.answer}/")
        return tuple(found)

    def _call_differences(self, done: tuple[ToolCall, ...]) -> list[str]:
        left = list(done)
        missing: list[ExpectedCall] = []
        for expected in self.calls or ():
            at = next((i for i, call in enumerate(left) if _matches(expected, call)), None)
            if at is None:
                missing.append(expected)
            elif self.any_order:
                del left[at]
            else:
                skipped, left = left[:at], left[at + 1 :]
                if skipped and not self.more_calls:
                    return [f"called {_written(done)}, not {_expected(self.calls or ())}"]
        if missing or (left and not self.more_calls):
            return [f"called {_written(done)}, not {_expected(self.calls or ())}"]
        return []


def done_calls(run: Run) -> tuple[ToolCall, ...]:
    """The tool calls of a run that succeeded, in order."""
    return tuple(
        call
        for step in run.steps
        for call in step.proposal.calls
        if any(result.ok and result.call_id == call.id for result in step.results)
    )


def _matches(expected: ExpectedCall, call: ToolCall) -> bool:
    return expected.tool == call.name and all(
        name in call.arguments and _equal(value, call.arguments[name]) for name, value in expected.arguments.items()
    )


def _equal(expected: JsonValue, got: JsonValue) -> bool:
    if isinstance(expected, dict):
        return isinstance(got, dict) and all(key in got and _equal(value, got[key]) for key, value in expected.items())
    if isinstance(expected, list):
        return isinstance(got, list) and len(expected) == len(got) and all(map(_equal, expected, got))
    if isinstance(expected, str) and isinstance(got, str):
        return _folded(expected) == _folded(got)
    return isinstance(expected, bool) == isinstance(got, bool) and expected == got


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).removesuffix(".")


def _written(calls: tuple[ToolCall, ...]) -> str:
    return ", ".join(f"{call.name}({_arguments(call.arguments)})" for call in calls) or "nothing"


def _expected(calls: tuple[ExpectedCall, ...]) -> str:
    return ", ".join(f"{call.tool}({_arguments(call.arguments)})" for call in calls) or "nothing"


def _arguments(arguments: JsonObject) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())
