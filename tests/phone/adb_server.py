"""An adb server of its own in front of a simulated phone: adb's host protocol over TCP, byte for byte.

A request is four hex digits and as many bytes; the answer is OKAY or FAIL, then what the service says. It serves what
the client library asks for: version, device lists, transports, states, and the shell in its three forms.
"""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from types import TracebackType
from typing import cast

from adb_shell import AndroidShell
from phone.sim.device import Phone

_UNAUTHORISED = "device unauthorized.\nThis adb server's $ADB_VENDOR_KEYS is not set"


class AdbServer:
    """A server with one simulated phone behind `serial`, and other devices that are only listed."""

    def __init__(
        self,
        phone: Phone,
        *,
        serial: str = "emulator-5554",
        devices: dict[str, str] | None = None,
        plain: bool = False,
        old: bool = False,
    ) -> None:
        self.serial = serial
        self.devices = {serial: "device"} if devices is None else devices
        self.shell = AndroidShell(phone, plain=plain, old=old)
        self.lock = threading.Lock()
        self.requests: list[str] = []
        self.drops: list[str] = []
        self._server = _Port(("127.0.0.1", 0), _Talk)
        self._server.owner = self
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> AdbServer:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Close the port; a second time does nothing."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def refusal(self, serial: str) -> str:
        """Why a device cannot be used; empty when it can."""
        state = self.devices.get(serial)
        if state is None:
            return f"device '{serial}' not found"
        return {"device": "", "unauthorized": _UNAUTHORISED}.get(state, f"device {state}")


class _Port(socketserver.ThreadingTCPServer):
    daemon_threads = True
    owner: AdbServer


class _Talk(socketserver.BaseRequestHandler):
    """One connection: requests until a service takes it over."""

    def handle(self) -> None:
        self.owner = cast(_Port, self.server).owner
        self.socket = cast(socket.socket, self.request)
        self.transport = ""
        try:
            while length := self._read(4):
                request = self._read(int(length, 16)).decode()
                self.owner.requests.append(request)
                if not self._serve(request):
                    return
        except OSError:
            return

    def _read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            chunk = self.socket.recv(count - len(data))
            if not chunk:
                return b""
            data += chunk
        return data

    def _serve(self, request: str) -> bool:
        """Answer; whether the connection stays open for another request."""
        if request == "host:version":
            return self._told("0029")
        if request in {"host:devices", "host:devices-l"}:
            tail = " product:sim model:simulated transport_id:1" if request.endswith("-l") else ""
            gap = " " * 11 if tail else "\t"
            return self._told("".join(f"{name}{gap}{state}{tail}\n" for name, state in self.owner.devices.items()))
        if request.startswith(("host:tport:serial:", "host:transport:")):
            return self._carry(request)
        if request.startswith("host-serial:"):
            what = {"get-state": "device", "features": "shell_v2,cmd,stat_v2"}.get(request.rsplit(":", 1)[-1])
            return self._told(what) if what else self._refuse("unknown host service")
        service, _, command = request.partition(":")
        kind, *options = service.split(",")
        if self.transport and kind in {"shell", "exec"}:
            self._run(command, packets="v2" in options)
            return False
        return self._refuse("unknown host service")

    def _told(self, text: str) -> bool:
        data = text.encode()
        self.socket.sendall(b"OKAY%04x" % len(data) + data)
        return False

    def _refuse(self, why: str) -> bool:
        self.socket.sendall(b"FAIL%04x" % len(why.encode()) + why.encode())
        return False

    def _carry(self, request: str) -> bool:
        serial = request.removeprefix("host:tport:serial:").removeprefix("host:transport:")
        why = self.owner.refusal(serial)
        if why:
            return self._refuse(why)
        self.transport = serial
        self.socket.sendall(b"OKAY" + (struct.pack("<Q", 1) if ":tport:" in request else b""))
        return True

    def _run(self, command: str, *, packets: bool) -> None:
        drop = self.owner.drops.pop(0) if self.owner.drops else ""
        self.socket.sendall(b"OKAY")
        with self.owner.lock:
            data = self.owner.shell.run(command).encode()
        if packets:
            data = struct.pack("<BI", 1, len(data)) + data + struct.pack("<BIB", 3, 1, self.owner.shell.code)
        self.socket.sendall(data[: len(data) // 2] if drop else data)
        if drop == "reset":  # closing with linger 0 sends RST instead of FIN
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()
