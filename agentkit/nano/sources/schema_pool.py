"""Converters of the schema pool: command lines and cloud operations, most of them with sentences in another wording.

Values that stand marked in a sentence, as `[value](parameter)`, become arguments; an argument whose value does not
stand in the sentence is dropped, because training on it would teach invention.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agentkit.nano.rows import Shard
from agentkit.nano.wording import first_sentence, fits, normal, stems, words
from agentkit.types import JsonSchema

_MARK = re.compile(r"\[([^\[\]]+)\]\((\w+)\)")
_PLACEHOLDER = re.compile(r"^\{\{(.*)\}\}$")
_KINDS = frozenset(("string", "integer", "number", "boolean", "array", "object"))
_MAX_PARAMETERS = 12
_COMMAND_WORDS = 2

LICENCES = {
    "tldr": "CC-BY-4.0",
    "windows_powershell": "CC-BY-4.0",
    "azure_cli": "CC-BY-4.0",
    "aws": "Apache-2.0",
    "google": "Apache-2.0",
    "nl2bash": "MIT",
    "mycroft_skills": "Apache-2.0",
}


def convert(folder: Path, source: str) -> Shard:
    """One file of the pool as a shard; `folder` holds `<source>.jsonl.gz`."""
    shard = Shard(source, LICENCES[source])
    with gzip.open(folder / f"{source}.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = map(json.loads, lines)
        if source == "nl2bash":
            _bash(shard, records)
        else:
            for record in records:
                _operation(shard, record)
    return shard


def _operation(shard: Shard, record: Mapping[str, Any]) -> None:
    group = str(record.get("group") or record.get("service") or "")
    tool = record["tool"]
    texts = [_plain(text) for text in record.get("texts") or [] if _useful(text)]
    properties = _properties(tool["parameters"].get("properties") or {})
    key = f"{group}/{tool['name']}"
    description = first_sentence(tool.get("description"), 140)
    if not description and not texts:
        return
    wordings = [first_sentence(record.get("more"), 140)] if record.get("more") else []
    wordings += [text for text in texts if len(text) < 120]
    required = [name for name in tool["parameters"].get("required") or [] if name in properties]
    shard.tool(key, description, properties, required=required, group=group, name=tool["name"], wordings=wordings[:6])
    seen: set[str] = set()
    for text, arguments in _examples(record):
        request, grounded = _request(text, arguments, properties)
        if normal(request) in seen or _too_easy(shard.source, request, tool["name"], description):
            continue
        seen.add(normal(request))
        shard.ask(request, [(key, grounded)], group=group)


def _examples(record: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    told = {call["text"]: call.get("args") or {} for call in record.get("calls") or []}
    yield from told.items()
    for text in record.get("texts") or []:
        if _useful(text) and text not in told:
            yield text, {}


def _request(
    text: str, arguments: Mapping[str, Any], properties: Mapping[str, JsonSchema]
) -> tuple[str, dict[str, Any]]:
    marked = {name: value for value, name in _MARK.findall(text)}
    request, kept = _plain(text), dict[str, Any]()
    lowered = request.lower()
    for name, raw in {**arguments, **marked}.items():
        if name not in properties:
            continue
        schema = properties[name]
        value = _typed(_bare(raw), schema)
        if fits(value, schema) and _stands_in(value, lowered, schema):
            kept[name] = value
    return request, kept


def _typed(value: Any, schema: JsonSchema) -> Any:
    if schema.get("type") == "array" and isinstance(value, str):
        return [value]
    if schema.get("type") in ("integer", "number") and isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        return int(value)
    return value


def _stands_in(value: Any, lowered: str, schema: JsonSchema) -> bool:
    if isinstance(value, bool):
        return True
    if isinstance(value, list):
        items: list[Any] = value
        return bool(items) and all(_stands_in(item, lowered, schema) for item in items)
    if isinstance(value, dict):
        return False
    found = str(value).lower()
    if "enum" in schema:
        return words(found) in words(lowered)
    return bool(found) and re.search(rf"(?<![\w.]){re.escape(found)}(?![\w])", lowered) is not None


def _bare(value: Any) -> Any:
    match = _PLACEHOLDER.match(value) if isinstance(value, str) else None
    return match.group(1) if match else value


def _plain(text: str) -> str:
    return first_sentence(_MARK.sub(r"\1", text), 220)


def _useful(text: str) -> bool:
    return len(normal(text).split()) > 2 and not re.match(r"(display|show) (help|version)", text.lower())


def _too_easy(source: str, request: str, name: str, description: str) -> bool:
    """Whether a cloud operation's sentence says little more than its own description (cloud sets are capped so)."""
    if source not in ("aws", "azure_cli", "google"):
        return False
    asked = stems(request)
    return not asked or len(asked & (stems(name) | stems(description))) > 0.8 * len(asked)


def _properties(raw: Mapping[str, Any]) -> dict[str, JsonSchema]:
    made: dict[str, JsonSchema] = {}
    for name, schema in list(raw.items())[:_MAX_PARAMETERS]:
        kind = schema.get("type", "string")
        out: JsonSchema = {"type": kind if kind in _KINDS else "string"}
        if kind == "array":
            items = schema.get("items")
            item = items if isinstance(items, str) else (items or {}).get("type", "string")
            out["items"] = {"type": item if item in _KINDS - {"array", "object"} else "string"}
        options = [str(option) for option in schema.get("enum") or []]
        if kind == "string" and 0 < len(options) <= 8 and all(re.fullmatch(r"[\w.+-]{1,40}", o) for o in options):
            out["enum"] = options
        if schema.get("description"):
            out["description"] = first_sentence(schema["description"], 70)
        made[name] = out
    return made


def _bash(shard: Shard, records: Iterator[Mapping[str, Any]]) -> None:
    """Commands become tools named by their program, described by the shortest other request for the same program."""
    by_program: dict[str, list[tuple[str, str]]] = {}
    for record in records:
        parts = str(record["command"]).split()
        if parts and re.fullmatch(r"[a-z][\w+-]+", parts[0]) and len(record["text"]) < 200:
            by_program.setdefault(parts[0], []).append((record["text"], record["command"]))
    for program, pairs in by_program.items():
        if len(pairs) <= _COMMAND_WORDS:
            continue
        texts = sorted((text for text, _ in pairs), key=len)
        shard.tool(program, first_sentence(texts[0]), {}, group="bash", wordings=texts[1:6])
        for text, _ in pairs:
            shard.ask(text, [(program, {})], group="bash")
