"""The layout is a promise: rooms import only from rooms above them, one file per heavy library, cheap imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentkit.errors import WiringError

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "agentkit"

# A room may import from itself and from rooms named before it.
ROOMS = (
    ("errors", "types", "cancel", "cache", "home", "offline", "products"),
    ("events",),
    ("spec",),
    ("registry",),
    ("retrieve", "meaning", "ranker", "guard", "words", "moments"),
    ("propose",),
    ("slots",),
    ("models",),
    ("verify",),
    ("decide",),
    ("escalate",),
    ("act",),
    ("trace",),
    ("graph",),
    ("agent",),
    ("nano", "distill"),
    ("evaluate",),
    ("cli",),
)
ORDER = {room: rank for rank, rooms in enumerate(ROOMS) for room in rooms}
ONE_FILE_EACH = ("langgraph", "llama_cpp", "outlines", "sqlite_utils", "openai")


def sources() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "_data" not in path.parts]


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Absolute names of the modules that a file imports, lazily or not; type-checking imports count too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_every_room_has_a_place_in_the_order() -> None:
    rooms = {room_of(path) for path in sources()} - {"__init__", "__main__"}
    assert rooms <= ORDER.keys()


def test_rooms_import_only_from_rooms_above_them() -> None:
    upward = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources()
        if room_of(path) in ORDER
        for name in imports(path)
        if name.startswith("agentkit.") and ORDER.get(name.split(".")[1], -1) > ORDER[room_of(path)]
    ]
    assert upward == []


@pytest.mark.parametrize("library", ONE_FILE_EACH)
def test_one_file_touches_each_heavy_library(library: str) -> None:
    users = [
        str(path.relative_to(ROOT))
        for path in sources()
        if any(name == library or name.startswith(f"{library}.") for name in imports(path))
    ]
    assert len({Path(user).stem.partition("_")[0] for user in users}) == 1, users  # files of one engine share its name


def test_modules_say_what_they_are_for() -> None:
    silent = [
        str(path.relative_to(ROOT)) for path in sources() if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_every_error_of_wiring_says_what_to_do() -> None:
    names = {error.__name__ for error in (WiringError, *WiringError.__subclasses__())}
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
        if not any(keyword.arg == "hint" for keyword in node.keywords)
    ]
    assert silent == []


@pytest.mark.parametrize(
    "code",
    [
        "import agentkit",
        "import agentkit; agentkit.tool",
        "import sys; sys.argv=['agentkit','--help']; import agentkit.cli",
    ],
)
def test_importing_loads_no_engine(code: str) -> None:
    engines = ("llama_cpp", "langgraph", "outlines", "torch", "openai")
    probe = f"{code}\nimport sys\nprint([name for name in {engines} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout
    assert loaded.strip().splitlines()[-1] == "[]"
