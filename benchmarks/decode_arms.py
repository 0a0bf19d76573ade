"""The arms of the decode benchmark: each writes the same text for the same prompt, in its own way.

The text is given, so that no arm gains by writing less: agentkit's own loop runs as it is, with the wanted token made
the likeliest; the others read one token after the other and pay, per token, what their library pays. What the arms
leave out favours them: no Python around llama.cpp's grammar sampler, no candidate bookkeeping.
"""

from __future__ import annotations

import ctypes
import json
import time
from collections.abc import Callable, Sequence
from typing import Any, cast

import llama_cpp
import numpy as np

from agentkit.models.llamacpp import LlamaContext
from agentkit.models.llamacpp_model import LlamaCppModel
from agentkit.models.prefix import common_prefix
from agentkit.propose.constraint import build_constraint
from agentkit.types import JsonObject, Proposal, ProposeRequest, ToolSpec

lib = cast("Any", llama_cpp)


def gold_text(name: str, arguments: JsonObject, dialect: str) -> str:
    """A call as a model of this dialect writes it."""
    if dialect.startswith("nano"):
        led = {key: f" {value}" if isinstance(value, str) else value for key, value in arguments.items()}
        return json.dumps([{"name": name, "arguments": led}], separators=(",", ":"))
    return "<tool_call>\n" + json.dumps({"name": name, "arguments": arguments}) + "\n</tool_call>"


def gbnf(tools: Sequence[ToolSpec], dialect: str) -> str:
    """The same language as agentkit's constraint for these tools, in llama.cpp's notation."""
    nano = dialect.startswith("nano")
    comma, colon, lead = (",", ":", " ") if nano else (", ", ": ", "")

    def quote(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    def value(part: dict[str, Any]) -> str:
        if "enum" in part:
            return "(" + " | ".join(quote(f'"{lead}{one}"') for one in part["enum"]) + ")"
        if part["type"] == "integer":
            return "(" + " | ".join(quote(str(n)) for n in range(part["minimum"], part["maximum"] + 1)) + ")"
        return '("true" | "false")' if part["type"] == "boolean" else f'("\\"{lead}" ch{{0,{part["maxLength"]}}} "\\"")'

    calls: list[str] = []
    for tool in tools:
        body = ""
        for index, (key, part) in enumerate(tool.parameters["properties"].items()):
            pair = quote((comma if index else "") + f'"{key}"{colon}') + " " + value(part)
            body += f" {pair}" if key in tool.parameters["required"] else f" ({pair})?"
        calls.append(quote(f'{{"name"{colon}"{tool.name}"{comma}"arguments"{colon}{{') + body + ' "}}"')
    sequence = '"[" call ("," call)? "]"' if nano else '"<tool_call>\\n" call "\\n</tool_call>"'
    none = ' | "[]"' if nano else ""
    rules = [f"root ::= {sequence}{none}", "call ::= " + " | ".join(calls)]
    return "\n".join([*rules, r'ch ::= [^"\\\x00-\x1F\x7F] | "\\" ["\\/bfnrt]'])


class AgentkitArm:
    """agentkit as it is, made to write a given text by raising the wanted token's logit."""

    def __init__(self, model: LlamaCppModel, request: ProposeRequest) -> None:
        self.model, self._tools = model, request
        self._target = b""
        self._prompt = 0
        self._read: dict[int, int] = {}
        self._steering = 0.0
        self._aim("")
        model.propose(request)
        with model.pool.slot([], 1) as slot:
            self._context: LlamaContext = slot.context
        self._forward = self._context.forward
        self._context.forward = self._steered

    def _steered(self, feeds: Sequence[tuple[int, Sequence[int]]], rows: Sequence[Sequence[int]] = ()) -> list[Any]:
        ((_, tokens),), before = feeds, self._context.position(0)
        results = self._forward(feeds, rows)
        start = time.perf_counter()
        self._read.update(enumerate(tokens, before))
        for result, count in zip(results, rows[0] if rows else [len(tokens)], strict=True):
            end = before + count
            wanted = self._next([self._read[at] for at in range(self._prompt, end)]) if end >= self._prompt else None
            if wanted is not None:
                result[wanted] = result.max() + 20.0
        self._steering += time.perf_counter() - start
        return results

    def _next(self, tokens: list[int]) -> int | None:
        """The token that goes on with the target; a look-up where the answer so far ends at a token of it.

        None after a guess that leaves the target: what the model thinks there is never looked at.
        """
        weights = self.model.weights
        text = b"".join(weights.vocabulary.pieces[token] for token in tokens)
        if not self._target.startswith(text):
            return None
        done = len(text)
        if done in self._canonical:
            return self._canonical[done]
        return weights.tokenize(self._target[done:].decode(), special=True)[0]

    def _aim(self, text: str) -> None:
        """Lay out the target's tokens by the byte at which they start; after the last comes the end."""
        weights, at = self.model.weights, 0
        self._target, self._read = text.encode(), {}
        self._canonical: dict[int, int] = {}
        for token in weights.tokenize(text, special=True):
            self._canonical[at] = token
            at += len(weights.vocabulary.pieces[token])
        self._canonical[at] = min(weights.vocabulary.ends)

    def __call__(self, request: ProposeRequest, text: str) -> tuple[float, Proposal]:
        """Milliseconds of one call, and what it gave."""
        self._aim(text)
        self._prompt = len(self.model.prompt_tokens(request))
        self._steering = 0.0
        start = time.perf_counter()
        proposal = self.model.propose(request)
        ms = (time.perf_counter() - start - self._steering) * 1000.0
        assert proposal.text == text, (proposal.text, text)
        return ms, proposal


Step = Callable[[Any, int], None]


def rewind(llm: Any, length: int) -> None:
    """Keep the first tokens that llama-cpp-python holds."""
    lib.llama_memory_seq_rm(lib.llama_get_memory(llm._ctx.ctx), -1, length, -1)
    llm.n_tokens = length


class LlamaArm:
    """A lean loop: `Llama.eval` one token at a time; `mask` makes what is done per token besides the forward pass.

    It knows where the text ends, and saves the pass after which a model would say so.
    """

    def __init__(self, llm: Any, mask: Callable[[], Step]) -> None:
        self._llm, self._mask = llm, mask

    def __call__(self, prompt: list[int], text: list[int]) -> tuple[float, float]:
        """Milliseconds of one call, and of its masks per token."""
        llm = self._llm
        shared = min(common_prefix(llm.input_ids[: llm.n_tokens].tolist(), prompt), len(prompt) - 1)
        start = time.perf_counter()
        rewind(llm, shared)
        step = self._mask()
        llm.eval(prompt[shared:])
        masks = 0.0
        for index, token in enumerate(text):
            logits = np.ctypeslib.as_array(lib.llama_get_logits_ith(llm._ctx.ctx, -1), shape=(llm.n_vocab(),))
            before = time.perf_counter()
            step(logits, token)
            masks += time.perf_counter() - before
            if index < len(text) - 1:
                llm.eval([token])
        return (time.perf_counter() - start) * 1000.0, masks * 1000.0 / len(text)


def unconstrained() -> Step:
    """Greedy decoding without a grammar: the likeliest token is looked up, and the given one taken."""

    def step(logits: Any, token: int) -> None:
        del token
        logits.argmax()

    return step


def grammar_mask(llm: Any, grammar: str) -> Callable[[], Step]:
    """llama.cpp's own grammar sampler over all candidates, as `grammar=` applies it before each greedy choice."""
    size = llm.n_vocab()
    candidates = np.zeros(size, np.dtype([("id", "<i4"), ("logit", "<f4"), ("p", "<f4")]))
    ids = cast("Any", np.arange(size))
    array = lib.llama_token_data_array()

    def make() -> Step:
        sampler = lib.llama_sampler_init_grammar(llm._model.vocab, grammar.encode(), b"root")
        assert sampler, "llama.cpp refused the grammar"

        def step(logits: Any, token: int) -> None:
            candidates["id"], candidates["logit"] = ids, logits
            array.data = candidates.ctypes.data_as(lib.llama_token_data_p)
            array.size, array.selected, array.sorted = size, -1, False
            lib.llama_sampler_apply(sampler, ctypes.byref(array))
            assert candidates["logit"][token] > -1e30, "the text is not in the grammar"
            candidates["logit"].argmax()
            lib.llama_sampler_accept(sampler, token)

        return step

    return make


def outlines_mask(llm: Any, request: ProposeRequest, model: LlamaCppModel) -> Callable[[], Step]:
    """Outlines' logits processor with its llguidance backend, which is its fastest, on agentkit's own grammar."""
    import outlines
    from outlines.backends import get_cfg_logits_processor

    steered = outlines.from_llamacpp(llm)
    lark = build_constraint(request, model.dialect).lark
    processor = get_cfg_logits_processor("llguidance", steered, lark)

    def make() -> Step:
        processor.reset()
        ids = [0]

        def step(logits: Any, token: int) -> None:
            masked = processor(np.array(ids), logits.copy())
            assert masked[token] > -1e30, "the text is not in the grammar"
            masked.argmax()
            ids.append(token)

        return step

    return make
