"""What is known beside the grammar and the model: which tool is likely, and which words were said."""

from __future__ import annotations

from dataclasses import dataclass

from agentkit.models.prior import Prior
from agentkit.models.spans import Spans
from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.confidence import Ids, Logits
from agentkit.propose.dialects.base import Dialect
from agentkit.propose.tracking import Tracker
from agentkit.types import ProposeRequest


@dataclass(frozen=True)
class Steer:
    """Changes the odds of tokens and drops some; either part may be missing."""

    prior: Prior | None = None
    spans: Spans | None = None

    def weigh(self, logits: Logits, legal: Ids, written: bytes, tracker: Tracker) -> tuple[Logits, Ids]:
        """The logits and the ids that remain after an answer of this text, which the tracker has read."""
        if self.spans is not None:
            legal = self.spans.narrow(legal, tracker)
        if self.prior is not None and not tracker.names:
            logits = self.prior.weigh(logits, legal, written)
        return logits, legal


def known(request: ProposeRequest, vocabulary: Vocabulary, dialect: Dialect, opening: bytes) -> Steer:
    """What is known of a request's answer; `opening` is the text before the name of its first tool."""
    near, copies = request.nearest, getattr(dialect, "copies", False)
    return Steer(
        Prior(near, opening, vocabulary) if len(near) > 1 else None,
        Spans(request, vocabulary, dialect.notation.lead) if copies else None,
    )
