"""How a dialect writes values: separators, how a string and a key are quoted, and what leads a string's content.

Knows nothing of schemas or tools. The JSON notations differ in spacing only; other families bring their own quoting.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from json.encoder import encode_basestring

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
        return encode_basestring(name) + self.colon

    def literal(self, value: JsonValue) -> str:
        """A value as text, strings with their lead."""
        if isinstance(value, str):
            return encode_basestring(self.lead + value)
        if isinstance(value, list):
            return "[" + self.comma.join(map(self.literal, value)) + "]"
        if isinstance(value, dict):
            return "{" + self.comma.join(self.key(name) + self.literal(item) for name, item in value.items()) + "}"
        return json.dumps(value)

    def expression(self, value: JsonValue) -> str:
        """A lark expression for exactly this value."""
        return quoted(self.literal(value))

    def reference(self, call: str, path: str) -> str:
        """A lark expression for a reference to an earlier result; its texts have no lead."""
        return quoted(
            "{"
            + self.key("$ref")
            + json.dumps(call)
            + self.comma
            + self.key("path")
            + json.dumps(path, ensure_ascii=False)
            + "}"
        )

    @property
    def around(self) -> str:
        """A lark expression that stands before and after what the string methods give; empty where they quote."""
        return ""

    def free_string(self, low: int, high: int) -> str:
        """A lark expression for a string of any content, `low` to `high` characters long."""
        return f'/"{self.lead}{_CHAR}{{{low},{high}}}"/'

    def free_key(self, low: int, high: int, content: str = "") -> str:
        """A lark expression for a key, `low` to `high` characters long, matching `content` where that is given."""
        if content:
            return _pattern(content, low, high)
        return f'/"{_CHAR}{{{low},{high}}}"/'

    def matched_string(self, *contents: str) -> str:
        """A lark expression for a string whose content matches regular expressions, and needs no escaping."""
        return " & ".join(f'/"{self.lead}({slashed(content)})"/' for content in contents)

    def pattern_string(self, content: str, low: int, high: int) -> str:
        """A lark expression for a string whose content matches any regular expression as a whole."""
        lead = len(self.lead)
        return _pattern(f"{self.lead}(?:{content})", low + lead, high + lead)

    def content(self, value: JsonValue) -> JsonValue:
        """A parsed value without its strings' leads; typed references carry none."""
        if isinstance(value, str):
            return value.removeprefix(self.lead)
        if isinstance(value, list):
            return [self.content(item) for item in value]
        if isinstance(value, dict):
            return value if "$ref" in value else {name: self.content(item) for name, item in value.items()}
        return value


def quoted(text: str) -> str:
    """A fixed text as a lark string."""
    return json.dumps(text, ensure_ascii=False)


def _pattern(content: str, low: int, high: int) -> str:
    schema = {"type": "string", "pattern": f"^(?:{content})$", "minLength": low, "maxLength": high}
    return "%json " + json.dumps(schema)


def slashed(pattern: str) -> str:
    """A regular expression as it stands between slashes."""
    return pattern.replace(r"\/", "/").replace("/", r"\/")


COMPACT = Notation()
SPACED = Notation(comma=", ", colon=": ")
LED = Notation(lead=" ")
