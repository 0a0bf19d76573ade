"""The close look at tools: what is seen of them, what is made of it, how it is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agentkit.errors import ModelLoadError
from agentkit.meaning import Meaning
from agentkit.ranker import OF_ALL, OF_TOOL, RIVALS, Weights, load_ranker, save_ranker
from agentkit.retrieve import retrieve
from agentkit.types import ToolSpec
from tests.rankers import EVEN, SLOPE, cosine_weights, small_ranker, small_table

WORDS = {
    "wake": (1.0, 0.1),
    "alarm": (1.0, 0.0),
    "photo": (0.0, 1.0),
    "picture": (0.1, 1.0),
    "set": (0.4, 0.4),
    "take": (0.3, 0.5),
}


def spec(name: str, description: str = "", **properties: dict[str, Any]) -> ToolSpec:
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return ToolSpec(name=name, description=description, parameters=parameters)


ALARM, PHOTO = spec("set_alarm", "Set an alarm"), spec("take_photo", "Take a photo")


def test_scores_are_odds_against_no_tool() -> None:
    ranker = small_ranker(WORDS)
    close, scores = ranker.closeness("wake", [ALARM, PHOTO]), ranker.scores("wake", [ALARM, PHOTO])
    assert scores == [pytest.approx(SLOPE * (one - EVEN), abs=1e-3) for one in close]
    assert scores[0] > 0 > scores[1]
    assert ranker.scores("wake", []) == []


@pytest.mark.parametrize("request_", ["wake me", "", "xyzzy", "фото", "7 7 7"])
def test_any_request_has_signs_of_one_shape(request_: str) -> None:
    properties = {"any": True, "n": {"type": ["integer", "null"]}}
    odd = ToolSpec(name="odd", parameters={"properties": properties, "required": ["n", "any"]})
    tools = [ALARM, PHOTO, spec("x"), spec("n", "", size={"type": "integer"}, kind={"enum": ["photo", 3]}), odd]
    for some in (tools, tools[:1]):
        seen, together = small_ranker(WORDS).signs(request_, some)
        assert seen.shape == (len(some), OF_TOOL + 2 * RIVALS)
        assert together.shape == (OF_ALL,)
        assert np.isfinite(seen).all() and np.isfinite(together).all()


def test_a_tool_alone_is_compared_with_nothing() -> None:
    seen, _ = small_ranker(WORDS).signs("take a picture", [PHOTO])
    assert seen[0, OF_TOOL : OF_TOOL + RIVALS] == pytest.approx(seen[0, :RIVALS])


def test_the_signs_of_a_tool_do_not_depend_on_its_place() -> None:
    ranker = small_ranker(WORDS)
    one, _ = ranker.signs("take a picture", [ALARM, PHOTO])
    other, _ = ranker.signs("take a picture", [PHOTO, ALARM])
    assert one == pytest.approx(other[::-1])


def test_what_is_needed_but_not_said_shows() -> None:
    ranker = small_ranker(WORDS)
    sized = spec("take_photo", "Take a photo", size={"type": "integer"})
    without, _ = ranker.signs("take a photo", [sized])
    said, _ = ranker.signs("take a photo of size 7", [sized])
    assert (without[0, :OF_TOOL] != said[0, :OF_TOOL]).any()


def test_cosines_are_the_same_before_and_after_tools_were_scored() -> None:
    ranker = small_ranker(WORDS)
    before = ranker.closeness("take a photo", [ALARM, PHOTO])
    ranker.scores("wake me", [ALARM, PHOTO])
    assert ranker.closeness("take a photo", [ALARM, PHOTO]) == pytest.approx(before)


def test_among_many_the_best_are_looked_at_closely() -> None:
    ranker = small_ranker(WORDS)
    assert retrieve("wake me", [PHOTO, ALARM], top_k=1) == (PHOTO,), "no word of it is in either tool"
    assert retrieve("wake me", [PHOTO, ALARM], top_k=1, ranking=ranker) == (ALARM,)
    many = [spec(f"take_photo_{number}", "Take a photo") for number in range(40)]
    assert ALARM in retrieve("wake me", [*many, ALARM], top_k=2, ranking=ranker)


def test_a_ranker_survives_storage(tmp_path: Path) -> None:
    path = save_ranker(tmp_path / "a.retrieval.npz", small_table(WORDS), cosine_weights())
    scores = load_ranker(path).scores("wake", [ALARM, PHOTO])
    assert scores == [pytest.approx(one, abs=0.01) for one in small_ranker(WORDS).scores("wake", [ALARM, PHOTO])]


def test_a_broken_file_or_one_of_other_signs_is_refused(tmp_path: Path) -> None:
    weights = cosine_weights()
    path = save_ranker(tmp_path / "a.retrieval.npz", small_table(WORDS), weights)
    for content in (b"", b"text", path.read_bytes()[:100]):
        path.write_bytes(content)
        with pytest.raises(ModelLoadError, match="no retrieval table"):
            load_ranker(path)
    narrow = Weights(**{**vars(weights), "tool_in": weights.tool_in[1:]})
    save_ranker(path, Meaning(small_table(WORDS)).table, narrow)
    with pytest.raises(ModelLoadError, match="other signs"):
        load_ranker(path)
