"""The tokens that a grammar allows at a position, read from the grammar engine's bits. Knows nothing of grammars."""

from __future__ import annotations

import numpy as np
from llguidance import LLMatcher

from agentkit.propose.legal import Legal


def legal(matcher: LLMatcher, size: int) -> Legal:
    """The tokens of a vocabulary of `size` that may come next."""
    bits = np.empty((size + 31) // 32, dtype=np.int32)
    matcher.unsafe_compute_mask_ptr(bits.ctypes.data, bits.nbytes)
    return Legal(np.unpackbits(bits.view(np.uint8), count=size, bitorder="little").view(np.bool_))
