"""The slot filler's network: the same in torch and in numpy, and able to learn."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from agentkit.nano.reader import Network, ReaderConfig, fit, measure, weights_of
from agentkit.nano.reader_batch import collate
from agentkit.nano.slots import Made, example
from agentkit.slots.features import KNOWN, read
from agentkit.slots.reader import Reader
from agentkit.slots.said import Said
from agentkit.types import ToolSpec

WORDS = {"to": KNOWN, "from": KNOWN + 1}
CONFIG = ReaderConfig(width=16, layers=2, table=4, hidden=8, batch=8, steps=120, rate=1e-2, dropout=0.0)


def vector(text: str) -> np.ndarray:
    """A meaning of no sense."""
    made = np.random.default_rng(sum(map(ord, text))).normal(size=6)
    return (made / np.linalg.norm(made)).astype(np.float32)


TRIP = ToolSpec(
    name="trip",
    description="plan a trip",
    parameters={
        "type": "object",
        "properties": {
            "origin": {"type": "string"},
            "destination": {"type": "string", "description": "where to go"},
            "seat": {"type": "string", "enum": ["window", "aisle"]},
            "back": {"type": "boolean"},
        },
    },
)
STAY = ToolSpec(name="stay", parameters={"type": "object", "properties": {"nights": {"type": "integer"}}})


def made(text: str, tool: ToolSpec = TRIP, **arguments: object) -> Made:
    """A call that a text asks for."""
    return Made(text, tool, arguments, ())  # type: ignore[arg-type]


CALLS = [
    made("from Oslo to Rome", origin="Oslo", destination="Rome"),
    made("to Rome from Oslo", origin="Oslo", destination="Rome"),
    made("to Paris, a window seat please", destination="Paris", seat="window"),
    made("four nights", STAY, nights=4),
    made("?", STAY),
    made("from Rome to Paris and back again, on the aisle", origin="Rome", destination="Paris", seat="aisle"),
]


def test_numpy_and_torch_give_the_same_scores_alone_and_in_a_batch() -> None:
    torch.manual_seed(1)
    model = Network(len(WORDS) + KNOWN, 6, CONFIG).eval()
    reader = Reader(weights_of(model))
    with torch.no_grad():
        together = model(collate([example(one, WORDS, vector) for one in CALLS]))
    alone = [reader.scores(read(Said(one.said), one.tool, WORDS, vector)) for one in CALLS]
    # examples are kept in half precision
    assert np.concatenate([scores for scores, _ in alone]) == pytest.approx(together[0].numpy(), abs=0.02)
    assert np.concatenate([rests for _, rests in alone]) == pytest.approx(together[1].numpy(), abs=0.02)


def test_a_fit_learns_what_stands_where() -> None:
    examples = [example(one, WORDS, vector) for one in CALLS]
    assert [one.right for one in examples[3:5]] == [((0,),), ((1,),)]  # `four`; nothing given, after no candidates
    before = measure(Network(len(WORDS) + KNOWN, 6, CONFIG), examples)
    after = measure(fit(examples, examples, len(WORDS) + KNOWN, CONFIG), examples)
    assert after["dev_loss"] < 0.3 < before["dev_loss"]
    assert after["calls"] > 0.8
