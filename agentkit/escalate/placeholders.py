"""Reversible, typed placeholders: `⟦PHONE_1⟧` stands for one spelling of one value through a whole exchange.

Knows nothing of what is private or why. `⟦` never stands in a redacted text but as the start of a placeholder: one that
the text held already gets a placeholder of its own, which makes restoring exact for any text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from pydantic import Field, JsonValue

from agentkit.types import ToolCall, ToolSpec, Value
from agentkit.verify.references import type_name
from agentkit.words import spoken_number

OPEN, CLOSE = "⟦", "⟧"
LITERAL = "BRACKET"
PLACEHOLDER = re.compile(f"{OPEN}([A-Z][A-Z0-9]*_[0-9]+(?:~[0-9]+)?){CLOSE}")
PLACEHOLDER_PATTERN = f"^{OPEN}[A-Z][A-Z0-9]*_[0-9]+(~[0-9]+)?{CLOSE}$"


class UnknownPlaceholderError(ValueError):
    """An answer holds a placeholder that was never sent."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the answer holds {name}, a placeholder that was never sent")
        self.name = name


class Placeholders(Value):
    """What each placeholder of an exchange stands for; `⟦…⟧` included in the names."""

    values: dict[str, JsonValue] = Field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The placeholders in the order they were given out, without those of literal brackets."""
        return tuple(name for name in self.values if not name.startswith(f"{OPEN}{LITERAL}_"))

    def restore_text(self, text: str, *, strict: bool = True) -> str:
        """The text with every placeholder replaced; an unknown one raises, or stays when not `strict`."""
        return PLACEHOLDER.sub(lambda match: self._text(match[0], strict), text)

    def restore_json(self, value: JsonValue) -> JsonValue:
        """The value with every string restored, keys included; a string that is one placeholder gets a typed value."""
        if isinstance(value, str):
            return self.values[value] if value in self.values else self.restore_text(value)
        if isinstance(value, list):
            return [self.restore_json(item) for item in value]
        if isinstance(value, dict):
            return {self.restore_text(key): self.restore_json(item) for key, item in value.items()}
        return value

    def restore_calls(self, calls: Iterable[ToolCall], tools: Iterable[ToolSpec] = ()) -> tuple[ToolCall, ...]:
        """The calls with restored arguments; where a schema wants a number, the text of one becomes it.

        Raises `UnknownPlaceholderError`.
        """
        schemas = {tool.name: tool.parameters.get("properties", {}) for tool in tools}
        return tuple(
            call.model_copy(
                update={
                    "arguments": {
                        key: _typed(self.restore_json(value), value, schemas.get(call.name, {}).get(key))
                        for key, value in call.arguments.items()
                    }
                }
            )
            for call in calls
        )

    def _text(self, name: str, strict: bool) -> str:
        if name not in self.values:
            if strict:
                raise UnknownPlaceholderError(name)
            return name
        value = self.values[name]
        return value if isinstance(value, str) else str(value)


def _typed(restored: JsonValue, sent: JsonValue, schema: object) -> JsonValue:
    """A restored text as the number its schema asks for, where the whole value was a placeholder."""
    if not (isinstance(restored, str) and isinstance(sent, str) and PLACEHOLDER.fullmatch(sent)):
        return restored
    wanted = type_name(cast("dict[str, Any]", schema)) if isinstance(schema, dict) else ""
    kinds = set(wanted.split(" or "))
    if "string" in kinds or not kinds & {"integer", "number"}:
        return restored
    value = spoken_number(restored)
    if value is None:
        return restored
    return int(value) if value.is_integer() else value


class Vault:
    """Gives out placeholders while an exchange is redacted: the same spelling the same one, spellings of one thing kin.

    `⟦CONTACT_1~2⟧` is a second spelling of what `⟦CONTACT_1⟧` stands for.
    """

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], str] = {}
        self._roots: dict[str, str] = {}
        self._spellings: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._values: dict[str, JsonValue] = {}

    def name(self, kind: str, value: JsonValue, same: str, *, canonical: bool = True) -> str:
        """The placeholder of a value; `same` is what all spellings of one thing have in common.

        A spelling that is not `canonical` leaves the plain name to the one that is, even if it comes first.
        """
        key = (type(value).__name__, str(value))
        if key not in self._names:
            name = self._new(kind, same, canonical)
            self._names[key] = name
            self._values[name] = value
        return self._names[key]

    def placeholders(self) -> Placeholders:
        """What was given out."""
        return Placeholders(values=dict(self._values))

    def _new(self, kind: str, same: str, canonical: bool) -> str:
        root = self._roots.get(same)
        if root is None:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            root = self._roots[same] = f"{kind}_{self._counts[kind]}"
        plain = f"{OPEN}{root}{CLOSE}"
        if canonical and plain not in self._values:
            return plain
        self._spellings[root] = self._spellings.get(root, 1) + 1
        return f"{OPEN}{root}~{self._spellings[root]}{CLOSE}"


def kind_of(label: str) -> str:
    """A kind from an argument's name: capital letters and digits only."""
    plain = re.sub(r"[^A-Z0-9]", "", label.upper()).lstrip("0123456789")
    return plain or "PRIVATE"


Private = Mapping[str, Iterable[JsonValue]]
"""Values that are private by declaration, by kind (`{"contact": ["Anna Smith"]}`)."""
