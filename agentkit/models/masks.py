"""The tokens that a grammar allows at a position, as arrays of ids.

Knows nothing of grammars' meaning. Inside a text the same mask comes again and again, so the last few are remembered.
"""

from __future__ import annotations

import numpy as np
from llguidance import LLMatcher

from agentkit.propose.confidence import Ids
from agentkit.propose.fingerprint import Cache

_KEPT = 48


class Masks:
    """Masks over a vocabulary of `size` tokens. Safe to share between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._known: Cache[Ids] = Cache(_KEPT)

    def legal(self, matcher: LLMatcher) -> Ids:
        """The tokens that may come next, in order, as a read-only array."""
        bits = np.empty((self._size + 31) // 32, dtype=np.int32)
        matcher.unsafe_compute_mask_ptr(bits.ctypes.data, bits.nbytes)
        key = bits.tobytes()
        found = self._known.get(key)
        if found is None:
            flags = np.unpackbits(bits.view(np.uint8), bitorder="little").view(np.bool_)
            found = np.flatnonzero(flags[: self._size])
            found.flags.writeable = False
            self._known.put(key, found)
        return found
