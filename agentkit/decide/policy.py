"""The dial and what it stands for: thresholds on P(correct) for each effect, and limits.

Three zones of P per effect: below `escalate_below` the larger model is asked (a person, where there is none); from
`execute_at` on the calls run; in between, a person confirms. The default thresholds are starting points for
uncalibrated scores, chosen by hand; `agentkit distill calibrate` gives probabilities they can be set against.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from agentkit.types import Effect, Value

Trust = Literal["cautious", "balanced", "fast"]

SEVERITY = (Effect.READ, Effect.WRITE, Effect.EXTERNAL, Effect.IRREVERSIBLE)


class Threshold(Value):
    """The two borders on P for one effect; equal borders leave no zone in which a person confirms."""

    execute_at: float = Field(ge=0.0, le=1.0, description="Run the calls when P is at least this.")
    escalate_below: float = Field(ge=0.0, le=1.0, description="Ask the larger model when P is below this.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.escalate_below > self.execute_at:
            raise ValueError(f"escalate_below ({self.escalate_below}) lies above execute_at ({self.execute_at})")
        return self


class Policy(Value):
    """Thresholds and limits; `from_trust` derives all of them from one dial.

    `assumed` stands in for P when an engine gives no probabilities, `assumed_remote` when that engine is the larger
    model. `unsure_margin` is added to `execute_at` when a check could not tell. `can_ask` allows pausing for a person.
    """

    thresholds: dict[Effect, Threshold]
    approval: frozenset[Effect] = frozenset()
    max_repairs: int = Field(default=2, ge=0)
    max_escalations: int = Field(default=2, ge=0)
    max_steps: int = Field(default=12, ge=1)
    can_ask: bool = True
    can_escalate: bool = True
    assumed: float = Field(default=0.7, ge=0.0, le=1.0)
    assumed_remote: float = Field(default=0.95, ge=0.0, le=1.0)
    unsure_margin: float = Field(default=0.1, ge=0.0, le=1.0)

    @model_validator(mode="after")
    def _total(self) -> Self:
        missing = [effect.value for effect in SEVERITY if effect not in self.thresholds]
        if missing:
            raise ValueError(f"no threshold for {', '.join(missing)}; `Policy.from_trust` gives all of them")
        return self

    @classmethod
    def from_trust(
        cls,
        trust: Trust = "balanced",
        *,
        thresholds: Mapping[str, Mapping[str, float]] | None = None,
        **overrides: object,
    ) -> Policy:
        """The policy of one position of the dial, with single values replaced.

        `thresholds` maps an effect to `execute_at` and/or `escalate_below`; a border that is not given keeps the
        dial's value, moved only as far as needed to stay on its side of the other. Raises `ValueError` (pydantic's
        `ValidationError` is one) on a value out of range or an unknown name.
        """
        given = {Effect(name): dict(borders) for name, borders in (thresholds or {}).items()}
        chosen = {effect: _merged(_DIAL[trust][effect], given.get(effect, {})) for effect in SEVERITY}
        return cls.model_validate({**_LIMITS[trust], **overrides, "thresholds": chosen})


def _merged(dial: Threshold, changes: Mapping[str, float]) -> dict[str, float]:
    borders = {**dial.model_dump(), **changes}
    if "execute_at" in changes and "escalate_below" not in changes:
        borders["escalate_below"] = min(dial.escalate_below, changes["execute_at"])
    if "escalate_below" in changes and "execute_at" not in changes:
        borders["execute_at"] = max(dial.execute_at, changes["escalate_below"])
    return borders


def _zones(*borders: tuple[float, float]) -> dict[Effect, Threshold]:
    return {
        effect: Threshold(escalate_below=low, execute_at=high)
        for effect, (low, high) in zip(SEVERITY, borders, strict=True)
    }


_DIAL: dict[Trust, dict[Effect, Threshold]] = {
    "cautious": _zones((0.6, 0.6), (0.7, 0.9), (0.8, 0.95), (0.8, 0.98)),
    "balanced": _zones((0.3, 0.3), (0.4, 0.6), (0.5, 0.75), (0.6, 0.9)),
    "fast": _zones((0.1, 0.1), (0.2, 0.3), (0.3, 0.4), (0.4, 0.6)),
}
_LIMITS: dict[Trust, dict[str, object]] = {
    "cautious": {"approval": {Effect.EXTERNAL, Effect.IRREVERSIBLE}, "max_repairs": 2, "max_escalations": 3},
    "balanced": {"approval": {Effect.IRREVERSIBLE}, "max_repairs": 2, "max_escalations": 2},
    "fast": {"approval": set[Effect](), "max_repairs": 1, "max_escalations": 1},
}
