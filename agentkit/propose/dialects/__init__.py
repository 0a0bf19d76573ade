"""One file per model family; `detect` says which one a model speaks."""

from __future__ import annotations

from collections.abc import Mapping

from agentkit.errors import ModelLoadError
from agentkit.propose.dialects.base import Dialect
from agentkit.propose.dialects.nano import NanoDialect

__all__ = ["Dialect", "detect"]

_NANO = {"<|tool|>", "<|p|>", "<|user|>", "<|call|>", "<|end|>"}


def detect(metadata: Mapping[str, object], template: str, special: frozenset[str], wanted: str = "auto") -> Dialect:
    """The dialect of a model: the one asked for, else the one its metadata, special tokens or chat template show."""
    if wanted == "auto":
        wanted = _guess(metadata, template, special)
    if wanted in {"nano.1", "nano.2"}:
        return NanoDialect(int(wanted[-1]))
    raise ModelLoadError(f"no dialect `{wanted}`", hint="use one of nano.1, nano.2")


def _guess(metadata: Mapping[str, object], template: str, special: frozenset[str]) -> str:
    named = metadata.get("agentkit.dialect")
    if isinstance(named, str):
        return named
    if special >= _NANO:
        return "nano.2" if "<|result|>" in special else "nano.1"
    return "plain"
