# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Converters of requests written beside programs: Thingpedia's ThingTalk, TypeAgent's typed actions.

Only programs of a single call are taken. Thingpedia's placeholders are filled with made-up values.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agentkit.nano.generate.values import Values
from agentkit.nano.rows import Shard
from agentkit.nano.wording import first_sentence, fits, grounded, normal, schema_of, words
from agentkit.types import JsonSchema

_CALL = re.compile(r"@([\w.\-]+) (?:\( .*? \) )?\. (\w+) \( (.*?)\) ?(?:filter (.*?) )?;$")
_PART = re.compile(r"(\w+) (=|==|=~|>=|<=) (enum \w+|[A-Z]+(?:_[A-Z]+)*_\d|true|false)(?: ([A-Za-z]+))?$")
_PLACEHOLDER = re.compile(r"\b(QUOTED_STRING|NUMBER|LOCATION|USERNAME|HASHTAG|EMAIL_ADDRESS|URL|PHONE_NUMBER)_\d\b")
_PER_FUNCTION = 60
_NOT_CALLS = ("monitor", "=>", " of ", "count", "sort", " || ", "[")


def thingpedia(folder: Path, seed: int = 0) -> Shard:
    """Paraphrased requests with one call; a filter's condition counts as an argument."""
    shard, rng = Shard("thingpedia", "BSD-3-Clause"), random.Random(seed)
    taken: Counter[str] = Counter()
    rows: list[tuple[str, str, dict[str, Any]]] = []
    types: dict[str, dict[str, JsonSchema]] = {}
    for path in sorted(folder.rglob("paraphrase.tsv")):
        for line in path.read_text("utf-8").splitlines():
            parts = line.split("\t")
            found = _thing_call(parts[3]) if len(parts) == 4 else None
            if found is None or taken[found[0]] >= _PER_FUNCTION:
                continue
            key, raw = found
            taken[key] += 1
            text, arguments = _with_values(parts[2], raw, Values(rng))
            if text and all(
                fits(value, types.get(key, {}).get(name, schema_of(value))) for name, value in arguments.items()
            ):
                types.setdefault(key, {}).update({name: schema_of(value) for name, value in arguments.items()})
                rows.append((text, key, arguments))
    for key, properties in types.items():
        device, function = key.split("/")
        shard.tool(
            key,
            f"{words(device.split('.')[-1])}: {words(function)}".capitalize(),
            properties,
            group=device,
            name=function,
        )
    for text, key, arguments in rows:
        shard.ask(text, [(key, arguments)], group=key.split("/")[0])
    return shard


def _thing_call(program: str) -> tuple[str, list[tuple[str, str]]] | None:
    body = program.replace("$dialogue @org.thingpedia.dialogue.transaction . execute ; ", "")
    match = _CALL.fullmatch(body.strip())
    if match is None or any(mark in body for mark in _NOT_CALLS):
        return None
    device, function, given, conditions = match.groups()
    parts: list[tuple[str, str]] = []
    for text in [*(given or "").split(" , "), *(conditions or "").split(" && ")]:
        if not text.strip():
            continue
        part = _PART.match(text.strip())
        if part is None:
            return None
        name = "name" if part.group(1) == "id" else part.group(1)
        parts.append(({">=": "min_", "<=": "max_"}.get(part.group(2), "") + name, part.group(3)))
    return f"{device}/{function}", parts


def _with_values(text: str, parts: list[tuple[str, str]], values: Values) -> tuple[str, dict[str, Any]]:
    """The request and its arguments with made-up values; an empty request when a value cannot be made."""
    made: dict[str, Any] = {}
    for match in _PLACEHOLDER.finditer(text):
        made.setdefault(match.group(0), _value(match.group(1), values))
    arguments: dict[str, Any] = {}
    for name, raw in parts:
        if raw.startswith("enum "):
            arguments[name] = raw.removeprefix("enum ")
        elif raw in ("true", "false"):
            arguments[name] = raw == "true"
        elif raw in made:
            arguments[name] = made[raw]
        else:
            return "", {}
    filled = _PLACEHOLDER.sub(lambda match: str(made[match.group(0)]), text)
    plain = re.sub(r" (?=[?!.,]|'\w|n't)", "", filled)
    return ("" if re.search(r"[A-Z]{3,}_\d", plain) else plain), arguments


def _value(kind: str, values: Values) -> Any:
    if kind == "NUMBER":
        return values.integer()
    maker = {
        "QUOTED_STRING": values.phrase,
        "LOCATION": values.place,
        "USERNAME": values.first_name,
        "HASHTAG": values.noun,
        "EMAIL_ADDRESS": values.email,
        "URL": values.url,
        "PHONE_NUMBER": values.phone,
    }[kind]
    return maker()


_ACTION = re.compile(
    r"((?:^[ \t]*//[^\n]*\n)+)?^export (?:type|interface) \w+ ?=? ?\{\s*actionName: ?\"(\w+)\";?(.*?)^\};?", re.M | re.S
)
_FIELD = re.compile(r"((?:^[ \t]*//[^\n]*\n)*)^[ \t]{4,}(\w+)(\?)?: ([^;{}\n]+);", re.M)
_SAMPLE = re.compile(r'^\s*-?\s*"(.+?)"\s*$')


def typeagent(folder: Path) -> Shard:
    """Actions of TypeScript schemas with the sample phrases of their comments, and the player's explained requests."""
    shard = Shard("typeagent", "MIT")
    for path in sorted(folder.rglob("*.ts")):
        group = re.sub(r"(Actions?)?Schema.*", "", path.stem) or path.stem
        for match in _ACTION.finditer(path.read_text("utf-8")):
            comment, name, body = match.group(1) or "", match.group(2), match.group(3)
            key = f"{group}/{name}"
            description, samples = _comment(comment)
            properties, required = _fields(body)
            told = first_sentence(description, 140) or words(name).capitalize()
            shard.tool(key, told, properties, required=required, group=group, name=name)
            for sample in samples:
                shard.ask(sample, [(key, {})], group=group)
    for path in sorted(folder.rglob("explanations/player/v5/*.json")):
        for entry in json.loads(path.read_text("utf-8")).get("entries", []):
            _explained(shard, entry)
    return shard


def _comment(text: str) -> tuple[str, list[str]]:
    lines = [line.strip().removeprefix("//").strip() for line in text.splitlines()]
    samples = [match.group(1) for line in lines if (match := _SAMPLE.match(line))]
    told = [line for line in lines if not _SAMPLE.match(line) and not line.lower().startswith(("sample", "example"))]
    return " ".join(told), samples


def _fields(body: str) -> tuple[dict[str, JsonSchema], list[str]]:
    properties: dict[str, JsonSchema] = {}
    required: list[str] = []
    inner = body.partition("parameters")[2]
    for comment, name, optional, kind in _FIELD.findall(inner):
        properties[name] = _typescript(kind.strip())
        told = first_sentence(_comment(comment)[0], 80)
        if told:
            properties[name]["description"] = told
        if not optional:
            required.append(name)
    return properties, required


def _typescript(kind: str) -> JsonSchema:
    if kind.endswith("[]"):
        return {"type": "array", "items": _typescript(kind[:-2])}
    options = re.findall(r'"([^"]+)"', kind)
    if options:
        return {"type": "string", "enum": options}
    return {"type": {"number": "number", "boolean": "boolean", "integer": "integer"}.get(kind, "string")}


def _explained(shard: Shard, entry: Mapping[str, Any]) -> None:
    action = entry.get("action")
    if not isinstance(action, dict) or "fullActionName" not in action:
        return
    group, _, name = action["fullActionName"].partition(".")
    given = {n: v for n, v in action.get("parameters", {}).items() if isinstance(v, str | int | float | bool)}
    key, request = f"{group}/{name}", entry["request"]
    properties = shard.tools[key].spec.parameters["properties"] if key in shard.tools else {}
    kept = {n: v for n, v in given.items() if n in properties and fits(v, properties[n]) and grounded(v, request)}
    if key not in shard.tools:
        shard.tool(key, words(name).capitalize(), {}, group=group, name=name)
    if normal(request):
        shard.ask(request, [(key, kept)], group=group)
