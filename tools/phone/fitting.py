"""Which intent does a request in one call, as far as its words and values tell: for the odds of the first call.

An intent fits where the request speaks of it, gives every argument that it needs and holds no value that it has no
place for. Knows nothing of models or screens.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, cast

from agentkit import Context
from agentkit.registry import Tool
from agentkit.types import ToolSpec

from .documents.asked import Asked, asked, plain
from .documents.named import dated
from .documents.words import stems
from .driver import Capability
from .parts import parts
from .session import Session

_PHONE = re.compile(r"\+\d[\d ]{5,}\d")
_MAIL = re.compile(r"\S+@\S+")
_DAY = re.compile(r"\b(?:today|tomorrow|tonight)\b", re.IGNORECASE)
_CHANGED = re.compile(r"\b(?:instead|change|move|rename|edit|update|correct|delete|remove|cancel|turn off|reply)\b")
_BESIDE = re.compile(r"\bwith (?:a|the)\b", re.IGNORECASE)
"""Something beside it, which an intent has no place for."""
_WORDS = 0.5
_ANY = frozenset({"set", "start"})
"""Verbs of intents that go without saying."""


def fitting(session: Session, ctx: Context[Any]) -> str:
    """The name of the intent that fits best; empty where none does, or the device has none."""
    if Capability.INTENTS not in session.driver.capabilities:
        return ""
    request = dated(ctx.task, session.driver.now())
    wanted = asked(request)
    if wanted.asks or len(parts(request)) > 1 or _BESIDE.search(request):
        return ""
    scored = [(_score(spec, wanted, request), spec.name) for tool in _tools() if (spec := tool.resolve(ctx))]
    best = max(scored, default=(0.0, ""))
    return best[1] if best[0] >= _WORDS else ""


@cache
def _tools() -> tuple[Tool[..., Any], ...]:
    from . import intents

    return tuple(cast("Tool[..., Any]", each) for each in vars(intents).values() if isinstance(each, Tool))


def _score(spec: ToolSpec, wanted: Asked, request: str) -> float:
    """How much of the intent's name the request speaks of; 0 where something is missing, is left or is free text.

    Which words of a request are a text to be written, or what hours and minutes come to, is not told here.
    """
    properties, needed = spec.parameters["properties"], spec.parameters.get("required", [])
    given = {name: _given(schema, wanted, request) for name, schema in properties.items()}
    if any(not given[name] and not _is_flag(properties[name], given[name]) for name in needed):
        return 0.0
    listed = any("enum" in properties[name] for name in needed)
    if not listed and _CHANGED.search(wanted.text):
        return 0.0
    placed = f" {plain(' '.join(value for value in given.values() if value))} "
    if any(f" {plain(p)} " not in placed for p in wanted.phrases):
        return 0.0
    verb, *nouns = spec.name.split("_")
    words = stems(verb) if listed else [*stems(" ".join(nouns)), *(() if verb in _ANY else stems(verb))]
    said = [wanted.words.get(word, 0.0) for word in words]
    return 1.0 if verb in _ANY and listed else min(said, default=0.0)


def _is_flag(schema: dict[str, Any], given: str | None) -> bool:
    return schema.get("type") == "boolean" and given is not None


def _given(schema: dict[str, Any], wanted: Asked, request: str) -> str | None:
    """What the request gives for an argument; None where it gives nothing of the kind."""
    if "enum" in schema:
        named = [str(value) for value in schema["enum"] if f" {plain(str(value))} " in wanted.plain]
        return max(named, key=len, default=None)
    kind = schema.get("x-type") or schema.get("type")
    found = {
        "time": list(wanted.times),
        "date": [p for p in wanted.phrases if wanted.day_of(p)] + _DAY.findall(request),
        "boolean": [""] if wanted.toggles else [],
        "string": _PHONE.findall(request) if "pattern" in schema else [""],
    }.get(str(kind), [])
    return " ".join(found) if found else None
