"""Where the pages of one profile may go: files, and the origins that were given. Everything else is not even asked for.

Redirects are followed by the browser without asking again: it finds no other hosts (`browser`),
and what a redirect led to on an allowed host is not shown when its origin is not allowed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Request, Route, WebSocketRoute

_INSIDE = frozenset({"about", "data", "blob", "file", "chrome-error"})
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def origin(url: str) -> str:
    """Scheme, host and port of an address, as `allow` lists hold them: `http://127.0.0.1:8000`; `file://` for files."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return "file://"
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    return f"{scheme}://{parts.hostname or ''}:{parts.port or _PORTS.get(parts.scheme, 0)}"


class Gate:
    """Lets requests to the given origins pass; notes the others in `refused`, a whole page in `stopped` too."""

    def __init__(self, given: Iterable[str]) -> None:
        self.allow = frozenset(origin(url) for url in given) - {"file://"}
        self.refused: list[str] = []
        self.stopped = ""

    def may(self, url: str) -> bool:
        """Whether an address may be asked for."""
        return urlsplit(url).scheme in _INSIDE or origin(url) in self.allow

    def refusal(self, url: str) -> str:
        """What to say when it may not."""
        allowed = ", ".join(sorted(self.allow)) or "none"
        return f"{url[:200]} is not allowed; allowed are files and these origins: {allowed}"

    async def guard(self, context: BrowserContext) -> None:
        """Stand before everything that the pages of a profile ask for."""
        await context.route("**/*", self._route)
        await context.route_web_socket("**/*", self._socket)

    async def _route(self, route: Route) -> None:
        if self.may(route.request.url):
            await route.continue_()
            return
        request = route.request
        self.refused.append(request.url)
        if request.is_navigation_request() and _of_page(request):
            self.stopped = request.url
            await route.abort("aborted")  # the page stays where it is
        else:
            await route.abort("blockedbyclient")

    async def _socket(self, socket: WebSocketRoute) -> None:
        if self.may(socket.url):
            socket.connect_to_server()
            return
        self.refused.append(socket.url)
        await socket.close(reason="not an allowed origin")


def _of_page(request: Request) -> bool:
    """Whether it is the page itself that would be replaced, not a frame in it."""
    from playwright.async_api import Error

    try:
        return request.frame.parent_frame is None
    except Error:
        return True  # a page so new that it has no frame yet
