"""Where an argument's value may come from: the texts of a scene, each with a name for the evidence and an origin.

What the agent said itself is a source too, but untrusted as soon as it may repeat an untrusted result.
Knows nothing of how values are compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Literal, overload

from pydantic import JsonValue

from agentkit.moments import Moments, moments
from agentkit.types import Control, JsonObject, ToolResult
from agentkit.verify.scene import Scene
from agentkit.words import content, digits, fold, number, stem

_PARTS = {"half": 2, "halves": 2, "thirds": 3, "quarters": 4, "fourths": 4, "fifths": 5, "eighths": 8, "tenths": 10}
_SCALES = {"k": 1e3, "thousand": 1e3, "million": 1e6, "billion": 1e9, "hundred": 1e2}
_QUESTION = re.compile(r"[^.!?\n]*\?+")
_YES = re.compile(
    r"\s*(?:yes|yep|yeah|yup|sure|ok|okay|right|correct|exactly|please do|do it|go ahead)\b", re.IGNORECASE
)


@lru_cache(maxsize=16)
def known_stems(listed: tuple[Source, ...]) -> frozenset[str]:
    """The stems of all words of some sources."""
    return frozenset[str]().union(*(source.stems for source in listed))


class _Text:
    """What can be read off a text by itself, each thing once."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def folded(self) -> str:
        """The text without case and accents."""
        return fold(self.text)

    @cached_property
    def spaced(self) -> str:
        """The words with numbers as digits, one space apart and around."""
        return f" {' '.join(digits(self.text))} "

    @cached_property
    def squeezed(self) -> str:
        """The letters and digits alone."""
        return re.sub(r"[\W_]+", "", self.folded)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all words."""
        return frozenset(stem(token) for token in digits(self.text))

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """The words that carry meaning, in order."""
        return tuple(content(digits(self.text)))

    @cached_property
    def numbers(self) -> frozenset[float]:
        """The numbers that the text names, with `5 k`, `20 %` and `second` read too."""
        return frozenset(_numbers(self.spaced.split()))


_text = lru_cache(maxsize=256)(_Text)


@dataclass(frozen=True)
class Source:
    """A text with its name (`the request`) and who wrote it; untrusted texts came in through a tool."""

    label: str
    text: str
    origin: Literal["user", "trusted", "untrusted"] = "user"
    now: datetime | None = None

    @property
    def folded(self) -> str:
        """The text without case and accents."""
        return _text(self.text).folded

    @property
    def spaced(self) -> str:
        """The words with numbers as digits, one space apart and around."""
        return _text(self.text).spaced

    @property
    def squeezed(self) -> str:
        """The letters and digits alone."""
        return _text(self.text).squeezed

    @property
    def stems(self) -> frozenset[str]:
        """The stems of all words."""
        return _text(self.text).stems

    @property
    def tokens(self) -> tuple[str, ...]:
        """The words that carry meaning, in order."""
        return _text(self.text).tokens

    @property
    def numbers(self) -> frozenset[float]:
        """The numbers that the text names, with `5 k`, `20 %` and `second` read too."""
        return _text(self.text).numbers

    @cached_property
    def moments(self) -> Moments:
        """The dates, times and durations that the text can mean."""
        return moments(self.text, self.now)


class Sources(Sequence[Source]):
    """Texts in order, read as far as they are asked for: most values stand in the request, before all results."""

    def __init__(self, rest: Iterator[Source]) -> None:
        self._read: list[Source] = []
        self._rest = rest

    def __iter__(self) -> Iterator[Source]:
        at = 0
        while at < len(self._read) or self._one_more():
            yield self._read[at]
            at += 1

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, at: int) -> Source: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Source]: ...
    def __getitem__(self, at: int | slice) -> Source | Sequence[Source]:
        return self._all()[at]

    def _one_more(self) -> bool:
        found = next(self._rest, None)
        if found is not None:
            self._read.append(found)
        return found is not None

    def _all(self) -> list[Source]:
        self._read += self._rest
        return self._read


def sources(scene: Scene) -> Sequence[Source]:
    """The texts that may ground a value, the most trusted first; worked out once for each scene."""
    if "sources" not in scene.memo:
        scene.memo["sources"] = Sources(_sources(scene))
    return scene.memo["sources"]


def _sources(scene: Scene) -> Iterator[Source]:
    now = scene.context.now if scene.context is not None else None
    for label, text in _said(scene):
        if text.strip():
            yield Source(label, text, "user", now)
    facts = "\n".join(scene.request.facts)
    if facts.strip():
        yield Source("the facts", facts, "trusted", now)
    if scene.request.system.strip():
        yield Source("the instructions", scene.request.system, "trusted", now)
    origin = "trusted"
    for result in _results(scene, now):
        origin = "untrusted" if result.origin == "untrusted" else origin
        yield result
    yield from (Source(label, text, "user" if agreed else origin, now) for label, text, agreed in _told(scene))


def _told(scene: Scene) -> Iterator[tuple[str, str, bool]]:
    """What the agent said, and whether a person agreed to it.

    What it asked is no source: a value that the model put into a question would ground the same value in the call. Only
    a yes makes the words of a question the person's own.
    """
    asks = [step for step in scene.history if step.proposal.control is Control.ASK]
    asked = {step.decision.question for step in asks} | {
        value for step in asks for value in step.proposal.calls[0].arguments.values() if isinstance(value, str)
    }
    turns = scene.request.messages
    for turn, following in zip(turns, (*turns[1:], None), strict=True):
        if turn.role != "assistant":
            continue
        if following is not None and following.role == "user" and _YES.match(following.content):
            yield (
                "a question that the user said yes to",
                " ".join(_QUESTION.findall(turn.content)) or turn.content,
                True,
            )
        if turn.content not in asked and (text := _QUESTION.sub(" ", turn.content)).strip():
            yield "an earlier answer", text, False


def _said(scene: Scene) -> Iterator[tuple[str, str]]:
    """What the user said, the newest first."""
    turns = [message.content for message in scene.request.messages if message.role == "user"]
    if scene.task and scene.task not in turns:
        turns.insert(0, scene.task)
    for age, text in enumerate(reversed(turns)):
        yield ("the request" if age == 0 else "an earlier request"), text


def _results(scene: Scene, now: datetime | None) -> Iterator[Source]:
    """The results of calls. What was said about a call that did not run (evidence, a refusal) quotes its arguments and
    is no source; the message of a call that failed is one, less the arguments that it may quote."""
    known = {call.id for step in scene.history for call in step.proposal.calls}
    for step in scene.history:
        arguments = {call.id: call.arguments for call in step.proposal.calls}
        for result in step.results:
            label, origin = f"the result of `{result.name}`", _origin(result.origin)
            if result.ok:
                yield Source(label, _said_by(result), origin, now)
            elif result.status in {"failed", "retry"}:
                yield Source(label, _without(result.text, arguments.get(result.call_id, {})), origin, now)
    for message in scene.request.messages:
        if message.role == "tool" and message.call_id not in known and message.content.strip():
            yield Source(f"the result of `{message.name or 'a tool'}`", message.content, "trusted", now)


def _said_by(result: ToolResult) -> str:
    """The text and the value of a result that worked; put together once for each result."""
    known = _SAID.get(id(result))
    if known is not None and known[0] is result:
        return known[1]
    if len(_SAID) >= _REMEMBERED:
        _SAID.clear()
    value = result.value if isinstance(result.value, str) else _json(result.value)
    text = value if result.text in value else f"{result.text}\n{value}"
    _SAID[id(result)] = (result, text)
    return text


_REMEMBERED = 256
_SAID: dict[int, tuple[ToolResult, str]] = {}


def _json(value: JsonValue) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _without(text: str, arguments: JsonObject) -> str:
    """The text with the values of arguments taken out."""
    for value in arguments.values():
        if value not in (None, "") and not isinstance(value, dict | list | bool):
            text = re.sub(rf"(?<!\w){re.escape(str(value))}(?!\w)", " ", text)
    return text


def _origin(origin: str) -> Literal["trusted", "untrusted"]:
    return "untrusted" if origin == "untrusted" else "trusted"


def _numbers(tokens: list[str]) -> Iterator[float]:
    for position, word in enumerate(tokens):
        value = number(word)
        following = tokens[position + 1] if position + 1 < len(tokens) else ""
        if value is None:
            yield from _NAMED.get(word, ())
            if word == "half" and (later := [number(one) for one in tokens[position + 1 : position + 3]]):
                yield from (one / 2 for one in later if one)
            continue
        yield value
        if following in _SCALES:
            yield value * _SCALES[following]
        if following in _PARTS:
            yield value / _PARTS[following]
        if following in {"%", "percent", "per"}:
            yield value / 100
        previous = tokens[position - 1] if position else ""
        if previous in {"minus", "negative"}:
            yield -value
        if following == "%" or (len(word) == 4 and word.isdigit()):
            continue
        if following and (other := number(following)) and other > 0 and value < other:
            yield value / other


_NAMED: dict[str, tuple[float, ...]] = {
    "half": (0.5, 50.0),
    "quarter": (0.25, 25.0),
    "second": (2.0,),
    "both": (2.0,),
    "double": (2.0,),
    "single": (1.0,),
    "triple": (3.0,),
    "none": (0.0,),
}
