"""The errors of agentkit: one root, and two branches that tell "you wired it wrong" from "the run went wrong".

Each error names the thing, the place where it is known, and the next step (`hint`).
"""

from __future__ import annotations

from typing import Literal


class AgentkitError(Exception):
    """Root of every error raised on purpose.

    `hint` is the next step to take; `retryable` says whether the same call may work later unchanged; `exit_code` is
    what the command line ends with.
    """

    retryable = False
    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  hint: {self.hint}" if self.hint else self.message


class WiringError(AgentkitError):
    """Something is set up wrongly: a spec, a tool, a file, an extra. Never raised once a run is under way."""

    exit_code = 2


class SpecError(WiringError):
    """A spec file that cannot be used; the message starts with `file:line:column`."""


class ToolDefinitionError(WiringError):
    """A tool that cannot be registered: an untyped parameter, or a schema that no value or no grammar can meet."""


class ModelLoadError(WiringError):
    """Weights that cannot be loaded: missing, truncated, not a GGUF, or too large for memory."""


class MissingExtraError(WiringError):
    """A feature whose optional package is not installed; the hint is the command that installs it."""


class RunError(AgentkitError):
    """Something went wrong while a run was under way; what was done until then is in the trace.

    `attempts`, `bytes_out` and `bytes_in` are what a remote model had spent when it came, where one raised it.
    """

    exit_code = 3
    attempts = 1
    bytes_out = 0
    bytes_in = 0


class ContextOverflowError(RunError):
    """The prompt does not fit the model's context, even after what may be dropped was dropped."""


RemoteFault = Literal["down", "timeout", "over_budget", "garbled", "refused"]


class RemoteError(RunError):
    """The remote model could not be used: down, over budget, garbled, refused.

    `tokens` and `cost_usd` too are what was spent until it failed; `received` is what came back, if anything did.
    """

    retryable = True

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        status: RemoteFault = "down",
        attempts: int = 1,
        bytes_out: int = 0,
        bytes_in: int = 0,
        received: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.status: RemoteFault = status
        self.attempts = attempts
        self.bytes_out = bytes_out
        self.bytes_in = bytes_in
        self.received = received
        self.tokens = 0
        self.cost_usd = 0.0


class OfflineError(RunError):
    """A socket was asked for while `offline` is on."""


class Cancelled(RunError):  # noqa: N818 - a cancellation is not an error of anyone's
    """The run was cancelled by its caller or by Ctrl-C."""

    exit_code = 130


class LeaseError(RunError):
    """Another process holds this run."""

    retryable = True


class TraceError(RunError):
    """The trace cannot be written or read: disk full, read-only, newer schema."""


class Retry(Exception):  # noqa: N818 - raised by tools, named as the instruction it is
    """Raised by a tool: the arguments were wrong in a way the model can mend; the text goes back to the model."""


class Failed(Exception):  # noqa: N818 - raised by tools, named as the instruction it is
    """Raised by a tool: it did not work and trying again with other arguments will not help."""
