"""The cheap checks and their evidence, word for word."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, Field

from agentkit.registry import Context, Registry, Retry, tool
from agentkit.types import (
    Action,
    CheckStatus,
    Control,
    Decision,
    Effect,
    Message,
    Proposal,
    ProposeRequest,
    Step,
    ToolCall,
    ToolResult,
    Verdict,
)
from agentkit.verify import PolicyCheck, Scene, default_verifiers

PASS, FAIL, UNSURE = CheckStatus.PASS, CheckStatus.FAIL, CheckStatus.UNSURE


def even(value: int) -> int:
    if value % 2:
        raise ValueError("must be even")
    return value


def open_shop(ctx: Context[dict[str, bool]]) -> str | None:
    return None if ctx.deps["open"] else "the shop is closed"


@tool
def find(name: str, limit: Annotated[int, Field(ge=1, le=9)] = 3) -> dict[str, int]:
    """Find something."""
    return {"id": limit}


def free_table(place: int) -> str | None:
    if place == 13:
        raise Retry("place 13 does not exist")
    return "no table is free" if place == 9 else None


@tool(effect="write", precondition=open_shop, dry_run=free_table)
def book(place: int, people: Annotated[int, AfterValidator(even)], day: date | None = None) -> str:
    """Book a table."""
    return "booked"


REGISTRY = Registry([find, book])
CONTEXT = Context(run_id="r", deps={"open": True})


def call(call_id: str, tool_name: str, /, **arguments: Any) -> ToolCall:
    return ToolCall(id=call_id, name=tool_name, arguments=arguments)


def scene(*calls: ToolCall, **more: Any) -> Scene:
    request: dict[str, Any] = {"controls": tuple(Control), **more.pop("request", {})}
    truncated = more.pop("truncated", False)
    return Scene(
        request=ProposeRequest(tools=REGISTRY.specs, messages=(Message(role="user", content="book"),), **request),
        proposal=Proposal(calls=calls, model="m", truncated=truncated),
        registry=REGISTRY,
        context=more.pop("context", CONTEXT),
        **more,
    )


def check(name: str, given: Scene) -> tuple[CheckStatus, str]:
    (verifier,) = default_verifiers([name])
    found = verifier.check(given)
    assert found.name == name
    return found.status, found.evidence


def step(*pairs: tuple[ToolCall, str]) -> Step:
    results = tuple(ToolResult.model_validate({"call_id": c.id, "name": c.name, "status": s}) for c, s in pairs)
    return Step(
        index=0,
        proposal=Proposal(calls=tuple(c for c, _ in pairs), model="m"),
        verdict=Verdict(status=PASS),
        decision=Decision(action=Action.EXECUTE, reason="r"),
        results=results,
    )


SCHEMA: list[tuple[tuple[ToolCall, ...], str]] = [
    ((call("1", "finds", name="x"),), "There is no tool `finds`; the tools are find, book."),
    ((call("1", "find"),), "argument `name` of `find` is missing; it is a string."),
    ((call("1", "find", name=3),), "argument `name` of `find` must be a string, got 3."),
    ((call("1", "find", name="x", limit=10),), "argument `limit` of `find` must be at most 9, got 10."),
    (
        (call("1", "find", name="x", limits=1),),
        "`find` has no argument `limits`; it has name, limit (did you mean `limit`?).",
    ),
    ((), "The answer holds no call."),
    ((call("1", "find", name="x"), call("2", "finish")), "`finish` must stand alone, without other calls."),
    (
        (call("1", "find", name="x"), call("2", "book", place={"$ref": "1", "path": "name"}, people=2)),
        "",
    ),
    (
        (call("1", "find", name={"$ref": "2"}), call("2", "find", name="x")),
        "`find.name` refers to call 2; the calls are none yet.",
    ),
    (
        (call("1", "find", name="x"), call("2", "find", name={"$ref": "1", "path": "id"})),
        "`find.name` must be string; the reference gives integer.",
    ),
    (
        (call("1", "book", place=1, people=2), call("2", "find", name={"$ref": "1", "path": "id"})),
        "`find.name`: the result has no `id`: it is string, not `id`.",
    ),
]


@pytest.mark.parametrize(("calls", "evidence"), SCHEMA, ids=[row[1][:40] or "good" for row in SCHEMA])
def test_schema(calls: tuple[ToolCall, ...], evidence: str) -> None:
    assert check("schema", scene(*calls)) == (FAIL if evidence else PASS, evidence)


def test_references_into_earlier_steps() -> None:
    later = call("2", "book", place={"$ref": "1", "path": "id"}, people=2)
    assert check("schema", scene(later, history=(step((call("1", "find", name="x"), "ok")),)))[0] is PASS
    failed = (step((call("1", "find", name="x"), "failed")),)
    assert check("schema", scene(later, history=failed))[1] == "`book.place` refers to call 1, which failed."
    declared = {"1": {"type": "object", "properties": {"id": {"type": "string"}}}}
    assert check("schema", scene(later, request={"results": declared}))[1] == (
        "`book.place` must be integer; the reference gives string."
    )


def test_schema_of_controls_and_of_the_final_answer() -> None:
    assert check("schema", scene(call("1", "finish", answer="done")))[0] is PASS
    only = {"controls": (Control.ABSTAIN,)}
    assert check("schema", scene(call("1", "defer"), request=only))[1] == (
        "`defer` is not allowed here; allowed are abstain."
    )
    output = {"output": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}}
    assert check("schema", scene(call("1", "finish", output={"n": 1}), request=output))[0] is PASS
    assert check("schema", scene(call("1", "finish", output={"n": "x"}), request=output))[0] is FAIL


def test_a_cut_off_answer_and_too_many_calls_fail() -> None:
    given = scene(call("1", "find", name="x"), truncated=True)
    assert check("schema", given) == (FAIL, "The answer was cut off before it was complete.")
    many = [call(str(index), "find", name="x") for index in range(5)]
    assert check("schema", scene(*many))[1].startswith("The answer holds 5 calls; 4 may be.")


def test_semantic_asks_the_tool() -> None:
    assert check("semantic", scene(call("1", "book", place=1, people=2)))[0] is PASS
    assert check("semantic", scene(call("1", "book", place=1, people=3))) == (
        FAIL,
        "`book`: argument `people` of `book` is not valid: must be even, got 3.",
    )
    assert check("semantic", scene(call("1", "book", place={"$ref": "1"}, people=3)))[0] is PASS


def test_precondition() -> None:
    given = call("1", "book", place=1, people=2)
    assert check("precondition", scene(given))[0] is PASS
    closed = Context(run_id="r", deps={"open": False})
    assert check("precondition", scene(given, context=closed)) == (
        FAIL,
        "`book` cannot run now: the shop is closed.",
    )


def test_dry_run() -> None:
    assert check("dry_run", scene(call("1", "book", place=1, people=2)))[0] is PASS
    assert check("dry_run", scene(call("1", "find", name="x")))[0] is PASS
    full = scene(call("1", "book", place=9, people=2))
    assert check("dry_run", full) == (FAIL, "`book` would not work: no table is free.")
    gone = scene(call("1", "book", place=13, people=2))
    assert check("dry_run", gone) == (FAIL, "`book` would not work: place 13 does not exist.")


def test_wrong_arguments_are_left_to_the_checks_of_arguments() -> None:
    wrong = scene(call("1", "book", place="x", people=2))
    assert check("precondition", wrong)[0] is PASS
    assert check("dry_run", wrong)[0] is PASS


def test_repetition() -> None:
    booking, finding = call("2", "book", place=1, people=2), call("2", "find", name="x")
    worked = (step((call("1", "book", place=1, people=2), "ok")),)
    assert check("repetition", scene(booking, history=worked)) == (
        FAIL,
        "`book` was already called with the same arguments, and it worked.",
    )
    ambiguous = (step((call("1", "book", place=1, people=2), "ambiguous")),)
    assert check("repetition", scene(booking, history=ambiguous))[1].endswith("and it ended as ambiguous.")
    assert check("repetition", scene(booking, history=(step((call("1", "book", place=1, people=4), "ok")),)))[0] is PASS
    other = step((call("1", "book", place=1, people=2), "retry"))
    assert check("repetition", scene(booking, history=(other,)))[1].endswith("and it asked for others.")
    assert check("repetition", scene(booking, history=(other, step((call("3", "find", name="y"), "ok")))))[0] is PASS
    for status in ("timeout", "denied"):
        again = (step((call("1", "book", place=1, people=2), status)),)
        assert check("repetition", scene(booking, history=again))[1].endswith(f"and it ended as {status}.")
        assert check("repetition", scene(finding, history=(step((call("1", "find", name="x"), status)),)))[0] is PASS
    slow = step((call("1", "find", name="x"), "timeout"))
    assert check("repetition", scene(finding, history=(slow, slow)))[1].endswith("and it ended as timeout.")
    read = step((call("1", "find", name="x"), "ok"))
    assert check("repetition", scene(finding, history=(read,)))[0] is FAIL
    assert check("repetition", scene(finding, history=(read, *worked)))[0] is PASS
    twice = scene(call("1", "find", name="x"), call("2", "find", name="x"))
    assert check("repetition", twice) == (FAIL, "`find` stands twice in the answer with the same arguments.")


def test_policy() -> None:
    given = scene(call("1", "book", place=1, people=2))
    assert check("policy", given)[0] is PASS
    found = PolicyCheck([Effect.READ]).check(given)
    assert (found.status, found.evidence) == (FAIL, "`book` has the effect write; this agent may only have read.")


def test_without_registry_or_context_the_checks_say_nothing() -> None:
    given = scene(call("1", "book", place=1, people=3))
    bare = Scene(request=given.request, proposal=given.proposal)
    for name in ("semantic", "precondition", "dry_run", "taint", "repetition"):
        assert check(name, bare)[0] is PASS


def test_a_precondition_that_breaks_has_not_said_yes() -> None:
    def broken(x: int) -> bool:
        raise KeyError("state")

    @tool(effect="write", precondition=broken)
    def take(x: int) -> int:
        """Take."""
        return x

    registry = Registry([take])
    request = ProposeRequest(tools=registry.specs, messages=(Message(role="user", content="take 1"),))
    proposal = Proposal(calls=(ToolCall(id="1", name="take", arguments={"x": 1}),), model="m")
    (verifier,) = default_verifiers(["precondition"])
    check = verifier.check(Scene(request, proposal, registry=registry, context=Context()))
    assert check.status is CheckStatus.FAIL
    assert check.evidence == "`take` cannot run now: whether it can is not known: KeyError: 'state'."
