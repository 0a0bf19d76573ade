"""Kinds of the table: numbers stay between their bounds, names are said as they stand, schemas fit the values."""

from __future__ import annotations

import random

import pytest

from agentkit.nano.generate.kinds import kind_schema
from agentkit.nano.generate.named import named
from agentkit.nano.generate.spoken import SpokenKinds
from agentkit.nano.generate.typed import concepts, functions


@pytest.mark.parametrize(
    ("kind", "type_"), [("12~90", "integer"), ("-20~20", "integer"), ("0.5~3.25", "number"), ("0.01~0.12", "number")]
)
def test_a_number_lies_between_its_bounds(kind: str, type_: str) -> None:
    low, high = map(float, kind.split("~"))
    kinds = SpokenKinds(random.Random(0))
    assert kind_schema(kind) == {"type": type_}
    for _ in range(100):
        said = kinds.draw(kind)
        assert isinstance(said.value, int | float) and low <= said.value <= high
        assert float(said.text.replace(",", "")) == said.value


def test_a_counted_list_has_as_many_numbers_as_it_says() -> None:
    kinds = SpokenKinds(random.Random(0))
    for _ in range(20):
        said = kinds.draw("[3x5~120]")
        assert isinstance(said.value, list) and len(said.value) == 3
        assert all(str(part) in said.text for part in said.value)


@pytest.mark.parametrize("kind", named())
def test_a_name_is_one_of_the_table_or_a_coined_one_without_open_slots(kind: str) -> None:
    kinds = SpokenKinds(random.Random(0))
    real, coined = named()[kind]
    drawn = [kinds.draw(kind) for _ in range(40)]
    assert all(said.text == said.value and "{" not in said.text for said in drawn)
    assert any(said.value not in real for said in drawn) is bool(coined)


def test_every_function_names_concepts_of_the_tables() -> None:
    assert all(key in concepts() for function in functions() for key in (*function.required, *function.optional))
