"""Converters of sets that say which tool, and no more: MetaTool, CLINC150, BANKING77.

The last two mainly give requests that fit no tool of a prompt; their intents also stand as tools without parameters.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

from agentkit.nano.rows import Shard
from agentkit.nano.wording import first_sentence, normal, words

_PER_TOOL = 150
_PER_INTENT = 40


def metatool(folder: Path) -> Shard:
    """Requests for chat plug-ins, one or several; requests with an unfilled placeholder are left out."""
    shard = Shard("metatool", "MIT")
    told: dict[str, str] = json.loads((folder / "dataset/plugin_des.json").read_text("utf-8"))
    told.update(json.loads((folder / "dataset/big_tool_des.json").read_text("utf-8")))
    for name, description in told.items():
        shard.tool(name, first_sentence(description, 140), {}, group="plug-ins")
    taken: Counter[str] = Counter()
    seen: set[str] = set()
    with (folder / "dataset/data/all_clean_data.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            name, query = row["Tool"], row["Query"]
            if name in told and taken[name] < _PER_TOOL and "[" not in query and normal(query) not in seen:
                seen.add(normal(query))
                taken[name] += 1
                shard.ask(query, [(name, {})], group="plug-ins")
    for record in json.loads((folder / "dataset/data/multi_tool_query_golden.json").read_text("utf-8")):
        if all(name in told for name in record["tool"]):
            shard.ask(record["query"], [(name, {}) for name in record["tool"]], group="plug-ins")
    return shard


def clinc150(folder: Path) -> Shard:
    """150 intents of everyday domains, and requests outside all of them."""
    shard = Shard("clinc150", "CC-BY-3.0")
    parts = json.loads((folder / "data_full_no_test.json").read_text("utf-8"))
    domains: dict[str, list[str]] = json.loads((folder / "domains.json").read_text("utf-8"))
    group = {intent: domain for domain, intents in domains.items() for intent in intents}
    taken: Counter[str] = Counter()
    for query, intent in parts["train"]:
        taken[intent] += 1
        if taken[intent] <= _PER_INTENT:
            shard.tool(intent, words(intent).capitalize(), {}, group=group.get(intent, ""))
            shard.ask(query, [(intent, {})], group=group.get(intent, ""))
    for query, _ in parts["oos_train"] + parts["oos_val"]:
        shard.ask(query, [])
    return shard


def banking77(folder: Path) -> Shard:
    """Questions to a bank by intent; the training part."""
    shard = Shard("banking77", "CC-BY-4.0")
    taken: Counter[str] = Counter()
    with (folder / "banking_data/train.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            intent = row["category"]
            taken[intent] += 1
            if taken[intent] <= _PER_INTENT and len(row["text"]) < 200:
                shard.tool(intent, words(intent).capitalize(), {}, group="bank")
                shard.ask(row["text"], [(intent, {})], group="bank")
    return shard
