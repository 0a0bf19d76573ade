"""All shards together: which tools and rows there are to draw from, and which are held out for the dev suite.

Knows nothing of prompts. Services are held out whole where a set has many of them, tools by name where it has not, so
that no dev tool was ever trained under another wording.
"""

from __future__ import annotations

import random
import zlib
from bisect import bisect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from agentkit.nano.rows import PoolTool, Row, Shard, load_shard
from agentkit.nano.wording import stems, words

HELD_OUT_SHARE = 10
_BY_SERVICE = frozenset(
    (
        "aws",
        "azure_cli",
        "google",
        "windows_powershell",
        "sgd",
        "pythonic_fc",
        "glaive_demo",
        "seal_tools",
        "thingpedia",
        "typeagent",
    )
)
_AS_DECLARED = frozenset(("simulated_phone", "made_apps", "made_packs"))
SCREENS = frozenset(("simulated_phone", "made_apps", "autodroid_ui"))
"""Sources whose rows are steps on screens."""
_NEVER_HELD_OUT = _AS_DECLARED | {"made_phone"}
"""The project's own tools: they are to be known, and have held-out tasks instead of held-out tools."""

WEIGHTS = {
    "tldr": 14.0,
    "windows_powershell": 7.0,
    "azure_cli": 4.0,
    "aws": 5.0,
    "google": 0.0,
    "nl2bash": 2.0,
    "mycroft_skills": 1.0,
    "pythonic_fc": 8.0,
    "seal_tools": 2.0,
    "api_bank_lv3": 1.5,
    "glaive_demo": 1.5,
    "droidcall": 3.0,
    "rma_mobile": 7.0,
    "snips": 4.0,
    "hwu64": 5.0,
    "slurp_devel": 1.5,
    "hinglish_top_english": 4.0,
    "botframework_lu": 3.0,
    "sgd": 7.0,
    "star": 2.0,
    "taskmaster4": 0.3,
    "home_llm": 1.0,
    "ohf_intents": 1.0,
    "thingpedia": 3.0,
    "typeagent": 2.0,
    "recognizers_text": 1.5,
    "metatool": 4.0,
    "clinc150": 3.0,
    "banking77": 1.0,
    "made_everyday": 9.0,
    "made_functions": 8.0,
    "made_asked": 45.0,
    "made_references": 3.0,
    "made_phone": 12.0,
    "made_packs": 32.0,
    "made_tools": 80.0,
    "made_several": 30.0,
    "simulated_phone": 70.0,
    "made_apps": 60.0,
    "made_talk": 4.0,
}
"""Shares of blocks by main source; a source that is not named here weighs 1."""


@dataclass
class Source:
    """One shard indexed for drawing; only tools and rows of the wanted side of the split are in it."""

    name: str
    weight: float
    tools: dict[str, PoolTool]
    by_tool: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])
    by_group: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    several: list[Row] = field(default_factory=list[Row])
    whole: list[Row] = field(default_factory=list[Row])
    by_offer: dict[tuple[str, ...], list[Row]] = field(default_factory=dict[tuple[str, ...], list[Row]])
    none: list[Row] = field(default_factory=list[Row])
    asked: list[str] = field(default_factory=list[str])
    keys: list[str] = field(default_factory=list[str])
    _sums: list[float] = field(default_factory=list[float])

    @property
    def exact(self) -> bool:
        """Whether its prompts stand at run time as they are here: the project's own tools, all that there are."""
        return self.name in _AS_DECLARED

    def add(self, rows: Iterable[Row]) -> None:
        """Index the rows; call `finish` afterwards."""
        for row in rows:
            if row.offered:
                self.whole.append(row)
                self.by_offer.setdefault(row.offered, []).append(row)
            elif row.about:
                self.by_tool.setdefault(row.about, []).append(row)
            elif not row.calls:
                self.none.append(row)
            elif len(row.calls) == 1:
                self.by_tool.setdefault(row.calls[0].name, []).append(row)
            else:
                self.several.append(row)

    def finish(self) -> None:
        """Make the sampling tables: a tool's weight is the root of its number of rows."""
        self.keys = list(self.tools)
        self.asked = [key for key in self.by_tool if key in self.tools]
        self._sums = list(accumulate(len(self.by_tool[key]) ** 0.5 for key in self.asked))
        for key, tool in self.tools.items():
            self.by_group.setdefault(tool.group, []).append(key)

    def draw(self, rng: random.Random) -> str:
        """A tool that has rows."""
        return self.asked[min(bisect(self._sums, rng.random() * self._sums[-1]), len(self.asked) - 1)]


class Pool:
    """Every source on one side of the split."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = {source.name: source for source in sources}
        self._stems: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
        asked = [source for source in sources if source.asked or source.whole]
        self.main = [source.name for source in asked]
        self.main_weights = [source.weight for source in asked]
        self.distractors = [source.name for source in sources if source.keys]
        self.distractor_weights = [max(source.weight, 2.0) for source in sources if source.keys]

    def stems(self, tool: PoolTool) -> tuple[frozenset[str], frozenset[str]]:
        """The stems of a tool's name and of its description."""
        found = self._stems.get(id(tool))
        if found is None:
            found = (stems(tool.spec.name), stems(tool.spec.description))
            self._stems[id(tool)] = found
        return found

    def alike(self, a: PoolTool, b: PoolTool, *, same_source: bool) -> bool:
        """Whether one request could mean both tools, so that they must not stand in one prompt.

        Within a source two tools differ unless their words nearly agree; across sources any shared word of the names
        is too much, because the sets label the same wishes differently.
        """
        name_a, told_a = self.stems(a)
        name_b, told_b = self.stems(b)
        if words(a.spec.name) == words(b.spec.name):
            return True
        rivals = bool(a.family) and a.family == b.family and a.group != b.group
        if rivals or (a.operation and a.operation == b.operation):
            return True
        if same_source:
            both = (name_a | told_a) & (name_b | told_b)
            either = (name_a | told_a) | (name_b | told_b)
            return len(both) > 0.75 * len(either)
        return bool(name_a & (name_b | told_b)) or bool(name_b & told_a)


def held_out(source: str, tool: PoolTool) -> bool:
    """Whether the tool belongs to the dev side."""
    if source in _NEVER_HELD_OUT:
        return False
    return _share_of(_unit(source, tool)) == 0


def for_ranker(source: str, tool: PoolTool) -> bool:
    """Whether the tool is kept from the table of words and left to the ranker, which weighs what the table says."""
    if source in _AS_DECLARED or held_out(source, tool):
        return False
    return _share_of(_unit(source, tool)) == 1


def is_held_out_name(name: str) -> bool:
    """Whether tools of this name belong to the dev side where a set is split by names."""
    return _share_of(words(name)) == 0


def _unit(source: str, tool: PoolTool) -> str:
    return f"{source}/{tool.group}" if source in _BY_SERVICE else words(tool.spec.name)


def _share_of(unit: str) -> int:
    return zlib.crc32(unit.encode()) % HELD_OUT_SHARE


def build_pool(
    shards: Iterable[Shard],
    *,
    dev: bool = False,
    weights: dict[str, float] | None = None,
    keep: Callable[[str, PoolTool], bool] | None = None,
) -> Pool:
    """The pool of the training side, or of the dev side; or of the tools that `keep` takes, by source."""
    keep = keep or (lambda source, tool: held_out(source, tool) == dev)
    sources: list[Source] = []
    for shard in shards:
        side = {key: tool for key, tool in shard.tools.items() if keep(shard.source, tool)}
        source = Source(shard.source, (weights or WEIGHTS).get(shard.source, 1.0), side)
        named = (row for row in shard.rows if all(call.control or call.name in side for call in row.calls))
        source.add(row for row in named if all(key in side for key in (*row.offered, row.about) if key))
        source.finish()
        sources.append(source)
    return Pool(sources)


def load_shards(folder: Path) -> list[Shard]:
    """Every shard in a folder, by name."""
    return [load_shard(path) for path in sorted(folder.glob("*.jsonl.gz"))]
