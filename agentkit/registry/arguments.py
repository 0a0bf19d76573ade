"""Hold arguments to a schema, and say what is wrong in one sentence that a model can act on.

Knows nothing of functions. The sentences are part of the interface: tests hold them word for word.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any, cast

from pydantic import JsonValue, ValidationError

from agentkit.errors import Retry
from agentkit.registry.satisfiable import matches
from agentkit.types import JsonObject, JsonSchema

_NOUNS = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_FORMS = {
    "date": "a date like 2025-01-31",
    "time": "a time of day like 07:30",
    "datetime": "a date and time like 2025-01-31T07:30",
    "date-time": "a date and time with offset like 2025-01-31T07:30:00+01:00",
    "duration": "a duration like PT1H30M",
    "email": "an e-mail address",
    "uuid": "a UUID",
    "uri": "a URL",
}
_PARSED = (
    ("time_delta_parsing", "duration"),
    ("time_parsing", "time"),
    ("datetime_", "datetime"),
    ("date_parsing", "date"),
    ("date_from_datetime_parsing", "date"),
)
_CHECKED_FORMATS = ("date", "uuid", "ipv4", "ipv6", "email")
_FLAT = (str, int, float, type(None))
_LISTED = 12
_SHOWN = 80


class ArgumentError(Retry):
    """Arguments that do not fit; `path` names the argument (`a.b.0`), `sentence` (also the text) what to mend."""

    def __init__(self, tool: str, path: str, sentence: str) -> None:
        super().__init__(sentence)
        self.tool, self.path, self.sentence = tool, path, sentence


def problems(tool: str, schema: JsonSchema, arguments: JsonObject) -> Iterator[ArgumentError]:
    """Every way in which the arguments break the schema, in a stable order; nothing when they fit."""
    for error in broken(schema, arguments):
        yield _problem(tool, schema, error)


def broken(schema: JsonSchema, value: JsonValue) -> list[Any]:
    """What jsonschema finds wrong with a value, in a stable order."""
    known = _plain_key(schema, value)
    if known is not None and _FITTING.get(known) is schema:
        return []
    found = sorted(_validator_of(schema).iter_errors(value), key=lambda error: [str(step) for step in error.path])
    if known is not None and not found:
        if len(_FITTING) >= _REMEMBERED:
            _FITTING.clear()
        _FITTING[known] = schema
    return found


def _plain_key(schema: JsonSchema, value: JsonValue) -> int | None:
    """What tells flat arguments held to one schema from all others: a call is held to it when it is proposed, checked
    and run. None where something is nested. A hash, since values may be private and outlive their run here."""
    if not isinstance(value, dict):
        return None
    parts: list[object] = [id(schema)]
    for name, item in value.items():
        if not isinstance(item, _FLAT):
            return None
        parts += (name, type(item), item)
    return hash(tuple(parts))


def fits(schema: JsonSchema, value: JsonValue) -> bool:
    """Whether a value is one of a schema's."""
    return bool(_validator_of(schema).is_valid(value))


def from_pydantic(tool: str, name: str, value: JsonValue, error: ValidationError) -> ArgumentError:
    """The first finding of a typed validator (a day that does not exist, a rule of the author's) as a sentence."""
    first = error.errors(include_url=False)[0]
    path = ".".join([name, *(str(step) for step in first["loc"])])
    cause = first.get("ctx", {}).get("error")
    subject = f"argument `{path}` of `{tool}`"
    form = next((form for kind, form in _PARSED if first["type"].startswith(kind)), None)
    if form is not None:
        return ArgumentError(tool, path, f"{subject} must be {_FORMS[form]} ({cause}), got {quote(value)}")
    said = str(cause) if isinstance(cause, Exception) else first["msg"]
    return ArgumentError(tool, path, f"{subject} is not valid: {said}, got {quote(value)}")


def quote(value: JsonValue) -> str:
    """A value as JSON, shortened for a sentence."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def describe(schema: JsonSchema) -> str:
    """What a schema asks for, as a noun phrase: `an integer from 1 to 1440`."""
    if "enum" in schema:
        return f"one of {_list(cast(list[JsonValue], schema['enum']))}"
    if "const" in schema:
        return quote(schema["const"])
    if "anyOf" in schema or "oneOf" in schema:
        branches = cast(list[JsonSchema], schema.get("anyOf", schema.get("oneOf")))
        return " or ".join(dict.fromkeys(describe(branch) for branch in branches))
    form = schema.get("x-type", schema.get("format"))
    if form in _FORMS:
        return _FORMS[form]
    kind = schema.get("type", "value")
    noun = " or ".join(_NOUNS.get(word, f"a {word}") for word in ([kind] if isinstance(kind, str) else kind))
    if kind == "array" and isinstance(schema.get("items"), dict):
        noun += f" whose items are each {describe(cast(JsonSchema, schema['items']))}"
    if "pattern" in schema:
        noun += f" matching {schema['pattern']}"
    return noun + _range(schema)


def _range(schema: JsonSchema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f" from {low} to {high}"
    words = (
        ("minimum", "of at least"),
        ("maximum", "of at most"),
        ("exclusiveMinimum", "above"),
        ("exclusiveMaximum", "below"),
    )
    said = [f"{word} {schema[key]}" for key, word in words if key in schema]
    return f" {' and '.join(said)}" if said else ""


def _list(choices: list[JsonValue]) -> str:
    shown = ", ".join(quote(choice) for choice in choices[:_LISTED])
    return shown if len(choices) <= _LISTED else f"{shown} and {len(choices) - _LISTED} more"


def _problem(tool: str, schema: JsonSchema, error: Any) -> ArgumentError:
    """One jsonschema finding as a sentence."""
    keyword, node, value = str(error.validator), cast(JsonSchema, error.schema), error.instance
    path = ".".join(str(step) for step in error.absolute_path)
    if keyword == "required":
        missing = next(name for name in error.validator_value if name not in value)
        wanted = describe(_property(node, missing))
        where = f"{path}.{missing}" if path else str(missing)
        return ArgumentError(tool, where, f"argument `{where}` of `{tool}` is missing; it is {wanted}")
    if keyword in {"additionalProperties", "unevaluatedProperties"} and isinstance(value, Mapping):
        return _unknown(tool, path, node, cast(JsonObject, value))
    subject = f"argument `{path}` of `{tool}`" if path else f"the arguments of `{tool}`"
    return ArgumentError(tool, path, f"{subject} {_must(keyword, error.validator_value, node)}, got {quote(value)}")


def _property(node: JsonSchema, name: str) -> JsonSchema:
    return cast(JsonSchema, node.get("properties", {}).get(name, {}))


def _unknown(tool: str, path: str, node: JsonSchema, value: JsonObject) -> ArgumentError:
    known = list(node.get("properties", {}))
    name = next((key for key in value if key not in known), "")
    where = f"{path}.{name}" if path else name
    owner = f"argument `{path}` of `{tool}` has no key" if path else f"`{tool}` has no argument"
    allowed = f"; it has {', '.join(known)}" if known else "; it takes none"
    near = get_close_matches(name, known, n=1)
    meant = f" (did you mean `{near[0]}`?)" if near else ""
    return ArgumentError(tool, where, f"{owner} `{name}`{allowed}{meant}")


def _must(keyword: str, limit: Any, node: JsonSchema) -> str:
    """The rest of the sentence after "argument `x` of `y`"."""
    counted = {
        "minimum": "must be at least {}",
        "maximum": "must be at most {}",
        "exclusiveMinimum": "must be above {}",
        "exclusiveMaximum": "must be below {}",
        "multipleOf": "must be a multiple of {}",
        "minLength": "must have at least {} characters",
        "maxLength": "must have at most {} characters",
        "minItems": "must have at least {} items",
        "maxItems": "must have at most {} items",
        "minProperties": "must have at least {} keys",
        "maxProperties": "must have at most {} keys",
    }
    if keyword in counted:
        return _singular(counted[keyword].format(limit), limit)
    if keyword == "uniqueItems":
        return "must not repeat an item"
    if keyword == "pattern" and node.get("x-type") not in _FORMS:
        return f"must match {limit}"
    return f"must be {describe(node)}"


def _singular(sentence: str, limit: Any) -> str:
    return sentence.removesuffix("s") if limit == 1 and sentence.endswith(("characters", "items", "keys")) else sentence


@cache
def _validator_class() -> Any:
    """Draft 2020-12, with patterns read as the grammar reads them."""
    from jsonschema import exceptions, validators

    library: Any = validators

    def pattern(_: Any, wanted: str, value: Any, __: Any) -> Iterator[Any]:
        if isinstance(value, str) and not matches(wanted, value):
            yield exceptions.ValidationError(f"{value!r} does not match {wanted!r}")

    return library.extend(library.Draft202012Validator, {"pattern": pattern})


def _validator_of(schema: JsonSchema) -> Any:
    """The validator of a schema; one that was asked for before is found by identity, without spelling it out."""
    known = _SEEN.get(id(schema))
    if known is not None and known[0] is schema:
        return known[1]
    if len(_SEEN) >= _REMEMBERED:
        _SEEN.clear()
    made = _validator(json.dumps(schema))
    _SEEN[id(schema)] = (schema, made)
    return made


_REMEMBERED = 512
_SEEN: dict[int, tuple[JsonSchema, Any]] = {}
_FITTING: dict[int, JsonSchema] = {}
"""Arguments that were found to fit, by value, with the schema they fit."""


@lru_cache(maxsize=512)
def _validator(text: str) -> Any:
    from jsonschema import FormatChecker

    return _validator_class()(json.loads(text), format_checker=FormatChecker(_CHECKED_FORMATS))
