"""A table of the shards for model card and docs: licence, tools, rows, and how many tools are held out."""

from __future__ import annotations

from collections.abc import Iterable

from agentkit.nano.pool import held_out
from agentkit.nano.rows import Shard

_HEADER = "| shard | licence | tools | held out | rows | several calls | no call |\n|---|---|---|---|---|---|---|"


def describe(shards: Iterable[Shard]) -> str:
    """One line a shard, and the sums."""
    lines, sums = [_HEADER], [0, 0, 0, 0, 0]
    for shard in shards:
        counts = [
            len(shard.tools),
            sum(held_out(shard.source, tool) for tool in shard.tools.values()),
            len(shard.rows),
            sum(len(row.calls) > 1 for row in shard.rows),
            sum(not row.calls for row in shard.rows),
        ]
        sums = [total + count for total, count in zip(sums, counts, strict=True)]
        licence = shard.licence + (" (share alike)" if shard.share_alike else "")
        lines.append(f"| {shard.source} | {licence} | " + " | ".join(f"{count:,}" for count in counts) + " |")
    lines.append("| all | | " + " | ".join(f"{count:,}" for count in sums) + " |")
    return "\n".join(lines)
