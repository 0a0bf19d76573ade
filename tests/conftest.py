"""Fixtures shared by all tests; every test runs without network (sockets to anything but loopback are refused)."""

from __future__ import annotations

import signal
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("agentkit", deadline=None)  # a loaded machine is no bug
settings.load_profile("agentkit")


# A runner started in the background may have handed down an ignored SIGINT; the tests of Ctrl-C, and the processes
# they start, need the usual one.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        host = str(address[0])
        if self.family != socket.AF_UNIX and host not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"a test tried to reach {address!r}; tests use loopback only")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private state folder, so that a test never touches the user's traces."""
    path = tmp_path / "agentkit-home"
    monkeypatch.setenv("AGENTKIT_HOME", str(path))
    return path
