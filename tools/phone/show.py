"""What the terminal needs of the phone: drivers to choose from, a stage for each task, the replay of what was recorded.

A task of the spec may be one of the pack's own: its name is then `TEMPLATE/SEED` (`clock.minutes_timer/7`). It gets a
simulated phone with a world of its own, and is judged by the state of the device afterwards. Any other request runs on
the phone at hand, and nobody can tell whether it was done.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from agentkit import Context
from agentkit.errors import WiringError
from agentkit.events import AnyEvent
from agentkit.types import Run

from .record import Episode, Recorder
from .session import Session, adb, chromium
from .sim.device import Phone
from .sim.seed import make_world
from .sim.world import World
from .simulated import Simulated

if TYPE_CHECKING:
    from agentkit.evaluate.hooks import Judged, Stage

    from .chromium.browser import Browser
    from .tasks import Task

_OWN = re.compile(r"(?P<template>\w+\.\w+)/(?P<seed>\d+)")


@dataclass(frozen=True)
class Opened:
    """A phone that is ready: the session on it, the simulator behind it if there is one, and how it is let go."""

    session: Session
    phone: Phone | None = None
    close: Callable[[], None] = lambda: None


def _simulated(world: World) -> Opened:
    driver = Simulated(world)
    return Opened(Session(driver), driver.phone)


def _chromium(world: World) -> Opened:
    """The simulated phone as a web page, in a browser that all stages share."""
    from .web.server import WebPhone

    phone = Phone(world)
    web = WebPhone(phone).start()
    try:
        driver = web.driver(_browser())
    except BaseException:
        web.stop()
        raise

    def close() -> None:
        driver.close()
        web.stop()

    return Opened(Session(driver), phone, close)


@cache
def _browser() -> Browser:
    from .chromium.browser import Browser

    return Browser(hosts={"127.0.0.1"})


_real = cache(adb)
_pages = cache(chromium)
_SIMULATED: dict[str, Callable[[World], Opened]] = {"simulated": _simulated, "chromium": _chromium}


def drivers() -> Sequence[str]:
    """The ways to reach a phone: the simulated one, itself or as a page in Chromium; a device behind adb."""
    return ("simulated", "adb", "chromium")


def stage(*, name: str, request: str, driver: str | None, deps: Any) -> Stage:
    """A task of the pack on a simulated phone of its own, or any request on the phone at hand.

    Raises:
        WiringError: for a driver or a template that there is not, for words that are not the task's, and for a task of
            the simulated phone on a real one, where its names and files are not.
    """
    own = _OWN.fullmatch(name) or _OWN.fullmatch(request)
    at_hand = _at_hand(driver, deps)
    scripts = Context(deps=deps).find(str, "scripts") or ""
    if own is None:
        opened = _open(driver, make_world(0)) if at_hand is None else Opened(at_hand())
        return PhoneStage(opened, request, None, scripts)
    if at_hand is not None:
        raise WiringError(
            f"`{own[0]}` is a task for the simulated phone, not for a real one",
            hint='say what to do there: --task "set an alarm for 6:45"',
        )
    task = _task(own["template"], int(own["seed"]), "" if _OWN.fullmatch(request) else request)
    return PhoneStage(_open(driver, task.world), task.request, task, scripts)


def _at_hand(driver: str | None, deps: Any) -> Callable[[], Session] | None:
    """The phone that is there whatever the task: a device, pages that the environment names, or the agent's own."""
    if driver == "adb":
        return _real
    if driver == "chromium" and os.environ.get("AGENTKIT_WEB_PAGES"):
        return _pages
    given = Context(deps=deps).find(Session) if driver is None else None
    return None if given is None or isinstance(given.driver, Simulated) else lambda: given


def _open(driver: str | None, world: World) -> Opened:
    if driver is not None and driver not in _SIMULATED:
        raise WiringError(f"no driver `{driver}`; the drivers are {', '.join(drivers())}")
    return _SIMULATED[driver or "simulated"](world)


def replay(stages: Sequence[Stage], kind: str) -> str:
    """The recorded stages as one page, or (`svg`) the last one as a picture."""
    from .film import strip
    from .replay import page

    episodes = [each.episode for each in stages if isinstance(each, PhoneStage)]
    return page(episodes) if kind == "html" else strip(episodes[-1])


class PhoneStage:
    """One request on one phone; a run that did its task becomes a script in the folder `scripts`, if one is given."""

    def __init__(self, opened: Opened, request: str, task: Task | None, scripts: str) -> None:
        self.request = request
        self.deps = opened.session
        self.task = task
        self.recorder = Recorder(opened.session, request)
        self.lasting = opened.phone is None
        self._opened = opened
        self._scripts = scripts

    @property
    def episode(self) -> Episode:
        """What was recorded."""
        return self.recorder.episode

    def listen(self, event: AnyEvent) -> None:
        """Record."""
        self.recorder.listen(event)

    def picture(self, width: int, height: int) -> Sequence[str]:
        """The screen as it is now; what the step under way is about is marked as long as it is there."""
        from .render import text

        seen, screen = self.deps.look(), self.deps.screen
        assert screen is not None
        last = self.episode.moments[-1] if self.episode.moments else None
        mark = last.target.handle if last is not None and last.target is not None and last.seen == seen else ""
        return text(screen, seen, width=width, height=height, mark=mark).split("\n")

    def judge(self, run: Run) -> Judged:
        """By the device's state, where the pack knows what was wanted."""
        from agentkit.evaluate.hooks import Judged

        self.episode.run = run
        if self.task is None:
            return Judged()
        from .tasks.measure import judged

        assert self._opened.phone is not None
        found = judged(self.task, self._opened.phone.world, run, self.episode)
        if found.success and self.deps.scripts is not None:
            self.deps.scripts.remember(self.episode, self.deps.driver.now())
        if found.success and self._scripts:
            from .scripts.proposer import Scripts

            Scripts.of(self._scripts).remember(self.episode, self._opened.phone.world.now)
        return Judged(done=found.success, reason=found.reason, best_steps=self.episode.best_steps)

    def close(self) -> None:
        """Let the phone go, where it was opened for this task."""
        self._opened.close()


def _task(template: str, seed: int, words: str) -> Task:
    """The task of a template and a seed, in these words if there are any."""
    from difflib import get_close_matches

    from .tasks import TEMPLATES

    if template not in TEMPLATES:
        near = get_close_matches(template, TEMPLATES, n=3)
        raise WiringError(
            f"no task template `{template}`", hint=f"did you mean {' or '.join(near)}?" if near else "see docs/phone.md"
        )
    drawn = TEMPLATES[template].task(seed)
    if not words or drawn.request == words:
        return drawn
    said = [TEMPLATES[template].task(seed, number) for number in range(len(drawn.draft.wordings))]
    found = next((task for task in said if task.request == words), None)
    if found is None:
        raise WiringError(
            f"`{template}/{seed}` does not say `{words}`",
            hint="it says " + " or ".join(f"`{task.request}`" for task in said),
        )
    return found
