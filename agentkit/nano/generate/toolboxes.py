"""Scenes of made-up tools: one to six that share a domain, an object or a verb, and what may be said to them.

One call, several of one tool or of several tools, none because nothing fits, the end after results, or what is still
to do after them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agentkit.nano.generate.composed import Made, compose, from_table, things, typed
from agentkit.nano.generate.requests import Wishes
from agentkit.nano.generate.results import Results
from agentkit.nano.generate.talk import could_answer, small_talk
from agentkit.nano.generate.typed import functions
from agentkit.nano.rows import Row, Shard, make_calls
from agentkit.types import JsonObject, Message, ToolCall

SOURCE = "made_tools"
_JOINS = (
    "{0} and {1}", "{0}, and {1}", "{0}. {1}", "{0}, then {1}", "{0}. Also {1}", "{0}; {1}", "{0}. After that {1}",
    "{0}. And {1}", "I have two things: {0}, and {1}", "{0}, and also {1}",
)  # fmt: skip
_KINDS = {
    "single": 32, "several": 20, "both": 8, "none": 14, "talk": 5, "ended": 9, "next": 6, "more": 6, "asked": 3,
}  # fmt: skip

_TYPED = 0.5
"""Share of scenes with typed interfaces."""


@dataclass
class _Box:
    """The tools of one scene, under their keys."""

    number: int
    tools: dict[str, Made]
    rng: random.Random

    def row(self, kind: str) -> Row | None:
        """A row of this kind; None where this scene cannot have one."""
        return getattr(self, f"_{kind}")()

    @property
    def offered(self) -> tuple[str, ...]:
        return tuple(self.tools)

    def _pick(self) -> tuple[str, Wishes]:
        key = self.rng.choice(self.offered)
        return key, self.tools[key].wishes(self.rng)

    def _made(self, messages: Sequence[Message], calls: Sequence[ToolCall], facts: tuple[str, ...] = ()) -> Row:
        return Row(messages=tuple(messages), calls=tuple(calls), facts=facts, offered=self.offered, group=SOURCE)

    def _single(self) -> Row:
        key, wishes = self._pick()
        text, calls = wishes.single()
        return self._made([_said(text)], make_calls([(key, call) for call in calls]), wishes.facts)

    def _several(self) -> Row | None:
        key, wishes = self._pick()
        found = wishes.several()
        if found is None:
            return None
        return self._made([_said(found[0])], make_calls([(key, call) for call in found[1]]), wishes.facts)

    def _two(self) -> tuple[str, list[tuple[str, JsonObject]]] | None:
        """A request with two or three parts for different tools that need no date, and their calls."""
        undated = [key for key in self.offered if not self.tools[key].wishes(self.rng).facts]
        if len(undated) < 2:
            return None
        text, calls = "", list[tuple[str, JsonObject]]()
        for key in self.rng.sample(undated, min(len(undated), self.rng.choice([2, 2, 2, 3]))):
            wishes = self.tools[key].wishes(self.rng)
            found = wishes.several(plain=True) if self.rng.random() < 0.2 else None
            said, asked = found or wishes.single(plain=True)
            text = self.rng.choice(_JOINS).format(text.rstrip(" .?"), said) if text else said
            calls += [(key, call) for call in asked]
        return text, calls

    def _both(self) -> Row | None:
        found = self._two()
        return self._made([_said(found[0])], make_calls(found[1])) if found else None

    def _none(self) -> Row | None:
        """A near miss: another operation on a thing that is here, the same on another, or something else altogether."""
        for _ in range(12):
            made = self._neighbour() if self.rng.random() < 0.65 else _any(self.rng)
            if not any(tool.covers(made) or made.covers(tool) for tool in self.tools.values()):
                wishes = made.wishes(self.rng)
                found = wishes.several() if self.rng.random() < 0.15 else None
                return self._made([_said((found or wishes.single())[0])], (), wishes.facts)
        return None

    def _neighbour(self) -> Made:
        of_functions = [tool.function for tool in self.tools.values() if tool.function is not None]
        if of_functions:
            domain = self.rng.choice(of_functions).domain
            return typed(self.rng, self.rng.choice([other for other in functions() if other.domain == domain]))
        here = [tool for tool in self.tools.values() if tool.operation]
        if not here:
            return _any(self.rng)
        tool = self.rng.choice(here)
        if self.rng.random() < 0.5:
            return compose(self.rng, next(thing for thing in things() if thing.one == tool.thing))
        made = compose(self.rng, self.rng.choice(things()))
        for _ in range(30):
            if made.operation == tool.operation:
                break
            made = compose(self.rng, self.rng.choice(things()))
        return made

    def _talk(self) -> Row | None:
        said = small_talk(self.rng)
        entries = [tool.entry for tool in self.tools.values()]
        if any(could_answer(f"{entry.name} {entry.description}", said) for entry in entries):
            return None
        return self._made([_said(said)], ())

    def _asked(self) -> Row | None:
        """A value is missing: ask for it, or make the call when it was given after all."""
        key, wishes = self._pick()
        found = wishes.lacking()
        if found is None:
            return None
        asked = ToolCall(id="1", name="ask", arguments={"question": found[1]})
        if self.rng.random() < 0.5:
            return self._made([_said(found[0])], (asked,))
        text, arguments = wishes.given()
        turns = [_said(found[0]), Message(role="assistant", calls=(asked,)), _said(text)]
        return self._made(turns, make_calls([(key, arguments)]), wishes.facts)

    def _ended(self) -> Row | None:
        """Everything that was asked is done: one call, several, or those of two tools."""
        kind = self.rng.random()
        row = self._single() if kind < 0.6 else self._several() if kind < 0.8 else self._both()
        if row is None:
            return None
        return self._made([*row.messages, *self._played(row.calls)], (), row.facts)

    def _next(self) -> Row | None:
        """A first part is done, with its result; the rest is still to do, at once or a part at a time."""
        found = self._two() if self.rng.random() < 0.7 else None
        facts: tuple[str, ...] = ()
        if found is None:
            row = self._several()
            if row is None:
                return None
            found, facts = (row.messages[0].content, [(c.name, dict(c.arguments)) for c in row.calls]), row.facts
        done = self.rng.randint(1, len(found[1]) - 1)
        calls = make_calls(found[1])
        return self._made([_said(found[0]), *self._played(calls[:done])], calls[done:], facts)

    def _more(self) -> Row | None:
        """A second request after the first was done: a value of the same tool, or something else."""
        first = self._single()
        before = [*first.messages, *self._played(first.calls)]
        call = first.calls[0]
        found = self.tools[call.name].wishes(self.rng).follow(dict(call.arguments))
        if found is not None and not first.facts and self.rng.random() < 0.6:
            text, arguments = found
            return self._made([*before, _said(text)], make_calls([(call.name, arguments)], 2))
        second = self._none() if self.rng.random() < 0.3 else self._single()
        if second is None or (second.facts and first.facts):
            return None
        return self._made([*before, *second.messages], second.calls, first.facts or second.facts)

    def _played(self, calls: Sequence[ToolCall]) -> list[Message]:
        results = Results(self.rng)
        heard = [
            Message(role="tool", content=results.text(call.arguments)[:240], call_id=call.id, name=call.name)
            for call in calls
        ]
        return [Message(role="assistant", calls=tuple(calls)), *heard]


def _said(text: str) -> Message:
    return Message(role="user", content=" ".join(text.split()))


def toolbox_shard(seed: int, scenes: int = 5600, rows: int = 9) -> Shard:
    """`scenes` tool lists with `rows` conversations each."""
    shard, rng = Shard(SOURCE, "Apache-2.0 (made by agentkit)"), random.Random(f"{SOURCE}/{seed}")
    for number in range(scenes):
        box = _Box(number, {}, rng)
        for made in _chosen(rng):
            entry = made.entry
            key = f"{number}/{entry.name}"
            if key not in box.tools:
                box.tools[key] = made
                shard.tool(
                    key, entry.description, entry.properties, required=entry.required, group=SOURCE, name=entry.name
                )
        shard.rows += _conversations(box, rows)
    return shard


def _conversations(box: _Box, rows: int) -> list[Row]:
    made: list[Row] = []
    weights = dict(_KINDS)
    if len(box.tools) == 1:
        weights |= {"none": 40}
    while len(made) < rows:
        row = box.row(box.rng.choices(list(weights), list(weights.values()))[0])
        if row is not None:
            made.append(row)
    return made


def _chosen(rng: random.Random) -> list[Made]:
    """Tools of which none could stand in for another: of one thing, of one domain, or of any."""
    typed_ones = rng.random() < _TYPED
    wanted = rng.choices([1, 2, 3, 4, 5, 6], [4, 4, 3, 2, 0, 0] if typed_ones else [2, 3, 4, 4, 2, 1])[0]
    draw = _from_interfaces(rng) if typed_ones else _from_tables(rng) if rng.random() < 0.35 else _from_things(rng)
    chosen: list[Made] = []
    for _ in range(wanted * 8):
        if len(chosen) == wanted:
            break
        made = draw()
        if not any(made.covers(other) or other.covers(made) for other in chosen):
            chosen.append(made)
    return chosen


def _from_interfaces(rng: random.Random) -> Callable[[], Made]:
    """Typed interfaces, mostly of one domain."""
    domain = rng.choice(functions()).domain
    near = [function for function in functions() if function.domain == domain]

    def draw() -> Made:
        kind = rng.random()
        return typed(rng, rng.choice(near if kind < 0.6 else functions())) if kind < 0.9 else _any(rng)

    return draw


def _from_tables(rng: random.Random) -> Callable[[], Made]:
    """Tools that a table has whole, and a few others."""
    return lambda: from_table(rng) if rng.random() < 0.8 else _any(rng)


def _from_things(rng: random.Random) -> Callable[[], Made]:
    """Tools of one thing, of its domain, and a few others."""
    thing = rng.choice(things())
    near = [other for other in things() if other.domain == thing.domain]

    def draw() -> Made:
        kind = rng.random()
        return compose(rng, thing) if kind < 0.45 else compose(rng, rng.choice(near)) if kind < 0.75 else _any(rng)

    return draw


def _any(rng: random.Random) -> Made:
    kind = rng.random()
    if kind < 0.3:
        return from_table(rng)
    return typed(rng, rng.choice(functions())) if kind < 0.5 else compose(rng, rng.choice(things()))
