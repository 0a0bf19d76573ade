"""What was said, as the only source of free texts: a value is words that stand somewhere in the conversation.

A small model knows where to look and slips while it copies: it swaps a word for a likelier one, or stops halfway.
Where a tool's argument is text of no stated form, only tokens are left that keep the value a run of whole words of
what users or tools said, or one of the texts that the argument's description quotes. Knows nothing of models, prompts
or grammars.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, cast

import numpy as np

from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.confidence import Ids
from agentkit.propose.subschemas import properties_of
from agentkit.propose.tracking import Tracker
from agentkit.types import JsonSchema, Message, ProposeRequest

_FORMED = frozenset(("enum", "const", "pattern", "format", "x-type", "$ref", "allOf"))
_QUOTED = re.compile(r"['\"“‘`]([^'\"“”‘’`]{1,40})['\"”’`]")
_TOLD = re.compile(r"YYYY|yyyy|HH:|hh:|\b(ISO|RFC)[ -]?\d|formatted|in the format")
_START = re.compile(r"""(?<![^\s'"(\[{<$#@/:=,;“‘])(?<!\w')\S""")
_END = re.compile(r"""$|[\s'")\]}>,;!?/”’]|[.:](?!\w)""")
_LONGEST = 24
_MOST = 4000


class Spans:
    """The texts that one request's answer may quote; `lead` stands before the content of every string."""

    def __init__(self, request: ProposeRequest, vocabulary: Vocabulary, lead: str) -> None:
        self._said = "\n".join(_said(request.messages))[-_MOST:]
        self._vocabulary, self._lead = vocabulary, lead
        self._free = {tool.name: _free_fields(tool.parameters) for tool in request.tools}

    def narrow(self, legal: Ids, tracker: Tracker) -> Ids:
        """The ids of those legal that keep a free text within what was said; all of them elsewhere, or if none does."""
        written, field = tracker.quoting, tracker.field.split(".")[1:]
        if written is None or not tracker.names or len(legal) < 2:
            return legal
        quoted, value = self._free.get(tracker.names[-1], {}).get(_plain_path(field)), _unescaped(written)
        if quoted is None or value is None:
            return legal
        known = self._vocabulary.ids
        lead, value = self._lead[len(value) :], value[len(self._lead) :]
        left = {known[piece] for piece in self._pieces(lead, value, quoted) if piece in known}
        if self._whole(value, quoted):
            left.update(self._vocabulary.closing)
        kept = legal[np.isin(legal, list(left))] if left else legal[:0]
        return kept if len(kept) else legal

    def _pieces(self, lead: str, value: str, quoted: tuple[str, ...]) -> Iterator[bytes]:
        """What may be written next, as texts of every length up to that of the longest tokens."""
        for text, at in self._places(value, quoted):
            following = (lead + json.dumps(text[at : at + _LONGEST], ensure_ascii=False)[1:-1]).encode()
            for size in range(1, min(len(following), _LONGEST) + 1):
                yield following[:size]

    def _places(self, value: str, quoted: tuple[str, ...]) -> Iterator[tuple[str, int]]:
        """How a value may go on that begins so: texts, and places in them."""
        size = len(value)
        yield from ((self._said, at + size) for at in self._starts if self._said.startswith(value, at))
        yield from ((text, size) for text in quoted if text.startswith(value))

    def _whole(self, value: str, quoted: tuple[str, ...]) -> bool:
        """Whether a value may end here: not empty, and not within a word."""
        if not value.strip():
            return False
        return value in quoted or any(_END.match(text, at) for text, at in self._places(value, ()))

    @cached_property
    def _starts(self) -> list[int]:
        """Where a value may begin in what was said."""
        return [found.start() for found in _START.finditer(self._said)]


def _said(messages: Iterable[Message]) -> Iterator[str]:
    """What users and tools said; why a call was refused is nobody's words."""
    return (message.content for message in messages if message.role in {"user", "tool"} and not message.refused)


def _unescaped(written: str) -> str | None:
    """What stands between quotes, read; None within an escape."""
    try:
        return json.loads(f'"{written}"')
    except ValueError:
        return None


def _plain_path(field: list[str]) -> str:
    """A field's path with every position in a list alike."""
    return ".".join("#" if part.isdigit() else part for part in field)


def _free_fields(schema: JsonSchema, path: str = "") -> dict[str, tuple[str, ...]]:
    """The paths of the texts of no stated form, each with the texts that its description quotes."""
    found: dict[str, tuple[str, ...]] = {}
    for name, part in properties_of(schema).items():
        found |= _free_within(cast("JsonSchema", part), f"{path}{name}")
    return found


def _free_within(part: JsonSchema, path: str) -> dict[str, tuple[str, ...]]:
    options = cast("list[JsonSchema]", part.get("anyOf", ()))
    texts = [one for one in options if one.get("type") != "null"]
    if len(texts) == 1:
        part = {**part, **texts[0]}
    kind = part.get("type")
    if kind == "string":
        formed = _FORMED & part.keys() or _TOLD.search(str(part.get("description", "")))
        return {} if formed else {path: _quoted(part)}
    if kind == "array" and isinstance(part.get("items"), dict):
        return _free_within({"description": part.get("description", ""), **part["items"]}, f"{path}.#")
    if kind == "object" and "properties" in part:
        return _free_fields(part, f"{path}.")
    return {}


def _quoted(part: dict[str, Any]) -> tuple[str, ...]:
    """The texts that a description puts in quotation marks, and the default."""
    default = part.get("default")
    told = [*_QUOTED.findall(str(part.get("description", ""))), *([default] if isinstance(default, str) else [])]
    return tuple(text for text in dict.fromkeys(told) if text)
