"""Puts the folder of the packs on the path, so that tests import the phone as `phone`."""

from __future__ import annotations

import sys
from pathlib import Path

_TOOLS = str(Path(__file__).parents[2] / "tools")
if _TOOLS not in sys.path:
    sys.path.insert(0, _TOOLS)
