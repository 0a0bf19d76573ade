"""FunctionGemma's notation: bare keys, and strings between `<escape>` tokens instead of quotes.

Knows nothing of tools. A string cannot contain `<`, which would look like the end of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pydantic import JsonValue

from agentkit.propose.notation import Notation, quoted, slashed

_ESCAPE = "<escape>"
_CHAR = r"[^<\x00-\x09\x0b-\x1f\x7f]"
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_WORDS: dict[str, JsonValue] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True)
class GemmaNotation(Notation):
    """`{key:<escape>text<escape>,other:3}`; `escape` is the lark expression of the quote."""

    escape: str = _ESCAPE

    def key(self, name: str) -> str:
        """A bare key with its colon."""
        return name + self.colon

    def literal(self, value: JsonValue) -> str:
        """A value as text."""
        if isinstance(value, str):
            return f"{_ESCAPE}{value}{_ESCAPE}"
        return super().literal(value)

    def expression(self, value: JsonValue) -> str:
        """Exactly this value; its quotes are tokens."""
        parts = self.literal(value).split(_ESCAPE)
        return f" {self.escape} ".join(quoted(part) if part else "" for part in parts).strip()

    def reference(self, call: str, path: str) -> str:
        """A reference to an earlier result."""
        return self.expression({"$ref": call, "path": path})

    @property
    def around(self) -> str:
        """The quote, which is a token and so no part of a regular expression."""
        return self.escape

    def free_string(self, low: int, high: int) -> str:
        """Any text without `<`."""
        return f"/{_CHAR}{{{low},{high}}}/"

    def free_key(self, low: int, high: int, content: str = "") -> str:
        """A bare word as key."""
        del content
        return f"/[A-Za-z0-9_]{{{max(1, low)},{max(1, high)}}}/"

    def matched_string(self, *contents: str) -> str:
        """A text of a format."""
        return " & ".join(f"/({slashed(content)})/" for content in contents)

    def pattern_string(self, content: str, low: int, high: int) -> str:
        """A text of a pattern, without `<`."""
        return self.matched_string(content, f"{_CHAR}{{{low},{high}}}")


def read_value(text: str, at: int) -> tuple[JsonValue, int]:
    """The value at a position, and where it ends."""
    if text.startswith(_ESCAPE, at):
        end = text.index(_ESCAPE, at + len(_ESCAPE))
        return text[at + len(_ESCAPE) : end], end + len(_ESCAPE)
    if text[at] == "{":
        return _read_object(text, at + 1)
    if text[at] == "[":
        return _read_list(text, at + 1)
    number = _NUMBER.match(text, at)
    if number:
        return (float(number[0]) if number[1] else int(number[0])), number.end()
    word = next(word for word in _WORDS if text.startswith(word, at))
    return _WORDS[word], at + len(word)


def _read_object(text: str, at: int) -> tuple[JsonValue, int]:
    found: dict[str, JsonValue] = {}
    while text[at] != "}":
        at += text[at] == ","
        colon = text.index(":", at)
        found[text[at:colon]], at = read_value(text, colon + 1)
    return found, at + 1


def _read_list(text: str, at: int) -> tuple[JsonValue, int]:
    found: list[JsonValue] = []
    while text[at] != "]":
        at += text[at] == ","
        value, at = read_value(text, at)
        found.append(value)
    return found, at + 1
