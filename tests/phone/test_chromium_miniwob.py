"""Pages of the `miniwob` package (MiniWoB++, MIT), worked by the phone's own tools through the chromium driver.

What decides here are small scripts written for each page, which read the request and the elements off the screen as a
model would be shown them: this says that pages can be read and worked, nothing about what a model can do. Whether a
task was done is the page's own judgement. Nothing of the package is kept here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from chromium_pages import Open
from phone import ui
from phone.session import Session

from agentkit import Context, Registry

_SPEC = find_spec("miniwob")
PAGES = Path(next(iter(_SPEC.submodule_search_locations or []))) / "html" / "miniwob" if _SPEC else Path()
needs_pages = pytest.mark.skipif(_SPEC is None, reason="needs the package `miniwob`")
REGISTRY = Registry([ui])


class Hand:
    """The tools, and what the screen says."""

    def __init__(self, session: Session) -> None:
        self.session, self.context = session, Context(deps=session)

    def __getattr__(self, tool: str) -> Callable[..., str]:
        def call(**arguments: Any) -> str:
            return REGISTRY.get(tool).invoke(arguments, self.context)

        return call

    @property
    def taps(self) -> tuple[str, ...]:
        return self.session.look().taps

    @property
    def fields(self) -> tuple[str, ...]:
        return self.session.look().fields

    @property
    def request(self) -> str:
        return next(e.label for e in self.session.look().elements if e.kind == "text")

    @property
    def quoted(self) -> list[str]:
        return re.findall(r'"([^"]*)"', self.request)


def press_the_quoted(hand: Hand) -> None:
    hand.tap(element=hand.quoted[0])


def fill_in(hand: Hand) -> None:
    values = hand.quoted if len(hand.quoted) > 1 else hand.quoted * len(hand.fields)
    for field, value in zip(hand.fields, values, strict=True):
        hand.type_text(field=field, text=value)
    hand.tap(element=hand.taps[-1])


def select(hand: Hand) -> None:
    named = re.search(r"Select (.*) and click Submit", hand.request)
    assert named is not None
    for name in named[1].split(", ") if named[1] != "nothing" else ():
        hand.tap(element=name)
    hand.tap(element="Submit")


def choose(hand: Hand) -> None:
    named = re.search(r"Select (.*) from the list", hand.request)
    assert named is not None
    hand.tap(element=hand.taps[0])
    while named[1] not in hand.taps:
        hand.scroll(direction="down")
    hand.tap(element=named[1])
    hand.tap(element="Submit")


def look_through_tabs(hand: Hand) -> None:
    wanted = hand.quoted[0]
    for tab in [tap for tap in hand.taps if tap.startswith("Tab #")]:
        if wanted in hand.taps:
            break
        hand.tap(element=tab)
    hand.tap(element=wanted)


def close(hand: Hand) -> None:
    hand.tap(element="Close")


def set_date(hand: Hand) -> None:
    found = re.search(r"(\d\d)/(\d\d)/(\d{4})", hand.request)
    assert found is not None
    hand.type_text(field=hand.fields[0], text=f"{found[3]}-{found[1]}-{found[2]}")
    hand.tap(element="Submit")


def scroll_to_the_end(hand: Hand) -> None:
    way = "down" if "bottom" in hand.request else "up"
    while way in hand.session.look().scroll:
        hand.scroll(direction=way)
    hand.tap(element="Submit")


def work_out(hand: Hand) -> None:
    left, sign, right = re.findall(r"\d+|[-+x]", hand.fields[0])[:3]
    result = {"+": int(left) + int(right), "-": int(left) - int(right), "x": int(left) * int(right)}[sign]
    hand.type_text(field=hand.fields[0], text=str(result))
    hand.tap(element="Submit")


SCRIPTS: dict[str, Callable[[Hand], None]] = {
    "choose-list": choose,
    "click-button": press_the_quoted,
    "click-checkboxes": select,
    "click-dialog": close,
    "click-link": press_the_quoted,
    "click-option": select,
    "click-tab-2": look_through_tabs,
    "enter-date": set_date,
    "enter-password": fill_in,
    "enter-text": fill_in,
    "login-user": fill_in,
    "scroll-text-2": scroll_to_the_end,
    "simple-arithmetic": work_out,
}


def begin(driver: Any, seed: int) -> Hand:
    """A new task of the page, drawn from a seed, without its limit of ten seconds."""
    driver.evaluate("seed => { core.EPISODE_MAX_TIME = 1e7; Math.seedrandom(seed) }", str(seed))
    session = Session(driver)
    session.tap("START")
    return Hand(session)


@needs_pages
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_for_the_page_is_rewarded_by_the_page(name: str, show: Open) -> None:
    driver = show((PAGES / f"{name}.html").as_uri())
    for seed in (1, 2):
        hand = begin(driver, seed)
        assert driver.evaluate("() => WOB_DONE_GLOBAL") is False
        SCRIPTS[name](hand)
        assert driver.evaluate("() => [WOB_DONE_GLOBAL, WOB_RAW_REWARD_GLOBAL]") == [True, 1], hand.session.lines()


@needs_pages
def test_the_page_also_says_when_it_was_done_wrong_and_gives_the_same_task_again(show: Open) -> None:
    driver = show((PAGES / "enter-text.html").as_uri())
    first = begin(driver, 3)
    request, taps = first.request, first.taps
    first.type_text(field=first.fields[0], text="something else")
    first.tap(element="Submit")
    assert driver.evaluate("() => WOB_RAW_REWARD_GLOBAL") < 1
    again = begin(driver, 3)
    assert (again.request, again.taps) == (request, taps)
