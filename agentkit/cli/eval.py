"""`agentkit eval`: how well a model proposes the calls of a suite.

Knows nothing of the matching rules. A suite is a file of JSON lines of agentkit's own, or one of BFCL's categories; a
folder stands for the BFCL categories in it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import JsonValue

from agentkit.cli import options
from agentkit.cli.console import print_json

if TYPE_CHECKING:
    from agentkit.models import Model

_FILES = typer.Argument(metavar="FILE...", help="Suites, BFCL categories, or a folder of those.", show_default=False)
_MODEL = typer.Option("--model", metavar="GGUF", help="Weights to score; without, the model in the box.")
_LIMIT = typer.Option("--limit", min=1, help="Only so many rows of each file, spread evenly.")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("eval")(evaluate)


def evaluate(
    files: Annotated[list[Path], _FILES],
    model: Annotated[Path | None, _MODEL] = None,
    limit: Annotated[int | None, _LIMIT] = None,
    as_json: Annotated[bool, options.JSON] = False,
) -> None:
    """Score a model on suites of requests with the calls expected, with 95 % intervals.

    A suite holds one JSON object a line: `tools`, `messages`, `expected` calls. BFCL's files are scored by BFCL's
    matching rules; their possible answers must lie in `possible_answer` beside them.
    """
    from agentkit.evaluate.suite import evaluate_file

    suites = _suites(files)
    engine = _engine(model)
    try:
        for path in suites:
            table = evaluate_file(path, engine, limit)
            if as_json:
                shown: JsonValue = table.model_dump(mode="json")
                print_json(shown)
            else:
                typer.echo(table.to_markdown() + "\n")
    finally:
        engine.close()


def _suites(files: list[Path]) -> list[Path]:
    from agentkit.errors import WiringError

    found: list[Path] = []
    for path in files:
        inside = sorted(path.glob("BFCL_v4_*.json")) if path.is_dir() else [path]
        if not inside or not inside[0].exists():
            what = f"no BFCL_v4_*.json in {path}" if path.is_dir() else f"there is no file {path}"
            raise WiringError(what, hint="give a suite of JSON lines, a BFCL category file, or a folder of those")
        found += inside
    return found


def _engine(path: Path | None) -> Model:
    from agentkit.models import load_model
    from agentkit.spec.models import EmbeddedConfig, GgufConfig

    return load_model(EmbeddedConfig() if path is None else GgufConfig(path=str(path)))
