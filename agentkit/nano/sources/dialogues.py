"""Converters of task dialogues: Schema-Guided Dialogue, STAR, Taskmaster-4.

A call is kept when its values stand in the user's turns that are shown; assistant turns become `finish` or `ask` texts.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from agentkit.nano.rows import Shard
from agentkit.nano.wording import first_sentence, grounded, schema_of, words
from agentkit.types import JsonSchema, Message, ToolCall

_WORDINGS = 6
_PER_INTENT = 700
_MAX_CHARACTERS = 420


def said(text: str) -> Message:
    """An assistant turn of plain words, as the control call it would have been."""
    name, argument = ("ask", "question") if text.rstrip().endswith("?") else ("finish", "answer")
    return Message(role="assistant", calls=(ToolCall(id="1", name=name, arguments={argument: text}),))


def sgd(folder: Path) -> Shard:
    """Intents of services, each schema in up to six wordings; one row for each user turn that states an intent."""
    shard = Shard("sgd", "CC-BY-SA-4.0", share_alike=True)
    for part in ("train", "dev"):
        schemas = _sgd_schemas(folder, part)
        for service, versions in schemas.items():
            for version, schema in enumerate(versions):
                _sgd_tools(shard, service, version, schema)
        taken: Counter[tuple[str, str]] = Counter()
        for path in sorted((folder / part).glob("dialogues_*.json")):
            for dialogue in json.loads(path.read_text("utf-8")):
                _sgd_dialogue(shard, schemas, dialogue["turns"], taken)
    return shard


def _sgd_schemas(folder: Path, part: str) -> dict[str, list[dict[str, Any]]]:
    base = json.loads((folder / part / "schema.json").read_text("utf-8"))
    schemas: dict[str, list[dict[str, Any]]] = {schema["service_name"]: [schema] for schema in base}
    for version in range(1, _WORDINGS):
        path = folder / f"sgd_x/data/v{version}/{part}/schema.json"
        if not path.exists():
            continue
        for plain, other in zip(base, json.loads(path.read_text("utf-8")), strict=False):
            same = all(len(plain[kind]) == len(other[kind]) for kind in ("slots", "intents"))
            if same:
                schemas[plain["service_name"]].append(other)
    return schemas


def _sgd_tools(shard: Shard, service: str, version: int, schema: Mapping[str, Any]) -> None:
    slots = {slot["name"]: slot for slot in schema["slots"]}
    for index, intent in enumerate(schema["intents"]):
        names = [*intent["required_slots"], *intent["optional_slots"]]
        properties = {name: _sgd_slot(slots[name]) for name in names if name in slots}
        key = f"{service}/{index}/{version}"
        shard.tool(
            key,
            intent["description"],
            properties,
            group=service,
            name=intent["name"],
            required=intent["required_slots"],
            family=service.partition("_")[0],
            operation=f"{service}/{index}",
        )


def _sgd_slot(slot: Mapping[str, Any]) -> JsonSchema:
    options = list(slot["possible_values"]) if slot["is_categorical"] else []
    schema: JsonSchema = {"type": "string", "description": first_sentence(slot["description"], 70)}
    if options and set(options) <= {"True", "False"}:
        schema["type"] = "boolean"
    elif options and all(option.isdigit() for option in options):
        schema["type"] = "integer"
    elif 0 < len(options) <= 8:
        schema["enum"] = options
    return schema


def _sgd_dialogue(
    shard: Shard,
    schemas: Mapping[str, Sequence[Mapping[str, Any]]],
    turns: Sequence[Mapping[str, Any]],
    taken: Counter[tuple[str, str]],
) -> None:
    before = ""
    for turn in turns:
        if turn["speaker"] != "USER":
            before = turn["utterance"]
            continue
        for frame in turn["frames"]:
            service = frame["service"]
            intents = [action["values"][0] for action in frame["actions"] if action["act"] == "INFORM_INTENT"]
            told = {
                action["slot"]: action["values"][0]
                for action in frame["actions"]
                if action["act"] == "INFORM" and action["values"] and action["slot"]
            }
            names = [intent["name"] for intent in schemas[service][0]["intents"]]
            if not intents or intents[0] not in names or not told:
                continue
            taken[service, intents[0]] += 1
            turned = taken[service, intents[0]]
            if turned <= _PER_INTENT:
                version = turned % len(schemas[service])
                key = f"{service}/{names.index(intents[0])}/{version}"
                properties = shard.tools[key].spec.parameters["properties"]
                arguments = _sgd_arguments(properties, schemas[service], version, told, frame["state"]["slot_values"])
                if arguments is not None:
                    history = [said(before)] if before and turned % 5 == 0 and len(before) < 120 else []
                    shard.ask(turn["utterance"], [(key, arguments)], group=service, before=history)


def _sgd_arguments(
    properties: Mapping[str, JsonSchema],
    versions: Sequence[Mapping[str, Any]],
    version: int,
    told: Mapping[str, str],
    state: Mapping[str, Sequence[str]],
) -> dict[str, Any] | None:
    names = {a["name"]: b["name"] for a, b in zip(versions[0]["slots"], versions[version]["slots"], strict=False)}
    categorical = {slot["name"]: slot["is_categorical"] for slot in versions[0]["slots"]}
    made: dict[str, Any] = {}
    for slot, text in told.items():
        name = names.get(slot, slot)
        if name not in properties:
            return None
        value: Any = state.get(slot, [text])[0] if categorical.get(slot) else text
        kind = properties[name]["type"]
        if kind == "boolean":
            value = value == "True"
        elif kind == "integer":
            if not str(value).isdigit():
                return None
            value = int(value)
        elif "enum" in properties[name] and value not in properties[name]["enum"]:
            return None
        made[name] = value
    return made


def star(folder: Path) -> Shard:
    """Queries of a wizard to 24 APIs; the last three user turns are shown and must hold every value."""
    shard = Shard("star", "MIT")
    for path in sorted((folder / "apis").rglob("*.json")):
        api = json.loads(path.read_text("utf-8"))
        if not isinstance(api, dict):
            continue
        properties = {
            field["Name"]: _star_field(field) for field in api.get("input", []) if field["Name"] != "RequestType"
        }
        name = path.stem
        shard.tool(name, words(name).capitalize(), properties, group=name.split("_")[0])
    for path in sorted((folder / "dialogues").rglob("*.json")):
        for name, turns, constraints in _star_queries(json.loads(path.read_text("utf-8"))["Events"]):
            tool = shard.tools.get(name)
            shown = " ".join(turns)
            if tool is None or len(shown) > _MAX_CHARACTERS:
                continue
            properties = tool.spec.parameters["properties"]
            arguments = {n: v for n, v in constraints.items() if n in properties and grounded(v, shown, 1.0)}
            if arguments and len(arguments) >= len(constraints) - 1:
                arguments = {n: _typed(v, properties[n]) for n, v in arguments.items()}
                if all(v is not None for v in arguments.values()):
                    before = [Message(role="user", content=text) for text in turns[:-1]]
                    shard.ask(turns[-1], [(name, arguments)], group=tool.group, before=before)
    return shard


def _star_field(field: Mapping[str, Any]) -> JsonSchema:
    schema: JsonSchema = {"type": "integer" if field["Type"] == "Integer" else "string"}
    options = field.get("Categories") or []
    if field["Type"] == "Categorical" and 0 < len(options) <= 8 and all(isinstance(o, str) for o in options):
        schema["enum"] = options
    if field.get("ReadableName"):
        schema["description"] = field["ReadableName"]
    return schema


def _star_queries(events: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    turns: list[str] = []
    for event in events:
        if event["Action"] == "utter" and event["Agent"] == "User":
            turns = [*turns, event["Text"].strip()][-3:]
        elif event["Action"] == "query" and turns:
            made: dict[str, str] = {}
            for constraint in event.get("Constraints") or []:
                for name, value in constraint.items():
                    if isinstance(value, str) and value.startswith('"') and name != "RequestType":
                        made[name] = value.strip('"')
            yield event["APIName"], turns, made
            turns = []


def _typed(value: str, schema: JsonSchema) -> Any:
    if schema["type"] == "integer":
        return int(value) if value.isdigit() else None
    if "enum" in schema:
        return next((option for option in schema["enum"] if option.lower() == value.lower()), None)
    return value


def taskmaster4(folder: Path, per_api: int = 500) -> Shard:
    """Orders in a coffee bar with JSON calls; kept when every value stands in the user's turn."""
    shard = Shard("taskmaster4", "CC-BY-4.0")
    seen: dict[str, dict[str, JsonSchema]] = {}
    rows: list[tuple[str, str, dict[str, Any]]] = []
    taken: Counter[str] = Counter()
    for path in sorted(folder.glob("TM-4-2024/data/*.json")):
        for dialogue in json.loads(path.read_text("utf-8")):
            for turn in dialogue["utterances"]:
                if turn["speaker"] != "user":
                    continue
                for name, request in _tm4_calls(turn["annotations"]):
                    known = [v for v in request.values() if not isinstance(v, dict) and grounded(v, turn["text"], 1.0)]
                    if len(known) == len(request) and taken[name] < per_api and len(turn["text"]) < 250:
                        taken[name] += 1
                        seen.setdefault(name, {}).update({key: schema_of(value) for key, value in request.items()})
                        rows.append((turn["text"], name, request))
    for name, properties in seen.items():
        shard.tool(name, words(name).capitalize(), properties, group="coffee bar")
    for text, name, request in rows:
        if all(schema_of(value) == seen[name][key] for key, value in request.items()):
            shard.ask(text, [(name, request)], group="coffee bar")
    return shard


def _tm4_calls(annotations: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, dict[str, Any]]]:
    calls = {note["context"]: note["value"] for note in annotations if note["name"] == "api_call"}
    requests = {note["context"]: note["value"] for note in annotations if note["name"] == "request"}
    if len(calls) == 1:
        for context, name in calls.items():
            try:
                request = json.loads(requests.get(context, "{}"))
            except json.JSONDecodeError:
                continue
            if isinstance(request, dict):
                yield name, {key: value.strip() if isinstance(value, str) else value for key, value in request.items()}
