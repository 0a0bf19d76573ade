from __future__ import annotations

from pathlib import Path

import pytest

from agentkit.errors import Retry
from agentkit.registry import ArgumentError, Context, Registry

REGISTRY = Registry(["notes"])


def run(folder: Path, name: str, **arguments: str) -> object:
    ctx = Context(deps={"notes": folder})
    made = REGISTRY.get(name)
    return made.to_json(made.invoke(dict(arguments), ctx))


def test_a_note_lives_as_a_file(tmp_path: Path) -> None:
    assert run(tmp_path, "create_note", title="Shopping", text="milk") == {"title": "Shopping", "text": "milk"}
    assert (tmp_path / "Shopping.txt").read_text() == "milk"
    run(tmp_path, "append_to_note", title="Shopping", text="eggs")
    assert run(tmp_path, "read_note", title="Shopping") == {"title": "Shopping", "text": "milk\neggs"}
    assert run(tmp_path, "list_notes") == ["Shopping"]
    assert run(tmp_path, "search_notes", text="EGGS shopping") == [{"title": "Shopping", "text": "milk\neggs"}]
    assert run(tmp_path, "search_notes", text="bread") == []
    assert run(tmp_path, "delete_note", title="Shopping") == "deleted the note Shopping"
    assert list(tmp_path.iterdir()) == []


def test_only_notes_that_exist_can_be_named(tmp_path: Path) -> None:
    run(tmp_path, "create_note", title="Shopping", text="milk")
    with pytest.raises(ArgumentError, match='must be one of "Shopping", got "Work"'):
        run(tmp_path, "read_note", title="Work")


def test_a_note_is_never_overwritten(tmp_path: Path) -> None:
    run(tmp_path, "create_note", title="Shopping", text="milk")
    why = REGISTRY.get("create_note").precondition(
        {"title": "shopping", "text": "x"}, Context(deps={"notes": tmp_path})
    )
    assert why == "there is a note `shopping` already; add to it, or choose another title"
    with pytest.raises(Retry, match="there is a note `Shopping` already"):
        run(tmp_path, "create_note", title="Shopping", text="eggs")
    assert (tmp_path / "Shopping.txt").read_text() == "milk"


@pytest.mark.parametrize("title", ["../up", "a/b", ".hidden", "", "x" * 61, "a\n"])
def test_a_title_cannot_leave_the_folder(tmp_path: Path, title: str) -> None:
    with pytest.raises(ArgumentError, match="argument `title` of `create_note` must"):
        run(tmp_path, "create_note", title=title, text="x")


def test_without_a_folder_notes_go_to_the_state_folder(home: Path) -> None:
    REGISTRY.get("create_note").invoke({"title": "One", "text": "x"}, Context())
    assert (home / "notes" / "One.txt").is_file()
    assert REGISTRY.get("list_notes").invoke({}, Context()) == ["One"]
    assert "notes" in REGISTRY.default_deps()
