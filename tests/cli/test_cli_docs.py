"""docs/cli.md is made from the commands' help and is up to date."""

from __future__ import annotations

import re
from pathlib import Path

from agentkit.cli import app
from agentkit.cli.docs import COMMANDS, page

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
FAULTS = Path(__file__).with_name("test_faults.py").read_text(encoding="utf-8")
_SAID = re.compile(r"``(.+?) ?``|`(.+?)`")


def test_the_page_is_that_of_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m agentkit.cli.docs > docs/cli.md"


def test_the_page_has_every_command() -> None:
    known = {path[0] for path in COMMANDS if path}
    groups = {group.name for group in app.registered_groups}
    assert known == groups | {command.name for command in app.registered_commands}


def test_the_page_says_of_what_goes_wrong_what_is_tested() -> None:
    table = PAGE.read_text(encoding="utf-8").split("| what is wrong |")[1].split("\n\n")[0]
    rows = [line.split(" | ") for line in table.splitlines()[2:]]
    said = [str(quoted or plain) for _, message, _ in rows for quoted, plain in _SAID.findall(message)]
    assert len(said) > len(rows) > 10
    assert [part for part in said if part.rstrip("…") not in FAULTS] == []
