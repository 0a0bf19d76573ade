from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from agentkit.errors import ToolDefinitionError, WiringError
from agentkit.registry import Context, Registry, UnknownToolError, packs

PACK = """
from agentkit import Context, tool

class Lamp:
    level = 0

def setup():
    return Lamp()

@tool(effect="write")
def dim(ctx: Context, level: int) -> int:
    ctx.need(Lamp, "lamp").level = level
    return level

@tool
def look(ctx: Context) -> int:
    return ctx.need(Lamp, "lamp").level
"""


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_loaded_by_path(tmp_path: Path) -> None:
    path = write(tmp_path, "lamp.py", PACK)
    for source in (path, str(path)):
        registry = Registry([source])
        assert [each.name for each in registry] == ["dim", "look"]
        assert {each.spec.pack for each in registry} == {"lamp"}
        assert {each.source for each in registry} == {str(path)}


def test_a_pack_brings_its_own_state(tmp_path: Path) -> None:
    registry = Registry([write(tmp_path, "lamp.py", PACK)])
    ctx = Context(deps=registry.default_deps())
    assert registry.get("dim").invoke({"level": 7}, ctx) == 7
    assert registry.get("look").invoke({}, ctx) == 7
    assert registry.get("look").invoke({}, Context(deps=registry.default_deps())) == 0


def test_a_pack_is_run_once_and_packs_of_one_name_do_not_collide(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a", "lamp.py", PACK), write(tmp_path / "b", "lamp.py", PACK)
    assert packs.module_of(first) is packs.module_of(first)
    assert packs.module_of(first) is not packs.module_of(second)


def test_some_tools_of_a_pack_can_be_picked(tmp_path: Path) -> None:
    path = write(tmp_path, "lamp.py", PACK)
    registry = Registry()
    assert [each.name for each in registry.load_pack(path, only=["look"])] == ["look"]
    assert len(registry) == 1
    with pytest.raises(UnknownToolError, match="no tool `lok`; the tools are dim, look"):
        registry.load_pack(path, only=["lok"])


def test_a_folder_is_a_pack_and_its_files_may_import_each_other(tmp_path: Path) -> None:
    folder = tmp_path / "house"
    write(
        folder,
        "rooms.py",
        "from agentkit import tool\nfrom .shared import BASE\n@tool\ndef rooms() -> int: return BASE",
    )
    write(folder, "shared.py", "BASE = 4")
    write(folder, "_private.py", "raise RuntimeError")
    registry = Registry([folder])
    assert [each.name for each in registry] == ["rooms"]
    assert registry.get("rooms").spec.pack == "house"
    assert registry.get("rooms")() == 4


def test_imported_tools_belong_to_the_file_that_defines_them(tmp_path: Path) -> None:
    write(tmp_path, "one.py", "from agentkit import tool\n@tool\ndef one() -> None: ...")
    path = write(tmp_path, "two.py", "from agentkit import tool\nfrom .one import one\n@tool\ndef two() -> None: ...")
    assert [each.name for each in Registry([path])] == ["two"]


def test_shipped_packs_are_loaded_by_name() -> None:
    assert {"assistant", "calc", "clock", "contacts", "files", "messages", "notes"} <= packs.shipped().keys()
    assert "calculate" in Registry(["calc"])


def test_shipped_packs_are_found_in_a_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "site-packages" / "agentkit"
    shutil.copytree(packs.data_folder("tools"), installed / "_data" / "tools")
    monkeypatch.setattr(packs, "_PACKAGE", installed)
    assert packs.shipped()["calc"] == installed / "_data" / "tools" / "calc.py"


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("clok", "no tool pack `clok`: no such file, and the shipped packs are assistant, calc, clock,", "`clock`"),
        ("no/such.py", "no tool pack `no/such.py`: no such file", "give the path of"),
    ],
)
def test_a_pack_that_is_not_there(name: str, message: str, hint: str) -> None:
    with pytest.raises(WiringError) as caught:
        Registry([name])
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_pack_that_raises_names_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, "bad.py", "import json\n\ndef parse():\n    json.loads('{')\n\nparse()\n")
    with pytest.raises(ToolDefinitionError) as caught:
        Registry([path])
    assert caught.value.message.startswith(f"{path}:4: the pack raised JSONDecodeError: ")
    fixed = write(tmp_path, "bad.py", "from agentkit import tool\n@tool\ndef parse() -> int: return 1\n")
    assert "parse" in Registry([fixed])


def test_a_pack_that_is_no_python_names_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, "broken.py", "x = 1\ndef f(:\n")
    with pytest.raises(ToolDefinitionError, match=r"broken.py:2: the pack raised SyntaxError: invalid syntax"):
        Registry([path])


def test_a_pack_without_tools(tmp_path: Path) -> None:
    with pytest.raises(ToolDefinitionError, match=r"empty\.py: the pack defines no tool"):
        Registry([write(tmp_path, "empty.py", "x = 1")])


def test_a_pack_with_a_tool_that_cannot_be_used_names_the_tool(tmp_path: Path) -> None:
    path = write(tmp_path, "loose.py", "from agentkit import tool\n\n@tool\ndef act(**more: int) -> None: ...\n")
    with pytest.raises(ToolDefinitionError, match=r"loose.py:3: parameter `\*\*more` of tool `act` takes any keyword"):
        Registry([path])


# Raw packs


def test_a_json_pack_holds_raw_tools(tmp_path: Path) -> None:
    write(tmp_path, "impl.py", "def double(x, ctx=None):\n    'Double it.'\n    return x * 2\n")
    entries = [
        {
            "name": "double",
            "description": "Double a number.",
            "parameters": {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]},
            "function": "impl.py:double",
            "effect": "write",
            "private": ["x"],
        },
        {"name": "sep", "parameters": {"type": "object"}, "function": "os:getcwd", "description": "Where we are."},
    ]
    registry = Registry([write(tmp_path, "raw.json", json.dumps(entries))])
    assert [each.name for each in registry] == ["double", "sep"]
    assert registry.get("double").invoke({"x": 4}, Context()) == 8
    spec = registry.get("double").spec
    assert (spec.description, spec.effect, spec.private, spec.pack) == ("Double a number.", "write", ("x",), "raw")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "raw.json: the pack is no JSON"),
        ("{}", "raw.json: the pack is no list"),
        ("[1]", "raw.json: tool 1 is no object"),
        ('[{"name": "x", "parameters": {}}]', "raw.json: tool 1 has no `function`"),
        ('[{"name": "x", "parameters": {}, "function": "os:getcwd", "efect": 1}]', "tool 1 has an unknown key `efect`"),
        ('[{"name": "x", "parameters": {}, "function": "os:nope"}]', "`os:nope` cannot be loaded"),
        ('[{"name": "x", "parameters": {}, "function": "getcwd"}]', "`getcwd` names nothing"),
        ('[{"name": "x", "parameters": {}, "function": "gone.py:f"}]', "there is no file"),
        (
            '[{"name": "x", "parameters": {}, "function": "os:getcwd", "effect": "wild"}]',
            "tool `x` has the unknown effect `wild`",
        ),
    ],
)
def test_what_is_wrong_in_a_json_pack(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(WiringError) as caught:
        Registry([write(tmp_path, "raw.json", text)])
    assert message in caught.value.message


def test_references_name_attributes_of_modules_and_files(tmp_path: Path) -> None:
    write(tmp_path, "made.py", "def setup(): return 5")
    assert packs.attribute("made.py:setup", tmp_path)() == 5
    assert packs.attribute("json:loads") is json.loads


@pytest.mark.parametrize("reference", ["builtins:type", "builtins:max"])
def test_a_function_without_a_signature_is_refused_with_a_hint(reference: str) -> None:
    with pytest.raises(WiringError, match=f"`{reference}` raised TypeError") as caught:
        packs.result_of(reference)
    assert "name a function of your own" in caught.value.hint
