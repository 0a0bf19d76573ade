"""Converter of AutoDroid's steps on real apps' screens, in the words that the `phone` pack has for a screen.

Each recorded screen is given to the pack's own session as a device would give it, so that the lines, the names of
elements and the history read as they do at run time. The set joins what scrolling shows into one screen; its `go back`
marks where the first display ends. What lies behind it is scrolled to here.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

from agentkit.nano.rows import Row, Shard
from agentkit.registry import Registry
from agentkit.registry.packs import locate, module_of

_ELEMENT = re.compile(r"<(p|button|checkbox|input) id=(\d+)(?: checked=(\w+))?(?: text='(.*?)')? ?>(.*?)</\1>", re.S)
_BACK = "go back"
_SHOWN = 16
"""Elements of a display that is reached by scrolling."""
_HEIGHT = 100
_TO_TELL = re.compile(r"\bcheck\b", re.I)
"""Requests that may want an answer, which the set does not hold: where they end is no row."""
_TITLES = {
    "applauncher": "App launcher",
    "filemanager": "File manager",
    "musicplayer": "Music player",
    "voicerecorder": "Voice recorder",
}
_LAUNCHER = '<hierarchy width="1000" height="1000"><node package="launcher" bounds="[0,0][1000,1000]"/></hierarchy>'


@dataclass(frozen=True, slots=True)
class _Item:
    """An element as the set writes it; `hint` is what a field was called before something was typed into it."""

    number: int
    kind: str
    words: tuple[str, ...]
    checked: str = ""
    hint: str = ""


@dataclass
class _Recorded:
    """A device that shows recorded screens: whatever is done to it, it goes on to `following`."""

    title: str
    shown: str = _LAUNCHER
    following: str = _LAUNCHER
    name: str = "recorded"
    capabilities: frozenset[str] = field(default_factory=lambda: frozenset({"apps"}))

    def dump(self) -> str:
        return self.shown

    def tap(self, x: int, y: int) -> None:
        self.shown = self.following

    def scroll(self, way: str) -> None:
        self.shown = self.following

    def open_app(self, name: str) -> None:
        self.shown = self.following

    def type(self, text: str) -> None:
        """Typing follows a tap on the field, which has gone on already."""

    def press(self, key: str) -> None:
        """Enter and escape follow a tap on the field, which has gone on already."""

    def apps(self) -> tuple[str, ...]:
        return (self.title,)

    def now(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class _Display:
    """One display of a step: what it shows, the tool that is right there, the place of its target and what to type."""

    xml: str
    act: str = ""
    target: int = -1
    text: str = ""


def autodroid_ui(folder: Path) -> Shard:
    """Tasks of ten apps: a row for each right step on a screen, and for the end of what asks for no answer."""
    shard = Shard("autodroid_ui", "MIT")
    specs = Registry([locate("phone") / "ui.py"]).specs
    for spec in specs:
        schema = spec.parameters
        shard.tool(
            spec.name, spec.description, schema["properties"], required=schema.get("required", ()), group="phone"
        )
    tasks = json.loads((folder / "profile_train_apps.json").read_text(encoding="utf-8"))
    for app, recorded in tasks.items():
        for record in recorded.values():
            shard.rows += _rows(app, record, tuple(spec.name for spec in specs))
    return shard


def _rows(app: str, record: Mapping[str, Any], offered: Sequence[str]) -> Iterator[Row]:
    package = module_of(locate("phone") / "session.py").__package__
    session_module, trajectory = (import_module(f"{package}.{name}") for name in ("session", "tasks.trajectory"))
    request = " ".join(record["task"].split())
    title = _TITLES.get(app, app.title())
    device = _Recorded(title)
    session = session_module.Session(device, documents=False)
    session.request = request
    displays = list(_displays(app, request, record["profile"]))
    steps: list[Any] = []
    for before, display in zip([_Display(_LAUNCHER, "open_app"), *displays], [*displays, None], strict=True):
        seen = session.look()
        act = _act(trajectory, before, seen, title)
        if act is None:
            break
        right = before.act != "open_app"
        steps.append(trajectory.Step(session.screen, seen, session.lines(), act, right=right))
        if display is None:
            break
        device.following = display.xml
        trajectory.perform(session, act)
    told = SimpleNamespace(request=request, template=SimpleNamespace(name=app))
    for lesson in trajectory.lessons(SimpleNamespace(task=told, said=request, steps=steps)):
        yield Row(
            messages=lesson.messages,
            calls=(lesson.call,) if lesson.call else (),
            facts=lesson.facts,
            offered=tuple(name for name in offered if name not in lesson.closed),
            group=app,
        )


def _act(trajectory: Any, display: _Display, seen: Any, title: str) -> Any:
    """What is right on a display, in the pack's words; None where the set does not say."""
    if display.act in {"", "finish"}:
        return trajectory.Act("finish", {}) if display.act else None
    if display.act == "open_app":
        return trajectory.Act("open_app", {"app": title})
    if display.act == "scroll":
        return trajectory.Act("scroll", {"direction": "down"})
    top = display.target * _HEIGHT
    handle = next(element.handle for element in seen.elements if element.handle and element.box.top == top)
    if display.act == "type_text":
        return trajectory.Act("type_text", {"field": handle, "text": display.text})
    return trajectory.Act("tap", {"element": handle})


def _displays(app: str, request: str, profile: Sequence[Mapping[str, Any]]) -> Iterator[_Display]:
    hints: dict[str, str] = {}
    for step in profile:
        number, text = step["label"]
        items = [_called(item, hints) for item in _items(step["state"])]
        first, rest = _split(items)
        if number < 0:
            ends = "" if _TO_TELL.search(request) else "finish"
            yield _Display(_xml(app, first, "down" if rest else ""), ends)
            continue
        if any(item.number == number for item in rest):
            yield _Display(_xml(app, first, "down"), "scroll")
            first, ways = _around(rest, number)
        else:
            ways = "down" if rest else ""
        place = next(place for place, item in enumerate(first) if item.number == number)
        typed = text if text != "null" else ""
        if typed:
            hints[typed] = first[place].hint
        yield _Display(_xml(app, first, ways), "type_text" if typed else "tap", place, typed)


def _items(state: str) -> Iterator[_Item]:
    for kind, number, checked, described, inner in _ELEMENT.findall(state):
        parts = (part.strip() for text in (inner, described) for part in text.split("<br>"))
        words = tuple(dict.fromkeys(part for part in parts if part))
        if kind == "checkbox":  # some switches say their state once more
            words = tuple(re.sub(r" (ON|OFF)$", "", word) for word in words)
        yield _Item(int(number), kind, words, checked)


def _called(item: _Item, hints: Mapping[str, str]) -> _Item:
    if item.kind != "input":
        return item
    said = " ".join(item.words)
    return replace(item, hint=hints.get(said, said))


def _split(items: Sequence[_Item]) -> tuple[list[_Item], list[_Item]]:
    """The first display, and what scrolling shows."""
    backs = [place for place, item in enumerate(items) if item.words == (_BACK,)]
    place = backs[0] if backs else len(items)
    return list(items[:place]), list(items[place + 1 :])


def _around(items: Sequence[_Item], number: int) -> tuple[list[_Item], str]:
    """A display of scrolled items that shows this one, and where its list goes on."""
    place = next(place for place, item in enumerate(items) if item.number == number)
    start = max(0, min(place - _SHOWN // 2, len(items) - _SHOWN))
    return list(items[start : start + _SHOWN]), "up down" if start + _SHOWN < len(items) else "up"


def _xml(app: str, items: Sequence[_Item], ways: str) -> str:
    """The display as a device dumps it: one row for each element."""
    bounds = f"[0,0][1000,{max(1, len(items)) * _HEIGHT}]"
    root = ElementTree.Element("hierarchy", width="1000", height=str(max(1, len(items)) * _HEIGHT))
    page = ElementTree.SubElement(root, "node", {"package": app, "bounds": bounds, "enabled": "true"})
    if ways:
        page.attrib.update({"scrollable": "true", "can-scroll": ways})
    for place, item in enumerate(items):
        box = {"package": app, "bounds": f"[0,{place * _HEIGHT}][1000,{(place + 1) * _HEIGHT}]", "enabled": "true"}
        row = ElementTree.SubElement(page, "node", box)
        own = row if item.kind == "p" else ElementTree.SubElement(row, "node", {**box, **_flags(item)})
        own.set("text", item.words[0] if item.words else "")
        if item.kind == "input":
            own.attrib.update({"text": " ".join(item.words), "hint": item.hint})
            continue
        for word in item.words[1:]:
            ElementTree.SubElement(own, "node", {**box, "text": word})
    return ElementTree.tostring(root, encoding="unicode")


def _flags(item: _Item) -> dict[str, str]:
    if item.kind == "input":
        return {"class": "android.widget.EditText", "clickable": "true"}
    if item.kind == "checkbox":
        return {"clickable": "true", "checkable": "true", "checked": item.checked.lower()}
    return {"clickable": "true"}
