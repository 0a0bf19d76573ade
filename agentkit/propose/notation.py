"""How a dialect writes values: separators, how a string and a key are quoted, and what leads a string's content.

Knows nothing of schemas or tools. The JSON notations differ in spacing only; other families bring their own quoting.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from pydantic import JsonValue

_CHAR = r'([^"\\\x00-\x1f\x7f]|\\["\\\/bfnrt])'


@dataclass(frozen=True)
class Notation:
    """JSON with fixed separators; `lead` stands before the content of every string value and is not part of it."""

    comma: str = ","
    colon: str = ":"
    lead: str = ""

    def key(self, name: str) -> str:
        """A key with its colon."""
        return json.dumps(name, ensure_ascii=False) + self.colon

    def literal(self, value: JsonValue) -> str:
        """A value as text, strings with their lead."""
        if isinstance(value, str):
            return json.dumps(self.lead + value, ensure_ascii=False)
        if isinstance(value, list):
            return "[" + self.comma.join(map(self.literal, value)) + "]"
        if isinstance(value, dict):
            return "{" + self.comma.join(self.key(name) + self.literal(item) for name, item in value.items()) + "}"
        return json.dumps(value)

    def free_string(self, low: int, high: int) -> str:
        """A lark expression for a string of any content, `low` to `high` characters long."""
        return f'/"{self.lead}{_CHAR}{{{low},{high}}}"/'

    def free_key(self, high: int) -> str:
        """A lark expression for a key of any content, 1 to `high` characters long."""
        return f'/"{_CHAR}{{1,{high}}}"/'

    def matched_string(self, content: str) -> str:
        """A lark expression for a string whose content matches a regular expression that needs no escaping."""
        return f'/"{self.lead}({_slashed(content)})"/'

    def pattern_string(self, content: str, low: int, high: int) -> str:
        """A lark expression for a string whose content matches any regular expression as a whole."""
        lead = len(self.lead)
        schema = {
            "type": "string",
            "pattern": f"^{self.lead}(?:{content})$",
            "minLength": low + lead,
            "maxLength": high + lead,
            "x-guidance": {"whitespace_flexible": False},
        }
        return "%json " + json.dumps(schema)

    def content(self, value: JsonValue) -> JsonValue:
        """A parsed value without its strings' leads; typed references carry none."""
        if isinstance(value, str):
            return value.removeprefix(self.lead)
        if isinstance(value, list):
            return [self.content(item) for item in value]
        if isinstance(value, dict):
            return value if "$ref" in value else {name: self.content(item) for name, item in value.items()}
        return value


def _slashed(pattern: str) -> str:
    return pattern.replace("/", r"\/")


COMPACT = Notation()
SPACED = Notation(comma=", ", colon=": ")
LED = Notation(lead=" ")
