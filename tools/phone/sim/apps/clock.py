"""Clock: alarms, timers, a stopwatch and the time elsewhere."""

from __future__ import annotations

from datetime import timedelta

from .. import ops
from ..app import App, confirm, gone, key_of
from ..state import Act, State, go, leave, put, seq, world
from ..view import Item, Line, View, box, button, entry, icon, line, row, switch, text
from ..world import Alarm, City, Timer
from .system import as_time, ask_time, tabs

app = App("clock", "Clock")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CITIES = {
    "Auckland": 13,
    "Tokyo": 9,
    "Singapore": 8,
    "Delhi": 5,
    "Nairobi": 3,
    "Cairo": 2,
    "Lagos": 1,
    "London": 0,
    "Reykjavik": 0,
    "Sao Paulo": -3,
    "New York": -5,
    "Denver": -7,
    "Honolulu": -10,
}
_TABS = ("Alarms", "Timer", "Stopwatch", "World clock")


@app.screen("main")
def main(state: State) -> View:
    """Four tabs."""
    chosen = state.top.get("tab", _TABS[0])
    build = {"Alarms": _alarms, "Timer": _timer, "Stopwatch": _stopwatch, "World clock": _cities}[chosen]
    add = {"Alarms": icon("Add alarm", go("alarm", id=0)), "World clock": icon("Add city", go("cities"))}.get(chosen)
    return View("Clock", (tabs(state, _TABS), *build(state)), bar=(add,) if add else ())


def days_said(days: tuple[str, ...]) -> str:
    """`Every day`, `Weekdays`, or the names."""
    if len(days) == 7:
        return "Every day"
    return "Weekdays" if days == DAYS[:5] else ", ".join(days) or "Once"


def _alarms(state: State) -> tuple[Item | Line, ...]:
    found = sorted(state.world.alarms, key=lambda a: (a.at, a.label))
    return tuple(_alarm_line(alarm) for alarm in found) or (text("No alarms"),)


def _alarm_line(alarm: Alarm) -> Line:
    at = f"{alarm.at:%H:%M}"
    draft = {"id": alarm.id, "time": at, "label": alarm.label, "days": " ".join(alarm.days)}
    said = ", ".join(part for part in (alarm.label, days_said(alarm.days)) if part)
    flip = world(ops.edit("alarms", alarm.id, on=not alarm.on))
    return line(row(at, go("alarm", **draft), said), switch(f"Alarm {at} {alarm.label}".strip(), alarm.on, flip))


@app.screen("alarm")
def alarm_(state: State) -> View:
    """A new or changed alarm."""
    frame, days = state.top, state.top.get("days").split()
    at = frame.get("time", "07:00")

    def flip(day: str) -> Act:
        return put(days=" ".join(d for d in DAYS if (d in days) != (d == day)))

    body = (
        row("Time", ask_time("time"), at),
        entry(state, "label", "Label"),
        line(*(box(day, day in days, flip(day)) for day in DAYS)),
    )
    bar = (icon("Delete", go("delete", id=key_of(state))),) if key_of(state) else ()
    return View(
        "Edit alarm" if key_of(state) else "New alarm",
        body,
        bar=bar,
        foot=(button("Cancel", leave), button("Save", _save_alarm)),
    )


def _save_alarm(state: State) -> State:
    frame = state.top
    at, label = as_time(frame.get("time", "07:00")), frame.get("label").strip()
    days = tuple(frame.get("days").split())
    key = key_of(state)
    change = ops.edit("alarms", key, at=at, label=label, days=days, on=True) if key else ops.add_alarm(at, label, days)
    return seq(world(change, "Alarm set"), leave)(state)


@app.screen("delete")
def delete(state: State) -> View:
    """The question before an alarm is deleted."""
    return confirm("Delete alarm?", "Delete", seq(world(ops.drop("alarms", key_of(state)), "Alarm deleted"), leave))


def _timer(state: State) -> tuple[Item | Line, ...]:
    parts = [state.top.get(name, "0").strip() or "0" for name in ("hours", "minutes", "seconds")]
    whole = all(part.isdecimal() for part in parts)
    seconds = int(parts[0]) * 3600 + int(parts[1]) * 60 + int(parts[2]) if whole else 0
    start = seq(world(ops.start_timer(seconds), "Timer started"), put(hours="", minutes="", seconds=""))
    fields = line(
        entry(state, "hours", "Hours"), entry(state, "minutes", "Minutes"), entry(state, "seconds", "Seconds")
    )
    wrong = () if whole else (text("Enter whole numbers", name="error"),)
    running = tuple(part for timer in state.world.timers for part in _timer_lines(timer))
    return (fields, *wrong, button("Start", start, enabled=seconds > 0), *running)


def _timer_lines(timer: Timer) -> tuple[Item | Line, ...]:
    said = str(timedelta(seconds=timer.seconds))
    flip = world(ops.edit("timers", timer.id, running=not timer.running))
    return (
        text(f"Timer {said}, {'running' if timer.running else 'paused'}"),
        line(
            button(f"{'Pause' if timer.running else 'Resume'} {said}", flip),
            button(f"Delete {said}", world(ops.drop("timers", timer.id))),
        ),
    )


def _stopwatch(state: State) -> tuple[Item | Line, ...]:
    watch = state.world.stopwatch
    start = world(ops.set_part("stopwatch", running=not watch.running))
    lap = world(ops.set_part("stopwatch", laps=watch.laps + 1))
    reset = world(ops.set_part("stopwatch", running=False, laps=0))
    laps = tuple(text(f"Lap {number}") for number in range(watch.laps, 0, -1))
    return (
        text("Running" if watch.running else "Stopped"),
        button("Stop" if watch.running else "Start", start),
        line(button("Lap", lap, enabled=watch.running), button("Reset", reset)),
        *laps,
    )


def city_time(state: State, city: City) -> str:
    """What the clock says in a city; the phone itself stands in UTC."""
    return f"{state.world.now + timedelta(hours=city.offset):%H:%M}"


def _cities(state: State) -> tuple[Item | Line, ...]:
    rows = tuple(row(city.name, go("city", id=city.id), city_time(state, city)) for city in state.world.cities)
    return rows or (text("No cities yet"),)


@app.screen("city")
def city_(state: State) -> View:
    """One city, which can be removed."""
    city: City | None = ops.row(state.world, "cities", key_of(state))
    if city is None:
        return gone("City")
    remove = seq(world(ops.drop("cities", city.id)), leave)
    return View(city.name, (text(f"{city_time(state, city)}, UTC{city.offset:+d}"), button("Remove city", remove)))


@app.screen("cities")
def cities(state: State) -> View:
    """Cities that can be added."""
    query, have = state.top.get("query").lower(), {city.name for city in state.world.cities}
    found = [name for name in CITIES if query in name.lower() and name not in have]
    rows = tuple(
        row(n, seq(world(ops.add("cities", City(0, n, CITIES[n]))), leave), f"UTC{CITIES[n]:+d}") for n in found
    )
    return View(
        "Add city", (entry(state, "query", "Search cities"), *rows, *(() if rows else (text("No city found"),)))
    )
