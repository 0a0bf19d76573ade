import gzip
import json
from pathlib import Path
from typing import Any

from agentkit.nano.sources import schema_pool


def write(folder: Path, name: str, *records: dict[str, Any]) -> None:
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(record) + "\n" for record in records)


def operation(**changes: Any) -> dict[str, Any]:
    properties = {
        "name": {"type": "string", "description": "Name of the vase. More words."},
        "count": {"type": "integer"},
        "glaze": {"type": "string", "enum": ["matt", "shiny"]},
        "tags": {"type": "array", "items": "string"},
        "force": {"type": "boolean"},
    }
    tool = {
        "name": "create_vase",
        "description": "Creates a vase.",
        "parameters": {"type": "object", "properties": properties, "required": ["name"]},
    }
    return {"group": "kiln", "tool": tool, "texts": [], **changes}


def test_marked_values_become_arguments(tmp_path: Path) -> None:
    text = "Makes a [shiny](glaze) vase called [Ming](name) in [12](count) copies with the tag [blue](tags)"
    write(tmp_path, "windows_powershell", operation(texts=[text]))
    shard = schema_pool.convert(tmp_path, "windows_powershell")
    (row,) = shard.rows
    assert row.messages[0].content == "Makes a shiny vase called Ming in 12 copies with the tag blue"
    assert row.calls[0].name == "kiln/create_vase"
    assert row.calls[0].arguments == {"glaze": "shiny", "name": "Ming", "count": 12, "tags": ["blue"]}


def test_a_value_that_does_not_stand_in_the_text_is_dropped(tmp_path: Path) -> None:
    call = {"text": "Make a vase with force", "args": {"name": "{{my-vase}}", "force": True, "unknown": 1}}
    write(tmp_path, "tldr", operation(calls=[call]))
    (row,) = schema_pool.convert(tmp_path, "tldr").rows
    assert row.calls[0].arguments == {"force": True}


def test_schemas_are_normalised(tmp_path: Path) -> None:
    write(tmp_path, "aws", operation(texts=["Throw some clay on the wheel"]))
    tool = schema_pool.convert(tmp_path, "aws").tools["kiln/create_vase"]
    properties = tool.spec.parameters["properties"]
    assert properties["tags"] == {"type": "array", "items": {"type": "string"}}
    assert properties["name"]["description"] == "Name of the vase"
    assert properties["glaze"]["enum"] == ["matt", "shiny"]
    assert tool.wordings == ("Throw some clay on the wheel",)


def test_cloud_texts_that_repeat_the_description_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "aws", operation(texts=["creates the vase", "throw some clay on the wheel"]))
    requests = [row.messages[0].content for row in schema_pool.convert(tmp_path, "aws").rows]
    assert requests == ["throw some clay on the wheel"]


def test_commands_are_described_by_their_shortest_request(tmp_path: Path) -> None:
    texts = ["Pack the folder", "Pack every file of the folder into one", "Unpack the archive here"]
    write(tmp_path, "nl2bash", *({"text": text, "command": "tar -x a"} for text in texts))
    shard = schema_pool.convert(tmp_path, "nl2bash")
    assert shard.tools["tar"].spec.description == "Pack the folder"
    assert len(shard.rows) == 3
