"""The cascade: the checks in order of what they cost, ended by the first that fails, summed up in a verdict.

Prices are measured: each verifier's declared price is the prior of a moving average of its own timings. Two prices
count as equal within a factor of four, so that noise does not shuffle the order. Knows nothing of thresholds.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Protocol

from agentkit.errors import Cancelled
from agentkit.types import Check, CheckStatus, Proposal, Verdict
from agentkit.verify.scene import Scene, Verifier
from agentkit.verify.score import raw_score

_DECISIVE = CheckStatus.FAIL


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
        self._lock = threading.Lock()

    @property
    def prices(self) -> Mapping[str, float]:
        """The expected cost of each verifier in milliseconds, in the order in which they run."""
        return {verifier.name: self._prices[verifier.name] for verifier in self.order()}

    def order(self) -> tuple[Verifier, ...]:
        """The verifiers, cheapest first; those of about the same price in the order they were given."""
        with self._lock:
            steps = {name: _price_step(price) for name, price in self._prices.items()}
        return tuple(sorted(self._verifiers, key=lambda verifier: steps[verifier.name]))

    def run(self, scene: Scene) -> Verdict:
        """The verdict on a proposal. Raises only `Cancelled`; a verifier that breaks counts as unsure."""
        checks: list[Check] = []
        for verifier in self.order():
            check = self._timed(verifier, scene)
            checks.append(check)
            if check.status is _DECISIVE:
                break
        return self._verdict(scene.proposal, tuple(checks))

    def _timed(self, verifier: Verifier, scene: Scene) -> Check:
        started = time.perf_counter()
        try:
            check = verifier.check(scene)
        except Cancelled:
            raise
        except Exception as error:
            text = f"The check `{verifier.name}` could not run: {type(error).__name__}: {error}"
            check = Check(name=verifier.name, status=CheckStatus.UNSURE, evidence=text)
        spent = (time.perf_counter() - started) * 1000
        with self._lock:
            known = self._prices[verifier.name]
            self._prices[verifier.name] = known + self._memory * (spent - known)
        return check.model_copy(update={"ms": spent})

    def _verdict(self, proposal: Proposal, checks: tuple[Check, ...]) -> Verdict:
        statuses = {check.status for check in checks}
        worst = next((one for one in (CheckStatus.FAIL, CheckStatus.UNSURE) if one in statuses), CheckStatus.PASS)
        fitted = self._calibration.probability(proposal, checks) if self._calibration else None
        probability = raw_score(proposal) if fitted is None else fitted
        return Verdict(status=worst, checks=checks, probability=probability, calibrated=fitted is not None)


def _price_step(price_ms: float) -> int:
    return math.floor(math.log(max(price_ms, 1e-3), 4))
