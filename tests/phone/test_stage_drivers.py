"""Stages on the other drivers: the simulated phone as a page in Chromium, and a device behind adb."""

from __future__ import annotations

from typing import Any

import pytest
from phone import show as terminal
from phone import ui
from phone.chromium.browser import Browser
from phone.session import Session

from agentkit import Agent
from agentkit.errors import WiringError
from agentkit.models.scripted import ScriptedModel, call, finish
from agentkit.types import Run

AIRPLANE: dict[str, Any] = {"name": "settings.airplane/90002", "request": "Turn on airplane mode", "deps": None}
TAPS = [
    call("open_app", app="Settings"),
    call("tap", element="Network and internet"),
    call("tap", element="Airplane mode"),
    finish(),
]


def run(stage: Any) -> Run:
    options: dict[str, Any] = {
        "store": False,
        "durable": False,
        "verifiers": ["schema", "policy"],
        "loop": "until_done",
    }
    with Agent([ui], model=ScriptedModel(TAPS), **options) as agent:
        return agent.run(stage.request, {"phone": stage.deps}, listen=stage.listen)


def test_a_task_is_done_and_judged_on_the_phones_page_in_chromium(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "_browser", lambda: browser)
    stage: Any = terminal.stage(driver="chromium", **AIRPLANE)
    try:
        assert stage.deps.driver.name == "chromium" and not stage.lasting
        done = run(stage)
        judged = stage.judge(done)
        assert (judged.done, judged.best_steps) == (True, 4), judged.reason
        assert any("Airplane mode" in line for line in stage.picture(40, 24))
        assert len(stage.episode.moments) == 4
    finally:
        stage.close()


def test_pages_of_ones_own_are_no_place_for_the_packs_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTKIT_WEB_PAGES", "http://127.0.0.1:9/")
    with pytest.raises(WiringError, match="not for a real one"):
        terminal.stage(driver="chromium", **AIRPLANE)


def test_a_real_phone_does_what_is_asked_and_nobody_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("adbutils")
    from adb_pair import Pair

    pair = Pair()
    with pair.server:
        session = Session(pair.driver())
        monkeypatch.setattr(terminal, "_real", lambda: session)
        stages: list[Any] = [
            terminal.stage(name="", request="no radio, please", driver="adb", deps=None),
            terminal.stage(name="", request="no radio, please", driver=None, deps={"phone": session}),
        ]
        assert all(stage.deps is session and stage.lasting for stage in stages)
        with pytest.raises(WiringError, match="not for a real one"):
            terminal.stage(name=AIRPLANE["name"], request=AIRPLANE["request"], driver=None, deps=session)
        done = run(stages[0])
        assert done.status == "success", done.reason
        assert stages[0].judge(done).done is None and pair.behind.phone.world.settings.airplane


def test_a_phone_that_cannot_be_reached_is_named() -> None:
    with pytest.raises(WiringError, match="no driver `palm`; the drivers are simulated, adb, chromium"):
        terminal.stage(name="", request="x", driver="palm", deps=None)
