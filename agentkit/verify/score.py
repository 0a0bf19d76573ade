"""Numbers that say how sure a proposal is: its features, and the raw score used until a calibration is fitted.

All features are per *decision point*, never per sequence: a product over an answer falls with its length whatever its
worth, and quantiles of token-level uncertainty rank errors better than sums or means (Language Model Cascades,
arXiv 2404.10136). Every feature is oriented so that more means surer. Knows nothing of thresholds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from agentkit.types import Check, CheckStatus, DecisionPoint, Proposal

FEATURES = (
    "min_p",
    "min_tool_p",
    "min_argument_p",
    "low_quartile_p",
    "mean_p",
    "min_margin",
    "min_mass",
    "calmness",
    "agreement",
    "grounding",
    "sure_checks",
)


def raw_score(proposal: Proposal) -> float | None:
    """The least probability over the decision points; None when the engine gives no probabilities.

    1.0 when nothing was left to choose. This is a score, not a probability: it is shown as "uncalibrated".
    """
    if not proposal.confidence_known:
        return None
    return min((point.p for point in proposal.points), default=1.0)


def features(proposal: Proposal, checks: Iterable[Check]) -> dict[str, float]:
    """The features of a proposal by name, each in [0, 1], more meaning surer.

    A check that did not run, and an engine without probabilities, give the neutral 1.0 resp. 0.5.
    """
    found = {check.name: check for check in checks}
    points = proposal.points
    known = proposal.confidence_known
    tool = [point for point in points if point.field in {"tool", "count"}]
    arguments = [point for point in points if point.field not in {"tool", "count"}]
    values = {
        "min_p": _least(points, lambda point: point.p),
        "min_tool_p": _least(tool, lambda point: point.p),
        "min_argument_p": _least(arguments, lambda point: point.p),
        "low_quartile_p": _quartile([point.p for point in points]),
        "mean_p": sum(point.p for point in points) / len(points) if points else 1.0,
        "min_margin": _least(points, lambda point: point.margin),
        "min_mass": _least(points, lambda point: point.mass),
        "calmness": _least(points, lambda point: 1.0 / (1.0 + point.entropy)),
    }
    unsure = sum(check.status is not CheckStatus.PASS for check in found.values())
    values = {name: value if known else 0.5 for name, value in values.items()}
    return {
        **values,
        "agreement": _scored(found.get("agreement")),
        "grounding": _scored(found.get("grounding")),
        "sure_checks": 1.0 / (1.0 + unsure),
    }


def _least(points: Iterable[DecisionPoint], value: Callable[[DecisionPoint], float]) -> float:
    return min((min(1.0, max(0.0, value(point))) for point in points), default=1.0)


def _quartile(values: list[float]) -> float:
    return sorted(values)[len(values) // 4] if values else 1.0


def _scored(check: Check | None) -> float:
    if check is None:
        return 1.0
    if check.score is not None:
        return min(1.0, max(0.0, check.score))
    return {CheckStatus.PASS: 1.0, CheckStatus.UNSURE: 0.5, CheckStatus.FAIL: 0.0}[check.status]
