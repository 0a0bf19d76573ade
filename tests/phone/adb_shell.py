"""As much of Android's shell as the adb driver uses, on the simulated phone: every command does what it does there.

It is written from Android's side (`input`, `am`, `uiautomator`, …), not from the driver's: it knows no driver.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time
from urllib.parse import unquote

from phone.sim.device import Phone, view_of
from phone.sim.intents import edit_of
from phone.sim.state import go

_EXTRAS = re.compile(r' (?:width|height|can-scroll)="[^"]*"')
_SWITCHES = {
    "svc wifi enable": ("Wi-Fi", True),
    "svc wifi disable": ("Wi-Fi", False),
    "svc bluetooth enable": ("Bluetooth", True),
    "svc bluetooth disable": ("Bluetooth", False),
    "cmd connectivity airplane-mode enable": ("Airplane mode", True),
    "cmd connectivity airplane-mode disable": ("Airplane mode", False),
    "cmd location set-location-enabled true": ("Use location", True),
    "cmd location set-location-enabled false": ("Use location", False),
    "cmd uimode night yes": ("Dark theme", True),
    "cmd uimode night no": ("Dark theme", False),
    "settings put system accelerometer_rotation 1": ("Auto-rotate screen", True),
    "settings put system accelerometer_rotation 0": ("Auto-rotate screen", False),
    "cmd power set-mode 1": ("Battery saver", True),
    "cmd power set-mode 0": ("Battery saver", False),
    "cmd notification set_dnd on": ("Do Not Disturb", True),
    "cmd notification set_dnd off": ("Do Not Disturb", False),
}


class Wrong(Exception):  # noqa: N818 - what a command prints when it fails
    """A command that ends with an exit code other than 0."""


class AndroidShell:
    """A shell on one simulated phone; `plain` leaves out of dumps what a real uiautomator does not write."""

    def __init__(self, phone: Phone, *, plain: bool = False, old: bool = False) -> None:
        self.phone = phone
        self.plain = plain
        self.old = old
        self.locked = False
        self.files: dict[str, str] = {}
        self.sick: list[str] = []
        self.log: list[str] = []
        self.code = 0

    def run(self, line: str) -> str:
        """What a line of commands prints."""
        code, printed = 0, ""
        self.log.append(line)
        for command in _statements(line):
            argv = [word for word in shlex.split(command.replace("$?", str(code))) if word != "2>&1"]
            if not argv:
                continue
            try:
                known: Callable[..., str] | None = getattr(self, f"_{argv[0]}", None)
                if known is None:
                    raise Wrong(f"/system/bin/sh: {argv[0]}: inaccessible or not found")
                printed, code = printed + known(*argv[1:]), 0
            except Wrong as error:
                printed, code = f"{printed}{error}\n", 1
        self.code = code
        return printed

    def _echo(self, *words: str) -> str:
        return " ".join(words) + "\n"

    def _rm(self, *words: str) -> str:
        self.files.pop(words[-1], None)
        return ""

    def _cat(self, name: str) -> str:
        if name not in self.files:
            raise Wrong(f"cat: {name}: No such file or directory")
        return self.files[name]

    def _sleep(self, seconds: str) -> str:
        assert float(seconds) >= 0
        self.phone.wait()
        return ""

    def _date(self, form: str) -> str:
        return f"{self.phone.world.now:{form[1:]}}\n"

    def _uiautomator(self, what: str, name: str) -> str:
        assert what == "dump"
        sick = self.sick.pop(0) if self.sick else ""
        if sick.startswith("ERROR"):
            return f"{sick}\n"
        xml = sick or self.phone.dump()
        self.files[name] = _EXTRAS.sub("", xml) if self.plain else xml
        return f"UI hierchary dumped to: {name}\n"

    def _dumpsys(self, what: str) -> str:
        assert what == "input_method"
        shown = str(bool(self.phone.state.focus)).lower()
        return f"  mShowRequested={shown} mInputShown={shown}\n"

    def _input(self, what: str, *words: str) -> str:
        if what == "tap":
            self.phone.tap(int(words[0]), int(words[1]))
        elif what == "text":
            self._write(_spaced(words[0]))
        elif what == "keyevent" and self.locked:
            return "java.lang.SecurityException: Injecting input events requires INJECT_EVENTS permission\n"
        elif what == "keyevent":
            for key in words:
                self._key(key)
        elif what == "swipe":
            self._swipe(*(int(word) for word in words[:4]))
        else:
            raise Wrong(f"Error: Unknown command: {what}")
        return ""

    def _write(self, text: str) -> None:
        self.phone.type(self._held() + text)

    def _held(self) -> str:
        state = self.phone.state
        return state.top.get(state.focus) if state.focus else ""

    def _key(self, key: str) -> None:
        """A key as the cursor stands at the end of the field: `67` deletes there, `112` finds nothing to delete."""
        state = self.phone.state
        kind = next((item.kind for item in view_of(state).items() if item.name == state.focus), "")
        if key == "67" and self._held():
            self.phone.type(self._held()[:-1])
        elif key == "66" and kind == "area":
            self._write("\n")
        elif key in {"3", "4", "66"}:
            {"3": self.phone.home, "4": self.phone.back, "66": self.phone.enter}[key]()

    def _swipe(self, x: int, y: int, _: int, to: int) -> None:
        """A list moves with the finger, pixel for pixel, when the finger starts on it."""
        page, state = self.phone.page(), self.phone.state
        lists = [node for node in page.screen.walk() if node.has("scrollable") and node.box.holds(x, y)]
        if lists:
            at = max(0, min(page.reach, min(state.top.scroll, page.reach) + y - to))
            frame = replace(state.top, scroll=at)
            self.phone.state = replace(state, stack=(*state.stack[:-1], frame), toast="")

    def _svc(self, *words: str) -> str:
        return self._switch("svc", *words)

    def _settings(self, *words: str) -> str:
        return self._switch("settings", *words)

    def _switch(self, *words: str) -> str:
        if " ".join(words) not in _SWITCHES:
            raise Wrong(f"Error: unknown command {' '.join(words)}")
        setting, on = _SWITCHES[" ".join(words)]
        self.phone.apply(edit_of(self.phone.world, "set_switch", {"setting": setting, "on": on}))
        return ""

    def _cmd(self, *words: str) -> str:
        if words[:2] != ("package", "query-activities"):
            return self._switch("cmd", *words)
        if self.old:
            raise Wrong("Unknown command: query-activities")
        lines = [
            f"  priority=0 preferredOrder=0 match=0x108000\n  {app.package}/.Main\n" for app in self.phone.apps.values()
        ]
        return f"{len(lines)} activities found:\n" + "".join(lines)

    def _pm(self, *words: str) -> str:
        assert words == ("list", "packages")
        return "".join(f"package:{app.package}\n" for app in self.phone.apps.values())

    def _monkey(self, _: str, package: str, *__: str) -> str:
        if package == "com.simulated.files":  # stands for a package without a screen
            return "  bash arg: -p\n** No activities found to run, monkey aborted.\n"
        self._launch(package)
        return "Events injected: 1\n"

    def _content(self, *words: str) -> str:
        column = {"phones": "phone", "emails": "email"}[words[2].rsplit("/", 1)[-1]]
        rows = [(c.name, getattr(c, column)) for c in self.phone.world.contacts if getattr(c, column)]
        if not rows:
            return "No result found.\n"
        return "".join(f"Row: {at} display_name={name}, data1={value}\n" for at, (name, value) in enumerate(rows))

    def _am(self, what: str, *words: str) -> str:
        assert what == "start"
        given: dict[str, str] = {}
        rest = [word for word in words if word != "-W"]
        while rest:
            option = rest.pop(0)
            name = rest.pop(0) if option.startswith("--") else option
            given[name] = rest.pop(0)
        if "-n" in given:
            self._launch(given["-n"].split("/")[0])
        elif not self._act(given):
            raise Wrong(f"Error: Activity not started, unable to resolve Intent {{ act={given.get('-a')} }}")
        return "Starting: Intent { }\nStatus: ok\n"

    def _launch(self, package: str) -> None:
        found = next((app for app in self.phone.apps.values() if app.package == package), None)
        if found is None:
            raise Wrong(f"Error type 3\nError: Activity class {{{package}}} does not exist.")
        self.phone.launch(found.name)

    def _act(self, given: dict[str, str]) -> bool:
        """What the apps of this phone do on an action; whether one of them knows it."""
        clock, world, phone = "android.intent.extra.alarm.", self.phone.world, self.phone
        action = given["-a"].rsplit(".", 1)[-1]
        number = unquote(given.get("-d", "").partition(":")[2])
        who = next((c.name for c in world.contacts if c.phone == number), "")
        if action == "SET_ALARM":
            at = time(int(given[f"{clock}HOUR"]), int(given[f"{clock}MINUTES"]))
            phone.apply(edit_of(world, "set_alarm", {"at": at, "label": given.get(f"{clock}MESSAGE", "")}))
        elif action == "SET_TIMER":
            phone.apply(edit_of(world, "start_timer", {"seconds": int(given[f"{clock}LENGTH"])}))
        elif action == "CALL" and who:
            phone.apply(edit_of(world, "call_contact", {"contact": who}))
        elif action == "SENDTO" and who:
            phone.launch("messages")
            phone.state = go("thread", "messages", who=who, draft=given["sms_body"])(phone.state)
        else:
            return False
        return True


def _statements(line: str) -> Iterator[str]:
    """The commands of a line, between semicolons that are not quoted."""
    quote, start = "", 0
    for at, sign in enumerate(line):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign == ";":
            yield line[start:at]
            start = at + 1
    yield line[start:]


def _spaced(text: str) -> str:
    """`%s` is a space, as `input text` reads it: sign by sign, from the left."""
    signs, at, escaped = list(text), 0, False
    while at < len(signs):
        if escaped:
            escaped = False
            if signs[at] == "s":
                signs[at] = " "
                at -= 1
                del signs[at]
        if signs[at] == "%":
            escaped = True
        at += 1
    return "".join(signs)
