"""The slot filler: what it says of arguments, and files that cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agentkit.errors import ModelLoadError
from agentkit.slots.features import AROUND, CALLED, KNOWN, NAMED, OF_CANDIDATE, TOLD, read
from agentkit.slots.fields import slots_of
from agentkit.slots.filler import Filler, load_filler
from agentkit.slots.said import Said
from agentkit.slots.signs import OF_SLOT, OF_SPAN, Array
from agentkit.types import JsonSchema, ToolSpec

WIDTH, HIDDEN, WORDS = 4, 8, ("for", "people", "restaurant", "party")


def tool(**properties: JsonSchema) -> ToolSpec:
    """A tool with these arguments."""
    return ToolSpec(name="book", parameters={"type": "object", "properties": properties, "additionalProperties": False})


BOOK = tool(
    restaurant={"type": "string", "description": "where to eat"},
    party={"type": "integer", "description": "number of people"},
    outside={"type": "boolean"},
    kind={"type": "string", "enum": ["table", "bar_seat"]},
    day={"type": "string", "format": "date"},
    guests={"type": "array", "items": {"type": "string"}},
    tips={"type": "array", "items": {"type": "number"}},
    more={"type": "object", "properties": {}},
)


def vector(text: str) -> Array:
    """A meaning of no sense."""
    rng = np.random.default_rng(sum(map(ord, text)))
    made = rng.normal(size=6)
    return (made / np.linalg.norm(made)).astype(np.float32)


def weights(seed: int = 0) -> dict[str, Array]:
    """Random weights of the scorer's shape."""
    rng, rows = np.random.default_rng(seed), len(WORDS) + KNOWN
    around, about = AROUND * WIDTH, 4 * WIDTH + OF_SLOT
    shapes = {
        "heard_weight": (rows, WIDTH), "named_weight": (rows, WIDTH),
        "candidate_weight": (HIDDEN, around + OF_CANDIDATE), "candidate_bias": (HIDDEN,),
        "slot_weight": (HIDDEN, about), "cross_candidate_weight": (5, around), "cross_slot_weight": (5, about),
        "cross_weight": (HIDDEN, 5), "second_weight": (4, HIDDEN), "second_bias": (4,), "score_weight": (1, 4),
        "score_bias": (1,), "rest_weight": (HIDDEN, about), "rest_bias": (HIDDEN,), "rests_weight": (2, HIDDEN),
        "rests_bias": (2,),
    }  # fmt: skip
    return {name: rng.normal(size=shape).astype(np.float32) * np.float32(0.3) for name, shape in shapes.items()}


def filler(seed: int = 0) -> Filler:
    """A filler with random weights."""
    return Filler(weights(seed), {word: at for at, word in enumerate(WORDS, KNOWN)}, vector)


def test_the_kinds_of_arguments_are_read_from_their_schemas() -> None:
    kinds = [slot.kind for slot in slots_of(BOOK)]
    assert kinds == ["text", "whole", "state", "options", "formed", "texts", "numbers", "other"]


def test_the_part_of_a_request_that_suits_the_tool_is_marked() -> None:
    def near(text: str) -> Array:
        return np.array([1.0, 0.0] if "book" in text else [0.0, 1.0], np.float32)

    none: dict[str, object] = {}

    def signs(said: str, earlier: int = 0) -> dict[str, list[float]]:
        features = read(Said(said), BOOK, {}, near, [none] * earlier)
        return {
            one.span.text: features.signs[at, OF_SPAN - 5 : OF_SPAN].tolist()
            for at, one in enumerate(features.candidates)
            if one.span is not None and features.owners[at] == 0
        }

    assert signs("book a table at Nobu")["Nobu"] == [0.0] * 5  # one part only
    both = signs("call my mother and then book Nobu")
    assert both["mother"] == [1.0, -4.0, 0.0, 0.0, 1.0]
    assert both["Nobu"] == [1.0, 0.0, 1.0, 0.25, 0.0]
    assert signs("call my mother and then book Nobu", earlier=1)["Nobu"] == [1.0, 0.0, 1.0, 0.0, 1.0]


def test_of_a_text_of_many_parts_the_last_ones_count() -> None:
    text = "call my mother, " * 300 + "book a table at Nobu for four people"
    features = read(Said(text), BOOK, {}, vector)
    assert np.abs(features.signs).max() <= 8
    assert np.abs(features.about).max() <= 8
    filled = filler().fill(Said(text), BOOK)  # warnings are errors here
    assert all(0 <= one.none <= 1 for one in filled)
    assert read(Said(text, whole=True), BOOK, {}, vector).signs[:, OF_SPAN - 5 : OF_SPAN].max() == 0


def test_each_argument_is_one_choice_of_its_kind() -> None:
    filled = filler().fill(Said("a table for four people at Nobu, tips of 3.5 and 2"), BOOK)
    by_name = {one.name: one for one in filled}
    for one in filled:
        assert sum(one.values.values()) + one.other + one.none == pytest.approx(1.0, abs=1e-5)
    assert set(by_name["party"].values) == {4, 2}
    assert set(by_name["outside"].values) == {True, False}
    assert set(by_name["kind"].values) == {"table", "bar_seat"}
    assert "Nobu" in by_name["restaurant"].values
    assert (3.5, 2) in by_name["tips"].values
    assert not by_name["more"].values


@pytest.mark.parametrize("text", ["", "?", "🙂 …"])
def test_a_request_without_words_leaves_every_argument_to_the_rest(text: str) -> None:
    filled = filler().fill(Said(text), BOOK)
    assert [one.name for one in filled] == list(BOOK.parameters["properties"])
    assert not next(one for one in filled if one.name == "party").values


def test_a_tool_without_arguments_has_nothing_to_fill() -> None:
    assert filler().fill(Said("go"), tool()) == ()


def test_features_number_candidates_and_slots() -> None:
    features = read(Said("a table for four people"), BOOK, {"for": KNOWN}, vector)
    assert features.signs.shape == (len(features.candidates), OF_CANDIDATE)
    assert features.around.shape == (len(features.candidates), AROUND)
    assert features.named.shape == (len(features.slots), NAMED + TOLD + CALLED)
    four = next(k for k, one in enumerate(features.candidates) if one.value == 4)
    assert features.around[four, 0] == KNOWN  # the word before it is `for`


def test_later_calls_look_behind_what_earlier_ones_were_given() -> None:
    said = Said("timers of 75, 83 and 141 minutes")
    tool_ = tool(minutes={"type": "integer"})
    first, second = read(said, tool_, {}, vector), read(said, tool_, {}, vector, [{"minutes": 75}])
    assert [one.value for one in first.candidates] == [75, 83, 141]
    behind, spent = OF_SPAN - 8, OF_SPAN - 7
    assert first.signs[:, behind].tolist() == [0, 0, 0]
    assert second.signs[:, behind].tolist() == [0, 1, 1]
    assert second.signs[:, spent].tolist() == [1, 0, 0]


def save(path: Path, table: str, *, narrower: int = 0) -> Path:
    """A file as a fit writes it, or one whose scorer sees fewer signs."""
    stored: dict[str, Any] = {**weights(), "words": np.array("\n".join(WORDS)), "table": np.array(table)}
    stored["candidate_weight"] = stored["candidate_weight"][:, narrower:]
    with path.open("wb") as out:
        np.savez_compressed(out, **stored)
    return path


def test_a_stored_filler_says_the_same(tmp_path: Path) -> None:
    loaded = load_filler(save(tmp_path / "a.slots.npz", "key"), "key", vector)
    said = Said("a table for four people at Nobu")
    assert loaded.fill(said, BOOK) == filler().fill(said, BOOK)


def test_a_file_of_other_weights_or_none_at_all_is_named(tmp_path: Path) -> None:
    path = save(tmp_path / "a.slots.npz", "key")
    with pytest.raises(ModelLoadError, match="another table of meanings"):
        load_filler(path, "other", vector)
    with pytest.raises(ModelLoadError, match="other signs"):
        load_filler(save(path, "key", narrower=1), "key", vector)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(ModelLoadError, match=r"a\.slots\.npz is no slot filler"):
        load_filler(path, "key", vector)
