"""docs/cli.md is made from the commands' help and is up to date."""

from __future__ import annotations

from pathlib import Path

from agentkit.cli import app
from agentkit.cli.docs import COMMANDS, page

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"


def test_the_page_is_that_of_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m agentkit.cli.docs > docs/cli.md"


def test_the_page_has_every_command() -> None:
    known = {path[0] for path in COMMANDS if path}
    groups = {group.name for group in app.registered_groups}
    assert known == groups | {command.name for command in app.registered_commands}
