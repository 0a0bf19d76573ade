"""The retrieval table that may lie beside weights: `NAME.retrieval.npz` next to `NAME.gguf`."""

from __future__ import annotations

from agentkit.errors import ModelLoadError
from agentkit.models.llamacpp import Weights
from agentkit.retrieve import Closeness


def closeness_of(weights: Weights) -> Closeness | None:
    """How close requests and tools are by the table beside the weights; None where there is no table.

    Raises `ModelLoadError` for a table that is damaged or belongs to other weights.
    """
    path = weights.header.path.with_suffix(".retrieval.npz")
    if not path.exists():
        return None
    from agentkit.meaning import load_meaning

    vocabulary = weights.header.metadata.get("agentkit.vocabulary")
    if not isinstance(vocabulary, str):
        raise ModelLoadError(
            f"{path} lies beside weights that do not name their token list",
            hint="export the weights anew with `python -m agentkit.nano export`, or remove the table",
        )
    return load_meaning(path, vocabulary, lambda text: weights.tokenize(text, special=False)).closeness
