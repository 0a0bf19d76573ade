"""How well each tool suits a request, and whether any does: words aligned with words by their meaning, then weighed.

For each word of the request the nearest word of a tool is looked for, and the other way round, field by field; what is
found this way, with the words that both share and the kinds of values said, is weighed by a small network that
`agentkit.nano.ranker` fits. Pure but for a cache. Knows nothing of engines.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import cast

import numpy as np

from agentkit.cache import Cache
from agentkit.errors import ModelLoadError
from agentkit.meaning import Array, Ids, Meaning, Table, name_words, read_table, said_words, stored, told, tool_words
from agentkit.products import product
from agentkit.retrieve import rank, words
from agentkit.types import JsonSchema, ToolSpec
from agentkit.words import NUMBER_WORDS

SEGMENTS = 4
"""A tool's name, what it does, its arguments' names, what is told of these and their options."""
OF_TOOL, RIVALS, OF_ALL = 37, 12, 22
"""Numbers of a request and a tool; those of them that are compared with the other tools'; numbers of all together."""
_LAST = 7
"""The last numbers of the best tool are seen by all of them together too."""
_DETAILS = 32
_KEPT, _SETS = 4096, 32
"""Tools, and sets of tools, that are remembered."""
_SAME, _HALF = 0.995, 0.45
"""Cosines from which on two words are taken for one, and for alike."""
_NUMBERS = frozenset(("number", "integer"))


@dataclass(frozen=True)
class Weights:
    """A hidden layer for each tool, (OF_TOOL + 2 RIVALS, H), (H,), (H,), and one for no tool at all, (OF_ALL, G) …"""

    tool_in: Array
    tool_bias: Array
    tool_out: Array
    none_in: Array
    none_bias: Array
    none_out: Array

    def odds(self, seen: Array, together: Array) -> Array:
        """The logarithm of each tool's odds against no tool."""
        tools = np.maximum(product(seen, self.tool_in) + self.tool_bias, 0.0) @ self.tool_out
        none = np.maximum(together @ self.none_in + self.none_bias, 0.0) @ self.none_out
        return np.asarray(tools - none, np.float32)


_LAYERS = tuple(layer.name for layer in fields(Weights))


@dataclass(frozen=True)
class _Tool:
    """A tool as it is compared: the words of its segments and their shares, marks, vectors and plain signs as below."""

    spec: ToolSpec
    fields: tuple[Ids, ...]
    shares: tuple[Array, ...]
    marks: tuple[int, int, int]
    vectors: Array
    plain: tuple[float, ...]


@dataclass(frozen=True)
class _Tools:
    """T tools as they are compared with a request: N words in segments, U different ones."""

    specs: tuple[ToolSpec, ...]
    ids: Ids
    """(U,) places of words; the first stands for no word."""
    meant: Array
    """(U, D) what they mean."""
    flat: Ids
    """(N,) which of these the words of the segments are."""
    starts: Ids
    """(T SEGMENTS,) where the segments begin."""
    weights: Array
    """(N,), of each segment together 1, or 0 of an empty one."""
    marks: Ids
    """(T, 3) which are the first and the last word of the name, and the first of what the tool does."""
    vectors: Array
    """(T, SEGMENTS, D) unit vectors: of the whole, and of the name, description and arguments."""
    plain: Array
    """(T, 5) what can be seen of a tool alone."""


class Ranker:
    """Scores tools; the weights were fitted to the table that `meaning` has."""

    def __init__(self, meaning: Meaning, weights: Weights) -> None:
        self.meaning, self._weights = meaning, weights
        self._of_set: Cache[_Tools] = Cache(_SETS)
        self._of_tool: Cache[_Tool] = Cache(_KEPT)

    def closeness(self, request: str, tools: Sequence[ToolSpec]) -> list[float]:
        """The cosine of the request and each tool, -1 to 1."""
        known = self._of_set.get(tuple(map(id, tools)))
        if known is None:  # perhaps a thousand, of which a few will be scored
            return self.meaning.closeness(request, tools)
        return [float(cosine) for cosine in known.vectors[:, 0] @ self.meaning.vector(request)]

    def scores(self, request: str, tools: Sequence[ToolSpec]) -> list[float]:
        """The logarithm of each tool's odds against no tool at all."""
        if not tools:
            return []
        return [float(one) for one in self._weights.odds(*self.signs(request, tools))]

    def signs(self, request: str, tools: Sequence[ToolSpec]) -> tuple[Array, Array]:
        """What is weighed: (T, OF_TOOL + 2 RIVALS) of the tools and (OF_ALL,) of all of them together."""
        known = self._known(tools)
        said = said_words(request)
        seen = self._seen(request, said, known)
        rivals = seen[:, :RIVALS]
        others = _best_of_others(rivals)
        first = seen[int(np.argmax(rivals.sum(axis=1)))]
        together = (*rivals.max(axis=0), *first[-_LAST:], len(tools) / 10, len(said) / 32, 1.0)
        compared = np.concatenate((seen, rivals - others, rivals >= others), axis=1, dtype=np.float32)
        return compared, np.array(together, np.float32)

    def _seen(self, request: str, said: Sequence[str], known: _Tools) -> Array:
        """(T, OF_TOOL)"""
        count, meaning = len(known.specs), self.meaning
        ids = meaning.ids(said)
        ids = _distinct(ids) if len(ids) else np.array([-1], np.intp)
        asked = np.where(ids < 0, 1e-6, meaning.table.asked[ids])
        weights = np.asarray(asked / asked.sum(), np.float32)
        heard = meaning.rows(ids)
        near = np.maximum(product(heard, known.meant.T), 0.0)  # (R, U)
        to_asked = np.maximum.reduceat(near[:, known.flat], known.starts, axis=1).reshape(-1, count, SEGMENTS)
        best, heavy = near.max(axis=0), (near * np.minimum(1.0, weights * len(ids))[:, None]).max(axis=0)
        to_told = [
            np.add.reduceat(one[known.flat] * known.weights, known.starts).reshape(count, SEGMENTS)
            for one in (best, best > _SAME, heavy)
        ]
        most = to_asked.max(axis=2)  # (R, T)
        whole = weights @ heard
        cosines = known.vectors @ (whole / max(float(np.linalg.norm(whole)), 1e-9))
        by_words = np.array([score for _, score in sorted(rank(request, known.specs))], np.float32)
        numbers = sum(word[0] == "0" or word in NUMBER_WORDS for word in said)
        return np.concatenate(
            (
                cosines,  # 4
                (weights @ most)[:, None],
                (weights @ (most > _SAME))[:, None],
                2 * (weights @ np.maximum(most - _HALF, 0.0))[:, None],
                (by_words / max(1e-9, float(by_words.max())))[:, None],
                to_told[0][:, :2],
                to_told[1][:, :2],  # 12 up to here
                to_told[0][:, 2:],
                to_told[1][:, 2:],
                to_told[2],
                (weights @ to_asked.reshape(len(ids), -1)).reshape(count, SEGMENTS),
                (by_words / (3.0 * max(1, len(words(request)))))[:, None],
                known.plain[:, :4],
                np.minimum(known.plain[:, 4:5], numbers) / 3 - np.maximum(known.plain[:, 4:5] - numbers, 0) / 3,
                best[known.marks],
                best[known.marks] > _SAME,
                (weights[:, None] * (1.0 - most)).max(axis=0)[:, None],
            ),
            axis=1,
            dtype=np.float32,
        )

    def _known(self, tools: Sequence[ToolSpec]) -> _Tools:
        """The tools as they are compared; remembered with them, so that no id comes to name another one."""
        key = tuple(map(id, tools))
        return self._of_set.get(key) or self._of_set.put(
            key, _together([self._one(tool) for tool in tools], self.meaning)
        )

    def _one(self, tool: ToolSpec) -> _Tool:
        """A tool by itself, remembered likewise."""
        return self._of_tool.get(id(tool)) or self._of_tool.put(id(tool), self._read(tool))

    def _read(self, tool: ToolSpec) -> _Tool:
        table = self.meaning.table
        fields = [self.meaning.ids(some) for some in (*tool_words(*told(tool)), _details(tool))]
        shares = [table.told[ids] / max(float(table.told[ids].sum()), 1e-9) for ids in fields]
        marks = (*_ends(fields[0]), _ends(fields[1])[0])
        return _Tool(tool, tuple(fields), tuple(shares), marks, self.meaning.tool_vectors(fields[:-1]), _plain(tool))


def _distinct(ids: Ids) -> Ids:
    """The different ids in order; numpy's own way loads a module of masked arrays first, which takes 7 ms."""
    ordered = np.sort(ids)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))]


def _together(tools: Sequence[_Tool], meaning: Meaning) -> _Tools:
    """Several tools laid end to end; a word that means nothing leads each segment, so that none is empty."""
    nothing, weightless = np.array([-1], np.intp), np.zeros(1, np.float32)
    ids = [each for tool in tools for field in tool.fields for each in (nothing, field)]
    shares = [each for tool in tools for share in tool.shares for each in (weightless, share)]
    lengths = np.array([1 + len(field) for tool in tools for field in tool.fields], np.intp)
    every = np.concatenate(ids)
    unique = _distinct(every)
    flat = unique.searchsorted(every)
    return _Tools(
        tuple(tool.spec for tool in tools),
        unique,
        meaning.rows(unique),
        flat.astype(np.intp),
        np.asarray(np.cumsum(lengths) - lengths, np.intp),
        np.concatenate(shares).astype(np.float32),
        np.searchsorted(unique, np.array([tool.marks for tool in tools], np.intp)).astype(np.intp),
        np.stack([tool.vectors for tool in tools]),
        np.array([tool.plain for tool in tools], np.float32),
    )


def _ends(words: Ids) -> tuple[int, int]:
    """The first and the last of some words; -1 where there is none."""
    return (int(words[0]), int(words[-1])) if len(words) else (-1, -1)


def _best_of_others(signs: Array) -> Array:
    """Of each tool the best that the others have of each sign, 0 where there is no other."""
    if len(signs) < 2:
        return np.zeros_like(signs)
    ranked = np.sort(signs, axis=0)
    leads = (signs == ranked[-1]) & ((signs == ranked[-1]).sum(axis=0) == 1)
    return np.asarray(np.where(leads, ranked[-2], ranked[-1]), np.float32)


def _properties(tool: ToolSpec) -> dict[str, JsonSchema]:
    """The arguments; a schema may be true or false, which says nothing of them."""
    given = cast("dict[str, object]", tool.parameters.get("properties", {}))
    return {name: cast("JsonSchema", part) if isinstance(part, dict) else {} for name, part in given.items()}


def _takes_number(schema: JsonSchema) -> bool:
    """Whether numbers are among its kinds of values."""
    kinds = schema.get("type")
    return not _NUMBERS.isdisjoint([kinds] if isinstance(kinds, str) else cast("list[str]", kinds or []))


def _details(tool: ToolSpec) -> list[str]:
    """The words of what is told of a tool's arguments, and of their options."""
    found: list[str] = []
    for schema in _properties(tool).values():
        found += said_words(str(schema.get("description", "")))
        options = cast("Iterable[object]", schema.get("enum", ()))
        for option in options:
            found += name_words(str(option))
    return found[:_DETAILS]


def _plain(tool: ToolSpec) -> tuple[float, ...]:
    """What can be seen of a tool alone, the number of numbers that it needs last."""
    properties, required = _properties(tool), cast("list[str]", tool.parameters.get("required", []))
    numbers = sum(_takes_number(properties.get(name, {})) for name in required)
    return (
        len(name_words(tool.name)) / 4,
        min(len(said_words(tool.description)), 32) / 16,
        len(properties) / 8,
        len(required) / 4,
        float(numbers),
    )


def save_ranker(path: Path, table: Table, weights: Weights) -> Path:
    """Write a table with the weights that were fitted to it."""
    with path.open("wb") as out:
        np.savez(out, **stored(table), **{name: getattr(weights, name) for name in _LAYERS})
    return path


def load_ranker(path: Path) -> Ranker:
    """Read what `save_ranker` wrote.

    Raises `ModelLoadError` for a file that is damaged or was fitted to other signs.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            table = read_table(arrays)
            weights = Weights(**{name: arrays[name].astype(np.float32) for name in _LAYERS})
    except (OSError, EOFError, ValueError, KeyError, zlib.error, zipfile.BadZipFile) as error:
        raise ModelLoadError(
            f"{path} is no retrieval table: {error}", hint="remove it, and tools are chosen by words alone"
        ) from error
    if (len(weights.tool_in), len(weights.none_in)) != (OF_TOOL + 2 * RIVALS, OF_ALL):
        raise ModelLoadError(
            f"{path} was fitted to other signs than this version of agentkit sees",
            hint="fit it anew with `python -m agentkit.nano retrieval`, or remove it",
        )
    return Ranker(Meaning(table), weights)
