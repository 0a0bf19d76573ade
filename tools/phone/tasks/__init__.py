"""Parameterised tasks on the simulated phone, each with its wording, its expected world and its shortest path."""

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
    infeasible,
    maps,
    messages,
    music,
    notes,
    settings,
    several,
)
from .task import TEMPLATES, Task, Template

MODULES = (
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
    infeasible,
    maps,
    messages,
    music,
    notes,
    settings,
    several,
)

__all__ = ["MODULES", "TEMPLATES", "Task", "Template"]
