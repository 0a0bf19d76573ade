"""Any model that Outlines can run: steered by the project's own constraint, or held to a JSON Schema.

Where Outlines lets a logits processor steer (Transformers, llama.cpp, MLX), the answer is decided by the same
`Candidate` as in the project's own engine: same grammar, same sampling, same decision points; what is forced costs a
forward pass here. Where it does not (vLLM, servers), the model is given the JSON Schema of the answer and confidence
is not known. Besides `outlines_steering` the only file that imports outlines; the libraries behind it are looked up by
name, because each is optional.
"""

from __future__ import annotations

import importlib
import json
import threading
import time
import warnings
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import outlines
from jsonschema import Draft202012Validator
from outlines.backends.llguidance import LLGuidanceBackend
from outlines.models import SteerableModel

from agentkit.errors import MissingExtraError, ModelLoadError, RemoteError
from agentkit.models.base import Cancel
from agentkit.models.chat_body import messages, wrapped_schema
from agentkit.models.chat_reply import Choice, read_calls
from agentkit.models.decode import Candidate, Clock
from agentkit.models.opening import opening
from agentkit.models.outlines_steering import Steering
from agentkit.models.parted import taken_apart
from agentkit.models.ranking import Beside, beside
from agentkit.models.steer import known
from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.constraint import Constraint, build_constraint
from agentkit.propose.dialects import Dialect, detect
from agentkit.propose.grammar import Limits
from agentkit.propose.nearest import with_nearest
from agentkit.propose.render import fit
from agentkit.retrieve import Ranking
from agentkit.types import Proposal, ProposeRequest, Usage

if TYPE_CHECKING:
    from agentkit.spec.models import OutlinesConfig

_LIMIT_NAMES = {"LlamaCpp": "max_tokens", "Transformers": "max_new_tokens", "MLXLM": "max_tokens"}
_LIBRARIES = {
    "transformers": ("transformers", "transformers torch"),
    "mlx": ("mlx_lm", "mlx-lm"),
    "vllm": ("vllm", "vllm"),
    "llamacpp": ("llama_cpp", "llama-cpp-python"),
}


class OutlinesModel:
    """An Outlines model as an engine: `OutlinesModel(outlines.from_transformers(model, tokenizer), name="…")`.

    One answer is made at a time; other threads wait. `context` is the context length in tokens (None: what the model
    says of itself, else 4096). `dialect` is a dialect's name or `auto`.
    """

    def __init__(
        self,
        model: Any,
        *,
        name: str,
        dialect: str = "auto",
        context: int | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._model = model
        self._name = name
        self._lock = threading.Lock()
        self._limits = limits or Limits()
        self._steered = isinstance(model, SteerableModel)
        self._wanted = dialect
        self._context = context or _context_length(model)
        if self._steered:
            # The dialect writes the whole prompt; a chat template round it would be a second one.
            model.type_adapter.has_chat_template = False

    @classmethod
    def from_config(cls, config: OutlinesConfig) -> OutlinesModel:
        """Load what a spec names; raises `MissingExtraError` and `ModelLoadError`."""
        module, packages = _LIBRARIES[config.backend]
        try:
            library = importlib.import_module(module)
        except ImportError as error:
            text = f"the outlines backend `{config.backend}` needs the package `{module}`"
            raise MissingExtraError(text, hint=f"pip install {packages}") from error
        try:
            model = _load(library, config)
        except (OSError, ValueError, RuntimeError) as error:
            hint = "name a folder of weights, or a model that the backend can fetch"
            raise ModelLoadError(f"cannot load {config.model!r} with {config.backend}: {error}", hint=hint) from error
        return cls(model, name=Path(config.model).name, dialect=config.dialect)

    @property
    def name(self) -> str:
        """The name given at construction, or that of the weights."""
        return self._name

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The model's tokens, as the constraint wants them; only for models that can be steered."""
        with warnings.catch_warnings():
            # llguidance still calls names that llama-cpp-python deprecates.
            warnings.simplefilter("ignore", DeprecationWarning)
            tokenizer = cast("Any", LLGuidanceBackend(self._model)).llg_tokenizer
        pieces = tuple(cast("bytes", tokenizer.decode_bytes([token])) for token in range(tokenizer.vocab_size))
        special = frozenset(token for token, piece in enumerate(pieces) if piece and tokenizer.is_special_token(token))
        return Vocabulary(pieces, special, frozenset(tokenizer.eos_tokens), tokenizer, self._model)

    @cached_property
    def dialect(self) -> Dialect:
        """How this model's prompts and answers are written."""
        metadata = getattr(self._model.model, "metadata", None)
        known = cast("dict[str, object]", metadata) if isinstance(metadata, dict) else {}
        tokenizer = getattr(self._model, "hf_tokenizer", None) or getattr(self._model, "mlx_tokenizer", None)
        template = getattr(tokenizer, "chat_template", None) or known.get("tokenizer.chat_template") or ""
        first = getattr(tokenizer, "bos_token_id", None) or known.get("tokenizer.ggml.bos_token_id")
        spell = self.vocabulary.spell
        return detect(
            known,
            str(template),
            frozenset(self.vocabulary.special_texts),
            wanted=self._wanted,
            bos="" if first is None else spell(int(cast("str", first))),
            eos=spell(min(self.vocabulary.ends)),
        )

    @property
    def ranking(self) -> Ranking | None:
        """How near tools are to requests, where the weights are a GGUF with a retrieval table beside."""
        return self._beside.ranking

    @cached_property
    def _beside(self) -> Beside:
        weights: Any = getattr(self._model, "model", None)
        path = getattr(weights, "model_path", None)
        if not isinstance(path, str):
            return Beside()
        return beside(Path(path))

    @cached_property
    def _opening(self) -> bytes:
        return opening(self.vocabulary, self.dialect, self._limits)

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        """Propose calls that the tools' schemas allow; an answer cut off by its token budget is `truncated`."""
        with self._lock:
            if cancel is not None:
                cancel.check()
            if not self._steered:
                return self._by_schema(request)
            return taken_apart(request, self._beside, lambda part: self._steer(part, cancel))

    def close(self) -> None:
        """Free the weights where the library can; calling it twice is harmless."""
        inner = getattr(self._model, "model", None)
        if callable(close := getattr(inner, "close", None)):
            close()

    def _steer(self, request: ProposeRequest, cancel: Cancel | None) -> Proposal:
        start = time.perf_counter()
        request = with_nearest(request, self.ranking)
        steer = known(request, self.vocabulary, self.dialect, self._opening, self._beside.filler)
        constraint = build_constraint(request, self.dialect, self._limits)
        sampling = request.sampling
        room = self._context - min(sampling.max_tokens, self._context // 4)
        (prompt, length), _ = fit(request, self._measure, room)
        clock = Clock()
        clock.add("render", start)
        made: list[Proposal] = []
        usage = Usage()
        for index in range(sampling.candidates):
            left = self._context - length - 1
            room = min(sampling.max_tokens, left)
            candidate = Candidate(
                constraint, self.vocabulary, sampling, index=index, room=room, clock=clock, steer=steer
            )
            steering = Steering(candidate, self.vocabulary, self._model.tensor_library_name, cancel)
            self._generate(prompt, steering, left, clock)
            made.append(self._proposal(candidate, constraint))
            usage = _added(usage, candidate, steering.passes)
        usage = usage.model_copy(update={"prompt_tokens": length, "ms": clock.ms})
        return made[0].model_copy(update={"usage": usage, "others": tuple(made[1:])})

    def _generate(self, prompt: str, steering: Steering, most: int, clock: Clock) -> None:
        """Let Outlines decode; what went wrong inside the processor, which its host may swallow, is raised here."""
        before, start = sum(clock.ms.values()), time.perf_counter()
        kind = type(self._model).__name__
        options: dict[str, Any] = {_LIMIT_NAMES[kind]: most} | ({"temperature": 0.0} if kind == "LlamaCpp" else {})
        self._model.generate(prompt, steering, **options)
        if steering.error is not None:
            raise steering.error
        spent = (time.perf_counter() - start) * 1000.0
        clock.ms["decode"] = clock.ms.get("decode", 0.0) + spent - (sum(clock.ms.values()) - before)

    def _proposal(self, candidate: Candidate, constraint: Constraint) -> Proposal:
        cut = candidate.truncated or not candidate.finished
        return Proposal(
            calls=() if cut else constraint.parse(candidate.text),
            points=tuple(candidate.points),
            model=self._name,
            text=candidate.text,
            truncated=cut,
        )

    def _measure(self, request: ProposeRequest) -> tuple[int, tuple[str, int]]:
        prompt = self.dialect.render(request).text
        ids: Any = self._model.tokenizer.encode(prompt)[0]
        length = int(ids.shape[-1]) if hasattr(ids, "shape") else len(ids)
        return length, (prompt, length)

    def _by_schema(self, request: ProposeRequest) -> Proposal:
        """One answer under a JSON Schema; it is checked against that schema before it counts."""
        start = time.perf_counter()
        schema = wrapped_schema(request)
        chat = outlines.inputs.Chat(cast("Any", messages(request, "text")))
        given = self._model.generate(chat, outlines.types.JsonSchema(json.dumps(schema)), **self._options(request))
        text = given if isinstance(given, str) else json.dumps(given)
        usage = Usage(ms={"decode": (time.perf_counter() - start) * 1000.0})
        try:
            valid = cast("Any", Draft202012Validator(schema)).is_valid(json.loads(text))
            calls = read_calls(Choice(content=text, finish_reason="stop"), request, prose=False) if valid else ()
        except (ValueError, RemoteError):
            valid, calls = False, ()
        return Proposal(
            calls=calls, confidence_known=False, model=self._name, text=text, truncated=not valid, usage=usage
        )

    def _options(self, request: ProposeRequest) -> dict[str, Any]:
        """How to sample, for a library whose own default is too few tokens; other servers keep their defaults."""
        if type(self._model).__name__ != "VLLMOffline":
            return {}
        sampling = request.sampling
        made = importlib.import_module("vllm").SamplingParams(
            max_tokens=sampling.max_tokens,
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            seed=sampling.seed,
        )
        return {"sampling_params": made}


def _added(usage: Usage, candidate: Candidate, passes: int) -> Usage:
    return usage.model_copy(
        update={
            "decoded_tokens": usage.decoded_tokens + len(candidate.tokens),
            "forced_tokens": usage.forced_tokens + candidate.forced,
            "forward_passes": usage.forward_passes + passes,
        }
    )


def _context_length(model: Any) -> int:
    inner = getattr(model, "model", None)
    if callable(n_ctx := getattr(inner, "n_ctx", None)):
        return int(cast("Any", n_ctx)())
    found = getattr(getattr(inner, "config", None), "max_position_embeddings", None)
    return min(int(found), 4096) if isinstance(found, int) else 4096


def _load(library: Any, config: OutlinesConfig) -> Any:
    """The Outlines model of a configuration; `options` go to the library as they are."""
    options: dict[str, Any] = dict(config.options)
    make = cast("Any", outlines)
    if config.backend == "llamacpp":
        return make.from_llamacpp(library.Llama(config.model, **{"verbose": False, "n_ctx": 0, **options}), False)
    if config.backend == "mlx":
        return make.from_mlxlm(*library.load(config.model, **options))
    if config.backend == "vllm":
        return make.from_vllm_offline(library.LLM(config.model, **options))
    weights = library.AutoModelForCausalLM.from_pretrained(config.model, **options)
    if config.device is not None:
        weights = weights.to(config.device)
    return make.from_transformers(weights, library.AutoTokenizer.from_pretrained(config.model))
