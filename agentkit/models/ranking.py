"""The retrieval table that may lie beside weights: `NAME.retrieval.npz` next to `NAME.gguf`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from agentkit.errors import ModelLoadError
from agentkit.models.llamacpp import Weights
from agentkit.retrieve import Closeness


def closeness_of(weights: Weights) -> Closeness | None:
    """How close requests and tools are by the table beside the weights; see `closeness_beside`."""
    header = weights.header
    return closeness_beside(header.path, header.metadata, lambda text: weights.tokenize(text, special=False))


def closeness_beside(
    path: Path, metadata: Mapping[str, object], tokenize: Callable[[str], Sequence[int]]
) -> Closeness | None:
    """How close requests and tools are by the table beside the weights in `path`; None where there is no table.

    Raises `ModelLoadError` for a table that is damaged or belongs to other weights.
    """
    path = path.with_suffix(".retrieval.npz")
    if not path.exists():
        return None
    from agentkit.meaning import load_meaning

    vocabulary = metadata.get("agentkit.vocabulary")
    if not isinstance(vocabulary, str):
        raise ModelLoadError(
            f"{path} lies beside weights that do not name their token list",
            hint="export the weights anew with `python -m agentkit.nano export`, or remove the table",
        )
    return load_meaning(path, vocabulary, tokenize).closeness
