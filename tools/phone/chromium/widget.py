"""What an element of a page is on a phone: its widget class, its flags, its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..screen import Node
from .dom import Access, Spot

WIDGET = "android.widget."
_CLASSES = {
    "button": "Button",
    "link": "TextView",
    "menuitem": "TextView",
    "menuitemcheckbox": "CheckBox",
    "menuitemradio": "RadioButton",
    "tab": "TextView",
    "option": "CheckedTextView",
    "treeitem": "TextView",
    "checkbox": "CheckBox",
    "radio": "RadioButton",
    "switch": "Switch",
    "combobox": "Spinner",
    "slider": "SeekBar",
    "textbox": "EditText",
    "searchbox": "EditText",
    "spinbutton": "EditText",
    "Date": "EditText",
    "DateTime": "EditText",
    "InputTime": "EditText",
    "ColorWell": "EditText",
    "DisclosureTriangle": "Button",
}
_TOGGLES = frozenset({"CheckBox", "RadioButton", "Switch"})
_FIELDS = frozenset({"", "date", "datetime-local", "email", "month", "number", "password", "search", "tel"}) | {
    "text",
    "time",
    "url",
    "week",
    "color",
}


def widget(spot: Spot) -> str:
    """The class of a field or of an element with a role that is tapped; empty for all others."""
    if spot.tag == "input" and spot.attributes.get("type", "").lower() in _FIELDS:
        return WIDGET + "EditText"
    if spot.tag == "textarea" or spot.attributes.get("contenteditable", "false") in {"", "true", "plaintext-only"}:
        return WIDGET + "EditText"
    found = _CLASSES.get(spot.access.role, "")
    if found == "Spinner" and (spot.tag == "input" or spot.access.states.get("editable")):
        found = "EditText"
    return WIDGET + found if found else ""


def ident(spot: Spot) -> str:
    """What a page calls an element: the name made for tests, its id, or a form's name for it."""
    attributes = spot.attributes
    return attributes.get("data-testid") or attributes.get("id") or attributes.get("name") or ""


def flags_of(access: Access, cls: str, kind: str) -> frozenset[str]:
    """uiautomator's flags from the states of an element."""
    toggles = cls.rsplit(".", 1)[-1] in _TOGGLES or "pressed" in access.states
    found = {
        "checkable": toggles,
        "checked": toggles and (access.on("checked") or access.on("pressed")),
        "clickable": True,
        "enabled": not access.on("disabled"),
        "focusable": True,
        "focused": access.on("focused"),
        "long-clickable": cls.endswith("EditText"),
        "password": kind == "password",
        "selected": access.on("selected"),
    }
    return frozenset(flag for flag, on in found.items() if on)


def plain(node: Node, name: str) -> Node:
    """A control that is all there is to the control around it (the link in a tab): its words, and no second target."""
    alone = bool(name) and node.actionable and not node.editable and not node.has("checkable") and node.text == name
    return replace(node, cls=WIDGET + "TextView", flags=frozenset({"enabled"})) if alone else node


def filled(node: Node, spot: Spot, inside: Sequence[Node]) -> Node:
    """A control with its words: a name that was given to it, or else what stands in it."""
    access, value = spot.access, spot.access.value
    if node.editable:
        text = value or ("" if spot.tag in {"input", "textarea"} else " ".join(each.text for each in spot.walk()))
        return replace(node, text=text.strip() if spot.tag not in {"input", "textarea"} else text, hint=access.name)
    active = tuple(each for each in inside if each.actionable)
    if node.kind in {"Spinner", "SeekBar"}:
        said = Node(
            text=value, cls=WIDGET + "TextView", package=node.package, box=node.box, flags=frozenset({"enabled"})
        )
        return replace(node, desc=access.name, children=(said, *active) if value else active)
    if access.name and not access.own_words:
        return replace(node, desc=access.name, children=active)
    if len(inside) == 1 and inside[0].kind == "TextView" and not inside[0].actionable:
        return replace(node, text=inside[0].text)
    if not inside:
        known = bool(access.name or access.description or node.id)
        styled = "" if known else next(iter(spot.attributes.get("class", "").split()), "")  # better than no name at all
        desc = access.description if not access.name else ""
        return replace(node, text=access.name, desc=desc, id=node.id or styled)
    return replace(node, children=tuple(inside))
