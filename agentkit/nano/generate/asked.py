"""Functions with whole sentences that ask for them, grouped by domain so that neighbours are hard to tell apart."""

from __future__ import annotations

import random
from functools import cache

from agentkit.nano.generate.filled import Entry, make_row, read_table
from agentkit.nano.generate.kinds_asked_life import LifeKinds
from agentkit.nano.generate.kinds_asked_science import ScienceKinds
from agentkit.nano.generate.spoken import SpokenKinds
from agentkit.nano.rows import Shard
from agentkit.nano.tables import table

_TABLES = ("asked_science", "asked_life")


class AskedKinds(ScienceKinds, LifeKinds, SpokenKinds):
    """Every kind that the tables name."""


@cache
def asked_entries() -> tuple[tuple[str, Entry], ...]:
    """The functions of the tables, each after its domain."""
    lines = [line.partition(" | ") for name in _TABLES for line in table(name)]
    return tuple((domain, entry) for domain, _, rest in lines for entry in read_table([rest]))


def asked_shard(seed: int, each: int = 60) -> Shard:
    """`each` requests for every function of the tables."""
    shard, rng = Shard("made_asked", "Apache-2.0 (made by agentkit)"), random.Random(f"made_asked/{seed}")
    for domain, entry in asked_entries():
        shard.tool(entry.name, entry.description, entry.properties, required=entry.required, group=domain)
        shard.rows.extend(make_row(entry, rng, domain, AskedKinds(rng)) for _ in range(each))
    return shard
