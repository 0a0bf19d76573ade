"""Asks Chromium for everything that a screen is read from: the page as laid out, its accessibility tree, its scale."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from .dom import STYLES

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

_NAME = "() => document.querySelector('meta[name=application-name]')?.content ?? ''"


@dataclass(frozen=True, slots=True)
class Look:
    """What Chromium tells of a page at one moment, as its protocol words it; `name` is what the page calls itself."""

    snapshot: Mapping[str, Any]
    trees: tuple[Mapping[str, Any], ...]
    metrics: Mapping[str, Any]
    url: str
    name: str


async def ask(session: CDPSession, method: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
    """A command of Chromium's own protocol."""
    sent = session.send(method, parameters)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return await cast("Coroutine[Any, Any, dict[str, Any]]", sent)


async def looked(page: Page, session: CDPSession) -> Look:
    """The page now; Playwright's `Error` when it is left meanwhile."""
    asked = {"computedStyles": list(STYLES), "includePaintOrder": True, "includeDOMRects": True}
    snapshot, metrics, frames, name = await asyncio.gather(
        ask(session, "DOMSnapshot.captureSnapshot", asked),
        ask(session, "Page.getLayoutMetrics"),
        ask(session, "Page.getFrameTree"),
        page.evaluate(_NAME),
    )
    trees = await asyncio.gather(*(_tree(session, each) for each in _frames(frames["frameTree"])))
    return Look(snapshot, tuple(trees), metrics, page.url, str(name))


async def _tree(session: CDPSession, frame: str) -> Mapping[str, Any]:
    from playwright.async_api import Error

    try:
        return await ask(session, "Accessibility.getFullAXTree", {"frameId": frame})
    except Error:
        return {"nodes": []}  # a frame of another process, or one that has just gone


def _frames(tree: Mapping[str, Any]) -> list[str]:
    return [tree["frame"]["id"], *(each for child in tree.get("childFrames", ()) for each in _frames(child))]
