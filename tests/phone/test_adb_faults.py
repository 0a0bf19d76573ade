"""What goes wrong between the driver and a device, through real sockets: each says what it is and what to do."""

from __future__ import annotations

import socket
import sys
import threading
from pathlib import Path

import pytest
from adb_pair import Pair, no_adb_of_this_machine, pair
from adb_server import AdbServer
from phone.adb import Adb
from phone.adb_link import choose
from phone.compact import compact
from phone.screen import parse
from phone.simulated import Simulated

from agentkit.errors import Failed, MissingExtraError, WiringError

pytest.importorskip("adbutils")
__all__ = ["no_adb_of_this_machine", "pair"]


@pytest.mark.parametrize(
    "sick",
    [
        "ERROR: could not get idle state.",
        "ERROR: null root node returned by UiTestAutomationBridge.",
        "<hierarchy><node",
        "<hierarchy><node></hierarchy>",
        "<!DOCTYPE html><p>no dump</p>",
    ],
)
def test_a_dump_that_fails_is_asked_for_again(pair: Pair, sick: str) -> None:
    driver = pair.driver()
    pair.server.shell.sick = [sick, sick]
    assert driver.dump() == pair.plain.dump()
    pair.server.shell.sick = [sick] * 9
    with pytest.raises(Failed, match=r"emulator-5554 showed no screen in 4 tries .*; wait, then look again"):
        driver.dump()
    assert pair.server.shell.files == {}


@pytest.mark.parametrize("how", ["close", "reset"])
def test_a_connection_cut_in_the_middle_of_a_dump_is_made_again(pair: Pair, how: str) -> None:
    driver = pair.driver()
    pair.server.drops = [how, how]
    assert driver.dump() == pair.plain.dump()


def test_a_tap_whose_answer_is_lost_is_not_made_twice(pair: Pair) -> None:
    driver = pair.driver()
    box = next(each.box for each in compact(parse(driver.dump())).elements if each.label == "Clock")
    pair.server.drops = ["close"]
    with pytest.raises(Failed, match=r"the connection to emulator-5554 broke .*look at the screen again"):
        driver.tap(*box.centre)
    assert sum("input tap" in line for line in pair.server.shell.log) == 1


@pytest.mark.parametrize(
    ("devices", "text", "hint"),
    [
        ({}, "adb has no device", "USB debugging"),
        ({"R1": "unauthorized"}, r"no device that can be used: R1 \(unauthorised\)", "accept `Allow USB debugging`"),
        ({"R1": "offline"}, r"R1 \(offline\)", "plug it in again"),
        ({"R1": "no permissions; see [http://developer.android.com]"}, r"R1 \(without permissions\)", "udev"),
        ({"R1": "recovery"}, r"R1 \(recovery\)", "start Android"),
        ({"R1": "device", "emulator-5556": "device"}, "adb has 2 devices: R1, emulator-5556", "ANDROID_SERIAL=R1"),
    ],
)
def test_wrong_devices_are_explained(devices: dict[str, str], text: str, hint: str) -> None:
    with AdbServer(Simulated(1).phone, devices=devices) as server:
        with pytest.raises(WiringError, match=text) as caught:
            Adb(port=server.port)
        assert hint in caught.value.hint


def test_a_device_is_chosen_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    devices = {"R1": "device", "emulator-5554": "device", "R2": "unauthorized"}
    with AdbServer(Simulated(1).phone, devices=devices) as server:
        assert Adb("emulator-5554", port=server.port).serial == "emulator-5554"
        monkeypatch.setenv("ANDROID_SERIAL", "R1")
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(server.port))
        assert Adb().serial == "R1"
        with pytest.raises(WiringError, match="no device `emulator-5544`") as caught:
            Adb("emulator-5544")
        assert caught.value.hint == "did you mean `emulator-5554`?"
        with pytest.raises(WiringError, match="R2 is unauthorised"):
            Adb("R2")
    assert choose([("R1", "device"), ("R2", "offline")]) == "R1"


def test_a_device_that_goes_away_is_named(pair: Pair) -> None:
    driver = pair.driver()
    pair.server.devices.clear()
    with pytest.raises(Failed, match="emulator-5554 is gone: device 'emulator-5554' not found; plug it in"):
        driver.tap(1, 1)
    pair.server.devices["emulator-5554"] = "unauthorized"
    with pytest.raises(Failed, match="emulator-5554 is gone: device unauthorized"):
        driver.tap(1, 1)


def test_no_server_is_started_and_none_is_stopped(pair: Pair, no_adb_of_this_machine: Path) -> None:
    driver = pair.driver()
    pair.server.stop()
    with pytest.raises(Failed, match=r"the adb server at 127.0.0.1:.* is gone; start one with `adb start-server`"):
        driver.tap(1, 1)
    with pytest.raises(WiringError, match="no adb server answers") as caught:
        Adb(port=pair.server.port)
    assert "adb start-server" in caught.value.hint
    assert not no_adb_of_this_machine.exists()
    assert not any("kill" in request for request in pair.server.requests)


def test_something_else_on_the_port_is_no_adb_server(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            for _ in range(2):
                connection, _ = server.accept()
                with connection:
                    connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(WiringError, match="is no adb server"):
            Adb(port=server.getsockname()[1])
        thread.join()
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", "adb")
    with pytest.raises(WiringError, match="ANDROID_ADB_SERVER_PORT is `adb`"):
        Adb()


def test_without_the_package_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "adbutils", None)
    with pytest.raises(MissingExtraError) as caught:
        Adb()
    assert caught.value.hint == 'pip install "agentkit-slm[phone]"'
