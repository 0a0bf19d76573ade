"""The apps of the simulated phone, by name."""

from __future__ import annotations

from . import (
    browser,
    calculator,
    calendar,
    camera,
    clock,
    contacts,
    dialer,
    email,
    files,
    gallery,
    maps,
    messages,
    music,
    notes,
    settings,
)

_MODULES = (
    browser,
    calculator,
    calendar,
    camera,
    clock,
    contacts,
    dialer,
    email,
    files,
    gallery,
    maps,
    messages,
    music,
    notes,
    settings,
)
APPS = {module.app.name: module.app for module in _MODULES}
