"""Closeness of a request and tools in meaning, from the token embeddings of a language model's own weights.

A text's vector is the sum of its tokens' rows in a small table: the model's token embeddings, weighed and projected
so that a request lies near the tool that it wants (`agentkit.nano.meaning` fits it). Pure but for a cache. Knows
nothing of engines; retrieval adds it to what the words say.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from agentkit.errors import ModelLoadError
from agentkit.retrieve import parts
from agentkit.types import ToolSpec

Tokenize = Callable[[str], Sequence[int]]

_LONGEST = 64
"""Tokens of a text that count."""
_KEPT, _SETS = 4096, 64
"""Tools, and sets of tools, whose vectors are kept."""


class Meaning:
    """A table of token vectors, shape (vocabulary, dimensions), and the tokenizer that it belongs to."""

    def __init__(self, table: npt.NDArray[np.float32], tokenize: Tokenize) -> None:
        self._table, self._tokenize = table, tokenize
        self._of_tool = lru_cache(maxsize=_KEPT)(self._tool_vector)
        self._of_request = lru_cache(maxsize=1)(self.vector)
        self.word = lru_cache(maxsize=_KEPT)(self._word)
        self._of_set: dict[tuple[int, ...], tuple[Sequence[ToolSpec], list[npt.NDArray[np.float32]]]] = {}

    def vector(self, text: str) -> npt.NDArray[np.float32]:
        """The unit vector of a text; zero for a text without tokens."""
        ids = list(self._tokenize(text))[:_LONGEST]
        total = self._table[ids].sum(0) if ids else np.zeros(self._table.shape[1], np.float32)
        return total / max(float(np.linalg.norm(total)), 1e-9)

    def _word(self, text: str) -> npt.NDArray[np.float32]:
        """The unit vector of a word, or of a name's few, in lower case."""
        return self.vector(f" {text}")

    def closeness(self, request: str, tools: Sequence[ToolSpec]) -> list[float]:
        """The cosine of the request and each tool, -1 to 1."""
        asked = self._of_request(request_text(request))
        return [float(one @ asked) for one in self._vectors(tools)]

    def _vectors(self, tools: Sequence[ToolSpec]) -> list[npt.NDArray[np.float32]]:
        """Those of several tools; remembered with the tools themselves, so that no id comes to name another one."""
        key = tuple(map(id, tools))
        known = self._of_set.get(key)
        if known is None:
            if len(self._of_set) >= _SETS:
                self._of_set.clear()
            known = self._of_set[key] = (tuple(tools), [self._of_tool(*_told(tool)) for tool in tools])
        return known[1]

    def _tool_vector(self, name: str, description: str, *arguments: str) -> npt.NDArray[np.float32]:
        return self.vector(_tool_text(name, description, *arguments))


def request_text(request: str) -> str:
    """A request as the table was fitted to read it."""
    return " " + request.lower()


def tool_text(tool: ToolSpec) -> str:
    """A tool as the table was fitted to read it: the words of its name, what it does, its arguments' names."""
    return _tool_text(*_told(tool))


def _told(tool: ToolSpec) -> tuple[str, ...]:
    """What is read of a tool."""
    properties: dict[str, Any] = tool.parameters.get("properties", {})
    return tool.name, tool.description, *properties


def _tool_text(name: str, description: str, *arguments: str) -> str:
    named = [" ".join(parts(one)) for one in (name, *arguments)]
    return f" {named[0]} {description.lower()} {' '.join(named[1:])}"


def save_table(path: Path, table: npt.NDArray[np.float32], vocabulary: str) -> Path:
    """Write a table in eight bits; `vocabulary` names the token list it belongs to."""
    scale: npt.NDArray[np.float32] = np.abs(table).max(axis=0) / np.float32(127.0)
    rounded: npt.NDArray[np.int8] = np.rint(table / scale).astype(np.int8)
    with path.open("wb") as out:
        np.savez_compressed(out, table=rounded, scale=scale, vocabulary=np.array(vocabulary))
    return path


def load_meaning(path: Path, vocabulary: str, tokenize: Tokenize) -> Meaning:
    """Read a table beside weights whose token list is `vocabulary`.

    Raises `ModelLoadError` for a file that is damaged or belongs to another token list.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            table, belongs = stored["table"].astype(np.float32) * stored["scale"], str(stored["vocabulary"])
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ModelLoadError(
            f"{path} is no retrieval table: {error}", hint="remove it, and tools are chosen by words alone"
        ) from error
    if belongs != vocabulary:
        raise ModelLoadError(
            f"{path} was fitted to another token list than the weights beside it have",
            hint="fit it anew with `python -m agentkit.nano retrieval`, or remove it",
        )
    return Meaning(table, tokenize)
