"""Products in pieces are the products."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from agentkit.products import product

sizes = st.integers(0, 700)


@given(sizes, st.integers(1, 300), sizes, st.booleans())
@settings(max_examples=60, deadline=None)
def test_pieces_make_the_whole(rows: int, inner: int, columns: int, turned: bool) -> None:
    rng = np.random.default_rng(rows + columns)
    left = rng.normal(size=(rows, inner)).astype(np.float32)
    right = rng.normal(size=(columns, inner)).astype(np.float32).T
    made = product(left, right if turned else np.ascontiguousarray(right))
    assert made.shape == (rows, columns)
    np.testing.assert_allclose(made, left @ right, rtol=1e-3, atol=1e-3)
