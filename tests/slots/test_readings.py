"""The ways to read one text as several requests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentkit.slots.readings import Readings
from agentkit.slots.said import Said


@given(st.text("a ,.!?&1and", max_size=40))
def test_a_text_can_be_left_whole(text: str) -> None:
    sight = Readings(Said(text))
    assert next(sight.cuts()) == ()


def test_a_number_of_thousands_of_digits_is_none() -> None:
    assert [span.number for span in Said("1" * 5000 + ", 2 and 3").numbers] == [2, 3]


def ways(text: str) -> list[tuple[str, ...]]:
    """The requests of each way to read the whole text without cutting it."""
    said = Said(text)
    return [reading.texts for reading in Readings(said).within(0, len(said.words) - 1)]


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        (
            "weather for Paris, Rome and Berlin tomorrow",
            ("weather for Paris tomorrow", "weather for Rome tomorrow", "weather for Berlin tomorrow"),
        ),
        ("convert 3 miles and 7 miles to km", ("convert 3 miles to km", "convert 7 miles to km")),
        (
            "play A by X and B by Y for 20 and 15 minutes respectively",
            ("play A by X for 20 minutes", "play B by Y for 15 minutes"),
        ),
        (
            "the area of a triangle with base 3 and height 4, and of one with base 5 and height 12",
            ("the area of a triangle with base 3 and height 4", "the area of a triangle with base 5 and height 12"),
        ),
        ("is it warm in Rome? And in Oslo?", ("is it warm in Rome?", "is it warm in Oslo?")),
    ],
)
def test_what_is_said_once_is_shared_by_all_requests(text: str, texts: tuple[str, ...]) -> None:
    assert texts in ways(text)


def test_the_first_way_is_one_request() -> None:
    assert ways("the mean of 3, 4 and 8")[0] == ("the mean of 3, 4 and 8",)


@pytest.mark.parametrize("text", ["find 'Rock, Pop and Soul'", "sort [3, 4, 8]", "save it for 1,250 dollars", "stop"])
def test_nothing_is_cut_within_quotes_brackets_or_numbers(text: str) -> None:
    assert not Readings(Said(text)).joints


def cut(text: str) -> list[list[str]]:
    """The parts of each way to cut the text."""
    sight = Readings(Said(text))
    return [[sight.text(*bounds) for bounds in sight.bounds(joints)] for joints in sight.cuts()]


def test_a_text_is_cut_between_requests_of_their_own() -> None:
    assert cut("wake me at 7, then call Tom") == [["wake me at 7, then call Tom"], ["wake me at 7", "call Tom"]]


def test_numbered_requests_are_cut_at_their_numbers() -> None:
    assert ["1. call Tom", "wake me at 7"] in cut("1. call Tom 2. wake me at 7")


def test_a_part_has_two_words_at_least() -> None:
    assert all(len(part.split()) > 1 for parts in cut("call Tom, please, and then Ann. Thanks!") for part in parts)
