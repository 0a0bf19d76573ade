"""One Chromium and the thread that talks to it through Playwright; drivers may share it, each with its own profile.

Playwright's objects belong to one event loop. That loop runs in a thread of its own here, so that tools may be called
from any thread, also from one whose own loop is running; every call has a deadline. Nothing is ever downloaded.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import threading
from collections.abc import Coroutine, Iterable
from concurrent.futures import TimeoutError as LateError
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from agentkit.errors import Failed, MissingExtraError, WiringError

if TYPE_CHECKING:
    from playwright.async_api import Browser as Program
    from playwright.async_api import Playwright

VARIABLE = "AGENTKIT_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
INSTALL = 'pip install "agentkit-slm[web]"'
_FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-smooth-scrolling",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
Answer = TypeVar("Answer")


class Late(Failed):
    """The deadline passed; what was asked for may still happen."""


def executable(named: str = "") -> str:
    """The Chromium to start: the one named, else that of AGENTKIT_CHROMIUM, else the first that is installed.

    Raises:
        WiringError: when there is none, or the one named is no program.
    """
    wanted = named or os.environ.get(VARIABLE, "")
    if wanted:
        found = shutil.which(wanted)
        if found is None:
            where = "that was named" if named else f"of {VARIABLE}"
            raise WiringError(f"the Chromium {where}, {wanted}, is no program", hint="give its full path")
        return found
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        hint = f"install one (Debian: `apt-get install chromium`), or set {VARIABLE} to its path"
        raise WiringError("no Chromium is installed", hint=hint)
    return found


class Browser:
    """A running Chromium without a window. `hosts` are all that it can find by name; the rest does not resolve.

    Raises:
        MissingExtraError: without the package `playwright`.
        WiringError: when there is no Chromium, or it does not start.
    """

    def __init__(self, named: str = "", *, hosts: Iterable[str] = (), timeout_s: float = 30.0) -> None:
        try:
            import playwright.async_api as _  # noqa: F401
        except ImportError as error:
            raise MissingExtraError("the chromium driver needs the package `playwright`", hint=INSTALL) from error
        self.path = executable(named)
        self.hosts = frozenset(hosts)
        self.timeout_s = timeout_s
        self._program: Program | None = None
        self._playwright: Playwright | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="chromium", daemon=True)
        self._thread.start()
        atexit.register(self.close)
        try:
            self.call(self._start(), timeout_s)
        except Exception as error:
            self.close()
            if isinstance(error, WiringError):
                raise
            raise WiringError(f"{self.path} did not start: {said(error)}", hint=self._mend()) from error

    def _mend(self) -> str:
        if not _root():
            return "try it by hand: its sandbox needs user namespaces, which some containers forbid"
        return f"try `{Path(self.path).name} --headless --no-sandbox --dump-dom about:blank` by hand"

    async def _start(self) -> None:
        from playwright.async_api import async_playwright

        self._playwright = await async_playwright().start()
        proxy = () if self.hosts - _HERE else ("--no-proxy-server",)  # a proxy would find hosts that are not given
        excluded = "".join(f", EXCLUDE {host}" for host in sorted(self.hosts))
        self._program = await self._playwright.chromium.launch(
            executable_path=self.path,
            headless=True,
            chromium_sandbox=not _root(),
            args=[*_FLAGS, *proxy, f"--host-resolver-rules=MAP * ~NOTFOUND{excluded}"],
            timeout=self.timeout_s * 1000,
        )

    @property
    def program(self) -> Program:
        """The running Chromium, as Playwright has it; belongs to the browser's thread."""
        assert self._program is not None
        return self._program

    def call(self, work: Coroutine[Any, Any, Answer], timeout_s: float) -> Answer:
        """Do something in the browser's thread; raises `Failed` when it takes too long or the browser is closed."""
        if not self._thread.is_alive():
            work.close()
            raise Failed("the browser was closed; make a new one")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(timeout_s)
        except LateError as error:
            if future.done():
                raise
            future.cancel()
            hint = "wait, then look again; press home when the page hangs"
            raise Late(f"Chromium did not answer within {timeout_s:g} s; {hint}") from error
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """End the program and the thread; once more does nothing."""
        atexit.unregister(self.close)
        if not self._thread.is_alive():
            return
        try:
            self.call(self._stop(), self.timeout_s)
        except Failed:
            pass  # it no longer answers; its process ends with Playwright's
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(self.timeout_s)
            if not self._thread.is_alive():
                self._loop.close()

    async def _stop(self) -> None:
        if self._program is not None:
            await self._program.close()
        if self._playwright is not None:
            await self._playwright.stop()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _root() -> bool:
    """Whether Chromium would refuse to start with its sandbox."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def said(error: BaseException) -> str:
    """The first line of what Playwright says, without its own name for the call."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].split(": ", 1)[-1] if lines else type(error).__name__
