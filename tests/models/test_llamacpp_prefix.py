"""Snapshots on disk: whole or absent, found again by content, and bounded in size."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from agentkit.models.prefix import RecentStates, SnapshotFolder, common_prefix, digest_of, key_of

tokens = st.lists(st.integers(0, 5), max_size=12)


@given(left=tokens, right=tokens)
def test_the_common_prefix_is_common_and_longest(left: list[int], right: list[int]) -> None:
    size = common_prefix(left, right)
    assert left[:size] == right[:size]
    assert size == min(len(left), len(right)) or left[size] != right[size]


def test_what_was_stored_is_loaded(tmp_path: Path) -> None:
    folder = SnapshotFolder(tmp_path / "new")
    key = key_of("weights", "f16", [1, 2, 3])
    assert folder.load(key) is None and not folder.has(key)
    assert folder.store(key, b"state", 3)
    found = folder.load(key)
    assert found is not None and bytes(found[0]) == b"state" and found[1] == 3


def test_the_key_tells_weights_layout_and_tokens_apart() -> None:
    keys = {key_of(*parts) for parts in (("a", "f16", [1]), ("b", "f16", [1]), ("a", "q8", [1]), ("a", "f16", [1, 2]))}
    assert len(keys) == 4


def test_a_damaged_snapshot_is_removed(tmp_path: Path) -> None:
    folder = SnapshotFolder(tmp_path)
    folder.store("key", b"x" * 100, 7)
    file = tmp_path / "key.kv"
    whole = file.read_bytes()
    for damaged in (whole[:-1], whole[:10], b"", whole[:-1] + b"y", b"z" + whole[1:]):
        file.write_bytes(damaged)
        assert folder.load("key") is None
        assert not file.exists()


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    folder = SnapshotFolder(tmp_path, limit_bytes=400)
    for age, key in enumerate(("old", "used", "new")):
        folder.store(key, b"x" * 90, 1)
        os.utime(tmp_path / f"{key}.kv", (1000 + age, 1000 + age))
    assert folder.load("old") is not None
    folder.store("newest", b"x" * 90, 1)
    assert {file.stem for file in tmp_path.glob("*.kv")} == {"old", "new", "newest"}


def test_a_state_too_large_or_a_read_only_disk_is_no_error(tmp_path: Path) -> None:
    assert not SnapshotFolder(tmp_path, limit_bytes=100).store("key", b"x" * 60, 1)
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert not SnapshotFolder(blocked).store("key", b"x", 1)


def test_a_digest_is_remembered_until_the_file_changes(tmp_path: Path) -> None:
    file, cache = tmp_path / "weights", tmp_path / "cache" / "weights.json"
    file.write_bytes(b"one")
    first = digest_of(file, cache)
    assert digest_of(file, cache) == first and first in cache.read_text()
    file.write_bytes(b"other")
    assert digest_of(file, cache) != first
    cache.write_text("garbage")
    assert digest_of(file, cache) != first


def test_states_in_memory_stay_below_their_size_and_the_least_used_goes_first() -> None:
    recent = RecentStates(400)
    for key in ("old", "used", "third", "fourth"):
        recent.put(key, b"x" * 100, 5)
    assert recent.get("old") == (b"x" * 100, 5)
    recent.put("newest", b"y" * 60, 1)
    assert [key for key in ("old", "used", "third", "fourth", "newest") if recent.has(key)] == [
        "old",
        "third",
        "fourth",
        "newest",
    ]


def test_a_state_that_would_push_out_most_others_is_not_kept() -> None:
    recent = RecentStates(400)
    recent.put("small", b"x" * 100, 5)
    recent.put("large", b"x" * 101, 6)
    assert recent.has("small") and not recent.has("large")


def test_a_state_that_is_put_again_or_forgotten_frees_its_room() -> None:
    recent = RecentStates(400)
    for length in range(20):
        recent.put("same", b"x" * 100, length)
        recent.forget("other")
    for key in ("b", "c", "d"):
        recent.put(key, b"x" * 100, 1)
    assert recent.get("same") == (b"x" * 100, 19)
    recent.forget("same")
    assert recent.get("same") is None and recent.has("b")
