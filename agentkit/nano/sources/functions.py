"""Converters of sets of functions with requests: pythonic_fc, Seal-Tools, API-Bank level 3, the Glaive demo chats."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from agentkit.nano.rows import Shard
from agentkit.nano.wording import first_sentence, fits, grounded, schema_from_annotation, stems
from agentkit.types import JsonSchema, Message

_PYTHONIC = "pipeline/data/087190226fd447b5b4595971dc8a8728/multi_turn_queries.json"


def pythonic_fc(folder: Path) -> Shard:
    """Python signatures with docstrings and the calls that chats made of them; one row per request."""
    shard = Shard("pythonic_fc", "Apache-2.0")
    for index, chat in enumerate(json.loads((folder / _PYTHONIC).read_text("utf-8"))):
        names: dict[str, str] = {}
        for text in chat.get("function_schemas") or []:
            signature = _signature(text)
            if signature is not None:
                name, description, properties, required = signature
                names[name] = f"{index}/{name}"
                shard.tool(names[name], description, properties, required=required, group=str(index), name=name)
        request = ""
        for step in chat["trace"]:
            if "query" in step:
                request = step["query"]
            elif "function_call" in step and request:
                call = _python_call(step["function_call"])
                if call and call[0] in names:
                    arguments = _named(shard, names[call[0]], call[1], call[2])
                    known = _known(shard, names[call[0]], arguments, request)
                    if "Ellipsis" not in repr(arguments) and known is not None:
                        shard.ask(request, [(names[call[0]], known)], group=str(index))
                request = ""
    return shard


def _signature(source: str) -> tuple[str, str, dict[str, JsonSchema], list[str]] | None:
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return None
    if not body or not isinstance(body[0], ast.FunctionDef):
        return None
    function = body[0]
    doc = ast.get_docstring(function) or ""
    told = dict(re.findall(r":param (\w+): *([^\n]*)", doc))
    plain = function.args.args
    needed = len(plain) - len(function.args.defaults)
    properties: dict[str, JsonSchema] = {}
    for argument in plain:
        schema = schema_from_annotation(ast.unparse(argument.annotation) if argument.annotation else "str")
        if told.get(argument.arg):
            schema["description"] = first_sentence(told[argument.arg], 80)
        properties[argument.arg] = schema
    summary = first_sentence(doc.split(":param")[0].split("\n\n")[0], 140)
    return function.name, summary, properties, [argument.arg for argument in plain[:needed]]


def _python_call(source: str) -> tuple[str, dict[str, Any], list[Any]] | None:
    try:
        call = ast.parse(source.strip(), mode="eval").body
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            return None
        arguments = {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
        return call.func.id, arguments, [ast.literal_eval(value) for value in call.args]
    except (SyntaxError, ValueError, TypeError):
        return None


def _named(shard: Shard, key: str, arguments: Mapping[str, Any], positional: list[Any]) -> dict[str, Any]:
    names = list(shard.tools[key].spec.parameters["properties"])
    return {**dict(zip(names, positional, strict=False)), **arguments}


def _supported(shard: Shard, key: str, arguments: Mapping[str, Any], request: str) -> bool:
    """Whether the call fits its schema and at least half of its values could come from this one request."""
    schema = shard.tools[key].spec.parameters
    properties = schema["properties"]
    if any(name not in properties or not fits(value, properties[name]) for name, value in arguments.items()):
        return False
    if any(name not in arguments for name in schema.get("required", [])):
        return False
    known = sum(grounded(value, request) for value in arguments.values())
    return not arguments or known >= 0.5 * len(arguments)


def _known(shard: Shard, key: str, arguments: Mapping[str, Any], request: str) -> dict[str, Any] | None:
    """The arguments that could come from this request alone; None when one does not fit the schema."""
    properties = shard.tools[key].spec.parameters["properties"]
    if any(name not in properties for name in arguments):
        return None
    known = {name: value for name, value in arguments.items() if grounded(value, request)}
    tool = shard.tools[key].spec
    if not known and not stems(request) & stems(f"{tool.name} {tool.description}"):
        return None
    return known if all(fits(value, properties[name]) for name, value in known.items()) else None


def seal_tools(folder: Path) -> Shard:
    """Tool schemas by field, and requests of one or several calls; calls that use an earlier result get a `$ref`."""
    shard = Shard("seal_tools", "Apache-2.0")
    for line in (folder / "tool_no_ood.jsonl").read_text("utf-8").splitlines():
        tool = json.loads(line)
        properties: dict[str, JsonSchema] = {}
        for name, told in tool["parameters"].items():
            properties[name] = schema_from_annotation(told.get("type"))
            properties[name]["description"] = first_sentence(told.get("description"), 80)
        shard.tool(
            tool["api_name"],
            first_sentence(tool["api_description"], 140),
            properties,
            required=tool.get("required") or [],
            group=str(tool.get("field", "")).split("/")[0],
        )
    for line in (folder / "dev.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        calls = [(call["api"], _seal_arguments(shard, call)) for call in record["calling"]]
        if all(arguments is not None for _, arguments in calls) and len(calls) <= 5:
            group = shard.tools[calls[0][0]].group
            shard.ask(record["query"], [(name, arguments or {}) for name, arguments in calls], group=group)
    return shard


def _seal_arguments(shard: Shard, call: Mapping[str, Any]) -> dict[str, Any] | None:
    tool = shard.tools.get(call["api"])
    if tool is None:
        return None
    properties = tool.spec.parameters["properties"]
    made: dict[str, Any] = {}
    for name, value in call["parameters"].items():
        if name not in properties:
            return None
        reference = re.fullmatch(r"API_call_(\d+)", value) if isinstance(value, str) else None
        if reference or not fits(value, properties[name]):
            return None
        made[name] = value
    return made


def api_bank(folder: Path) -> Shard:
    """Requests with the one API that a tool search returned; the searching steps themselves are left out."""
    shard = Shard("api_bank_lv3", "MIT")
    for path in sorted((folder / "history/training-data").glob("lv3-*train.json")):
        for record in json.loads(path.read_text("utf-8")):
            call = re.search(r"API-Request: \[(\w+\(.*\))\]", record["output"], re.S)
            parsed = _python_call(call.group(1)) if call else None
            request = re.search(r"User: (.+?)(?:TIME: ([\d\- :]+))?\n", record["input"])
            if parsed is None or request is None or parsed[0] == "ToolSearcher":
                continue
            tool = _found_api(record["input"], parsed[0])
            if tool is None or any(name not in tool[1] for name in parsed[1]):
                continue
            arguments = {n: v for n, v in parsed[1].items() if fits(v, tool[1][n]) and grounded(v, request.group(1))}
            if len(arguments) < len(parsed[1]):
                continue
            shard.tool(parsed[0], tool[0], tool[1], required=list(arguments), group="api_bank")
            facts = [f"now {request.group(2).strip()}"] if request.group(2) else []
            shard.ask(request.group(1), [(parsed[0], arguments)], facts=facts, group="api_bank")
    return shard


def _found_api(text: str, name: str) -> tuple[str, dict[str, JsonSchema]] | None:
    for found in re.findall(r"->(\{'name'.*?)\n", text):
        try:
            record = ast.literal_eval(found.strip())
        except (SyntaxError, ValueError):
            continue
        if record.get("name") == name:
            properties: dict[str, JsonSchema] = {}
            told_by_name = record.get("input_parameters")
            for key, told in told_by_name.items() if isinstance(told_by_name, dict) else ():
                properties[key] = schema_from_annotation(told.get("type"))
                properties[key]["description"] = first_sentence(told.get("description"), 80)
            return first_sentence(record.get("description"), 140), properties
    return None


def glaive(folder: Path) -> Shard:
    """Chats with tools; every user turn that is answered without a call is a row without calls."""
    shard = Shard("glaive_demo", "Apache-2.0")
    for index, chat in enumerate(json.loads((folder / "data/glaive_toolcall_en_demo.json").read_text("utf-8"))):
        tools = json.loads(chat["tools"]) if chat.get("tools") else []
        for tool in tools:
            schema = tool.get("parameters") or {}
            properties = {name: _glaive_schema(told) for name, told in (schema.get("properties") or {}).items()}
            key = f"{index}/{tool['name']}"
            description = first_sentence(tool.get("description"), 140)
            required = schema.get("required") or []
            shard.tool(key, description, properties, required=required, group=str(index), name=tool["name"])
        _glaive_turns(shard, index, chat["conversations"])
    return shard


def _glaive_turns(shard: Shard, index: int, turns: list[dict[str, str]]) -> None:
    offered = [key for key in shard.tools if key.startswith(f"{index}/")]
    before: tuple[Message, ...] = ()
    for asked, told in pairwise(turns):
        if asked["from"] != "human" or len(asked["value"]) > 300:
            continue
        if told["from"] == "function_call":
            call = json.loads(told["value"])
            key = f"{index}/{call['name']}"
            if key in shard.tools and _supported(shard, key, call["arguments"], asked["value"]):
                shard.ask(asked["value"], [(key, call["arguments"])], group=str(index), before=before)
        elif told["from"] == "gpt" and offered and not before and not told["value"].rstrip().endswith("?"):
            shard.ask(asked["value"], [], group=str(index), offered=offered)


def _glaive_schema(told: Mapping[str, Any]) -> JsonSchema:
    out: JsonSchema = {"type": told.get("type", "string")}
    if out["type"] == "array":
        out["items"] = {"type": (told.get("items") or {}).get("type", "string")}
    if told.get("enum"):
        out["enum"] = list(told["enum"])
    if told.get("description"):
        out["description"] = first_sentence(told["description"], 80)
    return out
