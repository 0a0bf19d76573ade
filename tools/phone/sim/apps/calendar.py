"""Calendar: what is coming, today's events, search, and an editor with date, time and choice pickers."""

from __future__ import annotations

from datetime import date

from .. import ops
from ..app import App, confirm, gone, key_of, pick
from ..state import State, go, leave, put, seq, world
from ..view import View, button, entry, icon, row, text
from ..world import Event
from .system import as_time, ask_date, ask_time, tabs

app = App("calendar", "Calendar")
REMINDERS = ("None", "10 minutes", "30 minutes", "1 hour", "1 day")
_TABS = ("Upcoming", "Today", "Past")


def _draft(event: Event) -> dict[str, object]:
    return {
        "id": event.id,
        "title": event.title,
        "day": event.day.isoformat(),
        "time": f"{event.at:%H:%M}",
        "place": event.place,
        "reminder": event.reminder,
    }


@app.screen("main")
def main(state: State) -> View:
    """Events by time, under the chosen tab and the search field."""
    today, chosen = state.world.now.date(), state.top.get("tab", _TABS[0])
    query = state.top.get("query").lower()
    wanted = {"Upcoming": lambda d: d >= today, "Today": lambda d: d == today, "Past": lambda d: d < today}[chosen]  # pyright: ignore
    events = sorted((e for e in state.world.events if wanted(e.day)), key=lambda e: (e.day, e.at))
    rows = tuple(
        row(e.title, go("detail", id=e.id), f"{e.day:%a %d %b} {e.at:%H:%M}")
        for e in events
        if query in e.title.lower()
    )
    add = icon("Add event", go("edit", id=0, day=today.isoformat(), time="09:00", reminder=REMINDERS[1]))
    body = (tabs(state, _TABS), entry(state, "query", "Search events"), *rows)
    return View("Calendar", body if rows else (*body, text("No events")), bar=(add,))


@app.screen("detail")
def detail(state: State) -> View:
    """One event."""
    event: Event | None = ops.row(state.world, "events", key_of(state))
    if event is None:
        return gone("Event")
    body = (
        text(f"{event.day:%A %d %B %Y}, {event.at:%H:%M}"),
        text(f"Location {event.place}" if event.place else "No location"),
        text(f"Reminder {event.reminder}"),
    )
    return View(
        event.title, body, bar=(icon("Edit", go("edit", **_draft(event))), icon("Delete", go("delete", id=event.id)))
    )


@app.screen("delete")
def delete(state: State) -> View:
    """The question before an event is deleted."""
    return confirm("Delete event?", "Delete", seq(world(ops.drop("events", key_of(state)), "Event deleted"), leave))


@app.screen("edit")
def edit(state: State) -> View:
    """A new or changed event; it cannot be saved without a title."""
    frame = state.top
    day = date.fromisoformat(frame.get("day"))
    body = (
        entry(state, "title", "Title"),
        row("Date", ask_date("day", day), f"{day:%a %d %b %Y}"),
        row("Time", ask_time("time"), frame.get("time")),
        entry(state, "place", "Location"),
        row("Reminder", pick(REMINDERS, "reminder"), frame.get("reminder")),
    )
    save = button("Save", _save, enabled=bool(frame.get("title").strip()))
    return View("Edit event" if key_of(state) else "New event", body, foot=(button("Cancel", leave), save))


def _save(state: State) -> State:
    frame, key = state.top, key_of(state)
    title = frame.get("title").strip()
    day, at = date.fromisoformat(frame.get("day")), as_time(frame.get("time"))
    if day < state.world.now.date() and not key:
        return put(error="The date has passed")(state)
    place, reminder = frame.get("place").strip(), frame.get("reminder")
    change = (
        ops.edit("events", key, title=title, day=day, at=at, place=place, reminder=reminder)
        if key
        else ops.add_event(title, day, at, place, reminder)
    )
    return seq(world(change, "Event saved"), leave)(state)
