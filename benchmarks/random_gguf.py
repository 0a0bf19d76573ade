"""A GGUF of Qwen3-0.6B's shape with random weights and the real qwen2 vocabulary, for timing without a download.

Speed does not depend on what the weights say. The vocabulary comes from the llama-cpp-python source package, which
carries vocabulary-only GGUFs. Needs the `gguf` package.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false

from __future__ import annotations

import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import gguf
import numpy as np

LAYERS, WIDTH, INNER, HEADS, KV_HEADS, HEAD = 28, 1024, 3072, 16, 8, 128
VOCAB_FILE = "vendor/llama.cpp/models/ggml-vocab-qwen2.gguf"
TEMPLATE = (
    "{% if tools %}<|im_start|>system\n{% if messages[0].role == 'system' %}{{ messages[0].content }}\n\n{% endif %}"
    "# Tools\n\nCall functions to help with the request.\n<tools>{% for tool in tools %}\n{{ tool | tojson }}"
    "{% endfor %}\n</tools>\n\nWrite each call as\n<tool_call>\n"
    '{"name": <name>, "arguments": <arguments>}\n</tool_call><|im_end|>\n'
    "{% endif %}{% for m in messages %}{% if m.role != 'system' %}<|im_start|>{{ m.role }}\n{{ m.content }}"
    "{% for call in m.tool_calls or [] %}<tool_call>\n{{ call.function | tojson }}\n</tool_call>{% endfor %}"
    "<|im_end|>\n{% endif %}{% endfor %}<|im_start|>assistant\n"
)


def fetch_vocabulary(cache: Path) -> Path:
    """The vocabulary-only GGUF, downloaded once into `cache`."""
    target = cache / "ggml-vocab-qwen2.gguf"
    if target.exists():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    wanted = f"llama-cpp-python=={version('llama-cpp-python')}"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:", wanted, "-d", str(cache)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(next(cache.glob("llama_cpp_python-*.tar.gz"))) as archive:
        member = next(one for one in archive if one.name.endswith(VOCAB_FILE))
        source = archive.extractfile(member)
        assert source is not None
        target.write_bytes(source.read())
    return target


def _copy_vocabulary(source: Path, writer: gguf.GGUFWriter) -> int:
    """Copy the `tokenizer.*` keys, mark the tool-call tags as Qwen3 does; how many tokens there are."""
    reader = gguf.GGUFReader(source)
    size = 0
    for name, field in reader.fields.items():
        if not name.startswith("tokenizer.") or name == "tokenizer.chat_template":
            continue
        value: Any = field.contents()
        if name == "tokenizer.ggml.tokens":
            size = len(value)
            value = _with_tags(cast("list[str]", value))
        if name == "tokenizer.ggml.token_type":
            value[-2:] = [4, 4]
        _write(writer, name, field.types, value)
    writer.add_chat_template(TEMPLATE)
    return size


def _with_tags(tokens: list[str]) -> list[str]:
    return [*tokens[:-2], "<tool_call>", "</tool_call>"]


def _write(writer: gguf.GGUFWriter, name: str, types: list[Any], value: Any) -> None:
    if types[0] == gguf.GGUFValueType.ARRAY:
        writer.add_array(name, value)
    else:
        writer.add_key_value(name, value, types[0])


def _q8(random: np.random.Generator, rows: int, columns: int) -> np.ndarray[Any, Any]:
    """Random Q8_0 blocks: a half-precision scale and 32 signed bytes for every 32 values."""
    blocks = random.integers(0, 256, size=(rows, columns // 32, 34), dtype=np.uint8)
    scale = np.array([0.02 / 74], dtype=np.float16).view(np.uint8)
    blocks[:, :, :2] = scale
    return blocks.reshape(rows, -1)


def build(vocabulary: Path, target: Path) -> Path:
    """Write the model unless it is there; returns its path."""
    if target.exists():
        return target
    part = target.with_suffix(".part")
    writer = gguf.GGUFWriter(part, "qwen3")
    size = _copy_vocabulary(vocabulary, writer)
    writer.add_name("random-qwen3-0.6b-shape")
    for add, value in (
        (writer.add_context_length, 8192),
        (writer.add_block_count, LAYERS),
        (writer.add_embedding_length, WIDTH),
        (writer.add_feed_forward_length, INNER),
        (writer.add_head_count, HEADS),
        (writer.add_head_count_kv, KV_HEADS),
        (writer.add_key_length, HEAD),
        (writer.add_value_length, HEAD),
    ):
        add(value)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e6)
    random = np.random.default_rng(0)

    def matrix(name: str, rows: int, columns: int) -> None:
        writer.add_tensor(name, _q8(random, rows, columns), raw_dtype=gguf.GGMLQuantizationType.Q8_0)

    def ones(name: str, width: int) -> None:
        writer.add_tensor(name, np.ones(width, dtype=np.float32))

    matrix("token_embd.weight", size, WIDTH)
    ones("output_norm.weight", WIDTH)
    for layer in range(LAYERS):
        at = f"blk.{layer}."
        matrix(at + "attn_q.weight", HEADS * HEAD, WIDTH)
        matrix(at + "attn_k.weight", KV_HEADS * HEAD, WIDTH)
        matrix(at + "attn_v.weight", KV_HEADS * HEAD, WIDTH)
        matrix(at + "attn_output.weight", WIDTH, HEADS * HEAD)
        matrix(at + "ffn_gate.weight", INNER, WIDTH)
        matrix(at + "ffn_up.weight", INNER, WIDTH)
        matrix(at + "ffn_down.weight", WIDTH, INNER)
        for name, width in (("attn_norm", WIDTH), ("ffn_norm", WIDTH), ("attn_q_norm", HEAD), ("attn_k_norm", HEAD)):
            ones(f"{at}{name}.weight", width)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    part.replace(target)
    return target
