"""How made-up tools and their parameters are described: curtly, or at the length that documentation has."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping

from agentkit.nano.generate.odd import OddKinds

_KEY = (
    "which {noun}",
    "the {noun}",
    "{words} of the {noun}",
    "{words}",
    "names the {noun}",
    "the {words} of one {noun}",
)
_PLAIN = ("{words}", "the {words}", "{words} to use", "{words} as given")
_OF = ("{words} of the {noun}", "the {noun}'s {words}", "{words}", "what {words} the {noun} has")
_OPTIONAL = (
    "{0}; optional",
    "{0}, if known",
    "{0}. Default is {1}",
    "{0} (optional, {1} when left out)",
    "{0}, {1} by default",
)
_EXAMPLE = ("{0}, e.g. {1}", "{0}, such as {1}", "{0} (for example {1})", "{0}, like {1}")
_AFTER = (
    "Gives an error where nothing is found", "The result is a list", "Returns a single value", "Works at once",
    "Needs no further rights", "Only for those who may", "Can take a few seconds", "The result is text",
    "Does not change anything else", "Returns the outcome as an object",
)  # fmt: skip


def lengthened(told: str, rng: random.Random) -> str:
    """A description as it is, or with what documentation adds to it."""
    if rng.random() < 0.65:
        return told
    if rng.random() < 0.3:
        lowered = told[:1].lower() + told[1:]
        return (
            f"{rng.choice(['Function', 'Tool', 'Operation', 'Service'])} that {lowered}" if _says_what(told) else told
        )
    return f"{told}. {rng.choice(_AFTER)}"


def remarks(kinds: Mapping[str, str], required: Collection[str], noun: str, rng: random.Random) -> dict[str, str]:
    """Descriptions of parameters: for all or most of them, or none at all."""
    if rng.random() < 0.3:
        return {}
    found: dict[str, str] = {}
    for number, (name, kind) in enumerate(kinds.items()):
        if rng.random() < 0.15:
            continue
        forms = _PLAIN if not noun else _OF if number else _KEY
        text = rng.choice(forms).format(noun=noun, words=name.replace("_", " "))
        scalar = not kind.startswith("[")
        if name not in required and scalar and rng.random() < 0.4:
            text = rng.choice(_OPTIONAL).format(text, _example(kind, rng))
        elif scalar and rng.random() < 0.15:
            text = rng.choice(_EXAMPLE).format(text, _example(kind, rng))
        found[name] = text
    return found


def _says_what(told: str) -> bool:
    """Whether it begins with what the tool does (`Finds a room`), and not with what it gives (`Facts about a room`)."""
    first, _, rest = told.partition(" ")
    gives = rest.startswith(("of ", "about ", "that ", "on ", "for ", "to ", "in ", "needed ", "from ", "by "))
    does = first.endswith("s") and not first.endswith("ss") and first.lower() not in ("this", "its", "details")
    return does and not gives


def _example(kind: str, rng: random.Random) -> str:
    value = OddKinds(rng).draw(kind).value
    return str(value).lower() if isinstance(value, bool) else str(value)
