"""Rows from the simulated phone of the `phone` pack: steps of an oracle on its screens. Knows nothing of the phone."""

from __future__ import annotations

from importlib import import_module

from agentkit.nano.rows import Shard
from agentkit.registry.packs import locate, module_of


def phone_shard(seed: int) -> Shard:
    """The pack's own training rows; takes minutes, as every row is played on the simulated phone."""
    return import_module(f"{_package()}.tasks.shard").shard(seed)


def made_apps_shard(seed: int) -> Shard:
    """Rows from apps that are made up for training, played on the same phone; takes minutes as well."""
    return import_module(f"{_package()}.made.shard").shard(seed)


def _package() -> str | None:
    return module_of(locate("phone") / "session.py").__package__
