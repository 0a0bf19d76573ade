"""The Berkeley Function-Calling Leaderboard's single-turn categories over any model, from its own files.

A category is a file `BFCL_v4_<category>.json`; the possible answers lie in `possible_answer/` beside it. Categories of
irrelevance want no call, those of relevance at least one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agentkit.evaluate.matching import calls_match
from agentkit.evaluate.scoring import Called, Tally, propose, time_warm
from agentkit.evaluate.table import Table
from agentkit.models.base import Model
from agentkit.types import Control, JsonSchema, Message, ProposeRequest, ToolSpec

_KINDS = {"dict": "object", "float": "number", "tuple": "array", "any": "string"}
_MAX_CALLS = 8


def is_bfcl(path: Path) -> bool:
    """Whether the file is one of a category."""
    with path.open(encoding="utf-8") as lines:
        first = json.loads(next(iter(lines), "{}"))
    return "function" in first and "question" in first


def score(path: Path, model: Model, limit: int | None = None) -> Table:
    """Score one category file; `limit` takes that many rows, spread evenly."""
    category = path.stem.removeprefix("BFCL_v4_")
    rows = list(_lines(path))
    rows = rows[:: max(1, len(rows) // limit)][:limit] if limit else rows
    answers = {row["id"]: row["ground_truth"] for row in _lines(path.parent / "possible_answer" / path.name)}
    tally, requests = Tally(), [request_of(row) for row in rows]
    for row, request in zip(rows, requests, strict=True):
        right = _count(category, row, propose(model, request, tally), answers, tally)
        tally.count("whole call", right=right)
        tally.judge(right=right)
    time_warm(model, requests, tally)
    return tally.table(f"bfcl {category}", model.name, len(rows))


def _count(
    category: str, row: Mapping[str, Any], calls: Called | None, answers: Mapping[str, Any], tally: Tally
) -> bool:
    """Whether the whole answer is right; counts the choice of tools by the way."""
    if calls is None:
        return False
    if "relevance" in category:
        return bool(calls) != ("irrelevance" in category)
    schemas = {function["name"]: function["parameters"] for function in row["function"]}
    truth = answers[row["id"]]
    tally.count("tool choice", right=sorted(name for name, _ in calls) == sorted(map(_only_key, truth)))
    return calls_match(calls, truth, schemas)


def request_of(row: Mapping[str, Any]) -> ProposeRequest:
    """A row as a request: its functions as tools, its first turn as the conversation."""
    tools = tuple(
        ToolSpec(
            name=function["name"],
            description=function.get("description", ""),
            parameters=json_schema(function["parameters"]),
        )
        for function in row["function"]
    )
    turn: list[Mapping[str, str]] = row["question"][0]
    system = "\n".join(message["content"] for message in turn if message["role"] == "system")
    messages = tuple(Message(role="user", content=message["content"]) for message in turn if message["role"] == "user")
    return ProposeRequest(
        tools=tools, messages=messages, system=system, controls=(Control.ABSTAIN,), max_calls=_MAX_CALLS
    )


def json_schema(schema: Mapping[str, Any]) -> JsonSchema:
    """BFCL's schema as JSON Schema, objects closed where they name their properties."""
    kind = _KINDS.get(str(schema.get("type", "string")), str(schema.get("type", "string")))
    out: JsonSchema = {"type": kind}
    if schema.get("description"):
        out["description"] = schema["description"]
    if kind == "array":
        out["items"] = json_schema(schema.get("items") or {"type": "string"})
    properties = schema.get("properties")
    if kind == "object" and properties is not None:
        out["properties"] = {name: json_schema(part) for name, part in properties.items()}
        out["required"] = [name for name in schema.get("required") or () if name in properties]
        out["additionalProperties"] = False
    options = [option for option in schema.get("enum") or () if _fits(option, kind)]
    if options and kind != "array":
        out["enum"] = options
    return out


def _fits(option: Any, kind: str) -> bool:
    wanted = {"string": str, "integer": int, "number": int | float, "boolean": bool}.get(kind)
    return wanted is not None and isinstance(option, wanted)


def _only_key(answer: Mapping[str, Any]) -> str:
    return next(iter(answer))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)
