"""Everything shown is run: the Python blocks of README and docs, page by page, in order, in an empty folder.

A block fenced as `python` runs; one fenced as `python no-run` is only compiled (it needs what a test machine lacks).
`console` blocks run too: each line after `$ ` must exit 0, and must start with a command of this project.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    line: int
    info: str
    body: str


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [Block(text.count("\n", 0, m.start()) + 2, m["info"].strip(), m["body"]) for m in FENCE.finditer(text)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [block for block in blocks(page) if block.info.split()[:1] == ["python"]]
    monkeypatch.chdir(tmp_path)
    program = ""
    for block in found:
        compile(block.body, f"{page.name}:{block.line}", "exec")
        if "no-run" not in block.info:
            program += f"# {page.name}:{block.line}\n{block.body}\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, f"{page.name}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_console_blocks_run(page: Path, tmp_path: Path) -> None:
    for name in ("examples", "agents", "tools"):
        (tmp_path / name).symlink_to(ROOT / name)
    for block in blocks(page):
        if block.info != "console":
            continue
        for line in block.body.splitlines():
            if not line.startswith("$ "):
                continue
            command = shlex.split(line[2:], comments=True)
            assert command[0] in {"agentkit", "python"}, f"{page.name}:{block.line}: {line}"
            argv = [sys.executable, *(["-m", "agentkit"] if command[0] == "agentkit" else []), *command[1:]]
            done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False)
            assert done.returncode == 0, f"{page.name}:{block.line}: {line}\n{done.stdout}\n{done.stderr}"
