"""Offline: every way to a socket is refused, from any thread, and nothing is left behind."""

from __future__ import annotations

import _socket
import asyncio
import os
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator

import pytest

from agentkit.errors import OfflineError
from agentkit.escalate import Escalator
from agentkit.models.remote import RemoteModel
from agentkit.offline import inherit, is_offline, offline
from agentkit.types import Message, ProposeRequest


@pytest.fixture
def port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def connect(port: int) -> None:
    with socket.socket() as sock:
        sock.connect(("127.0.0.1", port))


def connect_below(port: int) -> None:
    raw = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    try:
        raw.connect(("127.0.0.1", port))
    finally:
        raw.close()


def datagram(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"x", ("127.0.0.1", port))


def look_up(port: int) -> None:
    socket.getaddrinfo("localhost", port)


def url(port: int) -> None:
    urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1)


def asynchronous(port: int) -> None:
    async def go() -> None:
        await asyncio.open_connection("127.0.0.1", port)

    asyncio.run(go())


WAYS: list[Callable[[int], None]] = [connect, connect_below, datagram, look_up, url, asynchronous]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_a_socket_is_refused(way: Callable[[int], None], port: int) -> None:
    with offline(), pytest.raises(OfflineError, match="`offline` is on"):
        way(port)
    assert not is_offline()


def test_a_name_on_the_network_is_not_even_looked_up() -> None:
    with offline(allow_loopback=True), pytest.raises(OfflineError, match=r"looking up 'example\.org'"):
        socket.create_connection(("example.org", 80))
    with offline(allow_loopback=True), pytest.raises(OfflineError, match=r"192\.0\.2\.1"), socket.socket() as sock:
        _socket.socket.connect(sock, ("192.0.2.1", 80))


def test_loopback_may_be_allowed(port: int) -> None:
    with offline(allow_loopback=True):
        connect(port)
        look_up(port)
        with offline(), pytest.raises(OfflineError):
            connect(port)
        connect(port)
    connect(port)


def test_unix_sockets_stay(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = str(tmp_path_factory.mktemp("s") / "s")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client, offline():
        server.bind(path)
        server.listen()
        client.connect(path)
        assert client.getpeername() == path
        asyncio.run(asyncio.sleep(0))


def test_all_threads_fall_under_it(port: int) -> None:
    caught: list[BaseException] = []

    def work() -> None:
        try:
            connect(port)
        except OfflineError as error:
            caught.append(error)

    with offline():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join(timeout=5)
    assert len(caught) == 1


def test_the_remote_model_says_offline(port: int) -> None:
    model = RemoteModel("big", base_url=f"http://127.0.0.1:{port}/v1", retries=3)
    request = ProposeRequest(tools=(), messages=(Message(role="user", content="hi"),))
    with offline():
        with pytest.raises(OfflineError):
            model.propose(request)
        result = Escalator(model).ask(request)
    model.close()
    assert (result.proposal, result.exchange.status, result.exchange.bytes_out) == (None, "offline", 0)


def test_a_python_child_inherits(port: int) -> None:
    program = (
        "import socket\nfrom agentkit.errors import OfflineError\nfrom agentkit.offline import inherit\ninherit()\n"
        f"try:\n    socket.create_connection(('127.0.0.1', {port}))\nexcept OfflineError:\n    print('refused')\n"
    )
    with offline():
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "refused"
    assert "AGENTKIT_OFFLINE" not in os.environ
    inherit()
    assert not is_offline()
