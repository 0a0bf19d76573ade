"""A logits processor for Outlines that decides, so that its host decodes what the project's own engine would.

Knows nothing of requests, prompts or libraries, but for how a row of numbers is read from their arrays.
"""

from __future__ import annotations

from collections import deque
from typing import Any, cast

import numpy as np
from outlines.processors import OutlinesLogitsProcessor

from agentkit.models.base import Cancel
from agentkit.models.decode import Candidate
from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.confidence import Logits


class Decided(Exception):  # noqa: N818 - the way out of a host's loop, not an error
    """Nothing is left to decide: the candidate holds the whole answer, so its host need not write it out."""


class Steering(OutlinesLogitsProcessor):
    """Leaves one token possible, the one the candidate chose or is forced to.

    What goes wrong here is kept as `error`. A host that lets exceptions through is left by one, `Decided` after the
    last decision; llama.cpp, which is called with numpy arrays and swallows them, is made to end its answer instead.
    """

    def __init__(self, candidate: Candidate, vocabulary: Vocabulary, tensors: str, cancel: Cancel | None) -> None:
        super().__init__(tensors)
        self._tensors, self._leaves = tensors, tensors != "numpy"
        self._candidate, self._vocabulary, self._cancel = candidate, vocabulary, cancel
        self._queue = deque(candidate.open())
        self._end = min(vocabulary.ends)
        self.passes = 0
        self.error: BaseException | None = None

    def process_logits(self, input_ids: Any, logits: Any) -> Any:
        """All tokens but one at minus infinity; after a fault or the end, only the end is possible."""
        self.passes += 1
        try:
            token = self._next(logits)
        except Decided:
            raise
        except BaseException as error:
            self.error, token = error, self._end
            if self._leaves:
                raise Decided from error
        forced = cast("Any", self.tensor_adapter).full_like(logits, -np.inf)
        forced[..., token] = 0.0
        return forced

    def _next(self, logits: Any) -> int:
        if self._cancel is not None:
            self._cancel.check()
        if self.error is not None:
            return self._end
        if not self._queue and not self._candidate.finished:
            row = self._row(logits)
            self._queue.extend(self._candidate.advance(row[: len(self._vocabulary.pieces)]))
        if self._leaves and self._candidate.finished:
            raise Decided
        return self._queue.popleft() if self._queue else self._end

    def _row(self, logits: Any) -> Logits:
        """The only sequence's logits in 32 bits: neither torch nor MLX hands out 16-bit brain floats as they are."""
        row: Any = logits[0]
        if self._tensors == "torch":
            row = row.float().cpu().numpy()
        elif self._tensors == "mlx":
            row = row.astype(cast("Any", self.tensor_adapter).mlx.float32)
        return np.asarray(row, dtype=np.float32)
