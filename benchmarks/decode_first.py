"""Milliseconds to the first token: in a process that knows nothing, for another request to the same tools, and again.

Counted alike for every arm, from the request in hand until its first token is chosen: rendering and tokenising the
prompt, making the grammar or generator where the arm has none yet, reading what the cache does not hold, setting up
the sampler, the first mask. Not counted: imports, weights and context, which are `load`. Each pair of processes shares
a folder; what an arm leaves there for the next process is its own affair. agentkit leaves the states of prefixes,
the others nothing by default, so that their first token after a restart is a cold one again.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from decode_arms import Asked, Engines, set_clock
from decode_library import arms
from pydantic import BaseModel, TypeAdapter

_ASKED = TypeAdapter(tuple[Asked, ...])
_ENOUGH = 10.0
PHASES = ("cold", "warm", "restart")


class Started(BaseModel):
    """One process: milliseconds of loading, and of what was made for the tools; of each request to its first token and
    in all."""

    load: float
    prepared: float
    first: list[float]
    whole: list[float]


def probe(arm: str, path: Path, threads: int | None, snapshots: Path, asked: Sequence[Asked]) -> Started:
    """What a process of its own measures; later requests are dropped once `_ENOUGH` seconds went into them."""
    engines = Engines(path, threads, snapshots)
    if arm != "agentkit":
        engines.model.close()  # only for its dialect
    start = time.perf_counter()
    write = arms()[arm](engines)
    load = (time.perf_counter() - start) * 1000.0
    costs = [write(asked[0])]
    begun = time.perf_counter()
    for one in asked[1:]:
        costs.append(write(one))
        if time.perf_counter() - begun > _ENOUGH:
            break
    first, whole = [cost.first_ms for cost in costs], [cost.ms for cost in costs]
    return Started(load=load, prepared=write.prepared_ms, first=first, whole=whole)


def started(arm: str, path: Path, threads: int | None, home: Path, asked: Sequence[Asked]) -> Started:
    """The probe in a new process; `home` is what outlives it."""
    command = [sys.executable, __file__, arm, str(path), str(threads or 0), str(home / "prefixes")]
    done = subprocess.run(
        command,
        input=_ASKED.dump_json(tuple(asked)),
        env={**os.environ, "AGENTKIT_HOME": str(home), "XDG_CACHE_HOME": str(home)},
        check=True,
        stdout=subprocess.PIPE,
    )
    return Started.model_validate_json(done.stdout.splitlines()[-1])


def first_token(arm: str, path: Path, threads: int | None, asked: Sequence[Asked], starts: int) -> dict[str, float]:
    """Medians of so many pairs of processes: to the first token, and of the whole call (`call_…`)."""
    colds: list[Started] = []
    agains: list[Started] = []
    for _ in range(starts):
        with tempfile.TemporaryDirectory() as folder:
            colds.append(started(arm, path, threads, Path(folder), asked))
            agains.append(started(arm, path, threads, Path(folder), asked[:1]))

    def phases(of: Callable[[Started], list[float]]) -> list[float]:
        cold, again = [of(one)[0] for one in colds], [of(one)[0] for one in agains]
        return [statistics.median(some) for some in (cold, [ms for one in colds for ms in of(one)[1:]], again)]

    return {
        **dict(zip(PHASES, phases(lambda one: one.first), strict=True)),
        **dict(zip([f"call_{phase}" for phase in PHASES], phases(lambda one: one.whole), strict=True)),
        "prepared": statistics.median(one.prepared for one in [*colds, *agains]),
        "load": statistics.median(one.load for one in agains),
    }


def main() -> None:
    set_clock()
    arm, path, threads, snapshots = sys.argv[1:]
    asked: tuple[Any, ...] = _ASKED.validate_json(sys.stdin.buffer.read())
    print(json.dumps(probe(arm, Path(path), int(threads) or None, Path(snapshots), asked).model_dump()))


if __name__ == "__main__":
    main()
