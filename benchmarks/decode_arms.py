"""What every arm of the decode benchmark is given and gives, agentkit's arm, and the leanest loop without a grammar.

The text is given, so that no arm gains by writing less: after each forward pass the wanted token is made the
likeliest, and the time that takes is taken off. Knows nothing of llama-cpp-python's own calls; see `decode_library`.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, cast

import llama_cpp
import numpy as np
from pydantic import BaseModel, ConfigDict

from agentkit.models import decode as engine
from agentkit.models.llamacpp import LlamaContext
from agentkit.models.llamacpp_model import LlamaCppModel
from agentkit.models.prefix import SnapshotFolder, common_prefix
from agentkit.propose.nearest import with_nearest
from agentkit.types import JsonObject, ProposeRequest

CONTEXT = 4096
lib = cast("Any", llama_cpp)


class Asked(BaseModel):
    """One request as every arm gets it, and the answer that every arm writes.

    `read` is what is rendered: agentkit names tools near to the request in the prompt, and all arms read the same.
    """

    model_config = ConfigDict(frozen=True)
    request: ProposeRequest
    read: ProposeRequest
    prompt: list[int]
    text: str
    tokens: list[int]


class Cost(BaseModel):
    """What one call took: milliseconds in all, to the first token, of masks and of guesses per token; passes."""

    model_config = ConfigDict(frozen=True)
    ms: float
    first_ms: float
    mask_ms: float
    passes: int
    guess_ms: float = 0.0


class Arm(Protocol):
    """One way to write the answer. `prepared_ms` is what the first call spent on what is kept for a set of tools."""

    prepared_ms: float

    def __call__(self, asked: Asked) -> Cost:
        """Write the answer; raises `AssertionError` where it came out another."""
        ...


class Engines:
    """The same weights, loaded by agentkit and by llama-cpp-python, each when it is first asked for."""

    def __init__(self, path: Path, threads: int | None = None, snapshots: Path | None = None) -> None:
        self.path, self._threads, self._snapshots = path, threads, snapshots

    @cached_property
    def model(self) -> LlamaCppModel:
        """agentkit's engine; the other arms take the dialect and the number of threads from it."""
        folder = SnapshotFolder(self._snapshots) if self._snapshots else None
        return LlamaCppModel(self.path, context=CONTEXT, threads=self._threads, snapshots=folder)

    @cached_property
    def llm(self) -> Any:
        """llama-cpp-python's."""
        count = self.model.threads
        return lib.Llama(
            str(self.path), n_ctx=CONTEXT, n_batch=512, n_threads=count, n_threads_batch=count, verbose=False
        )

    @cached_property
    def outlines(self) -> Any:
        """What Outlines makes of the latter; prompts are rendered already, and get no chat template."""
        import outlines

        return cast("Any", outlines).from_llamacpp(self.llm, chat_mode=False)

    def asked(self, request: ProposeRequest, name: str, arguments: JsonObject) -> Asked:
        """A request, its prompt, and the call that answers it."""
        text = gold_text(name, arguments, self.model.dialect.name)
        return Asked(
            request=request,
            read=with_nearest(request, self.model.ranking),
            prompt=self.model.prompt_tokens(request),
            text=text,
            tokens=self.model.weights.tokenize(text, special=True),
        )


def set_clock() -> None:
    """Count the time of this process's own threads where the environment asks for it."""
    if os.environ.get("AGENTKIT_BENCH_CLOCK") == "cpu":
        time.perf_counter = time.process_time


def gold_text(name: str, arguments: JsonObject, dialect: str) -> str:
    """A call as a model of this dialect writes it."""
    if dialect.startswith("nano"):
        led = {key: f" {value}" if isinstance(value, str) else value for key, value in arguments.items()}
        return json.dumps([{"name": name, "arguments": led}], separators=(",", ":"))
    return "<tool_call>\n" + json.dumps({"name": name, "arguments": arguments}) + "\n</tool_call>"


class AgentkitArm:
    """agentkit as it is. Its first token is the first that it decides on; what is forced before it is known earlier.

    A context is made with the weights, as `Llama` makes one.
    """

    def __init__(self, engines: Engines) -> None:
        self.prepared_ms = 0.0
        self._model = engines.model
        self._target, self._prompt = b"", 0
        self._read: dict[int, int] = {}
        self._canonical: dict[int, int] = {}
        self._steering, self._first = 0.0, 0.0
        with self._model.pool.slot([], 1) as slot:
            self._context: LlamaContext = slot.context
        self._forward, self._choose = self._context.forward, engine.choose

    def __call__(self, asked: Asked) -> Cost:
        self._aim(asked)
        self._context.forward, engine.choose = self._steered, self._chosen
        try:
            start = time.perf_counter()
            proposal = self._model.propose(asked.request)
            ms = (time.perf_counter() - start - self._steering) * 1000.0
        finally:
            self._context.forward, engine.choose = self._forward, self._choose
        assert proposal.text == asked.text, (proposal.text, asked.text)
        usage = proposal.usage
        return Cost(
            ms=ms,
            first_ms=(self._first - start) * 1000.0,
            mask_ms=usage.ms["mask"] / usage.decoded_tokens,
            guess_ms=usage.ms["draft"] / usage.decoded_tokens,
            passes=usage.forward_passes,
        )

    def _aim(self, asked: Asked) -> None:
        """Lay out the target's tokens by the byte at which they start; after the last comes the end."""
        vocabulary, at = self._model.weights.vocabulary, 0
        self._target, self._prompt = asked.text.encode(), len(asked.prompt)
        self._read, self._canonical = {}, {}
        self._steering = self._first = 0.0
        for token in asked.tokens:
            self._canonical[at] = token
            at += len(vocabulary.pieces[token])
        self._canonical[at] = min(vocabulary.ends)

    def _chosen(self, *args: Any) -> int:
        token = self._choose(*args)
        self._first = self._first or time.perf_counter() - self._steering
        return token

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
        weights = self._model.weights
        text = b"".join(weights.vocabulary.pieces[token] for token in tokens)
        if not self._target.startswith(text):
            return None
        done = len(text)
        if done in self._canonical:
            return self._canonical[done]
        return weights.tokenize(self._target[done:].decode(), special=True)[0]


def rewind(llm: Any, length: int) -> None:
    """Say which of the tokens that llama-cpp-python's cache holds count; the others are forgotten."""
    lib.llama_memory_seq_rm(lib.llama_get_memory(llm._ctx.ctx), -1, length, -1)
    llm.n_tokens = length


class LeanArm:
    """No grammar: `Llama.eval` one token at a time, the likeliest token looked up and the given one taken.

    It knows where the text ends, and saves the pass after which a model would say so.
    """

    def __init__(self, engines: Engines) -> None:
        self.prepared_ms = 0.0
        self._llm, self._dialect = engines.llm, engines.model.dialect

    def __call__(self, asked: Asked) -> Cost:
        llm, passes, masks, first = self._llm, 0, 0.0, 0.0
        start = time.perf_counter()
        prompt = llm.tokenize(self._dialect.render(asked.read).text.encode(), add_bos=False, special=True)
        shared = min(common_prefix(llm.input_ids[: llm.n_tokens].tolist(), prompt), len(prompt) - 1)
        rewind(llm, shared)
        pending = prompt[shared:]
        for token in asked.tokens:
            llm.eval(pending)
            before = time.perf_counter()
            np.ctypeslib.as_array(lib.llama_get_logits_ith(llm._ctx.ctx, -1), shape=(llm.n_vocab(),)).argmax()
            masks += time.perf_counter() - before
            first = first or time.perf_counter()
            pending, passes = [token], passes + 1
        ms = (time.perf_counter() - start) * 1000.0
        assert prompt == asked.prompt, "the prompt came out another"
        return Cost(ms=ms, first_ms=(first - start) * 1000.0, mask_ms=masks * 1000.0 / len(asked.tokens), passes=passes)
