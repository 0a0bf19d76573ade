"""The decode benchmark compares like with like: every arm writes the text it is given, and masks do refuse another."""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agentkit.models import EMBEDDED

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
FREE = ("llama-cpp-python, unconstrained", "unconstrained, lean loop")

pytestmark = pytest.mark.model


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # llguidance calls names that llama-cpp-python deprecates
        yield


@pytest.fixture(scope="module")
def bench() -> Iterator[Any]:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        yield importlib.import_module("decode")
    finally:
        sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module")
def engines(bench: Any) -> Iterator[Any]:
    made = bench.Engines(EMBEDDED, 1)
    yield made
    made.model.close()
    made.llm.close()


def test_every_arm_writes_the_same_text_and_agentkit_in_the_fewest_passes(bench: Any, engines: Any) -> None:
    asked = bench.everything(engines)[:3]
    costs = bench.measure(engines, asked, 1)
    assert set(costs) == set(bench.arms())
    assert {"agentkit", "llama-cpp-python, `grammar=`", *FREE} < set(costs)
    for arm, taken in costs.items():
        assert len(taken) == len(asked)
        for cost, base, one in zip(taken, costs["agentkit"], asked, strict=True):
            assert 0 < cost.first_ms <= cost.ms and cost.mask_ms > 0
            if arm != "agentkit":
                assert cost.passes in {len(one.tokens), len(one.tokens) + 1} and base.passes < cost.passes


def test_what_the_tools_do_not_allow_is_refused_by_every_mask(bench: Any) -> None:
    engines = bench.Engines(EMBEDDED, 1)
    wrong = engines.asked(bench.request("wake me at six"), "set_alarn", {"hour": 6, "minute": 0})
    for arm, make in bench.arms().items():
        write = make(engines)
        if arm in FREE:
            assert write(wrong).passes >= len(wrong.tokens)
            continue
        with pytest.raises(AssertionError, match="set_alarn"):
            write(wrong)
    engines.model.close()
    engines.llm.close()


def test_a_new_process_finds_what_agentkit_left_and_the_others_leave_nothing(bench: Any, tmp_path: Path) -> None:
    first = importlib.import_module("decode_first")
    engines = bench.Engines(EMBEDDED, 1)
    asked = bench.everything(engines)[:2]
    engines.model.close()
    for arm, left in (("agentkit", 1), ("llama-cpp-python, `grammar=`", 0)):
        home = tmp_path / arm[:5]
        home.mkdir()
        begun = first.started(arm, EMBEDDED, 1, home, asked)
        assert len(begun.first) == len(begun.whole) == 2
        assert all(0 < soon <= late for soon, late in zip(begun.first, begun.whole, strict=True))
        assert len(list(home.rglob("*.kv"))) == left
