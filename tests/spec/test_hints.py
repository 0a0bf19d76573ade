"""Every mistake that `agentkit check` finds has a line, a column and a suggestion."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agentkit.cli import main

OK = "tools: [assistant]\n"
MODEL = f"{OK}models: {{local: "
REMOTE = f"{OK}models: {{remote: {{kind: remote, model: m, "
VERIFY = f"{OK}verify: {{verifiers: ["
TASK = f"{OK}tasks: [{{task: a, expect: "
MANY = "\n".join(f"k{i}: &k{i} [{', '.join([f'*k{i - 1}'] * 9) if i else 1}]" for i in range(9))

BROKEN: dict[str, tuple[str, str, str]] = {
    # what is wrong: the spec, the place, and a part of the suggestion
    "no text at all": ("", "1:1", "`tools: [assistant]`"),
    "comments only": ("# nothing\n", "1:1", "`tools: [assistant]`"),
    "a list": ("- x", "1:1", "`tools: [assistant]`"),
    "a word": ("x", "1:1", "`tools: [assistant]`"),
    "not a character": ("tools: [x\x01]", "1:10", '"\\x01"'),
    "zero byte": ("tools: [x]\nname: a\0b", "2:8", "UTF-8"),
    "a tab": ("tools:\n\t- x", "2:1", "replace the tab"),
    "open bracket": ("tools: [x", "1:10", "close the bracket"),
    "open quote": ("name: 'x", "1:9", "close the quote"),
    "unknown escape": (OK + 'name: "\\q"', "2:9", "single quotes"),
    "unknown alias": (OK + "name: *b", "2:7", "`&name value`"),
    "alias in itself": ("tools: &a [*a]", "1:8", "another `&anchor`"),
    "unknown tag": (OK + "name: !py x", "2:7", "plain values"),
    "block head": (OK + "name: |9x\n  a", "2:9", "indentation"),
    "YAML of another day": ("%YAML 9.9\n---\n" + OK, "1:1", "check"),
    "key of two": (OK + "? [a, b]\n: 3", "2:3", "quotes"),
    "key twice": (OK + "tools: [x]", "2:1", "line 1"),
    "merged number": (OK + "graph: {<<: 3}", "2:13", "mapping"),
    "nesting": ("[" * 600, "1:101", "close the brackets"),
    "endless number": (f"{OK}budgets: {{calls: {'9' * 5000}}}", "2:18", "fewer digits"),
    "very many values": (MANY, "1:10", "at most 100,000"),
    "unknown key": (OK + "qwxyz: 1", "2:1", "the keys here are name, "),
    "mistyped key": (OK + "trsut: fast", "2:1", "did you mean `trust`?"),
    "no tools": ("name: a", "1:1", "add `tools:`"),
    "empty tools": ("tools: []", "1:8", "name at least one"),
    "tools as a word": ("tools: assistant", "1:8", "write `tools: [assistant]`"),
    "tools as a mapping": ("tools: {path: assistant}", "1:8", "begin each item with `- `"),
    "deps as a number": ("tools: [{path: assistant, deps: 3}]", "1:33", "Values for the pack"),
    "no value": (OK + "name:", "2:1", "remove the key"),
    "empty name": (OK + "name: ''", "2:7", "write some text"),
    "number for text": (OK + "name: 12", "2:7", "put it in quotes"),
    "mapping for text": (OK + "name: {a: b}", "2:7", "it takes text"),
    "text for a number": (OK + "sampling: {temperature: hot}", "2:25", "it takes a number 0 to 5; 0 when"),
    "half a step": (OK + "graph: {max_steps: 1.5}", "2:20", "it takes a whole number from 1"),
    "no steps": (OK + "graph: {max_steps: 0}", "2:20", "it takes a whole number from 1"),
    "too many calls": (OK + "graph: {max_calls: 99}", "2:20", "it takes a whole number 1 to 16; 4 when"),
    "not positive": (REMOTE + "timeout_s: 0}}", "2:54", "it takes a number above 0; 30 when"),
    "no number": (OK + "thresholds: {read: {execute_at: .nan}}", "2:33", "it takes a number 0 to 1"),
    "endless": (OK + "budgets: {tokens: .inf}", "2:19", "it takes a whole number from 0"),
    "text for a switch": (OK + "offline: maybe", "2:10", "true or false"),
    "text for a list": (OK + "approval: external", "2:11", "write `approval: [external]`"),
    "number for keys": (OK + "graph: 3", "2:8", "the keys here are max_steps, "),
    "list for keys": (OK + "graph: [a]", "2:8", "the keys here are max_steps, "),
    "list for free keys": (REMOTE + "options: [a]}}", "2:52", "it takes keys"),
    "unknown choice": (OK + "trust: zzz", "2:8", "the choices are cautious, balanced, fast"),
    "borders crossed": (
        OK + "thresholds: {read: {execute_at: 0.2, escalate_below: 0.5}}",
        "2:20",
        "an `escalate_below` of at most 0.2",
    ),
    "unknown model": (MODEL + "embeded}", "2:17", "`embedded`"),
    "model without kind": (OK + "models: {remote: {model: m}}", "2:18", "add `kind:`"),
    "model without name": (OK + "models: {remote: {kind: remote}}", "2:10", "add `model:`"),
    "context too short": (MODEL + "{kind: embedded, context: 3}}", "2:43", "it takes a whole number from 128"),
    "no weights": (MODEL + "nowhere/x.gguf}", "2:17", "looked for "),
    "weights of text": (MODEL + "text.gguf}", "2:17", "convert the weights"),
    "a folder for weights": (MODEL + "./folder/}", "2:17", "name the .gguf file"),
    "a script of nothing": (MODEL + "{kind: scripted}}", "2:17", "`answers: ["),
    "a script that is a folder": (MODEL + "{kind: scripted, path: folder}}", "2:40", "name a YAML file"),
    "a probability": (MODEL + "{kind: scripted, answers: [{p: 1.5}]}}", "2:48", "it takes a number 0 to 1"),
    "a cassette of nothing": (MODEL + "{kind: cassette, path: c, mode: record}}", "2:17", "as `inner:`"),
    "no cassette": (MODEL + "{kind: cassette, path: c}}", "2:40", "looked for "),
    "cassette that is a folder": (MODEL + "{kind: cassette, path: /}}", "2:40", "record it again"),
    "cassette of another kind": (MODEL + "{kind: cassette, path: object.json}}", "2:40", "record the cassette again"),
    "a zero byte in a path": (MODEL + '{kind: gguf, path: "\\0"}}', "2:36", "correct the path"),
    "a path in nobody's home": (MODEL + "~nobodyhere/x.gguf}", "2:17", "looked for "),
    "a pack of nobody": ("tools: ['~nobodyhere']", "1:9", "give the path of a .py or .json file"),
    "judge in nobody's home": (VERIFY + "{judge: {model: ~nobodyhere/x.gguf}}]}", "2:22", "check the path"),
    "a very long path": (f"tools: [{'a' * 5000}/x.py]", "1:9", "correct the path"),
    "a file for a folder": ("tools: [text.gguf/x.py]", "1:9", "looked for "),
    "address that does not close": (
        REMOTE + "base_url: 'http://[::1'}}",
        "2:53",
        "`base_url: http://127.0.0.1:8080/v1`",
    ),
    "address of nothing": (REMOTE + "base_url: ''}}", "2:53", "`base_url: http://127.0.0.1:8080/v1`"),
    "address of words": (REMOTE + "base_url: not a url}}", "2:53", "`base_url: http://127.0.0.1:8080/v1`"),
    "address with a blank": (REMOTE + "base_url: 'http://a b/v1'}}", "2:53", "`base_url: http://127.0.0.1:8080/v1`"),
    "address of no host": (REMOTE + "base_url: 'http:///v1'}}", "2:53", "`base_url: http://127.0.0.1:8080/v1`"),
    "address of a file": (REMOTE + "base_url: 'file:///v1'}}", "2:53", "`base_url: http://127.0.0.1:8080/v1`"),
    "address of a far port": (
        REMOTE + "base_url: 'http://a:99999/v1'}}",
        "2:53",
        "`base_url: http://127.0.0.1:8080/v1`",
    ),
    "no pack": ("tools: [zzzz]", "1:9", "give the path of a .py or .json file"),
    "no pack file": ("tools: [./zzzz.py]", "1:9", "looked for "),
    "no tool of the pack": ("tools: [{path: assistant, only: [set_alrm]}]", "1:9", "did you mean `set_alarm`?"),
    "pack of any keyword": ("tools: [./keywords.py]", "1:9", "name each argument"),
    "pack that leaves": ("tools: [./leaves.py]", "1:9", "run it with python"),
    "pack of no tool": ("tools: [./folder]", "1:9", "put `@tool` on a typed function"),
    "pack of no list": ("tools: [./object.json]", "1:9", "write ["),
    "pack of no function": ("tools: [./three.json]", "1:9", "name a function"),
    "two of one name": ("tools: [./good.py, ./again.py]", "1:20", "rename one"),
    "unknown verifier": (VERIFY + "zzz]}", "2:22", "the verifiers are schema, "),
    "unknown option": (VERIFY + "{policy: {alowed: [read]}}]}", "2:22", "did you mean `allowed`?"),
    "wrong option": (VERIFY + "{policy: {allowed: [raed]}}]}", "2:22", "'raed'"),
    "option too many": (VERIFY + "{schema: {x: 1}}]}", "2:22", "write `schema` alone"),
    "own that is not there": (VERIFY + "'checks.py:chekc']}", "2:22", "did you mean `checks.py:check`?"),
    "own of no module": (VERIFY + "'no.module:check']}", "2:22", "check the module"),
    "own with an option": (VERIFY + "{'checks.py:check': {b: 1}}]}", "2:22", "it takes ()"),
    "own of no signature": (VERIFY + "'builtins:max']}", "2:22", "name a function of your own"),
    "own that gives no check": (VERIFY + "'builtins:dict']}", "2:22", "`check(scene)`"),
    "own that gives no checks": (VERIFY + "'checks.py:some']}", "2:22", "`check(scene)`"),
    "own that gives an empty list": (VERIFY + "'builtins:list']}", "2:22", "`check(scene)`"),
    "own that gives a class": (VERIFY + "'checks.py:kind']}", "2:22", "`check(scene)`"),
    "own that raises": (VERIFY + "'checks.py:broken']}", "2:22", "mend the function"),
    "judge of no model": (VERIFY + "judge]}", "2:22", "write `- judge: {model:"),
    "judge of an unknown kind": (VERIFY + "{judge: {model: {kind: foo}}}]}", "2:22", "write `model: "),
    "judge that is not there": (VERIFY + "{judge: {model: nowhere.gguf}}]}", "2:22", "check the path"),
    "judge far away": (
        VERIFY + "{judge: {model: {base_url: 'http://a.example', model: m}}}]}",
        "2:22",
        "on this machine",
    ),
    "no calibration": (OK + "verify: {calibration: zzzz.json}", "2:23", "looked for "),
    "not a calibration": (OK + "verify: {calibration: object.json}", "2:23", "fit one"),
    "setup of one word": (OK + "setup: state", "2:8", "e.g. `setup: "),
    "setup that is not there": (OK + "setup: qqqq.py:state", "2:8", "looked for "),
    "setup of a number": (OK + "setup: checks.py:NUMBER", "2:8", "name a function"),
    "task of nothing": (OK + "tasks: ['']", "2:9", "write some text"),
    "task without request": (OK + "tasks: [{name: a}]", "2:9", "add `task:`"),
    "tasks of one name": (OK + "tasks: [{task: a, name: n}, {task: b, name: n}]", "2:8", "a name of its own"),
    "expects nothing": (TASK + "{}}]", "2:27", "give calls, status"),
    "expects no pattern": (TASK + "{answer: '('}}]", "2:36", "stands for itself"),
    "expects an unknown end": (TASK + "{status: done}}]", "2:36", "the choices are success"),
    "expects a number": (TASK + "{calls: [3]}}]", "2:36", "the keys here are tool, arguments"),
    "expects an unknown tool": (TASK + "{calls: [zzz]}}]", "2:36", "the tools are set_alarm, "),
    "expects an unknown argument": (TASK + "{calls: [{show_alarms: {zzz: 1}}]}}]", "2:36", "it takes no arguments"),
}
PACK = 'from agentkit import tool\n@tool\ndef look(a: int) -> int:\n    """Look."""\n    return a\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    for name, text in {
        "text.gguf": "hello",
        "object.json": "{}",
        "three.json": '[{"name": "x", "parameters": {"type": "object"}, "function": "checks.py:NUMBER"}]',
        "good.py": PACK,
        "again.py": PACK,
        "keywords.py": PACK.replace("a: int)", "a: int, **more: int)"),
        "leaves.py": "raise SystemExit(4)\n",
        "checks.py": "NUMBER = 3\ndef check() -> int:\n    return 3\ndef broken() -> int:\n    raise KeyError(3)\n"
        "def some() -> list[int]:\n    return [3]\n"
        "def kind() -> type:\n    from agentkit.verify import Judge\n    return Judge\n",
    }.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("name", BROKEN)
def test_a_mistake_has_a_place_and_a_suggestion(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, place, hint = BROKEN[name]
    (problem,) = found(folder, text, capsys)
    assert f"{problem['line']}:{problem['column']}" == place, problem
    assert hint in problem["hint"], problem
    assert problem["file"] == str(folder / "agent.yaml")


def found(folder: Path, text: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The problems that `agentkit check` tells of."""
    path = folder / "agent.yaml"
    path.write_text(text)
    with pytest.raises(SystemExit) as left:
        main(["check", str(path), "--json"])
    assert left.value.code == 2
    return json.loads(capsys.readouterr().out)["problems"]


def test_of_a_long_line_a_part_is_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "agent.yaml").write_text(f"{OK}system: {{a: {'x' * 5000}, b: [}}")
    with pytest.raises(SystemExit):
        main(["check", str(folder / "agent.yaml")])
    _, line, caret, hint, count = capsys.readouterr().err.splitlines()
    assert len(line) < 220 and line[caret.index("^")] == "}"
    assert hint.startswith("      = ") and count == "1 problem"


def test_a_file_of_answers_has_places_of_its_own(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "answers.yaml").write_text("- calls: 3\n- p: 2\n- cals: []\n- calls: [{nam: a}]\n")
    problems = found(folder, MODEL + "{kind: scripted, path: answers.yaml}}", capsys)
    assert [(each["line"], each["column"]) for each in problems] == [(1, 10), (2, 6), (3, 3), (4, 11), (4, 12)]
    assert all(each["hint"] and each["file"].endswith("answers.yaml") for each in problems)


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("agnet.yaml", "there is no such file", "did you mean `{folder}/agent.yaml`?"),
        ("below.yaml", "there is no such file", "did you mean `{folder}/folder/below.yaml`?"),
        ("zzz", "there is no such file", "in {folder} there are {folder}/agent.yaml"),
        ("folder/zzz/x.yaml", "there is no such file", "there is no folder {folder}/folder/zzz"),
        ("empty/zzz", "there is no such file", "in {folder}/empty there is none"),
        ("folder", "this is a folder", "in {folder}/folder there are {folder}/folder/below.yaml"),
        ("huge.yaml", "too large", "at most 2,000,000 bytes"),
    ],
)
def test_a_file_that_is_none_says_which_may_be_meant(
    name: str, message: str, hint: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "empty").mkdir()
    (folder / "agent.yaml").write_text(OK)
    (folder / "folder" / "below.yaml").write_text(OK)
    (folder / "huge.yaml").write_text("#" * 2_000_001)
    with pytest.raises(SystemExit) as left:
        main(["check", str(folder / name)])
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith(f"{folder / name}: ")
    assert message in said
    assert hint.format(folder=folder) in said.replace("\n", " "), said
