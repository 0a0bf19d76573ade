"""What lies beside weights: found by its name, used by the loop, refused where it is damaged or belongs to others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from agentkit import Agent, tool
from agentkit.errors import ModelLoadError
from agentkit.events import AnyEvent, Retrieved
from agentkit.graph.session import Options
from agentkit.models import EMBEDDED
from agentkit.models.llamacpp import Weights
from agentkit.models.llamacpp_model import LlamaCppModel
from agentkit.models.ranking import beside_weights
from agentkit.ranker import save_ranker
from agentkit.slots.said import Said
from agentkit.types import ToolSpec
from tests.rankers import cosine_weights, small_table

pytestmark = pytest.mark.model


@tool
def ring_bell() -> str:
    """Make the bell sound."""
    return "ok"


@tool
def stop_engine() -> str:
    """Halt the engine."""
    return "ok"


def beside(folder: Path) -> Path:
    """A copy of the embedded weights with a table in which `quiet` is close to the engine's tool."""
    path = Path(shutil.copy(EMBEDDED, folder / "copy.gguf"))
    words: dict[str, tuple[float, float]] = dict.fromkeys(("quiet", "stop", "engine", "halt"), (0.0, 1.0))
    words |= dict.fromkeys(("ring", "bell", "make", "sound"), (1.0, 0.0))
    save_ranker(folder / "copy.retrieval.npz", small_table(words), cosine_weights())
    return path


def test_the_loop_asks_the_table_where_words_say_nothing(tmp_path: Path) -> None:
    told: list[AnyEvent] = []
    with Agent(tools=[ring_bell, stop_engine], model=beside(tmp_path), store=False, options=Options(top_k=1)) as agent:
        agent.run("quiet", listen=told.append)
    first = next(event for event in told if isinstance(event, Retrieved))
    assert [spec.name for spec in first.tools] == ["stop_engine"]


def test_weights_without_a_table_rank_by_words_alone(tmp_path: Path) -> None:
    model = LlamaCppModel(Path(shutil.copy(EMBEDDED, tmp_path / "bare.gguf")))
    try:
        assert model.ranking is None
    finally:
        model.close()


def test_a_slot_filler_beside_the_weights_fills_arguments(tmp_path: Path) -> None:
    for kind in ("gguf", "retrieval.npz", "slots.npz"):
        shutil.copy(EMBEDDED.with_suffix("").with_suffix(f".{kind}"), tmp_path / f"copy.{kind}")
    filler = beside_weights(Weights.load(tmp_path / "copy.gguf")).filler
    assert filler is not None
    numbers = {"base": {"type": "number"}, "exponent": {"type": "integer"}}
    spec = ToolSpec(name="power", parameters={"type": "object", "properties": numbers, "additionalProperties": False})
    filled = filler.fill(Said("raise 79.34 to the power of 5"), spec)
    assert [set(one.values) for one in filled] == [{79.34, 5}, {5}]


def test_a_damaged_slot_filler_is_named(tmp_path: Path) -> None:
    for kind in ("gguf", "retrieval.npz"):
        shutil.copy(EMBEDDED.with_suffix("").with_suffix(f".{kind}"), tmp_path / f"copy.{kind}")
    (tmp_path / "copy.slots.npz").write_bytes(b"PK\x03\x04 half a file")
    with pytest.raises(ModelLoadError, match=r"copy\.slots\.npz is no slot filler"):
        beside_weights(Weights.load(tmp_path / "copy.gguf"))


def test_a_slot_filler_of_another_table_is_named(tmp_path: Path) -> None:
    path = beside(tmp_path)
    shutil.copy(EMBEDDED.with_suffix("").with_suffix(".slots.npz"), tmp_path / "copy.slots.npz")
    with pytest.raises(ModelLoadError, match="another table of meanings"):
        LlamaCppModel(path)
