"""What a call gives back, as the runtime shows it: text as it is, everything else as JSON, of every shape.

The results are simulated: they echo arguments and add made-up fields. Knows nothing of conversations.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from typing import Any, cast

from pydantic import JsonValue

from agentkit.nano.generate.odd import OddKinds
from agentkit.types import JsonObject, JsonSchema

_PLAIN = ("ok", "done", "success", "true", "saved", "sent", "yes", "no")
_LINKS = ("is", "was", "done:", "stored as")
_EXTRA: dict[str, tuple[str, ...]] = {
    "int": ("count", "total", "version", "position", "duration_ms", "size"),
    "identifier": ("id", "reference", "request_id", "key"),
    "switch": ("ok", "success", "changed", "simulated", "found"),
    "datetime": ("created_at", "updated_at", "timestamp"),
    "noun": ("status", "kind", "label", "source"),
    "decimal": ("score", "value", "rate", "amount"),
    "person": ("owner", "user", "name"),
}


class Results:
    """Draws results with one random generator."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.kinds = rng, OddKinds(rng)

    def text(self, arguments: Mapping[str, JsonValue], returns: JsonSchema | None = None) -> str:
        """A result of the call with these arguments; of the declared return schema where there is one."""
        from agentkit.act.outcome import render  # here, so that training loads no executor

        if returns is not None:
            return render(self._fitting(returns, arguments, returns.get("$defs", {})))
        shape = self.rng.choices(("plain", "scalar", "said", "made"), (14, 10, 10, 66))[0]
        match shape:
            case "plain":
                return self.rng.choice(_PLAIN)
            case "scalar":
                return render(self._scalar())
            case "said":
                return f"{self.kinds.values.noun()} {self.rng.choice(_LINKS)} {self._scalar()}"
            case _:
                return self._dumped(self._structure(dict(arguments)))

    def _structure(self, echoed: JsonObject) -> JsonValue:
        """An object mostly, a list of objects or words, or a value within an object."""
        match self.rng.choices(("object", "objects", "words", "wrapped", "nested"), (30, 10, 10, 10, 6))[0]:
            case "object":
                return self._object(echoed)
            case "objects":
                return [self._object({}) for _ in range(self.rng.randint(0, 2))]
            case "words":
                return [self.kinds.values.phrase(1, 2) for _ in range(self.rng.randint(0, 4))]
            case "wrapped":
                wrapped: JsonValue = self.rng.choice([self._object({}), [self._object({})], self._scalar()])
                return {self.rng.choice(["result", "data", "value", "response", "items"]): wrapped}
            case _:
                return {**self._object({}), self.kinds.values.noun(): self._object({})}

    def _dumped(self, value: JsonValue) -> str:
        compact = self.rng.random() < 0.3
        return json.dumps(value, ensure_ascii=False, separators=(",", ":") if compact else None)

    def _scalar(self) -> JsonValue:
        kind = self.rng.choice(["int", "decimal", "signed", "identifier", "phrase", "switch", "datetime", "money"])
        return self.kinds.draw(kind).value

    def _object(self, echoed: JsonObject) -> JsonObject:
        kept = {name: value for name, value in echoed.items() if self.rng.random() < 0.75}
        extra: JsonObject = {}
        for kind in self.rng.sample(sorted(_EXTRA), self.rng.randint(1, 3)):
            extra[self.rng.choice(_EXTRA[kind])] = self.kinds.draw(kind).value
        return {**kept, **extra} if self.rng.random() < 0.5 else {**extra, **kept}

    def _fitting(
        self, schema: Any, arguments: Mapping[str, JsonValue], known: Mapping[str, Any], name: str = ""
    ) -> Any:
        """A value of a return schema; a field takes the argument that has its name or its words."""
        if not isinstance(schema, dict):
            return self._scalar()
        part = cast("JsonSchema", schema)
        if "$ref" in part:
            return self._fitting(known[str(part["$ref"]).rpartition("/")[2]], arguments, known, name)
        if "anyOf" in part:
            options = [option for option in part["anyOf"] if option.get("type") != "null"]
            empty = len(options) < len(part["anyOf"]) and name not in arguments and self.rng.random() < 0.7
            return None if empty else self._fitting(options[0], arguments, known, name)
        if name in arguments and not isinstance(arguments[name], dict):
            return arguments[name]
        if "enum" in part:
            return self.rng.choice(part["enum"])
        return self._plain(part, arguments, known, name)

    def _plain(self, part: JsonSchema, arguments: Mapping[str, JsonValue], known: Mapping[str, Any], name: str) -> Any:
        match part.get("type"):
            case "object":
                fields = part.get("properties", {})
                return {field: self._fitting(inner, arguments, known, field) for field, inner in fields.items()}
            case "array":
                count = 0 if name else self.rng.choice([0, 1, 1, 2, 3])
                return [self._fitting(part.get("items", True), arguments, known) for _ in range(count)]
            case "integer":
                return self.kinds.values.integer()
            case "number":
                return self.kinds.values.number()
            case "boolean":
                return self.rng.random() < 0.8
            case _:
                return self._string(part, arguments)

    def _string(self, part: JsonSchema, arguments: Mapping[str, JsonValue]) -> str:
        form = str(part.get("x-type", part.get("format", "")))
        form = "date-time" if form == "datetime" else form
        if form == "time" and "hour" in arguments:
            return f"{arguments['hour']:02d}:{arguments.get('minutes', 0):02d}:00"
        if form in ("date", "time", "date-time"):
            text = str(self.kinds.draw({"date-time": "datetime"}.get(form, form)).value)
            return text + ":00" if form != "date" else text
        said = [value for value in arguments.values() if isinstance(value, str)]
        if said and self.rng.random() < 0.6:
            return f"{self.rng.choice(['done:', 'opened', 'added', 'playing', 'showed', 'found'])} {said[0]}"
        return self.kinds.values.phrase(1, 3)
