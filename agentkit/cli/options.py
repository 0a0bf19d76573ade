"""Options that several commands share, so that they read the same everywhere."""

from __future__ import annotations

from typing import Any

import typer

SPEC: Any = typer.Argument(metavar="SPEC", help="The agent, a YAML file.", show_default=False)
SET: Any = typer.Option("--set", metavar="KEY=VALUE", help="Override a value of the spec, e.g. --set trust=fast.")
JSON: Any = typer.Option("--json", help="Print JSON instead of text.")
OFFLINE: Any = typer.Option("--offline", help="Refuse every socket; the larger model is not asked.")
YES: Any = typer.Option("--yes", "-y", help="Approve every call that asks for approval.")
SPEC_OR_ASSISTANT: Any = typer.Argument(metavar="SPEC", help="The agent, a YAML file.", show_default=False)
