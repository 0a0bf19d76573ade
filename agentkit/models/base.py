"""The one contract every engine fulfils: a request in, a proposal out.

Knows nothing of tools' functions, of policy, or of what happens to a proposal.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from agentkit.cancel import Cancel
from agentkit.retrieve import Ranking
from agentkit.types import Proposal, ProposeRequest

__all__ = ["Cancel", "Model", "Ranks", "on_device"]


@runtime_checkable
class Ranks(Protocol):
    """An engine that may know how near tools are to a request; retrieval asks it where it does."""

    @property
    def ranking(self) -> Ranking | None:
        """What says so; None where the weights came without what it needs."""
        ...


@runtime_checkable
class Model(Protocol):
    """An engine. Implementations are safe to call from several threads."""

    @property
    def name(self) -> str:
        """A stable name for traces and calibration: weights and quantisation, or the remote's model id."""
        ...

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        """Propose the next calls.

        Raises `ContextOverflowError` when the request cannot fit, `RemoteError` when a remote is unusable, and
        `Cancelled` once `cancel` is set. A local engine never returns a call that its tools' schemas do not allow.
        """
        ...

    def close(self) -> None:
        """Free what the engine holds; calling it twice is harmless."""
        ...


def on_device(model: Model) -> bool:
    """Whether what an engine is asked stays on this machine; one that has no attribute `on_device` runs in process."""
    return bool(getattr(model, "on_device", True))
