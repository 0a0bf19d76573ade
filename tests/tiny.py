"""Models of noise for the libraries that Outlines runs: a Qwen3 of two layers whose tokens are single bytes.

What they answer means nothing; that it is legal, and that every library decides the same on the same weights, does.
"""

from __future__ import annotations

from typing import Any

import pytest

from agentkit.types import Message, ProposeRequest, ToolSpec

TEMPLATES = {
    "nano": None,
    "plain": None,
    "hermes": (
        "{% if tools %}<|im_start|>system\n{% for tool in tools %}{{ tool | tojson }}\n{% endfor %}"
        "<|im_end|>\n{% endif %}"
        "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
        "<|im_start|>assistant\n{# <tool_call> #}"
    ),
}
SPECIAL = {
    "nano": ["<|end|>", "<|pad|>", "<|tool|>", "<|p|>", "<|user|>", "<|call|>"],
    "plain": ["<|end|>", "<|pad|>", "<|begin|>"],
    "hermes": ["<|end|>", "<|pad|>", "<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>"],
}


def tool(name: str, required: tuple[str, ...] = (), returns: Any = None, says: str = "", **properties: Any) -> ToolSpec:
    parameters = {
        "type": "object",
        "properties": properties,
        "required": list(required or properties),
        "additionalProperties": False,
    }
    return ToolSpec(name=name, description=says or f"{name}.", parameters=parameters, returns=returns)


ALARM = tool(
    "set_alarm",
    ("hour",),
    says="Set an alarm.",
    hour={"type": "integer", "minimum": 0, "maximum": 23},
    label={"type": "string", "maxLength": 20},
    days={"type": "string", "enum": ["weekdays", "weekend"]},
)
TORCH = tool("set_flashlight", says="Turn the flashlight on or off.", on={"type": "boolean"})


def request(text: str = "wake me at 7 on weekdays", **more: Any) -> ProposeRequest:
    settings: dict[str, Any] = {"tools": (ALARM, TORCH), "messages": (Message(role="user", content=text),), **more}
    return ProposeRequest(**settings)


def byte_tokens(family: str = "nano") -> Any:
    """A `tokenizers` tokenizer of 256 bytes and the family's special tokens."""
    tokenizers: Any = pytest.importorskip("tokenizers")
    words = [*sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet()), *SPECIAL[family]]
    inner = tokenizers.Tokenizer(tokenizers.models.BPE(vocab={word: i for i, word in enumerate(words)}, merges=[]))
    inner.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = tokenizers.decoders.ByteLevel()
    inner.add_special_tokens(SPECIAL[family])
    return inner


def hf_tokenizer(family: str = "nano", **more: Any) -> Any:
    transformers: Any = pytest.importorskip("transformers")
    made = transformers.PreTrainedTokenizerFast(
        tokenizer_object=byte_tokens(family), eos_token="<|end|>", pad_token="<|pad|>", **more
    )
    made.chat_template = TEMPLATES[family]
    return made


def torch_weights(tokenizer: Any, *, context: int = 2048, seed: int = 0) -> Any:
    transformers: Any = pytest.importorskip("transformers")
    torch: Any = pytest.importorskip("torch")
    torch.manual_seed(seed)
    config = transformers.Qwen3Config(
        vocab_size=len(tokenizer) + 10,
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=16,
        initializer_range=0.2,
        max_position_embeddings=context,
        tie_word_embeddings=True,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return transformers.Qwen3ForCausalLM(config).eval()


def mlx_weights(tokenizer: Any, *, context: int = 2048, weights: Any = None) -> Any:
    """The same shape for MLX, with the weights of a torch model where one is given."""
    mx: Any = pytest.importorskip("mlx.core", reason="MLX is not installed (on Linux: mlx[cpu] mlx-lm)")
    qwen3: Any = pytest.importorskip("mlx_lm.models.qwen3", reason="mlx-lm is not installed")
    mx.random.seed(0)
    args = qwen3.ModelArgs(
        model_type="qwen3",
        hidden_size=32,
        num_hidden_layers=2,
        intermediate_size=32,
        num_attention_heads=2,
        rms_norm_eps=1e-6,
        vocab_size=len(tokenizer) + 10,
        num_key_value_heads=1,
        max_position_embeddings=context,
        rope_theta=10000.0,
        head_dim=16,
        tie_word_embeddings=True,
    )
    made = qwen3.Model(args)
    if weights is not None:
        named = {name: mx.array(value.detach().numpy()) for name, value in weights.state_dict().items()}
        made.load_weights([(name, value) for name, value in named.items() if name != "lm_head.weight"])
    mx.eval(made.parameters())
    return made
