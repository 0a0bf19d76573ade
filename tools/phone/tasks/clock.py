"""Tasks in Clock."""

from __future__ import annotations

from datetime import timedelta

from ..sim import names, ops
from ..sim.apps.clock import CITIES, DAYS
from ..sim.world import City, World
from .draw import Draw
from .task import Draft, launch, say, set_time, tap, template, write

_OPEN = launch("Clock")


@template("clock")
def add_alarm(d: Draw) -> Draft:
    at, t = d.at()
    return Draft(
        (
            "Set an alarm for {t}",
            "Wake me at {t}",
            "I need an alarm at {t}",
            "alarm {t} please",
            "Make my phone ring at {t}",
        ),
        (_OPEN, tap("Add alarm"), *set_time("Time", at), tap("Save")),
        {"t": t},
        ops.add_alarm(at),
        intent=("set_alarm", {"at": f"{at:%H:%M}:00"}),
    )


@template("clock")
def add_named_alarm(d: Draw) -> Draft:
    (at, t), label = d.at(), d.new(names.ALARMS, [a.label for a in d.world.alarms])
    return Draft(
        (
            "Set an alarm called {label} for {t}",
            "Add a {t} alarm with the label {label}",
            "Wake me at {t} and name the alarm {label}",
            "Put in an alarm for {label}, {t}",
        ),
        (_OPEN, tap("Add alarm"), *set_time("Time", at), write("Label", label), tap("Save")),
        {"t": t, "label": label},
        ops.add_alarm(at, label),
        intent=("set_alarm", {"at": f"{at:%H:%M}:00", "label": label}),
    )


@template("clock")
def add_repeating_alarm(d: Draw) -> Draft:
    (at, t), chosen = d.at(), d.some(DAYS, 2)
    days = tuple(day for day in DAYS if day in chosen)
    return Draft(
        (
            "Set an alarm at {t} that repeats on {a} and {b}",
            "Wake me at {t} every {a} and {b}",
            "I need a repeating alarm, {a} and {b} at {t}",
            "Every {a} and {b} at {t} an alarm should ring",
        ),
        (_OPEN, tap("Add alarm"), *set_time("Time", at), *(tap(day) for day in days), tap("Save")),
        {"t": t, "a": days[0], "b": days[1]},
        ops.add_alarm(at, "", days),
    )


@template("clock")
def turn_alarm_over(d: Draw) -> Draft:
    alarm = d.one(d.world.alarms)
    now = "off" if alarm.on else "on"
    return Draft(
        (
            "Turn {now} the {t} alarm",
            "Switch my {label} alarm {now}",
            "The alarm at {t} should be {now}",
            "Please turn the {label} alarm {now}",
        ),
        (_OPEN, tap(f"Alarm {alarm.at:%H:%M} {alarm.label}")),
        {"now": now, "t": f"{alarm.at:%H:%M}", "label": alarm.label},
        ops.edit("alarms", alarm.id, on=not alarm.on),
    )


@template("clock")
def move_alarm(d: Draw) -> Draft:
    alarm, (at, t) = d.one(d.world.alarms), d.at()
    return Draft(
        (
            "Move my {old} alarm to {t}",
            "Change the {label} alarm to {t}",
            "The {label} alarm should ring at {t} instead",
            "Set the alarm of {old} to {t}",
        ),
        (_OPEN, tap(f"{alarm.at:%H:%M}"), *set_time("Time", at), tap("Save")),
        {"old": f"{alarm.at:%H:%M}", "label": alarm.label, "t": t},
        ops.edit("alarms", alarm.id, at=at, on=True),
    )


@template("clock")
def relabel_alarm(d: Draw) -> Draft:
    alarm = d.one(d.world.alarms)
    label = d.new(names.ALARMS, [a.label for a in d.world.alarms])
    return Draft(
        (
            "Rename the {old} alarm to {label}",
            "Change the label of my {t} alarm to {label}",
            "Call the {t} alarm {label}",
            "The {old} alarm should be called {label}",
        ),
        (_OPEN, tap(f"{alarm.at:%H:%M}"), write("Label", label), tap("Save")),
        {"old": alarm.label, "t": f"{alarm.at:%H:%M}", "label": label},
        ops.edit("alarms", alarm.id, label=label, on=True),
    )


@template("clock")
def delete_alarm(d: Draw) -> Draft:
    alarm = d.one(d.world.alarms)
    return Draft(
        (
            "Delete the {t} alarm",
            "Remove my {label} alarm",
            "I no longer need the alarm {label}, delete it",
            "Get rid of the alarm at {t}",
        ),
        (_OPEN, tap(f"{alarm.at:%H:%M}"), tap("Delete"), tap("Delete")),
        {"t": f"{alarm.at:%H:%M}", "label": alarm.label},
        ops.drop("alarms", alarm.id),
    )


@template("clock")
def minutes_timer(d: Draw) -> Draft:
    minutes = d.number(2, 59)
    return Draft(
        (
            "Start a timer for {n} minutes",
            "Set a {n} minute timer",
            "Count down {n} minutes",
            "timer {n} min",
            "Tell me when {n} minutes are over",
        ),
        (_OPEN, tap("Timer"), write("Minutes", str(minutes)), tap("Start")),
        {"n": str(minutes)},
        ops.start_timer(minutes * 60),
        intent=("start_timer", {"seconds": minutes * 60}),
    )


@template("clock")
def long_timer(d: Draw) -> Draft:
    hours, minutes, seconds = d.number(1, 9), d.number(2, 59), d.number(2, 59)
    total = hours * 3600 + minutes * 60 + seconds
    fields = (write("Hours", str(hours)), write("Minutes", str(minutes)), write("Seconds", str(seconds)))
    return Draft(
        (
            "Start a timer of {h} hours, {m} minutes and {s} seconds",
            "Set a timer for {h} h {m} min {s} s",
            "Count down from {h}:{m:0>2}:{s:0>2}",
            "I need a timer: {h} hours {m} minutes {s} seconds",
        ),
        (_OPEN, tap("Timer"), *fields, tap("Start")),
        {"h": str(hours), "m": str(minutes), "s": str(seconds)},
        ops.start_timer(total),
        intent=("start_timer", {"seconds": total}),
    )


@template("clock")
def pause_timer(d: Draw) -> Draft:
    seconds = d.number(3, 50) * 60
    d.setup(ops.start_timer(seconds))
    said = str(timedelta(seconds=seconds))
    return Draft(
        ("Pause the running timer", "Hold my timer", "Stop the countdown for now", "Please pause the {t} timer"),
        (_OPEN, tap("Timer"), tap(f"Pause {said}")),
        {"t": said},
        ops.edit("timers", d.world.timers[0].id, running=False),
    )


@template("clock")
def start_stopwatch(_: Draw) -> Draft:
    return Draft(
        ("Start the stopwatch", "Begin timing now", "Run the stopwatch", "Stopwatch, go"),
        (_OPEN, tap("Stopwatch"), tap("Start")),
        want=ops.set_part("stopwatch", running=True),
    )


@template("clock")
def stopwatch_laps(d: Draw) -> Draft:
    laps = d.number(2, 4)
    return Draft(
        (
            "Start the stopwatch and take {n} laps",
            "Run the stopwatch and press lap {n} times",
            "Stopwatch on, then {n} laps",
            "Begin timing and record {n} laps",
        ),
        (_OPEN, tap("Stopwatch"), tap("Start"), *(tap("Lap"),) * laps),
        {"n": str(laps)},
        ops.set_part("stopwatch", running=True, laps=laps),
    )


@template("clock")
def add_city(d: Draw) -> Draft:
    city = d.new(list(CITIES), [c.name for c in d.world.cities])
    return Draft(
        (
            "Add {city} to the world clock",
            "Show me the time of {city} in the clock app",
            "Put {city} on my world clock",
            "I want {city} among the clock's cities",
        ),
        (_OPEN, tap("World clock"), tap("Add city"), tap(city)),
        {"city": city},
        ops.add("cities", City(0, city, CITIES[city])),
    )


@template("clock")
def remove_city(d: Draw) -> Draft:
    city = d.one(d.world.cities)
    return Draft(
        (
            "Remove {city} from the world clock",
            "Take {city} off my world clock",
            "I no longer need the time of {city}, remove it",
            "Delete the city {city} in the clock app",
        ),
        (_OPEN, tap("World clock"), tap(city.name), tap("Remove city")),
        {"city": city.name},
        ops.drop("cities", city.id),
    )


def _clock_of(world: World, city: City) -> str:
    return f"{world.now + timedelta(hours=city.offset):%H:%M}"


@template("clock")
def ask_city_time(d: Draw) -> Draft:
    city = d.one(d.world.cities)
    shown = _clock_of(d.world, city)
    return Draft(
        (
            "What time is it in {city}?",
            "Look up the time in {city} on the world clock",
            "How late is it in {city}?",
            "Tell me what the world clock says for {city}",
        ),
        (_OPEN, tap("World clock"), say(shown)),
        {"city": city.name},
        answer=shown,
    )


@template("clock")
def ask_alarm_time(d: Draw) -> Draft:
    alarm = d.one(d.world.alarms)
    return Draft(
        (
            "When does my {label} alarm ring?",
            "What time is the {label} alarm set for?",
            "Look up the {label} alarm and tell me its time",
            "At what time is the alarm called {label}?",
        ),
        (_OPEN, say(f"{alarm.at:%H:%M}")),
        {"label": alarm.label},
        answer=f"{alarm.at:%H:%M}",
    )
