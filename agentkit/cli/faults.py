"""Errors on the way out: a message and the next step on stderr, the right exit code, and no traceback.

Knows nothing of commands. `AGENTKIT_DEBUG=1` lets every error through with its traceback.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from agentkit.cli.console import err
from agentkit.errors import AgentkitError, SpecError

BUG = 70
"""Exit code of an error nobody foresaw (EX_SOFTWARE of sysexits.h)."""


@contextmanager
def reported() -> Generator[None]:
    """Turn errors raised inside into a report and an exit."""
    try:
        yield
    except AgentkitError as error:
        _let_through_when_debugging(error)
        report(error)
        raise SystemExit(error.exit_code) from None
    except OSError as error:
        _let_through_when_debugging(error)
        _print_error(_of_the_system(error))
        raise SystemExit(1) from None
    except Exception as error:
        _let_through_when_debugging(error)
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        _print_error(f"{type(error).__name__}: {error} ({place})")
        _print(("  this is a fault of agentkit; AGENTKIT_DEBUG=1 shows where it comes from", "dim"))
        raise SystemExit(BUG) from None


def report(error: AgentkitError) -> None:
    """Print an error: its message, and the hint on a line of its own."""
    if isinstance(error, SpecError):
        err().print(error.message, soft_wrap=True, markup=False)
        if count := len(getattr(error, "problems", ())):
            _print((f"{count} problem{'s' if count > 1 else ''}", "bold red"))
    else:
        _print_error(error.message)
    if error.hint:
        _print(("  hint: ", "dim"), error.hint)


def _print_error(message: str) -> None:
    _print(("error: ", "bold red"), message)


def _print(*parts: str | tuple[str, str]) -> None:
    """One line on stderr; a part may carry its style."""
    from rich.text import Text

    from agentkit.cli.view.layout import print_line

    print_line(err(), Text.assemble(*parts))


def _of_the_system(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)


def _let_through_when_debugging(error: BaseException) -> None:
    if os.environ.get("AGENTKIT_DEBUG"):
        raise error
