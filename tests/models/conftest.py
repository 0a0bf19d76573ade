"""A server on loopback that behaves as badly as a test asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.misbehaving import Server


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()
