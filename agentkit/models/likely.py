"""Which tool a request seems to ask for: the one with words that no other tool's name or description has.

Only a guess for the decode loop to try; knows nothing of models, and nothing of languages but where words end.
"""

from __future__ import annotations

import re

from agentkit.propose.fingerprint import Cache, fingerprints
from agentkit.types import ProposeRequest, ToolSpec

_WORD = re.compile(r"[^\W_]{3,}")
_SETS = 64
_LEAD = 2.0
_FADE = 0.95
_indexes: Cache[dict[str, frozenset[str]]] = Cache(_SETS)


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


def likely_tool(request: ProposeRequest) -> str | None:
    """The tool that the last words of the user point at; None after anything else, and where several are as likely."""
    last = request.messages[-1] if request.messages else None
    if last is None or last.role != "user" or len(request.tools) < 2:
        return None
    key = fingerprints(request.tools)
    index = _indexes.get(key)
    if index is None:
        index = _indexes.put(key, _index(request.tools))
    scores: dict[str, float] = {}
    for word in set(_WORD.findall(last.content.lower())):
        names = index.get(word, frozenset())
        for name in names:
            scores[name] = scores.get(name, 0.0) + 1.0 / len(names)
    ranked = sorted(scores.items(), key=lambda one: -one[1])
    if not ranked or ranked[0][1] < 1.0:
        return None
    clear = len(ranked) == 1 or ranked[0][1] >= _LEAD * ranked[1][1]
    return ranked[0][0] if clear else None


def _index(tools: tuple[ToolSpec, ...]) -> dict[str, frozenset[str]]:
    """The tools by the words that tell them apart."""
    found: dict[str, set[str]] = {}
    for tool in tools:
        for word in _words(tool):
            found.setdefault(word, set()).add(tool.name)
    return {word: frozenset(names) for word, names in found.items()}


def _words(tool: ToolSpec) -> set[str]:
    """The words of a name and its description without the first of each, which is a verb as wide as `get`."""
    name = _WORD.findall(tool.name.replace("_", " ").lower())
    about = _WORD.findall(tool.description.lower())
    lone = set(name) if len(name) == 1 else set[str]()
    return (set(name[1:]) | set(about[1:])) - set(name[:1]) | lone
