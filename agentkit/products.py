"""Products of small matrices, on the thread that asks for them.

OpenBLAS shares a product of more than some 260,000 multiplications among threads that wait by spinning. Beside other
work (a forward pass, another process) a product of a tenth of a millisecond then takes several. In pieces below that
size it costs the same everywhere.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

_ALONE = 65536 * 4
"""Multiplications up to which OpenBLAS keeps a product to one thread (its `GEMM_MULTITHREAD_THRESHOLD`)."""


def product(left: Array, right: Array) -> Array:
    """The product of (M, K) and (K, N), in pieces of rows or of columns, whichever there are more of.

    Fastest where the rows of both lie one after another in memory.
    """
    (rows, inner), columns = left.shape, right.shape[1]
    if rows * inner * columns <= _ALONE:
        return left @ right
    made = np.empty((rows, columns), np.float32)
    if rows < columns:
        step = max(1, _ALONE // (rows * inner))
        for at in range(0, columns, step):
            made[:, at : at + step] = left @ right[:, at : at + step]
        return made
    step = max(1, _ALONE // (inner * columns))
    for at in range(0, rows, step):
        np.matmul(left[at : at + step], right, out=made[at : at + step])
    return made
