"""Where output goes: results on stdout, messages on stderr.

Knows nothing of what is printed.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from pydantic import JsonValue

if TYPE_CHECKING:
    from rich.console import Console


def out() -> Console:
    """The console on stdout."""
    from rich.console import Console

    return Console(highlight=False)


def err() -> Console:
    """The console on stderr."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def print_json(value: JsonValue, *, indent: int | None = None) -> None:
    """One JSON value on stdout; one line unless `indent` is given."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent) + "\n")
    sys.stdout.flush()
