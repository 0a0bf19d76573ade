"""Decision points from the token probabilities that a server gives with its answer.

Pure. The server does not say which tokens were legal, so these points are weaker evidence than those of a local
engine: `p` is the probability as the server states it, not renormalised; the legal set is the tokens it listed; `mass`
is what they sum to. Tokens outside a tool name or an argument value are dropped, and so are certain ones.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple, cast

from agentkit.types import Alternative, DecisionPoint, ToolCall, Value


class TokenChance(Value):
    """A token of the answer as text and bytes, its probability, and the others the server listed."""

    text: str
    raw: bytes
    p: float
    others: tuple[tuple[str, float], ...] = ()

    @classmethod
    def read(cls, token: dict[str, Any]) -> Iterator[TokenChance]:
        """The token, or nothing when it does not have the protocol's shape."""
        text, logprob = token.get("token"), token.get("logprob")
        if not isinstance(text, str) or not isinstance(logprob, int | float) or not logprob <= 1e-6:
            return
        listed = cast("list[dict[str, Any]]", token.get("top_logprobs") or [])
        others = [
            (str(one.get("token")), math.exp(min(0.0, float(one["logprob"]))))
            for one in listed
            if isinstance(one.get("logprob"), int | float) and one.get("token") != text
        ]
        raw = token.get("bytes")
        whole = bytes(cast("list[int]", raw)) if isinstance(raw, list) else text.encode("utf-8", "surrogatepass")
        yield cls(text=text, raw=whole, p=math.exp(min(0.0, float(logprob))), others=tuple(others))


class Span(NamedTuple):
    """A leaf of a JSON text: its path, and where its text stands (end exclusive, a closing quote included)."""

    path: tuple[str | int, ...]
    start: int
    end: int


def decision_points(tokens: Sequence[TokenChance], calls: Sequence[ToolCall]) -> tuple[DecisionPoint, ...]:
    """The points of the tokens that chose a tool name or an argument value of `calls`.

    Empty when the tokens do not spell out these calls as JSON, as where a server writes calls in another form or gives
    probabilities for the prose only.
    """
    raw = b"".join(token.raw for token in tokens)
    text = raw.decode("utf-8", "replace")
    if not calls or len(text.encode("utf-8")) != len(raw):
        return ()
    fields = _call_fields(text, [call.name for call in calls])
    ends = list(accumulate(len(token.raw) for token in tokens))
    points: list[DecisionPoint] = []
    for field, start, end in fields:
        first = bisect_right(ends, len(text[:start].encode("utf-8")))
        stop = len(text[:end].encode("utf-8"))
        while first < len(tokens) and ends[first] - len(tokens[first].raw) < stop:
            if tokens[first].p < 1.0:
                points.append(_point(field, tokens[first]))
            first += 1
    return tuple(points)


def _point(field: str, token: TokenChance) -> DecisionPoint:
    chances = [token.p, *(p for _, p in token.others)]
    return DecisionPoint(
        field=field,
        text=token.text,
        p=token.p,
        mass=min(1.0, sum(chances)),
        margin=token.p - max(chances[1:], default=0.0),
        entropy=-sum(p * math.log(p) for p in chances if p > 0.0),
        legal=len(chances),
        alternatives=tuple(Alternative(text=text, p=p) for text, p in token.others),
    )


def _call_fields(text: str, names: Sequence[str]) -> list[tuple[str, int, int]]:
    """Field, start and end of every tool name and argument value, if the JSON in `text` holds exactly these calls."""
    found: list[tuple[str, int, int]] = []
    heads: list[str] = []
    for spans in _values(text):
        prefixes: dict[tuple[str | int, ...], int] = {}
        for span in spans:
            if span.path[-1:] == ("name",) and "arguments" not in span.path and "parameters" not in span.path:
                prefixes[span.path[:-1]] = len(heads)
                heads.append(text[span.start : span.end].rstrip('"'))
                found.append(("tool", span.start, span.end))
        for span in spans:
            for cut, key in enumerate(span.path):
                if key in {"arguments", "parameters"} and span.path[:cut] in prefixes:
                    path = ".".join(str(part) for part in span.path[cut + 1 :])
                    found.append((f"{prefixes[span.path[:cut]]}.{path}", span.start, span.end))
                    break
    return found if heads == list(names) else []


_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def _values(text: str) -> Iterator[list[Span]]:
    """The leaves of each JSON object or list in a text, prose between them skipped."""
    position = 0
    while (match := re.search(r"[\[{]", text[position:])) is not None:
        start = position + match.start()
        spans: list[Span] = []
        try:
            position = _walk(text, start, (), spans)
        except (ValueError, IndexError, RecursionError):
            position = start + 1
            continue
        yield spans


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _walk(text: str, position: int, path: tuple[str | int, ...], spans: list[Span]) -> int:
    """Add the leaves of the value at `position` and return where it ends; raises ValueError where it is no JSON."""
    position = _skip(text, position)
    opening = text[position]
    if opening in "[{":
        return _walk_container(text, position + 1, path, spans, closing="]" if opening == "[" else "}")
    end = _DECODER.raw_decode(text, position)[1]
    spans.append(Span(path, position + (opening == '"'), end))
    return end


def _walk_container(text: str, position: int, path: tuple[str | int, ...], spans: list[Span], *, closing: str) -> int:
    position = _skip(text, position)
    index = 0
    while text[position] != closing:
        key: str | int = index
        if closing == "}":
            key, position = _key(text, position)
            position = _skip(text, position)
            if text[position] != ":":
                raise ValueError("not JSON")
            position += 1
        position = _skip(text, _walk(text, position, (*path, key), spans))
        if text[position] == ",":
            position = _skip(text, position + 1)
        elif text[position] != closing:
            raise ValueError("not JSON")
        index += 1
    return position + 1


def _key(text: str, position: int) -> tuple[str, int]:
    key, end = _DECODER.raw_decode(text, position)
    if not isinstance(key, str):
        raise ValueError("not JSON")  # noqa: TRY004 - the text is wrong, not a type
    return key, end
