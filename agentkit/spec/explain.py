"""What pydantic found -> problems a person can act on, at the place in the file where the value stands.

Knows nothing of reading files.
"""

from __future__ import annotations

from typing import Any

from pydantic_core import ErrorDetails

from agentkit.spec.document import DataPath, Document
from agentkit.spec.models import KINDS
from agentkit.spec.problems import BrokenRule, Problem, did_you_mean, near
from agentkit.spec.schema import all_keys, keys_at
from agentkit.spec.shapes import child, dotted, is_mapping, shape_of
from agentkit.spec.suggest import LIST, MAPPING, TEXT, suggestion

_WANTED = {
    "string_type": TEXT,
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": LIST,
    "list_type": LIST,
    "dict_type": MAPPING,
    "model_type": MAPPING,
    "model_attributes_type": MAPPING,
}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}


def explain(error: ErrorDetails, document: Document, above: DataPath = ()) -> Problem:
    """The problem behind one of pydantic's errors; `above` is where in a spec the data of the document could stand."""
    path, missing = _written_path(error["loc"], document.data)
    kind = error["type"]
    if kind == "extra_forbidden":
        return _unknown_key(path, document, above)
    if kind == "missing":
        return _missing_key(path, missing or str(error["loc"][-1]), document, above)
    message, hint = _about_value(error, path)
    hint = hint or suggestion((*above, *path), document.data, _WANTED.get(kind, ""), error["input"])
    return document.problem(document.place(path, key=error["input"] is None), message, hint)


def _written_path(loc: tuple[str | int, ...], data: Any) -> tuple[DataPath, str]:
    """Pydantic's location -> the path in the data as written, and the last part if it is not there.

    Parts that stand for a shape of a union, or for what a shorthand expands to, are not in the data: left out.
    """
    path: list[str | int] = []
    absent = ""
    for part in loc:
        written, value = child(data, part)
        if written:
            path.append(part)
            data = value
        absent = "" if written else str(part)
    return tuple(path), absent


def _unknown_key(path: DataPath, document: Document, above: DataPath) -> Problem:
    key, parent = str(path[-1]), path[:-1]
    known = keys_at((*above, *parent), document.data)
    here = near(key, known)
    # A key that is closer to one of another section was put into the wrong place, e.g. `verifers` at the top.
    elsewhere = [] if above else [name for name in all_keys() if name not in known]
    nearest = near(key, [*known, *elsewhere])
    if nearest is not None and nearest != here:
        hint = f"did you mean `{all_keys()[nearest]}`?"
    else:
        hint = f"did you mean `{here}`?" if here else f"the keys here are {', '.join(known)}"
    where = f" in `{dotted(parent)}`" if parent else ""
    return document.problem(document.place(path, key=True), f"unknown key `{key}`{where}", hint)


def _missing_key(path: DataPath, name: str, document: Document, above: DataPath) -> Problem:
    about = str(keys_at((*above, *path), document.data).get(name, {}).get("description", ""))
    where = f" in `{dotted(path)}`" if path else ""
    hint = f"add `{name}:`{f' - {about}' if about else ''}"
    return document.problem(document.place(path, key=True), f"`{name}` is missing{where}", hint)


def _about_value(error: ErrorDetails, path: DataPath) -> tuple[str, str]:
    """The message, and the suggestion where it does not follow from what may stand at the place."""
    name, kind, given = f"`{dotted(path)}`" if path else "the file", error["type"], error["input"]
    context = error.get("ctx", {})
    message, hint = f"{name}: {error['msg']}", ""
    if kind in {"literal_error", "enum", "union_tag_invalid"}:
        message, hint = _about_choice(name, kind, given, str(context.get("expected") or context.get("expected_tags")))
    elif kind == "union_tag_not_found":
        message, hint = f"{name} does not say what kind of model it is", f"add `kind:` with one of {', '.join(KINDS)}"
    elif kind in _WANTED and given is None:
        message, hint = f"{name} is empty", "give a value, or remove the key"
    elif kind in _WANTED:
        message = f"{name} should be {_WANTED[kind]}, not {shape_of(given)}"
    elif kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        message = f"{name} should be {words} {context.get(bound):g}, not {given}"
    elif kind in {"too_short", "string_too_short"}:
        message, hint = f"{name} is empty", "give at least one" if kind == "too_short" else "write some text"
    elif kind == "value_error":
        message, hint = _about_rule(name, context.get("error", error["msg"]))
    return message, hint


def _about_choice(name: str, kind: str, given: Any, expected: str) -> tuple[str, str]:
    if kind == "union_tag_invalid" and is_mapping(given):
        given, name = given.get("kind"), f"{name}: kind"
    choices = [choice.strip(" '") for choice in expected.replace(" or ", ", ").split(",")]
    listed = f"the choices are {', '.join(choices)}"
    if given is None:
        return f"{name} is empty", listed
    if not isinstance(given, str):
        return f"{name} is {shape_of(given)}", listed
    return f"{name} is {given!r}", did_you_mean(given, choices, otherwise=listed)


def _about_rule(name: str, broken: object) -> tuple[str, str]:
    rule, hint = (broken.rule, broken.hint) if isinstance(broken, BrokenRule) else (str(broken), "")
    if rule.startswith("unknown "):
        return rule, hint
    return f"{name} {rule}" if rule.startswith(("should", "is ", "expects")) else f"{name}: {rule}", hint
