"""Rows from the simulated phone of the `phone` pack: steps of an oracle on its screens. Knows nothing of the phone."""

from __future__ import annotations

from importlib import import_module

from agentkit.nano.rows import Shard
from agentkit.registry.packs import locate, module_of


def phone_shard(seed: int) -> Shard:
    """The pack's own training rows; takes minutes, as every row is played on the simulated phone."""
    package = module_of(locate("phone") / "session.py").__package__
    return import_module(f"{package}.tasks.shard").shard(seed)
