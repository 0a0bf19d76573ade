"""Tasks in Calendar."""

from __future__ import annotations

from ..sim import names, ops
from ..sim.apps.calendar import REMINDERS
from ..sim.world import Event
from .draw import Draw
from .task import Draft, Move, launch, say, set_day, set_time, tap, template, write

_OPEN = launch("Calendar")


def _coming(d: Draw) -> Event:
    return d.one([e for e in d.world.events if e.day >= d.world.now.date()])


def _title(d: Draw) -> str:
    return d.new(names.EVENTS, [e.title for e in d.world.events])


def _edit(event: Event, *moves: Move) -> tuple[Move, ...]:
    return (_OPEN, tap(event.title), tap("Edit"), *moves, tap("Save"))


@template("calendar")
def add_today(d: Draw) -> Draft:
    title, (at, t) = _title(d), d.at()
    today = d.world.now.date()
    return Draft(
        (
            "Put {title} in my calendar today at {t}",
            "Add an event {title} for today, {t}",
            "Today at {t}: {title}, note it in the calendar",
            "Schedule {title} today at {t}",
        ),
        (_OPEN, tap("Add event"), write("Title", title), *set_time("Time", at), tap("Save")),
        {"title": title, "t": t},
        ops.add_event(title, today, at),
        intent=("create_event", {"title": title, "day": today.isoformat(), "at": f"{at:%H:%M}:00"}),
    )


@template("calendar")
def add_event(d: Draw) -> Draft:
    title, (at, t), (day, said) = _title(d), d.at(), d.day()
    picks = (*set_day(day, d.world.now.date()), *set_time("Time", at))
    return Draft(
        (
            "Add {title} to the calendar, {day} at {t}",
            "Schedule {title} for {day}, {t}",
            "Create an event called {title}, {day} at {t}",
            "I have {title} on {day} at {t}, put it in the calendar",
        ),
        (_OPEN, tap("Add event"), write("Title", title), *picks, tap("Save")),
        {"title": title, "day": said, "t": t},
        ops.add_event(title, day, at),
        intent=("create_event", {"title": title, "day": day.isoformat(), "at": f"{at:%H:%M}:00"}),
    )


@template("calendar")
def add_with_place(d: Draw) -> Draft:
    title, (at, t), place = _title(d), d.at(), d.one(names.ROOMS)
    today = d.world.now.date()
    moves = (write("Title", title), *set_time("Time", at), write("Location", place))
    return Draft(
        (
            "Add {title} today at {t} in {place}",
            "Put {title} at {place} into the calendar, today {t}",
            "Calendar entry for today {t}: {title}, location {place}",
            "Today at {t} there is {title} in {place}, schedule it",
        ),
        (_OPEN, tap("Add event"), *moves, tap("Save")),
        {"title": title, "t": t, "place": place},
        ops.add_event(title, today, at, place),
        intent=("create_event", {"title": title, "day": today.isoformat(), "at": f"{at:%H:%M}:00", "place": place}),
    )


@template("calendar")
def delete_event(d: Draw) -> Draft:
    event = _coming(d)
    return Draft(
        (
            "Delete {title} from my calendar",
            "Cancel the event {title}",
            "{title} does not take place, remove it from the calendar",
            "Take {title} out of the calendar",
        ),
        (_OPEN, tap(event.title), tap("Delete"), tap("Delete")),
        {"title": event.title},
        ops.drop("events", event.id),
    )


@template("calendar")
def change_time(d: Draw) -> Draft:
    event, (at, t) = _coming(d), d.at()
    return Draft(
        (
            "Move {title} to {t} on the same day",
            "{title} starts at {t} instead, change the calendar",
            "Set the time of {title} to {t}",
            "Change {title} in my calendar to {t}",
        ),
        _edit(event, *set_time("Time", at)),
        {"title": event.title, "t": t},
        ops.edit("events", event.id, at=at),
    )


@template("calendar")
def change_day(d: Draw) -> Draft:
    event, (day, said) = _coming(d), d.day()
    if day == event.day:
        event = d.one([e for e in d.world.events if e.day == d.world.now.date()])
    return Draft(
        (
            "Move {title} to {day}",
            "{title} is on {day} now, change the calendar",
            "Reschedule {title} for {day}",
            "Put {title} on {day} instead",
        ),
        _edit(event, *set_day(day, event.day)),
        {"title": event.title, "day": said},
        ops.edit("events", event.id, day=day),
    )


@template("calendar")
def change_place(d: Draw) -> Draft:
    event = _coming(d)
    place = d.new(names.ROOMS, [event.place])
    return Draft(
        (
            "{title} takes place in {place} now, update it",
            "Set the location of {title} to {place}",
            "Change where {title} is: {place}",
            "In the calendar, {title} should say {place} as location",
        ),
        _edit(event, write("Location", place)),
        {"title": event.title, "place": place},
        ops.edit("events", event.id, place=place),
    )


@template("calendar")
def set_reminder(d: Draw) -> Draft:
    event = _coming(d)
    reminder = d.new(REMINDERS[2:], [event.reminder])
    return Draft(
        (
            "Remind me of {title} {r} before",
            "Set the reminder of {title} to {r}",
            "I want the reminder for {title} {r} ahead",
            "Change {title}'s reminder to {r}",
        ),
        _edit(event, tap("Reminder"), tap(reminder)),
        {"title": event.title, "r": reminder},
        ops.edit("events", event.id, reminder=reminder),
    )


@template("calendar")
def rename_event(d: Draw) -> Draft:
    event, title = _coming(d), _title(d)
    return Draft(
        (
            "Rename the event {old} to {title}",
            "{old} in my calendar should be called {title}",
            "Change the title of {old} to {title}",
            "Make {title} out of the calendar entry {old}",
        ),
        _edit(event, write("Title", title)),
        {"old": event.title, "title": title},
        ops.edit("events", event.id, title=title),
    )


@template("calendar")
def ask_when(d: Draw) -> Draft:
    event = _coming(d)
    return Draft(
        (
            "At what time is {title}?",
            "When does {title} start?",
            "Look in my calendar at what time {title} is",
            "Tell me the time of {title}",
        ),
        (_OPEN, say(f"{event.day:%a %d %b} {event.at:%H:%M}")),
        {"title": event.title},
        answer=f"{event.at:%H:%M}",
    )


@template("calendar")
def ask_where(d: Draw) -> Draft:
    event = d.one([e for e in d.world.events if e.place and e.day >= d.world.now.date()])
    return Draft(
        (
            "Where is {title}?",
            "Which location does {title} have?",
            "Look up where {title} takes place",
            "Tell me the place of {title} in my calendar",
        ),
        (_OPEN, tap(event.title), say(event.place)),
        {"title": event.title},
        answer=event.place,
    )
