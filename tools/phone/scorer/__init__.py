"""A small fitted scorer of phone steps: how likely each thing that can be done next is the right one."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from agentkit.errors import ModelLoadError
from agentkit.types import Odds

if TYPE_CHECKING:
    from ..session import Session
    from .net import Net

SHARPNESS = 1.0
"""The power of the scorer's odds beside a model's own; measured on training and development tasks."""


class Scorer:
    """Odds from a scorer's file, that of the pack by default; `sharpness` 0 gives none."""

    def __init__(self, path: Path | None = None, sharpness: float = SHARPNESS) -> None:
        self.path, self.sharpness = path, sharpness
        self._net: Net | None = None
        self._broken = False

    @property
    def net(self) -> Net | None:
        """The network; None, and a warning once, where its file is missing or broken."""
        if self._net is None and not self._broken:
            from .net import WEIGHTS, load

            try:
                self._net = load(self.path or WEIGHTS)
            except ModelLoadError as error:
                self._broken = True
                warnings.warn(f"{error.message}; steps are chosen without it ({error.hint})", stacklevel=2)
        return self._net

    def odds(self, session: Session) -> Odds | None:
        """What a model is told of the next call; None without a network."""
        if not self.sharpness or self.net is None:
            return None
        from .scored import scored, told

        return told(scored(session, self.net), self.sharpness)


SHIPPED, NONE = Scorer(), Scorer(sharpness=0.0)
