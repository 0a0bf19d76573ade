"""Refuses sockets in this process: `with offline(): ...`.

Python's own audit events are the guard, so a library cannot get round it by holding a reference to `socket` or by
using `_socket`; it is process-wide and all threads fall under it. Refused are connections and datagrams to any host
and name look-ups. Unix-domain sockets stay: they end on this machine, and asyncio and multiprocessing need them.
Loopback is refused too unless allowed, because what listens there may pass on what it gets. Connections that are
already open are not closed.

Not a sandbox: extension modules that call the C library themselves and other programs are out of its reach. Python
children of this package ask `inherit()` and refuse as well.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from agentkit.errors import OfflineError

_VARIABLE = "AGENTKIT_OFFLINE"
_ADDRESSED = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_NAMED = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"})


class _Guard:
    """How often offline was entered, with and without leave for loopback; the hook asks it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.hooked = False
        self.strict = 0
        self.lenient = 0

    def enter(self, allow_loopback: bool, by: int) -> None:
        with self.lock:
            if not self.hooked:
                sys.addaudithook(_hook)
                self.hooked = True
            if allow_loopback:
                self.lenient += by
            else:
                self.strict += by
            if self.strict or self.lenient:
                os.environ[_VARIABLE] = "1" if self.strict else "loopback"
            else:
                os.environ.pop(_VARIABLE, None)


_GUARD = _Guard()


@contextmanager
def offline(*, allow_loopback: bool = False) -> Generator[None]:
    """Refuse sockets until the block ends; raises `OfflineError` where one is asked for.

    Blocks nest and may overlap between threads; as long as one refuses loopback, loopback is refused.
    """
    _GUARD.enter(allow_loopback, 1)
    try:
        yield
    finally:
        _GUARD.enter(allow_loopback, -1)


def is_offline() -> bool:
    """Whether this process refuses sockets now."""
    return bool(_GUARD.strict or _GUARD.lenient)


def inherit() -> None:
    """Refuse sockets for the rest of this process if the process that started it did."""
    given = os.environ.get(_VARIABLE)
    if given:
        _GUARD.enter(given == "loopback", 1)


def _hook(event: str, args: tuple[Any, ...]) -> None:
    """The audit hook; it cannot be taken off again, so it looks at the guard first."""
    if not (_GUARD.strict or _GUARD.lenient) or not event.startswith("socket."):
        return
    if event in _ADDRESSED:
        sock, address = args
        if sock.family != getattr(socket, "AF_UNIX", None) and address is not None:
            _check(address[0] if isinstance(address, tuple) and address else address, f"a connection to {address!r}")
    elif event in _NAMED and args and args[0] not in {None, "", b""}:
        host: Any = args[0][0] if event == "socket.getnameinfo" else args[0]
        _check(host, f"looking up {host!r}")


def _check(host: Any, what: str) -> None:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if _GUARD.strict or not _is_loopback(name):
        raise OfflineError(
            f"{what} was refused: `offline` is on", hint="take `offline: true` out of the spec, or drop `--offline`"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
