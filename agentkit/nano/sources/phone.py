"""Converters of the two sets of Android intents: DroidCall's requests and rma_mobile's."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agentkit.nano.rows import Shard
from agentkit.nano.wording import first_sentence, fits, normal, schema_from_annotation, schema_of, words
from agentkit.types import JsonSchema

_EMPTY: tuple[Any, ...] = (None, "", "None", "null", [], {})
_PER_TOOL = 1200
_NO_TOOL = 3000


def droidcall(folder: Path) -> Shard:
    """Machine-written requests for Android intents; argument types are those that the values show."""
    shard = Shard("droidcall", "MIT")
    history = folder / "history_2b63f2c/data"
    rows = _lines(history / "machine_generated.jsonl")
    calls = [(row["query"], row["intent"], _droid_arguments(row)) for row in rows if isinstance(row["extras"], dict)]
    types: dict[tuple[str, str], Counter[str]] = {}
    for _, intent, arguments in calls:
        for name, value in arguments.items():
            types.setdefault((intent, name), Counter())[json.dumps(schema_of(value))] += 1
    for intent in _lines(history / "intents.jsonl"):
        told = {**({"uri": intent["uri"]} if intent.get("uri") not in (*_EMPTY, "{}") else {}), **intent["extras"]}
        properties: dict[str, JsonSchema] = {}
        for name, description in told.items():
            seen = types.get((intent["action"], name))
            properties[name] = json.loads(seen.most_common(1)[0][0]) if seen else {"type": "string"}
            properties[name]["description"] = first_sentence(description, 70)
        shard.tool(intent["action"], _purpose(intent["desc"], intent["action"]), properties, group="android")
    for query, intent, arguments in calls:
        tool = shard.tools.get(intent)
        if tool is None:
            continue
        properties = tool.spec.parameters["properties"]
        kept = {name: value for name, value in arguments.items() if name in properties and not _invented(value, query)}
        if all(fits(value, properties[name]) for name, value in kept.items()):
            shard.ask(query, [(intent, kept)], group="android")
    return shard


def _droid_arguments(row: Mapping[str, Any]) -> dict[str, Any]:
    every = {"uri": row.get("uri"), **row["extras"]}
    return {name: value for name, value in every.items() if value not in _EMPTY}


def _invented(value: Any, query: str) -> bool:
    """Whether the value is an address that the request does not hold."""
    return isinstance(value, str) and "://" in value and value not in query


def _purpose(text: str, name: str) -> str:
    plain = " ".join(text.split())
    match = re.search(r"(To [^.]*?)(?:, use|\.|$)", plain)
    return first_sentence(match.group(1) if match else plain, 110) or words(name)


def rma_mobile(folder: Path, seed: int = 0) -> Shard:
    """Phone requests, capped for each of the 41 tools; requests that no tool fits become rows without calls."""
    shard = Shard("rma_mobile", "CC-BY-4.0")
    for path in ("apis/droidcall_apis.jsonl", "apis/api_v3.0.1.jsonl"):
        for api in _lines(folder / path):
            properties: dict[str, JsonSchema] = {}
            for name, told in api["arguments"].items():
                properties[name] = schema_from_annotation(told.get("type"))
                properties[name]["description"] = first_sentence(told.get("description"), 80)
            required = [name for name, told in api["arguments"].items() if told.get("required")]
            key = api.get("plan") or api["name"]
            shard.tool(key, first_sentence(api["description"], 120), properties, required=required, group="android")
    found = list(_rma_rows(folder, shard))
    random.Random(seed).shuffle(found)
    taken: Counter[str] = Counter()
    for query, plan, arguments in found:
        taken[plan] += 1
        if taken[plan] <= (_PER_TOOL if plan else _NO_TOOL):
            shard.ask(query, [(plan, arguments)] if plan else [], group="android")
    return shard


def _rma_rows(folder: Path, shard: Shard) -> Iterator[tuple[str, str, dict[str, Any]]]:
    seen: set[str] = set()
    paths = [*folder.glob("llm_generated_datas/*/*.jsonl"), *folder.glob("datasets/*.jsonl")]
    for path in sorted(paths):
        for record in _lines(path):
            query = record.get("rewrited_query" if record.get("conversation_history") else "query")
            answer = record.get("answer")
            if not isinstance(query, str) or not isinstance(answer, dict) or normal(query) in seen:
                continue
            plan, arguments = answer.get("plan"), answer.get("arguments")
            if plan == "N/A":
                seen.add(normal(query))
                yield query, "", {}
                continue
            tool = shard.tools.get(str(plan))
            if tool is None or not isinstance(arguments, dict):
                continue
            properties, needed = tool.spec.parameters["properties"], tool.spec.parameters.get("required", [])
            kept = {n: v for n, v in arguments.items() if v not in _EMPTY}
            if all(n in properties and fits(v, properties[n]) for n, v in kept.items()) and set(needed) <= set(kept):
                seen.add(normal(query))
                yield query, str(plan), kept


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8-sig") as lines:
        for line in lines:
            try:
                record = json.loads(line)
            except json.JSONDecodeError:
                continue
            if isinstance(record, dict):
                yield record
