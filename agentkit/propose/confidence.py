"""Confidence at a decision point: what the model thought of the legal continuations.

Knows nothing of grammars or forward passes. Everything is read after the mask: probabilities are renormalised over the
legal set, and the raw mass of that set is kept beside them.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from agentkit.types import Alternative, DecisionPoint

Logits = NDArray[np.float32]
Ids = NDArray[np.intp]

_SHOWN = 4
_FEW = 64
_WORTH_SHOWING = 0.005


def read_point(logits: Logits, legal: Ids, chosen: int, field: str, text: Callable[[int], str]) -> DecisionPoint:
    """The decision point of choosing token `chosen`.

    `logits` has one entry per token of the vocabulary, `legal` the ids the grammar allows; `text` spells a token.
    """
    top = float(logits.max())
    every = float(np.exp(logits - top).sum(dtype=np.float64))
    among = logits[legal]
    peak = float(among.max())
    weights: Logits = np.exp(among - peak)
    total = float(weights.sum(dtype=np.float64))
    p = (weights / total).astype(np.float32, copy=False)
    chosen_p = math.exp(float(logits[chosen]) - peak) / total
    entropy = math.log(total) - float((p * (among - peak)).sum(dtype=np.float64))
    others = _runners(p, legal, chosen)
    return DecisionPoint.model_construct(  # these values need no validation, and there are many
        field=field,
        text=text(chosen),
        p=chosen_p,
        mass=min(1.0, total * math.exp(peak - top) / every),
        margin=chosen_p - (others[0][1] if others else 0.0),
        entropy=max(0.0, entropy),
        legal=len(legal),
        alternatives=tuple(
            Alternative.model_construct(text=text(token), p=q)
            for index, (token, q) in enumerate(others)
            if not index or q > _WORTH_SHOWING
        ),
    )


def _runners(p: NDArray[np.float32], legal: Ids, chosen: int) -> list[tuple[int, float]]:
    """The most likely legal tokens besides the chosen one, most likely first; at least one where there is one."""
    if len(p) <= _FEW:
        ranked = sorted(zip(legal.tolist(), p.tolist(), strict=True), key=lambda one: -one[1])
        return [one for one in ranked[: _SHOWN + 1] if one[0] != chosen][:_SHOWN]
    found = {int(index): float(p[index]) for index in np.flatnonzero(p > _WORTH_SHOWING)}
    if len(p) > 1:
        rest = p.copy()
        rest[int(np.searchsorted(legal, chosen))] = -1.0
        best = int(rest.argmax())
        found[best] = float(p[best])
    ranked = sorted(((int(legal[index]), q) for index, q in found.items()), key=lambda one: -one[1])
    return [one for one in ranked if one[0] != chosen][:_SHOWN]


def choose(logits: Logits, legal: Ids, temperature: float, top_p: float, draw: float) -> int:
    """A legal token: the likeliest at temperature 0, else the one that `draw` in [0, 1) falls on within `top_p`."""
    among = logits[legal]
    if temperature <= 0.0:
        return int(legal[int(among.argmax())])
    weights = np.exp((among - among.max()).astype(np.float64) / temperature)
    if top_p < 1.0:
        order = np.argsort(-weights)
        cumulated: NDArray[np.float64] = np.cumsum(weights[order])
        kept = int(np.searchsorted(cumulated, top_p * float(cumulated[-1]))) + 1
        order = order[:kept]
        legal, weights = legal[order], weights[order]
    reached: NDArray[np.float64] = np.cumsum(weights)
    index = int(np.searchsorted(reached, draw * float(reached[-1]), side="right"))
    return int(legal[min(index, len(legal) - 1)])
