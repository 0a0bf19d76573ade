"""What a text argument's schema and description say of its form, and the texts that a description quotes.

Knows nothing of grammars or requests.
"""

from __future__ import annotations

import re

from agentkit.types import JsonSchema

_KEYWORDS = ("pattern", "format", "x-type")
_TOLD = re.compile(r"YYYY|yyyy|HH:|hh:|\b(ISO|RFC)[ -]?\d|formatted|in the format")
_QUOTED = re.compile(r"['\"“‘`]([^'\"“”‘’`]{1,40})['\"”’`]")


def has_form(schema: JsonSchema, description: str = "") -> bool:
    """Whether a text is to have a stated form, by its schema or in words: a date, an address, a code."""
    return any(keyword in schema for keyword in _KEYWORDS) or bool(_TOLD.search(description))


def quoted_texts(description: str) -> tuple[str, ...]:
    """The texts that a description puts in quotation marks, in order."""
    return tuple(_QUOTED.findall(description))
