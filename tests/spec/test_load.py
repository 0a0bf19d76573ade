"""A spec that loads, and every way in which one does not: the place, the message and the suggestion."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agentkit.errors import SpecError, ToolDefinitionError
from agentkit.spec import InvalidSpecError, blame, load_spec, parse_spec
from agentkit.spec.models import CassetteConfig, EmbeddedConfig, GgufConfig, RemoteConfig
from agentkit.types import Control, Effect

FULL = """\
name: helper
system: Be brief.
models:
  local: {path: weights.gguf, threads: 2}
  remote: {base_url: "http://127.0.0.1:9/v1", model: big, price_in: 0.15}
tools:
  - assistant
  - {path: ./pack.py, only: [ping], deps: {at: 2026-01-31}}
graph: {max_steps: 3, controls: [abstain, finish], retrieve: {top_k: 4}}
verify:
  verifiers: [schema, {agreement: {samples: 5}}, my.module:check]
trust: cautious
thresholds:
  write: {execute_at: 0.9, escalate_below: 0.4}
approval: [external, irreversible]
budgets: {usd: 0.01}
tasks:
  - what time is it
  - name: alarm
    task: wake me at seven
    expect: {calls: [{set_alarm: {hour: 7}}, list_alarms], status: success}
"""


@pytest.fixture
def spec_file(tmp_path: Path) -> Path:
    (tmp_path / "weights.gguf").write_bytes(b"GGUF")
    (tmp_path / "pack.py").write_text("")
    path = tmp_path / "agent.yaml"
    path.write_text(FULL)
    return path


def problems(text: str, *overrides: str, file: Path | None = None) -> InvalidSpecError:
    with pytest.raises(InvalidSpecError) as caught:
        parse_spec(text, file, overrides)
    return caught.value


def only(text: str, *overrides: str) -> tuple[str, str, str]:
    """Place, message and hint of the one problem."""
    (problem,) = problems(text, *overrides).problems
    return str(problem.place), problem.message, problem.hint


def test_everything_is_read(spec_file: Path) -> None:
    spec = load_spec(spec_file)
    assert spec.path == spec_file
    assert spec.models.local == GgufConfig(path="weights.gguf", threads=2)
    assert isinstance(spec.models.remote, RemoteConfig)
    assert [pack.path for pack in spec.tools] == ["assistant", "./pack.py"]
    assert spec.tools[1].deps == {"at": "2026-01-31"}, "dates stay text, as in JSON"
    assert spec.graph.controls == (Control.ABSTAIN, Control.FINISH)
    assert [use.use for use in spec.verify.verifiers or ()] == ["schema", "agreement", "my.module:check"]
    assert [use.options for use in spec.verify.verifiers or ()] == [{}, {"samples": 5}, {}]
    assert spec.approval == (Effect.EXTERNAL, Effect.IRREVERSIBLE)
    assert spec.tasks[1].expect is not None
    assert [call.tool for call in spec.tasks[1].expect.calls or ()] == ["set_alarm", "list_alarms"]


def test_paths_start_at_the_spec(spec_file: Path) -> None:
    assert load_spec(spec_file).local == GgufConfig(path=str(spec_file.parent / "weights.gguf"), threads=2)
    text = "tools: [x]\nmodels: {remote: {kind: cassette, path: c.db, mode: auto, inner: weights.gguf}}"
    remote = parse_spec(text, spec_file).remote
    assert isinstance(remote, CassetteConfig)
    assert remote.path == str(spec_file.parent / "c.db")
    assert remote.inner == GgufConfig(path=str(spec_file.parent / "weights.gguf"))


def test_little_is_needed() -> None:
    spec = parse_spec("tools: [assistant]")
    assert spec.models.local == EmbeddedConfig()
    assert spec.models.remote is None
    assert spec.trust == "balanced"
    assert spec.graph.max_steps is None, "the dial decides"


def test_aliases_and_merge_keys_work() -> None:
    spec = parse_spec(
        "sampling: &base {seed: 3, top_p: 0.5}\n"
        "tools: [x]\n"
        "models:\n  remote: {model: m, base_url: 'http://u', options: {<<: *base, seed: 4}}\n"
    )
    assert isinstance(spec.models.remote, RemoteConfig)
    assert spec.models.remote.options == {"seed": 4, "top_p": 0.5}


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("tools: [x]\nverifers: [schema]", "2:1", "unknown key `verifers`", "did you mean `verify.verifiers`?"),
        (
            "tools: [x]\ngraph:\n  max_stpes: 3",
            "3:3",
            "unknown key `max_stpes` in `graph`",
            "did you mean `max_steps`?",
        ),
        ("tools: [x]\ngraph: {top_k: 3}", "2:9", "unknown key `top_k` in `graph`", "`graph.retrieve.top_k`"),
        ("tools: [x]\nmodel: embedded", "2:1", "unknown key `model`", "did you mean `models.local`?"),
        ("tools: [x]\ntrust: balaned", "2:8", "`trust` is 'balaned'", "did you mean `balanced`?"),
        ("tools: [x]\ntrust: [fast]", "2:8", "`trust` is a list", "the choices are cautious, balanced, fast"),
        ("tools: [{path: x, onyl: [a]}]", "1:19", "unknown key `onyl` in `tools[0]`", "did you mean `only`?"),
        ("tools: []", "1:8", "`tools` is empty", "name at least one tool pack"),
        ("tools: x", "1:8", "`tools` should be a list, not the text 'x'", ""),
        ("name: a", "1:1", "`tools` is missing", "Tool packs"),
        ("tools: [x]\nname: 12", "2:7", "`name` should be text, not the number 12", "quotes"),
        ("tools: [x]\nbudgets:\ntrust: fast", "2:1", "`budgets` is empty", "remove the key"),
        ("tools: [x]\ngraph: {max_steps: six}", "2:20", "should be a whole number, not the text 'six'", ""),
        ("tools: [x]\ngraph: {max_steps: 0}", "2:20", "`graph.max_steps` should be at least 1, not 0", ""),
        ("tools: [x]\nsampling: {temperature: 9}", "2:25", "should be at most 5, not 9", ""),
        ("tools: [x]\nmodels: {local: embeded}", "2:17", "`models.local`: kind is 'embeded'", "`embedded`?"),
        ("tools: [x]\nmodels: {remote: {model: m}}", "2:18", "does not say what kind of model", "kind:"),
        (
            "tools: [x]\nmodels: {local: {kind: embedded, thread: 2}}",
            "2:34",
            "unknown key `thread` in `models.local`",
            "did you mean `threads`?",
        ),
        ("tools: [x]\nmodels: {remote: {kind: remote}}", "2:10", "`model` is missing in `models.remote`", "server"),
        ("tools: [x]\nverify: {verifiers: [groundng]}", "2:22", "unknown verifier `groundng`", "`grounding`?"),
        ("tools: [x]\nverify: {verifiers: [zzz]}", "2:22", "unknown verifier `zzz`", "the verifiers are schema"),
        ("tools: [x]\napproval: [extrenal]", "2:12", "`approval[0]` is 'extrenal'", "did you mean `external`?"),
        (
            "tools: [x]\nthresholds: {read: {execute_at: 0.2, escalate_below: 0.5}}",
            "2:20",
            "escalate_below (0.5) lies above execute_at (0.2)",
            "",
        ),
        ("tools: [x]\nsetup: nothing", "2:8", "should be `module:function` or `file.py:function`", ""),
        ("tools: [x]\ntasks: [{expect: {calls: []}}]", "2:9", "`task` is missing in `tasks[0]`", ""),
        ("tools: [x]\ntasks: [{task: a, name: n}, {task: b, name: n}]", "2:8", "two tasks are named `n`", ""),
        ("tools: [x]\ntasks: [{task: a, expect: {answer: '('}}]", "2:36", "is not a regular expression", ""),
        ("tools: [x]\ntasks: [{task: a, expect: {}}]", "2:27", "expects nothing", ""),
        ("tools: [x]\ntasks: [{task: a, expect: {status: done}}]", "2:36", "is 'done'", "the choices are success"),
        (
            "tools: [x]\nmodels: {local: {kind: scripted, answers: [{calls: [{name: a, args: {}}]}]}}",
            "2:63",
            "unknown key `args` in `models.local.answers[0].calls[0]`",
            "did you mean `arguments`?",
        ),
        (
            "tools: [x]\nmodels: {local: {kind: scripted, answers: [{p: 1.5}]}}",
            "2:48",
            "`models.local.answers[0].p` should be at most 1, not 1.5",
            "",
        ),
        (
            "tools: [x]\nmodels: {local: {kind: scripted, answers: [abstain]}}",
            "2:44",
            "`models.local.answers[0]` should be a mapping of keys, not the text 'abstain'",
            "",
        ),
        (
            "tools: [x]\nmodels: {local: {kind: scripted}}",
            "2:17",
            "`models.local` should have either `answers` or the `path` of a file of them",
            "",
        ),
        ("tools: [x]\n\tname: y", "2:1", "a tab stands here", "replace the tab by spaces"),
        ("tools: [x]\ntools: [y]", "2:1", "the key `tools` stands here twice", "line 1"),
        ("tools: [x", "1:10", "the file ends inside brackets", "close"),
        ("name: 'x", "1:9", "the file ends inside quotes", "close"),
        ("tools: [x]\nsystem: You: are", "2:12", "no `:` can stand here", "quote"),
        ("tools:\n  - x\n - y", "3:2", "does not continue what is above", "indentation"),
        ("tools: [x]\nsystem: @x", "2:9", "a value cannot start like this", "quote"),
        ("tools: *a", "1:8", "undefined alias 'a'", ""),
        ("tools: &a [*a]", "1:8", "an alias that contains itself", ""),
        ("tools: [!py x]", "1:9", "the tag !py is not supported", ""),
        ("tools: [x]\n---\nname: y", "2:1", "a second document starts here", "one document"),
        ('tools: ["\\ud800"]', "1:9", "half of a surrogate pair", ""),
        ("- x", "1:1", "a spec is a mapping of keys", ""),
    ],
)
def test_each_mistake_has_one_clear_message(text: str, place: str, message: str, hint: str) -> None:
    where, said, suggestion = only(text)
    assert where == f"<text>:{place}"
    assert message in said
    assert hint in suggestion


def test_all_mistakes_come_at_once_in_the_order_of_the_file() -> None:
    error = problems("tools: [x]\ntrust: fst\ngraph: {max_steps: -1, loop: foo}\nnam: y")
    assert [problem.place.line for problem in error.problems] == [2, 3, 3, 4]
    assert isinstance(error, SpecError)
    assert error.exit_code == 2


def test_a_message_shows_the_line_and_points_at_the_place() -> None:
    text = str(problems("tools: [x]\ntrust: balaned"))
    assert text == (
        "<text>:2:8: `trust` is 'balaned'\n"
        "    2 | trust: balaned\n"
        "      |        ^^^^^^^\n"
        "      = did you mean `balanced`?"
    )


def test_files_that_are_no_specs(tmp_path: Path) -> None:
    (tmp_path / "agent.yaml").write_text("tools: [x]")
    (tmp_path / "empty.yaml").write_text("# nothing\n")
    (tmp_path / "binary.yaml").write_bytes(bytes(range(256)))
    for name, message in (
        ("agnet.yaml", "there is no such file"),
        ("empty.yaml", "the file is empty"),
        ("binary.yaml", "not a text file"),
        (".", "this is a folder"),
    ):
        with pytest.raises(InvalidSpecError, match=message):
            load_spec(tmp_path / name)
    with pytest.raises(InvalidSpecError, match=r"did you mean `.*agent\.yaml`"):
        load_spec(tmp_path / "agnet.yaml")


def test_named_files_must_be_there(spec_file: Path) -> None:
    (spec_file.parent / "pack.py").rename(spec_file.parent / "packs.py")
    (spec_file.parent / "weights.gguf").unlink()
    with pytest.raises(InvalidSpecError) as caught:
        load_spec(spec_file)
    model, pack = caught.value.problems
    assert re.search(r"agent\.yaml:4:17: there is no model file `weights\.gguf`", str(model))
    assert re.search(r"agent\.yaml:8:5: there is no tool pack `\./pack\.py`", str(pack))
    assert pack.hint == "did you mean `packs.py`?"


@pytest.mark.parametrize(
    ("override", "path", "value"),
    [
        ("graph.max_steps=3", ("graph", "max_steps"), 3),
        ("graph.retrieve.top_k=2", ("graph", "retrieve"), {"top_k": 2}),
        ("offline=true", ("offline",), True),
        ("system='1'", ("system",), "1"),
        ("trust=fast", ("trust",), "fast"),
        ("sampling={temperature: 0.5, seed: 7}", ("sampling", "seed"), 7),
    ],
)
def test_overrides_are_yaml_values(override: str, path: tuple[str, ...], value: object) -> None:
    dumped: object = parse_spec("tools: [x]", overrides=[override]).model_dump(mode="json")
    for part in path:
        assert isinstance(dumped, dict)
        dumped = dumped[part]  # pyright: ignore[reportUnknownVariableType]
    assert dumped == value


def test_overrides_reach_into_shorthands_and_lists() -> None:
    spec = parse_spec(
        "tools: [x]\nmodels: {local: embedded}\ntasks: [a]",
        overrides=["models.local.threads=2", "tasks.0.name=first", "tasks.1=b", "tools.0.only=[t]"],
    )
    assert spec.models.local == EmbeddedConfig(threads=2)
    assert [(task.name, task.task) for task in spec.tasks] == [("first", "a"), ("", "b")]
    assert spec.tools[0].only == ("t",)


@pytest.mark.parametrize(
    ("override", "message", "hint"),
    [
        ("graph.max_stepz=3", "unknown key `max_stepz` in `graph`", "did you mean `max_steps`?"),
        ("graph.max_steps=x", "should be a whole number, not the text 'x'", ""),
        ("graph", "an override is written key=value", "e.g."),
        ("tasks.5=a", "`tasks` is a list of 1", ""),
        ("name.x=1", "`name` is the text 'q' and holds no `x`", ""),
        ("tools=[", "the file ends inside brackets", "close"),
    ],
)
def test_overrides_have_errors_of_the_same_quality(override: str, message: str, hint: str) -> None:
    where, said, suggestion = only("tools: [x]\nname: q\ntasks: [a]", override)
    assert where == f"--set {override}"
    assert message in said
    assert hint in suggestion


def test_later_errors_get_the_place_that_caused_them(spec_file: Path) -> None:
    spec = load_spec(spec_file)
    with (
        pytest.raises(InvalidSpecError, match=r"agent\.yaml:8:5: `ping` has no type for `x`") as caught,
        blame(spec, "tools", 1),
    ):
        raise ToolDefinitionError("`ping` has no type for `x`", hint="annotate it")
    assert caught.value.problems[0].hint == "annotate it"


def test_a_file_of_answers_is_read_with_the_spec(tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text("- calls: []\n- p: 2\n- cals: []\n")
    text = "tools: [x]\nmodels: {local: {kind: scripted, path: answers.yaml}}"
    found = problems(text, file=tmp_path / "agent.yaml").problems
    assert [(problem.place.line, problem.message) for problem in found] == [
        (2, "`[1].p` should be at most 1, not 2"),
        (3, "unknown key `cals` in `[2]`"),
    ]
    assert found[1].hint == "did you mean `calls`?"
    assert found[1].place.source == str(tmp_path / "answers.yaml")


def test_what_a_cassette_records_must_be_there(tmp_path: Path) -> None:
    text = "tools: [x]\nmodels: {local: {kind: cassette, path: c.db, mode: auto, inner: x.gguf}}"
    (problem,) = problems(text, file=tmp_path / "agent.yaml").problems
    assert problem.message == "there is no model file `x.gguf`"
