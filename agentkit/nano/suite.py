"""The dev suite of unseen tools: rows of the held-out side as JSON lines for `agentkit.evaluate`.

Each row has five candidates, all held out: the tool wanted, up to two neighbours from its group, and others at random.
Names and descriptions are as the data have them. A share of rows wants no tool: the gold one is taken away.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from agentkit.nano.augment import ask_for
from agentkit.nano.generate.packs import pack_shard
from agentkit.nano.joining import join_requests
from agentkit.nano.mix import DOCUMENTED
from agentkit.nano.pool import Pool, Source
from agentkit.nano.rows import PoolTool, Row

_CANDIDATES = 5
_NEIGHBOURS = 2
_MAX_PARAMETERS = 8
FAMILIES = {
    "commands": ("tldr", "nl2bash"),
    "cloud": ("aws", "azure_cli", "windows_powershell"),
    "functions": ("pythonic_fc", "glaive_demo", "api_bank_lv3", "made_functions"),
    "phone": ("rma_mobile", "droidcall", "made_everyday"),
    "spoken": ("snips", "hwu64", "slurp_devel", "hinglish_top_english", "botframework_lu", "mycroft_skills"),
    "services": ("sgd", "star", "thingpedia", "typeagent"),
    "home": ("home_llm", "ohf_intents"),
    "selection": ("metatool", "clinc150"),
}
"""Sources that are scored together."""


def write_suite(pool: Pool, path: Path, each: int, seed: int = 0, *, masked: bool = False) -> Path:
    """`each` rows of every family, a quarter as many without a fitting tool and with two calls; returns the path.

    `masked` hides the tools' names, so that only descriptions tell them apart.
    """
    with path.open("w", encoding="utf-8") as out:
        for row in suite_rows(pool, each, seed, masked=masked):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def suite_rows(pool: Pool, each: int, seed: int = 0, *, masked: bool = False) -> Iterator[dict[str, Any]]:
    """The rows of a suite; see `write_suite`."""
    rng = random.Random(f"suite/{seed}")
    for family, names in FAMILIES.items():
        sources = [pool.sources[name] for name in names if name in pool.sources and pool.sources[name].asked]
        for row in _rows(pool, family, sources, each, rng):
            yield _masked(row) if masked else row


def write_pack_suite(path: Path, count: int, seed: int = 1) -> Path:
    """`count` requests for the tool packs that ship, drawn anew: known tools and wordings, unseen values."""
    shard = pack_shard(seed, scenes=count // 4)
    rows = [row for row in shard.rows if len(row.messages) == 1]
    with path.open("w", encoding="utf-8") as out:
        for row in random.Random(seed).sample(rows, count):
            specs = [shard.tools[key].spec for key in row.offered]
            shown = {
                "tools": [{"name": s.name, "description": s.description, "parameters": s.parameters} for s in specs],
                "messages": [{"role": "user", "content": row.messages[0].content}],
                "facts": list(row.facts),
                "expected": [
                    {"name": shard.tools[call.name].spec.name, "arguments": dict(call.arguments)} for call in row.calls
                ],
                "tags": [row.group] if row.calls else [],
            }
            out.write(json.dumps(shown, ensure_ascii=False) + "\n")
    return path


def _masked(row: dict[str, Any]) -> dict[str, Any]:
    """The same row with the tools called `tool_1`, `tool_2`, …"""
    names = {tool["name"]: f"tool_{number}" for number, tool in enumerate(row["tools"], 1)}
    return {
        **row,
        "tools": [{**tool, "name": names[tool["name"]]} for tool in row["tools"]],
        "expected": [{**call, "name": names[call["name"]]} for call in row["expected"]],
    }


def _rows(
    pool: Pool, family: str, sources: Sequence[Source], each: int, rng: random.Random
) -> Iterator[dict[str, Any]]:
    made = 0
    for _ in range(each * 20):
        if made >= each or not sources:
            return
        source = rng.choice(sources)
        key = source.draw(rng)
        plain = [row for row in source.by_tool[key] if len(row.messages) == 1 and not row.calls[0].control]
        if not plain:
            continue
        row, kind = rng.choice(plain), rng.random()
        tools = _candidates(pool, source, source.tools[key], rng)
        if kind < 0.15:
            yield _shown(source, row, [tool for tool in tools if tool.key != key], (), family)
        elif kind < 0.3:
            yield from _two(source, row, tools, family, rng)
        else:
            yield _shown(source, row, tools, row.calls, family)
        made += 1


def _candidates(pool: Pool, source: Source, gold: PoolTool, rng: random.Random) -> list[PoolTool]:
    chosen: list[tuple[Source, PoolTool]] = [(source, gold)]
    near = [key for key in source.by_group[gold.group] if key != gold.key]
    names = [name for name in pool.distractors if name != "made_references"]
    for attempt in range(80):
        if len(chosen) == _CANDIDATES:
            break
        if near and len(chosen) <= _NEIGHBOURS and attempt < 20:
            other = source
            tool = source.tools[rng.choice(near)]
        else:
            other = pool.sources[rng.choice(names)]
            tool = other.tools[rng.choice(other.keys)]
        if not any(pool.alike(tool, have, same_source=owner is other) or have is tool for owner, have in chosen):
            chosen.append((other, tool))
    tools = [tool for _, tool in chosen]
    rng.shuffle(tools)
    return tools


def _two(source: Source, row: Row, tools: list[PoolTool], family: str, rng: random.Random) -> Iterator[dict[str, Any]]:
    others = [
        other
        for tool in tools
        for other in source.by_tool.get(tool.key, [])[:5]
        if tool.key in source.tools and source.tools[tool.key] is tool and len(other.messages) == 1
    ]
    others = [other for other in others if not other.calls[0].control and other.calls != row.calls]
    if others:
        both = join_requests([row, rng.choice(others)], rng)
        yield _shown(source, both, tools, both.calls, family)


def _shown(source: Source, row: Row, tools: Sequence[PoolTool], calls: Sequence[Any], family: str) -> dict[str, Any]:
    given = {call.name: {n for c in row.calls if c.name == call.name for n in c.arguments} for call in row.calls}
    always = {call.name: set(call.arguments) for call in row.calls}
    text = row.messages[-1].content
    if source.name in DOCUMENTED and len(calls) < 2:
        text = ask_for(text, random.Random(text))
    names = {tool.key: tool.spec.name for tool in tools}
    return {
        "tools": [_tool(tool, given.get(tool.key, set()), always.get(tool.key)) for tool in tools],
        "messages": [{"role": "user", "content": text}],
        "facts": list(row.facts),
        "expected": [{"name": names[call.name], "arguments": dict(call.arguments)} for call in calls],
        "tags": [family] if len(calls) == 1 else [],
    }


def _tool(tool: PoolTool, given: set[str], always: set[str] | None) -> dict[str, Any]:
    """A tool as it is, but no longer than a prompt allows; what the call leaves out is optional."""
    schema = tool.spec.parameters
    names = list(schema["properties"])
    kept = [name for index, name in enumerate(names) if name in given or index < _MAX_PARAMETERS]
    required = [name for name in schema.get("required", ()) if name in kept and (always is None or name in always)]
    parameters: dict[str, Any] = {
        "type": "object",
        "properties": {name: schema["properties"][name] for name in kept},
        "additionalProperties": False,
    }
    if required:
        parameters["required"] = required
    return {"name": tool.spec.name, "description": tool.spec.description, "parameters": parameters}
