"""A spec takes a web page by its `setup`; `agentkit doctor` says whether it could."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any, cast

import pytest
from chromium_pages import HEAD
from phone.chromium.browser import Browser
from phone.chromium.driver import Chromium
from phone.chromium.setup import _named, from_environment
from phone.session import Session

from agentkit import Agent
from agentkit.cli.probes import State, chromium
from agentkit.errors import WiringError
from agentkit.models.scripted import ScriptedModel, call, finish

ROOT = Path(__file__).parents[2]
SETUP = "setup=../tools/phone/session.py:chromium"


def run(*steps: Any) -> Agent[Any]:
    options: dict[str, Any] = {"model": ScriptedModel([*steps, finish()]), "store": False, "durable": False}
    return Agent.from_spec(ROOT / "examples" / "mobile_ui.yaml", overrides=[SETUP], **options)


def driver_of(agent: Agent[Any]) -> Chromium:
    """The driver behind the agent's phone (whose classes a pack loads under a name of its own)."""
    deps: Any = agent.deps  # pyright: ignore[reportUnknownMemberType]
    return cast(Chromium, cast(Session, deps).driver)


def test_a_spec_takes_a_page_by_its_setup(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del browser  # skips where there is none
    page = tmp_path / "order.html"
    page.write_text(HEAD + "<label>Name <input></label><button onclick='this.innerText = `Sent`'>Send</button>")
    monkeypatch.setenv("AGENTKIT_WEB_PAGES", f"{page} Again={page}")
    with run(call("type_text", field="Name", text="Ada"), call("tap", element="Send"), call("back")) as agent:
        ran = agent.run("order as Ada")
        driver = driver_of(agent)
    assert ran.status == "success" and driver.apps() == ("Again", "order")
    assert driver.evaluate(
        "() => [document.querySelector('input').value, document.querySelector('button').innerText]"
    ) == [
        "Ada",
        "Sent",
    ]
    driver.close()


def test_without_pages_it_is_the_simulated_phone(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    del browser
    monkeypatch.delenv("AGENTKIT_WEB_PAGES", raising=False)
    with run(call("open_app", app="Clock"), call("tap", element="Add alarm"), call("back")) as agent:
        assert agent.run("look at the clock").status == "success"
        driver = driver_of(agent)
    assert driver.evaluate("() => document.querySelector('h1').innerText") == "Clock"
    driver.close()


def test_pages_are_addresses_or_files_with_or_without_a_name(tmp_path: Path) -> None:
    page = tmp_path / "a=b.html"
    page.touch()
    assert _named(str(page)) == ("a=b", page.as_uri())
    assert _named(f"Mine={page}") == ("Mine", page.as_uri())
    assert _named("https://shop.example.com/?q=1") == ("shop", "https://shop.example.com/?q=1")
    with pytest.raises(WiringError, match=r"AGENTKIT_WEB_PAGES: nowhere\.html is neither an address nor a file"):
        from_environment({"AGENTKIT_WEB_PAGES": "nowhere.html"})


def test_doctor_names_the_chromium_that_would_be_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "chromium-browser"
    program.write_text("#!/bin/sh\necho Chromium 150.0\n")
    program.chmod(0o755)
    monkeypatch.delenv("AGENTKIT_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    if importlib.util.find_spec("playwright") is not None:
        found = chromium()
        assert found.state is State.OK and str(program) in found.detail and "Chromium 150.0" in found.detail
        program.write_text("#!/bin/sh\nexit 1\n")
        assert chromium().state is State.BROKEN
        program.unlink()
        assert chromium().state is State.MISSING and "apt-get install chromium" in chromium().needs
    real = importlib.util.find_spec

    def absent(name: str) -> Any:
        return None if name == "playwright" else real(name)

    monkeypatch.setattr("agentkit.cli.probes.find_spec", absent)
    assert chromium().state is State.MISSING and chromium().needs.startswith('pip install "agentkit-slm[web]"')
