"""Generators of rows where public data are thin. Every value is made up; nothing is read from a data set."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from agentkit.nano.generate.asked import asked_shard
from agentkit.nano.generate.filled import filled_shard
from agentkit.nano.generate.packs import pack_shard
from agentkit.nano.generate.phone import made_apps_shard, phone_shard
from agentkit.nano.generate.references import reference_shard
from agentkit.nano.generate.scenes import scene_shard
from agentkit.nano.generate.several import several_shard
from agentkit.nano.generate.talk import talk_shard
from agentkit.nano.generate.toolboxes import toolbox_shard
from agentkit.nano.rows import Shard
from agentkit.nano.tables import table

GENERATORS: dict[str, Callable[[int], Shard]] = {
    "made_everyday": lambda seed: filled_shard("made_everyday", table("everyday"), 120, seed, "everyday"),
    "made_functions": lambda seed: filled_shard("made_functions", table("functions"), 120, seed, "functions"),
    "made_asked": partial(asked_shard),
    "made_references": partial(reference_shard),
    "made_phone": partial(scene_shard),
    "made_packs": partial(pack_shard),
    "made_tools": partial(toolbox_shard),
    "made_talk": partial(talk_shard),
    "made_several": partial(several_shard),
}
"""Each makes a shard from a seed, in seconds."""

PLAYED: dict[str, Callable[[int], Shard]] = {"simulated_phone": phone_shard, "made_apps": made_apps_shard}
"""Like `GENERATORS`, in minutes: every row is played."""
