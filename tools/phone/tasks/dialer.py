"""Tasks in Phone."""

from __future__ import annotations

from dataclasses import replace

from ..sim import ops
from ..sim.world import Call
from .draw import Draw
from .task import Draft, launch, say, tap, template, write

_OPEN = launch("Phone")
_RECENT = (_OPEN, tap("Recents"))


def _known(d: Draw) -> Call:
    """A call whose name stands once in the log."""
    listed = [c.name for c in d.world.calls]
    return d.one([c for c in d.world.calls if listed.count(c.name) == 1 and c.name != c.number])


def _unknown(d: Draw) -> Call:
    return d.one([c for c in d.world.calls if c.name == c.number])


@template("contacts", "dialer")
def call(d: Draw) -> Draft:
    who = d.contact()
    return Draft(
        (
            "Call {name}",
            "Ring {name} please",
            "Phone {name}",
            "Give {name} a call",
            "I want to talk to {name} on the phone",
        ),
        (launch("Contacts"), tap(who.name), tap("Call")),
        {"name": who.name},
        ops.place_call(who.name, who.phone),
        intent=("call_contact", {"contact": who.name}),
    )


@template("dialer")
def dial(d: Draw) -> Draft:
    number = str(d.number(112, 989))
    return Draft(
        ("Dial {n}", "Call the number {n}", "Type {n} on the keypad and call", "Phone {n} for me"),
        (_OPEN, *(tap(digit) for digit in number), tap("Call")),
        {"n": number},
        ops.place_call(number, number),
    )


@template("dialer")
def dial_long(d: Draw) -> Draft:
    number = str(d.number(100_000, 9_999_999))
    return Draft(
        ("Dial {n}", "Please call {n}", "Use the keypad to phone {n}", "Ring {n}"),
        (_OPEN, *(tap(digit) for digit in number), tap("Call")),
        {"n": number},
        ops.place_call(number, number),
    )


@template("dialer")
def call_back(d: Draw) -> Draft:
    last = _known(d)
    return Draft(
        (
            "Call {name} back from the recent calls",
            "Return the call of {name} in the call list",
            "Open the recents and phone {name} again",
            "Find {name} in the call log and call",
        ),
        (*_RECENT, tap(last.name), tap("Call")),
        {"name": last.name},
        ops.place_call(last.name, last.number),
    )


@template("dialer")
def call_favourite(d: Draw) -> Draft:
    who = d.one([c for c in d.world.contacts if c.favourite])
    return Draft(
        (
            "Call my favourite {name}",
            "Ring {name} from the phone's favourites",
            "Phone {name}, one of my favourites",
            "Use the favourites to call {name}",
        ),
        (_OPEN, tap("Favourites"), tap(who.name)),
        {"name": who.name},
        ops.place_call(who.name, who.phone),
    )


@template("dialer")
def clear_log(_: Draw) -> Draft:
    return Draft(
        ("Clear my call history", "Delete all recent calls", "Empty the call log", "Wipe the list of calls"),
        (*_RECENT, tap("Clear call history"), tap("Clear")),
        want=lambda w: replace(w, calls=()),
    )


@template("dialer")
def forget_call(d: Draw) -> Draft:
    last = _known(d)
    return Draft(
        (
            "Delete the call with {name} from the history",
            "Remove {name} from the recent calls",
            "Take the entry of {name} out of my call log",
            "Nobody should see that {name} was on the phone, delete that call",
        ),
        (*_RECENT, tap(last.name), tap("Delete from history")),
        {"name": last.name},
        ops.drop("calls", last.id),
    )


@template("dialer", "contacts")
def keep_unknown(d: Draw) -> Draft:
    last, name = _unknown(d), d.stranger()
    return Draft(
        (
            "Save the unknown number from my recent calls as {name}",
            "The number in the call list without a name belongs to {name}, add it to the contacts",
            "Add the unknown caller to my contacts as {name}",
            "Make a contact {name} out of the unnamed number in the recents",
        ),
        (*_RECENT, tap(last.name), tap("Add to contacts"), write("Name", name), tap("Save")),
        {"name": name},
        ops.add_contact(name, last.number),
    )


@template("dialer")
def ask_last(d: Draw) -> Draft:
    last = max(d.world.calls, key=lambda c: c.when)
    return Draft(
        (
            "Who is at the top of my recent calls?",
            "With whom was my latest call?",
            "Look up who the most recent call was with",
            "Tell me the name or number of the last call",
        ),
        (*_RECENT, say(last.name)),
        answer=last.name,
    )


@template("dialer")
def ask_length(d: Draw) -> Draft:
    last = _known(d)
    return Draft(
        (
            "How many minutes did the call with {name} last?",
            "How long was I on the phone with {name}?",
            "Look up the length of my call with {name}",
            "Tell me the minutes of the recent call with {name}",
        ),
        (*_RECENT, tap(last.name), say(f"{last.minutes} min")),
        {"name": last.name},
        answer=str(last.minutes),
    )
