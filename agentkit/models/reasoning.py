"""Reason free, constrain late: some unconstrained tokens before the answer, within a budget.

Knows nothing of grammars. All candidates share one piece of reasoning, as they share the prompt.
"""

from __future__ import annotations

import numpy as np

from agentkit.models.base import Cancel
from agentkit.models.decode import Runner
from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.confidence import Logits, choose
from agentkit.propose.legal import Legal
from agentkit.types import Sampling


def reason(
    logits: Logits,
    runner: Runner,
    vocabulary: Vocabulary,
    sampling: Sampling,
    *,
    close: str,
    cancel: Cancel | None = None,
) -> tuple[str, str, Logits]:
    """Let the model write until it closes its reasoning, ends its turn, or has used up `reasoning_tokens`.

    `logits` are those after whatever opened the reasoning; the tokens go to sequence 0. Returns the text, what of
    `close` is still to be read before the answer, and the logits after the last token that was read.
    """
    everything = Legal(np.ones(len(vocabulary.pieces), np.bool_))
    random = np.random.default_rng([sampling.seed, 0x7EA5])
    mark, written = close.strip(), b""
    for _ in range(sampling.reasoning_tokens):
        token = choose(logits, everything, sampling.temperature, sampling.top_p, random.random())
        if token in vocabulary.ends:
            break
        if cancel is not None:
            cancel.check()
        (logits,) = runner.forward([(0, [token])])
        written += vocabulary.pieces[token]
        text = written.decode("utf-8", "replace")
        if mark in text:
            said, _, tail = text.partition(mark)
            return said.strip(), close.partition(mark)[2].removeprefix(tail), logits
    return written.decode("utf-8", "replace").strip(), close, logits
