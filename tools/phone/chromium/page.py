"""The page in front of one browser profile: where it may go, what is done on it, and when it has come to rest.

Runs in the browser's own loop (`browser`). Knows nothing of Android's tree.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from agentkit.errors import Failed

from .browser import Browser, said
from .field import typed
from .gate import Gate
from .look import Look, ask, looked
from .pending import Pending

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, CDPSession, Dialog, JSHandle, Page

_WATCH = """name => ({done: new Promise(done => {
  addEventListener(name, done, {capture: true, once: true}); setTimeout(done, 400)})})"""
_FRAMES = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
_CRASHED = "the page crashed; press home, or open it again"
_CLOSED = "the page is gone; press home, or open it again"


class Front:
    """The page in front, in a profile of its own; a page that opens another lies below it until that is closed."""

    def __init__(
        self, browser: Browser, gate: Gate, *, settle_s: float, timeout_s: float, options: dict[str, Any]
    ) -> None:
        self._browser, self._options = browser, options
        self.gate = gate
        self.settle_s, self.timeout_s = settle_s, timeout_s
        self.dialog: Dialog | None = None
        self._context: BrowserContext | None = None
        self._pages: list[Page] = []
        self._sessions: dict[Page, CDPSession] = {}
        self._pending = Pending()
        self._crashed = False

    async def open(self) -> None:
        """Make the profile and an empty page."""
        context = self._context = await self._browser.program.new_context(**self._options, service_workers="block")
        context.set_default_timeout(self.timeout_s * 1000)
        await self.gate.guard(context)
        context.on("page", self._opened)
        await self._new(context)

    async def _new(self, context: BrowserContext) -> None:
        """An empty page of our own."""
        self._pending.windows += 1
        await context.new_page()

    async def close(self) -> None:
        """Give the profile up."""
        if self._context is not None:
            await self._context.close()

    def _opened(self, page: Page) -> None:
        self._pending.windows -= 1
        self._pages.append(page)
        page.on("close", self._left)
        page.on("crash", self._broke)
        page.on("dialog", self._asks)

    def _left(self, page: Page) -> None:
        self._pages.remove(page)
        self._sessions.pop(page, None)
        self._pending.clear()

    def _broke(self, page: Page) -> None:
        self._crashed = page is self._pages[-1]
        self._pending.clear()

    async def _asks(self, dialog: Dialog) -> None:
        if dialog.type == "beforeunload":
            await dialog.accept()
        else:
            self.dialog = dialog

    @property
    def page(self) -> Page:
        """The page in front."""
        if not self._browser.program.is_connected():
            raise Failed("Chromium has ended; start it anew")
        if self._crashed:
            raise Failed(_CRASHED)
        if not self._pages:
            raise Failed(_CLOSED)
        return self._pages[-1]

    def abandon(self) -> None:
        """Treat the page in front as one that will not answer any more."""
        self._crashed = True

    async def goto(self, url: str) -> None:
        """Open an address in front, in place of everything that was open."""
        from playwright.async_api import Error

        if not self.gate.may(url):
            raise Failed(self.gate.refusal(url))
        assert self._context is not None
        await self._clear()
        self.gate.refused.clear()
        self.gate.stopped = ""
        try:
            await self._or_dialog(self.page.goto(url, wait_until="load"))
        except Error as error:
            why = said(error)
            if self.gate.refused:
                raise Failed(self.gate.refusal(self.gate.refused[0])) from error
            if "Timeout" in why:
                why = f"it did not load within {self.timeout_s:g} s"
            raise Failed(f"{url} could not be opened: {why.split(' at ')[0]}") from error
        await self.settle()
        await self._check()

    async def _clear(self) -> None:
        """Close what lies above the first page, and a page that crashed."""
        assert self._context is not None
        await self._answer(accept=False)
        fresh = self._crashed or not self._pages
        for page in list(self._pages)[0 if fresh else 1 :][::-1]:
            await page.close()
        if fresh:
            self._crashed = False
            await self._new(self._context)

    async def _check(self) -> None:
        """Say so when a page wanted to go where it may not; what a redirect led to is not shown either."""
        stopped, self.gate.stopped = self.gate.stopped, ""
        if stopped:
            self._pending.windows = 0
            if len(self._pages) > 1 and self.page.url in {"", "about:blank"}:
                await self.page.close()
            raise Failed(self.gate.refusal(stopped))
        if not self.gate.may(self.page.url):
            raise Failed(self.gate.refusal(self.page.url))

    async def settle(self) -> None:
        """Wait until nothing is being loaded and what was loaded is drawn, but no longer than `settle_s`."""
        from playwright.async_api import Error

        until = asyncio.get_running_loop().time() + self.settle_s
        while (left := until - asyncio.get_running_loop().time()) > 0 and self.dialog is None:
            calm, begun = self._pending.calm(self.gate.stopped), self._pending.begun
            try:
                await asyncio.wait_for(self._drawn(), left)
            except (TimeoutError, Error):
                calm = False
                if self._crashed or not self._pages:
                    return
            if calm and self._pending.calm(self.gate.stopped) and begun == self._pending.begun:
                return
            await asyncio.sleep(0.004)
        self._pending.windows = 0  # one that was said to open and did not

    async def _drawn(self) -> None:
        """Wait for the page to be there and for its next picture."""
        page = self.page
        await page.wait_for_load_state("domcontentloaded")
        session = await self._session(page)  # its answers and its news of requests come in one order
        asked = {"expression": _FRAMES, "awaitPromise": True}
        await self._or_dialog(ask(session, "Runtime.evaluate", asked))

    async def _or_dialog(self, work: Any) -> None:
        """Wait for something that a dialog of the page would hold up."""
        task = asyncio.ensure_future(work)
        task.add_done_callback(_heard)
        while not task.done() and self.dialog is None:
            await asyncio.wait({task}, timeout=0.02)
        if task.done():
            task.result()

    async def tap(self, x: float, y: float) -> None:
        """Touch a point, in CSS pixels of the viewport."""
        await self._watched("click", self.page.touchscreen.tap(x, y))
        await self._check()

    async def _watched(self, event: str, work: Any) -> None:
        """Make an input event, and wait until the page has seen what comes of it."""
        from playwright.async_api import Error

        with contextlib.suppress(Error):  # the page may be left while it is waited for
            waiting = await self.page.evaluate_handle(_WATCH, event)
            await self._or_dialog(work)
            await self._or_dialog(_done(waiting))
        await self.settle()

    async def type(self, text: str) -> None:
        """Replace what the focused field holds."""
        await self._or_dialog(typed(self.page, text))
        await self.settle()

    async def enter(self) -> None:
        """Press the enter key."""
        await self._or_dialog(self.page.keyboard.press("Enter"))
        await self.settle()
        await self._check()

    async def blur(self) -> None:
        """Take the focus from the field that has it, which closes a keyboard."""
        from playwright.async_api import Error

        for frame in self.page.frames:
            with contextlib.suppress(Error):
                await self._or_dialog(frame.evaluate("() => document.activeElement && document.activeElement.blur()"))
        await self.settle()

    async def back(self) -> None:
        """Go back in the history; close a page that another opened and that has none. At the start nothing happens."""
        from playwright.async_api import Error

        page = self.page
        with contextlib.suppress(Error):
            session = await self._session(page)
            history = await ask(session, "Page.getNavigationHistory")
            place = history["currentIndex"]
            if place > 0 and history["entries"][place - 1]["url"] != "about:blank":
                await self._or_dialog(page.go_back(wait_until="commit"))
            elif len(self._pages) > 1:
                await page.close()
        await self.settle()
        await self._check()

    async def wheel(self, x: float, y: float, dx: float, dy: float) -> None:
        """Turn the wheel over a point."""
        await self.page.mouse.move(x, y)
        await self._watched("scroll", self.page.mouse.wheel(dx, dy))

    async def answer(self, *, accept: bool) -> None:
        """Answer the page's dialog."""
        await self._answer(accept=accept)
        await self.settle()

    async def _answer(self, *, accept: bool) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            await (dialog.accept(dialog.default_value) if accept else dialog.dismiss())

    async def evaluate(self, script: str, argument: Any = None) -> Any:
        """Run a script in the page; its JSON value."""
        from playwright.async_api import Error

        try:
            return await self.page.evaluate(script, argument)
        except Error as error:
            raise Failed(f"the page did not run the script: {said(error)}") from error

    async def picture(self) -> bytes:
        """What is seen, as PNG."""
        return await self.page.screenshot()

    async def look(self) -> Look:
        """Everything that is needed to read the screen."""
        from playwright.async_api import Error

        await self._check()
        try:
            return await looked(self.page, await self._session(self.page))
        except Error as error:
            if self._crashed:
                raise Failed(_CRASHED) from error
            raise Failed(f"the page could not be read: {said(error)}; wait, then look again") from error

    async def _session(self, page: Page) -> CDPSession:
        if page not in self._sessions:
            session = self._sessions[page] = await page.context.new_cdp_session(page)
            session.on("Network.requestWillBeSent", self._pending.began)
            session.on("Network.loadingFinished", self._pending.ended)
            session.on("Network.loadingFailed", self._pending.ended)
            session.on("Page.windowOpen", self._pending.opens)
            await ask(session, "Network.enable")
            await ask(session, "Page.enable")
        return self._sessions[page]


def _heard(late: asyncio.Future[Any]) -> None:
    """Take note of how something ended that nobody waits for any more."""
    if not late.cancelled():
        late.exception()


async def _done(waiting: JSHandle) -> None:
    await waiting.evaluate("waiting => waiting.done")
