"""Puts the folder of the packs on the path, so that tests import the phone as `phone`, and what stands beside them."""

from __future__ import annotations

import sys
from pathlib import Path

for folder in (Path(__file__).parents[2] / "tools", Path(__file__).parent):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from chromium_pages import browser, show  # noqa: E402 - it needs the folders above

__all__ = ["browser", "show"]
