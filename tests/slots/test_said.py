"""A request taken apart: words, spans, numbers, lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentkit.slots.said import Said


def texts(request: str) -> set[str]:
    """The texts that a request offers."""
    return {span.text for span in Said(request).texts}


@pytest.mark.parametrize(
    ("request_", "wanted"),
    [
        ("Book a table at O'Neil's Grill for four", ["O'Neil's Grill", "four"]),
        ("send ada@example.com the file /tmp/a b.txt", ["ada@example.com", "/tmp/a"]),
        (
            'Note: "call Ada about the boiler and the odd lamp" now',
            ["call Ada about the boiler and the odd lamp"],
        ),
        ("tell Bo I will be a little later than we said.", ["I will be a little later than we said"]),
        ("Is Ada's cat here?", ["Ada", "Ada's cat"]),
        ("C:\\Shares has room", ["C:\\Shares"]),
    ],
)
def test_values_are_whole_words_quotes_or_the_rest_of_a_sentence(request_: str, wanted: list[str]) -> None:
    assert set(wanted) <= texts(request_)


@pytest.mark.parametrize(
    ("request_", "numbers"),
    [
        ("4.25 to the power of 16", [4.25, 16]),
        ("twenty-five people, 1,250 euros and -3 degrees", [1250, -3, 25]),
        ("$50 and 15%", [50, 15]),
        ("route 66b and v2.0", [66]),
        ("1e3 units", [1000.0]),
        ("nothing here", []),
    ],
)
def test_numbers_stand_in_digits_or_words(request_: str, numbers: list[float]) -> None:
    assert [span.number for span in Said(request_).numbers] == numbers


def test_numbers_that_follow_each_other_are_lists() -> None:
    said = Said("add [1, 2 and 3.5] and then 7")
    assert [values for _, values in said.number_lists] == [(1, 2, 3.5), (7,)]


def test_enumerations_are_lists_of_texts() -> None:
    lists = [values for _, values in Said("put eggs, whole milk and rye bread on the list").text_lists]
    assert ("eggs", "whole milk", "rye bread") in lists
    assert ("whole milk", "rye bread") in lists


@given(st.text(max_size=200))
def test_every_span_stands_in_the_request(request_: str) -> None:
    said = Said(request_)
    for span in (*said.texts, *said.numbers, *(span for span, _ in said.text_lists)):
        assert span.text in request_
        assert 0 <= span.first <= span.last < len(said.words)
