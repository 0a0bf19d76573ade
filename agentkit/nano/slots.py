"""What the slot filler is fitted to: the words of requests that are the value of which argument, and what stays open.

Examples are the training rows as the model sees them, renamed and reworded; each argument of a called tool is one
choice among its candidates, another value, and none. Knows nothing of how the filler is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from agentkit.nano import pool
from agentkit.nano.mix import Mixer
from agentkit.nano.reader_batch import Example, example_of
from agentkit.nano.rows import Shard
from agentkit.propose.nearest import asked
from agentkit.retrieve import parts
from agentkit.slots.candidates import Candidate
from agentkit.slots.features import KNOWN, TOLD, read
from agentkit.slots.said import Said
from agentkit.slots.signs import Array, Vector
from agentkit.types import JsonObject, ToolSpec

_DEV_BLOCKS, _DEV_SEED = 150, 10_001
_MOST_CALLS = 4


WEIGHTS = {**pool.WEIGHTS, **dict.fromkeys(pool.SCREENS, 0.0), "made_packs": 10.0, "made_phone": 5.0}
"""How often each source is drawn from: steps on screens are not filled from a request."""


def prepare(
    shards: Sequence[Shard], vector: Vector, *, blocks: int = 11_000, words: int = 3000, seed: int = 0
) -> tuple[list[str], list[Example], list[Example]]:
    """The words of the table, examples to fit to from so many blocks of training text, and some of held-out tools."""
    train, held = pool.build_pool(shards, weights=WEIGHTS), pool.build_pool(shards, dev=True, weights=WEIGHTS)
    calls = list(calls_of(Mixer(train, seed), 0, blocks))
    table = common_words(calls, words)
    known = {word: at for at, word in enumerate(table, KNOWN)}
    others = calls_of(Mixer(held, _DEV_SEED), 0, _DEV_BLOCKS)
    return (
        table,
        [example(made, known, vector) for made in calls],
        [example(made, known, vector) for made in others],
    )


@dataclass(frozen=True)
class Made:
    """What was said, a tool that it calls, the arguments, and those of the calls before."""

    said: str
    tool: ToolSpec
    arguments: JsonObject
    earlier: tuple[JsonObject, ...]


def calls_of(mixer: Mixer, first: int, count: int) -> Iterator[Made]:
    """The calls that the mixer's blocks ask for."""
    for number in range(first, first + count):
        specs, rows = mixer.rows(number)
        by_name = {spec.name: spec for spec in specs if spec.parameters.get("properties")}
        for row in rows:
            if row.messages[-1].role != "user":
                continue
            given = [call.arguments for call in row.calls]
            for at, call in enumerate(row.calls[:_MOST_CALLS]):
                if call.name in by_name:
                    yield Made(asked(row.messages), by_name[call.name], call.arguments, tuple(given[:at]))


def example(made: Made, known: Mapping[str, int], vector: Vector) -> Example:
    """Features and answers of one call."""
    features = read(Said(made.said), made.tool, known, vector, made.earlier)
    count = len(features.candidates)
    right: list[tuple[int, ...]] = []
    for at, slot in enumerate(features.slots):
        if slot.name not in made.arguments:
            right.append((count + 1,))
            continue
        value = made.arguments[slot.name]
        fits = [k for k in np.flatnonzero(features.owners == at).tolist() if _same(features.candidates[k], value)]
        right.append(tuple(fits) or (count,))
    return example_of(features, tuple(right))


def _same(one: Candidate, value: object) -> bool:
    if isinstance(one.value, tuple) or isinstance(value, list):
        listed = isinstance(value, list) and isinstance(one.value, tuple)
        return listed and _plain(cast("tuple[object, ...]", one.value)) == _plain(cast("list[object]", value))
    if isinstance(value, bool) or isinstance(one.value, bool):
        return one.value is value
    if isinstance(one.value, int | float) and isinstance(value, int | float):
        return float(one.value) == float(value)
    return str(one.value).strip().casefold() == str(value).strip().casefold()


def _plain(items: Sequence[object]) -> list[object]:
    return [float(one) if isinstance(one, int | float) else str(one).strip().casefold() for one in items]


def common_words(calls: Sequence[Made], count: int) -> list[str]:
    """The words that requests and schemas use most."""
    found: Counter[str] = Counter()
    for made in calls:
        tool = made.tool
        found.update(word for word in Said(made.said).lower if word.isalpha() or not word[0].isalnum())
        found.update(parts(tool.name))
        for name, part in tool.parameters["properties"].items():
            found.update(parts(name))
            found.update(parts(str(part.get("description", "")))[:TOLD])
    return [word for word, _ in found.most_common(count)]


def save(path: Path, weights: Mapping[str, Array], words: Sequence[str], table: str) -> Path:
    """Write the weights in half precision; `table` is the key of the table of meanings."""
    stored: dict[str, Any] = {"words": np.array("\n".join(words)), "table": np.array(table)}
    stored |= {name: value.astype(np.float16) for name, value in weights.items()}
    with path.open("wb") as out:
        np.savez_compressed(out, **stored)
    return path
