"""Free decoding: the same weights and the same prompt without a grammar, to measure what the grammar is worth.

What the model writes is read as its dialect would write it. What cannot be read, names no tool, or breaks a schema is
left as it is: a proposal without calls, or a call that the checks refuse. Knows nothing of suites.
"""

from __future__ import annotations

import time

import numpy as np

from agentkit.models.base import Cancel
from agentkit.models.llamacpp_model import LlamaCppModel
from agentkit.propose.constraint import Constraint
from agentkit.propose.grammar import Limits
from agentkit.propose.render import fit
from agentkit.types import Proposal, ProposeRequest, ToolCall, Usage


class FreeModel:
    """A llama.cpp model that decodes greedily over its whole vocabulary. Closing it leaves the inner model open.

    `longest` bounds an answer in tokens, beside the request's own bound: without a grammar a small model may never end.
    """

    def __init__(self, model: LlamaCppModel, *, longest: int = 512) -> None:
        self.model = model
        self.longest = longest

    @property
    def name(self) -> str:
        """The inner model's name, marked."""
        return f"{self.model.name} (free)"

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        """What the model writes, as calls where it can be read as calls."""
        start = time.perf_counter()
        request = self.model._read_as(request)
        most = min(request.sampling.max_tokens, self.longest)
        room = self.model._length - min(most, self.model._length // 4)
        tokens, _ = fit(request, self.model._measure, room)
        written = b""
        weights = self.model.weights
        count = 0
        with self.model.pool.slot(tokens.ids, 2, cancel) as slot:
            cached = slot.reuse(tokens, None)
            logits = slot.prefill(tokens.ids, cancel)
            for _ in range(min(most, self.model._length - len(tokens.ids) - 1)):
                token = int(np.argmax(logits))
                if token in weights.vocabulary.ends:
                    break
                if cancel is not None:
                    cancel.check()
                written += weights.vocabulary.pieces[token]
                count += 1
                (logits,) = slot.context.forward([(0, [token])])
            slot.held = slot.held[: slot.context.cut(0, len(slot.held))]
        text = written.decode("utf-8", "replace")
        usage = Usage(
            prompt_tokens=len(tokens.ids),
            cached_tokens=cached,
            decoded_tokens=count,
            forward_passes=count + 1,
            ms={"decode": (time.perf_counter() - start) * 1000.0},
        )
        calls = self._read(text, request)
        return Proposal(calls=calls, confidence_known=False, model=self.name, text=text, usage=usage)

    def close(self) -> None:
        """Nothing is held here."""

    def _read(self, text: str, request: ProposeRequest) -> tuple[ToolCall, ...]:
        constraint = Constraint("", "", self.model.dialect, request, Limits())
        try:
            return constraint.parse(text)
        except Exception:  # text that no grammar held can break a reader in any way; it then holds no call
            return ()
