"""Converters of smart-home sets: home-llm's templates and refusals, the OHF intents' test sentences."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from agentkit.nano.rows import Shard
from agentkit.nano.wording import schema_of, words
from agentkit.types import JsonSchema

_PILES = "data/piles/english"
_DEVICES_PER_PHRASE = 6


def home_llm(folder: Path, seed: int = 0) -> Shard:
    """Services of devices; templates are filled with device names, refusals become rows without calls."""
    shard, rng = Shard("home_llm", "MIT"), random.Random(seed)
    names: dict[str, list[str]] = {}
    for row in _csv(folder, "pile_of_device_names"):
        names.setdefault(row["device_name"].split(".")[0], []).append(row["description"].strip())
    for row in _csv(folder, "pile_of_templated_actions"):
        kind, service, phrase = row["device_type"], row["service"], row["phrase"]
        if "|" in kind or kind not in names or set(_placeholders(phrase)) != {"device_name"}:
            continue
        key = _service(shard, kind, service)
        for device in rng.sample(names[kind], min(_DEVICES_PER_PHRASE, len(names[kind]))):
            name = device.lower() if rng.random() < 0.7 else device
            shard.ask(phrase.replace("<device_name>", name), [(key, {"device": name})], group="home")
    for row in _csv(folder, "pile_of_specific_actions"):
        kind, service = row["service_name"].split(".")
        name = row["device_name"].replace("_", " ")
        if name in row["phrase"].lower():
            start = row["phrase"].lower().index(name)
            shown = row["phrase"][start : start + len(name)]
            shard.ask(row["phrase"], [(_service(shard, kind, service), {"device": shown})], group="home")
    return shard


def _service(shard: Shard, kind: str, service: str) -> str:
    key = f"{kind}.{service}"
    device: JsonSchema = {"type": "string", "description": f"name of the {words(kind)}"}
    shard.tool(
        key, f"{words(service).capitalize()} for {words(kind)}", {"device": device}, required=["device"], group="home"
    )
    return key


def _placeholders(phrase: str) -> Iterator[str]:
    for part in phrase.split("<")[1:]:
        yield part.split(">")[0]


def _csv(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with (folder / _PILES / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


def ohf_intents(folder: Path) -> Shard:
    """Home Assistant intents; rows are the sentences of the English tests with their slots."""
    shard, yaml = Shard("ohf_intents", "CC-BY-4.0"), YAML(typ="safe")
    told: dict[str, Any] = yaml.load(folder / "intents.yaml")
    found: list[tuple[str, str, dict[str, Any]]] = []
    types: dict[tuple[str, str], JsonSchema] = {}
    for path in sorted((folder / "tests/en").glob("Hass*/*.yaml")):
        record = yaml.load(path) or {}
        for test in record.get("tests") or []:
            slots = {n: v for n, v in (test.get("slots") or {}).items() if isinstance(v, str | int | float)}
            for sentence in test.get("sentences") or []:
                shown = {n: v for n, v in slots.items() if str(v).lower() in sentence.lower()}
                found.append((sentence, path.parent.name, shown))
                types.update({(path.parent.name, n): schema_of(v) for n, v in shown.items()})
    for intent, record in told.items():
        properties: dict[str, JsonSchema] = {}
        for name, slot in (record.get("slots") or {}).items():
            if (intent, name) in types:
                properties[name] = {**types[intent, name], "description": slot.get("description", "")}
        shard.tool(intent, record.get("description") or words(intent), properties, group="home")
    for sentence, intent, slots in found:
        if intent in shard.tools:
            properties = shard.tools[intent].spec.parameters["properties"]
            kept = {n: v for n, v in slots.items() if n in properties and schema_of(v)["type"] == properties[n]["type"]}
            shard.ask(sentence, [(intent, kept)], group="home")
    return shard
