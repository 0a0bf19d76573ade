"""Phone: a keypad, recent calls, favourites, and the screen of a call under way."""

from __future__ import annotations

from dataclasses import replace

from .. import ops
from ..app import App, confirm, gone, key_of
from ..state import Act, State, go, leave, put, seq, world
from ..view import Item, Line, View, button, icon, key, line, row, switch, text
from ..world import Call
from .system import tabs

app = App("dialer", "Phone")
_TABS = ("Keypad", "Recents", "Favourites")


def start_call(name: str, number: str) -> Act:
    """Call somebody: the call is in the log at once, and its screen opens."""
    return seq(world(ops.place_call(name, number)), go("call", "dialer", name=name))


@app.screen("main")
def main(state: State) -> View:
    """Three tabs."""
    chosen = state.top.get("tab", _TABS[0])
    body = {"Keypad": _keypad, "Recents": _recents, "Favourites": _favourites}[chosen](state)
    bar = (icon("Clear call history", go("clear")),) if chosen == "Recents" and state.world.calls else ()
    return View("Phone", (tabs(state, _TABS), *body), bar=bar)


def _keypad(state: State) -> tuple[Item | Line, ...]:
    number = state.top.get("number")
    pads = tuple(
        line(*(key(sign, put(number=number + sign)) for sign in row_)) for row_ in ("123", "456", "789", "*0#")
    )
    name = ops.name_of(state.world, number)
    call = button("Call", start_call(name, number), enabled=bool(number))
    return (
        text(number or "Enter a number", name="number"),
        *pads,
        line(call, button("Delete digit", put(number=number[:-1]), enabled=bool(number))),
    )


def _recents(state: State) -> tuple[Item | Line, ...]:
    calls = sorted(state.world.calls, key=lambda c: c.when, reverse=True)
    rows = tuple(row(c.name, go("entry", id=c.id), f"{c.kind}, {c.when:%d %b %H:%M}") for c in calls)
    return rows or (text("No recent calls"),)


def _favourites(state: State) -> tuple[Item | Line, ...]:
    people = sorted((c for c in state.world.contacts if c.favourite), key=lambda c: c.name)
    return tuple(row(c.name, start_call(c.name, c.phone), c.phone) for c in people) or (text("No favourites yet"),)


@app.screen("entry")
def entry_(state: State) -> View:
    """One call of the log."""
    call: Call | None = ops.row(state.world, "calls", key_of(state))
    if call is None:
        return gone("Call")
    known = any(c.name == call.name for c in state.world.contacts)
    add = button("Add to contacts", go("edit", "contacts", id=0, phone=call.number))
    body = (
        text(f"{call.number}"),
        text(f"{call.kind} call, {call.when:%A %d %B %H:%M}, {call.minutes} min"),
        line(
            button("Call", start_call(call.name, call.number)),
            button("Message", go("thread", "messages", who=call.name)),
        ),
        *(() if known else (add,)),
        button("Delete from history", seq(world(ops.drop("calls", call.id)), leave)),
    )
    return View(call.name, body)


@app.screen("clear")
def clear(_: State) -> View:
    """The question before the log is emptied."""
    wipe = world(lambda w: replace(w, calls=()), "Call history cleared")
    return confirm("Clear call history?", "Clear", wipe, detail="All calls are removed from the list.")


@app.screen("call")
def call_(state: State) -> View:
    """A call under way."""
    frame = state.top
    mute, loud = frame.get("mute") == "on", frame.get("loud") == "on"
    body = (
        text("Calling…"),
        switch("Mute", mute, put(mute="off" if mute else "on")),
        switch("Speaker", loud, put(loud="off" if loud else "on")),
    )
    return View(frame.get("name"), body, foot=(button("End call", leave),))
