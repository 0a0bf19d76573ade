"""The adb driver: a real Android device or emulator, through the shell commands that every Android has.

Nothing is installed on the device. Reading a screen takes a second or more there: what was read is kept until
something is done.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any, TypeVar, cast

from agentkit.errors import Failed

from .adb_intents import order_of
from .adb_link import Link
from .driver import Capability
from .screen import Box, Node, Screen, parse

_FILE = "/data/local/tmp/agentkit_window.xml"
_DUMP = f"rm -f {_FILE}; uiautomator dump {_FILE} 2>&1; cat {_FILE}; rm -f {_FILE}"
_XML = re.compile(r"(?:<\?xml.*?\?>\s*)?<hierarchy.*</hierarchy>", re.DOTALL)
_KEYS = {"back": "4", "home": "3", "enter": "66"}
_DEL, _FORWARD_DEL = "67", "112"
_LAUNCHER = ("-a", "android.intent.action.MAIN", "-c", "android.intent.category.LAUNCHER")
_AFRESH = "0x10008000"  # FLAG_ACTIVITY_NEW_TASK | FLAG_ACTIVITY_CLEAR_TASK
_SIDEWAYS = ("HorizontalScrollView", "ViewPager", "HorizontalGridView")
_DRAG_MS = 800  # slow enough that a list does not fly on
_KEPT_S = 60.0
_KNOWN = {
    "deskclock": "Clock",
    "dialer": "Phone",
    "mms": "Messages",
    "messaging": "Messages",
    "gm": "Gmail",
    "vending": "Play Store",
    "googlequicksearchbox": "Google",
    "documentsui": "Files",
    "apps.maps": "Maps",
    "apps.photos": "Photos",
    "apps.messaging": "Messages",
    "apps.docs": "Drive",
    "apps.nbu.files": "Files",
}
_ROW = re.compile(r"^Row: \d+ display_name=(.*), data1=(.*)$", re.MULTILINE)
Kept = TypeVar("Kept")


class Adb:
    """A device of a running adb server: the one that is named, else that of ANDROID_SERIAL, else the only one."""

    name = "adb"
    capabilities = frozenset({Capability.APPS, Capability.INTENTS})

    def __init__(
        self,
        serial: str = "",
        *,
        host: str = "",
        port: int = 0,
        timeout_s: float = 30.0,
        tries: int = 4,
        pause_s: float = 0.5,
    ) -> None:
        """Find the device.

        Raises:
            MissingExtraError: without the package `adbutils`.
            WiringError: when no adb server runs, or there is no device, or not just one that can be used.
        """
        self.link = Link(serial, host=host, port=port, timeout_s=timeout_s)
        self._tries = tries
        self._pause_s = pause_s
        self._screen: Screen | None = None
        self._kept: dict[str, tuple[float, object]] = {}

    @property
    def serial(self) -> str:
        """The device, as adb names it."""
        return self.link.serial

    def dump(self) -> str:
        """The accessibility tree in front; asked again while the screen moves, has no root, or comes cut off."""
        said = ""
        for attempt in range(self._tries):
            if attempt:
                time.sleep(self._pause_s)
            try:
                answer, _ = self.link.script(_DUMP)
                found = _XML.search(answer)
                if found:
                    self._screen = parse(found[0])
                    return found[0]
                lines = [line.strip() for line in answer.splitlines() if line.strip()]
                said = next((line for line in lines if "ERROR" in line), lines[0][:120] if lines else "no answer")
            except Failed as error:
                said = str(error)
        raise Failed(f"{self.serial} showed no screen in {self._tries} tries ({said}); wait, then look again")

    def tap(self, x: int, y: int) -> None:
        """Touch a point."""
        self._do("input", "tap", str(x), str(y))

    def type(self, text: str) -> None:
        """Empty the focused field key by key, then type; only characters that Android can type without a keyboard."""
        parts = list(_typed(text))
        held = self._focused()
        count = max(len(held.text), 32) if held.has("password") else len(held.text)
        for keys in ([_DEL] * count, [_FORWARD_DEL] * count):
            for start in range(0, count, 100):
                self._do("input", "keyevent", *keys[start : start + 100])
        for part in parts:
            self._do("input", *part)

    def press(self, key: str) -> None:
        """Press a key; escape is back, and only while a keyboard is shown: in dialogs the real escape cancels."""
        if key == "escape":
            if "mInputShown=true" in self.link.script("dumpsys input_method")[0]:
                self._do("input", "keyevent", _KEYS["back"])
            return
        if key not in _KEYS:
            raise Failed(f"no key `{key}`; the keys are {', '.join(_KEYS)}, escape")
        self._do("input", "keyevent", _KEYS[key])

    def scroll(self, way: str) -> None:
        """Drag the largest list by four fifths of what it shows; without a list nothing is done."""
        box = _list(self._seen(), sideways=way in {"left", "right"})
        if box is None:
            return
        near, far = (box.left, box.width) if way in {"left", "right"} else (box.top, box.height)
        start = near + far * 9 // 10
        end = start - far * 4 // 5
        if way in {"up", "left"}:
            start, end = end, start
        x, y = box.centre
        points = (start, y, end, y) if way in {"left", "right"} else (x, start, x, end)
        self._do("input", "swipe", *(str(point) for point in points), str(_DRAG_MS))

    def apps(self) -> tuple[str, ...]:
        """Apps with an icon, in alphabetical order; named after their packages, since the shell knows no labels."""
        return tuple(sorted(self._apps()))

    def open_app(self, name: str) -> None:
        """Open an app at its first screen."""
        found = self._apps().get(name)
        if found is None:
            near = get_close_matches(name, self.apps(), n=1)
            raise Failed(f"no app `{name}` is installed" + (f"; did you mean `{near[0]}`?" if near else ""))
        if "/" in found:
            self._do("am", "start", "-W", *_LAUNCHER, "-f", _AFRESH, "-n", found)
            return
        self._do("monkey", "-p", found, *_LAUNCHER[2:], "1")

    def intent(self, name: str, arguments: Mapping[str, Any]) -> str | None:
        """Run the intent; what is left to do on the screen where Android only fills in a form."""
        order = order_of(name, arguments, self._people)
        self._do(*order.command)
        return order.left or None

    def names(self, kind: str) -> tuple[str, ...]:
        """Contacts with a number, in alphabetical order; of songs and places Android tells nothing."""
        return tuple(sorted(self._people("phones"))) if kind == "contacts" else ()

    def now(self) -> datetime | None:
        """What the device's clock shows."""
        try:
            return datetime.fromisoformat(self.link.run("date", "+%Y-%m-%dT%H:%M:%S").strip())
        except ValueError:
            return None

    def wait(self, seconds: float) -> None:
        """Sleep on the device."""
        self._do("sleep", f"{seconds:g}")

    def _do(self, *argv: str) -> str:
        """Run something that may change what is seen."""
        self._screen = None
        return self.link.run(*argv)

    def _seen(self) -> Screen:
        if self._screen is None:
            self.dump()
        assert self._screen is not None
        return self._screen

    def _focused(self) -> Node:
        focused = [node for node in self._seen().walk() if node.has("focused")]
        found = next((node for node in focused if node.editable), focused[0] if focused else None)
        if found is None:
            raise Failed("no field has the focus; tap a field first")
        return found

    def _keep(self, name: str, ask: Callable[[], Kept]) -> Kept:
        """An answer that is asked for at every step and seldom changes, kept for a minute."""
        held = self._kept.get(name)
        if held is None or time.monotonic() - held[0] > _KEPT_S:
            held = self._kept[name] = (time.monotonic(), ask())
        return cast(Kept, held[1])

    def _apps(self) -> dict[str, str]:
        """Name to activity, or to package where this Android cannot list activities."""

        def ask() -> dict[str, str]:
            said, _ = self.link.script(" ".join(("cmd package query-activities --brief", *_LAUNCHER)))
            found = re.findall(r"^\s*([\w.]+/[\w.$]+)\s*$", said, re.MULTILINE)
            if not found:
                found = re.findall(r"^package:([\w.]+)\s*$", self.link.run("pm", "list", "packages"), re.MULTILINE)
            return _labelled(found)

        return self._keep("apps", ask)

    def _people(self, kind: str) -> Mapping[str, str]:
        """Contacts' first number or address by name; none where the shell may not read them."""

        def ask() -> dict[str, str]:
            uri = f"content://com.android.contacts/data/{kind}"
            said, _ = self.link.script(f"content query --uri {uri} --projection display_name:data1")
            return dict(reversed(_ROW.findall(said.replace("\r", ""))))

        return self._keep(kind, ask)


def _typed(text: str) -> Iterator[tuple[str, ...]]:
    """The `input` commands that type a text: `%s` is Android's space there, so a real `%s` is typed in two goes."""
    strange = next((sign for sign in text if not (" " <= sign <= "~" or sign in "\n\t")), "")
    if strange:
        raise Failed(f"Android's shell cannot type `{strange}`; write it with plain letters")
    for run in re.findall(r"[\n\t]|[^\n\t]+", text):
        if run in "\n\t":
            yield "keyevent", "66" if run == "\n" else "61"
            continue
        for part in re.split(r"(?<=%)(?=s)", run):
            yield "text", part.replace(" ", "%s")


def _labelled(found: list[str]) -> dict[str, str]:
    """Names for components or packages: a known one, or the last part of the package; the package where two agree."""
    named: dict[str, list[str]] = {}
    for each in dict.fromkeys(found):
        parts = each.split("/", 1)[0].split(".")
        tails = (".".join(parts[-count:]) for count in (3, 2, 1))
        name = next((_KNOWN[tail] for tail in tails if tail in _KNOWN), parts[-1].replace("_", " ").capitalize())
        named.setdefault(name, []).append(each)
    return {
        name if len(same) == 1 else f"{name} ({each.split('/', 1)[0]})": each
        for name, same in named.items()
        for each in same
    }


def _list(screen: Screen, *, sideways: bool) -> Box | None:
    """The largest scrollable box on the display that goes the wanted way; any other when none says so."""
    found = [node for node in screen.walk() if node.has("scrollable")]
    fitting = [node for node in found if (node.kind in _SIDEWAYS) == sideways] or found
    boxes = [node.box.clip(screen.box) for node in fitting]
    return max((box for box in boxes if not box.empty), key=lambda box: box.width * box.height, default=None)
