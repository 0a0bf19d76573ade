"""The probes of `agentkit doctor`: each tries one part of the machine and says what it found; those that agents need.

Knows nothing of how findings are shown.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from agentkit.types import JsonObject


class State(StrEnum):
    """`missing` is not wrong: nobody installed it."""

    OK = "ok"
    BROKEN = "broken"
    MISSING = "missing"


@dataclass(frozen=True)
class Finding:
    """One part: whether it works, what was seen, and what it needs."""

    name: str
    state: State
    detail: str
    needs: str = ""

    def as_json(self) -> JsonObject:
        """For `--json`."""
        return {"name": self.name, "state": self.state.value, "detail": self.detail, "needs": self.needs}


Probe = Callable[[], Finding]


def python() -> Finding:
    """The interpreter."""
    fine = sys.version_info >= (3, 11)
    detail = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Finding("python", State.OK if fine else State.BROKEN, detail, "" if fine else "agentkit needs 3.11 or newer")


def machine() -> Finding:
    """Cores, memory, and how busy they are."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    parts = [f"{usable} core{'s' if usable != 1 else ''}"]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        parts.append(f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB memory")
    if hasattr(os, "getloadavg"):
        parts.append(f"load {os.getloadavg()[0]:.1f}")
    return Finding("machine", State.OK, ", ".join(parts))


def home() -> Finding:
    """The folder for state: can it be written, is there room."""
    from agentkit.home import home as folder

    path = folder()
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path) as file:
            file.write(b"x")
    except OSError as error:
        needs = "set AGENTKIT_HOME to a folder that can be written"
        return Finding("state folder", State.BROKEN, f"{path} cannot be written: {error.strerror}", needs)
    free = shutil.disk_usage(path).free / 2**30
    return Finding("state folder", State.OK, f"{path}, {free:.1f} GiB free")


def sqlite() -> Finding:
    """Write-ahead logging where traces are kept; network file systems often cannot."""
    from agentkit.home import home as folder

    if not os.access(folder(), os.W_OK):
        return Finding("sqlite", State.BROKEN, f"{sqlite3.sqlite_version}, not tried: no state folder")
    with tempfile.TemporaryDirectory(dir=folder()) as scratch:
        connection = sqlite3.connect(Path(scratch) / "probe.db")
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        connection.close()
    detail = f"{sqlite3.sqlite_version}, journal mode {mode} in the state folder"
    needs = "" if mode == "wal" else "point AGENTKIT_HOME at a local disk"
    return Finding("sqlite", State.OK if mode == "wal" else State.BROKEN, detail, needs)


def llama() -> Finding:
    """The build of llama.cpp and what of this processor it uses."""
    from agentkit.models.llamacpp import lib

    told = lib.llama_print_system_info().decode("utf-8", "replace")
    flags = [name for name, on in re.findall(r"(\w+) = (\d+)", told) if on != "0"]
    detail = f"llama-cpp-python {version('llama-cpp-python')}"
    return Finding("llama.cpp", State.OK, f"{detail}, built with {', '.join(flags)}" if flags else detail)


def weights() -> Finding:
    """Load the weights in the box and propose two calls: the first reads the prompt, the second finds it cached."""
    from agentkit.models import EMBEDDED, load_model
    from agentkit.spec import EmbeddedConfig
    from agentkit.types import Message, ProposeRequest, ToolSpec
    from agentkit.verify.beside import find

    hour = {"type": "integer", "minimum": 0, "maximum": 23}
    parameters = {
        "type": "object",
        "properties": {"hour": hour},
        "required": ["hour"],
        "additionalProperties": False,
    }
    tool = ToolSpec(name="set_alarm", description="Set an alarm.", parameters=parameters)
    request = ProposeRequest(tools=(tool,), messages=(Message(role="user", content="set an alarm for 7"),))
    began = time.perf_counter()
    model = load_model(EmbeddedConfig(snapshots=False))
    times = [time.perf_counter() - began]
    told = find(model)
    try:
        for _ in range(2):
            began = time.perf_counter()
            model.propose(request)
            times.append(time.perf_counter() - began)
    finally:
        model.close()
    load, cold, warm = (seconds * 1000 for seconds in times)
    size = EMBEDDED.stat().st_size / 1e6
    detail = f"{size:.1f} MB, loaded in {load:.0f} ms; a call took {cold:.1f} ms cold, {warm:.1f} ms warm"
    needs = "fit it again: `agentkit eval SUITE --fit-calibration FILE`" if told.ignored else ""
    return Finding("weights", State.OK, f"{detail}; {told.note}", needs)


def release(package: str) -> str:
    """The version of an installed package; empty when it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def installed(name: str, package: str, module: str, *, needs: str = "", use: str = "") -> Probe:
    """A probe for a package: is it there, and which version."""

    def probe() -> Finding:
        found = release(package)
        if not found or find_spec(module) is None:
            return Finding(name, State.MISSING, f"not installed{f'; {use}' if use else ''}", needs)
        return Finding(name, State.OK, f"{found}{f', {use}' if use else ''}")

    return probe


def remote() -> Finding:
    """A key for a hosted larger model; servers on this machine need none."""
    from agentkit.spec.models import HOSTED_KEY

    if os.environ.get(HOSTED_KEY):
        detail = f"{HOSTED_KEY} is set; name the model in the spec under `models.remote`"
        return Finding("larger model", State.OK, detail)
    needs = f"set {HOSTED_KEY}, or run a server that speaks the OpenAI protocol and give its `base_url`"
    return Finding("larger model", State.MISSING, "no key; agents run without one", needs)


def android() -> Finding:
    """The adb server and its devices, for the phone pack's adb driver; a server that does not run is not started."""
    if find_spec("adbutils") is None:
        return Finding(
            "adb", State.MISSING, "not installed; for a real phone", 'pip install "agentkit-slm[phone]", and adb itself'
        )
    host = os.environ.get("ANDROID_ADB_SERVER_HOST") or "127.0.0.1"
    port = int(os.environ.get("ANDROID_ADB_SERVER_PORT") or 5037)
    package = f"adbutils {version('adbutils')}"
    try:
        socket.create_connection((host, port), timeout=1.0).close()
    except OSError:
        needs = "`adb start-server`, once a device is plugged in or an emulator runs"
        return Finding("adb", State.MISSING, f"{package}, no adb server answers at {host}:{port}", needs)
    from adbutils import AdbClient

    client = AdbClient(host=host, port=port, socket_timeout=3.0)
    number, devices = client.server_version(), client.list()
    listed = ", ".join(f"{device.serial} ({device.state})" for device in devices)
    ready = [device for device in devices if device.state == "device"]
    needs = "" if ready else "plug a device in with USB debugging on and accept its question, or start an emulator"
    detail = f"{package}, server version {number}; devices: {listed or 'none'}"
    return Finding("adb", State.OK if ready else State.MISSING, detail, needs)


def chromium() -> Finding:
    """An installed Chromium and Playwright, for the phone pack's chromium driver; the program only says its version."""
    if find_spec("playwright") is None:
        needs = 'pip install "agentkit-slm[web]", and a Chromium (Debian: `apt-get install chromium`)'
        return Finding("chromium", State.MISSING, "Playwright is not installed; for web pages", needs)
    package = f"playwright {version('playwright')}"
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    wanted = (os.environ["AGENTKIT_CHROMIUM"],) if os.environ.get("AGENTKIT_CHROMIUM") else names
    path = next((found for name in wanted if (found := shutil.which(name))), None)
    if path is None:
        needs = "`apt-get install chromium`, or set AGENTKIT_CHROMIUM to one's path"
        return Finding("chromium", State.MISSING, f"{package}, no Chromium: tried {', '.join(wanted)}", needs)
    said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
    if said.returncode != 0:
        return Finding("chromium", State.BROKEN, f"{package}, {path} does not run", f"see what `{path} --version` says")
    return Finding("chromium", State.OK, f"{package}, {said.stdout.strip()} at {path}")


_AGAIN = "pip install --force-reinstall agentkit-slm"
REQUIRED: tuple[tuple[str, Probe], ...] = (
    ("python", python),
    ("machine", machine),
    ("state folder", home),
    ("sqlite", sqlite),
    ("llama.cpp", llama),
    ("llguidance", installed("llguidance", "llguidance", "llguidance", needs=_AGAIN)),
    ("langgraph", installed("langgraph", "langgraph", "langgraph", needs=_AGAIN)),
    ("weights", weights),
)
"""What every agent needs."""
