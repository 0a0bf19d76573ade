"""The tokens that a grammar allows at a position. A few are listed; of many, those are that it does not allow.

Inside a free text nearly all of a vocabulary is legal: listing 150,000 ids, or gathering their logits, costs more than
the grammar's mask does.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.intp]
Flags = NDArray[np.bool_]
Bits = NDArray[np.int32]


class Legal:
    """A set of token ids; immutable."""

    def __init__(self, flags: Flags) -> None:
        """Those whose flag is set; the array is kept and may not change."""
        self._size = int(np.count_nonzero(flags))
        self.many = 2 * self._size > len(flags)
        if self.many:
            self._flags = flags
        else:
            self.ids = np.flatnonzero(flags)

    @classmethod
    def masked(cls, bits: Bits, size: int) -> Legal:
        """Those of the first `size` ids whose bit is set, the lowest bit of each number first."""
        return cls(np.unpackbits(bits.view(np.uint8), count=size, bitorder="little").view(np.bool_))

    @classmethod
    def listed(cls, ids: Ids) -> Legal:
        """These ids, in order."""
        made = cls.__new__(cls)
        made._size, made.many, made.ids = len(ids), False, ids
        return made

    def __len__(self) -> int:
        return self._size

    @cached_property
    def ids(self) -> Ids:
        """All of them, in order."""
        return np.flatnonzero(self._flags)

    @cached_property
    def others(self) -> Ids:
        """Where there are `many`: the ids that are not legal, in order."""
        return np.flatnonzero(~self._flags)

    def among(self, wanted: Ids) -> Ids:
        """Those of some ids, given in order, that are legal."""
        if self.many:
            return wanted[self._flags[wanted]]
        if not self._size:
            return self.ids
        return wanted[self.ids[np.minimum(self.ids.searchsorted(wanted), self._size - 1)] == wanted]

    def __contains__(self, token: int) -> bool:
        if self.many:
            return bool(self._flags[token])
        at = int(self.ids.searchsorted(token))
        return at < self._size and int(self.ids[at]) == token
