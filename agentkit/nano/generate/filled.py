"""Rows from the tables: plain requests, requests that lack a value, and follow-ups with results.

Every tool is drawn many times with new values; parameters that a request does not mention stay out of the call.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from agentkit.nano.generate.kinds import Kinds, kind_schema
from agentkit.nano.rows import Row, Shard, make_calls
from agentkit.nano.wording import words
from agentkit.types import JsonObject, JsonSchema, Message, ToolCall

_SLOT = re.compile(r"\{(\w+)\}")
_PARAMETER = re.compile(r"(\w+)(\??):(.+?)(?:\(([^()]*)\))?$")
_BETWEEN = re.compile(r", (?=\w+\??:)")
_TIMED = re.compile(r"date")


@dataclass(frozen=True)
class Entry:
    """One line of a table; `repeats` are requests that end in clauses, with these clauses to be said again."""

    name: str
    description: str
    kinds: dict[str, str]
    required: tuple[str, ...]
    remarks: dict[str, str]
    requests: tuple[str, ...]
    repeats: tuple[tuple[str, str], ...] = ()

    @property
    def properties(self) -> dict[str, JsonSchema]:
        """The parameters as JSON Schema."""
        made: dict[str, JsonSchema] = {}
        for name, kind in self.kinds.items():
            made[name] = kind_schema(kind)
            if name in self.remarks:
                made[name]["description"] = self.remarks[name]
        return made


def read_table(lines: Sequence[str]) -> list[Entry]:
    """The lines of a table as entries."""
    return [_entry(line) for line in lines]


def _entry(line: str) -> Entry:
    name, description, parameters, requests = (part.strip() for part in line.split(" |", 3))
    kinds: dict[str, str] = {}
    required: list[str] = []
    remarks: dict[str, str] = {}
    for part in filter(None, _BETWEEN.split(parameters)):
        match = _PARAMETER.match(part)
        assert match is not None, part
        kinds[match.group(1)] = match.group(3)
        if not match.group(2):
            required.append(match.group(1))
        if match.group(4):
            remarks[match.group(1)] = match.group(4)
    return Entry(name, description, kinds, tuple(required), remarks, tuple(requests.strip("| ").split(" / ")))


def filled_shard(source: str, lines: Sequence[str], each: int, seed: int, group: str) -> Shard:
    """A shard with `each` requests for every tool of a table."""
    shard, rng = Shard(source, "Apache-2.0 (made by agentkit)"), random.Random(f"{source}/{seed}")
    for entry in read_table(lines):
        shard.tool(entry.name, entry.description, entry.properties, required=entry.required, group=group)
        for _ in range(each):
            shard.rows.append(make_row(entry, rng, group))
    return shard


def make_row(entry: Entry, rng: random.Random, group: str, kinds: Kinds | None = None) -> Row:
    """One request for the entry; when a required value is missing, the answer is a question, or comes a turn later."""
    kinds = kinds or Kinds(rng)
    template = rng.choice(entry.requests)
    arguments, text = fill(template, entry, kinds)
    missing = [name for name in entry.required if name not in arguments]
    messages = [Message(role="user", content=text)]
    calls = make_calls([(entry.name, arguments)])
    facts = kind_facts(entry, kinds)
    if missing:
        question = f"{_question(missing[0])}?"
        asked = ToolCall(id="1", name="ask", arguments={"question": question})
        if len(missing) == 1 and rng.random() < 0.5:
            said = kinds.draw(entry.kinds[missing[0]])
            messages += [Message(role="assistant", calls=(asked,)), Message(role="user", content=said.text)]
            values: JsonObject = {
                name: arguments.get(name, said.value) for name in entry.kinds if name in arguments or name == missing[0]
            }
            calls = make_calls([(entry.name, values)])
        else:
            calls = (asked,)
    elif rng.random() < 0.06:
        messages += [
            Message(role="assistant", calls=calls),
            Message(role="tool", content=rng.choice(["ok", "done", "true", '{"status":"ok"}', "success"]), call_id="1"),
        ]
        calls = ()
    return Row(messages=tuple(messages), calls=calls, facts=facts, group=group, about=entry.name)


def kind_facts(entry: Entry, kinds: Kinds) -> tuple[str, ...]:
    """The stated "now", where the entry has dates."""
    return (kinds.now_fact(),) if any(_TIMED.search(kind) for kind in entry.kinds.values()) else ()


def fill(template: str, entry: Entry, kinds: Kinds) -> tuple[JsonObject, str]:
    """A request with values for its slots, and the arguments that they make."""
    said = {name: kinds.draw(entry.kinds[name]) for name in _SLOT.findall(template)}
    text = _SLOT.sub(lambda match: said[match.group(1)].text, template)
    arguments: JsonObject = {name: said[name].value for name in entry.kinds if name in said}
    return arguments, text


def _question(name: str) -> str:
    plain = words(name)
    return {
        "time": "At what time",
        "date": "On which day",
        "due": "When",
        "to": "To whom",
        "people": "For how many people",
    }.get(plain, f"Which {plain}")
