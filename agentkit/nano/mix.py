"""Blocks of training text: one list of tools, and several conversations that share it.

A block is a pure function of the pool, the seed and its number, so that any number of workers gives the same stream and
a run resumes where it stopped. Text is rendered by the dialect that the runtime uses. Knows nothing of tokens.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agentkit.nano.augment import Dial, Variant, add_noise, as_it_is, ask_for, revalue, vary_tool
from agentkit.nano.draft import Draft
from agentkit.nano.joining import for_several, join_requests, refuse
from agentkit.nano.pool import Pool, Source
from agentkit.nano.rows import Row
from agentkit.propose.dialects.nano import NanoDialect
from agentkit.propose.nearest import with_nearest
from agentkit.retrieve import Ranking
from agentkit.types import JsonObject, JsonSchema, Message, ProposeRequest, ToolCall, ToolSpec

DOCUMENTED = frozenset(("tldr", "windows_powershell", "azure_cli", "aws", "google"))
"""Sources whose texts are documentation and are turned into requests."""

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


class Mixer:
    """Draws blocks from a pool."""

    def __init__(
        self,
        pool: Pool,
        seed: int,
        dial: Dial | None = None,
        shares: Shares | None = None,
        ranking: Ranking | None = None,
    ) -> None:
        self._pool, self._seed, self._ranking = pool, seed, ranking
        self._dial, self._shares = dial or Dial(), shares or Shares()

    def block(self, number: int) -> Block:
        """The block of this number; always the same for the same pool, seed and settings."""
        draft = self._draft(number)
        specs, shown = self._varied(draft)
        texts = [
            conversation(row, specs, self._ranking if draft.rng.random() < self._dial.nearest else None)
            for row in shown
        ]
        return Block(_DIALECT.render(_request(tools=specs)).prefix, tuple(texts))

    def rows(self, number: int) -> tuple[tuple[ToolSpec, ...], list[Row]]:
        """The same block's tools, and its conversations as rows that name them."""
        return self._varied(self._draft(number))

    def _draft(self, number: int) -> Draft:
        rng = random.Random(f"{self._seed}/{number}")
        main = self._pool.sources[rng.choices(self._pool.main, self._pool.main_weights)[0]]
        draft = Draft(self._pool, main, rng, self._shares.none)
        if main.whole and (not main.asked or rng.random() < len(main.whole) / (len(main.whole) + len(main.asked))):
            draft.take_whole()
        else:
            draft.choose()
            draft.ask()
        draft.exact = main.exact and rng.random() < self._dial.exact
        if not draft.exact:
            rng.shuffle(draft.chosen)
        return draft

    def _varied(self, draft: Draft) -> tuple[tuple[ToolSpec, ...], list[Row]]:
        """The tools under this block's names, and the rows that ask for them."""
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
        return specs, self._compose(self._listed(shown, {spec.name: spec.parameters for spec in specs}, rng), rng)

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
            others = [row for row in others if row.calls != first.calls and row.facts in ((), first.facts)]
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


def conversation(row: Row, tools: tuple[ToolSpec, ...] = (), ranking: Ranking | None = None) -> str:
    """Facts, turns, the nearest of the tools and the answer with its end token, as the runtime would render them."""
    asked = _request(messages=row.messages, facts=row.facts)
    near = with_nearest(asked.model_copy(update={"tools": tools}), ranking).nearest
    prompt = _DIALECT.render(asked.model_copy(update={"nearest": near})).rest
    answer = _DIALECT.render(_request(messages=(Message(role="assistant", calls=row.calls),))).rest
    return prompt.removesuffix("<|call|>") + answer.removesuffix("<|call|>")


def _request(
    tools: tuple[ToolSpec, ...] = (), messages: tuple[Message, ...] = (), facts: tuple[str, ...] = ()
) -> ProposeRequest:
    return ProposeRequest.model_construct(tools=tools, messages=messages, facts=facts, max_calls=1)
