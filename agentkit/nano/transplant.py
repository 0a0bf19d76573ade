"""A trained model under another tokenizer, so that a new vocabulary does not cost the training done so far."""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false
from __future__ import annotations

from dataclasses import replace

import torch
from tokenizers import Tokenizer

from agentkit.nano.model import Decoder
from agentkit.nano.tokenizer import SPECIAL, token_texts


def transplanted(model: Decoder, old: Tokenizer, new: Tokenizer) -> Decoder:
    """The model with an embedding for each token of `new`; every other matrix is kept.

    A token that both have keeps its vector; another starts as the mean of the old tokens that spell it.
    """
    before = model.embedding.weight.detach()
    known = {text: index for index, text in enumerate(token_texts(old))}
    rows = [before[_spelling(text, known, old, new, index)].mean(0) for index, text in enumerate(token_texts(new))]
    changed = Decoder(replace(model.shape, vocabulary=len(rows)))
    changed.load_state_dict({**model.state_dict(), "embedding.weight": torch.stack(rows)})
    return changed


def _spelling(text: str, known: dict[str, int], old: Tokenizer, new: Tokenizer, index: int) -> list[int]:
    if text in known:
        return [known[text]]
    assert text not in SPECIAL, "read_gguf adds the structure tokens that a file lacks"
    spelt: list[int] = old.encode(new.decode([index])).ids
    return spelt or list(known.values())
