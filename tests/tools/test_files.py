from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agentkit.cancel import Cancel
from agentkit.errors import Cancelled, Failed
from agentkit.registry import ArgumentError, Context, Registry

REGISTRY = Registry(["files"])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("one\ntwo\nthree\n")
    (folder / "sub" / "b.txt").write_text("Two of them")
    (folder / ".hidden").write_text("two")
    (folder / "image.bin").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "secret.txt").write_text("two")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


def context(root: Path) -> Context:
    return Context(deps={"files": root})


def test_files_under_the_folder_are_listed(root: Path) -> None:
    listed = REGISTRY.get("list_files").invoke({}, context(root))
    assert [(entry.path, entry.size) for entry in listed] == [("a.txt", 14), ("image.bin", 3), ("sub/b.txt", 11)]


def test_the_names_are_the_choices(root: Path) -> None:
    spec = REGISTRY.get("read_file").resolve(context(root))
    assert spec is not None
    assert spec.parameters["properties"]["path"]["enum"] == ["a.txt", "image.bin", "sub/b.txt"]


@pytest.mark.parametrize("path", ["link.txt", "../secret.txt", "/etc/passwd", ".hidden", "sub"])
def test_nothing_else_can_be_read(root: Path, path: str) -> None:
    with pytest.raises(ArgumentError, match="argument `path` of `read_file` must be one of"):
        REGISTRY.get("read_file").invoke({"path": path}, context(root))


def test_lines_are_read(root: Path) -> None:
    read = REGISTRY.get("read_file")
    assert read.invoke({"path": "a.txt"}, context(root)) == "one\ntwo\nthree"
    assert read.invoke({"path": "a.txt", "first_line": 2, "lines": 1}, context(root)) == "two"
    assert read.returns_origin == "untrusted"
    with pytest.raises(Failed, match=r"image\.bin is no text file"):
        read.invoke({"path": "image.bin"}, context(root))


def test_lines_are_found(root: Path) -> None:
    found = REGISTRY.get("search_files").invoke({"text": "two"}, context(root))
    assert [(line.path, line.line, line.text) for line in found] == [
        ("a.txt", 2, "two"),
        ("sub/b.txt", 1, "Two of them"),
    ]


def test_a_search_can_be_cancelled(root: Path) -> None:
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        REGISTRY.get("search_files").invoke({"text": "two"}, Context(deps={"files": root}, cancel=cancel))


def test_large_files_are_refused(root: Path) -> None:
    (root / "large.txt").write_text("x" * 1_000_001)
    with pytest.raises(Failed, match=r"large\.txt is larger than 1000000 bytes"):
        REGISTRY.get("read_file").invoke({"path": "large.txt"}, context(root))


def test_a_large_tree_is_walked_only_as_far_as_needed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for index in range(30):
        (root / f"d{index:02}").mkdir()
        for number in range(10):
            (root / f"d{index:02}" / f"{number}.txt").write_text("x")
    visited: list[Path] = []
    real = Path.iterdir

    def listed(self: Path) -> Iterator[Path]:
        visited.append(self)
        return real(self)

    monkeypatch.setattr(Path, "iterdir", listed)
    assert len(REGISTRY.get("list_files").invoke({}, context(root))) == 200
    assert len(visited) == 21
