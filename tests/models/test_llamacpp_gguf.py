"""Files that are no usable GGUF are refused with one sentence, before llama.cpp sees them."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from agentkit.errors import ModelLoadError
from agentkit.models import EMBEDDED, load_model
from agentkit.models.gguf import read_header
from agentkit.spec.models import GgufConfig


def test_the_header_says_what_the_file_is() -> None:
    header = read_header(EMBEDDED)
    assert header.metadata["general.architecture"] == "qwen3"
    assert header.tensors > 10
    assert header.size == EMBEDDED.stat().st_size


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadError, match=r"no model file at .*nothing\.gguf"):
        read_header(tmp_path / "nothing.gguf")
    with pytest.raises(ModelLoadError, match="is a folder"):
        read_header(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"hello, I am a text", r"starts with 'hell', like a text file"),
        (b"PK\x03\x04rest", "starts with the bytes 50 4b 03 04"),
        (b"GGUF", "cut off in its header"),
        (b"GGUF" + struct.pack("<I", 1), "GGUF version 1"),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**60, 2), "its header counts"),
        (
            b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 3) + b"key" + struct.pack("<I", 99),
            "unknown type",
        ),
    ],
)
def test_another_content_is_told_apart(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(content)
    with pytest.raises(ModelLoadError, match=message):
        read_header(file)


def test_a_truncated_file_says_how_much_is_missing(tmp_path: Path) -> None:
    whole = EMBEDDED.read_bytes()
    file = tmp_path / "half.gguf"
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelLoadError, match=r"truncated: its tensors need [\d,]+ bytes, the file has [\d,]+"):
        load_model(GgufConfig(path=str(file)))
    for size in (40, 1000, 50_000, 200_000):
        file.write_bytes(whole[:size])
        with pytest.raises(ModelLoadError, match=r"cut off|truncated"):
            read_header(file)


def test_a_file_llama_cpp_does_not_know_is_refused_without_printing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "other.gguf"
    file.write_bytes(EMBEDDED.read_bytes().replace(b"qwen3", b"nope3"))
    with pytest.raises(ModelLoadError, match=r"llama\.cpp cannot load .*nope3"):
        load_model(GgufConfig(path=str(file)))
    printed = capfd.readouterr()
    assert printed.out == "" and printed.err == ""
