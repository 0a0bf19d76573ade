"""The simulated phone as a web page: a small server on loopback before the simulator, for the chromium driver or a
person's browser. What is done on the page is done to the simulated phone, and to nothing else.

    GET  /            the phone as it stands         GET  /home, /app/NAME   the home screen; an app, opened afresh
    POST /tap, /type, /key, /scroll, /look           an event as JSON; the answer is what is then to be drawn
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from ..screen import parse
from ..sim.device import Phone
from ..sim.layout import KEYBOARD_TOP
from .page import DENSITY, PAGE, drawn

if TYPE_CHECKING:
    from ..chromium.browser import Browser
    from ..chromium.driver import Chromium

_MOST = 100_000


class WebPhone:
    """Serves one simulated phone while it is entered (`with`), or from `start` until `stop`."""

    def __init__(self, phone: Phone, *, port: int = 0) -> None:
        self.phone = phone
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.web = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="web phone", daemon=True)

    @property
    def url(self) -> str:
        """Where the phone is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def bookmarks(self) -> dict[str, str]:
        """The address of each app by its title."""
        return {app.title: f"{self.url}/app/{app.name}" for app in self.phone.apps.values()}

    def driver(self, browser: Browser | None = None, **options: Any) -> Chromium:
        """A browser on this page: home is the phone's home screen, its apps are the bookmarks."""
        from ..chromium.driver import Chromium

        return Chromium(f"{self.url}/home", bookmarks=self.bookmarks, browser=browser, **options)

    def start(self) -> WebPhone:
        """Serve from now on."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Serve no longer."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> WebPhone:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def page(self, path: str) -> str | None:
        """The whole page of an address; None when there is none."""
        with self._lock:
            if path == "/home":
                self.phone.home()
            elif path.startswith("/app/") and path[5:] in self.phone.apps:
                self.phone.launch(path[5:])
            elif path != "/":
                return None
            first = json.dumps(self._shown()).replace("</", "<\\/")
            return PAGE.format(first=first, density=DENSITY, floor=KEYBOARD_TOP // DENSITY)

    def event(self, kind: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """Do what was done on the page; what is to be drawn then, None for an event that there is not."""
        phone = self.phone
        with self._lock:
            if kind == "tap":
                phone.tap(int(body["x"]), int(body["y"]))
            elif kind == "type":
                phone.type(str(body["text"]))
            elif kind == "scroll":
                self._scroll(int(body["to"]))
            elif kind == "key" and body["key"] in {"back", "enter", "escape"}:
                {"back": phone.back, "enter": phone.enter, "escape": phone.escape}[body["key"]]()
            elif kind != "look":
                return None
            return self._shown()

    def _scroll(self, to: int) -> None:
        """Move the list to where the page's own scrolling box stands."""
        state = self.phone.state
        frame = replace(state.top, scroll=max(0, min(self.phone.page().reach, to)))
        self.phone.state = replace(state, stack=(*state.stack[:-1], frame), toast="")

    def _shown(self) -> dict[str, Any]:
        """What is to be drawn: the dump, which may be stale or say that it loads; the page asks again then."""
        again = not self.phone.settled
        screen, page = parse(self.phone.dump()), self.phone.page()
        offset = min(self.phone.state.top.scroll, page.reach)
        return {
            "html": drawn(screen, offset=offset, reach=page.reach),
            "app": screen.package,
            "now": self.phone.world.now.isoformat(),
            "again": again,
        }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    web: WebPhone

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser may leave in the middle of anything."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30

    def do_GET(self) -> None:
        """A page."""
        page = self.server.web.page(self.path.split("?")[0])
        self._answer(404, "text/plain", "no such page") if page is None else self._answer(200, "text/html", page)

    def do_POST(self) -> None:
        """An event, from this page only."""
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(min(length, _MOST))
        if self.headers.get("Origin") != self.server.web.url:
            self._answer(403, "text/plain", "only the phone's own page may do that")
            return
        try:
            said = self.server.web.event(self.path[1:], json.loads(body))
        except (ValueError, KeyError, TypeError) as error:
            self._answer(400, "text/plain", f"no such event: {error}")
            return
        if said is None:
            self._answer(404, "text/plain", "no such event")
        else:
            self._answer(200, "application/json", json.dumps(said))

    def _answer(self, code: int, kind: str, text: str) -> None:
        data = text.encode()
        self.send_response(code)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""
