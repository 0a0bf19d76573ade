"""Request to the few tools worth showing, in a stable order: lexical ranking (BM25) over names, words and arguments.

Pure. Knows nothing of models. The order of the chosen tools is that of the registry, never that of their rank, so that
two requests which choose the same tools share a prompt prefix byte for byte. A tool that no word of the request
touches is chosen only while there is room.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from agentkit.types import ToolSpec

TOP_K = 24
_KEPT = 4096
"""How many texts' words are remembered: the same tools come with every request."""

_K1, _B = 1.2, 0.75  # the usual constants of Okapi BM25
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_A-Za-z]+")
_STOP = frozenset(
    _WORD.findall(
        "a an and are as at be by do for from have i if in is it its me my of on or our please so that the their them "
        "this to was we what when which will with you your"
    )
)
_SUFFIXES = ("ings", "ing", "edly", "ed", "ies", "es", "s", "ly")


_LOOKED_AT = 3
"""So many times the tools wanted are looked at closely among many."""


class Ranking(Protocol):
    """What knows how near tools are to a request in meaning."""

    def closeness(self, request: str, tools: Sequence[ToolSpec]) -> Sequence[float]:
        """The cosine of the request and each tool, -1 to 1; cheap among thousands."""
        ...

    def scores(self, request: str, tools: Sequence[ToolSpec]) -> Sequence[float]:
        """The logarithm of each tool's odds against no tool at all, from a close look."""
        ...


def retrieve(
    request: str, tools: Sequence[ToolSpec], *, top_k: int = TOP_K, ranking: Ranking | None = None
) -> tuple[ToolSpec, ...]:
    """At most `top_k` of the tools, in the order given; all of them when they are no more than that.

    They are ranked by words; with a `ranking` by meaning too, and the best of these by a close look.
    """
    if len(tools) <= top_k:
        return tuple(tools)
    chosen = sorted(best(request, tools, top_k, ranking))
    return tuple(tools[position] for position in chosen)


def best(request: str, tools: Sequence[ToolSpec], top_k: int, ranking: Ranking | None = None) -> list[int]:
    """The positions of at most `top_k` tools, best first."""
    ranked = rank(request, tools)
    if ranking is None:
        return [position for position, _ in ranked[:top_k]]
    scores = together([score for _, score in sorted(ranked)], ranking.closeness(request, tools))
    near = sorted(range(len(tools)), key=lambda position: (-scores[position], position))[: _LOOKED_AT * top_k]
    close = ranking.scores(request, [tools[position] for position in near])
    return [near[at] for at in sorted(range(len(near)), key=lambda at: (-close[at], near[at]))[:top_k]]


def together(by_words: Sequence[float], by_meaning: Sequence[float], share: float = 0.5) -> list[float]:
    """One score from both: that of the words, its best scaled to `share`, plus the closeness in meaning.

    Among a thousand tools words count for much; among a few that are alike in their words, for little.
    """
    best = max(by_words, default=0.0) or 1.0
    return [share * word / best + close for word, close in zip(by_words, by_meaning, strict=True)]


def rank(request: str, tools: Sequence[ToolSpec]) -> list[tuple[int, float]]:
    """Positions and BM25 scores of all tools, best first; ties keep the order given."""
    corpus = _corpus(tools)
    scores = [0.0] * len(tools)
    for word, times in Counter(words(request)).items():
        for position, weight in corpus.weights(word):
            scores[position] += times * weight
    return sorted(enumerate(scores), key=lambda item: (-item[1], item[0]))


class _Corpus(NamedTuple):
    """The words of each tool with its length, as a share of the mean one; where each word is, with what weight."""

    documents: list[tuple[Counter[str], float]]
    known: dict[str, list[tuple[int, float]]]

    def weights(self, word: str) -> list[tuple[int, float]]:
        """The positions of the tools that have a word, and its weight in each."""
        found = self.known.get(word)
        if found is None:
            seen = [at for at, (document, _) in enumerate(self.documents) if word in document]
            found = [(at, _weight(word, *self.documents[at], len(seen), len(self.documents))) for at in seen]
            if seen:
                self.known[word] = found
        return found


def _corpus(tools: Sequence[ToolSpec]) -> _Corpus:
    """What ranking needs of the tools; found again by identity, since the same ones come with every request."""
    key = tuple(map(id, tools))
    known = _CORPORA.get(key)
    if known is None:
        if len(_CORPORA) >= _SETS:
            _CORPORA.clear()
        documents = [Counter(_document(tool)) for tool in tools]
        lengths = [sum(document.values()) for document in documents]
        mean = max(1.0, sum(lengths) / max(1, len(lengths)))
        made = _Corpus([(document, length / mean) for document, length in zip(documents, lengths, strict=True)], {})
        known = _CORPORA[key] = tuple(tools), made
    return known[1]


_SETS = 16
_CORPORA: dict[tuple[int, ...], tuple[tuple[ToolSpec, ...], _Corpus]] = {}
"""By the identity of the tools, which are held with their words so that no other can take it."""


def words(text: str) -> list[str]:
    """The stems of a text's words; names such as `sendMessage_to` are taken apart, stop words dropped."""
    return list(_words(text))


@lru_cache(maxsize=_KEPT)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_stem(word) for word in parts(text) if word not in _STOP)


def parts(text: str) -> list[str]:
    """The words of a text or of a name in any style, in lower case: `sendMessage_to` gives send, message, to."""
    return [match.group().lower() for match in _WORD.finditer(text)]


def _weight(word: str, document: Counter[str], relative_length: float, seen_in: int, total: int) -> float:
    times = document[word]
    rarity = math.log(1.0 + (total - seen_in + 0.5) / (seen_in + 0.5))
    return rarity * times * (_K1 + 1.0) / (times + _K1 * (1.0 - _B + _B * relative_length))


def _document(tool: ToolSpec) -> list[str]:
    """A tool's words; those of its name count three times, since they say most in the fewest words."""
    found = words(tool.name) * 3 + words(tool.description)
    properties: dict[str, Any] = tool.parameters.get("properties", {})
    for name, schema in properties.items():
        found += words(name) + _schema_words(schema)
    return found


def _schema_words(schema: Any) -> list[str]:
    if not isinstance(schema, dict):
        return []
    fields: dict[str, Any] = schema  # pyright: ignore[reportUnknownVariableType]
    found = words(str(fields.get("description", "")))
    for value in fields.get("enum", ())[:50]:
        found += words(str(value))
    return found


def _stem(word: str) -> str:
    """A crude stem: enough for `messages` to meet `message` and `setting` to meet `set`."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            stem = word[: -len(suffix)]
            if suffix == "ies":
                return stem + "i"
            stem = stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "ls" else stem
            return _final(stem)
    return _final(word)


def _final(stem: str) -> str:
    if len(stem) > 3 and stem.endswith("e"):
        return stem[:-1]
    return stem[:-1] + "i" if len(stem) > 2 and stem.endswith("y") else stem
