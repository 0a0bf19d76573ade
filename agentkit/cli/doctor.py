"""`agentkit doctor`: what works on this machine, tried rather than guessed, and what each missing part needs.

Knows nothing of specs. Nothing leaves the machine: a remote model is looked for in the environment only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer
from pydantic import JsonValue

from agentkit.cli import options
from agentkit.cli.console import out, print_json
from agentkit.cli.extras import OPTIONAL
from agentkit.cli.probes import REQUIRED, Finding, State

_MARKS = {State.OK: "[green]✓[/]", State.BROKEN: "[red]✗[/]", State.MISSING: "[dim]-[/]"}


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("doctor")(doctor)


def doctor(as_json: Annotated[bool, options.JSON] = False) -> None:
    """Say what works on this machine, and what each missing part needs.

    Loads the weights in the box and times a call. Exit code 1 when a part that every agent needs does not work.
    """
    found: list[tuple[Finding, bool]] = []
    for required, probes in ((True, REQUIRED), (False, OPTIONAL)):
        for name, probe in probes:
            finding = _tried(name, probe)
            found.append((finding, required))
            if not as_json:
                _print(finding)
    broken = [finding for finding, required in found if required and finding.state is not State.OK]
    if as_json:
        rows: list[JsonValue] = [{**finding.as_json(), "required": required} for finding, required in found]
        print_json({"ok": not broken, "parts": rows}, indent=2)
    elif broken:
        out().print(f"\n[red]{', '.join(finding.name for finding in broken)}: agents cannot run here yet[/]")
    if broken:
        raise typer.Exit(1)


def _tried(name: str, probe: Callable[[], Finding]) -> Finding:
    """The finding of a probe; whatever it raises is a finding too."""
    from agentkit.errors import AgentkitError

    try:
        return probe()
    except AgentkitError as error:
        return Finding(name, State.BROKEN, error.message, error.hint)
    except Exception as error:
        return Finding(name, State.BROKEN, f"{type(error).__name__}: {error}")


def _print(finding: Finding) -> None:
    from rich.text import Text

    from agentkit.cli.view.layout import print_pairs

    detail = Text(finding.detail)
    if finding.needs:
        detail.append(f"\n{finding.needs}", style="dim" if finding.state is State.MISSING else "yellow")
    print_pairs(out(), [(f"{_MARKS[finding.state]} {finding.name:<12}", detail)])
