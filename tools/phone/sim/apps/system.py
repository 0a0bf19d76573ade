"""Home screen and the dialogs that belong to no app: permission, choice, time and date pickers, pop-ups, a crash."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time

from .. import ops
from ..app import App, error
from ..state import Act, State, go, home, launch, leave, leave_with, put, rewind, seq, world
from ..view import Item, Line, View, box, button, entry, key, line, tab, text

app = App("system", "System")
launcher = App("home", "Home")
POPUPS = {
    "update": ("System update ready", "A system update is ready to install.", "Later", "Install now"),
    "rate": ("Enjoying this app?", "Tell others what you think of it.", "Not now", "Rate it"),
    "battery": ("Battery low", "15% of the battery remain.", "Dismiss", "Turn on saver"),
    "news": ("What's new", "We have polished a few things for you.", "Close", "Read more"),
}


def home_screen(apps: Iterable[App]) -> View:
    """The launcher: every app in title order, four to a line."""
    keys = [replace(key(each.title, launch(each.name)), kind="button") for each in sorted(apps, key=lambda a: a.title)]
    return View("", tuple(line(*keys[at : at + 4]) for at in range(0, len(keys), 4)))


@app.screen("permission")
def permission(state: State) -> View:
    """Asks whether an app may use something."""
    name, what = state.top.get("app"), state.top.get("permission")
    allow = seq(world(ops.grant(name, what)), leave)
    return View(
        f"Allow {name} to use your {what}?", foot=(button("Don't allow", leave), button("Allow", allow)), overlay=True
    )


@app.screen("pick")
def pick(state: State) -> View:
    """One of several options; the choice goes to the screen below."""
    name, chosen = state.top.get("name"), state.stack[-2].get(state.top.get("name"))
    options = state.top.get("options").split("\n")
    body = tuple(box(o, o == chosen, leave_with(**{name: o}), round_=True) for o in options)
    return View("Choose one", body, foot=(button("Cancel", leave),), overlay=True)


@app.screen("time")
def pick_time(state: State) -> View:
    """Hour and minute as two fields; what is no time is refused."""
    body = (entry(state, "hour", "Hour"), entry(state, "minute", "Minute"), *error(state))
    return View("Set time", body, foot=(button("Cancel", leave), button("OK", _take_time)), overlay=True)


def _take_time(state: State) -> State:
    hour, minute = state.top.get("hour"), state.top.get("minute")
    if not (hour.isdecimal() and int(hour) < 24):
        return put(error="Enter an hour from 0 to 23")(state)
    if not (minute.isdecimal() and int(minute) < 60):
        return put(error="Enter a minute from 0 to 59")(state)
    name = state.top.get("name")
    return leave_with(**{name: f"{int(hour):02d}:{int(minute):02d}"})(state)


def ask_time(name: str, value: str = "") -> Act:
    """Open the time picker for the draft `name` (text `HH:MM`)."""
    hour, _, minute = value.partition(":")
    return go("time", "system", name=name, hour=hour, minute=minute)


def as_time(text_: str) -> time:
    """The time that a picker wrote."""
    return time.fromisoformat(text_)


@app.screen("date")
def pick_date(state: State) -> View:
    """A month at a time; a tap on a day takes it."""
    name = state.top.get("name")
    year, month = (int(part) for part in state.top.get("month").split("-"))
    body: list[Item | Line] = []
    for week in calendar.Calendar().monthdatescalendar(year, month):
        days = [d for d in week if d.month == month]
        body.append(line(*(key(str(d.day), leave_with(**{name: d.isoformat()})) for d in days)))
    title = f"{calendar.month_name[month]} {year}"
    turn = [put(month=_month(year, month, by)) for by in (-1, 1)]
    foot = (button("Previous month", turn[0]), button("Next month", turn[1]), button("Cancel", leave))
    return View(title, tuple(body), foot=foot, overlay=True)


def _month(year: int, month: int, by: int) -> str:
    months = year * 12 + month - 1 + by
    return f"{months // 12}-{months % 12 + 1:02d}"


def ask_date(name: str, day: date) -> Act:
    """Open the date picker for the draft `name` (text `YYYY-MM-DD`) at the month of `day`."""
    return go("date", "system", name=name, month=f"{day:%Y-%m}")


@app.screen("popup")
def popup(state: State) -> View:
    """Something that nobody asked for. Agreeing to it changes the device, which counts as damage."""
    kind = state.top.get("kind", "news")
    title, words, no, yes = POPUPS[kind]
    agree: Act = leave
    if kind == "update":
        agree = seq(leave, world(lambda w: replace(w, updates=w.updates + 1)))
    elif kind == "battery":
        agree = seq(leave, world(ops.settings(saver=True)))
    return View(title, (text(words),), foot=(button(no, leave), button(yes, agree)), overlay=True)


@app.screen("crash")
def crash(state: State) -> View:
    """An app that stopped; its drafts are lost."""
    title = f"{state.top.get('title')} keeps stopping"
    again = launch(state.top.get("app"))
    return View(title, foot=(button("Close app", home), button("Open app again", again)), overlay=True)


@app.screen("loading")
def loading(_: State) -> View:
    """A screen that is not there yet."""
    return View("", (text("Loading…"),))


def tabs(state: State, names: tuple[str, ...], draft: str = "tab") -> Line:
    """A row of tabs whose choice is kept in the frame; the first one is chosen at the start."""
    chosen = state.top.get(draft, names[0])
    return line(*(tab(name, name == chosen, rewind(**{draft: name})) for name in names))


def slider(label: str, value: int, change: Act, less: Act) -> Line:
    """A level in steps: less and more beside the reading."""
    return line(
        text(f"{label}: {value}%"),
        button(f"Decrease {label.lower()}", less, enabled=value > 0),
        button(f"Increase {label.lower()}", change, enabled=value < 100),
    )
