"""What can go wrong in one attempt at a remote model, and what follows from it: retry, ask for less, or give up.

Knows nothing of the SDK: statuses, headers and texts in, faults out.
"""

from __future__ import annotations

import email.utils
import json
import math
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, cast

from agentkit.errors import ContextOverflowError, RemoteError, RemoteFault, RunError
from agentkit.models.base import Cancel
from agentkit.models.chat_reply import Assembly

_POLL_S = 0.02


class Fault(Exception):  # noqa: N818 - it ends an attempt, not an exchange
    """One attempt failed.

    `retryable`: the same body may work later, after `retry_after` seconds if the server said so. `relaxable`: a body
    that asks for less may work now. `error`, where set, is raised as it is instead.
    """

    def __init__(
        self,
        status: RemoteFault,
        message: str,
        *,
        retryable: bool = True,
        relaxable: bool = False,
        retry_after: float | None = None,
        received: str = "",
        hint: str = "",
        error: RunError | None = None,
    ) -> None:
        super().__init__(message)
        self.status: RemoteFault = status
        self.message = message
        self.retryable = retryable
        self.relaxable = relaxable
        self.retry_after = retry_after
        self.received = received
        self.hint = hint
        self.error = error

    def final(self, more: str = "") -> RemoteError:
        """The error that ends the exchange."""
        return RemoteError(self.message + more, status=self.status, hint=self.hint, received=self.received)


class Spent:
    """What an exchange has cost so far, over all its attempts; bytes are those of bodies, `answer` the last begun."""

    def __init__(self) -> None:
        self.attempts = 0
        self.bytes_out = 0
        self.bytes_in = 0
        self.answer: Assembly | None = None
        self._last = 0

    def sending(self, size: int) -> None:
        """Count a body that is about to leave."""
        self._last = size
        self.bytes_out += size

    def never_left(self) -> None:
        """Take the last body back: no connection came about."""
        self.bytes_out -= self._last
        self._last = 0


_OVERFLOW = ("context_length_exceeded", "context length", "context size", "exceeds the available context")


_ASKS_FOR_LESS = ("--jinja", "not supported", "unsupported", "validation error", "response_format", "tool_choice")


def late(deadline_s: float, attempts: int, received: str = "") -> RemoteError:
    """The error for an exchange that did not end in time, however little of it the last attempt had."""
    tries = f" in {attempts} attempts" if attempts > 1 else ""
    message = f"no whole answer within the deadline of {deadline_s:g} s{tries}"
    return RemoteError(message, status="timeout", hint="raise `deadline_s`, or ask a faster server", received=received)


def status_fault(code: int, page: str, delay: float | None) -> Fault:
    """The fault that an HTTP status stands for; `page` is the body, `delay` what Retry-After asks for."""
    said, error_code = _error_text(page)
    text = f"the server answered {code}: {said}" if said else f"the server answered {code}"
    lowered = f"{said} {error_code}".lower()
    if code in {400, 413, 422, 500} and any(words in lowered for words in _OVERFLOW):
        overflow = ContextOverflowError(f"the prompt does not fit the remote model: {said}")
        return Fault("refused", text, retryable=False, received=page[:2000], error=overflow)
    if 300 <= code < 400:
        redirected = f"{text}; redirects are refused, because they carry the request to a server nobody chose"
        return Fault("refused", redirected, retryable=False, hint="put the final address into `base_url`")
    if code in {401, 403}:
        return Fault("refused", text, retryable=False, received=page[:2000], hint="check the key and its rights")
    if code == 429 and "insufficient_quota" in lowered:
        return Fault("refused", text, retryable=False, received=page[:2000], hint="the account has no credit left")
    if code in {408, 409, 425, 429} or code >= 500:
        asks_for_less = code >= 500 and any(word in lowered for word in _ASKS_FOR_LESS)
        return Fault("down", text, relaxable=asks_for_less, retry_after=delay, received=page[:2000])
    return Fault("refused", text, retryable=False, relaxable=code in {400, 422}, received=page[:2000])


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that the server asks to wait: `retry-after-ms`, or Retry-After as seconds or as a date."""
    for name, scale in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) / scale
        except ValueError:
            continue
        return seconds if math.isfinite(seconds) and seconds >= 0.0 else None
    try:
        moment = email.utils.parsedate_tz(headers.get("retry-after", ""))
        return None if moment is None else max(0.0, email.utils.mktime_tz(moment) - now)
    except (ValueError, OverflowError, TypeError):
        return None


def bounded(work: Callable[[], None], limit_s: float, cancel: Cancel) -> None:
    """Run blocking work for at most `limit_s` seconds; raises TimeoutError, `Cancelled`, or what the work raised.

    The work runs in a daemon thread, which is left behind when the limit passes: a read that trickles byte by byte
    cannot be bounded from within.
    """
    raised: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)
        finally:
            done.set()

    threading.Thread(target=run, name="agentkit-remote", daemon=True).start()
    end = time.monotonic() + limit_s
    while not done.wait(min(_POLL_S, max(0.0, end - time.monotonic()))):
        cancel.check()
        if time.monotonic() >= end:
            raise TimeoutError
    if raised:
        raise raised[0]


def _error_text(page: str) -> tuple[str, str]:
    """The message and the code of an error body; of anything else, its first words."""
    try:
        data: Any = json.loads(page)
    except (ValueError, RecursionError):
        return " ".join(page.split())[:160], ""
    error: Any = cast("dict[str, Any]", data).get("error", cast("object", data)) if isinstance(data, dict) else data
    if isinstance(error, dict):
        known = cast("dict[str, Any]", error)
        return str(known.get("message", ""))[:400], f"{known.get('code', '')} {known.get('type', '')}"
    return str(error)[:400], ""
