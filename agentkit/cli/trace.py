"""`agentkit trace`: the runs on this machine, one of them step by step, and all of them as JSON lines.

Knows nothing of how runs are stored; it asks `agentkit.trace.Store`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from agentkit.cli import options
from agentkit.cli.console import out, print_json

if TYPE_CHECKING:
    from agentkit.trace import Store

app = typer.Typer(help="Look at what ran: every step is a row.", no_args_is_help=True, rich_markup_mode=None)

Db = Annotated[Path | None, typer.Option("--db", metavar="FILE", help="The trace; the user's own when not given.")]
RunId = Annotated[
    str, typer.Argument(metavar="RUN_ID", help="A run, or the beginning of its id; `last` is the newest.")
]


def _open(path: Path | None) -> Store:
    """A trace that is there: looking must not make a file, and needs no disk that can be written."""
    from agentkit.errors import TraceError, WiringError
    from agentkit.home import trace_path
    from agentkit.trace import Store

    file = path or trace_path()
    if not file.is_file():
        hint = "`agentkit run` makes it" if path is None else "check --db"
        raise WiringError(f"there is no trace {file}", hint=hint)
    try:
        return Store(file)
    except TraceError as error:
        try:
            return Store(file, looking=True)
        except TraceError:
            raise error from None


def newest(store: Store) -> str:
    """The id of the newest run; raises `WiringError` when nothing ran yet."""
    from agentkit.errors import WiringError

    rows = store.runs(limit=1)
    if not rows:
        raise WiringError(f"no run is recorded in {store.path}", hint="`agentkit run SPEC` records one")
    return str(rows[0]["id"])


def _resolve(store: Store, run_id: str) -> str:
    return newest(store) if run_id == "last" else store.resolve(run_id)


@app.command("ls")
def ls(
    limit: Annotated[
        int, typer.Option("--limit", "-n", metavar="N", min=1, help="Show this many runs, newest first.")
    ] = 20,
    status: Annotated[
        str | None, typer.Option("--status", metavar="STATUS", help="Only runs that ended so, e.g. failed.")
    ] = None,
    as_json: Annotated[bool, options.JSON] = False,
    db: Db = None,
) -> None:
    """List the newest runs."""
    with _open(db) as store:
        rows = store.runs(limit=limit, status=status)
    if as_json:
        for row in rows:
            print_json(row)
        return
    from agentkit.cli.view.traced import print_runs

    if not rows:
        out().print("no runs" + (f" with the status {status}" if status else ""))
        return
    print_runs(out(), rows)


@app.command("show")
def show(
    run_id: RunId,
    points: Annotated[bool, typer.Option("--points", help="Show the decision points of each proposal.")] = False,
    prompt: Annotated[bool, typer.Option("--prompt", help="Show what the model saw at each step.")] = False,
    as_json: Annotated[bool, options.JSON] = False,
    db: Db = None,
) -> None:
    """Show one run, step by step."""
    from agentkit.cli.view.traced import show_run

    with _open(db) as store:
        full = _resolve(store, run_id)
        run = store.run(full)
        requests = {step.index: store.request(full, step.index) for step in run.steps} if prompt else {}
    if as_json:
        print_json(run.model_dump(mode="json"), indent=2)
        return
    show_run(out(), run, points=points, requests=requests)


@app.command("export")
def export(
    run_id: Annotated[str | None, typer.Argument(metavar="RUN_ID", help="One run; all when not given.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file, not to stdout.")
    ] = None,
    db: Db = None,
) -> None:
    """Write runs as JSON lines.

    Each line is a run with all its steps, and with what the model saw at each step.
    """
    import json

    with _open(db) as store:
        chosen = _resolve(store, run_id) if run_id else None
        rows = store.export(chosen)
        if output is None:
            for row in rows:
                print_json(cast("dict[str, Any]", row))
            return
        count = 0
        with output.open("w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
    out().print(f"{count} run{'s' if count != 1 else ''} written to {output}", soft_wrap=True)
