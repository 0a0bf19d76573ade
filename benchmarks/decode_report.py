"""The decode benchmark's numbers as tables: medians by arm, and what a process of its own took."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from decode_arms import Cost
from decode_first import PHASES

_CALLS = ("arm", "forward passes per call", "ms per call", "times agentkit", "mask ms per token")
_FIRST = ("first token ms: cold", "warm", "after a restart")
_WHOLE = ("arm", "whole call ms: cold", "warm", "after a restart", "of cold, made for the tools", "loading before")

Row = dict[str, Any]


def rows(costs: dict[str, list[Cost]], firsts: dict[str, dict[str, float]]) -> list[Row]:
    """One row per arm: medians; `ratio` is the median of the ratios to agentkit's call of the same turn."""
    own = costs["agentkit"]
    return [
        {
            "arm": arm,
            **{key: statistics.median(getattr(cost, key) for cost in taken) for key in Cost.model_fields},
            "ratio": statistics.median(cost.ms / base.ms for cost, base in zip(taken, own, strict=True)),
            "first": firsts.get(arm),
        }
        for arm, taken in costs.items()
    ]


def report(name: str, prompt: int, made: Sequence[Row]) -> str:
    """The tables of one model, in markdown; first tokens only where they were measured."""
    measured = all(row["first"] for row in made)
    cells = [[*_call(row), *(_first(row) if measured else [])] for row in made]
    lines = [f"### {name}: {prompt} prompt tokens", "", *_table((*_CALLS, *_FIRST) if measured else _CALLS, cells), ""]
    if measured:
        lines += [*_table(_WHOLE, [_whole(row) for row in made]), ""]
        first = made[0]["first"]
        warm, restart = first["cold"] / first["warm"], first["cold"] / first["restart"]
        lines.append(f"agentkit's first token, warm: 1/{warm:.1f} of cold; after a restart: 1/{restart:.1f}.")
    return "\n".join([*lines, f"agentkit's guesses: {made[0]['guess_ms']:.3f} ms per token.", ""])


def _table(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(line)} |" for line in (columns, ["---"] * len(columns), *cells)]


def _call(row: Row) -> list[str]:
    return [row["arm"], f"{row['passes']:.1f}", f"{row['ms']:.1f}", f"{row['ratio']:.2f}", f"{row['mask_ms']:.3f}"]


def _first(row: Row) -> list[str]:
    return [f"{row['first'][phase]:.1f}" for phase in PHASES]


def _whole(row: Row) -> list[str]:
    first = row["first"]
    return [row["arm"], *(f"{first[key]:.1f}" for key in (*(f"call_{phase}" for phase in PHASES), "prepared", "load"))]
