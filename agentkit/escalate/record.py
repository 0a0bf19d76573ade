"""What the end of an exchange adds to its `RemoteExchange`, as keyword arguments: a fault, a breakdown, a whole answer.

Pure. Knows nothing of requests, budgets or placeholders; what came back is kept as it came.
"""

from __future__ import annotations

from typing import Any

from agentkit.errors import RemoteError, RunError
from agentkit.types import ExchangeStatus, Proposal


def faulty(error: Exception, status: ExchangeStatus) -> dict[str, Any]:
    """What an error that a model may raise adds: its status, its words, and what was spent until it came."""
    record: dict[str, Any] = {"status": status, "error": getattr(error, "message", str(error))}
    if isinstance(error, RunError):
        record |= {"attempts": error.attempts, "bytes_out": error.bytes_out, "bytes_in": error.bytes_in}
    if isinstance(error, RemoteError):
        record |= {"received": error.received, "cost_usd": error.cost_usd, "tokens": error.tokens}
    return record


def cut_off(reason: BaseException) -> dict[str, Any]:
    """A cancellation, or Ctrl-C: a request may have left, so it counts as one where the model cannot say."""
    if isinstance(reason, RunError):
        spent = {"attempts": reason.attempts, "bytes_out": reason.bytes_out, "bytes_in": reason.bytes_in}
    else:
        spent = {"attempts": 1}
    return {"status": "cancelled", "error": "it was cut off when the run was cancelled", **spent}


def broken(error: Exception, *, answered: bool) -> dict[str, Any]:
    """An error that no model should raise: garbled where it came after an answer, else down."""
    text = " ".join(str(error).split())
    said = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return {"status": "garbled" if answered else "down", "error": f"the remote model failed: {said}"}


def received(answer: Proposal) -> dict[str, Any]:
    """What a whole answer adds to the record, placeholders still in it; an engine in process sent no bytes."""
    return {
        "received": answer.text or answer.model_dump_json(include={"calls"}),
        "bytes_out": answer.usage.bytes_out,
        "bytes_in": answer.usage.bytes_in,
        "tokens": answer.usage.prompt_tokens + answer.usage.decoded_tokens,
        "attempts": answer.usage.attempts,
        "cost_usd": answer.usage.cost_usd,
    }
