"""What may lie beside weights: `NAME.retrieval.npz` and `NAME.slots.npz` next to `NAME.gguf`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agentkit.errors import ModelLoadError
from agentkit.models.llamacpp import Weights
from agentkit.retrieve import Closeness

if TYPE_CHECKING:
    from agentkit.slots.filler import Filler
    from agentkit.slots.plan import Planner


@dataclass(frozen=True)
class Beside:
    """What was fitted to the words of a model; either may be missing.

    `closeness` says how close requests and tools are in meaning, `filler` which words belong to which argument,
    `planner` which requests a text holds.
    """

    closeness: Closeness | None = None
    filler: Filler | None = None
    planner: Planner | None = None


def beside_weights(weights: Weights) -> Beside:
    """What lies beside loaded weights; see `beside`."""
    header = weights.header
    return beside(header.path, header.metadata, lambda text: weights.tokenize(text, special=False))


def beside(path: Path, metadata: Mapping[str, object], tokenize: Callable[[str], Sequence[int]]) -> Beside:
    """What lies beside the weights in `path`; a slot filler needs the retrieval table too.

    Raises `ModelLoadError` for a file that is damaged or belongs to other weights.
    """
    table, slots = path.with_suffix(".retrieval.npz"), path.with_suffix(".slots.npz")
    if not table.exists():
        return Beside()
    from agentkit.meaning import load_meaning

    vocabulary = metadata.get("agentkit.vocabulary")
    if not isinstance(vocabulary, str):
        raise ModelLoadError(
            f"{table} lies beside weights that do not name their token list",
            hint="export the weights anew with `python -m agentkit.nano export`, or remove the table",
        )
    meaning = load_meaning(table, vocabulary, tokenize)
    if not slots.exists():
        return Beside(meaning.closeness)
    from agentkit.slots.filler import load_filler
    from agentkit.slots.plan import load_planner

    return Beside(meaning.closeness, load_filler(slots, vocabulary, meaning.word), load_planner(slots))
