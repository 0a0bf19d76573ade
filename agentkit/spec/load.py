"""A spec file and overrides -> `AgentSpec`; every problem at once, each with its place.

Knows nothing of models and tools, except whether the files a spec names are there.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from agentkit.errors import WiringError
from agentkit.spec.document import DataPath, Document
from agentkit.spec.explain import explain
from agentkit.spec.model import AgentSpec
from agentkit.spec.models import CassetteConfig, GgufConfig, ModelConfig, ScriptedAnswer, ScriptedConfig
from agentkit.spec.override import override
from agentkit.spec.problems import InvalidSpecError, Place, Problem, did_you_mean, near
from agentkit.spec.shapes import dotted, is_mapping, shape_of

MAX_BYTES = 2_000_000
_SHOWN = 60
"""Characters of a path that is none."""


def load_spec(path: str | Path, overrides: Sequence[str] = ()) -> AgentSpec:
    """The agent that a file describes, with `overrides` such as `graph.max_steps=3` on top.

    Raises `InvalidSpecError` (a `SpecError`) that lists every problem as `file:line:column: message`.
    """
    file = Path(path)
    return parse_spec(_read(file), file, overrides)


def parse_spec(text: str, file: Path | None = None, overrides: Sequence[str] = ()) -> AgentSpec:
    """As `load_spec`, for text that is at hand; relative paths start at the folder of `file`."""
    document = Document(str(file) if file else "<text>", text)
    problems = list(document.problems)
    if document.empty:
        hint = "write at least `tools: [assistant]`"
        problems.append(document.problem(document.place(()), "the file is empty", hint))
    elif not problems and not is_mapping(document.data):
        message = f"a spec is a mapping of keys such as `name:` and `tools:`; this is {shape_of(document.data)}"
        problems.append(document.problem(document.place(()), message, "write at least `tools: [assistant]`"))
    if is_mapping(document.data) and not problems:
        problems += [found for written in overrides if (found := override(document, written))]
        spec, invalid = _validate(document)
        problems += invalid
        if spec is not None and not problems:
            spec.bind(file, document)
            problems += missing_files(spec) or _bad_scripts(spec)
            if not problems:
                return spec
    raise InvalidSpecError(problems)


def load_script(path: Path) -> tuple[ScriptedAnswer, ...]:
    """The answers of a scripted model from a file of their own; raises `InvalidSpecError` as `load_spec` does."""
    document = Document(str(path), _read(path))
    if document.problems:
        raise InvalidSpecError(document.problems)
    if document.empty:
        hint = "write a list of answers, e.g. `- calls: [{name: show_alarms}]`"
        raise InvalidSpecError([document.problem(document.place(()), "the file is empty", hint)])
    try:
        return TypeAdapter(tuple[ScriptedAnswer, ...]).validate_python(document.data)
    except ValidationError as error:
        raise InvalidSpecError(_explained(error, document, above=("models", "local", "answers"))) from None


@contextmanager
def blame(spec: AgentSpec, *path: str | int) -> Generator[None]:
    """Give wiring errors raised inside the place in the spec that caused them.

    `with blame(spec, "tools", 0): registry.load_pack(...)` turns a `WiringError` into an `InvalidSpecError` at
    `tools[0]`; without a file behind the spec the error passes unchanged.
    """
    try:
        yield
    except InvalidSpecError:
        raise
    except WiringError as error:
        if spec.document is None:
            raise
        raise InvalidSpecError([problem_at(spec, path, error.message, error.hint)]) from error


def problem_at(spec: AgentSpec, path: DataPath, message: str, hint: str) -> Problem:
    """A problem at a place of the spec; a spec that was built in Python has no lines."""
    if spec.document is None:
        return Problem(Place("<spec>"), f"`{dotted(path)}`: {message}", hint)
    return spec.document.problem(spec.document.place(path), message, hint)


def missing_files(spec: AgentSpec) -> list[Problem]:
    """The files and folders that a spec names and that are not there."""
    named: list[tuple[DataPath, str, str]] = []
    for index, pack in enumerate(spec.tools):
        if is_path(pack.path):
            named.append((("tools", index), pack.path, "tool pack"))
    for path, config in tiers(spec):
        if isinstance(config, GgufConfig):
            named.append(((*path, "path"), config.path, "model file"))
        elif isinstance(config, ScriptedConfig) and config.path:
            named.append(((*path, "path"), config.path, "script"))
        elif isinstance(config, CassetteConfig) and config.mode == "replay":
            named.append(((*path, "path"), config.path, "cassette"))
    if spec.verify.calibration:
        named.append((("verify", "calibration"), spec.verify.calibration, "calibration"))
    if spec.setup and spec.setup.split(":")[0].endswith(".py"):
        named.append((("setup",), spec.setup.split(":")[0], "setup file"))
    return [found for path, written, what in named if (found := _absent(spec, path, written, what))]


def tiers(spec: AgentSpec) -> Iterator[tuple[DataPath, ModelConfig]]:
    """Each model that the spec names, with its place."""
    for tier, named in (("local", spec.models.local), ("remote", spec.models.remote)):
        path, config = ("models", tier), named
        while config is not None:
            yield path, config
            path, config = (*path, "inner"), config.inner if isinstance(config, CassetteConfig) else None


def _bad_scripts(spec: AgentSpec) -> list[Problem]:
    """What is wrong in the files of answers that the spec names; answers in the spec itself are part of it."""
    found: list[Problem] = []
    for path, config in tiers(spec):
        if isinstance(config, ScriptedConfig) and config.path:
            try:
                load_script(spec.resolve(config.path))
            except InvalidSpecError as error:
                found += [problem if problem.place.line else _moved(spec, path, problem) for problem in error.problems]
    return found


def _moved(spec: AgentSpec, path: DataPath, problem: Problem) -> Problem:
    """A problem with a file as a whole, at the place where the spec names the file."""
    message = f"{problem.place.source}: {problem.message}"
    return problem_at(spec, (*path, "path"), message, problem.hint)


def is_path(pack: str) -> bool:
    """Whether a pack is named by its path rather than by its name."""
    return "/" in pack or "\\" in pack or pack.endswith((".py", ".json"))


def _absent(spec: AgentSpec, path: DataPath, written: str, what: str) -> Problem | None:
    try:
        target = spec.resolve(written)
        target.stat()
    except (FileNotFoundError, NotADirectoryError):
        return _instead_of(spec, path, written, what)
    except (OSError, ValueError) as error:  # too long, not allowed, a zero byte
        why = error.strerror if isinstance(error, OSError) else error
        shown = repr(written if len(written) <= _SHOWN else f"{written[:_SHOWN]}…")
        message = f"the {what} {shown} cannot be looked at: {why}"
        return problem_at(spec, path, message, "correct the path, or who may read it")
    return None


def _instead_of(spec: AgentSpec, path: DataPath, written: str, what: str) -> Problem:
    target = spec.resolve(written)
    try:
        beside = [entry.name for entry in target.parent.iterdir()]
    except OSError:
        beside = []
    hint = did_you_mean(target.name, beside, otherwise=f"correct the path; looked for {target.resolve()}")
    return problem_at(spec, path, f"there is no {what} `{written}`", hint)


def _read(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        raise InvalidSpecError([Problem(Place(str(file)), "there is no such file", _instead(file))]) from None
    except OSError as error:
        what = "this is a folder" if file.is_dir() else f"cannot be read: {error.strerror}"
        raise InvalidSpecError([Problem(Place(str(file)), what, _instead(file))]) from None
    if len(raw) > MAX_BYTES:
        hint = f"name a YAML file of at most {MAX_BYTES:,} bytes"
        raise InvalidSpecError([Problem(Place(str(file)), "the file is too large for a spec", hint)])
    at = raw.find(b"\0")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at, text = error.start, ""
    if at >= 0:
        before = raw[:at].decode("utf-8", "replace").split("\n")
        place = Place(str(file), len(before), len(before[-1]) + 1)
        hint = "name a YAML file, or save this one as UTF-8"
        raise InvalidSpecError([Problem(place, "this is not a text file in UTF-8", hint)])
    return text


def _instead(file: Path) -> str:
    """Which file may have been meant: one of a like name beside it, one of this name close by, or any that is there."""
    folder = file if file.is_dir() else file.parent
    if not folder.is_dir():
        return f"correct the path; there is no folder {folder.resolve()}"
    beside = {entry.name: entry for entry in sorted(folder.glob("*.y*ml"))}
    best = near(file.name, beside) if folder == file.parent else None
    below = next(iter(sorted(folder.glob(f"*/{file.name}"))), None)
    if best or below:
        return f"did you mean `{below or beside[str(best)]}`?"
    listed = ", ".join([str(entry) for entry in beside.values()][:8])
    return f"name a YAML file; in {folder.resolve()} there {f'are {listed}' if listed else 'is none'}"


def _validate(document: Document) -> tuple[AgentSpec | None, list[Problem]]:
    try:
        return AgentSpec.model_validate(document.data), []
    except ValidationError as error:
        return None, _explained(error, document)


def _explained(error: ValidationError, document: Document, *, above: DataPath = ()) -> list[Problem]:
    found = [explain(detail, document, above) for detail in error.errors(include_url=False)]
    return list(dict.fromkeys(found))
