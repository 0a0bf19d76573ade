"""llama-cpp-python as its users run it: `Llama.create_completion`, with the grammar it derives from a JSON Schema.

The text is given here too: after each forward pass the wanted token is made the likeliest, and the time that takes is
taken off. Everything else is the library's: its prefix reuse, its samplers, its detokenising, its end of text.
"""

# pyright: basic

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any, cast

import llama_cpp
import numpy as np
from llama_cpp.llama_grammar import json_schema_to_gbnf

from agentkit.types import JsonSchema, ToolSpec

lib = cast("Any", llama_cpp)


def answer_schema(tools: Sequence[ToolSpec], lead: str) -> JsonSchema:
    """One call of one of the tools as a JSON Schema; `lead` stands before the content of every string value."""

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

    return {"anyOf": [call(tool) for tool in tools]}


def derived_grammar(tools: Sequence[ToolSpec], dialect: str) -> Any:
    """What the library makes of the answer's schema; the tags that Qwen writes round a call are put round it."""
    if dialect.startswith("nano"):
        schema = {"type": "array", "items": answer_schema(tools, " "), "minItems": 1, "maxItems": 1}
        return lib.LlamaGrammar.from_json_schema(json.dumps(schema), verbose=False)
    gbnf = json_schema_to_gbnf(json.dumps(answer_schema(tools, "")))
    tagged = [line.replace("root ::=", "call ::=", 1) if line.startswith("root ::=") else line for line in
              gbnf.splitlines()]  # fmt: skip
    root = r'root ::= "<tool_call>\n" call "\n</tool_call>"'
    return lib.LlamaGrammar.from_string("\n".join([root, *tagged]), verbose=False)


class LibraryArm:
    """One way to call `create_completion`: with a grammar, or with none."""

    def __init__(self, llm: Any, grammar: Any = None) -> None:
        self._llm, self._grammar = llm, grammar

    def __call__(self, prompt: str, ids: list[int], text: list[int]) -> tuple[float, float]:
        """Milliseconds of one call, and of its sampling per token."""
        llm, wanted = self._llm, iter([*text, self._llm.token_eos()])
        evaluate, sample = type(llm).eval.__get__(llm), type(llm).sample.__get__(llm)
        steering, sampling = 0.0, 0.0

        def steered(tokens: Sequence[int]) -> None:
            nonlocal steering
            evaluate(tokens)
            start = time.perf_counter()
            row = np.ctypeslib.as_array(lib.llama_get_logits_ith(llm._ctx.ctx, -1), shape=(llm.n_vocab(),))
            row[next(wanted)] = row.max() + 20.0
            steering += time.perf_counter() - start

        def timed(*args: Any, **named: Any) -> int:
            nonlocal sampling
            start = time.perf_counter()
            token = sample(*args, **named)
            sampling += time.perf_counter() - start
            return token

        same = llm.tokenize(prompt.encode(), add_bos=False, special=True) == ids and not llm._model.add_bos_token()
        llm.eval, llm.sample = steered, timed
        try:
            start = time.perf_counter()
            made = llm.create_completion(
                prompt if same else ids, max_tokens=len(text) + 8, temperature=0.0, grammar=self._grammar
            )
            ms = (time.perf_counter() - start - steering) * 1000.0
        finally:
            del llm.eval, llm.sample
        expected = llm.detokenize(text, prev_tokens=ids).decode()
        assert made["choices"][0]["text"] == expected, (made["choices"][0], expected)
        return ms, sampling * 1000.0 / (len(text) + 1)
