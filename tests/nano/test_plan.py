"""Which ways to read a text its calls are the answer to."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from agentkit.errors import ModelLoadError
from agentkit.nano.plan import PlanConfig, Scorer, right_ways, save
from agentkit.nano.rows import make_calls
from agentkit.slots.plan import Way, load_planner
from agentkit.slots.plan_signs import OF_WAY
from agentkit.slots.readings import Reading


def ways(*texts: tuple[str, ...]) -> list[Way]:
    """Ways that give these requests."""
    return [Way((), (Reading(some),)) for some in texts]


def right(text: str, arguments: list[dict[str, object]], *texts: tuple[str, ...]) -> list[bool]:
    """Which of the ways are right for calls of one tool."""
    return right_ways(ways(*texts), text, make_calls([("do", one) for one in arguments]))


def test_each_request_has_the_values_of_its_own_call_and_of_no_other() -> None:
    text = "weather in Paris and Rome"
    calls: list[dict[str, object]] = [{"place": "Paris"}, {"place": "Rome"}]
    both = ("weather in Paris", "weather in Rome")
    assert right(text, calls, (text,), both, ("weather in Rome", "weather in Paris")) == [False, True, False]
    assert right(text, calls, ("weather in Paris and Rome", "Rome")) == [False]


def test_of_two_that_differ_in_what_they_share_the_one_that_shares_more_is_right() -> None:
    text = "weather in Paris and Rome tomorrow"
    calls: list[dict[str, object]] = [{"place": "Paris"}, {"place": "Rome"}]
    short, long = ("weather in Paris", "Rome tomorrow"), ("weather in Paris tomorrow", "weather in Rome tomorrow")
    assert right(text, calls, short, long) == [False, True]


def test_a_list_is_one_request() -> None:
    text = "mean of 3, 4 and eight"
    assert right(text, [{"values": [3, 4, 8]}], (text,), ("mean of 3", "mean of 4", "mean of eight")) == [True, False]


def test_what_refers_to_an_earlier_calls_result_stays_in_one_answer() -> None:
    text = "find Tom and call him"
    calls: list[dict[str, object]] = [{"name": "Tom"}, {"number": {"$ref": "1", "path": "phone"}}]
    assert right(text, calls, (text,), ("find Tom", "call him")) == [True, False]


def test_weights_are_stored_beside_a_fillers_and_refused_where_they_are_of_other_signs(tmp_path: Path) -> None:
    filler, out = tmp_path / "filler.npz", tmp_path / "both.slots.npz"
    np.savez(filler, words=np.array("a"), heard_weight=np.ones((2, 3), np.float32))
    assert load_planner(filler) is None
    network = {
        name.replace(".", "_"): value.detach().numpy() for name, value in Scorer(PlanConfig()).state_dict().items()
    }
    assert load_planner(save(out, filler, {"first": np.ones(OF_WAY, np.float32), **network})) is not None
    with np.load(out) as stored:
        assert stored["heard_weight"].shape == (2, 3)
    with pytest.raises(ModelLoadError, match="other signs"):
        load_planner(save(out, out, {"first": np.ones(OF_WAY + 1, np.float32), **network}))
