"""Other words for a template's wordings: synonyms outside its slots, politeness and small talk around them.

The wordings that tasks are drawn with stay as they are; only training rows are said in these other ways.
"""

from __future__ import annotations

import re
from random import Random

from .otherwise import learnt
from .task import Task

_PLAIN = 0.4
"""Share of requests that stay as their template says them."""
_AROUND = 0.35
_SWAP = 0.5

_STARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Set an alarm", ("Create an alarm", "Make an alarm", "Add an alarm", "I want an alarm", "Put on an alarm")),
    ("Turn on", ("Switch on", "Enable", "Activate", "Please turn on")),
    ("Turn off", ("Switch off", "Disable", "Deactivate")),
    ("Turn {", ("Switch {", "Put {", "Please turn {")),
    ("Switch {", ("Turn {", "Put {")),
    ("Delete", ("Remove", "Erase", "Get rid of", "Please delete")),
    ("Remove", ("Delete", "Take out", "Get rid of")),
    ("Tell me", ("I want to know", "Let me know", "Say", "Please tell me", "Find out")),
    ("Look up", ("Find out", "Check", "Please look up", "See")),
    ("What is", ("What's", "Tell me what is", "Do you know what is")),
    ("Which", ("Tell me which", "Say which")),
    ("When", ("Tell me when", "Do you know when", "At what time")),
    ("How many", ("Tell me how many", "Say how many", "Count how many")),
    ("Where", ("Tell me where", "Do you know where")),
    ("Add", ("Put in", "Please add", "Enter")),
    ("Create", ("Make", "Add", "Set up", "Start")),
    ("Make", ("Create", "Please make")),
    ("Rename", ("Change the name of", "Please rename")),
    ("Change", ("Update", "Alter", "Please change", "Edit")),
    ("Set the", ("Change the", "Put the", "Please set the", "Adjust the")),
    ("Move", ("Shift", "Please move", "Bring")),
    ("Call", ("Phone", "Ring", "Please call")),
    ("Send", ("Please send", "I want to send")),
    ("Write", ("Please write", "Type")),
    ("Text", ("Message", "Send a text to")),
    ("Open", ("Go to", "Please open", "Bring up")),
    ("Play", ("Put on", "Start playing", "Let me hear")),
    ("Start", ("Begin", "Please start", "Run")),
    ("Save", ("Keep", "Store", "Please save")),
    ("Schedule", ("Plan", "Put in", "Please schedule")),
    ("Mark", ("Please mark", "Flag")),
    ("Empty", ("Clear", "Please empty", "Clean out")),
    ("Clear", ("Wipe", "Empty", "Please clear")),
    ("I want", ("I would like", "I'd like", "I need")),
    ("I need", ("I want", "I would like", "Give me")),
    ("Put", ("Place", "Please put")),
    ("Pin", ("Please pin", "Fix")),
    ("Give", ("Please give",)),
    ("Show me", ("Let me see", "Tell me")),
)
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("photo", ("picture", "image")),
    ("picture", ("photo", "image")),
    ("mail", ("email", "e-mail")),
    ("email", ("mail", "e-mail")),
    ("chat", ("conversation", "thread")),
    ("conversation", ("chat", "thread")),
    ("song", ("track", "tune")),
    ("the calendar", ("my calendar", "the diary")),
    ("my calendar", ("the calendar", "my diary")),
    ("my phone", ("the phone", "this phone")),
    ("my contacts", ("the contacts", "my contact list")),
    ("the contacts", ("my contacts", "the contact list")),
    ("the note", ("my note", "the memo")),
    ("event", ("appointment", "entry")),
    ("no longer need", ("do not need any more", "have no use for")),
    ("should be", ("is to be", "has to be")),
    ("the browser", ("my browser",)),
    ("minutes", ("min", "mins")),
    ("percent", ("%",)),
    ("favourites", ("favorites",)),
    ("favourite", ("favorite",)),
    ("instead", ("rather",)),
    ("called", ("named", "with the name")),
    (" and ", (" as well as ", " & ")),
    (", then ", (" and then ", "; then ")),
)
_DO = ("Can you {0}?", "Could you {0}?", "Would you {0}, please?", "I'd like you to {0}", "Please {0}", "Go and {0}")
_ANY = (
    "{0} please", "{0}, please", "{0}!", "Hey, {0}", "Hi! {0}", "{0}, thanks", "{0} now", "{0}.", "Hello, {0}",
    "Quick, {0}", "{0} - thank you", "Ok, {0}", "{0} on my phone", "{0}, will you",
)  # fmt: skip
_IMPERATIVE = re.compile(
    r"(add|archive|begin|call|change|check|clear|copy|create|delete|disable|edit|email|empty|enable|erase|find|forward"
    r"|get|give|look|make|mark|message|move|mute|open|phone|pin|play|put|remove|rename|reply|reset|save|schedule|search"
    r"|send|set|share|show|star|start|stop|switch|take|tell|text|turn|unpin|write)\b",
    re.IGNORECASE,
)


def reworded(task: Task, random: Random) -> str:
    """A request for the same task: its own one, or one of its template's or of the other wordings in other words."""
    if random.random() < _PLAIN:
        return task.request
    said = random.choice((*task.draft.wordings, *learnt(task)))
    said = _swapped(said, random).format(**task.draft.slots)
    return wrapped(said, random) if random.random() < _AROUND else said


def _swapped(said: str, random: Random) -> str:
    """Other words outside the slots."""
    start = next(((old, new) for old, new in _STARTS if said.startswith(old)), None)
    if start is not None and random.random() < _SWAP:
        said = random.choice(start[1]) + said.removeprefix(start[0])
    parts = re.split(r"(\{[^}]*\})", said)
    for old, new in _WORDS:
        if random.random() < _SWAP:
            pattern = rf"\b{re.escape(old)}\b" if old[0].isalpha() else re.escape(old)
            chosen = random.choice(new)
            parts = [p if p.startswith("{") else re.sub(pattern, chosen, p) for p in parts]
    return "".join(parts)


def wrapped(said: str, random: Random) -> str:
    """Politeness and small talk around a request; a question takes no `Can you`."""
    if _IMPERATIVE.match(said) and random.random() < 0.5:
        return random.choice(_DO).format(said[:1].lower() + said[1:].rstrip("?"))
    return random.choice(_ANY).format(said)
