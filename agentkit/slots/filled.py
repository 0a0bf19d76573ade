"""What slot filling gives: for each argument, how likely its values are. Knows nothing of how it is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agentkit.slots.said import Value


@dataclass(frozen=True, slots=True)
class Filled:
    """What is thought of one argument: the probability of each candidate value, of another value, of none."""

    name: str
    values: Mapping[Value, float]
    other: float
    none: float
