"""Maps: places, saved places, directions by four means of travel; asks for the location before it navigates."""

from __future__ import annotations

from .. import ops
from ..app import App, gone, key_of
from ..state import State, go, leave, need, seq, world
from ..view import View, button, entry, icon, line, row, text
from ..world import Place, Route
from .dialer import start_call
from .system import tabs

app = App("maps", "Maps")
MODES = ("Drive", "Walk", "Transit", "Bike")
_TABS = ("Explore", "Saved")


@app.screen("main")
def main(state: State) -> View:
    """Places nearby or saved, filtered by the search field; the running navigation at the foot."""
    saved, query = state.top.get("tab") == "Saved", state.top.get("query").lower()
    found = [p for p in state.world.places if (p.saved or not saved) and query in f"{p.name} {p.kind}".lower()]
    rows = tuple(row(p.name, go("place", id=p.id), p.kind) for p in sorted(found, key=lambda p: p.name))
    body = (tabs(state, _TABS), entry(state, "query", "Search here"), *(rows or (text("No places found"),)))
    route = state.world.route
    foot = (button(f"Navigating to {route.to}", go("guide")),) if route.to else ()
    return View("Maps", body, foot=foot)


@app.screen("place")
def place_(state: State) -> View:
    """One place."""
    place: Place | None = ops.row(state.world, "places", key_of(state))
    if place is None:
        return gone("Place")
    save = world(ops.edit("places", place.id, saved=not place.saved))
    body = (
        text(f"{place.kind}, rated {place.rating}"),
        text(f"Address {place.address}"),
        text(f"Phone {place.phone}"),
        line(button("Directions", go("route", to=place.name)), button("Call", start_call(place.name, place.phone))),
        button("Share", go("forward", "messages", text=f"{place.name}, {place.address}")),
    )
    return View(place.name, body, bar=(icon("Unsave" if place.saved else "Save", save),))


@app.screen("route")
def route_(state: State) -> View:
    """How to travel, then start."""
    to, mode = state.top.get("to"), state.top.get("mode", MODES[0])
    begin = seq(world(ops.navigate(to, mode)), leave, go("guide"))
    minutes = {"Drive": 9, "Walk": 47, "Transit": 21, "Bike": 18}[mode] + len(to) % 7
    body = (tabs(state, MODES, "mode"), text(f"{minutes} minutes to {to}"))
    return View("Directions", body, foot=(button("Start", need("location", begin)),))


@app.screen("guide")
def guide(state: State) -> View:
    """The navigation under way."""
    route = state.world.route
    if not route.to:
        return View("Navigation", (text("Not navigating"),))
    stop = seq(world(ops.set_part("route", to=Route().to, mode=Route().mode)), leave)
    return View(f"To {route.to}", (text(f"By: {route.mode}"),), foot=(button("End navigation", stop),))
