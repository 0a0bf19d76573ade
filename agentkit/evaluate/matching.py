# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false
"""BFCL's rules for whether calls agree with the possible answers, written from their description.

A possible answer gives for each parameter a list of accepted values; an empty string among them means that the
parameter may be left out. Strings agree when they do after case, spaces and light punctuation are removed; a whole
number agrees where a float is wanted; lists agree element by element; objects parameter by parameter; several calls
agree in any order. Knows nothing of models or files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_LIGHT = re.compile(r"[ ,./\-_*^]")
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "float": (float, int),
    "number": (float, int),
    "boolean": (bool,),
    "array": (list,),
    "tuple": (list,),
    "dict": (dict,),
    "object": (dict,),
}

Answers = Mapping[str, Sequence[Any]]


def plain(text: str) -> str:
    """A string as it is compared: no spaces and light punctuation, lower case, one kind of quotes."""
    return _LIGHT.sub("", text).lower().replace("'", '"')


def call_matches(
    name: str, arguments: Mapping[str, Any], answer: Mapping[str, Answers], schema: Mapping[str, Any]
) -> bool:
    """Whether a call is one that the answer accepts; `schema` is the function's parameters as BFCL writes them."""
    ((wanted, accepted),) = answer.items()
    if name != wanted or any(needed not in arguments for needed in schema.get("required", ())):
        return False
    properties: Mapping[str, Any] = schema.get("properties", {})
    for parameter, value in arguments.items():
        if parameter not in properties or parameter not in accepted:
            return False
        if not _value_matches(value, accepted[parameter], properties[parameter]):
            return False
    return all("" in options for parameter, options in accepted.items() if parameter not in arguments)


def calls_match(
    calls: Sequence[tuple[str, Mapping[str, Any]]],
    answers: Sequence[Mapping[str, Answers]],
    schemas: Mapping[str, Mapping[str, Any]],
) -> bool:
    """Whether the calls are the answers, in any order, each answer used once."""
    if len(calls) != len(answers):
        return False
    left = list(answers)
    for name, arguments in calls:
        for answer in left:
            if name in schemas and call_matches(name, arguments, answer, schemas[name]):
                left.remove(answer)
                break
        else:
            return False
    return True


def _value_matches(value: Any, options: Sequence[Any], schema: Mapping[str, Any]) -> bool:
    kind = str(schema.get("type", "any"))
    if not _has_type(value, kind, schema) and not _is_variable(value, options, kind):
        return False
    if isinstance(value, dict):
        return any(_object_matches(value, option) for option in options if isinstance(option, Mapping))
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return any(_objects_match(value, option) for option in options if isinstance(option, list))
    return any(_same(value, option) for option in options)


def _has_type(value: Any, kind: str, schema: Mapping[str, Any]) -> bool:
    if kind not in _TYPES:
        return True
    if isinstance(value, bool) and kind != "boolean":
        return False
    if not isinstance(value, _TYPES[kind]):
        return False
    items = schema.get("items")
    if isinstance(value, list) and isinstance(items, Mapping) and "type" in items:
        return all(_has_type(item, str(items["type"]), items) for item in value)
    return True


def _is_variable(value: Any, options: Sequence[Any], kind: str) -> bool:
    """Whether the accepted values are themselves of another type, as the name of a variable is."""
    typed = _TYPES.get(kind, ())
    return any(option != "" and not isinstance(option, typed) and type(option) is type(value) for option in options)


def _same(value: Any, option: Any) -> bool:
    if isinstance(value, str) and isinstance(option, str):
        return plain(value) == plain(option)
    if isinstance(value, list) and isinstance(option, list):
        return len(value) == len(option) and all(map(_same, value, option))
    if isinstance(value, bool) or isinstance(option, bool):
        return value is option
    return bool(value == option)


def _object_matches(value: Mapping[str, Any], option: Mapping[str, Any]) -> bool:
    for name, part in value.items():
        if name not in option:
            return False
        accepted = option[name] if isinstance(option[name], list) else [option[name]]
        if isinstance(part, dict):
            if not any(_object_matches(part, inner) for inner in accepted if isinstance(inner, Mapping)):
                return False
        elif not any(_same(part, inner) for inner in accepted):
            return False
    missing = (accepted for name, accepted in option.items() if name not in value)
    return all(isinstance(accepted, list) and "" in accepted for accepted in missing)


def _objects_match(values: Sequence[Any], options: Sequence[Any]) -> bool:
    return len(values) == len(options) and all(
        isinstance(option, Mapping) and _object_matches(value, option)
        for value, option in zip(values, options, strict=True)
    )
