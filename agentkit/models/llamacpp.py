"""llama.cpp through llama-cpp-python's low-level API: weights, contexts, tokens, forward passes, sequence states.

The only file that imports llama_cpp. Knows nothing of prompts, grammars or tools. Weights are loaded once per process
and shared; a context belongs to one thread at a time.
"""

from __future__ import annotations

import ctypes
import os
import threading
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, cast

import llama_cpp as _llama
import numpy as np
from llguidance import LLTokenizer

from agentkit.errors import ModelLoadError, RunError
from agentkit.models.gguf import GgufHeader, read_header
from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.confidence import Logits

lib = cast("Any", _llama)

_log: list[str] = []


@lib.llama_log_callback
def _on_log(_level: int, text: bytes, _data: Any) -> None:
    """Keep llama.cpp's last words for an error message instead of printing them."""
    _log.append(text.decode("utf-8", "replace"))
    del _log[:-40]


lib.llama_log_set(_on_log, ctypes.c_void_p(0))


def _last_words() -> str:
    lines = [line.strip() for line in "".join(_log).splitlines() if "error" in line.lower() or "fail" in line.lower()]
    return lines[0] if lines else "llama.cpp gave no reason"


class _Handle:
    """Owns loaded weights; whoever still tokenises keeps it, so that nothing points into freed memory."""

    def __init__(self, pointer: Any) -> None:
        weakref.finalize(self, lib.llama_model_free, pointer)


class Weights:
    """Loaded weights and their vocabulary. Immutable, and safe to share between threads and contexts."""

    _loaded: ClassVar[weakref.WeakValueDictionary[tuple[Path, int], Weights]] = weakref.WeakValueDictionary()
    _loading = threading.Lock()

    def __init__(self, header: GgufHeader, gpu_layers: int) -> None:
        self.header, self.gpu_layers = header, gpu_layers
        params = lib.llama_model_default_params()
        params.n_gpu_layers = gpu_layers
        _log.clear()
        self.pointer = lib.llama_model_load_from_file(os.fsencode(header.path), params)
        if not self.pointer:
            raise ModelLoadError(
                f"llama.cpp cannot load {header.path}: {_last_words()}",
                hint="update llama-cpp-python, or check that the weights fit in memory",
            )
        handle = _Handle(self.pointer)
        self.vocab = lib.llama_model_get_vocab(self.pointer)
        self.trained_context = int(lib.llama_model_n_ctx_train(self.pointer))
        self.vocabulary = _vocabulary(self.vocab, handle)
        self.template = _template(self.pointer)

    @classmethod
    def load(cls, path: Path, gpu_layers: int = 0) -> Weights:
        """The weights of a file; loaded once while anyone holds them."""
        path = path.expanduser().resolve()
        with cls._loading:
            found = cls._loaded.get((path, gpu_layers))
            if found is None:
                found = cls(read_header(path), gpu_layers)
                cls._loaded[path, gpu_layers] = found
            return found

    @property
    def rewindable(self) -> bool:
        """Whether a context can forget its last tokens; recurrent models cannot, and keep no prefixes."""
        return not (lib.llama_model_is_recurrent(self.pointer) or lib.llama_model_is_hybrid(self.pointer))

    @property
    def layout(self) -> str:
        """What a saved sequence state depends on besides the weights."""
        return f"{lib.__version__}|f16|{'auto' if self.gpu_layers else 'plain'} attention"

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """Token ids of a text; with `special` the texts of special tokens become those tokens."""
        data = text.encode()
        room = len(data) + 16
        ids = (ctypes.c_int32 * room)()
        count = lib.llama_tokenize(self.vocab, data, len(data), ids, room, False, special)
        if count < 0:
            raise RunError(f"a text of {len(data)} bytes cannot be tokenised")
        return list(ids[:count])

    def _spelled(self, token: int) -> str:
        return self.vocabulary.spell(token) if token >= 0 else ""

    @property
    def bos(self) -> str:
        """The text of the token that begins a text; empty where there is none."""
        return self._spelled(int(lib.llama_vocab_bos(self.vocab)))

    @property
    def eos(self) -> str:
        """The text of the token that ends a text."""
        return self._spelled(int(lib.llama_vocab_eos(self.vocab)))

    @property
    def starts(self) -> list[int]:
        """The token that every text begins with, where the vocabulary wants one."""
        return [int(lib.llama_vocab_bos(self.vocab))] if lib.llama_vocab_get_add_bos(self.vocab) else []


def _template(model: Any) -> str:
    text = cast("bytes | None", lib.llama_model_chat_template(model, None))
    return text.decode("utf-8", "replace") if text else ""


def _vocabulary(vocab: Any, handle: _Handle) -> Vocabulary:
    """Pieces and kinds of all tokens, and the tokenizer as llguidance wants it: special pieces start with 0xff."""
    size = int(lib.llama_vocab_n_tokens(vocab))
    buffer = ctypes.create_string_buffer(4096)
    pieces: list[bytes] = []
    special: set[int] = set()
    for token in range(size):
        length = lib.llama_token_to_piece(vocab, token, buffer, 4096, 0, True)
        piece = buffer.raw[: max(0, length)]
        kind = lib.llama_vocab_get_attr(vocab, token)
        marked = kind & lib.LLAMA_TOKEN_ATTR_USER_DEFINED and piece.startswith(b"<") and piece.endswith(b">")
        if kind & lib.LLAMA_TOKEN_ATTR_CONTROL or marked:
            special.add(token)
        pieces.append(piece)
    ends = {token for token in special if lib.llama_vocab_is_eog(vocab, token)} | {int(lib.llama_vocab_eos(vocab))}
    tokenizer = cast("Any", LLTokenizer).from_llamacpp(
        tokens=[b"\xff" + piece if token in special else piece for token, piece in enumerate(pieces)],
        vocab_ptr=vocab,
        tokenize_fptr=ctypes.cast(lib.llama_cpp._lib.llama_tokenize, ctypes.c_void_p).value,
        eos_token=sorted(ends),
        slices=None,
    )
    return Vocabulary(tuple(pieces), frozenset(special), frozenset(ends), tokenizer, handle)


class LlamaContext:
    """One key-value cache and the passes over it. Not safe for two threads at once.

    Sequence 0 holds what is kept between calls; others are copies for the length of one call.
    """

    def __init__(self, weights: Weights, *, length: int, batch: int, threads: int, sequences: int) -> None:
        batch = max(batch, sequences)  # llama.cpp aborts on less
        self.weights, self.length, self.batch, self.sequences = weights, length, batch, sequences
        params = lib.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_ubatch = length, batch, min(batch, 512)
        params.n_seq_max = sequences
        params.n_threads = params.n_threads_batch = threads
        params.kv_unified = params.swa_full = params.no_perf = True
        if not weights.gpu_layers:
            # Measured on CPU with 2,000 tokens in the cache: 1.5 times slower with it for one token, 2 times for four.
            params.flash_attn_type = lib.LLAMA_FLASH_ATTN_TYPE_DISABLED
        _log.clear()
        self._pointer = lib.llama_init_from_model(weights.pointer, params)
        if not self._pointer:
            raise ModelLoadError(
                f"no context of {length} tokens can be made for {weights.header.path}: {_last_words()}",
                hint="lower `context`, or free some memory",
            )
        self._free = weakref.finalize(self, lib.llama_free, self._pointer)
        self._memory = lib.llama_get_memory(self._pointer)
        self._size = len(weights.vocabulary.pieces)
        self._lengths = [0] * sequences
        self._batch = _Batch(batch)
        self.passes = 0

    def close(self) -> None:
        """Free the cache; calling it twice is harmless."""
        self._free()

    def position(self, sequence: int) -> int:
        """How many tokens a sequence holds."""
        return self._lengths[sequence]

    def cut(self, sequence: int, length: int) -> int:
        """Keep the first `length` tokens of a sequence, or none where the memory cannot be cut; how many are left."""
        if not lib.llama_memory_seq_rm(self._memory, sequence, length, -1):
            lib.llama_memory_seq_rm(self._memory, sequence, -1, -1)
            length = 0
        self._lengths[sequence] = length
        return length

    def copy(self, source: int, target: int, length: int) -> None:
        """Make `target` share the first `length` tokens of `source`; costs no forward pass."""
        lib.llama_memory_seq_rm(self._memory, target, -1, -1)
        lib.llama_memory_seq_cp(self._memory, source, target, 0, length)
        self._lengths[target] = length

    def drop(self, sequence: int, count: int) -> None:
        """Forget the last tokens of a sequence."""
        self.cut(sequence, self._lengths[sequence] - count)

    def forward(self, feeds: Sequence[tuple[int, Sequence[int]]], rows: Sequence[Sequence[int]] = ()) -> list[Logits]:
        """Append tokens to sequences; the logits after each one's last token, valid until the next pass.

        `rows`: after how many of its tokens, in order. One pass where all fit into a batch, else one after the other.
        """
        rows = rows or [[len(tokens)] for _, tokens in feeds]
        if sum(len(tokens) for _, tokens in feeds) <= self.batch:
            return self._pass(feeds, rows)
        found: list[Logits] = []
        for (sequence, tokens), wanted in zip(feeds, rows, strict=True):
            for at in range(0, len(tokens), self.batch):
                part = tokens[at : at + self.batch]
                here = [row - at for row in wanted if at < row <= at + len(part)]
                found += [row.copy() for row in self._pass([(sequence, part)], [here])]
        return found

    def _pass(self, feeds: Sequence[tuple[int, Sequence[int]]], rows: Sequence[Sequence[int]]) -> list[Logits]:
        outputs = self._batch.fill(feeds, rows, self._lengths)
        status = lib.llama_decode(self._pointer, self._batch.value)
        if status:
            raise RunError(f"llama.cpp could not run a pass of {self._batch.value.n_tokens} tokens (code {status})")
        self.passes += 1
        for sequence, tokens in feeds:
            self._lengths[sequence] += len(tokens)
        return self._logits(outputs)

    def _logits(self, count: int) -> list[Logits]:
        """The rows of the last pass, in its batch's order, over llama.cpp's own memory."""
        address = ctypes.cast(lib.llama_get_logits(self._pointer), ctypes.c_void_p).value
        if address is None:
            raise RunError("llama.cpp gave no logits for its last pass")
        data = memoryview((ctypes.c_float * (count * self._size)).from_address(address))
        return list(np.frombuffer(data, np.float32).reshape(count, self._size))

    def save(self, sequence: int) -> bytes:
        """The state of a sequence as bytes."""
        size = lib.llama_state_seq_get_size(self._pointer, sequence)
        buffer = (ctypes.c_uint8 * size)()
        written = lib.llama_state_seq_get_data(self._pointer, buffer, size, sequence)
        return bytes(memoryview(buffer)[:written])

    def restore(self, sequence: int, state: bytes | memoryview, length: int) -> bool:
        """Put a saved state of `length` tokens into a sequence; False, and an empty sequence, when it does not fit."""
        self.cut(sequence, 0)
        view = np.frombuffer(state, dtype=np.uint8)
        pointer = view.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
        read = lib.llama_state_seq_set_data(self._pointer, pointer, len(view), sequence)
        top = lib.llama_memory_seq_pos_max(self._memory, sequence) if read else -1
        if top != length - 1:
            self.cut(sequence, 0)
            return False
        self._lengths[sequence] = length
        return True


class _Batch:
    """A llama_batch over arrays of our own, filled without a Python step per token."""

    def __init__(self, size: int) -> None:
        self._tokens = np.zeros(size, np.int32)
        self._positions = np.zeros(size, np.int32)
        self._counts = np.ones(size, np.int32)
        self._sequences = np.zeros(size, np.int32)
        self._outputs = np.zeros(size, np.int8)
        self._pointers = (self._sequences.ctypes.data + 4 * np.arange(size)).astype(np.uint64)
        value = lib.llama_batch()
        for name, array in (
            ("token", self._tokens), ("pos", self._positions), ("n_seq_id", self._counts),
            ("seq_id", self._pointers), ("logits", self._outputs),
        ):  # fmt: skip
            kind = dict(value._fields_)[name]
            setattr(value, name, ctypes.cast(array.ctypes.data, kind))
        value.embd = None
        self.value = value

    def fill(
        self, feeds: Sequence[tuple[int, Sequence[int]]], rows: Sequence[Sequence[int]], lengths: list[int]
    ) -> int:
        """Lay the feeds out one after the other; how many logits are wanted."""
        at, outputs = 0, list[int]()
        for (sequence, tokens), wanted in zip(feeds, rows, strict=True):
            end = at + len(tokens)
            self._tokens[at:end] = tokens
            self._positions[at:end] = np.arange(lengths[sequence], lengths[sequence] + len(tokens))
            self._sequences[at:end] = sequence
            self._outputs[at:end] = 0
            outputs += [at + row - 1 for row in wanted]
            at = end
        self._outputs[outputs] = 1
        self.value.n_tokens = at
        return len(outputs)
