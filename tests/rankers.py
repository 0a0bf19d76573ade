"""Small rankers for tests: a table written by hand, and weights that look at the cosine alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from agentkit.meaning import Meaning, Table, make_table
from agentkit.ranker import OF_ALL, OF_TOOL, RIVALS, Ranker, Weights

SLOPE, EVEN = 10.0, 0.5
"""Nats per unit of the cosine, and the cosine at which a tool is as likely as none."""


def small_table(words: Mapping[str, tuple[float, float]]) -> Table:
    """A table of these words' vectors, all words and fields of one weight."""
    ones = np.ones(len(words), np.float32)
    vectors = np.array(list(words.values()), np.float32)
    return make_table(list(words), vectors, ones, ones, np.ones(3, np.float32))


def cosine_weights() -> Weights:
    """SLOPE times the cosine less EVEN."""
    tools, none = np.zeros((OF_TOOL + 2 * RIVALS, 1), np.float32), np.zeros((OF_ALL, 1), np.float32)
    tools[0, 0] = 1.0
    one = np.ones(1, np.float32)
    return Weights(tools, one, SLOPE * one, none, one, SLOPE * (1 + EVEN) * one)


def small_ranker(words: Mapping[str, tuple[float, float]]) -> Ranker:
    """A ranker by the cosine of these words' vectors."""
    return Ranker(Meaning(small_table(words)), cosine_weights())
