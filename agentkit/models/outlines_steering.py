"""A logits processor for Outlines that decides, so that its host decodes what the project's own engine would.

Knows nothing of requests, prompts or libraries.
"""

from __future__ import annotations

from collections import deque
from typing import Any, cast

import numpy as np
from outlines.processors import OutlinesLogitsProcessor

from agentkit.models.base import Cancel
from agentkit.models.decode import Candidate
from agentkit.models.vocabulary import Vocabulary


class Steering(OutlinesLogitsProcessor):
    """Leaves one token possible, the one the candidate chose or is forced to."""

    def __init__(self, candidate: Candidate, vocabulary: Vocabulary, tensors: str, cancel: Cancel | None) -> None:
        super().__init__(tensors)
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
        except BaseException as error:
            self.error, token = error, self._end
        forced = cast("Any", self.tensor_adapter).full_like(logits, -np.inf)
        forced[..., token] = 0.0
        return forced

    def _next(self, logits: Any) -> int:
        if self._cancel is not None:
            self._cancel.check()
        if self.error is not None:
            return self._end
        if not self._queue and not self._candidate.finished:
            row: Any = logits[0]
            row = row.float().cpu().numpy() if hasattr(row, "cpu") else np.asarray(row, dtype=np.float32)
            self._queue.extend(self._candidate.advance(row[: len(self._vocabulary.pieces)]))
        return self._queue.popleft() if self._queue else self._end
