"""Tasks in Settings."""

from __future__ import annotations

from ..sim import ops
from ..sim.apps.settings import CHOICES, LEVELS, SECTIONS, SWITCHES, flip, reset_network
from .draw import Draw
from .task import Draft, Move, launch, say, tap, template

_OPEN = launch("Settings")


def section_of(part: str) -> str:
    """The section in which a setting stands."""
    return next(title for title, parts in SECTIONS.items() if part in parts)


def to(part: str) -> tuple[Move, ...]:
    """The way to a setting."""
    return (_OPEN, tap(section_of(part)))


def _turn(d: Draw, names: tuple[str, ...], wordings: tuple[str, ...]) -> Draft:
    name = d.one(names)
    on = getattr(d.world.settings, name)
    now = "off" if on else "on"
    return Draft(
        wordings,
        (*to(name), tap(SWITCHES[name])),
        {"name": SWITCHES[name], "now": now},
        flip(name, d.world.settings),
        intent=("set_switch", {"setting": SWITCHES[name], "on": not on}),
    )


@template("settings")
def turn_radio(d: Draw) -> Draft:
    said = ("Turn {now} {name}", "Switch {name} {now}", "I want {name} {now}", "{name} {now} please")
    return _turn(d, ("wifi", "bluetooth", "hotspot"), said)


@template("settings")
def turn_display(d: Draw) -> Draft:
    said = ("Turn {name} {now}", "Set {name} to {now}", "{name} should be {now}", "Please switch {now} {name}")
    return _turn(d, ("dark", "rotate"), said)


@template("settings")
def turn_quiet(d: Draw) -> Draft:
    said = ("Turn {now} {name}", "Put {name} {now}", "Switch {name} {now} for me", "I need {name} {now}")
    return _turn(d, ("dnd",), said)


@template("settings")
def turn_power(d: Draw) -> Draft:
    said = ("Switch {now} {name}", "{name} {now}", "Turn {name} {now}, please", "My phone should have {name} {now}")
    return _turn(d, ("saver", "location"), said)


@template("settings")
def airplane(d: Draw) -> Draft:
    said = (
        "Turn on airplane mode",
        "We are about to take off, switch to airplane mode",
        "Put the phone in airplane mode",
        "Airplane mode on",
    )
    return _turn(d, ("airplane",), said)


@template("settings")
def turn_two(d: Draw) -> Draft:
    first, second = d.some(("bluetooth", "dark", "saver", "dnd", "location", "rotate"), 2)
    if section_of(first) == section_of(second):
        first, second = "bluetooth", "saver"
    now = d.world.settings
    words = ["off" if getattr(now, name) else "on" for name in (first, second)]
    path = (*to(first), tap(SWITCHES[first]), *to(second), tap(SWITCHES[second]))
    return Draft(
        (
            "Turn {one} {a} and {two} {b}",
            "I want {a} {one} and {b} {two}",
            "Switch {a} {one}, then {b} {two}",
            "Set {a} to {one} and {b} to {two}",
        ),
        path,
        {"one": words[0], "a": SWITCHES[first], "two": words[1], "b": SWITCHES[second]},
        ops.seq(flip(first, now), lambda w: flip(second, w.settings)(w)),
    )


def _level(d: Draw, names: tuple[str, ...], wordings: tuple[str, ...]) -> Draft:
    name = d.one(names)
    now, steps = getattr(d.world.settings, name), d.number(1, 4)
    way = 1 if now + 10 * steps <= 100 and (now - 10 * steps < 0 or d.number(0, 1)) else -1
    value = now + way * 10 * steps
    turn = tap(f"{'Increase' if way > 0 else 'Decrease'} {LEVELS[name].lower()}")
    return Draft(
        wordings,
        (*to(name), *(turn,) * steps),
        {"name": LEVELS[name].lower(), "n": str(value)},
        ops.settings(**{name: value}),
    )


@template("settings")
def brightness(d: Draw) -> Draft:
    said = (
        "Set the {name} to {n}%",
        "Make the screen {n} percent bright",
        "I want a {name} of {n} %",
        "Change the display {name} to {n} percent",
    )
    return _level(d, ("brightness",), said)


@template("settings")
def volume(d: Draw) -> Draft:
    said = ("Set the {name} to {n}%", "Change the {name} to {n} percent", "I want the {name} at {n} %", "{name} {n}%")
    return _level(d, ("media", "ring", "alarm"), said)


def _choose(d: Draw, name: str, wordings: tuple[str, ...]) -> Draft:
    title, values = CHOICES[name]
    value = d.new(values, [getattr(d.world.settings, name)])
    path = (*to(name), tap(title), tap(value))
    return Draft(wordings, path, {"v": value}, ops.settings(**{name: value}))


@template("settings")
def timeout(d: Draw) -> Draft:
    said = (
        "Set the screen timeout to {v}",
        "The display should turn off after {v}",
        "Change the screen timeout: {v}",
        "Let the screen sleep after {v}",
    )
    return _choose(d, "timeout", said)


@template("settings")
def font(d: Draw) -> Draft:
    said = (
        "Set the font size to {v}",
        "Change the text size of the phone to {v}",
        "I want the font size {v}",
        "Font size {v}, please",
    )
    return _choose(d, "font", said)


@template("settings")
def language(d: Draw) -> Draft:
    said = (
        "Change the phone's language to {v}",
        "Set the language to {v}",
        "I want the system language {v}",
        "Switch the phone to {v}",
    )
    return _choose(d, "language", said)


@template("settings")
def ringtone(d: Draw) -> Draft:
    said = (
        "Set my ringtone to {v}",
        "Change the ringtone to {v}",
        "I want {v} as ringtone",
        "Calls should ring with {v}",
    )
    return _choose(d, "ringtone", said)


@template("settings")
def connect(d: Draw) -> Draft:
    network = d.new(d.world.networks, [d.world.settings.network])
    return Draft(
        (
            "Connect to the Wi-Fi network {n}",
            "Join the network {n}",
            "Use {n} for the internet",
            "Switch the Wi-Fi over to {n}",
        ),
        (*to("networks"), tap("Internet"), tap(network)),
        {"n": network},
        ops.settings(network=network),
    )


@template("settings")
def reset(_: Draw) -> Draft:
    return Draft(
        (
            "Reset the network settings",
            "Put all network settings back to how they were when new",
            "Forget all networks by a network reset",
            "My connection is broken, reset the network settings",
        ),
        (*to("reset"), tap("Reset network settings"), tap("Reset")),
        want=reset_network,
    )


@template("settings")
def ask_serial(d: Draw) -> Draft:
    serial = f"SIM{d.world.seed * 7919 % 1_000_000:06d}"
    return Draft(
        (
            "What is the serial number of this phone?",
            "Look up the phone's serial number",
            "Tell me my serial number",
            "Which serial number does the phone have?",
        ),
        (*to("about"), tap("About phone"), say(serial)),
        answer=serial,
    )


@template("settings")
def ask_level(d: Draw) -> Draft:
    name = d.one(tuple(LEVELS))
    value = getattr(d.world.settings, name)
    return Draft(
        (
            "How high is the {name}?",
            "What is the {name} set to?",
            "Tell me the {name} in percent",
            "Look up the current {name}",
        ),
        (*to(name), say(f"{value}%")),
        {"name": LEVELS[name].lower()},
        answer=str(value),
    )
