"""Requests that want several calls, of one tool or of some, beside single ones that only look as if they did.

Scenes of a few functions of one domain: their values listed, paired or said in clauses built alike; as contrast lists
that are one value, names that hold an `and`, and requests with several numbers. Knows nothing of prompts.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import islice

from agentkit.nano.generate.asked import AskedKinds, asked_entries
from agentkit.nano.generate.filled import Entry, fill, kind_facts, read_table
from agentkit.nano.generate.kinds import Said
from agentkit.nano.generate.repeats import SLOT, Asked, Repeats
from agentkit.nano.generate.typed import declare, functions
from agentkit.nano.pool import is_held_out_name
from agentkit.nano.rows import Row, Shard, make_calls
from agentkit.nano.tables import table
from agentkit.nano.wording import stems
from agentkit.types import JsonObject, Message

SOURCE = "made_several"
_KINDS = {"one_tool": 50, "tools": 16, "single": 12, "listed": 12, "named": 10}
_JOINS = (
    "{0} and {1}", "{0}, and {1}", "{0}. {2}", "{0}, then {1}", "{0}. Also, {1}", "{0}; {1}", "{0} and then {1}",
    "{0}. After that {1}", "{0} plus {1}", "{0}, {1}", "{0} and also {1}", "{0}. {2}",
)  # fmt: skip
_TRIES = 8
_HELD_OUT, _TYPED = 0.1, 0.4
Wanted = tuple[str, list[tuple[str, JsonObject]]]
"""A request and its calls, tools by key."""


class SeveralKinds(AskedKinds):
    """Every kind; a `[kind]` has more than one item, and `named` texts hold an `and`."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        self.named = False

    def draw(self, kind: str) -> Said:
        """A value of the kind."""
        if self.named and kind in _named():
            return self._same(self.rng.choice(_named()[kind]))
        said = super().draw(kind)
        while kind.startswith("[") and isinstance(said.value, list) and len(said.value) < 2:
            said = super().draw(kind)
        return said


@cache
def _named() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in table("several"):
        kinds, names = line.split(" | ")
        for kind in kinds.split():
            found[kind] = (*found.get(kind, ()), *names.split("; "))
    return found


@dataclass
class _Box:
    """The tools of one scene, under their keys."""

    tools: dict[str, Entry]
    rng: random.Random

    def row(self, kind: str) -> Row | None:
        """A row of this kind; None where the draw did not suit."""
        kinds = SeveralKinds(self.rng)
        found: Wanted | None = getattr(self, f"_{kind}")(kinds)
        if found is None:
            return None
        text, calls = found
        facts = next(filter(None, (kind_facts(self.tools[key], kinds) for key, _ in calls)), ())
        text = text[:1].upper() + text[1:] if self.rng.random() < 0.4 else text
        said = Message(role="user", content=" ".join(text.split()))
        return Row(messages=(said,), calls=make_calls(calls), facts=facts, offered=tuple(self.tools), group=SOURCE)

    def _one_tool(self, kinds: SeveralKinds) -> Wanted | None:
        key = self.rng.choice(list(self.tools))
        found = Repeats(self.tools[key], kinds).draw()
        return _of(key, found) if found else None

    def _tools(self, kinds: SeveralKinds) -> Wanted | None:
        """Two or three tools in one request, at times one of them several times."""
        keys = self.rng.sample(list(self.tools), min(len(self.tools), self.rng.choice([2, 2, 3])))
        if len(keys) < 2:
            return None
        text, calls = "", list[tuple[str, JsonObject]]()
        for key in keys:
            found = Repeats(self.tools[key], kinds).draw() if self.rng.random() < 0.25 else self._plain(key, kinds)
            if found is None:
                return None
            said = found[0]
            small = said if said[1:2].isupper() or said[:2] == "I " else said[:1].lower() + said[1:]
            form = self.rng.choice(_JOINS)
            text = form.format(text.rstrip(" .?!"), small, said[:1].upper() + said[1:]) if text else said
            calls += [(key, call) for call in found[1]]
        return text, calls

    def _single(self, kinds: SeveralKinds) -> Wanted | None:
        key = self.rng.choice(list(self.tools))
        found = self._plain(key, kinds)
        return _of(key, found) if found else None

    def _listed(self, kinds: SeveralKinds) -> Wanted | None:
        """One call with a list."""
        return self._with(kinds, lambda kind: kind.startswith("["))

    def _named(self, kinds: SeveralKinds) -> Wanted | None:
        """One call with a name that holds an `and`."""
        kinds.named = True
        return self._with(kinds, lambda kind: kind in _named())

    def _with(self, kinds: SeveralKinds, wanted: Callable[[str], bool]) -> Wanted | None:
        """One call with a value of a wanted kind."""
        fitting = [
            (key, form)
            for key, entry in self.tools.items()
            for form in entry.requests
            if set(entry.required) <= set(SLOT.findall(form))
            and any(wanted(entry.kinds[name]) for name in SLOT.findall(form))
        ]
        if not fitting:
            return None
        key, form = self.rng.choice(fitting)
        arguments, text = fill(form, self.tools[key], kinds)
        return text, [(key, arguments)]

    def _plain(self, key: str, kinds: SeveralKinds) -> Asked | None:
        entry = self.tools[key]
        form = self.rng.choice(entry.requests)
        if not set(entry.required) <= set(SLOT.findall(form)):
            return None
        arguments, text = fill(form, entry, kinds)
        return text, [arguments]


def _of(key: str, found: Asked) -> Wanted:
    return found[0], [(key, call) for call in found[1]]


def several_shard(seed: int, scenes: int = 2200, rows: int = 8) -> Shard:
    """`scenes` tool lists with `rows` requests each; the tools of a scene are all held out, or none of them is."""
    shard, rng = Shard(SOURCE, "Apache-2.0 (made by agentkit)"), random.Random(f"{SOURCE}/{seed}")
    for number in range(scenes):
        entries = _chosen(rng, held_out=rng.random() < _HELD_OUT)
        box = _Box({f"{number}/{entry.name}": entry for entry in entries}, rng)
        for key, entry in box.tools.items():
            shard.tool(key, entry.description, entry.properties, required=entry.required, group=SOURCE, name=entry.name)
        kinds = rng.choices(list(_KINDS), list(_KINDS.values()), k=rows * _TRIES)
        made = (box.row(kind) for kind in kinds)
        shard.rows += islice((row for row in made if row is not None), rows)
    return shard


def _chosen(rng: random.Random, *, held_out: bool) -> list[Entry]:
    """One to five functions of which no two are alike, most of them of one domain."""
    domains = [entry for entry in _known() if is_held_out_name(entry[1].name) == held_out]
    domain = rng.choice(domains)[0]
    near = [entry for of, entry in domains if of == domain]
    wanted, chosen = rng.choice([1, 1, 2, 2, 3, 4, 5]), list[Entry]()
    for _ in range(wanted * 8):
        if len(chosen) == wanted:
            break
        if not held_out and rng.random() < _TYPED:
            entry = declare(rng.choice(functions()), rng)
            if is_held_out_name(entry.name):
                continue
        else:
            entry = rng.choice(near) if rng.random() < 0.6 else rng.choice(domains)[1]
        if not any(_alike(entry, other) for other in chosen):
            chosen.append(entry)
    return chosen


def _alike(one: Entry, other: Entry) -> bool:
    mine, theirs = stems(one.name), stems(other.name)
    return bool(mine & stems(f"{other.name} {other.description}") or theirs & stems(one.description))


@cache
def _known() -> tuple[tuple[str, Entry], ...]:
    """The functions of the tables, with their domains."""
    plain = (*table("formulas"), *table("functions"), *table("everyday"))
    return (*asked_entries(), *(("", entry) for entry in read_table(plain)))
