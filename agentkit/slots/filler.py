"""Which words of a request are the value of which argument: a small reader beside a model's weights.

Fitted by `agentkit.nano.slots`. Each argument is one choice: one of its candidates, another value, or none at all.
Knows nothing of engines and prompts.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from agentkit.errors import ModelLoadError
from agentkit.slots.candidates import Candidate
from agentkit.slots.features import KNOWN, OF_CANDIDATE, read
from agentkit.slots.fields import Slot
from agentkit.slots.filled import Filled
from agentkit.slots.moments import Told
from agentkit.slots.reader import Reader, missing
from agentkit.slots.said import Said, Value
from agentkit.slots.signs import Arguments, Vector
from agentkit.types import ToolSpec


@dataclass(frozen=True, slots=True)
class Shares:
    """Of one argument: the probability of each candidate, of another value, of none."""

    slot: Slot
    candidates: tuple[tuple[Candidate, float], ...]
    other: float
    none: float


PLAN = "plan_"
"""How the names of arrays begin that are a planner's."""


class Filler:
    """Fills the arguments of tools; `weights` by name, `known` the words of its table from `KNOWN` on."""

    def __init__(self, weights: Mapping[str, npt.NDArray[Any]], known: Mapping[str, int], vector: Vector) -> None:
        self._reader, self._known, self._vector = Reader(weights), known, vector

    def fill(
        self, said: Said, tool: ToolSpec, earlier: Sequence[Arguments] = (), told: Told | None = None
    ) -> tuple[Filled, ...]:
        """One for each argument of the tool, in the schema's order, after calls with these arguments.

        `told` are the text's dates and times, for arguments that want one.
        """
        shares = self.shares(said, tool, earlier)
        filled: list[Filled] = []
        for one in shares:
            values: dict[Value, float] = {}
            for candidate, share in one.candidates:
                values[candidate.value] = values.get(candidate.value, 0.0) + share
            filled.append(Filled(one.slot.name, values, one.other, one.none))
        if told is None:
            return tuple(filled)
        spent = frozenset(value for call in earlier for value in call.values() if isinstance(value, str))
        return told.fill(filled, [one.slot for one in shares], spent)

    def shares(self, said: Said, tool: ToolSpec, earlier: Sequence[Arguments] = ()) -> tuple[Shares, ...]:
        """What each argument's candidates get, one for each argument of the tool, in the schema's order."""
        features = read(said, tool, self._known, self._vector, earlier)
        if not features.slots:
            return ()
        scores, rests = self._reader.scores(features)
        ends = np.cumsum(np.bincount(features.owners, minlength=len(features.slots))).tolist()
        found: list[Shares] = []
        for at, (slot, start, end) in enumerate(zip(features.slots, [0, *ends], ends, strict=False)):
            mine = np.concatenate((scores[start:end], rests[at]))
            raised = np.exp(mine - mine.max())
            *shares, other, none = (raised / raised.sum()).tolist()
            found.append(Shares(slot, tuple(zip(features.candidates[start:end], shares, strict=True)), other, none))
        return tuple(found)


class RequestSlots:
    """What a filler thinks of one request and the tools on offer; `now` is the time that the request was made at."""

    def __init__(self, filler: Filler, said: Said, tools: Sequence[ToolSpec], now: datetime | None = None) -> None:
        self._filler, self._said, self._told = filler, said, Told(said.text, now)
        self._tools = {tool.name: tool for tool in tools}

    def fill(self, name: str, earlier: Sequence[Arguments]) -> Sequence[Filled]:
        """What is thought of a call's arguments after earlier calls; nothing where its tool is not on offer."""
        tool = self._tools.get(name)
        if tool is None:
            return ()
        return self._filler.fill(self._said, tool, earlier, self._told)


def load_filler(path: Path, table: str, vector: Vector) -> Filler:
    """Read the reader that was fitted to the table of meanings of this key.

    Raises `ModelLoadError` for a file that is damaged or belongs to another table.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            belongs, words = str(stored["table"]), str(stored["words"]).split("\n")
            weights = {
                name: stored[name].astype(np.float32)
                for name in stored.files
                if name not in ("words", "table") and not name.startswith(PLAN)
            }
    except (OSError, EOFError, ValueError, KeyError, zlib.error, zipfile.BadZipFile) as error:
        raise ModelLoadError(
            f"{path} is no slot filler: {error}", hint="remove it, and arguments are filled by the model alone"
        ) from error
    if missing(weights) or weights["signs_weight"].shape[1] != OF_CANDIDATE:
        raise ModelLoadError(
            f"{path} was fitted to other signs than this version of agentkit sees",
            hint="fit it anew with `python -m agentkit.nano slots`, or remove it",
        )
    if belongs != table:
        raise ModelLoadError(
            f"{path} was fitted to another table of meanings than lies beside it",
            hint="fit it anew with `python -m agentkit.nano slots`, or remove it",
        )
    return Filler(weights, {word: at for at, word in enumerate(words, KNOWN)}, vector)
