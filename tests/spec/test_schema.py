"""The JSON Schema for editors accepts what the loader accepts and refuses the common mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from agentkit.spec import VERIFIERS, spec_schema
from agentkit.spec.document import Document

ROOT = Path(__file__).parents[2]
SHIPPED = sorted([*(ROOT / "agents").glob("*.yaml"), *(ROOT / "examples").glob("*.yaml")])


def complaints(text: str) -> list[str]:
    validator = Draft202012Validator(spec_schema())
    return [error.message for error in validator.iter_errors(Document("x", text).data)]  # pyright: ignore


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(spec_schema())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_it_accepts_what_ships(path: Path) -> None:
    assert complaints(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "tools: [a, {path: ./x.py, only: [b]}]",
        "tools: [a]\nmodels: {local: embedded, remote: {kind: remote, model: m}}",
        "tools: [a]\nverify: {verifiers: [schema, {agreement: {samples: 3}}]}",
        "tools: [a]\ntasks: [x, {task: y, expect: {calls: [z, {w: {v: 1}}], status: success}}]",
    ],
)
def test_it_accepts_the_shorthands(text: str) -> None:
    assert complaints(text) == []


@pytest.mark.parametrize(
    "text", ["tools: [a]\nverifers: []", "name: x", "tools: [a]\ntrust: no", "tools: [a]\ngraph: {x: 1}"]
)
def test_it_refuses_mistakes(text: str) -> None:
    assert complaints(text)


def test_editors_can_offer_the_names_of_verifiers() -> None:
    assert all(name in str(spec_schema()) for name in VERIFIERS)
