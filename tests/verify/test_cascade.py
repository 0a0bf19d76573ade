"""The cascade: price order, early exit, prices learned from timings, broken verifiers, the verdict's probability."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from agentkit.errors import Cancelled, WiringError
from agentkit.types import Check, CheckStatus, DecisionPoint, Message, Proposal, ProposeRequest, ToolCall
from agentkit.verify import BUILT_IN, Cascade, Scene, default_verifiers

PASS, FAIL, UNSURE = CheckStatus.PASS, CheckStatus.FAIL, CheckStatus.UNSURE


@dataclass
class Fixed:
    """A verifier that says what it is told to, in the time it is told to take."""

    name: str
    price_ms: float = 1.0
    status: CheckStatus = PASS
    ms: float = 0.0
    raises: Exception | None = None
    asked: int = field(default=0)

    def check(self, scene: Scene) -> Check:
        self.asked += 1
        if self.raises:
            raise self.raises
        until = time.perf_counter() + self.ms / 1000
        while time.perf_counter() < until:
            pass
        return Check(name=self.name, status=self.status, evidence=f"{self.name} spoke.")


def point(p: float) -> DecisionPoint:
    return DecisionPoint(field="tool", text="x", p=p, mass=1.0, margin=p, entropy=0.1, legal=2)


def scene(*ps: float, known: bool = True) -> Scene:
    proposal = Proposal(
        calls=(ToolCall(id="1", name="t"),), model="m", points=tuple(map(point, ps)), confidence_known=known
    )
    return Scene(request=ProposeRequest(tools=(), messages=(Message(role="user", content="x"),)), proposal=proposal)


def names(cascade: Cascade) -> list[str]:
    return [verifier.name for verifier in cascade.order()]


def test_cheap_first_and_nothing_after_a_failure() -> None:
    dear, cheap, broken = Fixed("dear", 100.0), Fixed("cheap", 0.1), Fixed("middle", 5.0, FAIL)
    verdict = Cascade([dear, broken, cheap]).run(scene(0.9))
    assert [check.name for check in verdict.checks] == ["cheap", "middle"]
    assert verdict.status is FAIL
    assert dear.asked == 0
    assert verdict.failures[0].evidence == "middle spoke."
    assert all(check.ms >= 0 for check in verdict.checks)


def test_unsure_does_not_end_it() -> None:
    verdict = Cascade([Fixed("a", 1.0, UNSURE), Fixed("b", 50.0)]).run(scene(0.9))
    assert (verdict.status, len(verdict.checks)) == (UNSURE, 2)


def test_prices_are_learned_and_change_the_order() -> None:
    slow, quick = Fixed("slow", 0.001, ms=2.0), Fixed("quick", 0.05)
    cascade = Cascade([slow, quick], memory=0.5)
    assert names(cascade) == ["slow", "quick"]
    for _ in range(8):
        cascade.run(scene(0.9))
    assert names(cascade) == ["quick", "slow"]
    assert 1.0 < cascade.prices["slow"] < 200
    assert cascade.prices["quick"] < cascade.prices["slow"]


def test_about_equal_prices_keep_the_given_order() -> None:
    assert names(Cascade([Fixed("b", 1.5), Fixed("a", 1.2)])) == ["b", "a"]


def test_a_verifier_that_breaks_is_unsure_and_names_itself() -> None:
    verdict = Cascade([Fixed("odd", raises=KeyError("x")), Fixed("b", 50.0)]).run(scene(0.9))
    assert verdict.status is UNSURE
    assert verdict.checks[0].evidence == "The check `odd` could not run: KeyError: 'x'"
    assert len(verdict.checks) == 2


def test_cancellation_comes_through() -> None:
    with pytest.raises(Cancelled):
        Cascade([Fixed("a", raises=Cancelled("stop"))]).run(scene(0.9))


def test_the_raw_score_is_the_least_point_and_is_not_called_calibrated() -> None:
    verdict = Cascade([Fixed("a")]).run(scene(0.9, 0.3, 0.99))
    assert (verdict.probability, verdict.calibrated) == (0.3, False)
    assert Cascade([]).run(scene()).probability == 1.0
    assert Cascade([]).run(scene(known=False)).probability is None


class Half:
    """A calibration for one model only."""

    def probability(self, proposal: Proposal, checks: Iterable[Check]) -> float | None:
        return 0.5 if proposal.model == "m" else None


def test_a_calibration_speaks_only_for_its_model() -> None:
    given = scene(0.9)
    verdict = Cascade([], Half()).run(given)
    assert (verdict.probability, verdict.calibrated) == (0.5, True)
    other = Scene(request=given.request, proposal=given.proposal.model_copy(update={"model": "other"}))
    verdict = Cascade([], Half()).run(other)
    assert (verdict.probability, verdict.calibrated) == (0.9, False)


def test_built_in_verifiers_by_name() -> None:
    assert [verifier.name for verifier in default_verifiers()] == list(BUILT_IN)
    assert [verifier.name for verifier in default_verifiers(["grounding", "schema"])] == ["schema", "grounding"]
    with pytest.raises(WiringError, match="no built-in verifier `groundin`") as caught:
        default_verifiers(["groundin"])
    assert caught.value.hint == "did you mean `grounding`?"
    with pytest.raises(WiringError) as caught:
        default_verifiers(["judge"])
    assert caught.value.hint == "make it with `Judge(model)`"


def test_the_whole_cascade_is_cheap() -> None:
    cascade = Cascade(default_verifiers())
    for _ in range(3):
        cascade.run(scene(0.9))
    assert sum(cascade.prices.values()) < 20
