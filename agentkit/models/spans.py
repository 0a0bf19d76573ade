"""What was said, as the only source of free texts: a value is words that stand somewhere in the conversation.

A small model knows where to look and slips while it copies: it swaps a word for a likelier one, or stops halfway.
Where a tool's argument is text of no stated form, only tokens are left that keep the value a run of whole words of
what the user, the facts or tools said, or one of the texts that the argument's description quotes. Knows nothing of
models, prompts or grammars.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cached_property
from json.encoder import encode_basestring
from typing import Any, cast

import numpy as np

from agentkit.cache import Cache
from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.fingerprint import fingerprints
from agentkit.propose.forms import has_form, quoted_texts
from agentkit.propose.legal import Ids, Legal
from agentkit.propose.subschemas import or_nothing, properties_of
from agentkit.propose.tracking import Tracker
from agentkit.types import JsonSchema, ProposeRequest, ToolSpec

_GIVEN = frozenset(("enum", "const", "$ref", "allOf"))
_OPEN = "'\"([{<$#@/:=,;“‘„«¿¡*|&—…"
_UNSPACED = r"\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_START = re.compile(
    rf"(?:(?<!\S)|(?<=[{re.escape(_OPEN)}])(?<!\w')|(?<![\w.'’@-])(?=\w)|(?<=[{_UNSPACED}])|(?=[{_UNSPACED}]))\S"
)
_END = re.compile(rf"$|[^\w.:'’@-]|[.:@-](?!\w)|['’](?!\w)|['’]s\b|(?<=\d)[^\W\d_]|[{_UNSPACED}]|(?<=[{_UNSPACED}])")
_LONGEST = 24
_MOST = 4000
_SETS = 64

_Free = dict[str, tuple[str, ...]]
_known: Cache[dict[str, _Free]] = Cache(_SETS)


class Spans:
    """The texts that one request's answer may quote; `lead` stands before the content of every string."""

    def __init__(self, request: ProposeRequest, vocabulary: Vocabulary, lead: str) -> None:
        self._said = "\n".join(_said(request))
        self._vocabulary, self._lead = vocabulary, lead
        self._free = _free_of(request.tools)
        self._known: dict[tuple[str, str, tuple[str, ...], bytes, bool], Ids] = {}

    def narrow(self, legal: Legal, tracker: Tracker) -> Legal:
        """Those of the legal tokens that keep a free text within what was said; all elsewhere, or if none does."""
        quoting, field = tracker.quoting, tracker.field.split(".")[1:]
        if quoting is None or not tracker.names or len(legal) < 2:
            return legal
        written = quoting.decode("utf-8", "ignore")
        half = quoting[len(written.encode()) :]  # of a letter whose other bytes are tokens of their own
        quoted, value = self._free.get(tracker.names[-1], {}).get(_plain_path(field)), _unescaped(written)
        if quoted is None or value is None:
            return legal
        lead, value = self._lead[len(value) :], value[len(self._lead) :]
        for usual in (True, False):  # where there is no room for a usual token, a shorter one may do
            kept = legal.among(self._following(lead, value, quoted, half, usual=usual))
            if len(kept):
                return Legal.listed(kept)
        return legal

    def _following(self, lead: str, value: str, quoted: tuple[str, ...], half: bytes, *, usual: bool) -> Ids:
        """The tokens that may be written next, in order; texts begin alike, so they are remembered."""
        key = lead, value, quoted, half, usual
        found = self._known.get(key)
        if found is None:
            left = set(self._tokens(lead, value, quoted, half, usual=usual))
            if not half and self._whole(value, quoted):
                left.update(self._vocabulary.closing)
            found = self._known[key] = np.array(sorted(left), np.intp)
        return found

    def _tokens(self, lead: str, value: str, quoted: tuple[str, ...], half: bytes, *, usual: bool) -> Iterator[int]:
        """What may be written next; `usual`: each text in the tokens that it always is read in, as in training."""
        for text, at in self._places(value, quoted):
            following = (lead + encode_basestring(text[at : at + _LONGEST])[1:-1]).encode()[:_LONGEST]
            if half or not following or not usual:
                yield from self._of_any_length(following, half)
                continue
            token = self._vocabulary.first(following)
            yield token
            size = len(self._vocabulary.pieces[token].decode("utf-8", "ignore")) - len(lead)
            for end in range(1, size):  # a token may reach beyond where a value may end
                if _END.match(text, at + end):
                    yield self._vocabulary.first((lead + encode_basestring(text[at : at + end])[1:-1]).encode())

    def _of_any_length(self, following: bytes, half: bytes) -> Iterator[int]:
        """The tokens of every length that go on with a text, whose first bytes may have been written by themselves."""
        if not following.startswith(half):
            return
        for size in range(len(half) + 1, len(following) + 1):
            token = self._vocabulary.ids.get(following[len(half) : size])
            if token is not None:
                yield token

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


def _free_of(tools: tuple[ToolSpec, ...]) -> dict[str, _Free]:
    """The free texts of each tool; the same tools come with every request."""
    key = fingerprints(tools)
    return _known.get(key) or _known.put(key, {tool.name: _free_fields(tool.parameters) for tool in tools})


def _said(request: ProposeRequest) -> Iterator[str]:
    """What the user and the facts say, then what tools said last; why a call was refused is nobody's words."""
    yield from (message.content for message in request.messages if message.role == "user")
    yield from (request.system, *request.facts)
    room = _MOST
    for message in reversed(request.messages):
        if message.role == "tool" and not message.refused and room > 0:
            yield message.content[:room].rpartition(" ")[0] if len(message.content) > room else message.content
            room -= len(message.content)


def _unescaped(written: str) -> str | None:
    """What stands between quotes, read; None within an escape."""
    try:
        return json.loads(f'"{written}"')
    except ValueError:
        return None


def _plain_path(field: list[str]) -> str:
    """A field's path with every position in a list alike."""
    return ".".join("#" if part.isdigit() else part for part in field)


def _free_fields(schema: JsonSchema, path: str = "") -> _Free:
    """The paths of the texts of no stated form, each with the texts that its description quotes."""
    found: _Free = {}
    for name, part in properties_of(schema).items():
        if isinstance(part, dict):
            found |= _free_within(cast("JsonSchema", part), f"{path}{name}")
    return found


def _free_within(part: JsonSchema, path: str) -> _Free:
    part = or_nothing(part)
    kind = part.get("type")
    if kind == "string":
        formed = _GIVEN & part.keys() or has_form(part, str(part.get("description", "")))
        return {} if formed else {path: _quoted(part)}
    if kind == "array" and isinstance(part.get("items"), dict):
        return _free_within({"description": part.get("description", ""), **part["items"]}, f"{path}.#")
    if kind == "object" and "properties" in part:
        return _free_fields(part, f"{path}.")
    return {}


def _quoted(part: dict[str, Any]) -> tuple[str, ...]:
    """The texts that a description puts in quotation marks, and the default."""
    default = part.get("default")
    told = [*quoted_texts(str(part.get("description", ""))), *([default] if isinstance(default, str) else [])]
    return tuple(text for text in dict.fromkeys(told) if text)
