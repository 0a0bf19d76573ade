"""The real adbutils client drives the simulated phone through adb's protocol: no device is used anywhere here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time

import pytest
from adb_pair import Pair, no_adb_of_this_machine, pair
from adb_server import AdbServer
from phone import intents, ui
from phone.adb import Adb, _typed
from phone.compact import compact
from phone.driver import Driver
from phone.screen import parse
from phone.session import Session
from phone.simulated import Simulated
from phone.tasks import TEMPLATES
from phone.tasks.judge import judge
from phone.tasks.trajectory import perform, play

from agentkit import Context, Registry, Retry
from agentkit.errors import Failed

pytest.importorskip("adbutils")
__all__ = ["no_adb_of_this_machine", "pair"]


def same(pair: Pair, one: Session, two: Session) -> None:
    assert one.look() == two.look()
    assert pair.plain.phone.state == pair.behind.phone.state


def test_a_whole_visit_changes_the_same_and_shows_the_same(pair: Pair) -> None:
    one, two = Session(pair.plain), Session(pair.driver())
    who = pair.plain.names("contacts")[0]

    def visit(session: Session) -> Iterator[object]:
        yield session.open_app("Contacts")
        yield session.scroll("down")
        yield session.scroll("down")
        yield session.scroll("up")
        yield session.scroll("up")
        yield session.tap(who)
        yield session.tap("Message")
        yield session.type_text("Text message", 'it\'s 100%s "sure" & $HOME; `rm` 5%d | x\\y')
        yield session.type_text("Text message", "on my way")
        yield session.tap("Send")
        yield session.press("back")
        yield session.press("home")
        yield session.wait()

    same(pair, one, two)
    for _ in zip(visit(one), visit(two), strict=True):
        same(pair, one, two)
    assert pair.behind.phone.world != pair.behind.phone.first


def test_text_arrives_sign_by_sign(pair: Pair) -> None:
    driver = pair.driver()
    session = Session(driver)
    session.open_app("Notes")
    session.tap("Add note")
    field = session.look().fields[-1]
    text = "%s %%s% s %d 'one' \"two\" $(x) ~#&*;|<>\\ -n\nsecond line"
    session.driver.tap(*session.find(field).box.centre)
    driver.type("what stood here before")
    driver.type(text)
    assert pair.behind.phone.state.top.get(pair.behind.phone.state.focus) == text
    driver.type("")
    assert pair.behind.phone.state.top.get(pair.behind.phone.state.focus) == ""


def test_text_that_android_cannot_type_is_refused_before_anything_is_deleted(pair: Pair) -> None:
    session = Session(pair.driver())
    session.open_app("Contacts")
    session.type_text("Search contacts", "Jo")
    before = pair.behind.phone.state
    session.driver.tap(*session.find("Search contacts").box.centre)
    with pytest.raises(Failed, match="cannot type `é`"):
        session.driver.type("José")
    assert pair.behind.phone.state.top == before.top
    assert list(_typed("a%s b\tc")) == [("text", "a%"), ("text", "s%sb"), ("keyevent", "61"), ("text", "c")]


def test_typing_needs_a_focused_field(pair: Pair) -> None:
    with pytest.raises(Failed, match="no field has the focus"):
        pair.driver().type("hello")


def test_enter_searches_and_escape_closes_only_the_keyboard(pair: Pair) -> None:
    one, two = Session(pair.plain), Session(pair.driver())
    for session in (one, two):
        session.open_app("Browser")
        field = session.look().fields[0]
        session.type_text(field, "news", enter=True)
    same(pair, one, two)
    frames = len(pair.behind.phone.state.stack)
    two.driver.press("escape")
    assert len(pair.behind.phone.state.stack) == frames


@pytest.mark.parametrize("name", [name for name, each in TEMPLATES.items() if each.split == "dev"])
def test_shortest_paths_of_tasks_show_the_same_and_lead_to_the_same_end(name: str) -> None:
    task = TEMPLATES[name].task(7)
    driver = Simulated(task.world)
    with AdbServer(driver.phone) as server:
        session = Session(Adb(port=server.port, pause_s=0.01))
        for step in play(task).steps:
            assert session.look() == step.seen
            if step.act.name in {"finish", "cannot"}:
                ending = "done" if step.act.name == "finish" else "cannot"
                assert judge(task, driver.phone.world, ending, step.act.arguments.get("answer", "")).success
                return
            perform(session, step.act)
    raise AssertionError("the path did not come to an end")


def test_a_real_dump_says_less_and_shows_the_same_elements() -> None:
    pair = Pair(plain=True)
    with pair.server:
        driver = pair.driver()
        driver.open_app("Contacts")
        pair.plain.open_app("Contacts")
        real, simulated = compact(parse(driver.dump())), compact(parse(pair.plain.dump()))
        assert "can-scroll" not in driver.dump() and "width=" not in driver.dump()
        assert real.elements == simulated.elements and real.app == simulated.app
        assert simulated.scroll == ("down",) and real.scroll == ("down", "up")


def test_apps_and_contacts_are_those_of_the_device(pair: Pair) -> None:
    driver = pair.driver()
    assert driver.apps() == pair.plain.apps()
    assert driver.names("contacts") == pair.plain.names("contacts") and driver.names("songs") == ()
    assert driver.now() == pair.plain.now()
    with pytest.raises(Failed, match="did you mean `Clock`"):
        driver.open_app("Clok")


def test_an_android_that_cannot_list_activities_opens_apps_by_package() -> None:
    pair = Pair(old=True)
    with pair.server:
        pair.driver().open_app("Phone")
        assert pair.behind.phone.state.app == "dialer"
        assert any(line.startswith("monkey -p com.simulated.dialer") for line in pair.server.shell.log)
        with pytest.raises(Failed, match=r"failed on emulator-5554: \*\* No activities found"):
            pair.driver().open_app("Files")


def test_intents_change_what_the_simulated_ones_change(pair: Pair) -> None:
    driver, who = pair.driver(), pair.plain.names("contacts")[0]
    orders: list[tuple[str, dict[str, object]]] = [
        ("set_alarm", {"at": time(6, 45), "label": "it's time; go"}),
        ("start_timer", {"seconds": 90}),
        ("call_contact", {"contact": who}),
        *(("set_switch", {"setting": name, "on": on}) for name in ("Wi-Fi", "Dark theme") for on in (False, True)),
        *(("set_switch", {"setting": name, "on": True}) for name in ("Airplane mode", "Do Not Disturb", "Bluetooth")),
        *(("set_switch", {"setting": name, "on": True}) for name in ("Use location", "Battery saver")),
        ("set_switch", {"setting": "Auto-rotate screen", "on": False}),
    ]
    for name, arguments in orders:
        pair.plain.intent(name, arguments)
        assert driver.intent(name, arguments) is None
        assert pair.plain.phone.world == pair.behind.phone.world, name


def test_a_form_that_is_only_filled_in_is_not_called_done(pair: Pair) -> None:
    who = pair.plain.names("contacts")[0]
    ctx = Context(deps=Session(pair.driver()))
    registry = Registry([ui, intents])
    said = registry.get("send_message").invoke({"contact": who, "text": "on my way"}, ctx)
    assert said == "not done yet: the message is written but not sent: send it on the screen"
    assert pair.behind.phone.world == pair.behind.phone.first
    registry.get("tap").invoke({"element": "Send"}, ctx)
    pair.plain.intent("send_message", {"contact": who, "text": "on my way"})
    assert pair.behind.phone.world == pair.plain.phone.world


def test_what_the_device_cannot_do_is_said(pair: Pair) -> None:
    driver = pair.driver()
    with pytest.raises(Failed, match="no command for `take_photo`"):
        driver.intent("take_photo", {})
    with pytest.raises(Failed, match="no command for `Wi-Fi hotspot`"):
        driver.intent("set_switch", {"setting": "Wi-Fi hotspot", "on": True})
    with pytest.raises(Failed, match="`am start` failed on emulator-5554: Error: Activity not started"):
        driver.intent("add_contact", {"name": "A", "phone": "1"})
    pair.server.shell.locked = True
    with pytest.raises(Failed, match=r"`input keyevent` failed on emulator-5554: java.lang.SecurityException: Inj"):
        driver.press("home")
    with pytest.raises(Retry, match="no contact `Nobody`"):
        driver.intent("call_contact", {"contact": "Nobody"})


def test_it_is_a_driver(pair: Pair) -> None:
    driver: Driver = pair.driver()
    assert driver.name == "adb" and sorted(driver.capabilities) == ["apps", "intents"]
