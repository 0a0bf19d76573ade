"""Made-up tools by the thousand: operations x objects x attributes, and formulas, each named and told in its own way.

A tool comes as an `Entry` with the requests that want it; its description takes other words than the requests do. Knows
nothing of scenes or rows.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from functools import cache

from agentkit.nano.generate.documented import lengthened, remarks
from agentkit.nano.generate.filled import Entry, read_table
from agentkit.nano.generate.requests import Wishes
from agentkit.nano.generate.typed import Function, declare
from agentkit.nano.pool import is_held_out_name
from agentkit.nano.tables import table
from agentkit.nano.wording import camel, stems

_CLOSE = (
    {"attribute", "describe"}, {"change", "assign", "plan", "tag", "comment"}, {"lock", "archive", "delete"},
    {"attribute", "estimate"}, {"attribute", "verify"}, {"history", "describe"}, {"search", "count"},
    {"describe", "verify"}, {"describe", "export"}, {"share", "assign"}, {"tag", "comment"}, {"rate", "comment"},
    {"attribute", "history"}, {"create", "duplicate"}, {"attribute", "search"}, {"verify", "unlock"},
    {"describe", "search"}, {"change", "rate"}, {"lock", "change"}, {"unlock", "change"},
)  # fmt: skip
_CREATE = (
    "create <obj> {key} with {said}", "add the <obj> {key}: {said}", "new <obj> {key}, {said}",
    "set up <a> {key} with {said}", "register {key} as a new <obj> with {said}", "I need a new <obj> {key} with {said}",
    "make <a> {key} with {said}", "enter <obj> {key}, {said}", "add {key} to the <objs>, {said}",
)  # fmt: skip
_SEARCH = (
    "find <objs> with {said}", "which <objs> have {said}?", "list all <objs> with {said}",
    "show the <objs> with {said}", "look for <objs> that have {said}", "are there <objs> with {said}?",
    "search for <objs>: {said}",
)  # fmt: skip
_COUNT = ("how many <objs> have {said}?", "count the <objs> with {said}", "number of <objs> with {said}")
_LISTED = (
    ("create", "create add register new insert make", _CREATE,
     ("Adds a new <obj> to the records", "Enters <a> that does not exist yet", "Makes <a>", "Stores one more <obj>")),
    ("search", "search find list filter query", _SEARCH,
     ("Finds the <objs> that meet conditions", "Filters all <objs>", "Lists <objs> by their properties")),
    ("count", "count number_of total", _COUNT,
     ("Tells how many <objs> there are", "Number of <objs> that meet conditions")),
)  # fmt: skip


@dataclass(frozen=True)
class Thing:
    """What tools work on: its domain, how it is called, its key and its attributes with their kinds."""

    domain: str
    one: str
    many: str
    key: str
    key_kind: str
    attributes: dict[str, str]


@dataclass(frozen=True)
class Made:
    """A tool, and what it does to what; `operation` is empty for one that comes from a table of whole tools."""

    entry: Entry
    operation: str = ""
    thing: str = ""
    attribute: str = ""
    function: Function | None = None

    def wishes(self, rng: random.Random) -> Wishes:
        """Requests for the tool; several values may be listed of what it works on, or of what is looked for."""
        if not self.operation:
            return Wishes(self.entry, rng)
        listed = list(self.entry.kinds) if self.operation in ("search", "count") else list(self.entry.kinds)[:1]
        return Wishes(self.entry, rng, frozenset(listed) - {"limit"})

    def covers(self, other: Made) -> bool:
        """Whether a request for the other tool could mean this one."""
        if self.function is not None and other.function is not None:
            return self.function is other.function
        if not (self.operation and other.operation):
            mine = stems(f"{self.entry.name} {self.entry.description}")
            theirs = stems(f"{other.entry.name} {other.entry.description}")
            return bool(stems(self.entry.name) & theirs or stems(other.entry.name) & mine)
        if self.thing != other.thing:
            return False
        if self.operation == other.operation:
            return self.attribute == other.attribute or not (self.attribute and other.attribute)
        return any({self.operation, other.operation} <= close for close in _CLOSE)


@cache
def things() -> tuple[Thing, ...]:
    """The objects of the table."""
    found: list[Thing] = []
    for line in table("objects"):
        domain, noun, key, attributes = line.split(" | ")
        one, many = (word.replace("_", " ") for word in noun.split("/"))
        pairs = dict(part.split(":", 1) for part in re.split(r", (?=\w+:)", attributes))
        name, _, kind = key.partition(":")
        found.append(Thing(domain, one, many, name, kind, pairs))
    return tuple(found)


@cache
def ready_made() -> tuple[Made, ...]:
    """The tools of the tables of functions and formulas, in their own words."""
    lines = (*table("formulas"), *table("functions"), *table("everyday"))
    return tuple(Made(entry) for entry in read_table(lines) if not is_held_out_name(entry.name))


def from_table(rng: random.Random) -> Made:
    """One of `ready_made`, with one of its descriptions and the requests that say all that is required."""
    made = rng.choice(ready_made())
    whole = tuple(r for r in made.entry.requests if all(f"{{{name}}}" in r for name in made.entry.required))
    if not whole:
        return from_table(rng)
    told = rng.choice(made.entry.description.split(" / "))
    named = made.entry.name
    spaced = rng.choice(("math.", "tools.", "util.", "calc.", "lib.", "api.")) + named
    name = spaced if rng.random() < 0.15 and not is_held_out_name(spaced) else named
    about = {**remarks(made.entry.kinds, made.entry.required, "", rng), **made.entry.remarks}
    entry = replace(made.entry, name=name, description=lengthened(told, rng), requests=whole, remarks=about)
    return replace(made, entry=entry)


def typed(rng: random.Random, function: Function) -> Made:
    """A typed interface to this function, under a name that is not held out."""
    while True:
        entry = declare(function, rng)
        if not is_held_out_name(entry.name):
            return Made(entry, function=function)


def compose(rng: random.Random, thing: Thing) -> Made:
    """A tool that works on this thing, under a name that is not held out."""
    while True:
        made = _listed(rng, thing) if rng.random() < 0.35 else _keyed(rng, thing)
        if not is_held_out_name(made.entry.name):
            return made


def _keyed(rng: random.Random, thing: Thing) -> Made:
    line = rng.choice(table("operations")) if rng.random() < 0.75 else rng.choice(table("operations")[:2])
    operation, verbs, parameters, told, requests = line.split(" | ")
    attribute = rng.choice(list(thing.attributes)) if "value" in parameters or "<attr>" in told else ""
    key = rng.choice([thing.key, thing.key, f"{thing.one}_id", "id", thing.one, f"{thing.one}_ref"]).replace(" ", "_")
    if key in thing.attributes or key == attribute:
        key = thing.key
    value = rng.choice([attribute, attribute, "value", f"new_{attribute}", "to"])
    kinds, required = _parameters(parameters, thing, {"key": key, "value": value}, attribute)
    slots = {"key": f"{{{key}}}", "value": f"{{{value}}}"}
    forms = (re.sub(r"\{(key|value)\}", lambda m: slots[m.group(1)], form) for form in requests.split(" / "))
    shown = attribute.replace("_", " ")
    entry = Entry(
        _name(rng, rng.choice(verbs.split()), thing, attribute),
        lengthened(_worded(rng.choice(told.split(" / ")), thing, shown), rng),
        kinds,
        required,
        remarks(kinds, required, thing.one, rng),
        tuple(_worded(form, thing, shown) for form in forms),
    )
    return Made(entry, operation, thing.one, attribute)


def _parameters(
    told: str, thing: Thing, names: dict[str, str], attribute: str
) -> tuple[dict[str, str], tuple[str, ...]]:
    kinds: dict[str, str] = {}
    required: list[str] = []
    for part in told.split(", "):
        name, _, kind = part.partition(":")
        optional = name.endswith("?")
        name = name.rstrip("?")
        shown = names.get(name, name)
        of_key = thing.key_kind if kind in ("", "key") else kind
        kinds[shown] = thing.attributes[attribute] if name == "value" else of_key
        if not optional:
            required.append(shown)
    return kinds, tuple(required)


def _listed(rng: random.Random, thing: Thing) -> Made:
    """A tool with several attributes as parameters, of which a request says some."""
    operation, verbs, forms, told = rng.choice(_LISTED)
    names = list(thing.attributes)
    shown = names if operation == "create" else rng.sample(names, min(len(names), rng.randint(1, 4)))
    kinds = {name: thing.attributes[name] for name in shown}
    if operation == "create":
        kinds = {thing.key: thing.key_kind, **kinds}
    required = tuple(list(kinds)[: rng.randint(1, min(3, len(kinds)))]) if operation == "create" else ()
    extra = ("limit", "few", "at most {limit}") if operation == "search" and rng.random() < 0.5 else None
    requests: list[str] = []
    for form in rng.sample(forms, min(5, len(forms))):
        said = set(required) | set(rng.sample(shown, rng.randint(1, min(2, len(shown)))))
        parts = [_part(name, rng) for name in kinds if name in said and name in thing.attributes]
        text = _worded(form, thing, "").replace("{said}", _chained(parts, rng)).replace("{key}", f"{{{thing.key}}}")
        requests.append(text.rstrip("?") + f", {extra[2]}" if extra and rng.random() < 0.5 else text)
    if extra:
        kinds[extra[0]] = extra[1]
    entry = Entry(
        _name(rng, rng.choice(verbs.split()), thing, "", many=operation != "create"),
        lengthened(_worded(rng.choice(told), thing, ""), rng),
        kinds,
        required,
        remarks(kinds, required, thing.one, rng),
        tuple(requests),
    )
    return Made(entry, operation, thing.one)


def _part(name: str, rng: random.Random) -> str:
    return rng.choice(["{w} {{{n}}}", "{w} {{{n}}}", "the {w} {{{n}}}", "{{{n}}} as {w}", "{w}: {{{n}}}"]).format(
        w=name.replace("_", " "), n=name
    )


def _chained(parts: list[str], rng: random.Random) -> str:
    if len(parts) == 1:
        return parts[0]
    return ", ".join(parts[:-1]) + rng.choice([" and ", ", ", ", and "]) + parts[-1]


def _worded(form: str, thing: Thing, attribute: str) -> str:
    one = f"{'an' if thing.one[0] in 'aeio' else 'a'} {thing.one}"
    words = {
        "a <attr>": f"{'an' if attribute[:1] in 'aeio' else 'a'} {attribute}",
        "<attr>": attribute,
        "a <obj>": one,
        "<a>": one,
        "<objs>": thing.many,
        "<obj>": thing.one,
        "<key>": thing.key.replace("_", " "),
    }
    for slot, word in words.items():
        form = form.replace(slot, word)
    return form


def _name(rng: random.Random, verb: str, thing: Thing, attribute: str, *, many: bool = False) -> str:
    noun = (thing.many if many else thing.one).replace(" ", "_")
    tail = f"_{attribute}" if attribute else ""
    forms = (
        f"{verb}_{noun}{tail}",
        f"{noun}.{verb}{tail}",
        f"{thing.domain}.{verb}_{noun}{tail}",
        camel(f"{verb} {noun}{tail}".replace("_", " ")),
        f"{noun}{tail}_{verb}",
        f"{noun.title().replace('_', '')}.{camel(f'{verb}{tail}'.replace('_', ' '))}",
        f"{thing.domain}_{verb}_{noun}{tail}",
    )
    return rng.choices(forms, (45, 10, 10, 15, 7, 7, 6))[0]
