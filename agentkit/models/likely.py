"""Which tools a request seems to ask for: by meaning where a table of it is there, else by words that few tools have.

Only a guess for the decode loop to try; knows nothing of models, and nothing of languages but where words end.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from agentkit.cache import Cache
from agentkit.propose.fingerprint import fingerprints
from agentkit.types import ProposeRequest, ToolSpec

_WORD = re.compile(r"[^\W_]{3,}")
_SETS = 64
_LEAD, _BY_WORDS = 2.0, 0.8
_SHARPNESS = 0.8
"""By how much of its lead the best tool is likelier: how often the embedded model then calls it, on 866 requests."""
_FADE, _START = 0.95, 2.0
_indexes: Cache[dict[str, list[str]]] = Cache(_SETS)


class Record:
    """How often the tool that seemed likely was called lately, beside how often that was expected.

    A wrong guess costs more than a right one saves: `least` is how likely a tool must be for a guess to pay. Threads
    share it: a count that is lost does no harm.
    """

    def __init__(self, least: float) -> None:
        self._least, self._right, self._expected = least, _START, _START

    def worth(self, p: float) -> float:
        """How likely a tool is that seemed so with probability p; 0 where guessing it does not pay."""
        p *= min(1.0, self._right / self._expected)
        return p if p >= self._least else 0.0

    def learn(self, p: float, *, right: bool) -> None:
        """Count what happened, whether it was guessed or not."""
        self._right, self._expected = _FADE * self._right + right, _FADE * self._expected + p


@dataclass(frozen=True)
class Likely:
    """Names of tools, the likeliest first, and how likely that is; 0 where it is no more likely than others."""

    names: tuple[str, ...] = ()
    p: float = 0.0

    @property
    def first(self) -> str | None:
        """The tool that is likelier than the others."""
        return self.names[0] if self.p else None


def likely_tools(request: ProposeRequest) -> Likely:
    """The tools that the last words of the user point at, as retrieval ranked them where it did; else none."""
    last = request.messages[-1] if request.messages else None
    if last is None or last.role != "user" or len(request.tools) < 2:
        return Likely()
    near = request.nearest
    if near:
        odds = [math.exp(_SHARPNESS * (one.score - near[0].score)) for one in near[:2]]
        return Likely(tuple(one.tool for one in near), 1.0 / sum(odds))
    scores = _by_words(last.content, request.tools)
    ranked = sorted(scores.items(), key=lambda one: -one[1])
    clear = bool(ranked) and ranked[0][1] >= 1.0 and (len(ranked) == 1 or ranked[0][1] >= _LEAD * ranked[1][1])
    return Likely(tuple(name for name, _ in ranked), _BY_WORDS if clear else 0.0)


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
