"""A checkpoint as a GGUF file that llama.cpp loads as it is, and a GGUF file as the start of further training.

Architecture `qwen3` needs no permutation; embeddings are tied, so there is no output matrix; structure tokens are
control tokens, so that no text can produce them. The dialect stands in the metadata.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch
from tokenizers import AddedToken, Tokenizer, decoders, models

from agentkit.errors import WiringError
from agentkit.nano.model import Decoder, Shape
from agentkit.nano.tokenizer import END, PAD, SPECIAL, load_tokenizer, splitter, token_texts, vocabulary_key

DIALECT = "nano.3"
_CONTROL, _NORMAL = 3, 1
_KINDS = {
    "f32": (gguf.GGMLQuantizationType.F32, gguf.LlamaFileType.ALL_F32),
    "f16": (gguf.GGMLQuantizationType.F16, gguf.LlamaFileType.MOSTLY_F16),
    "q8_0": (gguf.GGMLQuantizationType.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
}
_LAYER = {
    "attention_norm.weight": "attn_norm.weight",
    "query_norm.weight": "attn_q_norm.weight",
    "key_norm.weight": "attn_k_norm.weight",
    "query.weight": "attn_q.weight",
    "key.weight": "attn_k.weight",
    "value.weight": "attn_v.weight",
    "out.weight": "attn_output.weight",
    "hidden_norm.weight": "ffn_norm.weight",
    "gate.weight": "ffn_gate.weight",
    "up.weight": "ffn_up.weight",
    "down.weight": "ffn_down.weight",
}


def export(run: Path, out: Path, kind: str = "q8_0") -> Path:
    """Write the checkpoint of a training folder as `f32`, `f16` or `q8_0`; returns the file's path."""
    saved = torch.load(run / "checkpoint.pt", map_location="cpu", weights_only=True)
    model = Decoder(Shape(**saved["shape"]))
    model.load_state_dict(saved["model"])
    return write_gguf(model, load_tokenizer(run / "tokenizer.json"), out, kind)


def write_gguf(model: Decoder, tokenizer: Tokenizer, out: Path, kind: str = "f32") -> Path:
    """Write model and tokenizer; gains stay in 32 bits whatever the kind of the matrices."""
    shape, (quantisation, file_type) = model.shape, _KINDS[kind]
    writer = gguf.GGUFWriter(str(out), "qwen3")
    writer.add_name("agentkit nano")
    writer.add_string("agentkit.dialect", DIALECT)
    writer.add_string("agentkit.vocabulary", vocabulary_key(token_texts(tokenizer)))
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.groups)
    writer.add_key_length(shape.head)
    writer.add_value_length(shape.head)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_rope_freq_base(shape.theta)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_file_type(file_type)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    _write_tokenizer(writer, tokenizer)
    for name, tensor in tensors(model):
        stored = quantisation if tensor.ndim == 2 else gguf.GGMLQuantizationType.F32
        writer.add_tensor(name, gguf.quants.quantize(tensor, stored), raw_dtype=stored)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return out


def tensors(model: Decoder) -> list[tuple[str, np.ndarray[Any, np.dtype[np.float32]]]]:
    """Every tensor under its name in the file."""
    found: list[tuple[str, np.ndarray[Any, np.dtype[np.float32]]]] = []
    for name, value in model.state_dict().items():
        found.append((_file_name(name), value.detach().float().contiguous().numpy()))
    return found


def _file_name(name: str) -> str:
    if name.startswith("blocks."):
        _, layer, rest = name.split(".", 2)
        return f"blk.{layer}.{_LAYER[rest]}"
    return {"embedding.weight": "token_embd.weight", "norm.weight": "output_norm.weight"}[name]


def _write_tokenizer(writer: gguf.GGUFWriter, tokenizer: Tokenizer) -> None:
    texts = token_texts(tokenizer)
    merges: list[Any] = json.loads(tokenizer.to_str())["model"]["merges"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(texts)
    writer.add_token_types([_CONTROL if text in SPECIAL else _NORMAL for text in texts])
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    writer.add_eos_token_id(texts.index(END))
    writer.add_pad_token_id(texts.index(PAD))
    writer.add_add_bos_token(False)


def read_gguf(path: Path) -> tuple[Decoder, Tokenizer]:
    """A model and its tokenizer from a GGUF of this family, to train on; missing structure tokens are added.

    An added token starts as the mean of the structure tokens there are.
    """
    reader = gguf.GGUFReader(str(path))

    def field(name: str) -> Any:
        return reader.fields[name].contents()

    if field("general.architecture") != "qwen3" or field("tokenizer.ggml.pre") != "smollm":
        raise WiringError(f"{path} is not of this family", hint="only a GGUF written by this package can be trained on")
    tokenizer = _read_tokenizer(field("tokenizer.ggml.tokens"), field("tokenizer.ggml.merges"))
    shape = Shape(
        vocabulary=tokenizer.get_vocab_size(),
        width=field("qwen3.embedding_length"),
        layers=field("qwen3.block_count"),
        heads=field("qwen3.attention.head_count"),
        groups=field("qwen3.attention.head_count_kv"),
        head=field("qwen3.attention.key_length"),
        hidden=field("qwen3.feed_forward_length"),
        theta=field("qwen3.rope.freq_base"),
        context=field("qwen3.context_length"),
    )
    model = Decoder(shape)
    stored = {
        tensor.name: torch.from_numpy(gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32))
        for tensor in reader.tensors
    }
    embedding = stored["token_embd.weight"]
    texts = token_texts(tokenizer)
    known = [index for text in SPECIAL if (index := texts.index(text)) < len(embedding)]
    extra = shape.vocabulary - len(embedding)
    stored["token_embd.weight"] = torch.cat([embedding, embedding[known].mean(0).expand(extra, -1)])
    state = {name: stored[_file_name(name)].view(value.shape) for name, value in model.state_dict().items()}
    model.load_state_dict(state)
    return model, tokenizer


def _read_tokenizer(texts: list[str], merges: list[str]) -> Tokenizer:
    vocabulary = {text: index for index, text in enumerate(texts)}
    pairs: list[tuple[str, str]] = [(left, right) for left, _, right in (merge.partition(" ") for merge in merges)]
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=pairs))
    tokenizer.pre_tokenizer = splitter()
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in SPECIAL])
    return tokenizer
