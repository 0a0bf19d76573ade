"""The one decision that follows from a proposal, a verdict, a policy and the state of the run.

A failed check always outranks P. Knows nothing of where the thresholds come from.
"""

from __future__ import annotations

from pydantic import Field

from agentkit.decide.policy import SEVERITY, Policy
from agentkit.types import (
    Action,
    Check,
    CheckStatus,
    Control,
    Decision,
    Effect,
    Proposal,
    Status,
    ToolCall,
    Value,
    Verdict,
)
from agentkit.types.base import unchecked
from agentkit.verify.canonical import call_key, calls_key

_decision = unchecked(Decision)

OVERRULABLE = frozenset({"taint"})
"""Checks whose failure a person may overrule; no other model and no repair can."""
REPEATED = "repetition"
"""The check that fails a call which was made before. Where a pack has another in its place, a repeated call may have a
meaning of its own (a second tap), and never ends a run."""


class LoopState(Value):
    """What the policy needs to know of the run.

    `effects` gives the effect of each tool that is called (an unknown tool counts as irreversible); `tried` holds the
    keys (`calls_key`) of proposals that were already sent back for repair in this step, `done` those (`call_key`) of
    calls that succeeded in this run, unless something that was tried is left undone; `attended` says whether a
    person is there now; `approved` that a person has confirmed exactly these calls; `declined` holds the keys of the
    calls that a person refused; `remote_missing` says why the larger model did not help when it was asked, or is empty;
    `unanswered` says why the first model gave no proposal, or is empty.
    """

    effects: dict[str, Effect] = Field(default_factory=dict)
    repairs_used: int = 0
    escalations_used: int = 0
    steps_used: int = 0
    remote_available: bool = False
    remote_missing: str = ""
    attended: bool = False
    approved: bool = False
    tried: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    unanswered: str = ""


def decide(proposal: Proposal, verdict: Verdict, policy: Policy, state: LoopState) -> Decision:
    """The one decision that follows from the values given."""
    if state.steps_used >= policy.max_steps:
        return _decision(action=Action.STOP, reason=f"the limit of {policy.max_steps} steps is reached")
    if state.unanswered:
        return _unanswered(proposal, policy, state)
    if state.declined and not state.approved and calls_key(proposal.calls) in state.declined:
        return _decision(action=Action.STOP, reason="a person declined these calls, and the model proposes them again")
    overruled = state.approved and all(check.name in OVERRULABLE for check in verdict.failures)
    if verdict.status is CheckStatus.FAIL and not overruled:
        return _after_failure(proposal, verdict, policy, state)
    if proposal.control is not None:
        return _control(proposal, proposal.control, verdict, policy, state)
    return _calls(proposal, verdict, policy, state)


def severity(proposal: Proposal, state: LoopState) -> Effect:
    """The gravest effect among the calls; controls read, unknown tools count as irreversible."""
    effects = [
        Effect.READ if call.control else state.effects.get(call.name, Effect.IRREVERSIBLE) for call in proposal.calls
    ]
    return max(effects, key=SEVERITY.index, default=Effect.READ)


def ending(proposal: Proposal | None, decision: Decision, *, ran: bool) -> Status:
    """How a run ends when `decision` stops it; `ran` says whether any call of the run succeeded."""
    if decision.action is Action.ASK:
        return "asked"
    if proposal is None or not decision.final:
        return "partial"
    if proposal.control is Control.FINISH and _answer(proposal):
        return "answered"
    return "success" if ran else "abstained"


def _unanswered(proposal: Proposal, policy: Policy, state: LoopState) -> Decision:
    """The larger model, else an end: a person who is asked can say nothing that would make the first one answer."""
    if _can_escalate(proposal, policy, state):
        return _decision(action=Action.ESCALATE, reason=state.unanswered)
    return _decision(action=Action.STOP, reason=f"{state.unanswered}; {_no_remote(proposal, policy, state)}")


def _calls(proposal: Proposal, verdict: Verdict, policy: Policy, state: LoopState) -> Decision:
    effect = severity(proposal, state)
    threshold = policy.thresholds[effect]
    p, shown = _probability(proposal, verdict, policy)
    execute_at = _raised(threshold.execute_at, verdict, policy)
    if state.approved:
        return _decision(action=Action.EXECUTE, reason="a person approved it", threshold=execute_at)
    if p >= execute_at:
        if effect in policy.approval:
            return _approval(proposal, f"{effect.value} calls need a person's approval", policy, execute_at)
        return _decision(
            action=Action.EXECUTE, reason=f"{shown} reaches {execute_at:.2f} for {effect}", threshold=execute_at
        )
    confirmed = p >= threshold.escalate_below
    border = execute_at if confirmed else threshold.escalate_below
    reason = f"{shown} is below {border:.2f} for {effect}"
    if policy.can_ask and ((confirmed and state.attended) or not _can_escalate(proposal, policy, state)):
        return _approval(proposal, reason, policy, border)
    return _help(proposal, reason, policy, state, border)


def _control(proposal: Proposal, control: Control, verdict: Verdict, policy: Policy, state: LoopState) -> Decision:
    if control is Control.ASK:
        return _question(proposal, policy, state)
    if control is Control.DEFER:
        if _can_escalate(proposal, policy, state):
            return _decision(action=Action.ESCALATE, reason="the model defers this step to the larger one")
        return _decision(action=Action.STOP, reason=f"the model deferred, but {_no_remote(proposal, policy, state)}")
    threshold = policy.thresholds[Effect.READ].escalate_below
    p, shown = _probability(proposal, verdict, policy)
    said = "the task is finished" if control is Control.FINISH else "no tool fits"
    if p < threshold and _can_escalate(proposal, policy, state):
        reason = f"the model says that {said}, but {shown} is below {threshold:.2f}"
        return _decision(action=Action.ESCALATE, reason=reason, threshold=threshold)
    return _decision(action=Action.STOP, reason=f"the model says that {said}", final=True, threshold=threshold)


def _question(proposal: Proposal, policy: Policy, state: LoopState) -> Decision:
    asked = proposal.calls[0].arguments.get("question")
    question = asked if isinstance(asked, str) and asked.strip() else "What should I do?"
    if policy.can_ask:
        return _decision(action=Action.ASK, reason="the model asks", question=question.strip())
    if _can_escalate(proposal, policy, state):
        return _decision(action=Action.ESCALATE, reason="the model asks, and nobody may be asked")
    return _decision(action=Action.STOP, reason=f"the model asks, and nobody may be asked: {question.strip()}")


def _after_failure(proposal: Proposal, verdict: Verdict, policy: Policy, state: LoopState) -> Decision:
    evidence = " ".join(check.evidence or f"The check `{check.name}` failed." for check in verdict.failures)
    evidence = evidence or "The proposal failed verification."
    if any(check.name in OVERRULABLE for check in verdict.failures):
        return _approval(proposal, evidence, policy, None)
    seen = calls_key(proposal.calls) in state.tried
    if seen and _only_done(proposal, verdict.failures, state):
        return _decision(action=Action.STOP, reason="the model only repeats what is done", final=True)
    if _repairable(verdict.failures) and state.repairs_used < policy.max_repairs and not seen:
        feedback = f"{evidence} Answer again with a corrected call; do not repeat the same one."
        return _decision(action=Action.REPAIR, reason=evidence, feedback=feedback)
    reason = f"{evidence} The same call came back after a repair." if seen else evidence
    return _help(proposal, reason, policy, state, None)


def _help(proposal: Proposal, reason: str, policy: Policy, state: LoopState, threshold: float | None) -> Decision:
    """The larger model if it can be asked, else a person, else an honest end."""
    if _can_escalate(proposal, policy, state):
        return _decision(action=Action.ESCALATE, reason=reason, threshold=threshold)
    missing = _no_remote(proposal, policy, state)
    if policy.can_ask:
        question = f"I am stuck: {reason.rstrip('.')}. How should I go on?"
        return _decision(action=Action.ASK, reason=f"{reason}; {missing}", question=question, threshold=threshold)
    return _decision(action=Action.STOP, reason=f"{reason}; {missing}, and nobody may be asked", threshold=threshold)


def _approval(proposal: Proposal, reason: str, policy: Policy, threshold: float | None) -> Decision:
    if not policy.can_ask:
        return _decision(action=Action.STOP, reason=f"{reason}; nobody may be asked to approve it", threshold=threshold)
    shown = "; ".join(describe(call) for call in proposal.calls)
    return _decision(
        action=Action.ASK, reason=reason, question=f"Run {shown}? ({reason})", approval=True, threshold=threshold
    )


def describe(call: ToolCall) -> str:
    """A call as a person reads it: `send_message(to="Mum", text="On my way")`."""
    return f"{call.name}({', '.join(f'{name}={_shown(value)}' for name, value in call.arguments.items())})"


def _shown(value: object) -> str:
    text = str(value)
    short = text if len(text) <= 200 else f"{text[:150]}… ({len(text)} characters)"
    return f'"{short}"' if isinstance(value, str) else short


def _only_done(proposal: Proposal, failures: tuple[Check, ...], state: LoopState) -> bool:
    """Whether this proposal, and each that was sent back before it in this step, holds nothing but calls that are done.

    The model was told so and knows nothing else to do: it has no other way to say that it is finished.
    """
    own = calls_key(proposal.calls)
    return (
        all(check.name == REPEATED for check in failures)
        and bool(proposal.calls)
        and all(call_key(call) in state.done for call in proposal.calls)
        and all(key == own or key in state.done for key in state.tried)
    )


def _repairable(failures: tuple[Check, ...]) -> bool:
    return all(check.repairable for check in failures)


def _can_escalate(proposal: Proposal, policy: Policy, state: LoopState) -> bool:
    return (
        policy.can_escalate
        and state.remote_available
        and proposal.tier != "remote"
        and state.escalations_used < policy.max_escalations
        and state.steps_used + 1 < policy.max_steps
    )


def _no_remote(proposal: Proposal, policy: Policy, state: LoopState) -> str:
    if not policy.can_escalate:
        return "escalation is switched off"
    if proposal.tier == "remote":
        return "this is already the larger model's answer"
    if not state.remote_available:
        return state.remote_missing or "no larger model is available"
    if state.steps_used + 1 >= policy.max_steps:
        return f"none of the {policy.max_steps} steps is left for the larger model's answer"
    return f"the limit of {policy.max_escalations} escalations is reached"


def _probability(proposal: Proposal, verdict: Verdict, policy: Policy) -> tuple[float, str]:
    """P, and how it is named in a reason; an uncalibrated score never goes by the name of probability."""
    if verdict.probability is not None:
        name = "P" if verdict.calibrated else "uncalibrated score"
        return verdict.probability, f"{name} {verdict.probability:.2f}"
    assumed = policy.assumed_remote if proposal.tier == "remote" else policy.assumed
    return assumed, f"assumed score {assumed:.2f} (the model gives no probabilities)"


def _raised(execute_at: float, verdict: Verdict, policy: Policy) -> float:
    if verdict.status is CheckStatus.UNSURE and not verdict.calibrated:
        return min(1.0, execute_at + policy.unsure_margin)
    return execute_at


def _answer(proposal: Proposal) -> bool:
    return any(value not in (None, "") for value in proposal.calls[0].arguments.values())
