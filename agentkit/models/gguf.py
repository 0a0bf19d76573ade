"""Looking at a GGUF file before llama.cpp does: is it one, is it whole, and what does it say of itself?

Knows nothing of llama.cpp, which would print or abort where a sentence is wanted. Reads the header only.
Layout: magic, version, counts, key-values, tensor infos, then aligned tensor data (ggml's `docs/gguf.md`).
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

from agentkit.errors import ModelLoadError

_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9
# Quantisation type -> (values per block, bytes per block); a type that is not here is not checked for extent.
_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 24: (1, 1),
    25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 30: (1, 2),
}  # fmt: skip
_HINT = "download or copy the file again"


@dataclass(frozen=True)
class GgufHeader:
    """What the header says: plain values by key (arrays left out), the number of tensors, and the file's size."""

    path: Path
    version: int
    metadata: dict[str, str | int | float | bool]
    tensors: int
    size: int


class _Reader:
    def __init__(self, data: mmap.mmap, path: Path) -> None:
        self.data, self.path, self.at = data, path, 0

    def unpack(self, layout: str) -> int | float | bool:
        size = struct.calcsize(layout)
        if self.at + size > len(self.data):
            raise ModelLoadError(f"{self.path} is cut off in its header, at {len(self.data)} bytes", hint=_HINT)
        (value,) = struct.unpack_from(layout, self.data, self.at)
        self.at += size
        return value

    def count(self, layout: str = "<Q") -> int:
        value = int(self.unpack(layout))
        if value > len(self.data):
            raise ModelLoadError(f"{self.path} is damaged: its header counts {value} entries", hint=_HINT)
        return value

    def text(self) -> str:
        size = self.count()
        if self.at + size > len(self.data):
            raise ModelLoadError(f"{self.path} is cut off in its header, at {len(self.data)} bytes", hint=_HINT)
        self.at += size
        return self.data[self.at - size : self.at].decode("utf-8", "replace")

    def value(self, kind: int) -> str | int | float | bool | None:
        if kind in _SCALARS:
            return self.unpack(_SCALARS[kind])
        if kind == _STRING:
            return self.text()
        if kind != _ARRAY:
            raise ModelLoadError(f"{self.path} is damaged: a value of unknown type {kind}", hint=_HINT)
        self._skip_array()
        return None

    def _skip_array(self) -> None:
        kind, length = int(self.unpack("<I")), self.count()
        if kind in _SCALARS:
            self.at += length * struct.calcsize(_SCALARS[kind])
        else:
            for _ in range(length):
                self._skip_text() if kind == _STRING else self.value(kind)

    def _skip_text(self) -> None:
        self.at += 8 + int.from_bytes(self.data[self.at : self.at + 8], "little")
        if self.at > len(self.data):
            raise ModelLoadError(f"{self.path} is cut off in its header, at {len(self.data)} bytes", hint=_HINT)


def read_header(path: Path) -> GgufHeader:
    """The header of a GGUF file, after checking that all its tensors lie within the file.

    Raises `ModelLoadError` for a missing file, a folder, another format, or a truncated file.
    """
    if not path.exists():
        raise ModelLoadError(f"there is no model file at {path}", hint="check the path, or use `embedded`")
    if path.is_dir():
        raise ModelLoadError(f"{path} is a folder, not a GGUF file", hint="name the .gguf file inside it")
    try:
        with path.open("rb") as file:
            start = file.read(4)
            if start != b"GGUF":
                raise ModelLoadError(_not_gguf(path, start), hint="convert the weights to GGUF, or name another file")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _parse(_Reader(data, path))
    except OSError as error:
        raise ModelLoadError(f"{path} cannot be read: {error.strerror}", hint="check its permissions") from error


def _not_gguf(path: Path, start: bytes) -> str:
    if not start:
        return f"{path} is empty"
    if start.isascii() and start.decode("ascii").isprintable():
        return f"{path} is not a GGUF file: it starts with {start.decode('ascii')!r}, like a text file"
    return f"{path} is not a GGUF file: it starts with the bytes {start.hex(' ')}"


def _parse(reader: _Reader) -> GgufHeader:
    reader.at = 4
    version = int(reader.unpack("<I"))
    if version not in {2, 3}:
        raise ModelLoadError(f"{reader.path} is GGUF version {version}; versions 2 and 3 are read", hint=_HINT)
    tensors, pairs = reader.count(), reader.count()
    metadata: dict[str, str | int | float | bool] = {}
    for _ in range(pairs):
        key = reader.text()
        value = reader.value(int(reader.unpack("<I")))
        if value is not None:
            metadata[key] = value
    end = 0
    for _ in range(tensors):
        end = max(end, _tensor_end(reader))
    alignment = int(metadata.get("general.alignment", 32))
    needed = -(-reader.at // alignment) * alignment + end
    if needed > len(reader.data):
        raise ModelLoadError(
            f"{reader.path} is truncated: its tensors need {needed:,} bytes, the file has {len(reader.data):,}",
            hint=_HINT,
        )
    return GgufHeader(reader.path, version, metadata, tensors, len(reader.data))


def _tensor_end(reader: _Reader) -> int:
    """Where a tensor's data ends, counted from the start of all tensor data."""
    reader.text()
    size = 1
    for _ in range(int(reader.unpack("<I"))):
        size *= int(reader.unpack("<Q"))
    kind, offset = int(reader.unpack("<I")), int(reader.unpack("<Q"))
    values, width = _BLOCKS.get(kind, (1, 0))
    return offset + size // values * width
