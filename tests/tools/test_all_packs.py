"""Every shipped pack can be registered, says what its arguments mean, and imports nothing but the public package."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentkit.registry import Registry, packs

PACKS = [path for path in packs.shipped().values() if path.is_file()]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield str(node.module)


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_a_pack_is_complete(path: Path) -> None:
    for spec in Registry([path]).specs:
        assert spec.description, spec.name
        assert spec.returns is not None, spec.name
        assert spec.pack == path.stem
        for name, parameter in spec.parameters["properties"].items():
            assert parameter.get("description"), f"{spec.name}.{name}"


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_a_pack_knows_only_the_public_package(path: Path) -> None:
    assert [name for name in imported(path) if name.startswith("agentkit.")] == []
