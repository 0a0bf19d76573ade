"""What may lie beside weights: `NAME.retrieval.npz` and `NAME.slots.npz` next to `NAME.gguf`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agentkit.models.llamacpp import Weights
from agentkit.retrieve import Ranking

if TYPE_CHECKING:
    from agentkit.slots.filler import Filler
    from agentkit.slots.plan import Planner


@dataclass(frozen=True)
class Beside:
    """What was fitted to lie beside weights; either may be missing.

    `ranking` says how near tools are to requests, `filler` which words belong to which argument,
    `planner` which requests a text holds.
    """

    ranking: Ranking | None = None
    filler: Filler | None = None
    planner: Planner | None = None


def beside_weights(weights: Weights) -> Beside:
    """What lies beside loaded weights; see `beside`."""
    return beside(weights.header.path)


def beside(path: Path) -> Beside:
    """What lies beside the weights in `path`; a slot filler needs the retrieval table too.

    Raises `ModelLoadError` for a file that is damaged or belongs to another one.
    """
    table, slots = path.with_suffix(".retrieval.npz"), path.with_suffix(".slots.npz")
    if not table.exists():
        return Beside()
    from agentkit.ranker import load_ranker

    ranker = load_ranker(table)
    if not slots.exists():
        return Beside(ranker)
    from agentkit.slots.filler import load_filler
    from agentkit.slots.plan import load_planner

    filler = load_filler(slots, ranker.meaning.table.key, ranker.meaning.word)
    return Beside(ranker, filler, load_planner(slots))
