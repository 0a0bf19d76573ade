"""llama-cpp-python, and Outlines over it, as their users run them; `arms` names every way of the benchmark.

The text is given here too: after each forward pass the wanted token is made the likeliest, and the time that takes is
taken off; a mask that refuses it shows in the text. Everything else is the libraries': their prefix reuse, their
samplers and masks, their detokenising, their end of text.
"""

# pyright: basic

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np
from decode_arms import AgentkitArm, Arm, Asked, Cost, Engines, LeanArm, lib
from llama_cpp.llama_grammar import json_schema_to_gbnf

from agentkit.types import JsonSchema, ToolSpec

Complete = Callable[[str, int], str]


def answer_schema(tools: Sequence[ToolSpec], dialect: str) -> JsonSchema:
    """One call of one of the tools as a JSON Schema, as a model of this dialect writes it, without Qwen's tags."""
    lead = " " if dialect.startswith("nano") else ""  # before the content of every string value

    def led(part: dict[str, Any]) -> dict[str, Any]:
        if "enum" in part:
            return {**part, "enum": [lead + one for one in part["enum"]]}
        return {**part, "maxLength": part["maxLength"] + len(lead)} if "maxLength" in part else part

    def call(tool: ToolSpec) -> JsonSchema:
        properties = {key: led(part) for key, part in tool.parameters["properties"].items()}
        arguments = {**tool.parameters, "properties": properties}
        return {
            "type": "object",
            "properties": {"name": {"const": tool.name}, "arguments": arguments},
            "required": ["name", "arguments"],
            "additionalProperties": False,
        }

    one = {"anyOf": [call(tool) for tool in tools]}
    return {"type": "array", "items": one, "minItems": 1, "maxItems": 1} if lead else one


def tags(dialect: str) -> tuple[str, str]:
    """What a model of this dialect writes before and after a call."""
    return ("", "") if dialect.startswith("nano") else ("<tool_call>", "</tool_call>")


def by_grammar(llm: Any, tools: Sequence[ToolSpec], dialect: str) -> Complete:
    """`grammar=`, with what the library makes of the answer's schema; tags are put round it."""
    schema, (before, after) = json.dumps(answer_schema(tools, dialect)), tags(dialect)
    if not before:
        return completion(llm, lib.LlamaGrammar.from_json_schema(schema, verbose=False))
    lines = json_schema_to_gbnf(schema).splitlines()
    called = [line.replace("root ::=", "call ::=", 1) if line.startswith("root ::=") else line for line in lines]
    root = rf'root ::= "{before}\n" call "\n{after}"'
    return completion(llm, lib.LlamaGrammar.from_string("\n".join([root, *called]), verbose=False))


def by_nothing(llm: Any, tools: Sequence[ToolSpec], dialect: str) -> Complete:
    """No grammar."""
    del tools, dialect
    return completion(llm, None)


def completion(llm: Any, grammar: Any) -> Complete:
    """`Llama.create_completion`, greedy."""

    def complete(prompt: str, most: int) -> str:
        made = llm.create_completion(prompt, max_tokens=most, temperature=0.0, grammar=grammar)
        return made["choices"][0]["text"]

    return complete


def by_outlines(model: Any, tools: Sequence[ToolSpec], dialect: str) -> Complete:
    """An Outlines generator of the answer's JSON Schema, with its default backend; tags are text before and after."""
    import outlines

    before, after = tags(dialect)
    wanted: Any = outlines.types.JsonSchema(json.dumps(answer_schema(tools, dialect)))
    return generation(outlines.Generator(model, f"{before}\n" + wanted + f"\n{after}" if before else wanted))


def by_outlines_cfg(model: Any, tools: Sequence[ToolSpec], dialect: str) -> Complete:
    """An Outlines generator of the same as a context-free grammar, for which its default backend is llguidance."""
    import outlines

    before, after = tags(dialect)
    start = rf'start: {before} "\n" call "\n" {after}' if before else "start: call"
    grammar = f"{start}\ncall: %json {json.dumps(answer_schema(tools, dialect))}\n"
    return generation(outlines.Generator(model, outlines.types.CFG(grammar)))


def generation(generator: Any) -> Complete:
    """A call of an Outlines generator, greedy."""
    return lambda prompt, most: generator(prompt, max_tokens=most, temperature=0.0)


class LibraryArm:
    """One of these ways; `model` is what the library calls its model. Its first token is what it samples first."""

    def __init__(self, engines: Engines, model: Any, make: Callable[[Any, Sequence[ToolSpec], str], Complete]) -> None:
        self.prepared_ms = 0.0
        self._llm, self._dialect = engines.llm, engines.model.dialect
        self._model, self._make = model, make
        self._complete: Complete | None = None
        self._wanted: Iterator[int] = iter(())
        self._steering, self._sampling, self._first, self._passes = 0.0, 0.0, 0.0, 0

    def __call__(self, asked: Asked) -> Cost:
        llm, refused = self._llm, []
        self._wanted = iter([*asked.tokens, llm.token_eos()])
        self._steering, self._sampling, self._first, self._passes = 0.0, 0.0, 0.0, 0
        llm.eval, llm.sample = partial(self._steered, llm.eval), partial(self._sampled, llm.sample)
        hook, sys.unraisablehook = sys.unraisablehook, refused.append  # llama.cpp goes on where a mask raises
        try:
            start = time.perf_counter()
            text = self._answer(asked)
            ms = (time.perf_counter() - start - self._steering) * 1000.0
        finally:
            sys.unraisablehook = hook
            del llm.eval, llm.sample
        assert not refused, refused[0]
        expected = llm.detokenize(asked.tokens, prev_tokens=asked.prompt).decode()
        assert text == expected, (text, expected)
        assert llm.input_ids[: len(asked.prompt)].tolist() == asked.prompt, "the prompt came out another"
        return Cost(
            ms=ms,
            first_ms=(self._first - start) * 1000.0,
            mask_ms=self._sampling * 1000.0 / (len(asked.tokens) + 1),
            passes=self._passes,
        )

    def _answer(self, asked: Asked) -> str:
        if self._complete is None:
            start = time.perf_counter()
            self._complete = self._make(self._model, asked.request.tools, self._dialect.name)
            self.prepared_ms = (time.perf_counter() - start) * 1000.0
        return self._complete(self._dialect.render(asked.read).text, len(asked.tokens) + 8)

    def _steered(self, evaluate: Callable[[Sequence[int]], None], tokens: Sequence[int]) -> None:
        evaluate(tokens)
        start = time.perf_counter()
        row = np.ctypeslib.as_array(lib.llama_get_logits_ith(self._llm._ctx.ctx, -1), shape=(self._llm.n_vocab(),))
        row[next(self._wanted, self._llm.token_eos())] = row.max() + 20.0
        self._passes += 1
        self._steering += time.perf_counter() - start

    def _sampled(self, sample: Callable[..., int], **named: Any) -> int:
        start = time.perf_counter()
        token = sample(**named)
        now = time.perf_counter()
        self._sampling += now - start
        self._first = self._first or now - self._steering
        return token


def arms() -> dict[str, Callable[[Engines], Arm]]:
    """Every way, by the name it has in the table; one that lacks a package is left out, and said to be."""
    ways: dict[str, Callable[[Engines], Arm]] = {
        "agentkit": AgentkitArm,
        "llama-cpp-python, `grammar=`": lambda engines: LibraryArm(engines, engines.llm, by_grammar),
        "Outlines over llama-cpp-python": lambda engines: LibraryArm(engines, engines.outlines, by_outlines),
        "the same, grammar for llguidance": lambda engines: LibraryArm(engines, engines.outlines, by_outlines_cfg),
        "llama-cpp-python, unconstrained": lambda engines: LibraryArm(engines, engines.llm, by_nothing),
        "unconstrained, lean loop": LeanArm,
    }
    if find_spec("numba") is None:
        del ways["Outlines over llama-cpp-python"]
        print("Outlines' default backend is left out: pip install numba", file=sys.stderr)
    return ways
