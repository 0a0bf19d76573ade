"""The tokenizer: byte-level BPE with single digits, split as llama.cpp's `smollm` pre-tokenizer splits.

Structure tokens are special tokens, so no text can produce them. Knows nothing of what is encoded.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false
from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

END, PAD, CALL = "<|end|>", "<|pad|>", "<|call|>"
SPECIAL = (
    END, PAD, "<|tool|>", "<|p|>", "<|user|>", CALL, "<|fact|>", "<|result|>", "<|ask|>", "<|say|>", "<|defer|>",
)  # fmt: skip
_MARKS = re.compile(r"<\|\w+\|>")


def train_tokenizer(texts: Iterable[str], size: int) -> Tokenizer:
    """A tokenizer of `size` tokens learnt from texts; structure tokens in them are skipped."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = splitter()
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        min_frequency=2,
        show_progress=False,
    )
    tokenizer.train_from_iterator((part for text in texts for part in _MARKS.split(text) if part), trainer)
    return tokenizer


def splitter() -> pre_tokenizers.PreTokenizer:
    """The pre-tokenizer: digits one by one, then byte level."""
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )


def load_tokenizer(path: Path) -> Tokenizer:
    """Read a saved tokenizer."""
    return Tokenizer.from_file(str(path))


def token_texts(tokenizer: Tokenizer) -> list[str]:
    """Every token as the vocabulary writes it (bytes as the printable stand-ins of byte-level BPE), by id."""
    by_id = {index: text for text, index in tokenizer.get_vocab(with_added_tokens=True).items()}
    return [by_id[index] for index in range(len(by_id))]


def vocabulary_key(texts: Sequence[str]) -> str:
    """A short name of a token list, under which files beside the weights say that they belong to it."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def spelling_vectors(texts: Sequence[str], width: int, seed: int = 0, own: float = 0.6) -> npt.NDArray[np.float32]:
    """Start vectors of unit variance in which tokens that are spelt alike lie close.

    Shape (tokens, width). Case, the leading space and small differences of ending do not part two words: each vector is
    the sum of the random vectors of its letter groups (as in fastText, Bojanowski et al. 2017) plus `own` times a
    random vector of its own. Lexical matching between a request and a tool's name is so there from the first step.
    """
    rng = np.random.default_rng(seed)
    table = rng.standard_normal((1 << 14, width)).astype(np.float32)
    vectors = own * rng.standard_normal((len(texts), width)).astype(np.float32)
    for index, text in enumerate(texts):
        word = text.replace("Ġ", "").lower()
        if _MARKS.fullmatch(text) or len(word) < 2 or not word.isalpha():
            vectors[index] /= max(own, 1e-6)
            continue
        framed = f"^{word}$"
        grams = [framed] + [framed[i : i + n] for n in (3, 4) for i in range(len(framed) - n + 1)]
        rows = [zlib.crc32(gram.encode()) % len(table) for gram in grams]
        vectors[index] += 0.45 * table[rows[0]] + 0.9 * table[rows[1:]].sum(0) / max(1, len(rows) - 1) ** 0.5
    return vectors / vectors.std(axis=1, keepdims=True)
