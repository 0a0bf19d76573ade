"""The cascade: the checks in order of what they cost, ended by the first that fails, summed up in a verdict.

Prices are measured: each verifier's declared price is the prior of a moving average of its own timings. Two prices
count as equal within a factor of four, and a price that only just leaves its range stays in it, so that noise does not
shuffle the order. Knows nothing of thresholds.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Protocol

from agentkit.errors import Cancelled
from agentkit.types import Check, CheckStatus, Proposal, ToolSpec, Verdict
from agentkit.types.base import replaced, unchecked
from agentkit.verify.scene import Scene, Verifier, worst
from agentkit.verify.score import raw_score

_DECISIVE = CheckStatus.FAIL
_verdict = unchecked(Verdict)


class Calibration(Protocol):
    """What turns scores into P(correct)."""

    def probability(self, proposal: Proposal, checks: Iterable[Check]) -> float | None:
        """P(correct) of a proposal, or None when this calibration was fitted for another model."""
        ...


class Cascade:
    """Runs verifiers, cheapest first. Safe to use from several threads.

    `memory` is the weight of the newest timing in the moving average of a verifier's price.
    """

    def __init__(
        self, verifiers: Iterable[Verifier], calibration: Calibration | None = None, *, memory: float = 0.1
    ) -> None:
        self._verifiers = tuple(verifiers)
        self._calibration = calibration
        self._memory = memory
        self._prices = {verifier.name: verifier.price_ms for verifier in self._verifiers}
        self._fitted: tuple[tuple[int, ...], tuple[ToolSpec, ...], Calibration | None] | None = None
        self._lock = threading.Lock()
        self._steps = {name: _price_step(price) for name, price in self._prices.items()}
        self._order = self._sorted()

    @property
    def prices(self) -> Mapping[str, float]:
        """The expected cost of each verifier in milliseconds, in the order in which they run."""
        return {verifier.name: self._prices[verifier.name] for verifier in self.order()}

    def order(self) -> tuple[Verifier, ...]:
        """The verifiers, cheapest first; those of about the same price in the order they were given."""
        return self._order

    def _sorted(self) -> tuple[Verifier, ...]:
        return tuple(sorted(self._verifiers, key=lambda verifier: self._steps[verifier.name]))

    def run(self, scene: Scene) -> Verdict:
        """The verdict on a proposal. Raises only `Cancelled`; a verifier that breaks counts as unsure."""
        checks: list[Check] = []
        now = time.perf_counter()
        for verifier in self._order:
            try:
                check = verifier.check(scene)
            except Cancelled:
                raise
            except Exception as error:
                text = f"The check `{verifier.name}` could not run: {type(error).__name__}: {error}"
                check = Check(name=verifier.name, status=CheckStatus.UNSURE, evidence=text)
            started, now = now, time.perf_counter()
            spent = (now - started) * 1000.0
            self._learn(verifier.name, spent)
            checks.append(replaced(check, "ms", spent))
            if check.status is _DECISIVE:
                break
        scene.memo.clear()  # it may hold what holds the scene
        return self._verdict(scene, tuple(checks))

    def _learn(self, name: str, spent: float) -> None:
        """Move a price towards a timing; one that another thread overwrites in that moment is no loss."""
        known = self._prices[name]
        price = self._prices[name] = known + self._memory * (spent - known)
        low, high = self._steps[name]
        if not low * _NEAR <= price < high / _NEAR:
            with self._lock:
                self._steps[name] = _price_step(price)
                self._order = self._sorted()

    def _verdict(self, scene: Scene, checks: tuple[Check, ...]) -> Verdict:
        proposal = scene.proposal
        fitted = self._fitted_for(scene)
        found = None if fitted is None else fitted.probability(proposal, checks)
        probability = raw_score(proposal) if found is None else found
        status = worst([check.status for check in checks])
        return _verdict(status=status, checks=checks, probability=probability, calibrated=found is not None)

    def _fitted_for(self, scene: Scene) -> Calibration | None:
        """The calibration for the agent's tools, where there is one; looked up once for each set of tools."""
        choose = getattr(self._calibration, "for_tools", None)
        if choose is None:
            return self._calibration
        tools = scene.registry.specs if scene.registry is not None else scene.request.tools
        key = tuple(map(id, tools))
        with self._lock:
            if self._fitted is None or self._fitted[0] != key:
                self._fitted = (key, tools, choose(tools))
            return self._fitted[2]


def _price_step(price_ms: float) -> tuple[float, float]:
    """The range of prices that count as equal to this one."""
    step = math.floor(math.log(max(price_ms, _CHEAPEST), 4))
    return (4.0**step if step > _LEAST else 0.0), 4.0 ** (step + 1)


_CHEAPEST = 1e-3
_NEAR = 0.7
_LEAST = math.floor(math.log(_CHEAPEST, 4))
