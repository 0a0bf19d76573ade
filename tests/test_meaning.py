"""Closeness in meaning: a hand-made table stands for a fitted one."""

from __future__ import annotations

import numpy as np
import pytest

from agentkit.meaning import Meaning, make_table, name_words, read_table, said_words, stored, told, tool_words
from agentkit.types import ToolSpec
from tests.rankers import small_table

WORDS = {"wake": (1, 0.1), "alarm": (1, 0), "photo": (0, 1), "picture": (0.1, 1), "at": (-0.1, -0.1), "00": (0.5, 0.5)}


def spec(name: str, description: str) -> ToolSpec:
    return ToolSpec(name=name, description=description, parameters={"type": "object", "properties": {"at_time": {}}})


ALARM, PHOTO = spec("set_alarm", "Set an alarm"), spec("takePhoto", "Take a photo")


def test_a_request_is_close_to_the_tool_it_shares_no_word_with() -> None:
    close = Meaning(small_table(WORDS)).closeness("Wake me", [PHOTO, ALARM])
    assert close[1] > 0.9
    assert close[0] < 0.2


def test_texts_are_read_as_they_were_for_the_fit() -> None:
    assert tool_words(*told(PHOTO)) == (["take", "photo"], ["take", "a", "photo"], ["at", "time"])
    assert said_words("Wake me at 7:30, it's 2026!") == ["wake", "me", "at", "0", "00", "it", "s", "0000"]
    assert name_words("getURL_v12345") == ["get", "url", "v", "0000"]


def test_a_word_is_known_without_its_ending() -> None:
    meaning = Meaning(small_table(WORDS))
    for form in ("alarms", "alarmed", "alarming"):
        assert np.array_equal(meaning.word(form), meaning.word("alarm"))
    assert meaning.word("waking") @ meaning.word("wake") == pytest.approx(1.0)
    assert list(meaning.ids(["xyzzy", "photo", "фото"])) == [meaning.table.place("photo")]


def test_a_text_without_known_words_is_close_to_nothing() -> None:
    assert Meaning(small_table(WORDS)).closeness("xyzzy", [ALARM, PHOTO]) == [0.0, 0.0]
    assert Meaning(small_table(WORDS)).closeness("wake", []) == []


def test_the_weights_of_words_and_fields_count() -> None:
    words, vectors = ["alarm", "photo"], np.eye(2, dtype=np.float32)
    fields = np.array([1, 0, 0], np.float32)  # the name alone
    table = make_table(words, vectors, np.array([3, 1], np.float32), np.ones(2, np.float32), fields)
    assert Meaning(table).vector("alarm photo") == pytest.approx(np.array([3, 1]) / 10**0.5)
    named = spec("photo", "Set an alarm")
    assert Meaning(table).closeness("photo", [named]) == [pytest.approx(1.0)]


def test_a_table_survives_storage_within_eight_bits() -> None:
    table = small_table(WORDS)
    again = read_table(stored(table))
    assert again.key == table.key
    assert again.key != small_table({**WORDS, "more": (1, 1)}).key
    for text in ("wake", "photo", "alarm picture"):
        exact = sum(np.array(WORDS[word], np.float32) for word in text.split())
        assert Meaning(again).vector(text) == pytest.approx(exact / np.linalg.norm(exact), abs=0.02)


def test_arrays_that_do_not_belong_together_are_refused() -> None:
    arrays = stored(small_table(WORDS))
    with pytest.raises(ValueError, match="not of one number"):
        read_table({**arrays, "asked": arrays["asked"][1:]})
