"""What differs between the libraries that Outlines runs a model with: loading, lengths, tokens, limits.

Knows nothing of requests. The libraries are looked up by name or by what their objects carry, because each is optional.
"""

from __future__ import annotations

import copy
import importlib
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

import outlines
from llguidance import LLTokenizer
from outlines.backends.llguidance import LLGuidanceBackend
from outlines.models import MLXLM, LlamaCpp, VLLMOffline

from agentkit.errors import MissingExtraError, ModelLoadError
from agentkit.models.vocabulary import Vocabulary

if TYPE_CHECKING:
    from agentkit.spec.models import OutlinesConfig

_USUAL, _LEAST = 4096, 1
_LIBRARIES = {
    "transformers": ("transformers", "transformers torch"),
    "mlx": ("mlx_lm", "mlx-lm"),
    "vllm": ("vllm", "vllm"),
    "llamacpp": ("llama_cpp", "llama-cpp-python"),
}


def load(config: OutlinesConfig) -> Any:
    """The Outlines model of a configuration; its `options` go to the library as they are.

    Raises `MissingExtraError` and `ModelLoadError`.
    """
    module, packages = _LIBRARIES[config.backend]
    try:
        library = importlib.import_module(module)
    except ImportError as error:
        text = f"the outlines backend `{config.backend}` needs the package `{module}`"
        raise MissingExtraError(text, hint=f"pip install {packages}") from error
    try:
        return _load(library, config)
    except (OSError, ValueError, RuntimeError) as error:
        hint = "name a folder of weights, or a model that the backend can fetch"
        raise ModelLoadError(f"cannot load {config.model!r} with {config.backend}: {error}", hint=hint) from error


def _load(library: Any, config: OutlinesConfig) -> Any:
    options: dict[str, Any] = dict(config.options)
    make = cast("Any", outlines)
    if config.backend == "llamacpp":
        return make.from_llamacpp(library.Llama(config.model, **{"verbose": False, "n_ctx": 0, **options}), False)
    if config.backend == "mlx":
        return make.from_mlxlm(*library.load(config.model, **options))
    if config.backend == "vllm":
        options = {"structured_outputs_config": {"backend": "guidance"}, **options}
        return make.from_vllm_offline(library.LLM(config.model, **options))
    weights = library.AutoModelForCausalLM.from_pretrained(config.model, **options)
    if config.device is not None:
        weights = weights.to(config.device)
    return make.from_transformers(weights, library.AutoTokenizer.from_pretrained(config.model))


def hf_tokenizer(model: Any) -> Any:
    """The Hugging Face tokenizer of an Outlines model; None where it has another one, or none."""
    if isinstance(model, LlamaCpp):
        return None
    wrapped = getattr(model, "tokenizer", None)
    return wrapped if isinstance(model, VLLMOffline) else getattr(wrapped, "tokenizer", None)


def vocabulary_of(model: Any) -> Vocabulary:
    """The model's tokens, as the constraint wants them.

    An answer may end with each token that its library ends at; under vLLM with the tokenizer's own alone, since that
    is what vLLM's grammars end with. Raises `ModelLoadError` where the tokenizer is not a fast one.
    """
    tokenizer = _tokens(model)
    pieces = tuple(tokenizer.decode_bytes([token]) for token in range(tokenizer.vocab_size))
    special = frozenset(token for token, piece in enumerate(pieces) if piece and tokenizer.is_special_token(token))
    return Vocabulary(pieces, special, frozenset(tokenizer.eos_tokens), tokenizer, model)


def _tokens(model: Any) -> LLTokenizer:
    if isinstance(model, LlamaCpp):
        with warnings.catch_warnings():
            # llguidance still calls names that llama-cpp-python deprecates.
            warnings.simplefilter("ignore", DeprecationWarning)
            return cast("Any", LLGuidanceBackend(model)).llg_tokenizer
    wrapper = hf_tokenizer(model)
    if getattr(wrapper, "backend_tokenizer", None) is None:
        raise ModelLoadError(
            f"the tokenizer of this model ({type(wrapper).__name__}) is not a fast one, so a grammar cannot use it",
            hint="load the model with a fast tokenizer (a `tokenizer.json`)",
        )
    inner = copy.copy(wrapper.backend_tokenizer)
    inner.no_padding()
    inner.no_truncation()
    ends = [wrapper.eos_token_id] if isinstance(model, VLLMOffline) else sorted(set(_ends(model, wrapper)))
    return LLTokenizer(inner.to_str(), eos_token=ends)


def _ends(model: Any, tokenizer: Any) -> Iterator[int]:
    """The tokens at which a library ends an answer."""
    settings = getattr(getattr(model, "model", None), "generation_config", None)
    for source in (
        tokenizer.eos_token_id,
        getattr(settings, "eos_token_id", None),
        getattr(getattr(model, "mlx_tokenizer", None), "eos_token_ids", None),
    ):
        several = cast("Iterable[object]", source if isinstance(source, list | tuple | set) else [source])
        yield from (token for token in several if isinstance(token, int))


def prompt_tokens(model: Any, text: str) -> list[int]:
    """The tokens that the library makes of a prompt, with what it adds itself."""
    if isinstance(model, LlamaCpp):
        return list(cast("Any", model.tokenizer).encode(text)[0])
    return list(hf_tokenizer(model)(text)["input_ids"])


def without_start(model: Any, text: str, spell: Callable[[int], str]) -> str:
    """The prompt to hand over: without the token that begins a text, where the library adds that one too."""
    added = prompt_tokens(model, "")
    return text.removeprefix(spell(added[0])) if added else text


def template_of(model: Any) -> tuple[dict[str, object], str, int | None, int | None]:
    """Metadata, chat template, and the tokens that begin and end a text, as far as the model knows them."""
    metadata = getattr(getattr(model, "model", None), "metadata", None)
    known = cast("dict[str, object]", metadata) if isinstance(metadata, dict) else {}
    tokenizer = hf_tokenizer(model)
    template = getattr(tokenizer, "chat_template", None) or known.get("tokenizer.chat_template") or ""
    if isinstance(template, dict):
        several = cast("dict[str, object]", template)
        template = several.get("tool_use") or several.get("default") or ""
    first = getattr(tokenizer, "bos_token_id", None)
    first = known.get("tokenizer.ggml.bos_token_id") if first is None else first
    last = getattr(tokenizer, "eos_token_id", None)
    return known, str(template), None if first is None else int(cast("Any", first)), last


def context_length(model: Any) -> int:
    """The context in tokens: what the library holds; of a model that names its greatest one, 4096 at most."""
    inner = getattr(model, "model", None)
    if callable(n_ctx := getattr(inner, "n_ctx", None)):
        return int(cast("Any", n_ctx)())
    if isinstance(held := engine_value(inner, "model_config", "max_model_len"), int):
        return held
    for settings in (getattr(inner, "config", None), getattr(inner, "args", None)):
        found = getattr(settings, "max_position_embeddings", None)
        if isinstance(found, int):
            return min(found, _USUAL)
    return _USUAL


def engine_value(engine: Any, part: str, name: str) -> Any:
    """A setting of a vLLM engine, wherever this version of it keeps its configuration; None where it is not found."""
    inner = getattr(engine, "llm_engine", None)
    for holder in (getattr(inner, "vllm_config", None), inner, engine):
        found = getattr(getattr(holder, part, None), name, None)
        if found is not None:
            return found
    return None


def generation_options(model: Any, most: int) -> dict[str, Any]:
    """What to tell the library so that it adds nothing to the decisions, and stops after so many tokens."""
    if isinstance(model, LlamaCpp):
        return {"max_tokens": max(most, _LEAST), "temperature": 0.0}
    if isinstance(model, MLXLM):
        return {"max_tokens": max(most, _LEAST)}
    # A model's own generation settings may hold penalties, which come before the processor and bend its logits.
    return {"max_new_tokens": max(most, _LEAST), "do_sample": False, "num_beams": 1, "repetition_penalty": 1.0}
