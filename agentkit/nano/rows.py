"""The one row format that every data set and generator is converted into, and its storage.

A shard is what one source gives: tools, each with a group of neighbours (a service, a domain, a skill), and rows, each
a conversation and the calls that answer its last message. Rows name tools by key; which other tools stand beside them
in a prompt, and under which names, is decided later and anew each time. Knows nothing of tokens or prompts.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agentkit.types import JsonObject, JsonSchema, Message, ToolCall, ToolSpec, Value


class PoolTool(Value):
    """A tool of a source; `wordings` are other descriptions of the same operation.

    Tools of one `family` in different groups do the same things (two services that both find films), and so do tools
    with the same `operation`: they must not stand in one prompt.
    """

    key: str
    group: str
    spec: ToolSpec
    wordings: tuple[str, ...] = ()
    family: str = ""
    operation: str = ""


class Row(Value):
    """A conversation whose last message is answered by `calls`; tools are named by key.

    No call at all means that no tool fits, or, after results, that nothing more is to do. Controls stand as calls named
    `ask`, `finish` and `defer`. `offered` limits the candidates to these keys where a generator needs that; `about`
    is the tool that must stand among them when no call names it.
    """

    messages: tuple[Message, ...]
    calls: tuple[ToolCall, ...] = ()
    facts: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    about: str = ""
    group: str = ""


@dataclass
class Shard:
    """What one source gives; `share_alike` marks licences whose derived rows stay in a shard of their own."""

    source: str
    licence: str
    share_alike: bool = False
    tools: dict[str, PoolTool] = field(default_factory=dict[str, PoolTool])
    rows: list[Row] = field(default_factory=list[Row])

    def tool(
        self,
        key: str,
        description: str,
        properties: Mapping[str, JsonSchema] | None = None,
        *,
        required: Iterable[str] = (),
        group: str = "",
        name: str | None = None,
        wordings: Sequence[str] = (),
        family: str = "",
        operation: str = "",
    ) -> PoolTool:
        """Add a tool, or replace the one of the same key."""
        made = PoolTool(
            key=key,
            group=group,
            spec=ToolSpec(
                name=name or key, description=description, parameters=object_schema(properties or {}, required)
            ),
            wordings=tuple(wordings),
            family=family,
            operation=operation,
        )
        self.tools[key] = made
        return made

    def ask(
        self,
        request: str,
        calls: Sequence[tuple[str, Mapping[str, Any]]] = (),
        *,
        facts: Sequence[str] = (),
        group: str = "",
        before: Sequence[Message] = (),
        offered: Sequence[str] = (),
    ) -> None:
        """Add a row: the request (after the messages `before`) and its calls as (tool key, arguments)."""
        self.rows.append(
            Row(
                messages=(*before, Message(role="user", content=" ".join(request.split()))),
                calls=make_calls(calls),
                facts=tuple(facts),
                group=group,
                offered=tuple(offered),
            )
        )

    def save(self, folder: Path) -> Path:
        """Write the shard as gzipped JSON lines: a header, the tools, the rows."""
        path = folder / f"{self.source}.jsonl.gz"
        header = {
            "source": self.source,
            "licence": self.licence,
            "share_alike": self.share_alike,
            "tools": len(self.tools),
        }
        with gzip.open(path, "wt", encoding="utf-8", compresslevel=3) as out:
            out.write(json.dumps(header) + "\n")
            for tool in self.tools.values():
                out.write(tool.model_dump_json(exclude_defaults=True) + "\n")
            for row in self.rows:
                out.write(row.model_dump_json(exclude_defaults=True) + "\n")
        return path


def load_shard(path: Path) -> Shard:
    """Read a shard written by `Shard.save`."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        header = json.loads(next(lines))
        shard = Shard(header["source"], header["licence"], header["share_alike"])
        for _ in range(header["tools"]):
            tool = PoolTool.model_validate_json(next(lines))
            shard.tools[tool.key] = tool
        shard.rows.extend(Row.model_validate_json(line) for line in lines)
    return shard


def object_schema(properties: Mapping[str, JsonSchema], required: Iterable[str] = ()) -> JsonSchema:
    """A closed object schema; `required` names that are no property are dropped."""
    needed = [name for name in required if name in properties]
    schema: JsonSchema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    if needed:
        schema["required"] = needed
    return schema


def make_calls(calls: Sequence[tuple[str, Mapping[str, Any]]], first: int = 1) -> tuple[ToolCall, ...]:
    """Calls numbered from `first`, as their ids count over a run."""
    made: list[ToolCall] = []
    for index, (name, arguments) in enumerate(calls):
        plain: JsonObject = dict(arguments)
        made.append(ToolCall(id=str(first + index), name=name, arguments=plain))
    return tuple(made)
