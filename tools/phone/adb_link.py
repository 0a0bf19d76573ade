"""The way to a device: an adb server that runs already, one device of it, and commands in that device's shell.

Servers are never started, restarted or stopped from here: they are shared by everything on the machine that uses adb.
The client library would start one when none answers; the connection is therefore tried before each of its own.
"""

from __future__ import annotations

import os
import re
import shlex
import socket
import threading
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Protocol

from agentkit.errors import Failed, MissingExtraError, WiringError

if TYPE_CHECKING:
    from adbutils import AdbDevice
    from adbutils._proto import AdbDeviceInfo

INSTALL = 'pip install "agentkit-slm[phone]"'
START = "start one with `adb start-server`, and look with `adb devices`"
_CONNECT_S = 3.0
_READY = "device"
_WRONG = re.compile(
    r"Error|Exception|Security exception|java\.\S+(?:Exception|Error)|\*\* No "
)  # told with exit code 0
_MEND = {
    "unauthorized": "unlock it and accept `Allow USB debugging`; unplug it and plug it in again when nothing is asked",
    "authorizing": "unlock it and accept `Allow USB debugging`",
    "offline": "wait while it starts, or plug it in again; `adb reconnect offline` helps too",
    "no": "this user may not use it: add a udev rule for it, or yourself to the group `plugdev`",
}


def address(host: str = "", port: int = 0) -> tuple[str, int]:
    """Where the adb server is: as given, else from adb's own variables, else where adb puts it."""
    host = host or os.environ.get("ANDROID_ADB_SERVER_HOST", "") or "127.0.0.1"
    told = os.environ.get("ANDROID_ADB_SERVER_PORT", "") or "5037"
    if not told.isdigit():
        raise WiringError(f"ANDROID_ADB_SERVER_PORT is `{told}`, which is no port", hint="unset it, or give a number")
    return host, port or int(told)


def choose(found: Sequence[tuple[str, str]], serial: str = "") -> str:
    """The serial of the device to use, of (serial, state) as the server lists them.

    Raises:
        WiringError: when there is none, none that can be used, or several and none was named.
    """
    states = dict(found)
    listed = ", ".join(f"{name} ({_said(state)})" for name, state in found) or "none"
    if serial:
        if serial not in states:
            near = get_close_matches(serial, states, n=1)
            hint = f"did you mean `{near[0]}`?" if near else "look with `adb devices`"
            raise WiringError(f"adb knows no device `{serial}`; its devices: {listed}", hint=hint)
        if states[serial] != _READY:
            raise WiringError(f"the device {serial} is {_said(states[serial])}", hint=_mend(states[serial]))
        return serial
    ready = [name for name, state in found if state == _READY]
    if len(ready) > 1:
        raise WiringError(
            f"adb has {len(ready)} devices: {', '.join(ready)}",
            hint=f"choose one: set ANDROID_SERIAL={ready[0]}, or write Adb({ready[0]!r})",
        )
    if ready:
        return ready[0]
    if not found:
        hint = "plug one in with USB debugging switched on, or start an emulator; look with `adb devices`"
        raise WiringError("adb has no device", hint=hint)
    raise WiringError(f"adb has no device that can be used: {listed}", hint=_mend(found[0][1]))


def _said(state: str) -> str:
    return "without permissions" if state == "no" else "unauthorised" if state == "unauthorized" else state


def _mend(state: str) -> str:
    return _MEND.get(state, "start Android on it")


class Link:
    """One device of one adb server."""

    def __init__(self, serial: str = "", *, host: str = "", port: int = 0, timeout_s: float = 30.0) -> None:
        self.host, self.port = address(host, port)
        self.timeout_s = timeout_s
        self._busy = threading.Lock()
        self._client = _client(self.host, self.port, timeout_s)
        self.serial = choose(self._devices(), serial or os.environ.get("ANDROID_SERIAL", ""))

    def run(self, *argv: str) -> str:
        """What a command prints; raises `Failed` when it cannot be run or says that it failed."""
        output, code = self.script(shlex.join(argv))
        lines = [line.strip() for line in output.splitlines()]
        wrong = next((line for line in lines if _WRONG.match(line)), "")
        if code or wrong:
            said = wrong or next((line for line in lines if line), f"exit code {code}")
            raise Failed(f"`{' '.join(argv[:2])}` failed on {self.serial}: {said}")
        return output

    def script(self, command: str) -> tuple[str, int]:
        """What a line of shell prints, and its exit code; raises `Failed` when the device does not answer."""
        from adbutils import AdbError

        device = self._client.device(serial=self.serial)
        self._busy.acquire()
        try:
            done = device.shell2(command, timeout=self.timeout_s)  # pyright: ignore[reportUnknownMemberType]
        except (AdbError, OSError, EOFError, ValueError) as error:
            raise Failed(self._lost(error)) from error
        finally:
            self._client.hang_up()
            self._busy.release()
        return done.output, done.returncode

    def _lost(self, error: Exception) -> str:
        """Why a command did not go through, with the next step."""
        told = str(error.args[0]).strip() if error.args else ""
        if isinstance(error, ConnectionRefusedError):
            return f"the adb server at {self.host}:{self.port} is gone; {START}"
        if "not found" in told or "offline" in told or "unauthorized" in told:
            return f"{self.serial} is gone: {told.splitlines()[0]}; plug it in again, and look with `adb devices`"
        if isinstance(error, TimeoutError) or "timeout" in told:
            return f"{self.serial} did not answer within {self.timeout_s:g} s; wake it, then try again"
        broken = f"the connection to {self.serial} broke ({type(error).__name__})"
        return f"{broken}; look with `adb devices`, then look at the screen again"

    def _devices(self) -> list[tuple[str, str]]:
        from adbutils import AdbError

        where = f"{self.host}:{self.port}"
        try:
            return [(each.serial, each.state) for each in self._client.list()]
        except OSError as error:
            raise WiringError(f"no adb server answers at {where}", hint=START) from error
        except (AdbError, ValueError) as error:
            hint = "see what listens there; set ANDROID_ADB_SERVER_PORT when adb's own server is elsewhere"
            raise WiringError(f"what answers at {where} is no adb server: {error}", hint=hint) from error
        finally:
            self._client.hang_up()


class Client(Protocol):
    """What is used of the library's client, and `hang_up`, which closes what it left open after an error."""

    def list(self) -> Sequence[AdbDeviceInfo]:
        """What is attached."""
        ...

    def device(self, serial: str) -> AdbDevice:
        """One of them; asks nothing yet."""
        ...

    def hang_up(self) -> None:
        """Close every connection that is still open."""
        ...


def _client(host: str, port: int, timeout_s: float) -> Client:
    """The library's client, kept from starting servers and from waiting for minutes."""
    try:
        from adbutils import AdbClient, AdbConnection
    except ImportError as error:
        raise MissingExtraError("the adb driver needs the package `adbutils`", hint=INSTALL) from error

    class Careful(AdbClient):
        opened: list[AdbConnection]
        version = 0

        def server_version(self) -> int:  # the library asks it before every command
            self.version = self.version or super().server_version()
            return self.version

        def make_connection(self, timeout: float | None = None) -> AdbConnection:
            socket.create_connection((host, port), timeout=_CONNECT_S).close()
            self.opened.append(super().make_connection(min(timeout or timeout_s, timeout_s)))
            return self.opened[-1]

        def hang_up(self) -> None:
            while self.opened:
                self.opened.pop().close()  # once more does nothing

    made = Careful(host=host, port=port)
    made.opened = []
    return made
