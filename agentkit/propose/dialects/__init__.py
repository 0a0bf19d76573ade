"""One file per model family; `detect` says which one a model speaks."""

from __future__ import annotations

from collections.abc import Mapping

from agentkit.errors import ModelLoadError
from agentkit.propose.dialects.base import Dialect
from agentkit.propose.dialects.nano import NanoDialect

__all__ = ["NAMES", "Dialect", "detect"]

NAMES = ("nano.1", "nano.2", "nano.3", "hermes", "llama3", "phi4", "gemma", "plain")

_OTHER_CALLS = ("<function=", "<arg_key>", "<invoke", "<function ")  # families that write calls as XML
_NANO = {"<|tool|>", "<|p|>", "<|user|>", "<|call|>", "<|end|>"}


def detect(
    metadata: Mapping[str, object],
    template: str,
    special: frozenset[str],
    *,
    wanted: str = "auto",
    bos: str = "",
    eos: str = "",
) -> Dialect:
    """The dialect of a model: the one asked for, else the one its metadata, special tokens or chat template show.

    `special` are the texts of the vocabulary's special tokens, `bos` and `eos` those that begin and end a text.
    Raises `ModelLoadError` for a name that is none, and for a template that cannot be compiled.
    """
    name = _guess(metadata, template, special) if wanted == "auto" else wanted
    if name in {"nano.1", "nano.2", "nano.3"}:
        return NanoDialect(int(name[-1]))
    if name not in NAMES:
        raise ModelLoadError(f"there is no dialect `{name}`", hint="use `auto` or one of " + ", ".join(NAMES))
    return _chat(name, template, special, bos, eos)


def _guess(metadata: Mapping[str, object], template: str, special: frozenset[str]) -> str:
    named = metadata.get("agentkit.dialect")
    if isinstance(named, str):
        return named
    if special >= _NANO:
        return "nano.2" if "<|result|>" in special else "nano.1"
    found = {
        "gemma": "<start_function_call>" in template,
        "hermes": "<tool_call>" in template and not any(mark in template for mark in _OTHER_CALLS),
        "phi4": "<|tool_call|>" in special and "<|tool|>" in template,
        "llama3": "<|start_header_id|>" in template,
    }
    knows_tools = "tools" in template
    return next((name for name, shown in found.items() if shown and knows_tools), "plain")


def _chat(name: str, template: str, special: frozenset[str], bos: str, eos: str) -> Dialect:
    from agentkit.propose.dialects.gemma import GemmaDialect
    from agentkit.propose.dialects.hermes import HermesDialect
    from agentkit.propose.dialects.llama3 import Llama3Dialect
    from agentkit.propose.dialects.phi4 import Phi4Dialect
    from agentkit.propose.dialects.plain import BARE_TEMPLATE, PlainDialect
    from agentkit.propose.dialects.template import ChatTemplate

    families = {
        "hermes": HermesDialect,
        "llama3": Llama3Dialect,
        "phi4": Phi4Dialect,
        "gemma": GemmaDialect,
        "plain": PlainDialect,
    }
    return families[name](ChatTemplate(template or BARE_TEMPLATE, bos=bos, eos=eos), special)
