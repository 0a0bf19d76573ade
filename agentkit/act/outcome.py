"""How one call ended, and what the model is told of it.

Knows nothing of threads or processes; an `Outcome` is plain data, so a child process can send one.
"""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import JsonValue

from agentkit.errors import Cancelled, Failed, Retry
from agentkit.types import Effect, ToolCall, ToolResult
from agentkit.types.base import unchecked

_json = json.JSONEncoder(ensure_ascii=False).encode
_result = unchecked(ToolResult)

Kind = Literal["value", "retry", "failed", "stopped", "interrupted", "died"]


class Stopped(BaseException):
    """Raised inside a tool's thread to stop it; not an `Exception`, so that a tool does not catch it by accident."""


@dataclass(frozen=True)
class Outcome:
    """The raw end of a call: a value, a reason to try again, a failure, or that it was stopped, interrupted or died."""

    kind: Kind
    value: JsonValue = None
    error: str = ""
    where: str = ""


def from_exception(error: BaseException) -> Outcome:
    """The outcome that an exception of a tool stands for."""
    if isinstance(error, Retry):
        return Outcome("retry", error=str(error) or "the arguments were wrong")
    if isinstance(error, Failed):
        return Outcome("failed", error=str(error) or "it did not work")
    if isinstance(error, Stopped | Cancelled):
        return Outcome("stopped", error=str(error))
    if isinstance(error, KeyboardInterrupt):  # somebody wants the whole run to stop, wherever it was heard
        return Outcome("interrupted", error=str(error))
    text = " ".join(str(error).split())
    return Outcome(
        "failed", error=f"{type(error).__name__}: {text}" if text else type(error).__name__, where=_where(error)
    )


def _where(error: BaseException) -> str:
    """`file:line` of the innermost frame outside of this package and the standard library, else the innermost."""
    frames = traceback.extract_tb(error.__traceback__)
    own = str(Path(__file__).parent.parent)
    foreign = [f for f in frames if not f.filename.startswith(own) and "lib/python" not in f.filename]
    frame = (foreign or list(frames) or [None])[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}" if frame else ""


def to_result(
    call: ToolCall,
    outcome: Outcome,
    *,
    ms: float,
    effect: Effect,
    origin: Literal["trusted", "untrusted"] = "trusted",
    limit: int = 4000,
) -> ToolResult:
    """The result of a call that ended by itself."""
    if outcome.kind == "value":
        text, cut = shortened(render(outcome.value), limit)
        return _result(
            call_id=call.id,
            name=call.name,
            status="ok",
            value=outcome.value,
            text=text,
            ms=ms,
            truncated=cut,
            origin=origin,
        )
    if outcome.kind in {"stopped", "interrupted"}:
        return stopped(call, f"it was {_ENDS[outcome.kind]}", ms=ms, effect=effect)
    base = ToolResult(call_id=call.id, name=call.name, status="failed", ms=ms, origin=origin)
    text, cut = shortened(outcome.error, limit)
    if outcome.kind == "died":
        status = "failed" if effect is Effect.READ else "ambiguous"
        return base.model_copy(update={"status": status, "text": text, "error": outcome.error})
    error = f"{outcome.error} ({outcome.where})" if outcome.where else outcome.error
    return base.model_copy(update={"status": outcome.kind, "text": text, "error": error, "truncated": cut})


_ENDS = {"stopped": "cancelled", "interrupted": "interrupted"}


def stopped(call: ToolCall, why: str, *, ms: float, effect: Effect) -> ToolResult:
    """The result of a call that was cancelled part-way: of a read nothing is left, of a change nothing is known."""
    if effect is Effect.READ:
        return ToolResult(call_id=call.id, name=call.name, status="failed", text=why, error=why, ms=ms)
    text = f"{why}; what it had done by then is not known"
    return ToolResult(call_id=call.id, name=call.name, status="ambiguous", text=text, error=text, ms=ms)


def timed_out(call: ToolCall, seconds: float, *, ms: float, repeatable: bool) -> ToolResult:
    """The result of a call that took too long and was really stopped; ambiguous unless repeating it does no harm."""
    text = f"it took longer than {seconds:g} s and was stopped"
    if not repeatable:
        text += "; part of its work may be done"
    status = "timeout" if repeatable else "ambiguous"
    return ToolResult(call_id=call.id, name=call.name, status=status, text=text, error=text, ms=ms)


def still_running(call: ToolCall, why: str, *, ms: float, effect: Effect) -> ToolResult:
    """The result of a call that could not be stopped; of a read nothing is lost but its answer."""
    text = f"{why} and could not be stopped: it is still running"
    if effect is Effect.READ:
        return ToolResult(call_id=call.id, name=call.name, status="timeout", text=text, error=text, ms=ms)
    text += ", its outcome is not known"
    return ToolResult(call_id=call.id, name=call.name, status="ambiguous", text=text, error=text, ms=ms)


def unknown_after_crash(call: ToolCall) -> ToolResult:
    """The result of a change that was started before a crash and left no outcome."""
    text = "an earlier try of this call was interrupted; whether it took effect is not known, so it was not repeated"
    return ToolResult(call_id=call.id, name=call.name, status="ambiguous", text=text, error=text)


def skipped(call: ToolCall, why: str) -> ToolResult:
    """The result of a call that never started."""
    return ToolResult(call_id=call.id, name=call.name, status="skipped", text=why, error=why)


def denied(call: ToolCall, why: str = "the user did not approve this call") -> ToolResult:
    """The result of a call that a person refused."""
    return ToolResult(call_id=call.id, name=call.name, status="denied", text=why, error=why)


def render(value: JsonValue) -> str:
    """A value as the model reads it: text as it is, everything else as JSON."""
    if isinstance(value, str):
        return value
    return "done" if value is None else _json(value)


def shortened(text: str, limit: int) -> tuple[str, bool]:
    """The text, or its head and tail round a note of how much is left out, within `limit` characters."""
    if len(text) <= limit:
        return text, False
    note = f"\n[… {{}} of {len(text)} characters left out …]\n"
    room = max(0, limit - len(note) - len(str(len(text))))
    head = room * 2 // 3
    tail = room - head
    return text[:head] + note.format(len(text) - head - tail) + (text[-tail:] if tail else ""), True
