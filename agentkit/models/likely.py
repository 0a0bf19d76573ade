"""Which tools a request seems to ask for: by meaning where a table of it is there, else by words that few tools have.

Only a guess for the decode loop to try; knows nothing of models, and nothing of languages but where words end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agentkit.propose.fingerprint import Cache, fingerprints
from agentkit.types import ProposeRequest, ToolSpec

_WORD = re.compile(r"[^\W_]{3,}")
_SETS = 64
_LEAD = 2.0
_NEARER = 0.1
_FADE = 0.95
_indexes: Cache[dict[str, list[str]]] = Cache(_SETS)


class Record:
    """How often the tool that seemed likely was called, lately; a wrong guess costs more than a right one saves.

    `least` is the share from which on guessing pays. Threads share it: a count that is lost does no harm.
    """

    def __init__(self, least: float) -> None:
        self._least, self._right, self._all = least, 1.0, 1.0

    @property
    def pays(self) -> bool:
        """Whether guessing pays at present."""
        return self._right >= self._least * self._all

    def learn(self, *, right: bool) -> None:
        """Count what happened, whether it was guessed or not."""
        self._right, self._all = _FADE * self._right + right, _FADE * self._all + 1.0


@dataclass(frozen=True)
class Likely:
    """Names of tools, the likeliest first, and whether the first is clearly so."""

    names: tuple[str, ...] = ()
    clear: bool = False

    @property
    def first(self) -> str | None:
        """The tool that is clearly the likeliest."""
        return self.names[0] if self.clear else None


def likely_tools(request: ProposeRequest) -> Likely:
    """The tools that the last words of the user point at, as retrieval ranked them where it did; else none."""
    last = request.messages[-1] if request.messages else None
    if last is None or last.role != "user" or len(request.tools) < 2:
        return Likely()
    near = request.nearest
    if near:
        return Likely(tuple(one.tool for one in near), len(near) == 1 or near[0].score >= near[1].score + _NEARER)
    scores = _by_words(last.content, request.tools)
    ranked = sorted(scores.items(), key=lambda one: -one[1])
    clear = bool(ranked) and ranked[0][1] >= 1.0 and (len(ranked) == 1 or ranked[0][1] >= _LEAD * ranked[1][1])
    return Likely(tuple(name for name, _ in ranked), clear)


def _by_words(said: str, tools: tuple[ToolSpec, ...]) -> dict[str, float]:
    """For each tool that shares words with the request, how many; a word that several share counts in parts."""
    key = fingerprints(tools)
    index = _indexes.get(key)
    if index is None:
        index = _indexes.put(key, _index(tools))
    scores: dict[str, float] = {}
    for word in dict.fromkeys(_WORD.findall(said.lower())):  # in order, so that ties are broken alike everywhere
        names = index.get(word, ())
        for name in names:
            scores[name] = scores.get(name, 0.0) + 1.0 / len(names)
    return scores


def _index(tools: tuple[ToolSpec, ...]) -> dict[str, list[str]]:
    """The tools by the words that tell them apart, in their own order."""
    found: dict[str, list[str]] = {}
    for tool in tools:
        for word in _words(tool):
            found.setdefault(word, []).append(tool.name)
    return found


def _words(tool: ToolSpec) -> set[str]:
    """The words of a name and its description without the first of each, which is a verb as wide as `get`."""
    name = _WORD.findall(tool.name.replace("_", " ").lower())
    about = _WORD.findall(tool.description.lower())
    lone = set(name) if len(name) == 1 else set[str]()
    return (set(name[1:]) | set(about[1:])) - set(name[:1]) | lone
