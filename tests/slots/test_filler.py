"""The slot filler: what it says of arguments, and files that cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agentkit.errors import ModelLoadError
from agentkit.slots.features import CALLED, KNOWN, NAMED, OF_CANDIDATE, OF_WORD, TOLD, read
from agentkit.slots.fields import slots_of
from agentkit.slots.filler import Filler, load_filler
from agentkit.slots.reader import HEADS, KINDS, REACH, Reader
from agentkit.slots.said import Said
from agentkit.slots.signs import OF_SLOT, OF_SPAN, Array
from agentkit.types import JsonSchema, ToolSpec

WIDTH, TABLE, MEANT, HIDDEN = 8, 4, 6, 8
WORDS = ("for", "people", "restaurant", "party")


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
    """Random weights of the reader's shape, with two layers."""
    rng = np.random.default_rng(seed)
    made: dict[str, Array] = {}

    def line(name: str, into: int, out: int, *, bias: bool = True) -> None:
        made[f"{name}_weight"] = (rng.normal(size=(out, into)) / np.sqrt(into)).astype(np.float32)
        if bias:
            made[f"{name}_bias"] = rng.normal(size=out).astype(np.float32) * np.float32(0.1)

    def norm(name: str) -> None:
        made[f"{name}_weight"], made[f"{name}_bias"] = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)

    for name in ("heard", "named"):
        made[f"{name}_weight"] = rng.normal(size=(len(WORDS) + KNOWN, TABLE)).astype(np.float32)
    made["edge_weight"] = rng.normal(size=(3, WIDTH)).astype(np.float32)
    made["kind"] = rng.normal(size=(KINDS, WIDTH)).astype(np.float32)
    line("word_in", MEANT + TABLE + OF_WORD, WIDTH)
    line("slot_in", 2 * MEANT + 2 * TABLE + OF_SLOT, WIDTH)
    line("tool_in", 2 * MEANT + TABLE, WIDTH)
    for layer in range(2):
        made[f"near_{layer}"] = rng.normal(size=(HEADS, 2 * REACH + 1 + KINDS * KINDS)).astype(np.float32)
        norm(f"blocks_{layer}_first")
        norm(f"blocks_{layer}_second")
        for name, into, out in (("project", 1, 3), ("out", 1, 1), ("up", 1, 3), ("down", 3, 1)):
            line(f"blocks_{layer}_{name}", into * WIDTH, out * WIDTH)
    norm("norm")
    for name, into in (("run", 4 * WIDTH), ("signs", OF_CANDIDATE), ("slot", WIDTH)):
        line(name, into, HIDDEN)
    line("option", MEANT, HIDDEN, bias=False)
    for name, into in (("cross_run", 4 * WIDTH), ("cross_slot", WIDTH), ("cross_option", MEANT)):
        line(name, into, 5, bias=False)
    line("cross", 5, HIDDEN, bias=False)
    line("second", HIDDEN, 4)
    line("score", 4, 1)
    line("rest", WIDTH + OF_SLOT, HIDDEN)
    line("rests", HIDDEN, 2)
    return made


def filler(seed: int = 0) -> Filler:
    """A filler with random weights."""
    return Filler(weights(seed), {word: at for at, word in enumerate(WORDS, KNOWN)}, vector)


def test_the_kinds_of_arguments_are_read_from_their_schemas() -> None:
    kinds = [slot.kind for slot in slots_of(BOOK)]
    assert kinds == ["text", "whole", "state", "options", "formed", "texts", "numbers", "other"]


def test_schemas_that_say_nothing_of_a_value_are_of_no_kind() -> None:
    odd = tool(a={"type": "array", "items": True}, b={"anyOf": [True]}, c={}, d={"anyOf": [{"type": "null"}]})
    assert [slot.kind for slot in slots_of(odd)] == ["other"] * 4
    assert len(filler().fill(Said("one, two"), odd)) == 4


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
    count = len(features.candidates)
    assert features.signs.shape == (count, OF_CANDIDATE)
    assert features.options.shape == (count, MEANT)
    assert features.declared.named.shape == (len(features.slots), NAMED + TOLD + CALLED)
    assert features.heard.tolist() == [0, 0, KNOWN, 0, 0]
    four = next(k for k, one in enumerate(features.candidates) if one.value == 4)
    assert features.places[four].tolist() == [3, 3]
    bar = next(k for k, one in enumerate(features.candidates) if one.value == "bar_seat")
    assert features.options[bar] == pytest.approx(vector("bar seat"))
    assert features.places[bar].tolist() == [-1, -1]


def test_a_slot_is_read_beside_the_others() -> None:
    reader = Reader(weights())
    alone, beside = (
        tool(day={"type": "string"}),
        tool(day={"type": "string"}, place={"type": "string", "description": "a city"}),
    )
    said = Said("rain in Oslo on Sunday")
    first, second = (read(said, one, {}, vector) for one in (alone, beside))
    count = len(first.candidates)
    assert [one.value for one in second.candidates[:count]] == [one.value for one in first.candidates]
    scores, others = reader.scores(first)[0], reader.scores(second)[0][:count]
    assert np.abs(scores - others).max() > 1e-3


def test_the_same_word_elsewhere_is_scored_by_its_place() -> None:
    one = tool(place={"type": "string"})
    features = read(Said("Oslo to Oslo"), one, {}, vector)
    scores, _ = Reader(weights()).scores(features)
    both = [at for at, candidate in enumerate(features.candidates) if candidate.value == "Oslo"]
    assert len(both) == 2
    assert abs(scores[both[0]] - scores[both[1]]) > 1e-3


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
    stored["signs_weight"] = stored["signs_weight"][:, narrower:]
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
    half: dict[str, Any] = {name: value for name, value in weights().items() if not name.startswith("blocks_1_up")}
    np.savez_compressed(path, **half, words=np.array("a"), table=np.array("key"))
    with pytest.raises(ModelLoadError, match="other signs"):
        load_filler(path, "key", vector)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(ModelLoadError, match=r"a\.slots\.npz is no slot filler"):
        load_filler(path, "key", vector)
