"""The architecture: a qwen3-like decoder that llama.cpp loads as it is.

RMSNorm, rotary positions on halves, grouped queries with normed queries and keys, SwiGLU, tied embeddings. Knows
nothing of data or training. Shapes: B sequences, T positions, D width, H heads of size `head`.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false
from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812


@dataclass(frozen=True)
class Shape:
    """The dimensions of a model."""

    vocabulary: int = 8192
    width: int = 256
    layers: int = 8
    heads: int = 4
    groups: int = 2
    head: int = 64
    hidden: int = 704
    theta: float = 10_000.0
    epsilon: float = 1e-6
    context: int = 2048

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `Shape(**…)` reads."""
        return asdict(self)


SIZES = {
    "tiny": Shape(width=64, layers=2, heads=2, groups=1, head=32, hidden=128),
    "7m": Shape(width=256, layers=8, heads=4, groups=2, hidden=512),
    "13m": Shape(width=320, layers=10, heads=5, groups=5, hidden=832),
    "27m": Shape(vocabulary=12_288, width=416, layers=12, heads=6, groups=3, hidden=1088),
}
"""Named shapes; the CPU run uses `7m`, a GPU run `27m` (29 MB in Q8_0)."""


class Norm(nn.Module):
    """RMS normalisation with a gain."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        """Same shape as `x`, normed over the last dimension."""
        return F.rms_norm(x, (x.shape[-1],), self.weight.to(x.dtype), self.epsilon)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions on the halves of the last dimension (the layout of llama.cpp's qwen3)."""
    first, second = x.chunk(2, -1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), -1)


def attend_at_once(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """Attention (B, H, T, head) under a boolean or additive mask (B, 1, T, T)."""
    return F.scaled_dot_product_attention(query, key, value, attn_mask=mask)


def attend_in_parts(query: Tensor, key: Tensor, value: Tensor, mask: Tensor, parts: int = 4) -> Tensor:
    """The same for a causal additive mask: each part of the positions looks at no later key.

    On a CPU in bfloat16 this takes half the time of the fused kernel, which does not know that the mask is causal.
    """
    length = query.shape[2]
    edges = [length * part // parts for part in range(parts + 1)]
    mixed: list[Tensor] = []
    for first, last in itertools.pairwise(edges):
        scores = query[:, :, first:last] @ key[:, :, :last].transpose(-1, -2)
        shares = torch.softmax(scores * query.shape[-1] ** -0.5 + mask[:, :, first:last, :last], -1)
        mixed.append(shares @ value[:, :, :last])
    return torch.cat(mixed, 2)


class Block(nn.Module):
    """One layer: attention, then the gated feed-forward."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        inner, shared = shape.heads * shape.head, shape.groups * shape.head
        self.attention_norm = Norm(shape.width, shape.epsilon)
        self.query_norm = Norm(shape.head, shape.epsilon)
        self.key_norm = Norm(shape.head, shape.epsilon)
        self.query = nn.Linear(shape.width, inner, bias=False)
        self.key = nn.Linear(shape.width, shared, bias=False)
        self.value = nn.Linear(shape.width, shared, bias=False)
        self.out = nn.Linear(inner, shape.width, bias=False)
        self.hidden_norm = Norm(shape.width, shape.epsilon)
        self.gate = nn.Linear(shape.width, shape.hidden, bias=False)
        self.up = nn.Linear(shape.width, shape.hidden, bias=False)
        self.down = nn.Linear(shape.hidden, shape.width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
        """`x` (B, T, D), `cos` and `sin` (B, 1, T, head / 2), `mask` (B, 1, T, T) additive or boolean."""
        y = x + self._attend(self.attention_norm(x), cos, sin, mask)
        normed = self.hidden_norm(y)
        return y + self.down(F.silu(self.gate(normed)) * self.up(normed))

    def _attend(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
        size, length, _ = x.shape
        shape = self.shape

        def split(y: Tensor, heads: int) -> Tensor:
            return y.view(size, length, heads, shape.head).transpose(1, 2)

        query = rotate(self.query_norm(split(self.query(x), shape.heads)), cos, sin)
        key = rotate(self.key_norm(split(self.key(x), shape.groups)), cos, sin)
        value = split(self.value(x), shape.groups)
        repeat = shape.heads // shape.groups
        if repeat > 1:
            key, value = key.repeat_interleave(repeat, 1), value.repeat_interleave(repeat, 1)
        attend = attend_in_parts if x.device.type == "cpu" and mask.dtype != torch.bool else attend_at_once
        mixed = attend(query, key, value.to(query.dtype), mask)
        return self.out(mixed.transpose(1, 2).reshape(size, length, -1))


class Decoder(nn.Module):
    """The whole model."""

    frequencies: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = Norm(shape.width, shape.epsilon)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                into_stream = name.endswith(("out.weight", "down.weight"))
                scale = 0.02 if "embedding" in name else parameter.shape[1] ** -0.5 * (0.5 if into_stream else 1.0)
                nn.init.normal_(parameter, std=scale)
        inverse = shape.theta ** (-torch.arange(0, shape.head, 2).float() / shape.head)
        self.register_buffer("frequencies", inverse, persistent=False)

    def states(self, ids: Tensor, positions: Tensor, mask: Tensor) -> Tensor:
        """The normed last states (B, T, D) of `ids` (B, T) at `positions` (B, T)."""
        x = F.embedding(ids, self.embedding.weight)
        if torch.is_autocast_enabled(x.device.type):
            x = x.to(torch.get_autocast_dtype(x.device.type))
        angles = positions[..., None].float() * self.frequencies
        cos, sin = angles.cos()[:, None].to(x.dtype), angles.sin()[:, None].to(x.dtype)
        for block in self.blocks:
            x = block(x, cos, sin, mask)
        return self.norm(x)

    def logits(self, states: Tensor) -> Tensor:
        """Logits over the vocabulary; the embedding is tied."""
        return F.linear(states, self.embedding.weight.to(states.dtype))

    def forward(self, ids: Tensor) -> Tensor:
        """Logits (B, T, vocabulary) of plain causal sequences; the reference that an export is compared with."""
        length = ids.shape[1]
        positions = torch.arange(length, device=ids.device).expand(ids.shape[0], length)
        mask = torch.ones(length, length, dtype=torch.bool, device=ids.device).tril()[None, None]
        return self.logits(self.states(ids, positions, mask))


def block_mask(segments: Tensor, dtype: torch.dtype) -> Tensor:
    """The additive mask (B, 1, T, T): causal, within a segment or onto the tools (segment 0)."""
    length = segments.shape[1]
    causal = torch.ones(length, length, dtype=torch.bool, device=segments.device).tril()
    seen = (segments[:, :, None] == segments[:, None, :]) | (segments[:, None, :] == 0)
    return torch.zeros((), dtype=dtype, device=segments.device).masked_fill(~(causal & seen), float("-inf"))[:, None]
