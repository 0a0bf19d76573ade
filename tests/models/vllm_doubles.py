"""Doubles of vLLM: no vLLM runs here. They have the names and shapes that Outlines and agentkit use of it.

`EngineDouble` decodes as vLLM's `guidance` backend does, by the same llguidance: grammar text to matcher, mask, logits,
log-softmax over what the mask left, the likeliest listed. Its logits are noise, or those of a model that it is given.
"""

from __future__ import annotations

import types
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import llguidance
import llguidance.numpy as masks
import numpy as np
import pytest
from llguidance import LLMatcher, LLTokenizer

from tests.tiny import TEMPLATES, byte_tokens

Scores = Callable[[Sequence[int]], Any]
CONTEXT = 2048


@dataclass
class StructuredOutputsParams:
    """Exactly one kind of constraint, as vLLM wants it."""

    json: Any = None
    regex: str | None = None
    grammar: str | None = None
    structural_tag: str | None = None

    def __post_init__(self) -> None:
        assert sum(kind is not None for kind in (self.json, self.regex, self.grammar, self.structural_tag)) == 1


@dataclass
class SamplingParams:
    """The fields of vLLM's that are used, with its defaults."""

    n: int = 1
    temperature: float = 1.0
    top_p: float = 1.0
    seed: int | None = None
    max_tokens: int | None = 16
    logprobs: int | None = None
    structured_outputs: StructuredOutputsParams | None = None


@pytest.fixture
def vllm_module(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`import vllm` gives this."""
    module, params = types.ModuleType("vllm"), types.ModuleType("vllm.sampling_params")
    for one in (module, params):
        one.__dict__.update(SamplingParams=SamplingParams, StructuredOutputsParams=StructuredOutputsParams)
    module.__dict__["LLM"] = EngineDouble.load
    monkeypatch.setitem(__import__("sys").modules, "vllm", module)
    monkeypatch.setitem(__import__("sys").modules, "vllm.sampling_params", params)
    return module


class TokenizerDouble:
    """What is used of a fast Hugging Face tokenizer, so that the tests need no transformers."""

    bos_token_id = None

    def __init__(self, family: str) -> None:
        self.backend_tokenizer = byte_tokens(family)
        self.chat_template = TEMPLATES[family]
        self.eos_token_id = self.backend_tokenizer.token_to_id("<|end|>")

    def __call__(self, text: str) -> dict[str, list[int]]:
        return {"input_ids": self.backend_tokenizer.encode(text).ids}

    def __len__(self) -> int:
        return self.backend_tokenizer.get_vocab_size()


def noise(tokens: Sequence[int]) -> Any:
    """Logits that depend on all tokens before."""
    return 3.0 * np.random.default_rng(zlib.crc32(repr(list(tokens)).encode())).standard_normal(300)


class EngineDouble:
    """In place of `vllm.LLM`."""

    def __init__(
        self,
        family: str = "plain",
        *,
        scores: Scores = noise,
        backend: str = "guidance",
        most: int = 20,
        listing: str = "masked",
        tokenizer: Any = None,
    ) -> None:
        """`listing` says what logprobs are of: `masked` as vLLM, `raw` before the mask, `none`."""
        self._tokenizer = tokenizer or TokenizerDouble(family)
        self._scores, self._listing = scores, listing
        self.asked: list[SamplingParams] = []
        self.prompts: list[Any] = []
        self.options: dict[str, Any] = {}
        config = types.SimpleNamespace(
            model_config=types.SimpleNamespace(max_model_len=CONTEXT, max_logprobs=most),
            structured_outputs_config=types.SimpleNamespace(backend=backend),
        )
        self.llm_engine = types.SimpleNamespace(vllm_config=config)

    @classmethod
    def load(cls, model: str, **options: Any) -> EngineDouble:
        made = cls(backend=options["structured_outputs_config"]["backend"])
        made.options = {"model": model, **options}
        return made

    def get_tokenizer(self) -> Any:
        return self._tokenizer

    def generate(
        self, prompts: Sequence[Any], sampling_params: Sequence[SamplingParams], *, use_tqdm: bool = True
    ) -> list[Any]:
        assert not use_tqdm
        self.prompts, self.asked = list(prompts), list(sampling_params)
        return [self._one(prompt, asked) for prompt, asked in zip(prompts, sampling_params, strict=True)]

    def _one(self, prompt: dict[str, list[int]], asked: SamplingParams) -> Any:
        assert asked.structured_outputs is not None and asked.structured_outputs.grammar is not None
        tokenizer = LLTokenizer(self._tokenizer.backend_tokenizer.to_str(), eos_token=self._tokenizer.eos_token_id)
        grammar = llguidance.grammar_from("grammar", asked.structured_outputs.grammar)
        assert not LLMatcher.validate_grammar(grammar, None)
        matcher = LLMatcher(tokenizer, grammar)
        random = np.random.default_rng(asked.seed)
        tokens, listed = list[int](), list[dict[int, Any]]()
        while len(tokens) < (asked.max_tokens or 16):
            raw = np.array(self._scores([*prompt["prompt_token_ids"], *tokens]), np.float64)[: tokenizer.vocab_size]
            logits = np.full(raw.shape, -np.inf)
            logits[self._legal(matcher, tokenizer, len(raw))] = raw[self._legal(matcher, tokenizer, len(raw))]
            token = self._draw(logits, asked, random)
            tokens.append(token)
            listed.append(self._listed(raw if self._listing == "raw" else logits, token, asked.logprobs or 0))
            if token == self._tokenizer.eos_token_id:
                break
            assert matcher.consume_token(token)
        reason = "stop" if tokens[-1] == self._tokenizer.eos_token_id else "length"
        output = types.SimpleNamespace(
            token_ids=tokens, logprobs=None if self._listing == "none" else listed, finish_reason=reason
        )
        return types.SimpleNamespace(outputs=[output], num_cached_tokens=0)

    @staticmethod
    def _legal(matcher: LLMatcher, tokenizer: LLTokenizer, size: int) -> Any:
        bits = masks.allocate_token_bitmask(1, tokenizer.vocab_size)
        masks.fill_next_token_bitmask(matcher, bits, 0)
        return np.flatnonzero(np.unpackbits(bits[0].view(np.uint8), count=size, bitorder="little"))

    @staticmethod
    def _draw(logits: Any, asked: SamplingParams, random: np.random.Generator) -> int:
        if asked.temperature == 0.0:
            return int(logits.argmax())
        weights = np.exp((logits - logits.max()) / asked.temperature)
        return int(random.choice(len(weights), p=weights / weights.sum()))

    @staticmethod
    def _listed(logits: Any, token: int, count: int) -> dict[int, Any]:
        top = logits.max()
        chances = logits - top - np.log(np.exp(logits - top).sum())
        likeliest = np.argsort(-chances, kind="stable")[:count].tolist()
        return {one: types.SimpleNamespace(logprob=float(chances[one])) for one in dict.fromkeys([token, *likeliest])}
