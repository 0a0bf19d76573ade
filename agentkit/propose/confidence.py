"""Confidence at a decision point: what the model thought of the legal continuations.

Knows nothing of grammars or forward passes. Everything is read after the mask: probabilities are renormalised over the
legal set, and the raw mass of that set is kept beside them.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agentkit.propose.legal import Ids, Legal
from agentkit.types import Alternative, DecisionPoint
from agentkit.types.base import unchecked

Logits = NDArray[np.float32]

_point, _alternative = unchecked(DecisionPoint), unchecked(Alternative)
_SHOWN = 4
_FEW = 64
_WORTH_SHOWING = 0.005
_ROUNDED = 1e-6


def read_point(logits: Logits, legal: Legal, chosen: int, field: str, text: Callable[[int], str]) -> DecisionPoint:
    """The decision point of choosing token `chosen`.

    `logits` has one entry per token of the vocabulary, `legal` are those that the grammar allows, `text` spells one.
    """
    top = float(logits.max())
    weights = _relative(logits, top)
    every = float(weights.sum())
    weighed = _weigh_many(logits, weights, top, legal, chosen) if legal.many else None
    if weighed is None:
        weighed = _weigh(logits[legal.ids], legal.ids, chosen)
    peak, total, chosen_p = weighed.peak, weighed.total, math.exp(float(logits[chosen]) - weighed.peak) / weighed.total
    others = [(token, math.exp(logit - peak) / total) for token, logit in weighed.runners]
    return _point(  # there are many
        field=field,
        text=text(chosen),
        p=chosen_p,
        mass=min(1.0, total * math.exp(peak - top) / every),
        margin=chosen_p - (others[0][1] if others else 0.0),
        entropy=max(0.0, math.log(total) - weighed.mean),
        legal=len(legal),
        alternatives=tuple(
            [
                _alternative(text=text(token), p=q)
                for index, (token, q) in enumerate(others)
                if not index or q > _WORTH_SHOWING
            ]
        ),
    )


class _Room(threading.local):
    """Space for a row of weights per thread: a new array as large as a vocabulary costs more than filling it."""

    def __init__(self) -> None:
        self.weights: Logits = np.empty(0, np.float32)
        self.below: Logits = self.weights


_room = _Room()


def _relative(logits: Logits, top: float) -> Logits:
    """The weights of all tokens relative to the highest logit; overwritten by the next call on this thread."""
    if _room.weights.shape != logits.shape:
        _room.weights, _room.below = np.empty(logits.shape, np.float32), np.empty(logits.shape, np.float32)
    return np.exp(np.subtract(logits, np.float32(top), out=_room.below), out=_room.weights)


class _Weighed(NamedTuple):
    """A logit that all is relative to; all legal weights; how far below it the logits are on average, by weight.

    `runners` are the most likely tokens besides the chosen one with their logits, most likely first; at least one
    where there is one.
    """

    peak: float
    total: float
    mean: float
    runners: list[tuple[int, float]]


def _weigh_many(logits: Logits, weights: Logits, top: float, legal: Legal, chosen: int) -> _Weighed | None:
    """What nearly all logits come to, given the weights of all, which are changed.

    None where hardly any of the weight is legal, so that it would be rounded away.
    """
    weights[legal.others] = 0.0
    total = float(weights.sum())
    if total < _ROUNDED:
        return None
    mean = float(np.dot(weights, _room.below)) / total
    worth = np.flatnonzero(weights > _WORTH_SHOWING * total)
    if len(worth) <= 1:  # perhaps the chosen one alone
        weights[chosen] = 0.0
        second = int(weights.argmax())
        if not weights[second]:
            return None
        worth = np.array([chosen, second])
    return _Weighed(top, total, mean, _runners(logits[worth].tolist(), worth.tolist(), chosen))


def _weigh(among: Logits, legal: Ids, chosen: int) -> _Weighed:
    """What the legal logits come to; a few are faster to go through without arrays."""
    if len(among) <= _FEW:
        values = among.tolist()
        peak = max(values)
        weights = [math.exp(value - peak) for value in values]
        total = sum(weights)
        mean = sum([weight * (value - peak) for weight, value in zip(weights, values, strict=True)]) / total
        return _Weighed(peak, total, mean, _runners(values, legal.tolist(), chosen))
    peak = float(among.max())
    below = among - peak
    shares: Logits = np.exp(below)
    total = float(shares.sum())
    shares *= below
    worth = np.flatnonzero(below > math.log(_WORTH_SHOWING * total))
    if len(worth) <= 1:  # perhaps the chosen one alone
        at = int(np.searchsorted(legal, chosen))
        sides = ((0, below[:at]), (at + 1, below[at + 1 :]))
        worth = np.array([start + int(side.argmax()) for start, side in sides if len(side)])
    runners = _runners(among[worth].tolist(), legal[worth].tolist(), chosen)
    return _Weighed(peak, total, float(shares.sum()) / total, runners)


def _runners(values: list[float], ids: list[int], chosen: int) -> list[tuple[int, float]]:
    order = sorted(range(len(ids)), key=values.__getitem__, reverse=True)[: _SHOWN + 1]
    return [(ids[index], values[index]) for index in order if ids[index] != chosen][:_SHOWN]


def choose(logits: Logits, legal: Legal, temperature: float, top_p: float, draw: float) -> int:
    """A legal token: the likeliest at temperature 0, else the one that `draw` in [0, 1) falls on within `top_p`."""
    if temperature <= 0.0:
        return _likeliest(logits, legal)
    ids = legal.ids
    among = logits[ids]
    weights = np.exp((among - among.max()).astype(np.float64) / temperature)
    if top_p < 1.0:
        order = np.argsort(-weights)
        cumulated: NDArray[np.float64] = np.cumsum(weights[order])
        kept = int(np.searchsorted(cumulated, top_p * float(cumulated[-1]))) + 1
        order = order[:kept]
        ids, weights = ids[order], weights[order]
    reached: NDArray[np.float64] = np.cumsum(weights)
    index = int(np.searchsorted(reached, draw * float(reached[-1]), side="right"))
    return int(ids[min(index, len(ids) - 1)])


def _likeliest(logits: Logits, legal: Legal) -> int:
    """The first of the legal tokens with the highest logit."""
    if not legal.many:
        return int(legal.ids[int(logits[legal.ids].argmax())])
    best = int(logits.argmax())
    if best in legal:
        return best
    masked = logits.copy()
    masked[legal.others] = -np.inf
    return int(masked.argmax())
