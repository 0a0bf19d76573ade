"""`agentkit check` and `agentkit schema`: is this spec usable, and what may stand in one.

Knows nothing of running: packs are loaded, weights are looked at but not loaded.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import JsonValue

from agentkit.cli import options
from agentkit.cli.console import out, print_json
from agentkit.cli.expected import hold_to_tools

if TYPE_CHECKING:
    from agentkit.registry import Registry
    from agentkit.spec import AgentSpec, ModelConfig, RemoteConfig


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("check")(check)
    app.command("schema")(schema)


def schema() -> None:
    """Print the JSON Schema of a spec, for editors.

    Save it as agentkit.schema.json beside your specs, and begin them with the line

    # yaml-language-server: $schema=agentkit.schema.json
    """
    from agentkit.spec import spec_schema

    print_json(spec_schema(), indent=2)


def check(
    spec: Annotated[Path, options.SPEC],
    overrides: Annotated[list[str] | None, options.SET] = None,
    as_json: Annotated[bool, options.JSON] = False,
) -> None:
    """Say whether a spec is usable, without running it.

    Reads the spec, loads its tool packs, looks for the files it names and at the names its tasks expect.
    """
    from agentkit.errors import WiringError
    from agentkit.spec import InvalidSpecError, load_spec

    try:
        loaded = load_spec(spec, overrides or ())
        registry = _made(loaded)
        _look_at_models(loaded)
    except WiringError as error:
        if not as_json:
            raise
        problems = error.problems if isinstance(error, InvalidSpecError) else ()
        found: list[JsonValue] = [problem.as_json() for problem in problems]
        print_json({"ok": False, "problems": found or [{"message": error.message, "hint": error.hint}]})
        raise typer.Exit(error.exit_code) from None
    if as_json:
        print_json({"ok": True, "problems": [], **_facts(loaded, registry)})
    else:
        _show(spec, loaded, registry)


def _made(spec: AgentSpec) -> Registry:
    """The tools of the agent that the spec stands for; whatever keeps it from being made is a problem at its place."""
    from agentkit.graph.specified import arguments_of
    from agentkit.registry.packs import function_at
    from agentkit.spec import blame

    made = arguments_of(spec, given=frozenset({"deps"}))
    if spec.setup is not None:
        with blame(spec, "setup"):
            function_at(spec.setup, spec.folder)
    hold_to_tools(spec, made["tools"])
    return made["tools"]


def _look_at_models(spec: AgentSpec) -> None:
    """Weights must be as long as their header says, and a cassette that is replayed must hold exchanges."""
    from agentkit.models.cassette import CassetteModel
    from agentkit.models.gguf import read_header
    from agentkit.spec import CassetteConfig, GgufConfig, blame, tiers

    for path, config in tiers(spec):
        with blame(spec, *path, "path"):
            if isinstance(config, GgufConfig):
                read_header(spec.resolve(config.path))
            elif isinstance(config, CassetteConfig) and config.mode == "replay":
                CassetteModel(spec.resolve(config.path))


def _facts(spec: AgentSpec, registry: Registry) -> dict[str, JsonValue]:
    return {
        "name": spec.name,
        "tools": [tool.spec.name for tool in registry],
        "local": _model_name(spec.models.local),
        "remote": _model_name(spec.models.remote) if spec.models.remote else None,
        "tasks": len(spec.tasks),
        "expectations": sum(task.expect is not None for task in spec.tasks),
        "notes": list[JsonValue](_notes(spec)),
    }


def _model_name(config: ModelConfig) -> str:
    detail = getattr(config, "model", "") or getattr(config, "path", "") or ""
    return f"{config.kind} {detail}".strip()


def _notes(spec: AgentSpec) -> list[str]:
    """What is legal and may still surprise."""
    from agentkit.spec import RemoteConfig
    from agentkit.spec.models import on_device

    notes: list[str] = []
    first, remote = spec.models.local, spec.models.remote
    hosted = not on_device(first)
    if hosted:
        notes.append("the first model is not on this machine: it is sent placeholders, within the budgets")
    for model in (first if hosted else None, remote):
        if isinstance(model, RemoteConfig) and (why := _keyless(model)):
            notes.append(f"{why}; {model.model} is asked without a key")
    if spec.offline:
        never = [("first", hosted), ("remote", remote is not None)]
        notes += [f"`offline` is on: the {name} model is never asked" for name, there in never if there]
    if not spec.tasks:
        notes.append("there are no tasks; `agentkit run` needs --task")
    return notes


def _keyless(model: RemoteConfig) -> str:
    """Why a server is sent no key, where that may surprise: a server on this machine seldom wants one."""
    from agentkit.spec.models import key_variable, on_loopback

    variable = key_variable(model.base_url, model.api_key_env)
    if variable is None:
        return "" if on_loopback(model.base_url) else f"`api_key_env` is not given for {model.base_url}"
    return "" if os.environ.get(variable) else f"the environment variable {variable} is not set"


def _show(path: Path, spec: AgentSpec, registry: Registry) -> None:
    from rich.text import Text

    from agentkit.cli.view.layout import print_pairs

    facts = _facts(spec, registry)
    packs = f"{len(spec.tools)} pack{'s' if len(spec.tools) > 1 else ''}"
    console = out()
    console.print(Text.assemble(("ok ", "green"), str(path)), soft_wrap=True)
    rows: list[tuple[str, str | Text]] = [
        ("tools", f"{len(registry)} in {packs}"),
        ("local", Text(str(facts["local"]))),
        ("remote", Text(str(facts["remote"] or "none"))),
        ("tasks", f"{facts['tasks']}, {facts['expectations']} with expectations"),
    ]
    rows += [("[yellow]note[/]", Text(note)) for note in _notes(spec)]
    print_pairs(console, rows, indent=2)
