"""Suites of agentkit's own: JSON lines, each with tools, a conversation, and the calls expected.

Measures: `choice`, the right tools; `whole call`, every argument too; `abstention`, no call where none fits;
`copying`, values that stand word for word in the request and were copied exactly, counted when the tool is right.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

from pydantic import Field, ValidationError

from agentkit.errors import WiringError
from agentkit.evaluate import bfcl
from agentkit.evaluate.scoring import Called, Tally, propose, time_warm
from agentkit.evaluate.table import Table
from agentkit.models.base import Model
from agentkit.types import Control, JsonObject, Message, ProposeRequest, ToolSpec, Value


class Expected(Value):
    """A call that is expected."""

    name: str
    arguments: JsonObject = Field(default_factory=dict)


class SuiteRow(Value):
    """One line of a suite; no expected call means that no tool fits. `tags` are counted apart as well."""

    tools: tuple[ToolSpec, ...]
    messages: tuple[Message, ...]
    facts: tuple[str, ...] = ()
    expected: tuple[Expected, ...] = ()
    tags: tuple[str, ...] = ()

    def request(self) -> ProposeRequest:
        """What the model is asked."""
        return ProposeRequest(
            tools=self.tools, messages=self.messages, facts=self.facts, controls=(Control.ABSTAIN,), max_calls=8
        )


def evaluate_file(path: Path, model: Model, limit: int | None = None) -> Table:
    """Score a file over a model: one of BFCL's categories, or a suite of this format.

    Raises `WiringError` with file and line for a line that is neither.
    """
    if bfcl.is_bfcl(path):
        return bfcl.score(path, model, limit)
    rows = list(read_suite(path))
    return score_suite(path.stem, rows[:: max(1, len(rows) // limit)][:limit] if limit else rows, model)


def read_suite(path: Path) -> Iterator[SuiteRow]:
    """The rows of a suite file."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield SuiteRow.model_validate_json(line)
            except ValidationError as error:
                told = error.errors()[0]
                where = ".".join(map(str, told["loc"])) or "row"
                raise WiringError(
                    f"{path}:{number}: {where}: {told['msg']}",
                    hint="a line holds `tools`, `messages` and `expected`; see docs/model.md",
                ) from error


def score_suite(name: str, rows: Iterable[SuiteRow], model: Model) -> Table:
    """Score rows over a model."""
    tally, requests = Tally(), list[ProposeRequest]()
    for row in rows:
        requests.append(row.request())
        _count(row, propose(model, requests[-1], tally), tally)
    time_warm(model, requests, tally)
    return tally.table(name, model.name, len(requests))


def _count(row: SuiteRow, called: Called | None, tally: Tally) -> None:
    wanted = [(call.name, dict(call.arguments)) for call in row.expected]
    if not wanted:
        tally.count("abstention", right=called == [])
        tally.judge(right=called == [])
        return
    right_tools = called is not None and sorted(n for n, _ in called) == sorted(n for n, _ in wanted)
    right = called is not None and _keys(called) == _keys(wanted)
    tally.judge(right=right, group=wanted[0][0])
    several = "several calls: " if len(wanted) > 1 else ""
    tally.count(f"{several}choice", right=right_tools)
    tally.count(f"{several}whole call", right=right)
    for tag in row.tags:
        tally.count(f"{tag}: choice", right=right_tools)
        tally.count(f"{tag}: whole call", right=right)
    if right_tools and len(wanted) == 1 and called:
        request = row.messages[-1].content
        for argument, value in wanted[0][1].items():
            if isinstance(value, str) and len(value) > 1 and value in request:
                tally.count("copying", right=called[0][1].get(argument) == value)


def _keys(calls: Called) -> list[str]:
    return sorted(json.dumps([name, _plain(arguments)], sort_keys=True) for name, arguments in calls)


def _plain(value: Any) -> Any:
    """Values as they are compared: strings without outer spaces, whole floats as integers."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[Any]", value)]
    if isinstance(value, str):
        return value.strip()
    return int(value) if isinstance(value, float) and value.is_integer() else value
