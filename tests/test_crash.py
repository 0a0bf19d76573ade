"""`kill -9` at seeded points of a run with writes: nothing lost, nothing repeated, nothing ambiguous in silence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HARNESS = Path(__file__).parent.parent / "benchmarks" / "crash.py"


@pytest.mark.parametrize(
    "points", [6, pytest.param(200, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])], ids=["short", "long"]
)
def test_a_killed_run_loses_and_repeats_nothing(points: int) -> None:
    command = [sys.executable, str(HARNESS), "--points", str(points), "--seed", "3"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    counts = {line[:28].strip(): line[28:].strip() for line in ended.stdout.splitlines()}
    assert int(counts["kill -9"]) > 0
    assert counts["lost or repeated or broken"] == "0"
