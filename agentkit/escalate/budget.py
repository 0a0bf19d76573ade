"""What a run may spend on the remote model, and what it has spent: frozen values and nothing else.

The limits are the spec's `Budgets`. A limit is looked at before an exchange, so the last exchange may overshoot by its
own cost.
"""

from __future__ import annotations

from agentkit.spec.model import Budgets
from agentkit.types import RemoteExchange, Value

__all__ = ["Budgets", "Spent"]


class Spent(Value):
    """What exchanges have cost so far: money, tokens, requests (attempts included), seconds waited, bytes sent."""

    usd: float = 0.0
    tokens: int = 0
    calls: int = 0
    seconds: float = 0.0
    bytes_out: int = 0

    def plus(self, exchange: RemoteExchange) -> Spent:
        """What has been spent once this exchange is over."""
        return Spent(
            usd=self.usd + exchange.cost_usd,
            tokens=self.tokens + exchange.tokens,
            calls=self.calls + exchange.attempts,
            seconds=self.seconds + exchange.ms / 1000.0,
            bytes_out=self.bytes_out + exchange.bytes_out,
        )

    def exhausted(self, limits: Budgets) -> str:
        """A sentence that names the limit that is reached, or an empty text."""
        spent = (
            (limits.usd, self.usd, "{:g} US dollars"),
            (limits.tokens, self.tokens, "{} tokens"),
            (limits.calls, self.calls, "{} requests"),
            (limits.seconds, self.seconds, "{:.3g} seconds"),
        )
        for limit, used, form in spent:
            if limit is not None and used >= limit:
                return f"the remote budget of {form.format(limit)} is used up ({form.format(used)} spent)"
        return ""
