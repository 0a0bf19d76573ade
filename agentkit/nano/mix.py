"""Blocks of training text: one list of tools, and several conversations that share it.

A block is a pure function of the pool, the seed and its number, so that any number of workers gives the same stream and
a run resumes where it stopped. Text is rendered by the dialect that the runtime uses. Knows nothing of tokens.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agentkit.nano.augment import Dial, Variant, add_noise, as_it_is, ask_for, revalue, vary_tool
from agentkit.nano.generate.talk import could_answer
from agentkit.nano.joining import for_several, join_requests, refuse
from agentkit.nano.pool import Pool, Source
from agentkit.nano.rows import PoolTool, Row
from agentkit.propose.dialects.nano import NanoDialect
from agentkit.propose.nearest import with_nearest
from agentkit.retrieve import Closeness
from agentkit.types import JsonObject, JsonSchema, Message, ProposeRequest, ToolCall, ToolSpec

DOCUMENTED = frozenset(("tldr", "windows_powershell", "azure_cli", "aws", "google"))
"""Sources whose texts are documentation and are turned into requests."""

_TALK = ("clinc150", "made_talk")
_CANDIDATES = ([1, 2, 3, 4, 5, 6, 7, 8, 10], [2, 2, 3, 4, 6, 4, 2.5, 1.5, 1])
_CHARACTERS = 1500
_DIALECT = NanoDialect(3)


@dataclass(frozen=True)
class Shares:
    """How often a block holds something besides plain requests, as shares of its conversations."""

    none: float = 0.25
    several: float = 0.2
    refused: float = 0.03
    listed: float = 0.08
    """One request for several values of an argument."""


@dataclass(frozen=True)
class Block:
    """The rendered tools and the conversations, each ending in the answer and its end token."""

    prefix: str
    conversations: tuple[str, ...]


@dataclass
class _Draft:
    """A block in the making: the tools chosen, in which source, and the rows that ask for them."""

    pool: Pool
    main: Source
    rng: random.Random
    chosen: list[tuple[Source, PoolTool]] = field(default_factory=list[tuple[Source, PoolTool]])
    asked: list[tuple[Source, Row]] = field(default_factory=list[tuple[Source, Row]])
    exact: bool = False

    def admit(self, source: Source, tool: PoolTool) -> bool:
        """Add a tool unless it is too like one that is there."""
        for other_source, other in self.chosen:
            if other is tool or self.pool.alike(tool, other, same_source=other_source is source):
                return False
        self.chosen.append((source, tool))
        return True

    def fits_none(self, source: Source, tool: PoolTool) -> bool:
        """Whether a request for this tool fits none of the chosen ones."""
        return not any(
            other is tool or self.pool.alike(tool, other, same_source=other_source is source)
            for other_source, other in self.chosen
        )


class Mixer:
    """Draws blocks from a pool."""

    def __init__(
        self,
        pool: Pool,
        seed: int,
        dial: Dial | None = None,
        shares: Shares | None = None,
        closeness: Closeness | None = None,
    ) -> None:
        self._pool, self._seed, self._closeness = pool, seed, closeness
        self._dial, self._shares = dial or Dial(), shares or Shares()
        self._talk = [pool.sources[name] for name in _TALK if name in pool.sources and pool.sources[name].none]

    def block(self, number: int) -> Block:
        """The block of this number; always the same for the same pool, seed and settings."""
        rng = random.Random(f"{self._seed}/{number}")
        main = self._pool.sources[rng.choices(self._pool.main, self._pool.main_weights)[0]]
        draft = _Draft(self._pool, main, rng)
        if main.whole and (not main.asked or rng.random() < len(main.whole) / (len(main.whole) + len(main.asked))):
            self._whole(draft)
        else:
            self._choose(draft)
            self._ask(draft)
        draft.exact = main.exact and rng.random() < self._dial.exact
        if not draft.exact:
            rng.shuffle(draft.chosen)
        return self._render(draft)

    def _whole(self, draft: _Draft) -> None:
        """Conversations that bring their own candidates: all rows with one tool list."""
        first = draft.rng.choice(draft.main.whole)
        same = draft.main.by_offer[first.offered]
        draft.chosen = [(draft.main, draft.main.tools[key]) for key in first.offered]
        draft.asked = [(draft.main, row) for row in draft.rng.sample(same, min(10, len(same)))]

    def _choose(self, draft: _Draft) -> None:
        rng, main = draft.rng, draft.main
        wanted = rng.choices(*_CANDIDATES)[0]
        own = max(1, round(wanted * rng.choice([0.4, 0.6, 0.8, 1.0, 1.0])))
        anchor = main.draw(rng)
        draft.admit(main, main.tools[anchor])
        neighbours = main.by_group[main.tools[anchor].group]
        for _ in range(wanted * 6):
            if len(draft.chosen) >= wanted:
                break
            if len(draft.chosen) < own:
                near = len(neighbours) > 2 and rng.random() < 0.6
                key = rng.choice(neighbours) if near else main.draw(rng)
                draft.admit(main, main.tools[key])
            else:
                other = self._pool.sources[rng.choices(self._pool.distractors, self._pool.distractor_weights)[0]]
                key = other.draw(rng) if other.asked and rng.random() < 0.6 else rng.choice(other.keys)
                draft.admit(other, other.tools[key])

    def _ask(self, draft: _Draft) -> None:
        rng = draft.rng
        for source, tool in draft.chosen:
            rows = source.by_tool.get(tool.key, [])
            count = min(len(rows), rng.choice([1, 2, 2, 3, 4]))
            draft.asked += [(source, row) for row in rng.sample(rows, count)]
        self._fill(draft)
        keys = {tool.key for source, tool in draft.chosen if source is draft.main}
        if draft.main.several and rng.random() < 0.5:
            rows = [row for row in draft.main.several if row.calls[0].name in keys]
            for row in rng.sample(rows, min(2, len(rows))):
                for call in row.calls:
                    tool = draft.main.tools[call.name]
                    if tool.key not in keys:
                        draft.chosen.append((draft.main, tool))
                        keys.add(tool.key)
                draft.asked.append((draft.main, row))
        draft.asked += list(self._fitting_none(draft))
        rng.shuffle(draft.asked)

    def _fill(self, draft: _Draft) -> None:
        """More rows of the chosen tools until a sequence of usual length is full."""
        taken = {id(row) for _, row in draft.asked}
        length = sum(len(row.messages[-1].content) + 60 for _, row in draft.asked)
        for _ in range(40):
            if length > _CHARACTERS:
                return
            source, tool = draft.rng.choice(draft.chosen)
            rows = source.by_tool.get(tool.key)
            row = draft.rng.choice(rows) if rows else None
            if row is not None and id(row) not in taken:
                taken.add(id(row))
                draft.asked.append((source, row))
                length += len(row.messages[-1].content) + 60

    def _fitting_none(self, draft: _Draft) -> Iterator[tuple[Source, Row]]:
        rng = draft.rng
        wanted = max(1, round(len(draft.asked) * self._shares.none / (1 - self._shares.none)))
        for _ in range(wanted * 6):
            if wanted <= 0:
                return
            kind = rng.random()
            if kind < 0.2:
                row = self._said_to_nobody(draft)
                if row is not None:
                    wanted -= 1
                    yield draft.main, row
                continue
            near = kind < 0.6
            source = (
                draft.main if near else self._pool.sources[rng.choices(self._pool.main, self._pool.main_weights)[0]]
            )
            if not source.asked:
                continue
            key = source.draw(rng)
            if near and rng.random() < 0.6:
                neighbours = (
                    [k for k in source.by_group[draft.chosen[0][1].group] if k in source.by_tool]
                    if draft.chosen[0][0] is source
                    else []
                )
                key = rng.choice(neighbours) if neighbours else key
            row = rng.choice(source.by_tool[key])
            if len(row.messages) == 1 and draft.fits_none(source, source.tools[key]):
                wanted -= 1
                yield source, row.model_copy(update={"calls": ()})

    def _said_to_nobody(self, draft: _Draft) -> Row | None:
        """What no tool at all is for, from the block's own source or from one that has such rows."""
        own = draft.main.none and draft.rng.random() < 0.5
        rows = draft.main.none if own else draft.rng.choice(self._talk).none if self._talk else []
        row = draft.rng.choice(rows) if rows else None
        if row is None or own:
            return row
        said = row.messages[-1].content
        tools = (tool.spec for _, tool in draft.chosen)
        return None if any(could_answer(f"{spec.name} {spec.description}", said) for spec in tools) else row

    def _render(self, draft: _Draft) -> Block:
        rng = draft.rng
        given: dict[int, list[tuple[str, ...]]] = {}
        avoid = {row.messages[-1].content for _, row in draft.asked}
        by_key = {(source.name, tool.key): tool for source, tool in draft.chosen}
        for source, row in draft.asked:
            for call in (*row.calls, *(call for message in row.messages for call in message.calls)):
                if (source.name, call.name) in by_key:
                    given.setdefault(id(by_key[source.name, call.name]), []).append(tuple(call.arguments))
        variants: dict[tuple[str, str], Variant] = {}
        names: set[str] = set()
        for source, tool in draft.chosen:
            varied = not draft.exact
            variant = vary_tool(tool, given.get(id(tool), ()), self._dial, rng, avoid) if varied else as_it_is(tool)
            if variant.spec.name in names:
                spec = variant.spec.model_copy(update={"name": f"{variant.spec.name}_{len(names) + 1}"})
                variant = Variant(spec, variant.arguments)
            names.add(variant.spec.name)
            variants[source.name, tool.key] = variant
        specs = tuple(variant.spec for variant in variants.values())
        shown = [_shown(source, row, variants, self._dial, rng) for source, row in draft.asked]
        shown = self._compose(self._listed(shown, {spec.name: spec.parameters for spec in specs}, rng), rng)
        texts = [
            conversation(row, specs, self._closeness if rng.random() < self._dial.nearest else None) for row in shown
        ]
        return Block(_DIALECT.render(_request(tools=specs)).prefix, tuple(texts))

    def _listed(self, rows: Sequence[Row], schemas: Mapping[str, JsonSchema], rng: random.Random) -> list[Row]:
        """Some single requests are said for several values, each with a call of its own."""
        out: list[Row] = []
        for row in rows:
            turned = None
            if _is_plain(row) and rng.random() < self._shares.listed:
                turned = for_several(row, schemas[row.calls[0].name], rng)
            out.append(turned or row)
        return out

    def _compose(self, rows: Sequence[Row], rng: random.Random) -> list[Row]:
        """Join some single requests into one that needs several calls, or that refuses one of them."""
        plain = [row for row in rows if _is_plain(row) and len(row.messages[0].content) < 120]
        out = list(rows)
        for _ in range(len(rows)):
            if len(plain) < 2 or rng.random() >= self._shares.several + self._shares.refused:
                continue
            first, *others = rng.sample(plain, min(len(plain), rng.choice([2, 2, 2, 3, 4])))
            others = [row for row in others if row.calls != first.calls]
            if not others:
                continue
            refused = rng.random() < self._shares.refused / (self._shares.several + self._shares.refused)
            out.append(refuse(first, others[0], rng) if refused else join_requests([first, *others], rng))
        rng.shuffle(out)
        return out


def _shown(source: Source, row: Row, variants: dict[tuple[str, str], Variant], dial: Dial, rng: random.Random) -> Row:
    """The row as it reads with this block's names, its last request varied where that is safe."""
    request = row.messages[-1]
    fixed, single = _as_it_is(row), _is_plain(row)
    text = request.content
    if source.name in DOCUMENTED and len(row.messages) == 1:
        text = ask_for(text, rng)
    calls = row.calls
    if single:
        schema = source.tools[calls[0].name].spec.parameters
        arguments = dict(calls[0].arguments)
        if rng.random() < dial.revalue:
            text, arguments = revalue(text, arguments, schema, rng)
        if rng.random() < dial.noise:
            text, arguments = add_noise(text, arguments, schema, rng)
        calls = (calls[0].model_copy(update={"arguments": arguments}),)
    elif not row.calls and not fixed and rng.random() < dial.noise:
        text, _ = add_noise(text, {}, {"properties": {}}, rng)
    messages = [*row.messages[:-1], request.model_copy(update={"content": text})]
    return row.model_copy(
        update={
            "messages": tuple(_renamed_message(source, message, variants) for message in messages),
            "calls": tuple(_renamed(source, call, variants) for call in calls),
        }
    )


def _is_plain(row: Row) -> bool:
    """Whether it is one request for one call that may be worded otherwise."""
    return len(row.calls) == 1 and len(row.messages) == 1 and not row.calls[0].control and not _as_it_is(row)


def _as_it_is(row: Row) -> bool:
    """Whether request and values stay as they are: they are tied to what the row's own facts and candidates show."""
    return bool(row.facts and row.offered)


def _renamed_message(source: Source, message: Message, variants: dict[tuple[str, str], Variant]) -> Message:
    if not message.calls:
        return message
    return message.model_copy(update={"calls": tuple(_renamed(source, call, variants) for call in message.calls)})


def _renamed(source: Source, call: ToolCall, variants: dict[tuple[str, str], Variant]) -> ToolCall:
    variant = variants.get((source.name, call.name))
    if variant is None:
        return call
    given = {variant.arguments[name]: value for name, value in call.arguments.items() if name in variant.arguments}
    order = variant.spec.parameters["properties"]
    arguments: JsonObject = {name: given[name] for name in order if name in given}
    return ToolCall.model_construct(id=call.id, name=variant.spec.name, arguments=arguments)


def conversation(row: Row, tools: tuple[ToolSpec, ...] = (), closeness: Closeness | None = None) -> str:
    """Facts, turns, the nearest of the tools and the answer with its end token, as the runtime would render them."""
    asked = _request(messages=row.messages, facts=row.facts)
    near = with_nearest(asked.model_copy(update={"tools": tools}), closeness).nearest
    prompt = _DIALECT.render(asked.model_copy(update={"nearest": near})).rest
    answer = _DIALECT.render(_request(messages=(Message(role="assistant", calls=row.calls),))).rest
    return prompt.removesuffix("<|call|>") + answer.removesuffix("<|call|>")


def _request(
    tools: tuple[ToolSpec, ...] = (), messages: tuple[Message, ...] = (), facts: tuple[str, ...] = ()
) -> ProposeRequest:
    return ProposeRequest.model_construct(tools=tools, messages=messages, facts=facts)
