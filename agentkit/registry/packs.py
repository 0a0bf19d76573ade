"""Tool packs: plain Python files, folders of them, or JSON lists of raw tools, loaded by path or by name.

Knows nothing of what the tools do. A pack is code and is run as such: load only packs you would run.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from agentkit.errors import AgentkitError, ToolDefinitionError, WiringError
from agentkit.registry.tool import Tool

_PACKAGE = Path(__file__).parent.parent


def data_folder(name: str) -> Path:
    """A folder that ships with agentkit (`tools`, `agents`, `examples`): in the wheel, or in a checkout beside it."""
    shipped = _PACKAGE / "_data" / name
    return shipped if shipped.is_dir() else _PACKAGE.parent / name


def shipped() -> dict[str, Path]:
    """The packs that ship with agentkit, by name."""
    folder = data_folder("tools")
    if not folder.is_dir():
        return {}
    return {path.stem: path for path in sorted(folder.iterdir()) if _is_pack(path)}


def _is_pack(path: Path) -> bool:
    if path.name.startswith(("_", ".")):
        return False
    return path.suffix in {".py", ".json"} or (path.is_dir() and any(path.glob("*.py")))


def locate(pack: str | Path) -> Path:
    """The path of a pack given by path, or by the name of a shipped pack; raises `WiringError` for neither."""
    path = Path(os.path.expanduser(pack))  # noqa: PTH111 - leaves the home of nobody as it is
    named = shipped()
    if path.exists() and (isinstance(pack, Path) or path.suffix or len(path.parts) > 1 or str(pack) not in named):
        return path.resolve()
    if str(pack) in named:
        return named[str(pack)]
    near = get_close_matches(path.stem, named, n=1)
    raise WiringError(
        f"no tool pack `{pack}`: no such file, and the shipped packs are {', '.join(named) or 'none'}",
        hint=f"did you mean `{near[0]}`?"
        if near
        else "give the path of a .py or .json file, or of a folder of .py files",
    )


def load(pack: str | Path) -> tuple[Tool[..., Any], ...]:
    """The tools of a pack, in the order in which they are written.

    Raises `WiringError` for a pack that is not there, `ToolDefinitionError` with file and line for one that cannot be
    run or that holds no tool.
    """
    path = locate(pack)
    found = tuple(_raw_tools(path)) if path.suffix == ".json" else tuple(_typed_tools(path))
    if not found:
        raise ToolDefinitionError(f"{path}: the pack defines no tool", hint="put `@tool` on a typed function in it")
    return tuple(each.from_pack(path.stem, str(path)) for each in found)


def _typed_tools(path: Path) -> Iterable[Tool[..., Any]]:
    if not path.is_dir():
        yield from tools_in(module_of(path))
        return
    for file in sorted(path.glob("*.py")):
        if not file.name.startswith("_"):
            yield from tools_in(module_of(file))


def tools_in(module: ModuleType) -> tuple[Tool[..., Any], ...]:
    """The tools that a module defines (not those it imports), in the order in which they are written."""
    held = (cast(Tool[..., Any], value) for value in vars(module).values() if isinstance(value, Tool))
    own = (each for each in held if each.function.__module__ == module.__name__)
    return tuple({each.name: each for each in own}.values())


def setup_of(pack: str | Path) -> Any:
    """What the function `setup` of a pack makes: the state its tools use when no `deps` are given; None without one."""
    path = locate(pack)
    files = sorted(path.glob("[!_]*.py")) if path.is_dir() else [path] if path.suffix == ".py" else []
    setups = (getattr(module_of(file), "setup", None) for file in files)
    return next((_called(setup, f"`setup` of the pack {path.stem}") for setup in setups if callable(setup)), None)


def module_of(path: Path) -> ModuleType:
    """Run a Python file as a module of its own, once per process; files of one folder may import each other relatively.

    The module's name is made from the folder's path, so that two packs of one name do not collide.
    """
    path = path.resolve()
    if not path.is_file():
        raise WiringError(f"there is no file {path}", hint="correct the path")
    folder = f"agentkit_packs_{hashlib.sha256(str(path.parent).encode()).hexdigest()[:12]}"
    if folder not in sys.modules:
        spec = ModuleSpec(folder, None, is_package=True)
        spec.submodule_search_locations = [str(path.parent)]
        sys.modules[folder] = module_from_spec(spec)
    try:
        importlib.invalidate_caches()
        return importlib.import_module(f"{folder}.{path.stem}")
    except AgentkitError:
        raise
    except (Exception, SystemExit) as error:
        raise ToolDefinitionError(
            f"{_place(path, error)}: the pack raised {type(error).__name__}: {error}",
            hint="run it with python to see more",
        ) from error


def _place(path: Path, error: BaseException) -> str:
    """`file:line` of the last line of the pack that the error passed."""
    if isinstance(error, SyntaxError) and error.lineno is not None:
        return f"{error.filename}:{error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == path]
    return f"{path}:{lines[-1]}" if lines else str(path)


def attribute(reference: str, base: Path | None = None) -> Any:
    """What `pkg.module:name` or `path/to/file.py:name` names; a relative path starts at `base`."""
    where, _, name = reference.rpartition(":")
    if not where or not name:
        raise WiringError(f"`{reference}` names nothing", hint="write `package.module:name` or `path/file.py:name`")
    try:
        if where.endswith(".py"):
            module = module_of((base or Path.cwd()) / Path(where).expanduser())
        else:
            module = importlib.import_module(where)
    except AgentkitError:
        raise
    except (Exception, SystemExit) as error:
        what = str(error) if isinstance(error, ImportError) else f"{type(error).__name__}: {error}"
        raise WiringError(f"`{reference}` cannot be loaded: {what}", hint="check the module's name and path") from error
    if not hasattr(module, name):
        names = [each for each in vars(module) if not each.startswith("_")]
        near = get_close_matches(name, names, n=1)
        hint = f"did you mean `{where}:{near[0]}`?" if near else f"it has {', '.join(names) or 'no names at all'}"
        raise WiringError(f"`{reference}` cannot be loaded: `{where}` has no `{name}`", hint=hint)
    return getattr(module, name)


def function_at(reference: str, base: Path | None = None) -> Callable[..., Any]:
    """What `attribute` finds, which must be something that can be called; raises `WiringError` when it is not."""
    found = attribute(reference, base)
    if not callable(found):
        hint = "name a function, or a class"
        raise WiringError(f"`{reference}` cannot be called: it is of type {type(found).__name__}", hint=hint)
    return found


def result_of(reference: str, base: Path | None = None, **options: Any) -> Any:
    """What the function that `reference` names gives; whatever it raises is a `WiringError` that says where."""
    return _called(function_at(reference, base), f"`{reference}`", **options)


def _called(function: Callable[..., Any], name: str, **options: Any) -> Any:
    try:
        return function(**options)
    except AgentkitError:
        raise
    except (Exception, SystemExit) as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        inside = frame.filename != __file__
        place = f" ({Path(frame.filename).name}:{frame.lineno})" if inside else ""
        hint = "mend the function" if inside else _takes(function)
        raise WiringError(f"{name} raised {type(error).__name__}: {error}{place}", hint=hint) from error


def _takes(function: Callable[..., Any]) -> str:
    try:
        return f"it takes {inspect.signature(function)}"
    except (TypeError, ValueError):  # many that are written in C have no signature
        return "name a function of your own, in Python, that calls it with what it takes"


_RAW_KEYS = frozenset({"effect", "idempotent", "timeout_s", "isolate", "returns_origin", "returns", "description"})


def _raw_tools(path: Path) -> Iterable[Tool[..., Any]]:
    """A JSON pack: a list of `{name, parameters, function, …}`; `function` as `attribute` reads it."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ToolDefinitionError(f"{path}: the pack is no JSON: {error}", hint="write a list of tools") from error
    if not isinstance(entries, list):
        raise ToolDefinitionError(f"{path}: the pack is no list", hint='write [{"name": …, "parameters": …}, …]')
    for index, entry in enumerate(cast(list[Any], entries)):
        yield _raw_tool(path, index, entry)


def _raw_tool(path: Path, index: int, entry: Any) -> Tool[..., Any]:
    place = f"{path}: tool {index + 1}"
    if not isinstance(entry, dict):
        raise ToolDefinitionError(f"{place} is no object", hint='write {"name": …, "parameters": …, "function": …}')
    fields = cast(dict[str, Any], entry)
    for key in ("name", "parameters", "function"):
        if key not in fields:
            raise ToolDefinitionError(f"{place} has no `{key}`", hint=f"add `{key}`")
    options = {key: value for key, value in fields.items() if key not in {"name", "parameters", "function"}}
    for key in options.keys() - _RAW_KEYS - {"private"}:
        raise ToolDefinitionError(f"{place} has an unknown key `{key}`", hint=f"keys: {', '.join(sorted(_RAW_KEYS))}")
    if "private" in options:
        if not isinstance(options["private"], list):
            raise ToolDefinitionError(f"{place}: `private` is no list", hint='write "private": ["argument", …]')
        options["private"] = tuple(cast("list[str]", options["private"]))
    function = function_at(str(fields["function"]), path.parent)
    try:
        return Tool.from_schema(str(fields["name"]), fields["parameters"], function, **options)
    except (TypeError, ValueError) as error:
        raise ToolDefinitionError(f"{place}: {error}", hint="correct the value of that key") from error
