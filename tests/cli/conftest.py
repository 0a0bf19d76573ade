"""The command line in this process, and a server on loopback that behaves as badly as a test asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agentkit.cli import main
from tests.misbehaving import Server


@pytest.fixture
def agentkit(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the command line in this process -> exit code, stdout, stderr."""

    def call(*args: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main([str(arg) for arg in args])
        out, err = capsys.readouterr()
        code = left.value.code
        return (code if isinstance(code, int) else 0 if code is None else 1), out, err

    return call


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()
