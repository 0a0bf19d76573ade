"""Rows for the tool packs that ship with the project: their tools exactly as declared, in the order that prompts have.

Values known only at run time (contacts, titles) are copied from the request, as prompts do not list them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agentkit.nano.generate.kinds import Kinds, Said
from agentkit.nano.generate.results import Results
from agentkit.nano.rows import Row, Shard, make_calls
from agentkit.nano.tables import table, word_lists
from agentkit.registry import Registry
from agentkit.retrieve import retrieve
from agentkit.types import JsonObject, Message, ToolCall, ToolSpec

SOURCE = "made_packs"
_TOGETHER = (("assistant",), ("phone",), ("calc", "clock", "contacts", "files", "messages", "notes"))
"""Packs that agents use together; the second takes its screen actions from the simulated phone's rows."""
_SCREEN = frozenset({"tap", "type_text", "scroll", "back", "home", "open_app", "wait"})
_SLOT = re.compile(r"\{(\w+)\}")
_NONE = 0.15
_FOLLOWED = 0.3
_IN_TWO = 0.12
_DECLARED = 0.75
"""Share of results that have the shape that the tool declares; the others teach that any shape can come."""
_LISTS = word_lists()
_WEEKDAYS = [day.lower() for day in _LISTS["days"]]
_APPS = [
    "Browser",
    "Calculator",
    "Calendar",
    "Camera",
    "Clock",
    "Contacts",
    "Gallery",
    "Maps",
    "Music",
    "Notes",
    "Settings",
]
_UNITS = {
    "mm": ("mm", "millimetres"), "cm": ("cm", "centimetres", "centimeters"), "m": ("m", "metres", "meters"),
    "km": ("km", "kilometres", "kilometers"), "inch": ("inches", "inch"), "foot": ("feet", "foot"),
    "yard": ("yards",), "mile": ("miles", "mile"), "g": ("g", "grams"), "kg": ("kg", "kilos", "kilograms"),
    "ounce": ("ounces",), "pound": ("pounds", "pound"), "celsius": ("celsius", "degrees celsius"),
    "fahrenheit": ("fahrenheit", "degrees fahrenheit"),
}  # fmt: skip
_ALIKE = (
    ("mm", "cm", "m", "km", "inch", "foot", "yard", "mile"),
    ("g", "kg", "ounce", "pound"),
    ("celsius", "fahrenheit"),
)
_STAND_INS = (
    {"set_timer", "set_alarm", "start_timer"}, {"find_contact", "get_contact_info", "call_contact", "dial"},
    {"web_search", "search_location", "find_contact", "search_files", "search_notes"},
    {"read_note", "read_file", "search_notes"}, {"create_note", "append_to_note"},
)  # fmt: skip
_LONGEST = 300
_SIGNS = (("+", "plus"), ("-", "minus"), ("*", "times"), ("/", "divided by"))
_SENTENCES = (
    "I will be {n} minutes late", "the {noun} is {adjective}", "see you at {time}", "can you bring the {noun}",
    "I am {adjective}", "do not forget the {phrase}", "we meet at the {noun}", "call me back", "I love you", "ok",
    "happy birthday", "dinner is ready", "the {phrase} is in the {noun}", "I'm on my way", "let's talk tomorrow",
    "please buy {n} {noun}", "thanks for the {noun}", "I left the {noun} at {place}", "the {noun} starts at {time}",
    "running late", "are you home", "see you tomorrow", "I can't come to {place}", "{phrase}", "{phrase} and {noun}",
    "where are you", "good morning", "the meeting is at {time}", "bring {noun}, {noun} and {noun}", "I will call later",
)  # fmt: skip
_SONGS = ("{phrase}", "{phrase}", "{phrase} by {person}", "{phrase} {phrase}", "{coined}", "jazz", "rock", "{person}")


@dataclass(frozen=True)
class _Entry:
    pack: str
    tool: str
    kinds: dict[str, str]
    requests: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.pack}/{self.tool}"


class PackKinds(Kinds):
    """Kinds that the packs' arguments have besides the usual ones."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        self.units = rng.sample(rng.choice(_ALIKE), 2)

    def _clock(self) -> Said:
        said = self._wake()
        hour, minute = (int(part) for part in str(said.value).split(":"))
        return Said(said.text, {"hour": hour, "minutes": minute} if minute else {"hour": hour})

    def _weekdays(self) -> Said:
        if self.rng.random() < 0.25:
            return self.rng.choice(
                [Said("on weekdays", list(_WEEKDAYS[:5])), Said("on the weekend", list(_WEEKDAYS[5:]))]
            )
        chosen = sorted(self.rng.sample(range(7), self.rng.choice([1, 1, 2, 2, 3])))
        names = [_LISTS["days"][day] for day in chosen]
        shown = names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
        return Said(self.rng.choice(["on {}", "every {}"]).format(shown), [_WEEKDAYS[day] for day in chosen])

    def _sentence(self) -> Said:
        text = self._filled(self.rng.choice(_SENTENCES))
        return Said(text, text)

    def _song(self) -> Said:
        text = self._filled(self.rng.choice(_SONGS))
        text = text.title() if self.rng.random() < 0.5 else text
        return Said(text, text)

    def _topic(self) -> Said:
        form = self.rng.choice(["{phrase}", "{phrase}", "{phrase} in {place}", "how to {noun} a {noun}", "{person}"])
        text = self._filled(form)
        return Said(text, text)

    def _filled(self, form: str) -> str:
        made = {
            "n": lambda: str(self.rng.choice([2, 3, 5, 10, 15, 20])),
            "time": lambda: self._time().text,
            "adjective": lambda: self.rng.choice(_LISTS["adjectives"]),
        }
        return _SLOT.sub(lambda m: made.get(m.group(1), lambda: str(self.draw(m.group(1)).value))(), form)

    def _app(self) -> Said:
        app = self.rng.choice(_APPS) if self.rng.random() < 0.7 else self.values.coined().title()
        return Said(app.lower() if self.rng.random() < 0.4 else app, app)

    def _plain_phone(self) -> Said:
        number = self.values.phone().replace("-", " ")
        return Said(number, number)

    def _day_count(self) -> Said:
        count = self.rng.choice([7, 10, 14, 30, 45, 60, 90, 100, self.rng.randint(1, 1000)])
        return Said(str(count), count)

    def _alarm_id(self) -> Said:
        name = f"alarm-{self.rng.randint(1, 40)}"
        return Said(self.rng.choice([name, f"the alarm {name}"]), name)

    def _iso_date(self) -> Said:
        day = str(self._date().value)
        return Said(day, day)

    def _from_unit(self) -> Said:
        return Said(self.rng.choice(_UNITS[self.units[0]]), self.units[0])

    def _to_unit(self) -> Said:
        return Said(self.rng.choice(_UNITS[self.units[1]]), self.units[1])

    def _expression(self) -> Said:
        count = self.rng.choice([2, 2, 2, 3])
        numbers = [str(self.values.number()) for _ in range(count)]
        signs = [self.rng.choice(_SIGNS) for _ in range(count - 1)]
        if self.rng.random() < 0.15:
            number = str(self.rng.randint(2, 999))
            return Said(f"the square root of {number}", f"sqrt({number})")
        if self.rng.random() < 0.15:
            share, whole = self.rng.randint(1, 99), str(self.values.number())
            return Said(f"{share}% of {whole}", f"{whole} * {share} / 100")
        spoken = self.rng.random() < 0.6
        text, value = numbers[0], numbers[0]
        for (sign, word), number in zip(signs, numbers[1:], strict=True):
            text += f" {word if spoken else sign} {number}"
            value += f" {sign} {number}"
        return Said(text, value)


def pack_shard(seed: int, scenes: int = 900, requests: int = 10) -> Shard:
    """A shard of `scenes` tool lists with `requests` each."""
    shard, rng = Shard(SOURCE, "Apache-2.0 (made by agentkit)"), random.Random(f"{SOURCE}/{seed}")
    entries = [_entry(line) for line in table("packs")]
    declared = {packs: _declared(shard, packs) for packs in _TOGETHER}
    for _ in range(scenes):
        packs = rng.choice(_TOGETHER)
        own = [entry for entry in entries if entry.pack in packs]
        offered = _offered(rng.choice(own), declared[packs], rng)
        fitting = [entry for entry in own if entry.key in offered]
        others = [entry for entry in own if not any(_rivals(key, entry.key) for key in offered)]
        for _ in range(requests):
            if others and rng.random() < _NONE:
                shard.rows += _rows(rng.choice(others), offered, rng, fits=False)
            elif len(fitting) > 1 and rng.random() < _IN_TWO:
                shard.rows += _in_two(rng.sample(fitting, 2), offered, declared[packs], rng)
            else:
                shard.rows += _rows(rng.choice(fitting), offered, rng, fits=True, tools=declared[packs])
    return shard


def _entry(line: str) -> _Entry:
    name, arguments, requests = (part.strip() for part in re.split(r" \|(?= )", line, maxsplit=2))
    pack, _, tool = name.partition(".")
    kinds = dict(part.split("=", 1) for part in re.split(r", (?=\w+=)", arguments) if part)
    return _Entry(pack, tool, kinds, tuple(requests.split(" / ")))


def _declared(shard: Shard, packs: Sequence[str]) -> dict[str, ToolSpec]:
    """The tools of packs by key, added to the shard; screen actions are the simulated phone's to teach."""
    found = {f"{pack}/{spec.name}": spec for pack in packs for spec in Registry([pack]).specs}
    kept = {key: spec for key, spec in found.items() if spec.name not in _SCREEN}
    for key, spec in kept.items():
        properties, required = spec.parameters["properties"], spec.parameters.get("required", ())
        group = key.partition("/")[0]
        shard.tool(key, spec.description, properties, required=required, group=group, name=spec.name)
    return kept


def _offered(anchor: _Entry, tools: dict[str, ToolSpec], rng: random.Random) -> tuple[str, ...]:
    """The anchor's tool among those that retrieval would show, or among some at random; in the registry's order."""
    count = rng.choice([3, 4, 4, 4, 5, 6, 8, 10])
    text, _ = _fill(rng.choice(anchor.requests), anchor, PackKinds(rng))
    likely = rng.random() < 0.7
    shown = retrieve(text, list(tools.values()), top_k=count) if likely else rng.sample(list(tools.values()), count)
    names, kept = {tools[anchor.key].name}, [anchor.key]
    for key, spec in tools.items():
        if any(spec is one for one in shown) and spec.name not in names:
            names.add(spec.name)
            kept.append(key)
    return tuple(key for key in tools if key in kept)


def _rows(
    entry: _Entry, offered: tuple[str, ...], rng: random.Random, *, fits: bool, tools: dict[str, ToolSpec] | None = None
) -> list[Row]:
    """A request and its call, often the end after it as well; no call where the offered tools do not fit."""
    kinds = PackKinds(rng)
    text, arguments = _fill(rng.choice(entry.requests), entry, kinds)
    facts = _facts([entry], kinds)
    request = Message(role="user", content=text)
    calls = make_calls([(entry.key, arguments)] if fits else [])
    rows = [Row(messages=(request,), calls=calls, facts=facts, offered=offered, group=entry.pack)]
    if tools and rng.random() < _FOLLOWED:
        after = (request, *_played(calls, tools, rng))
        rows.append(Row(messages=after, facts=facts, offered=offered, group=entry.pack))
    return rows


def _in_two(
    entries: Sequence[_Entry], offered: tuple[str, ...], tools: dict[str, ToolSpec], rng: random.Random
) -> list[Row]:
    """A request with two parts: both calls, or what is left when the first was made, and the end."""
    kinds = PackKinds(rng)
    parts = [_fill(rng.choice(entry.requests), entry, kinds) for entry in entries]
    form = rng.choice(["{} and {}", "{}, then {}", "{}. {}", "{}. After that {}", "{} and then {}", "{}, and {}"])
    request = Message(role="user", content=form.format(*(text for text, _ in parts)))
    calls = make_calls([(entry.key, arguments) for entry, (_, arguments) in zip(entries, parts, strict=True)])
    first, second = (_played([call], tools, rng) for call in calls)
    turns = [
        ((request,), calls),
        ((request, *first), calls[1:]),
        ((request, *first, *second), ()),
        ((request, *_played(calls, tools, rng)), ()),
    ]
    facts = _facts(entries, kinds)
    made = [
        Row(messages=before, calls=left, facts=facts, offered=offered, group=entries[0].pack) for before, left in turns
    ]
    return rng.sample(made, 2)


def _facts(entries: Sequence[_Entry], kinds: PackKinds) -> tuple[str, ...]:
    """The stated "now": always where there are dates, and often where there are none."""
    dated = any("date" in entry.kinds.values() for entry in entries)
    return (f"now: {kinds.now:%A %Y-%m-%d %H:%M}",) if dated or kinds.rng.random() < 0.6 else ()


def _played(calls: Sequence[ToolCall], tools: dict[str, ToolSpec], rng: random.Random) -> list[Message]:
    """The turn of the calls and those of their results, mostly as the tools declare them."""
    results, heard = Results(rng), list[Message]()
    for call in calls:
        returns = tools[call.name].returns if rng.random() < _DECLARED else None
        text = results.text(call.arguments, returns)[:_LONGEST]
        heard.append(Message(role="tool", content=text, call_id=call.id, name=call.name))
    return [Message(role="assistant", calls=tuple(calls)), *heard]


def _rivals(key: str, wanted: str) -> bool:
    """Whether a tool could stand in for the wanted one, so that leaving that out leaves something that fits."""
    names = {key.partition("/")[2], wanted.partition("/")[2]}
    return len(names) == 1 or any(names <= group for group in _STAND_INS)


def _fill(form: str, entry: _Entry, kinds: PackKinds) -> tuple[str, JsonObject]:
    said = {name: kinds.draw(entry.kinds[name]) for name in _SLOT.findall(form)}
    arguments: dict[str, Any] = {}
    for name in entry.kinds:
        if name in said:
            value = said[name].value
            arguments |= value if isinstance(value, dict) else {name: value}
    return _SLOT.sub(lambda match: said[match.group(1)].text, form), arguments
