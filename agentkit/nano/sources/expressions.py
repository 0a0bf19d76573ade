# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Converter of Recognizers-Text: expressions of dates, times, numbers and amounts with what they stand for.

Each kind of expression becomes a tool that notes it; the reference moment is stated as a fact.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agentkit.nano.rows import Shard
from agentkit.types import JsonSchema

_FOLDERS = {
    "date": "DateTime/English/DateTimeModel.json",
    "number": "Number/English/NumberModel.json",
    "currency": "NumberWithUnit/English/CurrencyModel.json",
    "dimension": "NumberWithUnit/English/DimensionModel.json",
    "temperature": "NumberWithUnit/English/TemperatureModel.json",
    "age": "NumberWithUnit/English/AgeModel.json",
    "email": "Sequence/English/EmailModel.json",
    "url": "Sequence/English/URLModel.json",
    "phone": "Sequence/English/PhoneNumberModel.json",
}
_DATED = {
    "datetimeV2.date": ("note_date", "day", {"type": "string", "format": "date"}),
    "datetimeV2.time": ("note_time", "time", {"type": "string", "format": "time"}),
    "datetimeV2.datetime": ("note_moment", "moment", {"type": "string", "format": "date-time"}),
}
_MAX_TEXT = 140


def recognizers(folder: Path) -> Shard:
    """Rows with exactly one expression of one reading."""
    shard = Shard("recognizers_text", "MIT")
    for kind, name in _FOLDERS.items():
        path = folder / "Specs" / name
        if path.exists():
            for record in json.loads(path.read_text("utf-8-sig")):
                results = record.get("Results") or []
                if len(results) == 1 and len(record["Input"]) <= _MAX_TEXT:
                    for tool, properties, arguments in _read(kind, results[0]):
                        _row(shard, tool, properties, arguments, record)
    return shard


def _row(
    shard: Shard, tool: str, properties: Mapping[str, JsonSchema], arguments: dict[str, Any], record: Mapping[str, Any]
) -> None:
    described = tool.replace("note_", "Write down the ").replace("_", " ") + " that is mentioned"
    shard.tool(tool, described, properties, required=list(properties), group="expressions")
    moment = (record.get("Context") or {}).get("ReferenceDateTime")
    shard.ask(
        record["Input"], [(tool, arguments)], facts=[f"now: {moment[:16]}"] if moment else [], group="expressions"
    )


def _read(kind: str, result: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, JsonSchema], dict[str, Any]]]:
    resolution = result.get("Resolution") or {}
    if kind == "date":
        values = resolution.get("values") or []
        if result["TypeName"] in _DATED and len(values) == 1 and values[0].get("value"):
            tool, name, schema = _DATED[result["TypeName"]]
            value = values[0]["value"].replace(" ", "T")
            yield tool, {name: dict(schema)}, {name: re.sub(r"^(.*\d\d:\d\d):00$", r"\1", value)}
        return
    value = resolution.get("value")
    if value is None:
        return
    if kind in ("email", "url", "phone"):
        if value in result["Text"] or value.lower() == result["Text"].lower():
            yield f"note_{kind}", {kind: {"type": "string"}}, {kind: result["Text"]}
        return
    if not re.fullmatch(r"-?\d{1,9}(\.\d{1,4})?", value):
        return
    number = float(value) if "." in value else int(value)
    properties: dict[str, JsonSchema] = {"amount": {"type": "number"}}
    arguments: dict[str, Any] = {"amount": number}
    if kind != "number":
        properties["unit"] = {"type": "string"}
        arguments["unit"] = resolution.get("unit", "")
    if kind == "number" or arguments.get("unit"):
        yield f"note_{kind}", properties, arguments
