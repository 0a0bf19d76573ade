"""Tasks in Maps, an app that is only tested on."""

from __future__ import annotations

from ..sim import ops
from ..sim.apps.maps import MODES
from ..sim.world import Place
from .draw import Draw
from .task import Draft, Move, launch, say, tap, template

_OPEN = launch("Maps")


def _place(d: Draw, *, saved: bool | None = None) -> Place:
    return d.one([p for p in d.world.places if saved is None or p.saved == saved])


def _start(d: Draw) -> tuple[Move, ...]:
    asked = () if "maps:location" in d.world.permissions else (tap("Start"), tap("Allow"))
    return (*asked, tap("Start"))


@template("maps")
def save(d: Draw) -> Draft:
    place = _place(d, saved=False)
    return Draft(
        (
            "Save {p} on the map",
            "Add {p} to my saved places",
            "Remember the place {p}",
            "Keep {p} among the saved places",
        ),
        (_OPEN, tap(place.name), tap("Save")),
        {"p": place.name},
        ops.edit("places", place.id, saved=True),
    )


@template("maps")
def unsave(d: Draw) -> Draft:
    place = _place(d, saved=True)
    return Draft(
        (
            "Remove {p} from my saved places",
            "Unsave {p} on the map",
            "I no longer need {p} among the saved places",
            "Take {p} off the saved places",
        ),
        (_OPEN, tap(place.name), tap("Unsave")),
        {"p": place.name},
        ops.edit("places", place.id, saved=False),
    )


@template("maps")
def drive(d: Draw) -> Draft:
    place = _place(d)
    return Draft(
        ("Navigate to {p}", "Take me to {p} by car", "Start driving directions to {p}", "Guide me to {p}"),
        (_OPEN, tap(place.name), tap("Directions"), *_start(d)),
        {"p": place.name},
        ops.navigate(place.name, "Drive"),
        intent=("navigate_to", {"place": place.name, "mode": "Drive"}),
    )


@template("maps")
def travel(d: Draw) -> Draft:
    place, mode = _place(d), d.one(MODES[1:])
    said = {"Walk": "on foot", "Transit": "by public transport", "Bike": "by bike"}[mode]
    return Draft(
        (
            "Navigate to {p} {m}",
            "Take me to {p} {m}",
            "I want to get to {p} {m}, start the directions",
            "Guide me to {p} {m}",
        ),
        (_OPEN, tap(place.name), tap("Directions"), tap(mode), *_start(d)),
        {"p": place.name, "m": said},
        ops.navigate(place.name, mode),
        intent=("navigate_to", {"place": place.name, "mode": mode}),
    )


@template("maps")
def stop(d: Draw) -> Draft:
    place = _place(d)
    d.setup(ops.navigate(place.name, "Drive"))
    return Draft(
        (
            "Stop the navigation",
            "End the navigation to {p}",
            "I have arrived, stop navigating",
            "Cancel the route to {p}",
        ),
        (_OPEN, tap(f"Navigating to {place.name}"), tap("End navigation")),
        {"p": place.name},
        ops.navigate("", ""),
    )


@template("maps")
def ask_address(d: Draw) -> Draft:
    place = _place(d)
    return Draft(
        (
            "What is the address of {p}?",
            "Where is {p}?",
            "In which street is {p}?",
            "Look up the address of {p} on the map",
        ),
        (_OPEN, tap(place.name), say(place.address)),
        {"p": place.name},
        answer=place.address,
    )


@template("maps")
def ask_rating(d: Draw) -> Draft:
    place = _place(d)
    return Draft(
        (
            "How is {p} rated?",
            "What rating does {p} have?",
            "Look up the rating of {p}",
            "How many stars does {p} get?",
        ),
        (_OPEN, tap(place.name), say(place.rating)),
        {"p": place.name},
        answer=place.rating,
    )


@template("maps", "dialer")
def call(d: Draw) -> Draft:
    place = _place(d)
    return Draft(
        (
            "Call {p}",
            "Find {p} on the map and phone them",
            "Ring up {p}, the number is on the map",
            "Phone {p} from Maps",
        ),
        (_OPEN, tap(place.name), tap("Call")),
        {"p": place.name},
        ops.place_call(place.name, place.phone),
    )


@template("maps", "messages")
def share(d: Draw) -> Draft:
    place, who = _place(d), d.contact()
    return Draft(
        (
            "Send {name} the place {p}",
            "Share {p} with {name}",
            "{name} asks where {p} is, share it from the map",
            "Pass the address of {p} on to {name} from Maps",
        ),
        (_OPEN, tap(place.name), tap("Share"), tap(who.name), tap("Send")),
        {"name": who.name, "p": place.name},
        ops.send_message(who.name, f"{place.name}, {place.address}"),
    )
