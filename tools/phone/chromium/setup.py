"""Which pages an agent is given when only the environment says so.

AGENTKIT_WEB_PAGES lists addresses or files, separated by blanks; the first is the start page, each can be opened by its
name (`Shop=https://shop.example.com`, else its last part). AGENTKIT_WEB_ALLOW lists further origins that they may ask.
Without pages it is the simulated phone's own web page, with the world of seed 0.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from agentkit.errors import WiringError

from ..sim.device import Phone
from ..sim.seed import make_world
from ..web.server import WebPhone
from .driver import Chromium, package

PAGES, ALLOW = "AGENTKIT_WEB_PAGES", "AGENTKIT_WEB_ALLOW"


def from_environment(environment: Mapping[str, str] = os.environ) -> Chromium:
    """The driver that the environment asks for; it ends with the interpreter unless it is closed before.

    Raises:
        WiringError: when a page is neither an address nor a file, or Chromium is missing.
    """
    pages = dict(_named(each) for each in environment.get(PAGES, "").split())
    allow = environment.get(ALLOW, "").split()
    if not pages:
        return WebPhone(Phone(make_world(0))).start().driver()
    return Chromium(next(iter(pages.values())), bookmarks=pages, allow=allow)


def _named(each: str) -> tuple[str, str]:
    """The name and the address of one entry."""
    before, sign, after = each.partition("=")
    named = bool(sign) and not set(before) & set(":/?")
    url = _url(after if named else each)
    return (before if named else package(url).rsplit(".", 1)[-1]), url


def _url(page: str) -> str:
    """An address as it is; a file by its path."""
    if page.startswith(("http://", "https://", "file://", "about:", "data:")):
        return page
    path = Path(page).expanduser().resolve()
    if not path.is_file():
        raise WiringError(f"{PAGES}: {page} is neither an address nor a file", hint="write https://…, or a file's path")
    return path.as_uri()
