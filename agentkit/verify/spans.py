"""One word of the request grounds one argument: which values of a call rest on a span that another one has.

`timer for 5 minutes` says 5 once: it may be the minutes or the seconds, not both. A span serves several arguments where
the text says it as often, where the arguments are the two ends of a range, or where both are parts of one date or time.
Pure; knows nothing of how a value was found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from agentkit.verify.derivation import Argument, is_part
from agentkit.verify.sources import Source
from agentkit.words import digits, number, stem, words

_NEAR = 2
_UNWRITTEN = (bool, list, dict)
_ENDS = (
    {"start", "from", "begin", "min", "minimum", "low", "lower", "departure", "in", "first", "since", "origin"},
    {"end", "to", "until", "till", "finish", "max", "maximum", "high", "upper", "return", "out", "last", "destination"},
)


def doubly_used(arguments: Sequence[Argument], listed: Sequence[Source]) -> dict[str, str]:
    """By path, the argument that has the better claim to the only span that holds a value; empty where all is well.

    `arguments` are those of one call whose value was found in a text; a choice of an enum that a text names takes the
    span too, and never loses it.
    """
    holders: dict[tuple[str, ...], list[Argument]] = {}
    for argument in arguments:
        key = digits(_written(argument))
        if key:
            holders.setdefault(key, []).append(argument)
    lost: dict[str, str] = {}
    for key, rivals in holders.items():
        if len(rivals) < 2 or len({_place(one) for one in rivals}) < 2:
            continue
        best, *others = sorted(rivals, key=lambda one: -_claim(one, key, listed))
        others = [one for one in others if needs_span(one)]
        spare = max(1, sum(len(_places(key, source.spaced)) for source in listed)) - 1
        for other in others:
            if _place(other) == _place(best) or _are_ends(best, other) or is_part(other, listed):
                continue
            if spare > 0:
                spare -= 1
            else:
                lost[other.path] = best.path
    return lost


def takes_span(argument: Argument) -> bool:
    """Whether a value takes up words of a text: not a default, a reference, a boolean, or what need not be grounded."""
    value, schema = argument.value, argument.schema
    plain = value is None or isinstance(value, _UNWRITTEN) or value == ""
    return not plain and ("default" not in schema or schema["default"] != value) and schema.get("x-grounding") is None


def needs_span(argument: Argument) -> bool:
    """Whether a value must stand in a text: not one that the schema lists."""
    return (
        takes_span(argument)
        and "const" not in argument.schema
        and argument.value not in argument.schema.get("enum", ())
    )


def _written(argument: Argument) -> str:
    value = argument.value
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _place(argument: Argument) -> str:
    """The argument's path without the places of list items: what stands in one list is one argument."""
    return ".".join(step for step in argument.path.split(".") if not step.isdigit())


@lru_cache(maxsize=64)
def _places(key: tuple[str, ...], spaced: str) -> tuple[int, ...]:
    """The words at which a text says a value; numbers by value, so that `7:07` says 7 twice."""
    tokens = spaced.split()
    starts = [at for at in range(len(tokens) - len(key) + 1) if _alike(tokens[at], key[0])]
    return tuple(at for at in starts if all(_alike(tokens[at + n], key[n]) for n in range(1, len(key))))


def _alike(one: str, other: str) -> bool:
    return one == other or ((value := number(one)) is not None and value == number(other))


def _claim(argument: Argument, key: tuple[str, ...], listed: Sequence[Source]) -> float:
    """How much speaks for an argument: the value is one of its choices, or that part of a time, or its name is near."""
    if not needs_span(argument):
        return 3.0
    if is_part(argument, listed):
        return 2.0
    named = {stem(word) for word in words(_place(argument).rpartition(".")[2].replace("_", " "))}
    for source in listed:
        tokens = source.spaced.split()
        for at in _places(key, source.spaced):
            around = tokens[max(0, at - _NEAR) : at] + tokens[at + len(key) : at + len(key) + _NEAR]
            if named & {stem(token) for token in around}:
                return 1.0
    return 0.0


def _are_ends(one: Argument, other: Argument) -> bool:
    """Whether two arguments are the ends of one range: `from` and `to`, `start_date` and `end_date`."""
    first, second = ({*re.split(r"[^a-z]+", _snake(_place(each)))} - {""} for each in (one, other))
    if first - _ENDS[0] - _ENDS[1] != second - _ENDS[0] - _ENDS[1]:
        return False
    return any(first & opening and second & closing for opening, closing in (_ENDS, _ENDS[::-1]))


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).casefold()
