"""Following an answer as it grows: to which field does its end belong?

Knows nothing of probabilities. Fields are named as `DecisionPoint.field` says: `tool`, `count`, `<call>.<path>`;
`<call>.*` stands where the next argument, or the end of the arguments, is chosen.
"""

from __future__ import annotations

import codecs
import copy
from collections.abc import Sequence
from typing import Protocol


class Tracker(Protocol):
    """Reads an answer byte by byte."""

    @property
    def field(self) -> str:
        """The field that the next byte belongs to."""
        ...

    @property
    def started(self) -> int:
        """How many calls the answer has begun."""
        ...

    @property
    def names(self) -> list[str]:
        """The names of the calls whose name is known, in order."""
        ...

    @property
    def naming(self) -> bytes | None:
        """What stands of the name of the call under way; None outside of it, or where not known."""
        ...

    @property
    def quoting(self) -> bytes | None:
        """What stands of the text value that the answer is in, as written; None outside of one, or where not known."""
        ...

    @property
    def filling(self) -> bytes | None:
        """What stands of the call under way after its name, as written; None outside of one, or where not known."""
        ...

    @property
    def done(self) -> Sequence[bytes]:
        """The same of the calls that are complete, where known."""
        ...

    def feed(self, data: bytes) -> None:
        """Read on."""
        ...

    def ahead(self, data: bytes) -> str:
        """The field after `data`, without reading it."""
        ...


class JsonTracker:
    """Follows calls written as JSON objects, listed in brackets or set apart by other text.

    `marks` are texts outside of any object after which the rest is one value: a question, an answer. An answer that
    begins with none of `openers`, where those are given, is plain words.
    """

    def __init__(
        self, arguments: str = "arguments", marks: dict[str, str] | None = None, openers: tuple[str, ...] = ()
    ) -> None:
        self._openers = openers
        self._name_key, self._arguments_key = "name", arguments
        self._marks = marks or {}
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stack: list[str | int | None] = []
        self._in_string = self._escaped = self._is_key = False
        self._text = self._outside = ""
        self._free: str | None = None
        self._filled: str | None = None
        self.started = 0
        self.names: list[str] = []
        self.done: list[bytes] = []

    @property
    def naming(self) -> bytes | None:
        """What stands of the name of the call under way; None outside of it."""
        inside = self._in_string and self._free is None and self._stack == [self._name_key]
        return self._text.encode() if inside else None

    @property
    def quoting(self) -> bytes | None:
        """What stands of the text value that the answer is in, as written; None outside of one.

        Half a letter is included.
        """
        inside = self._in_string and not self._is_key and len(self._stack) > 1 and self._free is None
        return self._text.encode() + self._decoder.getstate()[0] if inside else None

    @property
    def filling(self) -> bytes | None:
        """What stands of the call under way after its name, as written; None outside of one.

        Half a letter is included.
        """
        return None if self._filled is None else self._filled.encode() + self._decoder.getstate()[0]

    def feed(self, data: bytes) -> None:
        """Read on."""
        for char in self._decoder.decode(data):
            if self._free is None:
                known = self._filled is not None
                self._read(char)
                if known and self._filled is not None:
                    self._go_on(char)

    def _go_on(self, char: str) -> None:
        """Keep what is written after the name of a call."""
        self._filled = f"{self._filled}{char}"
        if not self._stack:
            self.done.append(self._filled.encode())
            self._filled = None

    def ahead(self, data: bytes) -> str:
        """The field after `data`, without reading it."""
        if not data:
            return self.field
        other = copy.copy(self)
        other._stack, other.names, other.done = list(self._stack), list(self.names), list(self.done)
        other._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        other.feed(data)
        return other.field

    @property
    def field(self) -> str:
        """The field that the next character belongs to."""
        if self._free is not None:
            return self._free
        if not self._stack:
            return "count" if self.started else "tool"
        call = self.started - 1
        if self._stack[0] != self._arguments_key or len(self._stack) == 1:
            return "tool"
        path = self._stack[1:]
        if self._is_key or path[-1] is None:
            return ".".join([str(call), *map(str, path[:-1]), "*"])
        return ".".join([str(call), *map(str, path)])

    def _read(self, char: str) -> None:
        if self._in_string:
            self._read_string(char)
        elif not self._stack:
            self._read_outside(char)
        elif char == '"':
            self._in_string = True
            self._is_key = self._stack[-1] is None
            self._text = ""
        elif char in "{[":
            self._stack.append(None if char == "{" else 0)
        elif char in "}]":
            self._stack.pop()
        elif char == ",":
            last = self._stack[-1]
            self._stack[-1] = last + 1 if isinstance(last, int) else None

    def _read_string(self, char: str) -> None:
        if self._escaped:
            self._escaped = False
        elif char == "\\":
            self._escaped = True
        elif char == '"':
            self._in_string = False
            if self._is_key:
                self._stack[-1], self._is_key = self._text, False
            elif self._stack == [self._name_key]:
                self.names.append(self._text)
                self._filled = ""
            return
        self._text += char

    def _read_outside(self, char: str) -> None:
        if char == "{":
            self.started += 1
            self._stack.append(None)
            self._outside = ""
            return
        self._outside += char
        for mark, name in self._marks.items():
            if self._outside.endswith(mark):
                self._free = name
                return
        unknown = not any(self._outside.startswith(one) or one.startswith(self._outside) for one in self._openers)
        if unknown and self._openers and not self.started:
            self._free = "0.answer"
