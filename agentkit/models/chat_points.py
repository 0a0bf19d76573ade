"""Decision points from the token probabilities that a server gives with its answer.

Pure. The server does not say which tokens were legal, so these points are weaker evidence than those of a local
engine. Where the options are known (tool names, enums, truth values) what they force is dropped and `p` is renormalised
over the listed tokens that lead to one of them; elsewhere `p` is as the server states it. `mass` is what the tokens
counted as legal sum to. Tokens outside a tool name or an argument value are dropped, and so are certain ones.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple, cast

from agentkit.types import Alternative, DecisionPoint, ProposeRequest, ToolCall, Value


class TokenChance(Value):
    """A token of the answer as text and bytes, its probability, and the others the server listed."""

    text: str
    raw: bytes
    p: float
    others: tuple[tuple[str, float], ...] = ()

    @classmethod
    def read(cls, token: dict[str, Any]) -> Iterator[TokenChance]:
        """The token, or nothing when it does not have the protocol's shape."""
        text, p = token.get("token"), _chance(token.get("logprob"))
        if not isinstance(text, str) or p is None:
            return
        given = token.get("top_logprobs")
        several = cast("list[object]", given) if isinstance(given, list) else []
        listed = [cast("dict[str, Any]", one) for one in several if isinstance(one, dict)]
        others = [(str(one.get("token")), _chance(one.get("logprob"))) for one in listed if one.get("token") != text]
        raw = token.get("bytes")
        try:
            whole = bytes(cast("list[int]", raw)) if isinstance(raw, list) else text.encode("utf-8", "replace")
        except (TypeError, ValueError):
            whole = text.encode("utf-8", "replace")
        yield cls(
            text=text, raw=whole, p=p, others=tuple((name, chance) for name, chance in others if chance is not None)
        )


def _chance(logprob: object) -> float | None:
    """A probability from its logarithm; None for what is no logarithm of one (a little above 0 is rounding)."""
    if isinstance(logprob, bool) or not isinstance(logprob, int | float) or not logprob <= 1e-6:
        return None
    return math.exp(min(0.0, float(logprob)))


class Span(NamedTuple):
    """A leaf of a JSON text: its path, and where its text stands (end exclusive, a closing quote included)."""

    path: tuple[str | int, ...]
    start: int
    end: int


def decision_points(
    tokens: Sequence[TokenChance], calls: Sequence[ToolCall], request: ProposeRequest
) -> tuple[DecisionPoint, ...]:
    """The points of the tokens that chose a tool name or an argument value of `calls`.

    Empty when the tokens do not spell out these calls as JSON, as where a server writes calls in another form or gives
    probabilities for the prose only.
    """
    raw = b"".join(token.raw for token in tokens)
    text = raw.decode("utf-8", "replace")
    if not calls or len(text.encode("utf-8")) != len(raw):
        return ()
    ends = list(accumulate(len(token.raw) for token in tokens))
    points: list[DecisionPoint] = []
    for field, start, end in _call_fields(text, [call.name for call in calls]):
        first, stop = len(text[:start].encode("utf-8")), len(text[:end].encode("utf-8"))
        options = _options(field, calls, request)
        at = bisect_right(ends, first)
        while at < len(tokens) and ends[at] - len(tokens[at].raw) < stop:
            begin = ends[at] - len(tokens[at].raw)
            point = _point(field, tokens[at], options, raw[first:begin], raw[begin:first])
            points += [] if point is None else [point]
            at += 1
    return tuple(points)


def _point(
    field: str, token: TokenChance, options: Sequence[bytes] | None, written: bytes, lead: bytes
) -> DecisionPoint | None:
    """The point of one token, or None where it was certain or forced.

    `written` is what stands of the value already, `lead` what of the token comes before the value.
    """
    listed = [
        (token.text, token.raw, token.p),
        *((text, text.encode("utf-8", "replace"), p) for text, p in token.others),
    ]
    if options is not None:
        open_options = [option.removeprefix(written) for option in options if option.startswith(written)]
        if all(_leads(token.raw, lead, [option]) for option in open_options):
            return None
        listed = [one for one in listed if one[1] == token.raw or _leads(one[1], lead, open_options)]
    total = sum(p for _, _, p in listed)
    if token.p >= 1.0 or total <= 0.0:
        return None
    chances = [p / total if options is not None else p for _, _, p in listed]
    return DecisionPoint(
        field=field,
        text=token.text,
        p=chances[0],
        mass=min(1.0, total),
        margin=chances[0] - max(chances[1:], default=0.0),
        entropy=-sum(p * math.log(p) for p in chances if p > 0.0),
        legal=len(chances),
        alternatives=tuple(
            Alternative(text=text, p=p) for (text, _, _), p in zip(listed[1:], chances[1:], strict=True)
        ),
    )


def _leads(raw: bytes, lead: bytes, options: Sequence[bytes]) -> bool:
    """Whether a token goes on to one of the options."""
    if not raw.startswith(lead):
        return False
    rest = raw[len(lead) :]
    return any(option.startswith(rest) or rest.startswith(option) for option in options)


def _options(field: str, calls: Sequence[ToolCall], request: ProposeRequest) -> list[bytes] | None:
    """What the field may be, as it is written, closing quote included; None where that is not a short list."""
    if field == "tool":
        names = [tool.name for tool in request.tools] + [control.value for control in request.controls]
        return [json.dumps(name, ensure_ascii=False)[1:].encode() for name in dict.fromkeys(names)]
    index, _, path = field.partition(".")
    tool = next((tool for tool in request.tools if tool.name == calls[int(index)].name), None)
    schema: Any = {} if tool is None else tool.parameters
    for key in path.split("."):
        schema = schema.get("properties", {}).get(key, {}) if isinstance(schema, dict) else {}  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    known = cast("dict[str, Any]", schema) if isinstance(schema, dict) else {}
    values: list[Any] | None = [True, False] if known.get("type") == "boolean" else known.get("enum")
    if values is None:
        return None
    return [json.dumps(value, ensure_ascii=False).removeprefix('"').encode() for value in values]


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
