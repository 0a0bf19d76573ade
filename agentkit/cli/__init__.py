"""The command line: one file per group of commands, each thin over the rooms it uses.

Knows nothing that the rooms do not know. Engines and the graph are imported by the commands that need them, so that
`agentkit --help` stays quick.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from agentkit import __version__
from agentkit.cli import chat, check, doctor, eval, faults, run, trace

app = typer.Typer(
    help="Tool-using agents on a small local model.",
    epilog="Exit codes: 0 as expected, 1 not as expected, 2 set up wrongly, 3 the run went wrong, 130 interrupted.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
run.register(app)
chat.register(app)
check.register(app)
doctor.register(app)
eval.register(app)
app.add_typer(trace.app, name="trace")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"agentkit {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Tool-using agents on a small local model."""


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    with faults.reported():
        app(args, prog_name="agentkit")
