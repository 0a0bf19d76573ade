"""Typing into whatever has the focus on a page, in whichever frame."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from agentkit.errors import Failed

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, Page

_ACTIVE = """() => { let found = document.activeElement;
  while (found && found.shadowRoot && found.shadowRoot.activeElement) found = found.shadowRoot.activeElement;
  return found }"""
_KIND = """found => { if (!found) return '';
  if (found.isContentEditable || found.tagName === 'TEXTAREA') return 'text';
  return found.tagName === 'INPUT' && !found.readOnly && !found.disabled ? found.type : '' }"""
_FORMATTED = frozenset({"date", "time", "datetime-local", "month", "week", "color", "range"})
_PRESSED = frozenset({"button", "checkbox", "file", "image", "radio", "reset", "submit", "hidden"})
_NO_FIELD = "no field has the focus; tap a field first"


async def typed(page: Page, text: str) -> None:
    """Empty the focused field, then type key by key; a field with a format of its own (a date) is set at once.

    Raises:
        Failed: when no field has the focus, or it does not take the text.
    """
    from playwright.async_api import Error

    field, kind = await _focused(page)
    if not kind or kind in _PRESSED:
        raise Failed(_NO_FIELD)
    if kind in _FORMATTED:
        before = await field.input_value()
        with contextlib.suppress(Error):
            await field.fill(text)
        if await field.input_value() != text:
            await field.fill(before)
            raise Failed(f"the {kind} field does not take `{text}`; write 2026-01-31, 17:05 or a number")
        return
    await page.keyboard.press("ControlOrMeta+A")
    await page.keyboard.press("Delete")
    await page.keyboard.type(text)


async def _focused(page: Page) -> tuple[ElementHandle, str]:
    """The element with the focus, and what kind of field it is; empty when it is none."""
    frame = page.main_frame
    while True:
        found = (await frame.evaluate_handle(_ACTIVE)).as_element()
        if found is None:
            raise Failed(_NO_FIELD)
        inner = await found.content_frame()
        if inner is None:
            return found, str(await found.evaluate(_KIND))
        frame = inner
