"""The chromium driver: a web page in an installed Chromium that behaves like a phone's, behind the drivers' protocol.

The page's accessibility tree is given as uiautomator-style XML; taps and keys are the browser's own input events.
Offline by default: a page may ask for files and for the origins that it was given, for nothing else.
"""

from __future__ import annotations

import re
import time
from collections.abc import Coroutine, Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any
from urllib.parse import unquote, urlsplit

from agentkit.errors import Failed

from ..driver import Capability, require
from ..screen import Box, Node, Screen
from ..sim.xml import to_xml
from .browser import Answer, Browser, Late
from .dom import accesses, spots
from .gate import Gate
from .page import Front, Look
from .sheet import Sheet
from .tree import Mapper

_AGENT = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{} Mobile Safari/537.36"
_NOW = "() => { const t = new Date(); return new Date(t - t.getTimezoneOffset() * 60000).toISOString().slice(0, 19) }"
_SELECT = """([x, y]) => { const found = document.elementFromPoint(x, y)?.closest('select');
  if (!found || found.multiple || found.size > 1 || found.disabled) return null;
  found.focus();
  return {chosen: found.selectedIndex,
    options: [...found.options].map(each => [each.label, !each.disabled && !each.parentElement.disabled])} }"""
_CHOOSE = """index => { const found = document.activeElement;
  if (!found || found.tagName !== 'SELECT') return;
  found.selectedIndex = index;
  for (const name of ['input', 'change']) found.dispatchEvent(new Event(name, {bubbles: true})) }"""


class Chromium:
    """A page. `start` is what home shows, `bookmarks` what can be opened by name, `allow` further origins.

    With a `browser` that is shared, that browser's `hosts` must hold those of all origins; without one a browser is
    started, and ended by `close` or with the interpreter.
    """

    name = "chromium"
    capabilities = frozenset({Capability.APPS, Capability.PICTURE})

    def __init__(
        self,
        start: str,
        *,
        bookmarks: Mapping[str, str] | None = None,
        allow: Iterable[str] = (),
        browser: Browser | None = None,
        executable: str = "",
        size: tuple[int, int] = (360, 760),
        scale: float = 3.0,
        timeout_s: float = 20.0,
        settle_s: float = 3.0,
    ) -> None:
        """Open the start page.

        Raises:
            MissingExtraError: without the package `playwright`.
            WiringError: when there is no Chromium, or it does not start.
            Failed: when the start page cannot be opened.
        """
        self.start, self.bookmarks = start, dict(bookmarks or {})
        given = (start, *self.bookmarks.values(), *allow)
        hosts = {urlsplit(url).hostname or "" for url in given} - {""}
        self._own = browser is None
        self.browser = browser or Browser(executable, hosts=hosts)
        self._timeout_s, self._settle_s = timeout_s, settle_s
        self._size, self._scale = size, scale
        version = self.browser.program.version
        options: dict[str, Any] = {
            "viewport": {"width": size[0], "height": size[1]},
            "device_scale_factor": scale,
            "is_mobile": True,
            "has_touch": True,
            "user_agent": _AGENT.format(f"{version.split('.')[0]}.0.0.0"),
            "reduced_motion": "reduce",
            "accept_downloads": False,
        }
        self._front = Front(self.browser, Gate(given), settle_s=settle_s, timeout_s=timeout_s, options=options)
        self._screen: Screen | None = None
        self._sheet: Sheet | None = None
        self._ratio = scale
        try:
            self._do(self._front.open())
            self._goto(start)
        except BaseException:
            self.close()
            raise

    def dump(self) -> str:
        """The accessibility tree in front; a list of choices or a question of the page is a window of its own."""
        sheet = self._sheet or self._asked()
        if sheet is None:
            screen = self._read(self._do(self._front.look()))
        else:
            display = Box(0, 0, round(self._size[0] * self._scale), round(self._size[1] * self._scale))
            screen = sheet.screen(display)
        self._screen = screen
        return to_xml(screen)

    def _read(self, look: Look) -> Screen:
        view = look.metrics["cssVisualViewport"]
        self._ratio = self._scale * float(view["scale"])
        page = spots(look.snapshot, accesses(look.trees))
        mapper = Mapper(
            page,
            width=view["clientWidth"],
            height=view["clientHeight"],
            ratio=self._ratio,
            package=package(look.url, look.name),
        )
        return mapper.screen()

    def _asked(self) -> Sheet | None:
        """The question of the page that everything waits for (`alert`, `confirm`, `prompt`), if there is one."""
        dialog = self._front.dialog
        if dialog is None:
            return None
        buttons = ("OK",) if dialog.type == "alert" else ("Cancel", "OK")
        return Sheet(dialog.message or "?", tuple((each, True) for each in buttons))

    def tap(self, x: int, y: int) -> None:
        """Touch a point."""
        sheet = self._sheet or self._asked()
        if sheet is not None:
            self._touch_sheet(sheet, x, y)
            return
        point = x / self._ratio, y / self._ratio
        found = self._do(self._front.evaluate(_SELECT, point))
        if found is not None:
            options = tuple((str(label), bool(enabled)) for label, enabled in found["options"])
            title = next((node.desc for node in self._at(x, y) if node.kind == "Spinner" and node.desc), "Choose")
            self._sheet = Sheet(title, options, chosen=int(found["chosen"]), choice=True)
            return
        self._act(self._front.tap(*point))

    def _at(self, x: int, y: int) -> list[Node]:
        """What was last seen at a point."""
        nodes = self._screen.walk() if self._screen is not None else ()
        return [node for node in nodes if node.box.holds(x, y)]

    def _touch_sheet(self, sheet: Sheet, x: int, y: int) -> None:
        place = sheet.at(x, y, self._screen)
        if place is None:
            return
        if sheet.choice:
            self._sheet = None
            self._do(self._front.evaluate(_CHOOSE, place))
            self._act(self._front.settle())
        else:
            self._act(self._front.answer(accept=place == len(sheet.options) - 1))

    def type(self, text: str) -> None:
        """Replace what the focused field holds, key by key."""
        self._act(self._front.type(text))

    def press(self, key: str) -> None:
        """Press a key: back goes through the history, home to the start page, escape takes the focus from a field."""
        if key not in {"back", "home", "enter", "escape"}:
            raise Failed(f"no key `{key}`; the keys are back, home, enter, escape")
        if key == "home":
            self._goto(self.start)
        elif self._sheet is not None:
            self._sheet = None if key == "back" else self._sheet
        elif self._front.dialog is not None:
            if key in {"back", "enter"}:
                self._act(self._front.answer(accept=key == "enter"))
        else:
            front = self._front
            self._act({"back": front.back, "enter": front.enter, "escape": front.blur}[key]())

    def scroll(self, way: str) -> None:
        """Turn the wheel over the largest list that goes that way, by four fifths of what it shows."""
        if self._sheet is not None:
            self._sheet = self._sheet.scrolled(way)
            return
        if self._screen is None:
            self.dump()
        box = _list(self._screen, way)
        if box is None:
            return
        sign = 1 if way in {"down", "right"} else -1
        side = box.width if way in {"left", "right"} else box.height
        length = sign * (side * 4 // 5) / self._ratio
        x, y = box.centre
        dx, dy = (length, 0.0) if way in {"left", "right"} else (0.0, length)
        self._act(self._front.wheel(x / self._ratio, y / self._ratio, dx, dy))

    def apps(self) -> tuple[str, ...]:
        """The bookmarks, in alphabetical order."""
        return tuple(sorted(self.bookmarks))

    def open_app(self, name: str) -> None:
        """Open a bookmark."""
        if name not in self.bookmarks:
            near = get_close_matches(name, self.bookmarks, n=1)
            raise Failed(f"no bookmark `{name}`" + (f"; did you mean `{near[0]}`?" if near else ""))
        self._goto(self.bookmarks[name])

    def intent(self, name: str, arguments: Mapping[str, Any]) -> str | None:
        """A page has none."""
        del name, arguments
        require(self, Capability.INTENTS)
        return None

    def names(self, kind: str) -> tuple[str, ...]:
        """Nothing: a page tells no names."""
        del kind
        return ()

    def now(self) -> datetime | None:
        """What the page's clock shows."""
        if self._front.dialog is not None:
            return None
        return datetime.fromisoformat(str(self._do(self._front.evaluate(_NOW))))

    def wait(self, seconds: float) -> None:
        """Give the page time, then until it has loaded."""
        time.sleep(seconds)
        self._act(self._front.settle())

    def evaluate(self, script: str, argument: Any = None) -> Any:
        """Run a script in the page, for checks and set-up: a JavaScript function of one argument; its JSON value."""
        return self._do(self._front.evaluate(script, argument))

    def picture(self) -> bytes:
        """What is seen, as PNG."""
        return self._do(self._front.picture())

    @property
    def refused(self) -> tuple[str, ...]:
        """Addresses that pages asked for since the last was opened by name, and that were not allowed."""
        return tuple(self._front.gate.refused)

    def close(self) -> None:
        """Give up the profile, and the browser when it was started for this driver."""
        try:
            self.browser.call(self._front.close(), self._timeout_s)
        except Failed:
            pass  # the browser is gone already
        finally:
            if self._own:
                self.browser.close()

    def __enter__(self) -> Chromium:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _goto(self, url: str) -> None:
        self._sheet = None
        self._act(self._front.goto(url))

    def _do(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        try:
            return self.browser.call(work, self._timeout_s + self._settle_s + 2)
        except Late:
            self._front.abandon()
            raise

    def _act(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that may change what is seen."""
        self._screen = None
        self._do(work)


def package(url: str, name: str = "") -> str:
    """What stands in for the Android package: the page's own `application-name`, the file, or the host backwards."""
    plain = re.sub(r"[^\w.: -]", "", name).strip()[:60]
    if plain:
        return plain
    parts = urlsplit(url)
    if parts.scheme == "file":
        return unquote(parts.path).rsplit("/", 1)[-1].rsplit(".", 1)[0] or "files"
    labels = (parts.hostname or parts.scheme).removeprefix("www.").split(".")
    if all(label.isdigit() for label in labels):
        return "local"
    return ".".join(reversed(labels)) if len(labels) < 3 else ".".join(reversed(labels[-3:]))


def _list(screen: Screen | None, way: str) -> Box | None:
    """The largest box on the display that can be scrolled that way."""

    if screen is None:
        return None
    found = [node for node in screen.walk() if node.has("scrollable") and way in node.scroll.split()]
    boxes = [box for node in found if not (box := node.box.clip(screen.box)).empty]
    return max(boxes, key=lambda box: box.width * box.height, default=None)
