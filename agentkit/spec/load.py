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
from agentkit.spec.problems import InvalidSpecError, Place, Problem, did_you_mean
from agentkit.spec.shapes import is_mapping, shape_of

MAX_BYTES = 2_000_000


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
        problems.append(Problem(Place(document.source), "the file is empty", "`tools:` is all a spec needs"))
    elif not problems and not is_mapping(document.data):
        message = f"a spec is a mapping of keys such as `name:` and `tools:`; this is {shape_of(document.data)}"
        problems.append(document.problem(document.place(()), message))
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
        place = spec.document.place(path)
        raise InvalidSpecError([spec.document.problem(place, error.message, error.hint)]) from error


def missing_files(spec: AgentSpec) -> list[Problem]:
    """The files and folders that a spec names and that are not there."""
    named: list[tuple[DataPath, str, str]] = []
    for index, pack in enumerate(spec.tools):
        if is_path(pack.path):
            named.append((("tools", index), pack.path, "tool pack"))
    for path, config in _tiers(spec):
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
    return [_absent(spec, path, written, what) for path, written, what in named if not spec.resolve(written).exists()]


def _tiers(spec: AgentSpec) -> Iterator[tuple[DataPath, ModelConfig]]:
    """Each model that the spec names, with its place."""
    for tier, named in (("local", spec.models.local), ("remote", spec.models.remote)):
        path, config = ("models", tier), named
        while config is not None:
            yield path, config
            path, config = (*path, "inner"), config.inner if isinstance(config, CassetteConfig) else None


def _bad_scripts(spec: AgentSpec) -> list[Problem]:
    """What is wrong in the files of answers that the spec names; answers in the spec itself are part of it."""
    found: list[Problem] = []
    for _, config in _tiers(spec):
        if isinstance(config, ScriptedConfig) and config.path:
            try:
                load_script(spec.resolve(config.path))
            except InvalidSpecError as error:
                found += error.problems
    return found


def is_path(pack: str) -> bool:
    """Whether a pack is named by its path rather than by its name."""
    return "/" in pack or "\\" in pack or pack.endswith((".py", ".json"))


def _absent(spec: AgentSpec, path: DataPath, written: str, what: str) -> Problem:
    target = spec.resolve(written)
    near = [entry.name for entry in target.parent.iterdir()] if target.parent.is_dir() else []
    looked = f"looked for {target.resolve()}"
    hint = did_you_mean(target.name, near, otherwise=looked)
    document = spec.document
    place = document.place(path) if document else Place("<spec>")
    message = f"there is no {what} `{written}`"
    return document.problem(place, message, hint) if document else Problem(place, message, hint)


def _read(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        names = [str(entry) for entry in file.parent.glob("*.y*ml")] if file.parent.is_dir() else []
        hint = did_you_mean(str(file), names, otherwise=f"looked in {file.parent.resolve()}")
        raise InvalidSpecError([Problem(Place(str(file)), "there is no such file", hint)]) from None
    except OSError as error:
        what = "this is a folder" if file.is_dir() else f"cannot be read: {error.strerror}"
        raise InvalidSpecError([Problem(Place(str(file)), what, "name a YAML file")]) from None
    try:
        if b"\0" in raw or len(raw) > MAX_BYTES:
            raise ValueError
        return raw.decode("utf-8-sig")
    except ValueError:
        what = "this is not a text file in UTF-8" if len(raw) <= MAX_BYTES else "the file is too large for a spec"
        raise InvalidSpecError([Problem(Place(str(file)), what, "name a YAML file")]) from None


def _validate(document: Document) -> tuple[AgentSpec | None, list[Problem]]:
    try:
        return AgentSpec.model_validate(document.data), []
    except ValidationError as error:
        return None, _explained(error, document)


def _explained(error: ValidationError, document: Document, *, above: DataPath = ()) -> list[Problem]:
    found = [explain(detail, document, above) for detail in error.errors(include_url=False)]
    return list(dict.fromkeys(found))
