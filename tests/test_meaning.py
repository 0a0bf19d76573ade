"""Closeness in meaning: a hand-made table stands for a fitted one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agentkit.errors import ModelLoadError
from agentkit.meaning import Meaning, load_meaning, save_table, tool_text
from agentkit.retrieve import retrieve, together
from agentkit.types import ToolSpec

WORDS = ["wake", "alarm", "photo", "picture", "set_alarm", "me", "take", "an", "a", "set"]
TABLE = np.array([[1, 0.1], [1, 0], [0, 1], [0.1, 1], [1, 0], [0, 0], [0, 0], [0, 0], [0, 0], [0, 0]], dtype=np.float32)


def tokenize(text: str) -> list[int]:
    return [WORDS.index(word) for word in text.split() if word in WORDS]


def spec(name: str, description: str) -> ToolSpec:
    return ToolSpec(name=name, description=description, parameters={"type": "object", "properties": {"at_time": {}}})


ALARM, PHOTO = spec("set_alarm", "Set an alarm"), spec("takePhoto", "Take a photo")


def test_a_request_is_close_to_the_tool_it_shares_no_word_with() -> None:
    close = Meaning(TABLE, tokenize).closeness("Wake me", [PHOTO, ALARM])
    assert close[1] > 0.99
    assert close[0] < 0.2
    assert retrieve("wake me", [PHOTO, ALARM], top_k=1) == (PHOTO,), "no word of it is in either tool"
    assert retrieve("wake me", [PHOTO, ALARM], top_k=1, closeness=Meaning(TABLE, tokenize).closeness) == (ALARM,)


def test_names_are_taken_apart_as_they_were_for_the_fit() -> None:
    assert tool_text(PHOTO) == " take photo take a photo at time"


def test_a_text_without_known_tokens_is_close_to_nothing() -> None:
    assert Meaning(TABLE, tokenize).closeness("xyzzy", [ALARM, PHOTO]) == [0.0, 0.0]


def test_words_and_meaning_count_together() -> None:
    assert together([4.0, 2.0, 0.0], [0.0, 0.5, 0.4]) == [0.5, 0.75, 0.4]
    assert together([0.0, 0.0], [0.1, 0.2]) == [0.1, 0.2]


def test_a_table_survives_storage_within_eight_bits(tmp_path: Path) -> None:
    path = save_table(tmp_path / "a.retrieval.npz", TABLE, "key")
    loaded = load_meaning(path, "key", tokenize)
    for text in ("wake", "photo", "set alarm"):
        assert np.allclose(loaded.vector(text), Meaning(TABLE, tokenize).vector(text), atol=0.02)


def test_a_table_of_other_weights_or_a_broken_one_is_refused(tmp_path: Path) -> None:
    path = save_table(tmp_path / "a.retrieval.npz", TABLE, "key")
    with pytest.raises(ModelLoadError, match="another token list"):
        load_meaning(path, "other", tokenize)
    for content in (b"", b"text", path.read_bytes()[:100]):
        path.write_bytes(content)
        with pytest.raises(ModelLoadError, match="no retrieval table"):
            load_meaning(path, "key", tokenize)
