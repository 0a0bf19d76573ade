"""The policy is total, monotone in confidence, and does what its table says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agentkit.decide import LoopState, Policy, Threshold, Trust, decide, describe, done, ending
from agentkit.types import Action, Check, CheckStatus, Decision, Effect, Proposal, Step, ToolCall, ToolResult, Verdict
from agentkit.verify.canonical import calls_key

PASS, FAIL, UNSURE = CheckStatus.PASS, CheckStatus.FAIL, CheckStatus.UNSURE
EFFECTS = {"look": Effect.READ, "note": Effect.WRITE, "send": Effect.EXTERNAL, "wipe": Effect.IRREVERSIBLE}


def proposal(*names: str, tier: Any = "local", **arguments: Any) -> Proposal:
    calls = tuple(ToolCall(id=str(i), name=name, arguments=arguments) for i, name in enumerate(names, start=1))
    return Proposal(calls=calls, model="m", tier=tier)


def verdict(p: float | None, status: CheckStatus = PASS, **check: Any) -> Verdict:
    checks = (Check(name=check.pop("name", "schema"), status=status, **check),) if status is not PASS else ()
    return Verdict(status=status, checks=checks, probability=p)


def state(**given: Any) -> LoopState:
    return LoopState(effects=EFFECTS, **given)


HERE = {"remote_available": True, "attended": True}
ALONE = {"remote_available": False, "attended": False}

TRIED = (calls_key(proposal("look").calls),)
NOTED = (calls_key(proposal("note").calls),)
AGAIN = verdict(1.0, FAIL, name="repetition")
Row = tuple[str, Proposal, Verdict, dict[str, Any], dict[str, Any], Action]
TABLE: list[Row] = [
    ("a sure read runs", proposal("look"), verdict(0.9), {}, {}, Action.EXECUTE),
    ("an unsure read goes up", proposal("look"), verdict(0.1), HERE, {}, Action.ESCALATE),
    ("an unsure read without remote pauses", proposal("look"), verdict(0.1), ALONE, {}, Action.ASK),
    ("nobody to ask: stop", proposal("look"), verdict(0.1), ALONE, {"can_ask": False}, Action.STOP),
    ("a sure write runs", proposal("note"), verdict(0.7), {}, {}, Action.EXECUTE),
    ("a doubtful write is confirmed", proposal("note"), verdict(0.5), HERE, {}, Action.ASK),
    ("a doubtful write, nobody there: remote", proposal("note"), verdict(0.5), {**HERE, "attended": False}, {},
     Action.ESCALATE),
    ("a doubtful write, nothing there: pause", proposal("note"), verdict(0.5), ALONE, {}, Action.ASK),
    ("an unsure check raises the bar", proposal("note"), verdict(0.65, UNSURE), HERE, {}, Action.ASK),
    ("the gravest effect counts", proposal("look", "send"), verdict(0.65), HERE, {}, Action.ASK),
    ("irreversible needs approval", proposal("wipe"), verdict(1.0), HERE, {}, Action.ASK),
    ("approved runs", proposal("wipe"), verdict(0.0), {**HERE, "approved": True}, {}, Action.EXECUTE),
    ("approval does not mend a broken call", proposal("wipe"), verdict(1.0, FAIL), {**HERE, "approved": True}, {},
     Action.REPAIR),
    ("unknown tools count as irreversible", proposal("what"), verdict(0.8), HERE, {}, Action.ASK),
    ("a failed check is repaired", proposal("look"), verdict(1.0, FAIL), HERE, {}, Action.REPAIR),
    ("not twice the same", proposal("look"), verdict(1.0, FAIL), {**HERE, "tried": TRIED}, {}, Action.ESCALATE),
    ("repairs are bounded", proposal("look"), verdict(1.0, FAIL), {**HERE, "repairs_used": 2}, {}, Action.ESCALATE),
    ("escalations are bounded", proposal("look"), verdict(1.0, FAIL),
     {**HERE, "repairs_used": 2, "escalations_used": 2}, {}, Action.ASK),
    ("what cannot be repaired goes up", proposal("look"), verdict(1.0, FAIL, repairable=False), HERE, {},
     Action.ESCALATE),
    ("tainted calls are a person's decision", proposal("send"), verdict(1.0, FAIL, name="taint"), HERE, {}, Action.ASK),
    ("a person may overrule taint", proposal("send"), verdict(1.0, FAIL, name="taint"), {"approved": True}, {},
     Action.EXECUTE),
    ("nobody may overrule taint", proposal("send"), verdict(1.0, FAIL, name="taint"), {}, {"can_ask": False},
     Action.STOP),
    ("the larger model is not asked about its own answer", proposal("look", tier="remote"), verdict(0.0), HERE, {},
     Action.ASK),
    ("the larger model without probabilities", proposal("send", tier="remote"), verdict(None), {}, {}, Action.EXECUTE),
    ("no probabilities, no write", proposal("send"), verdict(None), HERE, {}, Action.ASK),
    ("a first model elsewhere is not the larger one", proposal("look", tier="hosted"), verdict(0.1), HERE, {},
     Action.ESCALATE),
    ("no answer of the first model goes up", proposal(tier="hosted"), verdict(None, UNSURE),
     {**HERE, "unanswered": "down"}, {}, Action.ESCALATE),
    ("no answer at all ends the run, a person cannot help", proposal(tier="hosted"), verdict(None, UNSURE),
     {"attended": True, "unanswered": "down"}, {}, Action.STOP),
    ("steps are bounded", proposal("look"), verdict(1.0), {"steps_used": 12}, {}, Action.STOP),
    ("the larger model is not paid for an answer that no step is left for", proposal("look"), verdict(0.1),
     {**HERE, "steps_used": 11}, {"can_ask": False}, Action.STOP),
    ("the step before the last is time enough to ask it", proposal("look"), verdict(0.1),
     {**HERE, "steps_used": 10}, {"can_ask": False}, Action.ESCALATE),
    ("a question is asked", proposal("ask", question="Which Tom?"), verdict(0.2), {}, {}, Action.ASK),
    ("a question nobody hears goes up", proposal("ask"), verdict(0.2), HERE, {"can_ask": False}, Action.ESCALATE),
    ("a question nobody hears stops", proposal("ask"), verdict(0.2), {}, {"can_ask": False}, Action.STOP),
    ("a sure abstention stops", proposal("abstain"), verdict(0.9), HERE, {}, Action.STOP),
    ("an unsure abstention goes up", proposal("abstain"), verdict(0.1), HERE, {}, Action.ESCALATE),
    ("an unsure abstention alone stops", proposal("abstain"), verdict(0.1), ALONE, {}, Action.STOP),
    ("finish stops", proposal("finish", answer="42"), verdict(0.9), HERE, {}, Action.STOP),
    ("defer goes up", proposal("defer"), verdict(0.9), HERE, {}, Action.ESCALATE),
    ("defer without remote stops", proposal("defer"), verdict(0.9), ALONE, {}, Action.STOP),
    ("what is done is sent back once", proposal("look"), AGAIN, {**ALONE, "done": TRIED}, {}, Action.REPAIR),
    ("a model that only repeats what is done is finished", proposal("look"), AGAIN,
     {**ALONE, "tried": TRIED, "done": TRIED}, {}, Action.STOP),
    ("a write that is done counts like a read", proposal("note"), AGAIN, {**ALONE, "tried": NOTED, "done": NOTED}, {},
     Action.STOP),
    ("several calls that are all done", proposal("look", "note"), AGAIN,
     {**ALONE, "tried": (f"{TRIED[0]};{NOTED[0]}",), "done": TRIED + NOTED}, {}, Action.STOP),
    ("two done calls by turns", proposal("look"), AGAIN, {**ALONE, "tried": TRIED + NOTED, "done": TRIED + NOTED}, {},
     Action.STOP),
    ("no larger model is paid for what is done", proposal("look"), AGAIN, {**HERE, "tried": TRIED, "done": TRIED}, {},
     Action.STOP),
    ("the larger model repeats it too", proposal("look", tier="remote"), AGAIN,
     {**HERE, "tried": TRIED, "done": TRIED}, {}, Action.STOP),
    ("something else that was wanted is not done", proposal("look"), AGAIN,
     {**ALONE, "tried": NOTED + TRIED, "done": TRIED}, {}, Action.ASK),
    ("one of two calls is not done", proposal("look", "note"), AGAIN,
     {**ALONE, "tried": (f"{TRIED[0]};{NOTED[0]}",), "done": TRIED}, {}, Action.ASK),
    ("a repeated call that did not succeed", proposal("note"), AGAIN, {**ALONE, "tried": NOTED, "done": ()}, {},
     Action.ASK),
    ("a done call that fails another check", proposal("look"), verdict(1.0, FAIL, name="stuck"),
     {**ALONE, "tried": TRIED, "done": TRIED}, {}, Action.ASK),
    ("nothing proposed and nothing failed", proposal(), verdict(0.9), {}, {}, Action.EXECUTE),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_table(row: Row) -> None:
    _, given, said, world, limits, action = row
    decision = decide(given, said, Policy.from_trust("balanced", **limits), state(**world))
    assert decision.action is action, decision
    assert decision.reason


def test_a_run_that_only_repeats_what_is_done_is_a_success() -> None:
    again = proposal("note")
    decision = decide(again, AGAIN, Policy.from_trust(), state(tried=NOTED, done=NOTED))
    assert (decision.reason, decision.final) == ("the model only repeats what is done", True)
    assert ending(again, decision, ran=True) == "success"


def step(*ended: tuple[str, str, Any]) -> Step:
    """A step of calls, each with its tool, its only argument and how it ended."""
    calls = tuple(ToolCall(id=f"{name}{n}", name=name, arguments={"n": n}) for name, n, _ in ended)
    results = tuple(ToolResult(call_id=f"{name}{n}", name=name, status=how) for name, n, how in ended)
    ran = Decision(action=Action.EXECUTE, reason="r")
    return Step(
        index=0, proposal=Proposal(calls=calls, model="m"), verdict=Verdict(status=PASS), decision=ran, results=results
    )


@pytest.mark.parametrize(
    ("steps", "keys"),
    [
        ((), ()),
        ((step(("look", "1", "ok")), step(("note", "2", "ok"))), ('look({"n":"1"})', 'note({"n":"2"})')),
        ((step(("note", "1", "ok")), step(("note", "1", "ok"))), ('note({"n":"1"})',)),
        ((step(("look", "1", "ok"), ("note", "2", "failed")),), ()),
        ((step(("look", "1", "ok")), step(("note", "2", "ambiguous"))), ()),
        ((step(("look", "1", "ok")), step(("send", "2", "denied"))), ()),
        ((step(("note", "1", "retry")), step(("note", "2", "ok"))), ('note({"n":"2"})',)),
        ((step(("note", "1", "failed"), ("note", "2", "ok")),), ()),
        ((step(("note", "1", "failed")), step(("look", "2", "ok"))), ()),
    ],
)
def test_done_are_the_calls_that_succeeded_while_nothing_is_left_undone(
    steps: tuple[Step, ...], keys: tuple[str, ...]
) -> None:
    assert done(steps) == keys


def test_feedback_carries_the_evidence_and_forbids_repetition() -> None:
    said = verdict(0.9, FAIL, evidence="`hour` is 25, above 23.")
    decision = decide(proposal("look"), said, Policy.from_trust(), state())
    assert (
        decision.feedback == "`hour` is 25, above 23. Answer again with a corrected call; do not repeat the same one."
    )


def test_the_question_shows_the_call() -> None:
    decision = decide(proposal("wipe", folder="old", depth=2), verdict(0.95), Policy.from_trust(), state())
    assert decision.approval
    assert decision.question == 'Run wipe(folder="old", depth=2)? (irreversible calls need a person\'s approval)'
    assert "500 characters" not in describe(proposal("note", text="x" * 10).calls[0])
    assert "(500 characters)" in describe(proposal("note", text="x" * 500).calls[0])


def test_without_a_larger_model_a_person_confirms_what_is_doubtful_and_mends_what_is_broken() -> None:
    doubtful = decide(proposal("note", n=1), verdict(0.1), Policy.from_trust(), state())
    assert doubtful.approval
    assert doubtful.question == "Run note(n=1)? (uncalibrated score 0.10 is below 0.40 for write)"
    broken = decide(
        proposal("note"), verdict(0.9, FAIL, evidence="`n` is missing."), Policy.from_trust(max_repairs=0), state()
    )
    assert not broken.approval
    assert broken.question == "I am stuck: `n` is missing. How should I go on?"


def test_an_uncalibrated_score_is_never_called_a_probability() -> None:
    said = verdict(0.9)
    policy = Policy.from_trust()
    assert "uncalibrated score 0.90" in decide(proposal("look"), said, policy, state()).reason
    fitted = said.model_copy(update={"calibrated": True})
    assert decide(proposal("look"), fitted, policy, state()).reason.startswith("P 0.90")
    assert "gives no probabilities" in decide(proposal("look"), verdict(None), policy, state()).reason


def test_single_thresholds_can_be_replaced() -> None:
    policy = Policy.from_trust("balanced", thresholds={"write": {"execute_at": 0.2}}, max_steps=3)
    assert policy.thresholds[Effect.WRITE] == Threshold(execute_at=0.2, escalate_below=0.2)
    assert policy.thresholds[Effect.READ] == Policy.from_trust("balanced").thresholds[Effect.READ]
    assert policy.max_steps == 3
    raised = Policy.from_trust("fast", thresholds={"write": {"escalate_below": 0.8}})
    assert raised.thresholds[Effect.WRITE] == Threshold(execute_at=0.8, escalate_below=0.8)


@pytest.mark.parametrize(
    "wrong",
    [
        {"thresholds": {"writ": {"execute_at": 0.5}}},
        {"thresholds": {"write": {"execute": 0.5}}},
        {"thresholds": {"write": {"execute_at": 1.5}}},
        {"thresholds": {"write": {"execute_at": 0.2, "escalate_below": 0.5}}},
        {"max_step": 3},
    ],
)
def test_wrong_overrides_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Policy.from_trust("balanced", **wrong)


def test_a_policy_covers_every_effect() -> None:
    with pytest.raises(ValidationError, match="no threshold for write, external, irreversible"):
        Policy(thresholds={Effect.READ: Threshold(execute_at=0.5, escalate_below=0.5)})


@pytest.mark.parametrize(
    ("given", "final", "ran", "status"),
    [
        (proposal("finish", answer="42"), True, True, "answered"),
        (proposal("finish"), True, True, "success"),
        (proposal("finish"), True, False, "abstained"),
        (proposal("abstain"), True, False, "abstained"),
        (proposal("abstain"), True, True, "success"),
        (proposal("look"), False, True, "partial"),
        (None, False, False, "partial"),
    ],
)
def test_ending(given: Proposal | None, final: bool, ran: bool, status: str) -> None:
    assert ending(given, Decision(action=Action.STOP, reason="r", final=final), ran=ran) == status


def test_a_pause_is_no_ending_of_its_own() -> None:
    assert ending(proposal("look"), Decision(action=Action.ASK, reason="r"), ran=True) == "asked"


NAMES = st.sampled_from([*EFFECTS, "unknown", "ask", "abstain", "finish", "defer"])


@st.composite
def proposals(draw: st.DrawFn) -> Proposal:
    return proposal(
        *draw(st.lists(NAMES, max_size=4)), tier=draw(st.sampled_from(["local", "hosted", "remote", "script"]))
    )


PROPOSALS = proposals()
CHECKS = st.lists(
    st.builds(
        Check,
        name=st.sampled_from(["schema", "taint", "grounding", "repetition"]),
        status=st.sampled_from(list(CheckStatus)),
        repairable=st.booleans(),
    ),
    max_size=3,
)
PROBABILITIES = st.floats(0.0, 1.0)
STATES = st.builds(
    LoopState,
    effects=st.just(EFFECTS),
    repairs_used=st.integers(0, 3),
    escalations_used=st.integers(0, 3),
    steps_used=st.integers(0, 13),
    remote_available=st.booleans(),
    attended=st.booleans(),
    approved=st.booleans(),
    tried=st.sampled_from([(), TRIED, NOTED, TRIED + NOTED]),
    done=st.sampled_from([(), TRIED, TRIED + NOTED]),
)
TRUST: st.SearchStrategy[Trust] = st.sampled_from(["cautious", "balanced", "fast"])


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    borders = [tuple(sorted((draw(PROBABILITIES), draw(PROBABILITIES)))) for _ in Effect]
    thresholds = {
        effect: Threshold(escalate_below=low, execute_at=high)
        for effect, (low, high) in zip(Effect, borders, strict=True)
    }
    return Policy(
        thresholds=thresholds,
        approval=frozenset(draw(st.sets(st.sampled_from(list(Effect))))),
        max_repairs=draw(st.integers(0, 3)),
        can_ask=draw(st.booleans()),
        can_escalate=draw(st.booleans()),
    )


@given(
    given=PROPOSALS,
    checks=CHECKS,
    p=st.none() | PROBABILITIES,
    status=st.sampled_from(list(CheckStatus)),
    calibrated=st.booleans(),
    policy=policies() | st.builds(Policy.from_trust, TRUST),
    world=STATES,
)
def test_total(
    *,
    given: Proposal,
    checks: list[Check],
    p: float | None,
    status: CheckStatus,
    calibrated: bool,
    policy: Policy,
    world: LoopState,
) -> None:
    said = Verdict(status=status, checks=tuple(checks), probability=p, calibrated=calibrated)
    decision = decide(given, said, policy, world)
    assert decision == decide(given, said, policy, world)
    assert decision.reason
    assert (decision.feedback is not None) == (decision.action is Action.REPAIR)
    assert (decision.question is not None) == (decision.action is Action.ASK)
    if decision.action is Action.ESCALATE:
        assert world.remote_available
        assert policy.can_escalate
    if decision.action is Action.ASK:
        assert policy.can_ask
    if decision.action is Action.EXECUTE:
        assert status is not CheckStatus.FAIL or world.approved
    if decision.action is Action.REPAIR:
        assert world.repairs_used < policy.max_repairs


@given(
    given=PROPOSALS,
    ps=st.tuples(PROBABILITIES, PROBABILITIES),
    status=st.sampled_from(list(CheckStatus)),
    calibrated=st.booleans(),
    policy=policies() | st.builds(Policy.from_trust, TRUST),
    world=STATES,
)
def test_monotone_in_confidence(
    *,
    given: Proposal,
    ps: tuple[float, float],
    status: CheckStatus,
    calibrated: bool,
    policy: Policy,
    world: LoopState,
) -> None:
    low, high = sorted(ps)
    before, after = (
        decide(given, Verdict(status=status, probability=p, calibrated=calibrated), policy, world).action
        for p in (low, high)
    )
    if before is Action.EXECUTE:
        assert after is Action.EXECUTE
    if after is Action.ESCALATE and given.control is None:
        assert before is not Action.EXECUTE


@given(PROPOSALS, PROBABILITIES, STATES)
def test_the_dial_is_ordered(given: Proposal, p: float, world: LoopState) -> None:
    """What runs under a more cautious setting also runs under a faster one."""
    said = Verdict(status=CheckStatus.PASS, probability=p)
    runs = [
        decide(given, said, Policy.from_trust(trust), world).action is Action.EXECUTE
        for trust in ("cautious", "balanced", "fast")
    ]
    assert runs == sorted(runs)


def test_the_documented_thresholds_are_the_real_ones() -> None:
    page = (Path(__file__).parent.parent / "docs" / "verifiers.md").read_text(encoding="utf-8")
    for trust in ("cautious", "balanced", "fast"):
        borders = Policy.from_trust(trust).thresholds
        (line,) = (line for line in page.splitlines() if line.startswith(f"| `trust: {trust}`"))
        _, _, low, high, _, _ = line.split("|")
        assert [float(part.split()[-1]) for part in low.split(",")] == [borders[e].escalate_below for e in Effect]
        assert [float(part.split()[-1]) for part in high.split(",")] == [borders[e].execute_at for e in Effect]
