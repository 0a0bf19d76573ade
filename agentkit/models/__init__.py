"""The engines behind one protocol; `load_model` makes one from its configuration and imports only what that needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agentkit.models.base import Cancel, Model

if TYPE_CHECKING:
    from agentkit.spec.models import LlamaOptions, ModelConfig

__all__ = ["EMBEDDED", "Cancel", "Model", "load_model"]

EMBEDDED = Path(__file__).parent / "weights" / "nano.gguf"
"""The weights that ship with the package."""


def load_model(config: ModelConfig) -> Model:
    """The engine that a configuration describes.

    Raises `ModelLoadError` for weights that cannot be used and `MissingExtraError` for a package that is not there.
    """
    if config.kind == "embedded":
        return _llamacpp(EMBEDDED, config)
    if config.kind == "gguf":
        return _llamacpp(Path(config.path), config)
    if config.kind == "outlines":
        from agentkit.models.outlines import OutlinesModel

        return OutlinesModel.from_config(config)
    if config.kind == "remote":
        from agentkit.models.remote import RemoteModel

        return RemoteModel.from_config(config)
    if config.kind == "scripted":
        from agentkit.models.scripted import ScriptedModel

        return ScriptedModel.from_config(config)
    from agentkit.models.cassette import CassetteModel

    return CassetteModel.from_config(config)


def _llamacpp(path: Path, options: LlamaOptions) -> Model:
    from agentkit.home import home
    from agentkit.models.llamacpp_model import LlamaCppModel
    from agentkit.models.prefix import SnapshotFolder

    return LlamaCppModel(
        path,
        context=options.context,
        threads=options.threads,
        batch=options.batch,
        gpu_layers=options.gpu_layers,
        dialect=options.dialect,
        snapshots=SnapshotFolder(home() / "cache" / "prefixes") if options.snapshots else None,
    )
