"""Where the chromium driver may go, and what it says when something is missing, gone or stuck."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from pathlib import Path

import pytest
from chromium_pages import Open, Site
from phone.chromium.browser import Browser, executable
from phone.chromium.driver import Chromium
from phone.chromium.look import ask
from phone.chromium.page import _heard
from phone.session import Session

from agentkit.errors import Failed, MissingExtraError, WiringError


def test_only_given_origins_are_asked_for(show: Open) -> None:
    with Site(page="<p>secret</p>") as other:
        ask = (
            f"<img src={other.url}/image><iframe src={other.url}/frame></iframe><a href={other.url}/page>leave</a>"
            f"<a href={other.url}/page target=_blank>open</a>"
            f"<script>fetch('{other.url}/fetch').catch(() => document.title = 'refused');"
            f"new WebSocket('ws://127.0.0.1:{other.port}/socket').onclose = () => shut = true;"
            f"navigator.sendBeacon('{other.url}/beacon')</script>"
        )
        with Site(one=ask) as site:
            driver = show(f"{site.url}/one")
            assert driver.evaluate("() => document.title") == "refused" and driver.evaluate("() => shut")
            session = Session(driver)
            for link in ("leave", "open"):
                with pytest.raises(Failed, match="/page is not allowed; allowed are files and these origins: http"):
                    session.tap(link)
                session.changed()
                assert session.look().taps == ("leave", "open")
            assert other.asked == []
            asked = {url.rsplit("/", 1)[-1] for url in driver.refused}
            assert {"image", "frame", "fetch", "socket", "beacon", "page"} <= asked
            driver.press("home")


def test_an_address_that_is_not_allowed_is_refused_and_one_that_is_given_is_not(show: Open) -> None:
    with Site(page="<p>there</p>") as other, Site(one=f"<a href={other.url}/page>go</a>") as site:
        driver = show(f"{site.url}/one", bookmarks={})
        driver.bookmarks["Other"] = f"{other.url}/page"
        with pytest.raises(Failed, match=f"{other.url}/page is not allowed; allowed .* these origins: {site.url}"):
            driver.open_app("Other")
        session = Session(show(f"{site.url}/one", allow=[other.url]))
        session.tap("go")
        assert "there" in session.look().text() and other.asked == ["/page"]


def test_a_redirect_to_elsewhere_shows_nothing_of_it(show: Open) -> None:
    with Site(page="<p>secret</p>") as other, Site(one="<a href=/away>go</a><a href=/named>name</a>") as site:
        site.pages["/away"] = site.pages["/one"].split("<a")[0] + f"to {other.url}/page"
        site.pages["/named"] = site.pages["/one"].split("<a")[0] + f"to http://localhost:{other.port}/page"
        driver = show(f"{site.url}/one")
        session = Session(driver)
        with pytest.raises(Failed, match="is not allowed; allowed are"):
            session.tap("go")
        with pytest.raises(Failed, match="is not allowed"):
            driver.dump()
        driver.press("home")
        session.changed()
        before = len(other.asked)
        session.tap("name")  # a host that was not given is not even found
        assert len(other.asked) == before and "secret" not in session.look().text()


def test_files_may_be_read_but_not_from_a_site(show: Open, tmp_path: Path) -> None:
    (tmp_path / "two.html").write_text("<p>second</p>")
    session = Session(show("<a href=two.html>next</a>"))
    session.tap("next")
    assert "second" in session.look().text()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:9/", "could not be opened: net::ERR_"),
        ("file:///no/such/page.html", "page.html could not be opened: net::ERR_FILE_NOT_FOUND"),
        ("http://nowhere.invalid/", "could not be opened: net::ERR_NAME_NOT_RESOLVED"),
    ],
)
def test_a_page_that_cannot_be_reached_is_named(show: Open, url: str, why: str) -> None:
    with pytest.raises(Failed, match=why):
        show(url)


def test_a_page_that_does_not_load_is_given_up(show: Open) -> None:
    with Site(one="<p>one</p>", slow="<p>late</p>") as site:
        driver = show(f"{site.url}/one", bookmarks={"Slow": f"{site.url}/slow"}, timeout_s=1.0, settle_s=1.0)
        site.server.RequestHandlerClass.do_GET = lambda self: self.rfile.read()  # pyright: ignore
        with pytest.raises(Failed, match="did not load within 1 s"):
            driver.open_app("Slow")


def test_a_page_that_hangs_is_given_up_and_home_leaves_it(show: Open) -> None:
    driver = show("<button onclick='for (;;);'>Hang</button>", timeout_s=2.0, settle_s=0.5)
    session = Session(driver)
    x, y = session.find("Hang").box.centre
    with pytest.raises(Failed, match="did not answer within"):
        driver.tap(x, y)
    driver.press("home")
    session.changed()
    assert session.look().taps == ("Hang",)


def test_a_page_that_crashed_says_so_and_home_opens_it_anew(show: Open) -> None:
    driver = show("<button>There</button>")
    front = driver._front

    async def crash() -> None:
        session = await front._session(front.page)
        dying = asyncio.ensure_future(ask(session, "Page.crash"))
        dying.add_done_callback(_heard)
        while not front._crashed:
            await asyncio.sleep(0.01)

    driver._do(crash())
    with pytest.raises(Failed, match="the page crashed; press home, or open it again"):
        driver.dump()
    driver.press("home")
    assert Session(driver).look().taps == ("There",)


def test_a_chromium_of_ones_own_is_ended_with_the_driver(browser: Browser, tmp_path: Path) -> None:
    del browser  # skips where there is none
    page = tmp_path / "own.html"
    page.write_text("<button>Own</button>")
    with Chromium(page.as_uri()) as driver:
        assert Session(driver).look().taps == ("Own",)
        program = driver.browser.program
    assert not program.is_connected()
    with pytest.raises(Failed, match="the browser was closed"):
        driver.dump()


def test_without_playwright_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "playwright.async_api", None)
    with pytest.raises(MissingExtraError, match="needs the package `playwright`") as raised:
        Chromium("about:blank")
    assert 'pip install "agentkit-slm[web]"' in str(raised.value.hint)


def test_without_chromium_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("AGENTKIT_CHROMIUM", raising=False)
    with pytest.raises(WiringError, match="no Chromium is installed") as raised:
        executable()
    assert "apt-get install chromium" in str(raised.value.hint)
    monkeypatch.setenv("AGENTKIT_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(WiringError, match="the Chromium of AGENTKIT_CHROMIUM, /nowhere/chromium, is no program"):
        executable()
    program = tmp_path / "google-chrome"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.delenv("AGENTKIT_CHROMIUM")
    assert executable() == str(program) and executable(str(program)) == str(program)


@pytest.mark.skipif(importlib.util.find_spec("playwright") is None, reason="needs the package `playwright`")
def test_a_program_that_does_not_start_is_named(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(WiringError, match=f"{program} did not start"):
        Browser(str(program), timeout_s=20)
