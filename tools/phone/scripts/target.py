"""Finds the element that a step is about on the screen in front: exactly one, in the state it has to be in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum

from ..compact import Compact, Element
from .model import Form, Target
from .values import form

_STATES = frozenset({"on", "off"})


class Missing(Enum):
    """Why there is no element: none of that name, or it is not clear which, or it stands otherwise."""

    NONE = "not on the screen"
    MANY = "on the screen more than once"
    STATE = "not in the state it was in"


def locate(target: Target, shown: Compact, values: Mapping[str, str]) -> Element | Missing:
    """The element of a target, given the values of slots and readings."""
    wanted = target.label if target.value is None else said(target.value, values)
    if not wanted:
        return Missing.NONE
    found = [e for e in shown.elements if e.handle and e.kind == target.kind and _fits(e, target, wanted)]
    if len(found) != 1:
        return Missing.MANY if found else Missing.NONE
    (element,) = found
    state = next((word for word in element.state if word in _STATES), "")
    return element if element.enabled and state == target.state else Missing.STATE


def state_of(element: Element) -> str:
    """`on` or `off`, or nothing for what is no switch."""
    return next((word for word in element.state if word in _STATES), "")


def said(value: Form, values: Mapping[str, str]) -> str:
    """The value of a form; empty where it has none."""
    return form(values.get(value.of, ""), value.form, None) or ""


def _fits(element: Element, target: Target, wanted: str) -> bool:
    label = element.label.lower()
    wanted = wanted.lower()
    if target.how == "is":
        return label == wanted
    if target.how == "start":
        return label.startswith(wanted)
    text = label if target.how == "label" else f"{label} | {element.detail.lower()}"
    return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", text) is not None
