"""`agentkit doctor` and a spec's `setup`, with adb's protocol before the simulated phone."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from adb_pair import no_adb_of_this_machine
from adb_server import AdbServer
from phone.simulated import Simulated

from agentkit import Agent
from agentkit.cli.probes import State, android
from agentkit.errors import SpecError
from agentkit.models.scripted import ScriptedModel, call, finish

pytest.importorskip("adbutils")
__all__ = ["no_adb_of_this_machine"]
ROOT = Path(__file__).parents[2]
SETUP = "setup=../tools/phone/session.py:adb"


@pytest.mark.parametrize(
    ("devices", "state", "detail", "needs"),
    [
        ({"emulator-5554": "device"}, State.OK, "version 41; devices: emulator-5554 (device)", ""),
        ({"R1": "unauthorized"}, State.MISSING, "R1 (unauthorized)", "accept its question"),
        ({}, State.MISSING, "devices: none", "start an emulator"),
    ],
)
def test_doctor_lists_devices(
    devices: dict[str, str], state: State, detail: str, needs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AdbServer(Simulated(1).phone, devices=devices) as server:
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(server.port))
        found = android()
    assert found.state is state and detail in found.detail and needs in found.needs
    assert bool(found.needs) == bool(needs)


def test_doctor_starts_no_server(monkeypatch: pytest.MonkeyPatch, no_adb_of_this_machine: Path) -> None:
    server = AdbServer(Simulated(1).phone)
    with server:
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(server.port))
    found = android()
    assert found.state is State.MISSING and "no adb server answers" in found.detail and "start-server" in found.needs
    assert not no_adb_of_this_machine.exists()


def test_doctor_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec

    def absent(name: str) -> Any:
        return None if name == "adbutils" else real(name)

    monkeypatch.setattr("agentkit.cli.probes.find_spec", absent)
    assert android().needs.startswith('pip install "agentkit-slm[phone]"')


def test_a_spec_takes_a_real_device_by_its_setup(monkeypatch: pytest.MonkeyPatch) -> None:
    phone = Simulated(1).phone
    steps = [call("open_app", app="Clock"), call("tap", element="Add alarm"), call("back"), finish()]
    options: dict[str, Any] = {"model": ScriptedModel(steps), "store": False, "durable": False}
    spec = ROOT / "agents" / "mobile.yaml"
    with AdbServer(phone) as server:
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(server.port))
        with Agent.from_spec(spec, overrides=[SETUP], **options) as agent:
            ran = agent.run("look at the clock")
    assert ran.status == "success" and phone.state.app == "clock"
    assert any("input tap" in line for line in server.shell.log)
    with pytest.raises(SpecError, match="no adb server answers"):
        Agent.from_spec(spec, overrides=[SETUP], **options)
