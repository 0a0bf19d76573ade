"""Closeness of a request and tools in meaning, from a table of English words.

A text's vector is the sum of its words' directions, each with a weight: how much the word says when it is asked, and
when it is told of a tool (`agentkit.nano.meaning` fits both, from public word vectors). Pure but for caches. Knows
nothing of engines; retrieval adds it to what the words say.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from agentkit.cache import Cache
from agentkit.retrieve import parts
from agentkit.types import ToolSpec

Array = npt.NDArray[np.float32]
Ids = npt.NDArray[np.intp]

_WORD = re.compile(r"[a-z]+|\d+|[^\W\d_a-z]+")
_LONGEST = 64
"""Words of a text that count."""
_ARGUMENTS = 24
"""Words of all arguments' names that count."""
_KEPT, _SETS = 4096, 64
"""Tools, and sets of tools, whose vectors are kept."""
_ENDINGS = (("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("er", ""))
FIELDS = 3
"""A tool's name, what it does, its arguments' names."""


@dataclass(frozen=True)
class Table:
    """Words and what is known of them.

    `words` are sorted, as ASCII bytes, shape (V,); `directions` are unit vectors in eight bits, (V, D), to be
    multiplied with `scales`, (V,); `asked` and `told` are the weights of a word in a request and in a tool, (V,);
    `fields` the weights of a tool's name, description and arguments.
    """

    words: npt.NDArray[np.bytes_]
    directions: npt.NDArray[np.int8]
    scales: Array
    asked: Array
    told: Array
    fields: Array

    @cached_property
    def key(self) -> str:
        """What names this table: whatever is fitted to its numbers belongs to it alone."""
        return hashlib.sha256(self.words.tobytes() + self.directions.tobytes()).hexdigest()[:16]

    def place(self, word: str) -> int:
        """Where a word stands, in lower case, or the word without its ending; -1 of an unknown one."""
        for one in _forms(word):
            spelled = one.encode()
            at = int(np.searchsorted(self.words, np.bytes_(spelled)))
            if at < len(self.words) and self.words[at] == spelled:
                return at
        return -1

    def rows(self, ids: Ids) -> Array:
        """The unit vectors of words, shape (words, D); zeros of -1, which is no word."""
        return np.asarray(self.directions[ids] * np.where(ids < 0, 0.0, self.scales[ids])[:, None], np.float32)


class Meaning:
    """What texts mean, by a table of words."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._place = lru_cache(maxsize=_KEPT)(table.place)
        self._of_tool = lru_cache(maxsize=_KEPT)(self._tool_vector)
        self._of_request = lru_cache(maxsize=1)(self.vector)
        self.word = lru_cache(maxsize=_KEPT)(self.vector)
        self._of_set: Cache[tuple[Sequence[ToolSpec], Array]] = Cache(_SETS)

    def ids(self, words: Sequence[str]) -> Ids:
        """The places of the words that the table has."""
        places = (self._place(word) for word in words)
        return np.fromiter((place for place in places if place >= 0), np.intp)

    def rows(self, ids: Ids) -> Array:
        """The unit vectors of words, shape (words, D); zeros of -1, which is no word."""
        return self.table.rows(ids)

    def vector(self, text: str) -> Array:
        """The unit vector of a request, a word, or a name's few; zero for a text without known words."""
        ids = self.ids(said_words(text))
        return _unit(self.table.asked[ids] @ self.table.rows(ids))

    def closeness(self, request: str, tools: Sequence[ToolSpec]) -> list[float]:
        """The cosine of the request and each tool, -1 to 1."""
        return [float(cosine) for cosine in self._vectors(tools) @ self._of_request(request)]

    def _vectors(self, tools: Sequence[ToolSpec]) -> Array:
        """Those of several tools; remembered with the tools themselves, so that no id comes to name another one."""
        key = tuple(map(id, tools))
        known = self._of_set.get(key)
        if known is None:
            rows = [self._of_tool(*told(tool)) for tool in tools]
            made = np.stack(rows) if rows else np.zeros((0, self.table.directions.shape[1]), np.float32)
            known = self._of_set.put(key, (tuple(tools), made))
        return known[1]

    def _tool_vector(self, name: str, description: str, *arguments: str) -> Array:
        return self.tool_vectors([self.ids(words) for words in tool_words(name, description, *arguments)])[0].copy()

    def tool_vectors(self, fields: Sequence[Ids]) -> Array:
        """(1 + FIELDS, D): the unit vector of a tool with these words, and those of its fields."""
        table = self.table
        of_fields = np.stack([table.told[ids] @ table.rows(ids) for ids in fields])
        return np.stack([_unit(one) for one in (table.fields @ of_fields, *of_fields)])


def said_words(text: str) -> list[str]:
    """The words of a text as the table was fitted to read them: in lower case, digits as so many zeros."""
    return [_plain(word) for word in _WORD.findall(text.lower())[:_LONGEST]]


def name_words(name: str) -> list[str]:
    """The words of a name in any style."""
    return [_plain(word) for word in parts(name)]


def told(tool: ToolSpec) -> tuple[str, ...]:
    """What is read of a tool: its name, what it does, its arguments' names."""
    properties: dict[str, Any] = tool.parameters.get("properties", {})
    return tool.name, tool.description, *properties


def tool_words(name: str, description: str, *arguments: str) -> tuple[list[str], list[str], list[str]]:
    """The words of a tool's name, of what it does, and of its arguments' names."""
    return name_words(name), said_words(description), [w for one in arguments for w in name_words(one)][:_ARGUMENTS]


def _plain(word: str) -> str:
    return "0" * min(4, len(word)) if word[0].isdigit() else word


def _forms(word: str) -> Iterator[str]:
    if not word.isascii():
        return
    yield word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            yield word.removesuffix(ending) + instead


def _unit(total: npt.NDArray[Any]) -> Array:
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), np.float32)


def make_table(words: Sequence[str], vectors: Array, asked: Array, told: Array, fields: Array) -> Table:
    """The table of words in lower case, with vectors of any length (V, D); a weight counts times the length."""
    spelled = np.array([word.encode() for word in words])
    order = np.argsort(spelled)
    lengths = np.linalg.norm(vectors, axis=1)
    largest = np.maximum(np.abs(vectors).max(axis=1), 1e-9)
    directions = np.rint(vectors * (127.0 / largest[:, None]))
    scales = 1.0 / np.maximum(np.linalg.norm(directions, axis=1), 1e-9)
    return Table(
        spelled[order],
        directions[order].astype(np.int8),
        scales[order].astype(np.float32),
        (asked * lengths)[order].astype(np.float32),
        (told * lengths)[order].astype(np.float32),
        np.asarray(fields, np.float32),
    )


def stored(table: Table) -> dict[str, npt.NDArray[Any]]:
    """The arrays that a file holds of a table."""
    return {
        "words": np.frombuffer(b"\n".join(table.words.tolist()), np.uint8),
        "directions": table.directions,
        "asked": table.asked.astype(np.float16),
        "told": table.told.astype(np.float16),
        "fields": table.fields,
    }


def read_table(arrays: Any) -> Table:
    """The table that a file's arrays hold.

    Raises `ValueError` where they do not belong together.
    """
    words = np.array(arrays["words"].tobytes().split(b"\n"))
    directions = arrays["directions"]
    if not len(words) == len(directions) == len(arrays["asked"]) == len(arrays["told"]):
        raise ValueError("its words and vectors are not of one number")
    lengths = np.sqrt(np.einsum("vd,vd->v", directions, directions, dtype=np.float32))
    return Table(
        words,
        directions,
        1.0 / np.maximum(lengths, 1e-9),
        arrays["asked"].astype(np.float32),
        arrays["told"].astype(np.float32),
        arrays["fields"].astype(np.float32),
    )
