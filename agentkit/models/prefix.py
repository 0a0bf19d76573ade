"""Prompt prefixes that are not computed twice: the longest common prefix in the cache, snapshots in memory and on disk.

Knows nothing of prompts; a snapshot's key is made of the weights and the tokens, which stand for tools and format.
A snapshot that is damaged is removed and made anew; the folder is kept below a size by forgetting what was used least
recently.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import mmap
import os
import struct
import threading
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

_MAGIC = b"AKPREFIX1"
_CHUNK = 64
_HEADER = struct.Struct("<9sIQI")


def common_prefix(left: Sequence[int], right: Sequence[int]) -> int:
    """How many tokens two sequences begin with alike."""
    size, at = min(len(left), len(right)), 0
    while at < size and left[at : at + _CHUNK] == right[at : at + _CHUNK]:
        at += _CHUNK
    return next((n for n in range(at, size) if left[n] != right[n]), size)


def key_of(weights: str, layout: str, tokens: Sequence[int]) -> str:
    """The key of a prefix: the weights' digest, the cache's layout, and the tokens."""
    digest = hashlib.blake2b(f"{weights}|{layout}|".encode(), digest_size=20)
    digest.update(np.asarray(tokens, dtype=np.int32).tobytes())
    return digest.hexdigest()


class RecentStates:
    """Saved sequence states in memory, the most recently used up to a size in bytes. Safe to share between threads."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._states: OrderedDict[str, tuple[bytes | memoryview, int]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def has(self, key: str) -> bool:
        """Whether the state of this key is there."""
        with self._lock:
            return key in self._states

    def get(self, key: str) -> tuple[bytes | memoryview, int] | None:
        """State and length in tokens, or None."""
        with self._lock:
            found = self._states.get(key)
            if found is not None:
                self._states.move_to_end(key)
            return found

    def put(self, key: str, state: bytes | memoryview, length: int) -> None:
        """Keep a state, unless it is larger than a quarter of the whole; the least recently used make room."""
        self.forget(key)
        if len(state) > self._limit // 4:
            return
        with self._lock:
            self._states[key] = state, length
            self._size += len(state)
            while self._size > self._limit:
                self._size -= len(self._states.popitem(last=False)[1][0])

    def forget(self, key: str) -> None:
        """Remove a state."""
        with self._lock:
            found = self._states.pop(key, None)
            self._size -= len(found[0]) if found else 0


class SnapshotFolder:
    """Saved sequence states by key. Safe for several processes: files appear whole or not at all."""

    def __init__(self, path: Path, limit_bytes: int = 2 << 30) -> None:
        self._path = path
        self._limit = limit_bytes

    def has(self, key: str) -> bool:
        """Whether a snapshot of this key is there, damaged or not."""
        return self._file(key).exists()

    def load(self, key: str) -> tuple[memoryview, int] | None:
        """State and length in tokens; None when there is none or it is damaged, which also removes it.

        The state is the file itself, mapped: new memory for a copy can cost more than reading it.
        """
        path = self._file(key)
        try:
            with path.open("rb") as file:
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if _size(file) >= _HEADER.size else None
        except OSError:
            return None
        if data is not None:
            state = memoryview(data)[_HEADER.size :]
            magic, length, size, checksum = _HEADER.unpack_from(data)
            if magic == _MAGIC and size == len(state) and checksum == zlib.crc32(state):
                with contextlib.suppress(OSError):
                    os.utime(path)
                return state, length
        self.forget(key)
        return None

    def forget(self, key: str) -> None:
        """Remove a snapshot."""
        with contextlib.suppress(OSError):
            self._file(key).unlink(missing_ok=True)

    def store(self, key: str, state: bytes, length: int) -> bool:
        """Keep a state; False where it is too large for the folder or the disk refuses."""
        if len(state) > self._limit // 2:
            return False
        part = self._path / f"{key}.{os.getpid()}.part"
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(_HEADER.pack(_MAGIC, length, len(state), zlib.crc32(state)))
                file.write(state)
            part.replace(self._file(key))
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            return False
        self._trim(key)
        return True

    def _file(self, key: str) -> Path:
        return self._path / f"{key}.kv"

    def _trim(self, newest: str) -> None:
        """Forget the least recently used until the folder is below its limit."""
        files: list[tuple[float, int, Path]] = []
        for file in self._path.glob("*.kv"):
            with contextlib.suppress(OSError):
                stat = file.stat()
                files.append((stat.st_mtime, stat.st_size, file))
        total = sum(size for _, size, _ in files)
        for _, size, file in sorted(files):
            if total <= self._limit or file.stem == newest:
                continue
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)
                total -= size


def _size(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size


def digest_of(path: Path, cache: Path) -> str:
    """The digest of a file's content; remembered in `cache` for as long as its size and time stay the same."""
    stat = path.stat()
    mark = f"{path}|{stat.st_size}|{stat.st_mtime_ns}"
    known: dict[str, str] = {}
    with contextlib.suppress(OSError, ValueError):
        known = json.loads(cache.read_text())
    if not isinstance(known, dict) or not isinstance(known.get(mark), str):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        known = {**(known if isinstance(known, dict) else {}), mark: digest}
        with contextlib.suppress(OSError):
            cache.parent.mkdir(parents=True, exist_ok=True)
            part = cache.with_suffix(f".{os.getpid()}.part")
            part.write_text(json.dumps(dict(list(known.items())[-64:])))
            part.replace(cache)
    return known[mark]
