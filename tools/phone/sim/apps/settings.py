"""Settings: sections of switches, levels and choices, found by section or by searching; a reset that asks first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .. import ops
from ..app import App, confirm
from ..state import Act, State, go, world
from ..view import Item, Line, View, box, entry, row, switch, text
from ..world import Settings, World
from .system import slider

app = App("settings", "Settings")
Part = Item | Line
CHOICES = {
    "timeout": ("Screen timeout", ("15 seconds", "30 seconds", "1 minute", "5 minutes", "10 minutes")),
    "language": ("Language", ("English", "Deutsch", "Español", "Français", "Italiano", "日本語")),
    "font": ("Font size", ("Small", "Default", "Large", "Largest")),
    "ringtone": ("Ringtone", ("Meridian", "Copper", "Lagoon", "Orbit", "Pebbles", "Tide")),
}
LEVELS = {"brightness": "Brightness", "media": "Media volume", "ring": "Ring volume", "alarm": "Alarm volume"}
SWITCHES = {
    "wifi": "Wi-Fi",
    "bluetooth": "Bluetooth",
    "airplane": "Airplane mode",
    "hotspot": "Wi-Fi hotspot",
    "location": "Use location",
    "dark": "Dark theme",
    "rotate": "Auto-rotate screen",
    "saver": "Battery saver",
    "dnd": "Do Not Disturb",
}
SECTIONS: dict[str, tuple[str, ...]] = {
    "Network and internet": ("wifi", "networks", "airplane", "hotspot", "reset"),
    "Connected devices": ("bluetooth",),
    "Display": ("brightness", "dark", "rotate", "timeout", "font"),
    "Sound and vibration": ("media", "ring", "alarm", "dnd", "ringtone"),
    "Battery": ("saver",),
    "Location": ("location",),
    "System": ("language", "about"),
}
RESET = Settings()


def flip(name: str, settings: Settings) -> ops.Edit:
    """Turn a switch over; airplane mode takes the radios with it."""
    on = not getattr(settings, name)
    if name == "airplane" and on:
        return ops.settings(airplane=True, wifi=False, bluetooth=False, hotspot=False)
    return ops.settings(**{name: on})


def step(name: str, by: int) -> Act:
    """Move a level by ten."""

    def run(world_: World) -> World:
        value = max(0, min(100, getattr(world_.settings, name) + by))
        return ops.settings(**{name: value})(world_)

    return world(run)


def part_of(state: State, name: str) -> Part:
    """One setting as it is shown."""
    now = state.world.settings
    if name in SWITCHES:
        return switch(SWITCHES[name], getattr(now, name), world(flip(name, now)), enabled=_free(name, now))
    if name in LEVELS:
        return slider(LEVELS[name], getattr(now, name), step(name, 10), step(name, -10))
    if name in CHOICES:
        return row(CHOICES[name][0], go("choice", name=name), str(getattr(now, name)))
    if name == "networks":
        return row("Internet", go("networks"), now.network or "Not connected")
    if name == "reset":
        return row("Reset network settings", go("reset"))
    return row("About phone", go("about"))


def _free(name: str, now: Settings) -> bool:
    return not (now.airplane and name in {"hotspot", "wifi", "bluetooth"})


def _name(part: str) -> str:
    other = {"networks": "Internet", "reset": "Reset network settings", "about": "About phone"}
    return SWITCHES.get(part) or LEVELS.get(part) or (CHOICES[part][0] if part in CHOICES else other[part])


@app.screen("main")
def main(state: State) -> View:
    """The sections, or the settings that the search finds."""
    query = state.top.get("query").lower()
    field = entry(state, "query", "Search settings")
    if query:
        found = [part for parts in SECTIONS.values() for part in parts if query in _name(part).lower()]
        hits = tuple(part_of(state, part) for part in found)
        return View("Settings", (field, *(hits or (text("No results"),))))
    sections = tuple(
        row(title, go("section", title=title), ", ".join(_name(p) for p in parts[:3]))
        for title, parts in SECTIONS.items()
    )
    return View("Settings", (field, *sections))


@app.screen("section")
def section(state: State) -> View:
    """One section."""
    title = state.top.get("title")
    return View(title, tuple(part_of(state, part) for part in SECTIONS[title]))


@app.screen("choice")
def choice(state: State) -> View:
    """One setting with several values; a tap takes effect at once."""
    name = state.top.get("name")
    title, values = CHOICES[name]
    now = getattr(state.world.settings, name)
    return View(title, tuple(box(v, v == now, world(ops.settings(**{name: v})), round_=True) for v in values))


@app.screen("networks")
def networks(state: State) -> View:
    """Networks nearby; none while Wi-Fi is off."""
    now = state.world.settings
    if not now.wifi:
        return View("Internet", (text("Turn on Wi-Fi to see networks"),))
    join: Callable[[str], Act] = lambda name: world(ops.settings(network=name), f"Connected to {name}")  # noqa: E731
    rows = tuple(row(n, join(n), "Connected" if n == now.network else "Saved") for n in state.world.networks)
    return View("Internet", rows)


@app.screen("reset")
def reset(_: State) -> View:
    """The question before the network settings are reset."""
    wipe = world(reset_network, "Network settings reset")
    return confirm(
        "Reset network settings?", "Reset", wipe, detail="Saved networks are forgotten. This cannot be undone."
    )


def reset_network(world_: World) -> World:
    """Forget the networks and set the radios as they were when new."""
    now = replace(world_.settings, wifi=True, network="", bluetooth=False, airplane=False, hotspot=False)
    return replace(world_, settings=now, networks=())


@app.screen("about")
def about(state: State) -> View:
    """What this phone is."""
    seed = state.world.seed
    return View(
        "About phone",
        (
            text("Model: simulated phone"),
            text(f"Serial number: SIM{seed * 7919 % 1_000_000:06d}"),
            text(f"System version: {11 + seed % 5}.{seed % 10}"),
            text(f"Updates installed: {state.world.updates}"),
        ),
    )
