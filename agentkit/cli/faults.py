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
        err().print(f"[bold red]error:[/] {_escaped(_of_the_system(error))}")
        raise SystemExit(1) from None
    except Exception as error:
        _let_through_when_debugging(error)
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        err().print(f"[bold red]error:[/] {_escaped(f'{type(error).__name__}: {error}')} ({place})", highlight=False)
        err().print("  [dim]this is a fault of agentkit; AGENTKIT_DEBUG=1 shows where it comes from[/]")
        raise SystemExit(BUG) from None


def report(error: AgentkitError) -> None:
    """Print an error: its message, and the hint on a line of its own."""
    console = err()
    if isinstance(error, SpecError):
        count = len(getattr(error, "problems", ())) or 1
        console.print(_escaped(error.message), highlight=False, soft_wrap=True)
        console.print(f"[bold red]{count} problem{'s' if count > 1 else ''}[/]")
    else:
        console.print(f"[bold red]error:[/] {_escaped(error.message)}", highlight=False)
    if error.hint:
        console.print(f"  [dim]hint:[/] {_escaped(error.hint)}", highlight=False)


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _of_the_system(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)


def _let_through_when_debugging(error: BaseException) -> None:
    if os.environ.get("AGENTKIT_DEBUG"):
        raise error
