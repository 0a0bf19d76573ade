"""The example programs do what they say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"


def run(name: str, *arguments: str) -> list[str]:
    command = [sys.executable, str(EXAMPLES / name), *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


@pytest.mark.model
def test_embed_gives_a_typed_result() -> None:
    assert run("embed.py") == ["9 °C in Paris"]


@pytest.mark.model
@pytest.mark.parametrize(
    ("answer", "ends"),
    [
        ("yes", "success: sent to Mom: I will be late"),
        ("no", "abstained: the user declined"),
    ],
)
def test_approve_pauses_in_one_process_and_goes_on_in_another(answer: str, ends: str) -> None:
    question, how = run("approve.py")
    assert question.startswith('Run send_message(to="Mom", message="I will be late")?')
    run_id = how.split()[-2]
    assert run("approve.py", run_id, answer) == [ends]
    assert run("approve.py", run_id, answer) == [ends]
