"""One Chromium for the whole test run, and small pages to try it on; without it the tests are skipped, saying why."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from phone.chromium.browser import Browser, executable
from phone.chromium.driver import Chromium

from agentkit.errors import WiringError

Open = Callable[..., Chromium]


def absent() -> str:
    """Why no browser can be tested with; empty when it can."""
    if find_spec("playwright") is None:
        return "the package `playwright` is not installed"
    try:
        path = executable()
    except WiringError as error:
        return str(error)
    said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False)
    return "" if said.returncode == 0 else f"{path} is no Chromium that runs: {said.stderr[:200]}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    why = absent()
    if why:
        pytest.skip(f"needs Chromium and Playwright: {why}")
    with Browser(hosts=["127.0.0.1"]) as made:
        yield made


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a page written as HTML (or one at an address) in a profile of its own."""
    made: list[Chromium] = []

    def show(html: str, **options: Any) -> Chromium:
        if not html.startswith(("http:", "file:")):
            page = tmp_path / "page.html"
            page.write_text(HEAD + html, encoding="utf-8")
            html = page.as_uri()
        options.setdefault("settle_s", 20.0)
        made.append(Chromium(html, browser=browser, **options))
        return made[-1]

    yield show
    for driver in made:
        driver.close()


HEAD = """<!doctype html><meta charset=utf-8><meta name=viewport content="width=device-width, initial-scale=1">
<style>body { margin: 8px; font: 16px sans-serif }</style>"""


class Site:
    """A web server on loopback: pages by path, redirects, and a list of what was asked for."""

    def __init__(self, **pages: str) -> None:
        self.pages, self.asked = {f"/{name}": HEAD + html for name, html in pages.items()}, list[str]()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                page = site.pages.get(self.path, "")
                if page.startswith(HEAD + "to "):
                    self.send_response(302)
                    self.send_header("Location", page.removeprefix(HEAD + "to "))
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self.send_response(200 if page else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page.encode())))
                self.end_headers()
                self.wfile.write(page.encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Site:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
