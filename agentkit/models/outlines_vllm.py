"""vLLM behind Outlines: the constraint's own grammar handed over, token probabilities asked for, and both read back.

vLLM lets no foreign logits processor steer a request, but its `guidance` backend runs the same llguidance on the same
Lark text. It masks before it takes probabilities, so those are over the legal tokens. Written against the sources of
vLLM 0.12 and later and of Outlines 1.3, and tested with doubles of their interfaces; not run against a real vLLM.

What a grammar handed over once cannot do: a reference to a call of the same answer is legal only once that call has
been named, so here only results of earlier turns can be referred to. Nor can odds of a dependency be multiplied in.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from outlines.exceptions import normalize_provider_errors
from outlines.types import CFG

from agentkit.errors import ModelLoadError
from agentkit.models.chat_reply import Assembly, Choice
from agentkit.models.outlines_client import faults
from agentkit.models.outlines_hosts import engine_value
from agentkit.types import Sampling

_LISTED = 20
"""How many of the likeliest tokens are asked for at each position; more is refused by vLLM as it is set up usually."""
_SEEDS = 64


class Answer(NamedTuple):
    """What an engine in process decoded: token ids with the end, and for each the likeliest tokens' logarithms."""

    tokens: Sequence[int]
    listed: Sequence[Mapping[int, float]] | None
    cached: int


def check_backend(engine: Any) -> None:
    """Raise `ModelLoadError` when a vLLM engine is known to read grammars with something other than llguidance."""
    backend = engine_value(engine, "structured_outputs_config", "backend")
    if isinstance(backend, str) and not backend.startswith("guidance"):
        raise ModelLoadError(
            f"this vLLM engine reads grammars with its backend `{backend}`, which has another syntax",
            hint='load it with LLM(…, structured_outputs_config={"backend": "guidance"})',
        )


def tempered(sampling: Sampling, index: int) -> dict[str, Any]:
    """Temperature, nucleus and seed of a candidate: at temperature 0 the first is greedy, the others are drawn at 1."""
    temperature = sampling.temperature or (1.0 if index else 0.0)
    return {"temperature": temperature, "top_p": sampling.top_p, "seed": sampling.seed * _SEEDS + index}


def decode(model: Any, prompt: Sequence[int], lark: str, sampling: Sampling, room: int) -> list[Answer]:
    """One answer per candidate from a `VLLMOffline`, in one batch; the prompt is given as tokens."""
    vllm: Any = importlib.import_module("vllm")
    params: Any = importlib.import_module("vllm.sampling_params")
    held = model.type_adapter.format_output_type(CFG(lark))
    most = engine_value(model.model, "model_config", "max_logprobs")
    listed = min(_LISTED, most) if isinstance(most, int) and most >= 0 else _LISTED
    asked = [
        vllm.SamplingParams(
            max_tokens=room,
            logprobs=listed,
            structured_outputs=params.StructuredOutputsParams(**held),
            **tempered(sampling, index),
        )
        for index in range(sampling.candidates)
    ]
    prompts = [{"prompt_token_ids": list(prompt)} for _ in asked]
    return [_answer(one) for one in model.model.generate(prompts, sampling_params=asked, use_tqdm=False)]


def _answer(result: Any) -> Answer:
    output = result.outputs[0]
    tokens = list(output.token_ids)
    given: Any = output.logprobs
    if given is None or len(given) != len(tokens):
        return Answer(tokens, None, result.num_cached_tokens or 0)
    listed = [{int(token): float(one.logprob) for token, one in position.items()} for position in given]
    return Answer(tokens, listed, result.num_cached_tokens or 0)


def ask(model: Any, messages: list[dict[str, Any]], lark: str, sampling: Sampling, index: int) -> tuple[Choice, int]:
    """One answer of a vLLM server (`outlines.from_vllm`) under the grammar, and how many tokens the prompt had.

    Raises `RemoteError` when the server cannot be reached or refuses.
    """
    named = {} if model.model_name is None else {"model": model.model_name}
    hint = "start it with `--structured-outputs-config.backend guidance`"
    with faults("the vLLM server", hint), normalize_provider_errors("vllm"):
        response = model.client.chat.completions.create(
            **named,
            **tempered(sampling, index),
            messages=messages,
            max_tokens=sampling.max_tokens,
            logprobs=True,
            top_logprobs=_LISTED,
            extra_body=model.type_adapter.format_output_type(CFG(lark)),
        )
        assembly = Assembly()
        assembly.add(response.model_dump())
    choices = assembly.choices()
    used = cast("dict[str, object]", assembly.usage).get("prompt_tokens")
    return (choices[0] if choices else Choice()), used if isinstance(used, int) else 0
