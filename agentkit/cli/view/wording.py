"""Words for the values of a step: a call, how sure, which check decided, where, how long.

Pure: values in, text out. Knows nothing of colours and widths.
"""

from __future__ import annotations

import json

from pydantic import JsonValue

from agentkit.types import Action, CheckStatus, Decision, Proposal, Step, ToolCall, ToolResult, Verdict

_CONTROLS = {
    "abstain": "no tool fits",
    "ask": "asks",
    "finish": "answers",
    "defer": "hands over to the larger model",
}


def call_text(call: ToolCall, *, longest: int = 40) -> str:
    """`set_alarm(hour=7, label="Gym")`; controls in words; long values shortened to `longest` characters."""
    if call.control is not None:
        said = next((str(value) for value in call.arguments.values() if value not in (None, "")), "")
        words = _CONTROLS[call.control.value]
        return f"{words}: {shortened(said, longest * 2)}" if said else words
    arguments = ", ".join(f"{name}={value_text(value, longest)}" for name, value in call.arguments.items())
    return f"{call.name}({arguments})"


def value_text(value: JsonValue, longest: int = 40) -> str:
    """A value as JSON, shortened; a reference to an earlier call as `#1.id`."""
    if isinstance(value, dict) and "$ref" in value:
        path = value.get("path")
        return f"#{value['$ref']}" + (f".{path}" if path else "")
    return shortened(json.dumps(value, ensure_ascii=False), longest)


def calls_text(proposal: Proposal) -> list[str]:
    """The calls of a proposal, one text each; a proposal of no calls is said to be one."""
    return [call_text(call) for call in proposal.calls] or ["no call"]


def confidence(verdict: Verdict) -> str:
    """`p 0.98 uncalibrated`: a number that is not a fitted probability never looks like one."""
    if verdict.probability is None:
        return "p unknown"
    return f"p {verdict.probability:.2f}" + ("" if verdict.calibrated else " uncalibrated")


def deciding(verdict: Verdict) -> str:
    """The check that settled the verdict: the first that failed, else those in doubt, else how many passed."""
    if verdict.failures:
        return f"{verdict.failures[0].name} failed"
    unsure = [check.name for check in verdict.checks if check.status is CheckStatus.UNSURE]
    if unsure:
        return f"{', '.join(dict.fromkeys(unsure))} unsure"
    passed = len({check.name for check in verdict.checks if check.status is CheckStatus.PASS})
    return f"{passed} check{'s' if passed != 1 else ''} passed" if passed else "no check"


def where(proposal: Proposal) -> str:
    """Where the proposal was made."""
    return proposal.tier


def duration(ms: float) -> str:
    """`0.4 ms`, `21 ms`, `3.2 s`, `2 min 05 s`."""
    if ms < 10:
        return f"{ms:.1f} ms"
    if ms < 1000:
        return f"{ms:.0f} ms"
    return f"{ms / 1000:.1f} s" if ms < 60_000 else f"{ms // 60_000:.0f} min {ms % 60_000 / 1000:02.0f} s"


def details(step: Step, ms: float, *, short: bool = False) -> str:
    """What stands beside a call: confidence, the deciding check, where it ran, how long the step took.

    The short form leaves out what is usual: that checks passed, and that the model is the local one.
    """
    parts = [confidence(step.verdict), deciding(step.verdict), where(step.proposal), duration(ms)]
    if short:
        parts[1] = parts[1].removesuffix(" passed")
        parts = [part for part in parts if part != "local"]
    return " · ".join(parts)


def decision_text(decision: Decision) -> str:
    """The decision in words, for every action but the plain EXECUTE."""
    verb = {
        Action.EXECUTE: "run",
        Action.REPAIR: "repair",
        Action.ESCALATE: "ask the larger model",
        Action.ASK: "ask you",
        Action.STOP: "stop",
    }[decision.action]
    return f"{verb}: {decision.reason}" if decision.reason else verb


def result_text(result: ToolResult, *, longest: int = 400) -> str:
    """What a call gave, on one line."""
    text = " ".join((result.text if result.ok else result.error or result.text).split())
    if result.ok:
        return shortened(text, longest) or "done"
    return f"{result.status}: {shortened(text, longest)}" if text else result.status


def shortened(text: str, longest: int) -> str:
    """The text, cut with an ellipsis to at most `longest` characters."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
