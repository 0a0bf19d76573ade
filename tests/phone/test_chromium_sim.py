"""The chromium driver works the simulated phone's own web page: the same screens, the same state after every step."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from urllib.error import HTTPError

import pytest
from phone.chromium.browser import Browser
from phone.screen import parse
from phone.session import Session
from phone.sim.device import Phone
from phone.sim.perturb import ROUGH, Perturb
from phone.simulated import Simulated
from phone.tasks import TEMPLATES
from phone.tasks.judge import judge
from phone.tasks.oracle import Oracle
from phone.tasks.trajectory import perform, play
from phone.web.page import drawn
from phone.web.server import WebPhone

SETTLE = 20.0


def test_a_whole_visit_changes_the_same_and_shows_the_same(browser: Browser) -> None:
    plain, behind = Simulated(1), Simulated(1)
    who = plain.names("contacts")[-1]

    def visit(session: Session) -> Iterator[object]:
        yield session.open_app("Contacts")
        yield session.scroll("down")
        yield session.scroll("down")
        yield session.scroll("up")
        yield session.scroll("up")
        yield session.type_text("Search contacts", who[:4])
        yield session.tap(who)
        yield session.tap("Message")
        yield session.type_text("Text message", 'it\'s 100% "sure" & <b>; é')
        yield session.type_text("Text message", "on my way")
        yield session.tap("Send")
        yield session.press("back")
        yield session.open_app("Settings")
        yield session.tap("Display")
        yield session.tap("Dark theme")
        yield session.open_app("Browser")
        yield session.type_text("Search or type web address", "news", enter=True)
        yield session.press("home")

    with WebPhone(behind.phone) as web, web.driver(browser, settle_s=SETTLE) as driver:
        one, two = Session(plain), Session(driver)
        assert driver.now() == plain.now() and driver.apps() == plain.apps()
        assert one.look() == two.look()
        for _ in zip(visit(one), visit(two), strict=True):
            assert one.look() == two.look()
            assert plain.phone.state == behind.phone.state
    assert behind.phone.world != behind.phone.first


@pytest.mark.parametrize("name", [name for name, each in TEMPLATES.items() if each.split == "dev"])
def test_shortest_paths_of_tasks_show_the_same_and_lead_to_the_same_end(name: str, browser: Browser) -> None:
    task = TEMPLATES[name].task(7)
    phone = Simulated(task.world).phone
    with WebPhone(phone) as web, web.driver(browser, settle_s=SETTLE) as driver:
        session = Session(driver)
        for step in play(task).steps:
            assert session.look() == step.seen
            if step.act.name in {"finish", "cannot"}:
                ending = "done" if step.act.name == "finish" else "cannot"
                assert judge(task, phone.world, ending, step.act.arguments.get("answer", "")).success
                return
            perform(session, step.act)
    raise AssertionError("the path did not come to an end")


def test_a_screen_that_loads_or_is_stale_is_drawn_again(browser: Browser) -> None:
    phone = Simulated(1, Perturb(slow=1.0, seed=1)).phone
    with WebPhone(phone) as web, web.driver(browser, settle_s=SETTLE) as driver:
        session = Session(driver)
        session.open_app("Clock")
        driver.evaluate("() => new Promise(done => { const look = () => "
                        "phone.innerText.includes('Alarms') ? done() : setTimeout(look, 20); look() })")  # fmt: skip
        session.changed()
        assert "Add alarm" in session.look().taps and phone.settled


def test_disturbances_are_on_the_page_too(browser: Browser) -> None:
    phone = Simulated(2, Perturb(relabelled=True, moved=True)).phone
    with WebPhone(phone) as web, web.driver(browser, settle_s=SETTLE) as driver:
        session = Session(driver)
        session.open_app("Clock")
        assert "New alarm" in session.look().taps
        session.tap("New alarm")
        assert {"Done", "Dismiss"} <= set(session.look().taps)


@pytest.mark.parametrize("name", ["clock.add_alarm", "email.star"])
def test_the_oracle_copes_with_a_rough_phone_in_the_browser(name: str, browser: Browser) -> None:
    task = TEMPLATES[name].task(3)
    phone, oracle = Phone(task.world, replace(ROUGH, seed=7)), Oracle(task)
    with WebPhone(phone) as web, web.driver(browser, settle_s=SETTLE) as driver:
        session = Session(driver)
        while (act := oracle.next(phone, session.look())).name not in {"finish", "cannot"}:
            perform(session, act)
    assert judge(task, phone.world, "done", act.arguments.get("answer", "")).success


def test_a_person_at_a_keyboard_can_use_the_page(browser: Browser) -> None:
    phone = Simulated(1).phone
    with WebPhone(phone) as web, web.driver(browser, settle_s=SETTLE) as driver:
        Session(driver).open_app("Contacts")
        front = driver._front

        async def keys(*names: str) -> None:
            for name in names:
                await front.page.keyboard.press(name)
                await front.settle()

        driver._do(front.evaluate("() => document.querySelector('input').focus()"))
        driver._do(front.settle())
        assert phone.state.focus == "query"
        driver._do(keys("x", "Escape"))
        assert phone.state.focus == "" and phone.state.top.get("query") == "x"
        driver._do(front.evaluate("() => document.querySelector('[aria-label=\"Add contact\"]').focus()"))
        driver._do(keys("Enter"))
        assert phone.state.top.screen != "main"


def test_the_page_belongs_to_this_phone_alone() -> None:
    phone = Simulated(1).phone
    before = phone.state

    def post(path: str, body: bytes, origin: str) -> int:
        request = urllib.request.Request(f"{web.url}/{path}", body, {"Origin": origin}, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status
        except HTTPError as error:
            error.close()
            return error.code

    with WebPhone(phone) as web:
        tap = json.dumps({"x": 100, "y": 400}).encode()
        assert post("tap", tap, "http://elsewhere.example") == 403 and phone.state is before
        assert post("nothing", tap, web.url) == 404
        assert post("tap", b"{}", web.url) == 400 and post("tap", b"no json", web.url) == 400
        assert post("key", b'{"key": "power"}', web.url) == 404 and phone.state is before
        assert post("tap", tap, web.url) == 200 and phone.state is not before


def test_the_screen_is_written_with_roles_labels_and_states() -> None:
    driver = Simulated(1)
    driver.open_app("Settings")
    session = Session(driver)
    session.tap("Display")
    html = drawn(parse(driver.dump()))
    assert 'role="switch" aria-checked="' in html and "<h1" in html and 'aria-label="Navigate up"' in html
    driver.open_app("Contacts")
    html = drawn(parse(driver.dump()), offset=0, reach=500)
    assert '<label for="field1"' in html and '<input id="field1"' in html and 'class="list"' in html
    session.changed()
    session.type_text("Search contacts", '"><script>alert(1)</script>')
    assert "<script>" not in drawn(parse(driver.dump()))
