"""Rows for assistants on a phone, with enumerations that are known only at run time: contacts, songs, files, elements.

Tools come in scenes: a few of the table, with their enumerations filled; a person may be named by the first name only.
Requests for tools that the scene lacks fit none.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from agentkit.nano.generate.filled import Entry, fill, kind_facts, read_table
from agentkit.nano.generate.kinds import Kinds, Said
from agentkit.nano.rows import Row, Shard, make_calls
from agentkit.nano.tables import table
from agentkit.types import Message

_GROUP = "phone"


class SceneKinds(Kinds):
    """Draws from a scene's enumerations where a kind is one of them."""

    def __init__(self, rng: random.Random, enumerations: dict[str, list[str]]) -> None:
        super().__init__(rng)
        self._enumerations = enumerations

    def draw(self, kind: str) -> Said:
        """A value of the kind; a person of an enumeration may be called by the first name where that is clear."""
        if kind not in self._enumerations:
            return super().draw(kind)
        options = self._enumerations[kind]
        value = self.rng.choice(options)
        first = value.split()[0]
        clear = sum(option.split()[0].lower() == first.lower() for option in options) == 1
        short = kind == "~person" and clear and self.rng.random() < 0.5
        text = first if short else value
        return Said(text.lower() if self.rng.random() < 0.2 else text, value)


def scene_shard(seed: int, scenes: int = 260, rows: int = 12) -> Shard:
    """`scenes` tool lists with `rows` requests each."""
    shard, rng = Shard("made_phone", "Apache-2.0 (made by agentkit)"), random.Random(f"phone/{seed}")
    entries = read_table(table("assistants"))
    for number in range(scenes):
        enumerations = _enumerations(rng)
        chosen = rng.sample(entries, rng.choice([2, 3, 4, 4, 5, 6, 8]))
        absent = [entry for entry in entries if entry not in chosen]
        offered = tuple(_add(shard, number, entry, enumerations) for entry in chosen)
        for _ in range(rows):
            none = rng.random() < 0.18
            entry = rng.choice(absent if none else chosen)
            shard.rows.append(_row(entry, None if none else f"{number}/{entry.name}", offered, rng, enumerations))
    return shard


def _enumerations(rng: random.Random) -> dict[str, list[str]]:
    kinds = Kinds(rng)
    found: dict[str, list[str]] = {}
    for kind in ("person", "place", "phrase", "noun", "file"):
        drawn = (str(kinds.draw(kind).value).replace("|", " ") for _ in range(rng.choice([2, 3, 4, 6, 8])))
        found[f"~{kind}"] = list(dict.fromkeys(drawn))
    return found


def _add(shard: Shard, number: int, entry: Entry, enumerations: dict[str, list[str]]) -> str:
    properties = entry.properties
    for name, kind in entry.kinds.items():
        if kind in enumerations:
            properties[name]["enum"] = list(enumerations[kind])
    key = f"{number}/{entry.name}"
    shard.tool(key, entry.description, properties, required=entry.required, group=_GROUP, name=entry.name)
    return key


def _row(
    entry: Entry, key: str | None, offered: Sequence[str], rng: random.Random, enumerations: dict[str, list[str]]
) -> Row:
    kinds = SceneKinds(rng, enumerations)
    arguments, text = fill(rng.choice(entry.requests), entry, kinds)
    return Row(
        messages=(Message(role="user", content=text),),
        calls=make_calls([(key, arguments)]) if key else (),
        facts=kind_facts(entry, kinds),
        offered=tuple(offered),
        group=_GROUP,
    )
