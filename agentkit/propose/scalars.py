"""Lark expressions for strings, numbers and enumerations.

Knows nothing of objects, tools or prompts.
"""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any, cast

from jsonschema import Draft202012Validator

from agentkit.errors import ToolDefinitionError
from agentkit.propose import numerals, texts
from agentkit.propose.rules import Rules
from agentkit.propose.subschemas import Unsatisfiable, bounds
from agentkit.types import JsonSchema

_PLAIN_FORMATS = {"path", "file-path", "directory-path", "password", "binary", "textarea", "html", "markdown", "color"}


def literals(grammar: Rules, schema: JsonSchema, root: JsonSchema) -> list[str]:
    """The values of an `enum` or `const` that the schema's other keywords allow, as lark strings."""
    values = cast("list[Any]", [schema["const"]] if "const" in schema else schema["enum"])
    whole = {**{key: root[key] for key in ("$defs", "definitions") if key in root}, **schema}
    validator = Draft202012Validator(whole)
    kept = [value for value in values if validator.is_valid(value)]  # pyright: ignore[reportUnknownMemberType]
    if not kept:
        raise Unsatisfiable("the enumeration is empty")
    return [grammar.notation.expression(value) for value in kept]


def string(grammar: Rules, schema: JsonSchema) -> str:
    """A string: of a local time, of a pattern, of a format, or free within its length."""
    low, high = int(schema.get("minLength", 0)), _longest(grammar, schema)
    if low > high:
        raise Unsatisfiable(f"no string is between {low} and {high} characters long")
    kind, local = schema.get("format"), schema.get("x-type")
    if local in texts.LOCAL:
        own = [texts.full_match(str(schema["pattern"]), high)] if "pattern" in schema else []
        return grammar.string(grammar.notation.matched_string(texts.LOCAL[local], *own))
    if "pattern" in schema:
        if kind not in {None, *_PLAIN_FORMATS}:
            raise ToolDefinitionError("a string cannot have both a `format` and a `pattern`", hint="keep one of them")
        content = texts.full_match(str(schema["pattern"]), high)
        return grammar.string(grammar.notation.pattern_string(content, low, high))
    if kind is None or kind in _PLAIN_FORMATS:
        return grammar.string(grammar.notation.free_string(low, high))
    if kind not in texts.FORMATS:
        raise ToolDefinitionError(
            f"the string format `{kind}` cannot be expressed as a grammar",
            hint="use a `pattern`, or one of " + ", ".join(texts.FORMATS),
        )
    if "minLength" in schema or "maxLength" in schema:
        return grammar.string(grammar.notation.pattern_string(texts.FORMATS[kind], low, high))
    return grammar.string(grammar.notation.matched_string(texts.FORMATS[kind]))


def _longest(grammar: Rules, schema: JsonSchema) -> int:
    limit = max(grammar.limits.string, int(schema.get("minLength", 0)))
    return min(int(schema.get("maxLength", limit)), limit)


def integer(grammar: Rules, schema: JsonSchema) -> str:
    """An integer within its bounds."""
    low, high = bounds(schema, Decimal(1))
    least = None if low is None else math.ceil(low)
    most = None if high is None else math.floor(high)
    step = Decimal(str(schema.get("multipleOf", 1)))
    if step != 1:
        return _multiples(grammar, step, least, most)
    try:
        return grammar.add("/" + numerals.integers(least, most) + "/")
    except ValueError as error:
        raise Unsatisfiable(str(error)) from error


def _multiples(grammar: Rules, step: Decimal, least: int | None, most: int | None) -> str:
    """The integers in a range that are multiples of `step`, as llguidance's own automaton counts them."""
    if step <= 0 or step != int(step):
        raise ToolDefinitionError(f"multiples of {step} cannot be expressed as a grammar", hint="use an integer")
    limit = 10**numerals.DIGITS - 1
    low, high = -limit if least is None else least, limit if most is None else most
    if -(-low // int(step)) > high // int(step):
        raise Unsatisfiable(f"no multiple of {step} lies between {low} and {high}")
    return grammar.add(
        "%json " + json.dumps({"type": "integer", "multipleOf": int(step), "minimum": low, "maximum": high})
    )


def number(grammar: Rules, schema: JsonSchema) -> str:
    """A decimal number within its bounds; multiples of a power of ten have that many places after the point.

    Of other multiples only the integers are allowed.
    """
    places = _places(schema)
    low, high = bounds(schema, Decimal(1).scaleb(-places))
    step = schema.get("multipleOf")
    if step is not None and Decimal(str(step)) != Decimal(1).scaleb(-places):
        least, most = (None if low is None else math.ceil(low)), (None if high is None else math.floor(high))
        return _multiples(grammar, _whole(Decimal(str(step))), least, most)
    try:
        return grammar.add("/" + numerals.decimals(low, high, places) + "/")
    except ValueError as error:
        raise Unsatisfiable(str(error)) from error


def _whole(step: Decimal) -> Decimal:
    """The smallest integer that is a multiple of `step`."""
    top, bottom = step.as_integer_ratio()
    return Decimal(top if bottom else 0)


def _places(schema: JsonSchema) -> int:
    """How many digits after the point: those of `multipleOf`, else of the finest bound, and six at least."""
    step = schema.get("multipleOf")
    if step is not None:
        return max(0, -_exponent(step))
    limits = [schema[key] for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum") if schema.get(key)]
    return max([numerals.DECIMALS, *(min(12, -_exponent(limit)) for limit in limits)])


def _exponent(value: float) -> int:
    return cast("int", Decimal(str(value)).normalize().as_tuple().exponent)
