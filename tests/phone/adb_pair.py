"""The same world twice: on a simulated phone, and on one behind an adb server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from adb_server import AdbServer
from phone.adb import Adb
from phone.simulated import Simulated


class Pair:
    """The same world twice: on a simulated phone, and on one behind an adb server."""

    def __init__(self, *, plain: bool = False, old: bool = False, seed: int = 1) -> None:
        self.plain = Simulated(seed)
        self.behind = Simulated(seed)
        self.server = AdbServer(self.behind.phone, plain=plain, old=old)

    def driver(self, **options: float) -> Adb:
        return Adb(port=self.server.port, timeout_s=5, pause_s=options.get("pause_s", 0.01))


@pytest.fixture(autouse=True)
def no_adb_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Whoever starts an adb server starts this, which only leaves a file; and no variable chooses a device."""
    marker, program = tmp_path / "started", tmp_path / "adb"
    program.write_text(f"#!/bin/sh\necho started > {marker}\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("ADBUTILS_ADB_PATH", str(program))
    for name in ("ANDROID_SERIAL", "ANDROID_ADB_SERVER_HOST", "ANDROID_ADB_SERVER_PORT"):
        monkeypatch.delenv(name, raising=False)
    return marker


@pytest.fixture
def pair() -> Iterator[Pair]:
    made = Pair()
    with made.server:
        yield made
