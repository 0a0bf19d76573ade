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
    every = float(np.exp(logits - top).sum())
    among = logits[legal]
    peak, total, spread = _weigh(among)
    chosen_p = math.exp(float(logits[chosen]) - peak) / total
    others = _runners(among, legal, chosen, peak + math.log(total))
    return DecisionPoint.model_construct(  # these values need no validation, and there are many
        field=field,
        text=text(chosen),
        p=chosen_p,
        mass=min(1.0, total * math.exp(peak - top) / every),
        margin=chosen_p - (others[0][1] if others else 0.0),
        entropy=max(0.0, math.log(total) - spread),
        legal=len(legal),
        alternatives=tuple(
            Alternative.model_construct(text=text(token), p=q)
            for index, (token, q) in enumerate(others)
            if not index or q > _WORTH_SHOWING
        ),
    )


def _weigh(among: Logits) -> tuple[float, float, float]:
    """The highest logit, the sum of all weights relative to it, and the mean of the logits below it by weight."""
    if len(among) <= _FEW:
        values = among.tolist()
        peak = max(values)
        weights = [math.exp(value - peak) for value in values]
        total = math.fsum(weights)
        return peak, total, sum(weight * (value - peak) for weight, value in zip(weights, values, strict=True)) / total
    peak = float(among.max())
    below = among - peak
    shares: Logits = np.exp(below)
    total = float(shares.sum())
    shares *= below
    return peak, total, float(shares.sum()) / total


def _runners(among: Logits, legal: Ids, chosen: int, scale: float) -> list[tuple[int, float]]:
    """The most likely legal tokens besides the chosen one, most likely first; at least one where there is one.

    `scale` is the logarithm of what all weights add up to.
    """
    if len(among) > _FEW:
        worth = np.flatnonzero(among > scale + math.log(_WORTH_SHOWING))
        if len(worth) <= 1:  # perhaps the chosen one alone
            at = int(np.searchsorted(legal, chosen))
            sides = ((0, among[:at]), (at + 1, among[at + 1 :]))
            worth = np.array([start + int(side.argmax()) for start, side in sides if len(side)])
        among, legal = among[worth], legal[worth]
    pairs = zip(legal.tolist(), among.tolist(), strict=True)
    ranked = sorted((pair for pair in pairs if pair[0] != chosen), key=lambda one: -one[1])
    return [(token, math.exp(logit - scale)) for token, logit in ranked[:_SHOWN]]


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
